//===- Checksum.cpp - hashes of bundles and cache entries -----------------===//
#include "gq/Bundle/Checksum.h"

#include <array>

namespace gridquant {

static constexpr std::array<uint32_t, 256> makeCrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value >> 1) ^ ((value & 1) ? 0xedb88320u : 0u);
    table[i] = value;
  }
  return table;
}

uint32_t crc32(std::string_view bytes, uint32_t seed) {
  static constexpr std::array<uint32_t, 256> table = makeCrcTable();
  uint32_t crc = ~seed;
  for (char c : bytes)
    crc = (crc >> 8) ^ table[(crc ^ static_cast<uint8_t>(c)) & 0xff];
  return ~crc;
}

uint64_t fnv1a64(std::string_view bytes, uint64_t seed) {
  uint64_t hash = seed;
  for (char c : bytes)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3ull;
  return hash;
}

} // namespace gridquant
