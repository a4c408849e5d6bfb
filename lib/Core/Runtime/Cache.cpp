//===- Cache.cpp - compiled PTX on disk -----------------------------------===//
#include "Cache.h"

#include "gq/Bundle/Checksum.h"
#include "gq/Bundle/File.h"

#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>

namespace gridquant::runtime {

CacheKey::CacheKey(std::string_view ptx, int major, int minor,
                   int driverVersion)
    : ptxHash(fnv1a64(ptx)), ptxSize(ptx.size()), major(major), minor(minor),
      driverVersion(driverVersion) {}

std::string CacheKey::fileName() const {
  char text[96];
  std::snprintf(text, sizeof(text), "%016llx-%llu-sm%d%d-driver%d.cubin",
                static_cast<unsigned long long>(ptxHash),
                static_cast<unsigned long long>(ptxSize), major, minor,
                driverVersion);
  return text;
}

std::string cacheDirectory() {
  if (const char *directory = std::getenv("GQ_CACHE_DIR"))
    return directory;
  const char *base = std::getenv("XDG_CACHE_HOME");
  if (base && *base)
    return std::string(base) + "/gridquant";
  const char *home = std::getenv("HOME");
  if (home && *home)
    return std::string(home) + "/.cache/gridquant";
  return std::string();
}

/// The first line of an entry. It repeats the key, which finds a file that was
/// renamed, and has size and checksum of the cubin, which find a damaged one.
static std::string entryHeader(const CacheKey &key, std::string_view cubin) {
  char text[160];
  std::snprintf(text, sizeof(text), "gridquant-cache 1 %s %zu %08x\n",
                key.fileName().c_str(), cubin.size(), crc32(cubin));
  return text;
}

std::optional<std::string> readCache(const std::string &directory,
                                     const CacheKey &key) {
  if (directory.empty())
    return std::nullopt;
  Expected<std::string> entry = readFile(directory + "/" + key.fileName());
  if (!entry)
    return std::nullopt;
  size_t line = entry->find('\n');
  if (line == std::string::npos)
    return std::nullopt;
  std::string cubin = entry->substr(line + 1);
  if (cubin.empty() || entry->substr(0, line + 1) != entryHeader(key, cubin))
    return std::nullopt;
  return cubin;
}

/// mkdir -p. Private to the user: the cubins in it are executed.
static void makeDirectories(const std::string &path) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1))
    ::mkdir(path.substr(0, slash).c_str(), 0700);
  ::mkdir(path.c_str(), 0700);
}

void writeCache(const std::string &directory, const CacheKey &key,
                std::string_view cubin) {
  if (directory.empty())
    return;
  makeDirectories(directory);
  std::string entry = entryHeader(key, cubin);
  entry += cubin;
  // A full disk or a read-only home costs the time of compiling again, not the
  // load.
  (void)static_cast<bool>(
      writeFileAtomically(directory + "/" + key.fileName(), entry));
}

} // namespace gridquant::runtime
