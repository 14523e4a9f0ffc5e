package dev.coffer.container;

/**
 * Why an isolator ends a container.
 *
 * @param message one line for people: what the limit is and how far it was exceeded
 * @param resource what was limited, as the Mesos agent writes resources: {@code mem:32}, {@code disk:512},
 *     {@code ports:[31005-31005]}
 */
public record Limitation(Termination.Reason reason, String message, String resource) {}
