package dev.coffer.isolators.cgroup;

import dev.coffer.flag.FlagValues;

/** What the flags say to the controllers. */
record CgroupSettings(AllowedDevices allowedDevices) {
    static final CgroupSettings DEFAULT = of(FlagValues.DEFAULTS);

    static CgroupSettings of(FlagValues flags) {
        return new CgroupSettings(flags.get(CgroupFlags.ALLOWED_DEVICES).orElse(AllowedDevices.NONE));
    }
}
