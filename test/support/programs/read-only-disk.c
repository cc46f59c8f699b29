/*
 * A disk that turns read-only under a running program, as ext4 does after a fault, and heals again: preloaded, this
 * answers EROFS for every change below the folder DISK as long as the file SWITCH is there. Such a disk cannot be had
 * from the kernel without root, and never heals there without being unmounted.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_frozen(const char *path) {
  const char *disk = getenv("DISK"), *off = getenv("SWITCH");
  return disk && off && path && strncmp(path, disk, strlen(disk)) == 0 && access(off, F_OK) == 0;
}

static int is_frozen_fd(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_frozen(path);
}

#define REFUSE_IF(frozen) if (frozen) return errno = EROFS, -1
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CHANGES_FD(type, name, parameters, ...) \
  type name parameters { REFUSE_IF(is_frozen_fd(fd)); return NEXT(name)(__VA_ARGS__); }
#define CHANGES_PATH(name, parameters, ...) \
  int name parameters { REFUSE_IF(is_frozen(path)); return NEXT(name)(__VA_ARGS__); }

CHANGES_FD(ssize_t, write, (int fd, const void *bytes, size_t count), fd, bytes, count)
CHANGES_FD(ssize_t, pwrite, (int fd, const void *bytes, size_t count, off_t at), fd, bytes, count, at)
CHANGES_FD(ssize_t, pwrite64, (int fd, const void *bytes, size_t count, off64_t at), fd, bytes, count, at)
CHANGES_FD(ssize_t, writev, (int fd, const struct iovec *parts, int count), fd, parts, count)
CHANGES_FD(ssize_t, pwritev, (int fd, const struct iovec *parts, int count, off_t at), fd, parts, count, at)
CHANGES_FD(ssize_t, pwritev64, (int fd, const struct iovec *parts, int count, off64_t at), fd, parts, count, at)
CHANGES_FD(int, ftruncate, (int fd, off_t length), fd, length)
CHANGES_FD(int, ftruncate64, (int fd, off64_t length), fd, length)
CHANGES_FD(int, fchmod, (int fd, mode_t mode), fd, mode)
CHANGES_PATH(unlink, (const char *path), path)
CHANGES_PATH(rename, (const char *path, const char *to), path, to)
CHANGES_PATH(mkdir, (const char *path, mode_t mode), path, mode)
CHANGES_PATH(chmod, (const char *path, mode_t mode), path, mode)

/* For reading, what is there can still be opened. */
#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    REFUSE_IF((flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) && is_frozen(path)); \
    return NEXT(name)(path, flags, mode); \
  }
OPENS(open)
OPENS(open64)
