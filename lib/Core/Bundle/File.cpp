//===- File.cpp - whole files, read and atomically written ----------------===//
#include "gq/Bundle/File.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gridquant {

/// Ends the reading of a device file that never ends. A regular one may be
/// larger: bundles have a few megabytes, and all weights of a model beside.
static constexpr size_t endlessLimit = size_t(512) << 20;

static Error systemError(const char *verb, const std::string &path) {
  return {std::string("cannot ") + verb + " '" + path +
          "': " + std::strerror(errno)};
}

Expected<std::string> readFile(const std::string &path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return systemError("open", path);
  // Grow as data arrives instead of trusting st_size, which is 0 for pipes and
  // stale for a file that is being written.
  std::string bytes;
  size_t sizeLimit = endlessLimit;
  struct stat info;
  if (::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
    bytes.reserve(static_cast<size_t>(info.st_size));
    sizeLimit = std::max(sizeLimit, static_cast<size_t>(info.st_size));
  }
  char chunk[65536];
  for (;;) {
    ssize_t got = ::read(fd, chunk, sizeof(chunk));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      Error error = systemError("read", path);
      ::close(fd);
      return error;
    }
    if (got == 0)
      break;
    bytes.append(chunk, static_cast<size_t>(got));
    if (bytes.size() > sizeLimit) {
      ::close(fd);
      return Error{"'" + path + "' has more than " + std::to_string(sizeLimit) +
                   " bytes"};
    }
  }
  ::close(fd);
  return bytes;
}

static bool writeAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

Status writeFileAtomically(const std::string &path, std::string_view bytes) {
  // The process id keeps processes apart and the counter the threads of one.
  // O_EXCL guards against the leftover of a crashed process with our id.
  static std::atomic<unsigned> counter{0};
  std::string temporary;
  int fd = -1;
  for (int attempt = 0; attempt < 100 && fd < 0; ++attempt) {
    temporary = path + ".tmp." + std::to_string(::getpid()) + "." +
                std::to_string(counter++);
    fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                0666);
    if (fd < 0 && errno != EEXIST)
      break;
  }
  if (fd < 0)
    return systemError("create", temporary);
  // Without fsync a crash of the machine could leave the new name with no
  // contents.
  bool written = writeAll(fd, bytes) && ::fsync(fd) == 0;
  Error failure = written ? Error{} : systemError("write", temporary);
  if (::close(fd) != 0 && written) {
    written = false;
    failure = systemError("close", temporary);
  }
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = false;
    failure = systemError("rename a temporary file to", path);
  }
  if (!written) {
    ::unlink(temporary.c_str());
    return failure;
  }
  return Status();
}

} // namespace gridquant
