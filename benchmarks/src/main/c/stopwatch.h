/* What both tools share: the clock, the workers, and the lines the harness reads. */
#ifndef COFFER_BENCH_STOPWATCH_H
#define COFFER_BENCH_STOPWATCH_H

#include <stddef.h>

enum { MAX_MARKS = 24 };

/* One launch: the time of each mark in microseconds; the first is the beginning, the last the end. */
struct lap {
    double at[MAX_MARKS];
    int failed;
};

struct plan {
    int launches;
    int workers;
    int gap_ms;               /* idle time before each launch */
    int marks;                /* how many of a lap's marks are used */
    const char *const *steps; /* names of what lies between the marks: marks - 1 of them */
    void (*launch)(int worker, int number, struct lap *lap);
};

double now_us(void);

/* Prints what failed, with errno, and ends the process. */
_Noreturn void die(const char *what);

/* Reads a whole number above 0, or dies naming the option. */
int number_option(const char *option, const char *value);

/* Writes formatted text, or dies if it does not fit. */
void put(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Removes a directory tree; a missing one is fine. */
void remove_tree(const char *path);

/* Runs all launches, divided among the workers (a process each), and prints:
 *
 *   steps<TAB>name...
 *   lap<TAB>failed<TAB>total us<TAB>us of each step...      once per launch
 *   total<TAB>wall us<TAB>processor us of everything started and waited for
 *
 * Returns the number of workers that did not end well. */
int run_plan(const struct plan *plan);

#endif
