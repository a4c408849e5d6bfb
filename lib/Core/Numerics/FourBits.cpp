//===- FourBits.cpp - codes of four bits, two to a byte -------------------===//

#include "gq/Numerics/FourBits.h"

#include "gq/Numerics/Convert.h"

#include <cmath>

using namespace gridquant;

ElementType gridquant::widerFormat(FourBits format) {
  return format == FourBits::i4 ? ElementType::i8 : ElementType::f8E4M3FN;
}

static uint8_t widen(FourBits format, unsigned code) {
  if (format == FourBits::i4)
    return static_cast<uint8_t>(code < 8 ? code : code + 0xf0);
  constexpr float magnitudes[] = {0.0f, 0.5f, 1.0f, 1.5f,
                                  2.0f, 3.0f, 4.0f, 6.0f};
  float magnitude = magnitudes[code & 7];
  return floatToF8E4M3FN(code < 8 ? magnitude : -magnitude);
}

/// A step up at each value halfway to the next; at one whose lower neighbour is
/// odd, a tie goes up as well.
static uint8_t toF4E2M1FN(float value) {
  float magnitude = std::fabs(value);
  if (magnitude != magnitude)
    return 7;
  int code = (magnitude > 0.25f) + (magnitude >= 0.75f) + (magnitude > 1.25f) +
             (magnitude >= 1.75f) + (magnitude > 2.5f) + (magnitude >= 3.5f) +
             (magnitude > 5.0f);
  return static_cast<uint8_t>(code | (std::signbit(value) ? 8 : 0));
}

static uint8_t toInt4(float value) {
  constexpr float most = fourBitsMax(FourBits::i4);
  float clamped = value < -most ? -most : value > most ? most : value;
  clamped = value != value ? 0.0f : clamped;
  constexpr float magic = 0x1.8p23f; // its unit in the last place is one
  return static_cast<uint8_t>(floatToBits(clamped + magic) & 15);
}

uint8_t gridquant::floatToFourBits(FourBits format, float value) {
  return format == FourBits::i4 ? toInt4(value) : toF4E2M1FN(value);
}

template <typename Fn>
static void pack(const float *values, int64_t count, uint8_t *bytes, Fn code) {
  for (int64_t i = 0; i < count; i += 2)
    bytes[i / 2] =
        static_cast<uint8_t>(code(values[i]) | code(values[i + 1]) << 4);
}

void gridquant::packFourBits(FourBits format, const float *values,
                             int64_t count, uint8_t *bytes) {
  if (format == FourBits::i4)
    pack(values, count, bytes, toInt4);
  else
    pack(values, count, bytes, toF4E2M1FN);
}

void gridquant::unpackFourBits(FourBits format, const uint8_t *bytes,
                               int64_t count, uint8_t *codes) {
  uint8_t table[16];
  for (unsigned code = 0; code < 16; ++code)
    table[code] = widen(format, code);
  for (int64_t i = 0; i < count; ++i)
    codes[i] = table[bytes[i / 2] >> (i % 2 * 4) & 15];
}
