//===- Checksum.cpp - hashes of bundles and cache entries -----------------===//
#include "gq/Bundle/Checksum.h"

#include <array>

namespace gridquant {

using CrcTables = std::array<std::array<uint32_t, 256>, 8>;

/// tables[n][byte]: what a byte with n zeros behind it adds to the remainder.
static constexpr CrcTables makeCrcTables() {
  CrcTables tables{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value >> 1) ^ ((value & 1) ? 0xedb88320u : 0u);
    tables[0][i] = value;
  }
  for (size_t n = 1; n < tables.size(); ++n)
    for (size_t i = 0; i < 256; ++i)
      tables[n][i] =
          (tables[n - 1][i] >> 8) ^ tables[0][tables[n - 1][i] & 0xff];
  return tables;
}

uint32_t crc32(std::string_view bytes, uint32_t seed) {
  static constexpr CrcTables tables = makeCrcTables();
  uint32_t crc = ~seed;
  // Eight bytes at a time: constants have gigabytes.
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    uint32_t next = 0;
    for (size_t i = 0; i < 8; ++i) {
      uint8_t byte = static_cast<uint8_t>(bytes[i]);
      if (i < 4)
        byte = static_cast<uint8_t>(byte ^ (crc >> (8 * i)));
      next ^= tables[7 - i][byte];
    }
    crc = next;
  }
  for (char c : bytes)
    crc = (crc >> 8) ^ tables[0][(crc ^ static_cast<uint8_t>(c)) & 0xff];
  return ~crc;
}

uint64_t fnv1a64(std::string_view bytes, uint64_t seed) {
  uint64_t hash = seed;
  for (char c : bytes)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3ull;
  return hash;
}

} // namespace gridquant
