package dev.coffer.container;

/** A file with the value of a secret, in memory, that only the container's user may read. */
public record SecretVolume(Secret secret, String containerPath) implements Volume {
    public SecretVolume {
        Volume.requireTarget(containerPath);
    }

    @Override
    public boolean readOnly() {
        return true;
    }
}
