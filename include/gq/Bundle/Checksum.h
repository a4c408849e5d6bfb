//===- Checksum.h - hashes of bundles and cache entries ---------*- C++ -*-===//
#ifndef GQ_BUNDLE_CHECKSUM_H
#define GQ_BUNDLE_CHECKSUM_H

#include <cstdint>
#include <string_view>

namespace gridquant {

/// CRC-32 as in zlib and PNG (reflected polynomial 0xedb88320). Pass an earlier
/// result as `seed` to continue it.
uint32_t crc32(std::string_view bytes, uint32_t seed = 0);

/// FNV-1a, 64 bits: a key, not a protection against an adversary.
uint64_t fnv1a64(std::string_view bytes, uint64_t seed = 0xcbf29ce484222325ull);

} // namespace gridquant

#endif // GQ_BUNDLE_CHECKSUM_H
