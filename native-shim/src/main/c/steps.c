/* The table of steps: wire name, argument kinds, function in the child, function before it exists. The names are those
 * of LaunchStep.java in kebab case. */
#include "shim.h"

const struct step STEPS[] = {
    {"join-cgroup", "s", run_join_cgroup, NULL},
    {"clone-into-cgroup", "s", NULL, prepare_clone_into_cgroup},
    {"unshare-cgroup", "", run_unshare_cgroup, NULL},
    {"user-namespace", "uuu", run_user_namespace, prepare_user_namespace},
    {"time-namespace", "s", NULL, prepare_time_namespace},
    {"overlay-root", "sussl", run_overlay_root, NULL},
    {"bind-root", "ssu", run_bind_root, NULL},
    {"mount-filesystem", "ssus", run_mount_filesystem, NULL},
    {"bind", "ssuuu", run_bind, NULL},
    {"overlay-volume", "ssslsu", run_overlay_volume, NULL},
    {"make-device", "suuu", run_make_device, NULL},
    {"secret-file", "bssuu", run_secret_file, NULL},
    {"make-directory", "su", run_make_directory, NULL},
    {"make-symlink", "ss", run_make_symlink, NULL},
    {"open-terminal", "uu", run_open_terminal, NULL},
    {"mask-path", "s", run_mask_path, NULL},
    {"read-only-path", "s", run_read_only_path, NULL},
    {"pivot-root", "", run_pivot_root, NULL},
    {"enter-user-namespace", "u", run_enter_user_namespace, NULL},
    {"hostname", "s", run_hostname, NULL},
    {"loopback-up", "", run_loopback_up, NULL},
    {"session-keyring", "", run_session_keyring, NULL},
    {"set-rlimit", "uuu", run_set_rlimit, NULL},
    {"set-oom-score-adj", "s", run_set_oom_score_adj, NULL},
    {"working-directory", "suu", run_working_directory, NULL},
    {"apparmor-profile", "s", run_apparmor_profile, NULL},
    {"no-new-privileges", "", run_no_new_privileges, NULL},
    {"identity", "uubuuuu", run_identity, NULL},
    {"seccomp", "bu", run_seccomp, NULL},
    {"exec", "ll", run_exec, NULL},
};

const size_t STEP_KINDS = sizeof STEPS / sizeof STEPS[0];
