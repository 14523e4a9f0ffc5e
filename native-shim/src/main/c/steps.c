/* The table of steps: wire name, argument kinds, function. The names are those of LaunchStep.java in kebab case. */
#include "shim.h"

const struct step STEPS[] = {
    {"join-cgroup", "s", run_join_cgroup},
    {"clone-into-cgroup", "s", run_clone_into_cgroup},
    {"unshare-cgroup", "", run_unshare_cgroup},
    {"overlay-root", "sssu", run_overlay_root},
    {"bind-root", "ssu", run_bind_root},
    {"mount-filesystem", "ssus", run_mount_filesystem},
    {"bind", "ssuu", run_bind},
    {"overlay-volume", "ssssu", run_overlay_volume},
    {"make-device", "suuu", run_make_device},
    {"secret-file", "bssuu", run_secret_file},
    {"make-directory", "su", run_make_directory},
    {"make-symlink", "ss", run_make_symlink},
    {"open-terminal", "uu", run_open_terminal},
    {"mask-path", "s", run_mask_path},
    {"read-only-path", "s", run_read_only_path},
    {"pivot-root", "", run_pivot_root},
    {"hostname", "s", run_hostname},
    {"loopback-up", "", run_loopback_up},
    {"session-keyring", "", run_session_keyring},
    {"set-rlimit", "uuu", run_set_rlimit},
    {"set-oom-score-adj", "s", run_set_oom_score_adj},
    {"working-directory", "suu", run_working_directory},
    {"no-new-privileges", "", run_no_new_privileges},
    {"identity", "uubuuuu", run_identity},
    {"seccomp", "b", run_seccomp},
    {"exec", "ll", run_exec},
};

const size_t STEP_KINDS = sizeof STEPS / sizeof STEPS[0];
