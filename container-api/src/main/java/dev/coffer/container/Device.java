package dev.coffer.container;

import java.nio.file.Path;

/**
 * A device of the host in the container.
 *
 * @param hostPath of its node
 * @param containerPath below {@code /dev}
 * @param access some of {@code r}ead, {@code w}rite and {@code m}knod
 */
public record Device(Path hostPath, String containerPath, String access) {
    public Device {
        if (!hostPath.isAbsolute()) {
            throw new IllegalArgumentException("device '" + hostPath + "' must be an absolute path");
        }
        if (!containerPath.matches("/dev(/(?!\\.\\.?(/|$))[^/\\x00]+)+")) {
            throw new IllegalArgumentException("device '" + containerPath.replace('\0', '?')
                    + "' must be below /dev in the container, where alone devices work");
        }
        if (!access.matches("(?!.*(.).*\\1)[rwm]{1,3}")) {
            throw new IllegalArgumentException("access to a device is some of r, w and m, not '" + access + "'");
        }
    }
}
