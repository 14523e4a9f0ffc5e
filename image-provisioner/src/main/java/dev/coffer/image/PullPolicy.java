package dev.coffer.image;

/** When the source of an image is asked. Local files are always looked at, for that costs nothing. */
public enum PullPolicy {
    /** Only if the image is not stored. */
    MISSING,
    /** Always; layers that are stored are not fetched again. */
    ALWAYS
}
