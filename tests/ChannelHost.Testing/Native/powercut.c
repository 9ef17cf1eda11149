/*
 * What a disk would hold after a power cut, as a library that is preloaded into the host.
 *
 * Everything that was not synced is lost: at each successful fsync or fdatasync the file, as it is at that moment, is copied into a shadow folder under its
 * present name (written aside, then renamed). A rename counts when the file or its folder is synced the next time, and a file that
 * was only named, but never synced, is empty then; an unlink counts at once, which is the
 * worse case for whoever relies on the file. Restarting the host from the shadow folder is a restart after a power cut at the moment of the kill.
 *
 *   POWERCUT_ROOT    the folder that is watched
 *   POWERCUT_SHADOW  the folder that is kept, on the same disk, not inside of the root
 *
 * A copy that fails ends the process: a check whose shadow is not to be trusted must not pass.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path that is too long is cut off and then not found, which ends the process. */
#pragma GCC diagnostic ignored "-Wformat-truncation"

static char root[PATH_MAX];
static char shadow[PATH_MAX];
static size_t root_length;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static unsigned long counter;

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);

/* Renames that no sync has covered yet, in order; names in the shadow folder. */
static struct { char from[PATH_MAX], to[PATH_MAX]; } renames[64];
static int rename_count;

__attribute__((constructor)) static void start(void)
{
    const char *watched = getenv("POWERCUT_ROOT");
    const char *kept = getenv("POWERCUT_SHADOW");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    if (watched && kept && realpath(watched, root) && realpath(kept, shadow))
        root_length = strlen(root);
}

static void give_up(const char *what, const char *path)
{
    dprintf(2, "powercut: cannot %s %s: %s\n", what, path, strerror(errno));
    _exit(99);
}

/* The name in the shadow folder of a path in the watched one; 0 when it is elsewhere. */
static int shadow_of(const char *path, char *out)
{
    if (!root_length || strncmp(path, root, root_length) || (path[root_length] && path[root_length] != '/'))
        return 0;
    return snprintf(out, PATH_MAX, "%s%s", shadow, path + root_length) < PATH_MAX;
}

static void make_folders(char *path)
{
    for (char *at = path + strlen(shadow) + 1; (at = strchr(at, '/')); at++) {
        *at = 0;
        if (mkdir(path, 0700) && errno != EEXIST)
            give_up("make", path);
        *at = '/';
    }
}

static void copy_file(const char *from, char *to)
{
    static char buffer[1 << 18];
    char aside[PATH_MAX + 32];
    ssize_t got;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        /* Renamed or removed by another thread since: that counts at its own sync. */
        if (errno == ENOENT)
            return;
        give_up("open", from);
    }
    make_folders(to);
    snprintf(aside, sizeof aside, "%s/.aside-%d-%lu", shadow, getpid(), counter++);
    int out = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0)
        give_up("make", aside);
    while ((got = read(in, buffer, sizeof buffer)) > 0)
        if (write(out, buffer, got) != got)
            give_up("write", aside);
    if (got < 0)
        give_up("read", from);
    close(in);
    close(out);
    if (real_rename(aside, to))
        give_up("rename", to);
}

/* Renames into a synced folder, or of a synced file, have happened: the content is what was synced under the old name. */
static void settle(const char *folder_or_file)
{
    size_t length = strlen(folder_or_file);
    int kept = 0;
    for (int at = 0; at < rename_count; at++) {
        const char *to = renames[at].to;
        if (strncmp(to, folder_or_file, length) || (to[length] && (to[length] != '/' || strchr(to + length + 1, '/')))) {
            renames[kept++] = renames[at];
            continue;
        }
        if (real_rename(renames[at].from, to) && errno != ENOENT)
            give_up("rename", to);
    }
    rename_count = kept;
}

/* The entries of a synced folder: what is gone is gone; a file that was never synced itself is there, and empty. */
static void keep_folder(const char *folder, const char *kept)
{
    char from[PATH_MAX], to[PATH_MAX];
    struct dirent *entry;
    struct stat is, was;
    DIR *entries;
    settle(kept);
    if ((entries = opendir(kept))) {
        while ((entry = readdir(entries))) {
            snprintf(from, sizeof from, "%s/%s", folder, entry->d_name);
            snprintf(to, sizeof to, "%s/%s", kept, entry->d_name);
            if (strncmp(entry->d_name, ".aside-", 7) && lstat(from, &is) && errno == ENOENT && !lstat(to, &was) && S_ISREG(was.st_mode))
                real_unlink(to);
        }
        closedir(entries);
    }
    if (!(entries = opendir(folder)))
        return;
    while ((entry = readdir(entries))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        snprintf(from, sizeof from, "%s/%s", folder, entry->d_name);
        snprintf(to, sizeof to, "%s/%s/", kept, entry->d_name);
        if (lstat(from, &is))
            continue;
        if (S_ISREG(is.st_mode))
            to[strlen(to) - 1] = 0;
        make_folders(to);
        if (S_ISREG(is.st_mode) && lstat(to, &was) && errno == ENOENT) {
            int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
            if (out < 0)
                give_up("make", to);
            close(out);
        }
    }
    closedir(entries);
}

static void keep(int descriptor)
{
    char link[64], path[PATH_MAX], to[PATH_MAX];
    struct stat is;
    int saved = errno;
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return;
    path[length] = 0;
    if (!shadow_of(path, to) || fstat(descriptor, &is))
        return;
    pthread_mutex_lock(&gate);
    if (S_ISDIR(is.st_mode))
        keep_folder(path, to);
    else if (S_ISREG(is.st_mode) && is.st_nlink > 0) {
        settle(to);
        copy_file(path, to);
    }
    pthread_mutex_unlock(&gate);
    errno = saved;
}

int fsync(int descriptor)
{
    int result = real_fsync(descriptor);
    if (result == 0)
        keep(descriptor);
    return result;
}

int fdatasync(int descriptor)
{
    int result = real_fdatasync(descriptor);
    if (result == 0)
        keep(descriptor);
    return result;
}

int unlink(const char *path)
{
    char full[PATH_MAX], to[PATH_MAX];
    int inside = realpath(path, full) && shadow_of(full, to);
    int result = real_unlink(path);
    if (result == 0 && inside) {
        int saved = errno;
        pthread_mutex_lock(&gate);
        real_unlink(to);
        pthread_mutex_unlock(&gate);
        errno = saved;
    }
    return result;
}

int rename(const char *from, const char *to)
{
    char full[PATH_MAX], folder[PATH_MAX], kept_from[PATH_MAX], kept_to[PATH_MAX];
    const char *name = strrchr(to, '/');
    int inside = realpath(from, full) && shadow_of(full, kept_from) && name
        && snprintf(folder, sizeof folder, "%.*s", (int)(name - to), to) < PATH_MAX && realpath(folder, full) && strcat(full, name) && shadow_of(full, kept_to);
    int result = real_rename(from, to);
    if (result == 0 && inside) {
        pthread_mutex_lock(&gate);
        if (rename_count == sizeof renames / sizeof *renames) {
            errno = ENOSPC;
            give_up("remember the rename to", to);
        }
        strcpy(renames[rename_count].from, kept_from);
        strcpy(renames[rename_count++].to, kept_to);
        pthread_mutex_unlock(&gate);
    }
    return result;
}
