//===- Convert.h - exact conversions between number formats -----*- C++ -*-===//
//
// Scalar conversions, inline and free of data-dependent branches where it
// matters, so that loops over them vectorise.
//
// Narrowing rounds to nearest, ties to even, and agrees with PTX to the bit:
//
//   float -> bf16   cvt.rn.bf16.f32     overflow gives inf, NaN gives 0x7fff
//   float -> f16    cvt.rn.f16.f32      overflow gives inf, NaN gives 0x7fff
//   float -> fp8    cvt.rn.satfinite.{e4m3x2,e5m2x2}.f32
//                                       anything beyond the largest finite
//                                       value, infinities included, gives that
//                                       value with its sign; NaN gives 0x7f
//
// arith.truncf does not saturate. What rounds to more than the largest finite
// value is inf in f8E5M2 and NaN in f8E4M3FN, which has no infinity; the
// functions for it are named after it.
//
// The NaNs above are canonical: sign and payload of the input are dropped.
// Denormal results are exact and -0 stays -0. Note that 0x7f encodes NaN in
// both fp8 formats.
//
// Widening is exact. A NaN keeps sign and payload when it comes from bf16 or
// f16; from fp8 it becomes 0x7fffffff, the canonical NaN of PTX.
//
// The conversions expect the default rounding mode. They do not depend on
// whether the processor flushes denormals: no denormal float enters or leaves a
// floating-point instruction whose result matters.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_NUMERICS_CONVERT_H
#define GQ_NUMERICS_CONVERT_H

#include "gq/Support/ElementType.h"

#include <cstring>

namespace gridquant {

inline uint32_t floatToBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline float bitsToFloat(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

//===----------------------------------------------------------------------===//
// bf16
//===----------------------------------------------------------------------===//

inline uint16_t floatToBf16(float value) {
  uint32_t bits = floatToBits(value);
  // Adding just under half a unit, plus the lowest kept bit, carries exactly
  // when nearest-even rounds up; the carry out of the largest finite value
  // lands on infinity.
  uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1)) >> 16;
  bool isNaN = (bits & 0x7fffffffu) > 0x7f800000u;
  return static_cast<uint16_t>(isNaN ? 0x7fffu : rounded);
}

inline float bf16ToFloat(uint16_t bits) {
  return bitsToFloat(static_cast<uint32_t>(bits) << 16);
}

//===----------------------------------------------------------------------===//
// f16
//===----------------------------------------------------------------------===//

inline uint16_t floatToF16(float value) {
  uint32_t bits = floatToBits(value);
  uint32_t sign = (bits >> 16) & 0x8000u;
  uint32_t magnitude = bits & 0x7fffffffu;
  // Below 2^-14 the result is a multiple of 2^-24, the unit of 0.5f: one
  // addition does the rounding.
  uint32_t denormal =
      floatToBits(bitsToFloat(magnitude) + 0.5f) - floatToBits(0.5f);
  uint32_t normal =
      (magnitude - (112u << 23) + 0xfffu + ((magnitude >> 13) & 1)) >> 13;
  uint32_t result = magnitude < 0x38800000u ? denormal : normal;
  result = magnitude >= 0x47800000u ? 0x7c00u : result; // 2^16 and above
  result |= sign;
  return static_cast<uint16_t>(magnitude > 0x7f800000u ? 0x7fffu : result);
}

inline float f16ToFloat(uint16_t bits) {
  uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
  uint32_t exponent = (bits >> 10) & 0x1fu;
  uint32_t mantissa = bits & 0x3ffu;
  // int32_t: processors convert signed integers to float, not unsigned ones.
  uint32_t denormal = floatToBits(
      static_cast<float>(static_cast<int32_t>(mantissa)) * 0x1p-24f);
  uint32_t normal = ((exponent + 112u) << 23) | (mantissa << 13);
  uint32_t special = 0x7f800000u | (mantissa << 13);
  uint32_t result = exponent == 0 ? denormal : normal;
  result = exponent == 0x1fu ? special : result;
  return bitsToFloat(result | sign);
}

//===----------------------------------------------------------------------===//
// fp8
//===----------------------------------------------------------------------===//

namespace detail {

/// \p MaxCode is the code of the largest finite value.
template <unsigned MantissaBits, unsigned Bias, uint32_t MaxCode>
inline uint8_t floatToFp8(float value) {
  constexpr unsigned shift = 23 - MantissaBits;
  constexpr uint32_t rebias = (127 - Bias) << 23;
  constexpr uint32_t maxFinite = (MaxCode << shift) + rebias;
  constexpr uint32_t minNormal = (128 - Bias) << 23;
  // A float whose unit in the last place is the smallest fp8 denormal.
  constexpr uint32_t magic = (128 - Bias + 23 - MantissaBits) << 23;

  uint32_t bits = floatToBits(value);
  uint32_t sign = (bits >> 24) & 0x80u;
  uint32_t magnitude = bits & 0x7fffffffu;
  uint32_t denormal =
      floatToBits(bitsToFloat(magnitude) + bitsToFloat(magic)) - magic;
  uint32_t normal = (magnitude - rebias + ((1u << (shift - 1)) - 1) +
                     ((magnitude >> shift) & 1)) >>
                    shift;
  uint32_t result = magnitude < minNormal ? denormal : normal;
  result = magnitude >= maxFinite ? MaxCode : result;
  result |= sign;
  return static_cast<uint8_t>(magnitude > 0x7f800000u ? 0x7fu : result);
}

/// Finite codes only.
template <unsigned MantissaBits, unsigned Bias>
inline uint32_t finiteFp8ToFloatBits(uint8_t code) {
  constexpr uint32_t unit = (128 - Bias - MantissaBits) << 23;
  uint32_t sign = static_cast<uint32_t>(code & 0x80u) << 24;
  uint32_t magnitude = code & 0x7fu;
  uint32_t denormal = floatToBits(
      static_cast<float>(static_cast<int32_t>(magnitude)) * bitsToFloat(unit));
  uint32_t normal = (magnitude << (23 - MantissaBits)) + ((127 - Bias) << 23);
  return ((magnitude >> MantissaBits) == 0 ? denormal : normal) | sign;
}

} // namespace detail

