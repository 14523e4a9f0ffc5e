/* Feeds the plan reader valid, truncated and mutated plans; built with the address and undefined-behaviour sanitizers.
 * A plan that passes the check is also walked step by step, as a launch would. */
#define _GNU_SOURCE
#include "shim.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 1 << 16, MUTATIONS = 300000 };

struct builder {
    unsigned char bytes[CAPACITY];
    size_t length;
};

static void put(struct builder *b, const void *bytes, size_t length)
{
    assert(b->length + length <= CAPACITY);
    memcpy(b->bytes + b->length, bytes, length);
    b->length += length;
}

static void put_arg(struct builder *b, enum arg_kind kind, const void *bytes, uint32_t length)
{
    struct wire_arg head = {(uint32_t)kind, length};
    static const unsigned char zeros[8];
    put(b, &head, sizeof head);
    put(b, bytes, length);
    put(b, zeros, (8 - length % 8) % 8);
}

static void put_step(struct builder *b, const struct step *step)
{
    struct wire_step record = {(uint32_t)strlen(step->signature) + 1, 0};
    uint64_t number = 42;
    put(b, &record, sizeof record);
    put_arg(b, ARG_STRING, step->name, (uint32_t)strlen(step->name) + 1);
    for (const char *kind = step->signature; *kind != '\0'; kind++) {
        switch (*kind) {
        case ARG_STRING:
            put_arg(b, ARG_STRING, "/some/path", sizeof "/some/path");
            break;
        case ARG_NUMBER:
            put_arg(b, ARG_NUMBER, &number, sizeof number);
            break;
        case ARG_LIST:
            put_arg(b, ARG_LIST, "one\0two", sizeof "one\0two");
            break;
        default:
            put_arg(b, ARG_BLOB, "12345678", 8);
            break;
        }
    }
}

static void build(struct builder *b)
{
    struct wire_header header = {PLAN_MAGIC, PLAN_VERSION, 0, 0x20020000, PLAN_INIT, (uint32_t)STEP_KINDS, 2, 0};
    b->length = 0;
    put(b, &header, sizeof header);
    for (size_t i = 0; i < STEP_KINDS; i++) {
        put_step(b, &STEPS[i]);
    }
    header.total_bytes = (uint32_t)b->length;
    memcpy(b->bytes, &header, sizeof header);
}

/* Checks a copy of exactly this length on the heap, so that the sanitizer sees the first byte read too far. */
static int check(const unsigned char *bytes, size_t length)
{
    unsigned char *copy = malloc(length == 0 ? 1 : length);
    assert(copy != NULL);
    memcpy(copy, bytes, length);
    struct launch *launch = calloc(1, sizeof *launch);
    assert(launch != NULL);
    int result = plan_check(launch, copy, length);
    size_t seen = 0;
    for (uint32_t i = 0; result == 0 && i < launch->header->step_count; i++) {
        struct arg args[MAX_ARGS];
        const struct step *step = plan_step(launch, i, args);
        for (size_t k = 0; step->signature[k] != '\0'; k++) {
            seen += step->signature[k] == ARG_STRING ? strlen(args[k].bytes) : args[k].length;
        }
    }
    free(launch);
    free(copy);
    return seen > CAPACITY ? -1 : result;
}

int main(void)
{
    static struct builder plan;
    build(&plan);
    if (check(plan.bytes, plan.length) != 0) {
        fputs("a valid plan was refused\n", stderr);
        return 1;
    }
    for (size_t length = 0; length < plan.length; length++) {
        if (check(plan.bytes, length) == 0) {
            fprintf(stderr, "a plan cut to %zu bytes was accepted\n", length);
            return 1;
        }
    }
    unsigned seed = 20261122;
    long accepted = 0;
    for (long i = 0; i < MUTATIONS; i++) {
        build(&plan);
        for (int changes = 1 + rand_r(&seed) % 4; changes > 0; changes--) {
            plan.bytes[(unsigned)rand_r(&seed) % plan.length] = (unsigned char)rand_r(&seed);
        }
        accepted += check(plan.bytes, plan.length) == 0;
    }
    printf("plan reader: valid accepted, %zu truncations refused, %d mutations survived (%ld still valid)\n",
           plan.length, MUTATIONS, accepted);
    return 0;
}
