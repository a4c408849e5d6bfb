//===- FourBits.cpp - codes of four bits, two to a byte -------------------===//

#include "gq/Numerics/FourBits.h"

#include "gq/Numerics/Convert.h"

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

void gridquant::unpackFourBits(FourBits format, const uint8_t *bytes,
                               int64_t count, uint8_t *codes) {
  uint8_t table[16];
  for (unsigned code = 0; code < 16; ++code)
    table[code] = widen(format, code);
  for (int64_t i = 0; i < count; ++i)
    codes[i] = table[bytes[i / 2] >> (i % 2 * 4) & 15];
}
