/* Reads the launch plan. It is checked whole before anything is done, so that a step never meets a malformed one. */
#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static size_t padded(size_t length)
{
    return (length + 7) & ~(size_t)7;
}

static const struct step *find_step(const char *name)
{
    for (size_t i = 0; i < STEP_KINDS; i++) {
        if (strcmp(STEPS[i].name, name) == 0) {
            return &STEPS[i];
        }
    }
    return NULL;
}

static bool kind_is_wellformed(const struct wire_arg *head, const char *bytes)
{
    switch (head->kind) {
    case ARG_STRING:
        return head->length > 0 && strnlen(bytes, head->length) == head->length - 1;
    case ARG_NUMBER:
        return head->length == sizeof(uint64_t);
    case ARG_BLOB:
        return true;
    case ARG_LIST:
        return head->length == 0 || bytes[head->length - 1] == '\0';
    default:
        return false;
    }
}

/* Reads the argument at *offset and moves past it; false if it does not lie whole within the plan. */
static bool next_arg(const struct launch *launch, size_t *offset, struct wire_arg *head, struct arg *out)
{
    size_t left = launch->plan_bytes - *offset;
    if (left < sizeof *head) {
        return false;
    }
    memcpy(head, launch->plan + *offset, sizeof *head);
    left -= sizeof *head;
    if (head->length > left || padded(head->length) > left) {
        return false;
    }
    out->bytes = (const char *)launch->plan + *offset + sizeof *head;
    out->length = head->length;
    out->number = 0;
    if (!kind_is_wellformed(head, out->bytes)) {
        return false;
    }
    if (head->kind == ARG_NUMBER) {
        memcpy(&out->number, out->bytes, sizeof out->number);
    }
    *offset += sizeof *head + padded(head->length);
    return true;
}

/* Checks the record at *offset against the table and moves past it. */
static bool check_step(const struct launch *launch, size_t *offset)
{
    struct wire_step record;
    struct wire_arg head;
    struct arg name;
    if (launch->plan_bytes - *offset < sizeof record) {
        return false;
    }
    memcpy(&record, launch->plan + *offset, sizeof record);
    *offset += sizeof record;
    if (!next_arg(launch, offset, &head, &name) || head.kind != ARG_STRING) {
        return false;
    }
    const struct step *step = find_step(name.bytes);
    if (step == NULL || record.argc != strlen(step->signature) + 1) {
        return false;
    }
    for (const char *kind = step->signature; *kind != '\0'; kind++) {
        struct arg ignored;
        if (!next_arg(launch, offset, &head, &ignored) || head.kind != (uint32_t)*kind) {
            return false;
        }
    }
    return true;
}

static bool header_is_wellformed(const struct wire_header *header, size_t length)
{
    return header->magic == PLAN_MAGIC && header->version == PLAN_VERSION && header->total_bytes == length &&
           header->step_count > 0 && header->step_count <= MAX_STEPS && header->task_index < header->step_count;
}

int plan_check(struct launch *launch, const void *bytes, size_t length)
{
    errno = EINVAL;
    if (length < sizeof(struct wire_header) || length > MAX_PLAN_BYTES) {
        return -1;
    }
    launch->plan = bytes;
    launch->plan_bytes = length;
    launch->header = bytes;
    if (!header_is_wellformed(launch->header, length)) {
        return -1;
    }
    size_t offset = sizeof(struct wire_header);
    for (uint32_t i = 0; i < launch->header->step_count; i++) {
        launch->step_offset[i] = (uint32_t)offset;
        if (!check_step(launch, &offset)) {
            return -1;
        }
    }
    if (offset != length) {
        return -1;
    }
    errno = 0;
    return 0;
}

const struct step *plan_step(const struct launch *launch, uint32_t index, struct arg args[MAX_ARGS])
{
    size_t offset = launch->step_offset[index] + sizeof(struct wire_step);
    struct wire_arg head;
    struct arg name;
    next_arg(launch, &offset, &head, &name);
    const struct step *step = find_step(name.bytes);
    for (size_t i = 0; step->signature[i] != '\0'; i++) {
        next_arg(launch, &offset, &head, &args[i]);
    }
    return step;
}

int plan_map(struct launch *launch, int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0) {
        return -1;
    }
    if (st.st_size <= 0 || st.st_size > MAX_PLAN_BYTES) {
        errno = EINVAL;
        return -1;
    }
    void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) {
        return -1;
    }
    return plan_check(launch, bytes, (size_t)st.st_size);
}

/* The plan holds the task's environment: nothing of it stays mapped once it is no longer needed. */
void plan_unmap(struct launch *launch)
{
    munmap((void *)(uintptr_t)launch->plan, launch->plan_bytes);
    launch->plan = NULL;
    launch->header = NULL;
}