inline uint8_t floatToF8E4M3FN(float value) {
  return detail::floatToFp8<3, 7, 0x7e>(value);
}

inline uint8_t floatToF8E5M2(float value) {
  return detail::floatToFp8<2, 15, 0x7b>(value);
}

/// As arith.truncf: halfway from 448 to 480, which would be the next one, lies
/// 464, and rounds to the even one, 448.
inline uint8_t truncateToF8E4M3FN(float value) {
  bool overflows = (floatToBits(value) & 0x7fffffffu) > 0x43e80000u;
  return overflows ? 0x7fu : floatToF8E4M3FN(value);
}

/// As arith.truncf: halfway between 57344 and 65536 lies 61440, and rounds to
/// the even one, which is infinity.
inline uint8_t truncateToF8E5M2(float value) {
  uint32_t bits = floatToBits(value), magnitude = bits & 0x7fffffffu;
  if (magnitude < 0x47700000u || magnitude > 0x7f800000u)
    return floatToF8E5M2(value);
  return static_cast<uint8_t>(0x7cu | (bits >> 24 & 0x80u));
}

inline float f8E4M3FNToFloat(uint8_t code) {
  uint32_t finite = detail::finiteFp8ToFloatBits<3, 7>(code);
  return bitsToFloat((code & 0x7fu) == 0x7fu ? 0x7fffffffu : finite);
}

inline float f8E5M2ToFloat(uint8_t code) {
  uint32_t result = detail::finiteFp8ToFloatBits<2, 15>(code);
  uint32_t infinity = 0x7f800000u | static_cast<uint32_t>(code & 0x80u) << 24;
  result = (code & 0x7fu) == 0x7cu ? infinity : result;
  return bitsToFloat((code & 0x7fu) > 0x7cu ? 0x7fffffffu : result);
}

/// E8M0 holds 2^(code - 127); 0xff is NaN. Rounds up to the next power of two,
/// as scales must: a scale that shrinks would push the block's largest element
/// out of range. Zero gives the smallest code; what has no logarithm gives NaN.
inline uint8_t floatToF8E8M0FNU(float value) {
  uint32_t bits = floatToBits(value);
  if ((bits & 0x7fffffffu) == 0)
    return 0;
  if (bits >= 0x7f800000u) // inf, NaN, negative
    return 0xff;
  if (bits < 0x00800000u) // a denormal: 2^-127 or below, or up to 2^-126
    return bits <= 0x00400000u ? 0 : 1;
  return static_cast<uint8_t>((bits + 0x7fffffu) >> 23);
}

inline float f8E8M0FNUToFloat(uint8_t code) {
  uint32_t bits = static_cast<uint32_t>(code) << 23;
  bits = code == 0 ? 0x00400000u : bits;
  return bitsToFloat(code == 0xff ? 0x7fffffffu : bits);
}

//===----------------------------------------------------------------------===//
// int8 and powers of two
//===----------------------------------------------------------------------===//

/// Nearest even, clamped to +-127. NaN has no integer and gives 0, as
/// cvt.rni.s8.f32 does.
inline int8_t floatToInt8Symmetric(float value) {
  // Clamping first is safe because the limits are integers themselves.
  float clamped = value < -127.0f ? -127.0f : value;
  clamped = clamped > 127.0f ? 127.0f : clamped;
  clamped = (floatToBits(value) & 0x7fffffffu) > 0x7f800000u ? 0.0f : clamped;
  constexpr float magic = 0x1.8p23f; // its unit in the last place is one
  return static_cast<int8_t>(
      static_cast<int32_t>(floatToBits(clamped + magic) - floatToBits(magic)));
}

/// 2^ceil(log2(value)) for a positive normal value not above 2^127.
inline float roundUpToPowerOfTwo(float value) {
  return bitsToFloat((floatToBits(value) + 0x7fffffu) & 0x7f800000u);
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

/// Widens \p count elements; i32, i64 and f64 round to float.
void convertToFloat(ElementType type, const void *from, int64_t count,
                    float *to);

/// Narrows \p count floats as described above. Integers round to nearest even
/// and clamp to the range of their type; NaN gives 0.
void convertFromFloat(ElementType type, const float *from, int64_t count,
                      void *to);

/// The value of every code of a one-byte type (fp8, E8M0 or i8), indexed by the
/// code; null for other types.
const float *decodeTable(ElementType type);

} // namespace gridquant

#endif // GQ_NUMERICS_CONVERT_H
