/* coffer-shim --layout: sizes, offsets and the step table as this build has them, compared with Java's by a test on
 * every architecture. */
#define _GNU_SOURCE
#include "layout.h"
#include "kernel.h"
#include "shim.h"

#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#define SIZE(type) printf("sizeof %s %zu\n", #type, sizeof(struct type))
#define FIELD(type, field) printf("offsetof %s.%s %zu\n", #type, #field, offsetof(struct type, field))

int print_layout(void)
{
    SIZE(wire_header);
    FIELD(wire_header, magic);
    FIELD(wire_header, version);
    FIELD(wire_header, total_bytes);
    FIELD(wire_header, namespaces);
    FIELD(wire_header, flags);
    FIELD(wire_header, step_count);
    FIELD(wire_header, task_index);
    SIZE(wire_step);
    SIZE(wire_arg);
    FIELD(wire_arg, length);
    SIZE(open_how_args);
    SIZE(mount_attr_args);
    SIZE(epoll_event);
    FIELD(epoll_event, data);
    printf("sizeof siginfo_t %zu\n", sizeof(siginfo_t));
    printf("offsetof siginfo_t.si_value %zu\n", offsetof(siginfo_t, si_value));
    printf("plan-version %d\n", PLAN_VERSION);
    for (size_t i = 0; i < STEP_KINDS; i++) {
        printf("step %s %s\n", STEPS[i].name, STEPS[i].signature);
    }
#ifdef COFFER_TEST_POINTS
    print_points();
#endif
    return 0;
}
