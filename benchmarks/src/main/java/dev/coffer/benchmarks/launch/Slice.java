package dev.coffer.benchmarks.launch;

import dev.coffer.benchmarks.launch.Contender.Work;

/** One contender doing one piece of work in one situation; runs once in every round. */
record Slice(Situation situation, Contender contender, Work work) {

    /** What is compared with what: contenders in one situation stand side by side. */
    enum Situation {
        BACK_TO_BACK("back to back, writable layer on tmpfs"),
        PAUSED("one launch every 100 ms"),
        LAYERS("20 layers"),
        EXT4("writable layer on ext4 with a journal"),
        CROWD("500 other containers running"),
        COMMAND_LINE("cold command line");

        private final String title;

        Situation(String title) {
            this.title = title;
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /** For progress and errors. */
    String label() {
        return situation + ", " + contender.name() + ", " + work.concurrency() + " at once";
    }
}
