/*
 * A wall clock that is wrong, as a library that is preloaded into the host: CLOCK_REALTIME is shifted by the number of seconds in the file that
 * CLOCK_OFFSET_FILE names, read anew a hundred times a second at most. Monotonic clocks, and with them all waiting, stay as they are.
 * Each shift that the program has seen is told on a line of CLOCK_SEEN_FILE, so that a check can tell that its fault took place.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char *offset_file;
static const char *seen_file;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static long long offset;
static long long read_at = -1;

__attribute__((constructor)) static void start(void)
{
    offset_file = getenv("CLOCK_OFFSET_FILE");
    seen_file = getenv("CLOCK_SEEN_FILE");
}

static void tell(long long now)
{
    char line[32];
    int length = snprintf(line, sizeof line, "%lld\n", now);
    int out = seen_file ? open(seen_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (out >= 0) {
        if (write(out, line, length) != length)
            dprintf(2, "clock: cannot write %s\n", seen_file);
        close(out);
    }
}

static long long present_offset(void)
{
    struct timespec steady;
    long long hundredth, result;
    if (!offset_file)
        return 0;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &steady);
    hundredth = steady.tv_sec * 100LL + steady.tv_nsec / 10000000;
    pthread_mutex_lock(&gate);
    if (hundredth != read_at) {
        char text[32] = "";
        int in = open(offset_file, O_RDONLY | O_CLOEXEC);
        if (in >= 0) {
            ssize_t got = read(in, text, sizeof text - 1);
            close(in);
            if (got > 0) {
                long long read = atoll(text);
                if (read != offset) {
                    offset = read;
                    tell(read);
                }
            }
        }
        read_at = hundredth;
    }
    result = offset;
    pthread_mutex_unlock(&gate);
    return result;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += present_offset();
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now))
        return -1;
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
