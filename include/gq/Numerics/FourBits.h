//===- FourBits.h - codes of four bits, two to a byte -----------*- C++ -*-===//
//
// Weights are kept so: code 2i of a row in the low four bits of byte i, code
// 2i + 1 in the high ones. A row of an odd number of codes ends with half a
// byte that stands for nothing.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_NUMERICS_FOURBITS_H
#define GQ_NUMERICS_FOURBITS_H

#include "gq/Support/ElementType.h"

#include <cstdint>

namespace gridquant {

enum class FourBits {
  i4,       ///< two's complement, -8 to 7
  f4E2M1FN, ///< 0, 0.5, 1, 1.5, 2, 3, 4, 6 below a sign
};

/// The format of one byte that holds all values of \p format: i8, f8E4M3FN.
ElementType widerFormat(FourBits format);

/// The largest magnitude that values are quantised to: 7 (i4 is used
/// symmetrically) or 6.
constexpr float fourBitsMax(FourBits format) {
  return format == FourBits::i4 ? 7.0f : 6.0f;
}

/// The code of a value, to nearest even. What is larger saturates; NaN becomes
/// 0 of i4, and 6 of f4E2M1FN, which has none, as PTX converts it.
uint8_t floatToFourBits(FourBits format, float value);

/// The codes of \p count values, an even number, from \p bytes on.
void packFourBits(FourBits format, const float *values, int64_t count,
                  uint8_t *bytes);

/// The codes of widerFormat() that the first \p count codes from \p bytes on
/// are.
void unpackFourBits(FourBits format, const uint8_t *bytes, int64_t count,
                    uint8_t *codes);

} // namespace gridquant

#endif // GQ_NUMERICS_FOURBITS_H
