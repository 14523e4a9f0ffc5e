/* See stopwatch.h. */
#define _GNU_SOURCE
#include "stopwatch.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double now_us(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

_Noreturn void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

int number_option(const char *option, const char *value)
{
    char *end;
    long number = strtol(value, &end, 10);
    if (*value == '\0' || *end != '\0' || number < 1 || number > 1000000) {
        fprintf(stderr, "%s wants a number from 1 to 1000000, got '%s'\n", option, value);
        exit(2);
    }
    return (int)number;
}

void put(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(buffer, size, format, args);
    va_end(args);
    if (length < 0 || (size_t)length >= size) {
        errno = ENAMETOOLONG;
        die(format);
    }
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

void remove_tree(const char *path)
{
    if (nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0 && errno != ENOENT) {
        die(path);
    }
}

static _Noreturn void work(const struct plan *plan, int worker, int count, struct lap *laps)
{
    struct timespec gap = {.tv_sec = plan->gap_ms / 1000, .tv_nsec = (long)(plan->gap_ms % 1000) * 1000000L};
    for (int i = 0; i < count; i++) {
        if (plan->gap_ms > 0) {
            nanosleep(&gap, NULL);
        }
        plan->launch(worker, i, &laps[i]);
    }
    _exit(0);
}

static double processor_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void print_laps(const struct plan *plan, const struct lap *laps, int count)
{
    printf("steps");
    for (int i = 0; i + 1 < plan->marks; i++) {
        printf("\t%s", plan->steps[i]);
    }
    for (int lap = 0; lap < count; lap++) {
        const double *at = laps[lap].at;
        printf("\nlap\t%d\t%.1f", laps[lap].failed, at[plan->marks - 1] - at[0]);
        for (int i = 0; i + 1 < plan->marks; i++) {
            printf("\t%.1f", at[i + 1] - at[i]);
        }
    }
    printf("\n");
}

int run_plan(const struct plan *plan)
{
    int each = plan->launches / plan->workers;
    int count = each * plan->workers;
    size_t bytes = sizeof(struct lap) * (size_t)count;
    struct lap *laps = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (laps == MAP_FAILED) {
        die("mmap");
    }
    double begun = now_us();
    for (int worker = 0; worker < plan->workers; worker++) {
        pid_t pid = fork();
        if (pid < 0) {
            die("fork");
        }
        if (pid == 0) {
            work(plan, worker, each, laps + worker * each);
        }
    }
    int bad = 0;
    int status;
    while (wait(&status) > 0) {
        bad += status != 0;
    }
    double wall = now_us() - begun;
    print_laps(plan, laps, count);
    printf("total\t%.0f\t%.0f\n", wall, processor_us());
    munmap(laps, bytes);
    return bad;
}
