//===- TestSupport.h - independent arithmetic for the tests -----*- C++ -*-===//
//
// Number formats from their definitions: values by ldexp, rounding by search.
// Nothing here shares code with the library.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_UNITTESTS_NUMERICS_TESTSUPPORT_H
#define GQ_UNITTESTS_NUMERICS_TESTSUPPORT_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

namespace testsupport {

inline float fromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

inline uint32_t toBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

/// The value of a magnitude code (no sign bit) as if no code were special.
inline double codeValue(unsigned code, int mantissaBits, int bias) {
  int exponent = static_cast<int>(code >> mantissaBits);
  int mantissa = static_cast<int>(code & ((1u << mantissaBits) - 1));
  if (exponent == 0)
    return std::ldexp(mantissa, 1 - bias - mantissaBits);
  return std::ldexp(mantissa + (1 << mantissaBits),
                    exponent - bias - mantissaBits);
}

/// A small format: its finite magnitudes in increasing order, one per code.
struct Format {
  int mantissaBits, bias;
  unsigned maxCode;
  unsigned signBit;
  bool saturates;
  std::vector<double> values;

  Format(int mantissaBits, int bias, unsigned maxCode, unsigned signBit,
         bool saturates)
      : mantissaBits(mantissaBits), bias(bias), maxCode(maxCode),
        signBit(signBit), saturates(saturates) {
    for (unsigned code = 0; code <= maxCode; ++code)
      values.push_back(codeValue(code, mantissaBits, bias));
  }

  /// The code of the value nearest to x, ties to the even code. Not for NaN.
  unsigned round(float x) const {
    unsigned sign = std::signbit(x) ? signBit : 0;
    double magnitude = std::fabs(static_cast<double>(x));
    if (magnitude > values.back()) {
      double next = codeValue(maxCode + 1, mantissaBits, bias);
      // Past the last midpoint (or on it, the last mantissa being odd) lies
      // infinity for formats that do not saturate.
      bool over = magnitude - values.back() >= next - magnitude;
      return sign | (saturates || !over ? maxCode : maxCode + 1);
    }
    auto above = std::lower_bound(values.begin(), values.end(), magnitude);
    unsigned high = static_cast<unsigned>(above - values.begin());
    if (high == 0)
      return sign;
    double up = values[high] - magnitude, down = magnitude - values[high - 1];
    if (up == down)
      return sign | ((high & 1) ? high - 1 : high);
    return sign | (up < down ? high : high - 1);
  }
};

inline const Format &e4m3() {
  static const Format format(3, 7, 0x7e, 0x80, true);
  return format;
}
inline const Format &e5m2() {
  static const Format format(2, 15, 0x7b, 0x80, true);
  return format;
}
/// Of four bits.
inline const Format &e2m1() {
  static const Format format(1, 1, 0x7, 0x8, true);
  return format;
}
inline const Format &half() {
  static const Format format(10, 15, 0x7bff, 0x8000, false);
  return format;
}
inline const Format &bfloat() {
  static const Format format(7, 127, 0x7f7f, 0x8000, false);
  return format;
}

/// All fp8 values by code, from the definition.
inline float fp8Value(bool isE4M3, uint8_t code) {
  const Format &format = isE4M3 ? e4m3() : e5m2();
  unsigned magnitude = code & 0x7f;
  float sign = code & 0x80 ? -1.0f : 1.0f;
  if (magnitude <= format.maxCode)
    return sign * static_cast<float>(format.values[magnitude]);
  if (!isE4M3 && magnitude == 0x7c)
    return sign * std::numeric_limits<float>::infinity();
  return std::numeric_limits<float>::quiet_NaN();
}

/// A plain linear congruential generator, for tests only.
struct Random {
  uint64_t state;
  explicit Random(uint64_t seed) : state(seed * 2 + 1) {}
  uint32_t next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>(state >> 32);
  }
  int64_t below(int64_t bound) {
    return static_cast<int64_t>(next() % static_cast<uint64_t>(bound));
  }
};

} // namespace testsupport

#endif // GQ_UNITTESTS_NUMERICS_TESTSUPPORT_H
