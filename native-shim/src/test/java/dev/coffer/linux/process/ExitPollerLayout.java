package dev.coffer.linux.process;

/** Shows the layout test what the binding assumes. */
public final class ExitPollerLayout {
    public static final int EVENT_BYTES = ExitPoller.EVENT_BYTES;
    public static final int EVENT_DATA = ExitPoller.EVENT_DATA;

    private ExitPollerLayout() {}
}
