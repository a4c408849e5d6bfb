//===- Cache.h - compiled PTX on disk ---------------------------*- C++ -*-===//
//
// Compiling PTX in the driver takes seconds, so that the result is kept. The
// cache is an aid and nothing else: no failure here fails a load.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_RUNTIME_CACHE_H
#define GQ_LIB_RUNTIME_CACHE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gridquant::runtime {

/// What a compiled image depends on.
struct CacheKey {
  uint64_t ptxHash;
  uint64_t ptxSize;
  int major, minor;  // capability of the device
  int driverVersion; // its compiler may differ

  CacheKey(std::string_view ptx, int major, int minor, int driverVersion);
  std::string fileName() const;
};

/// $GQ_CACHE_DIR, $XDG_CACHE_HOME/gridquant or ~/.cache/gridquant; empty when
/// none of the variables is set, or GQ_CACHE_DIR is set and empty: no cache.
std::string cacheDirectory();

/// The cubin of an entry. Nothing when there is no entry or it is damaged.
std::optional<std::string> readCache(const std::string &directory,
                                     const CacheKey &key);

/// Stores an entry, over an old one. Readers see the old or the new one.
void writeCache(const std::string &directory, const CacheKey &key,
                std::string_view cubin);

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_CACHE_H
