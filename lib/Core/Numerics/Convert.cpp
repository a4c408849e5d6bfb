//===- Convert.cpp - conversions of whole arrays --------------------------===//

#include "gq/Numerics/Convert.h"

#include <array>
#include <cmath>
#include <limits>

using namespace gridquant;

namespace {

template <typename From, typename Fn>
void widen(const void *from, int64_t count, float *to, Fn convert) {
  const From *source = static_cast<const From *>(from);
  for (int64_t i = 0; i < count; ++i)
    to[i] = convert(source[i]);
}

template <typename To, typename Fn>
void narrow(const float *from, int64_t count, void *to, Fn convert) {
  To *target = static_cast<To *>(to);
  for (int64_t i = 0; i < count; ++i)
    target[i] = convert(from[i]);
}

template <typename To> To floatToInteger(float value) {
  if (std::isnan(value))
    return 0;
  // The upper limit need not be a float (2^31 - 1 is not): compare with the
  // power of two above it, which is.
  float limit = std::ldexp(1.0f, std::numeric_limits<To>::digits);
  float rounded = std::nearbyint(value);
  if (rounded >= limit)
    return std::numeric_limits<To>::max();
  if (rounded < -limit)
    return std::numeric_limits<To>::min();
  return static_cast<To>(rounded);
}

template <typename Code, typename Fn>
std::array<float, 256> makeTable(Fn convert) {
  std::array<float, 256> table;
  for (unsigned code = 0; code < 256; ++code)
    table[code] = convert(static_cast<Code>(code));
  return table;
}

template <typename T> float toFloat(T value) {
  return static_cast<float>(value);
}

} // namespace

void gridquant::convertToFloat(ElementType type, const void *from,
                               int64_t count, float *to) {
  switch (type) {
  case ElementType::bf16:
    return widen<uint16_t>(from, count, to,
                           [](uint16_t v) { return bf16ToFloat(v); });
  case ElementType::f16:
    return widen<uint16_t>(from, count, to,
                           [](uint16_t v) { return f16ToFloat(v); });
  case ElementType::f32:
    if (count > 0)
      std::memmove(to, from, static_cast<size_t>(count) * sizeof(float));
    return;
  case ElementType::f64:
    return widen<double>(from, count, to, toFloat<double>);
  case ElementType::i8:
    return widen<int8_t>(from, count, to, [](int8_t v) { return float(v); });
  case ElementType::i16:
    return widen<int16_t>(from, count, to, toFloat<int16_t>);
  case ElementType::i32:
    return widen<int32_t>(from, count, to, toFloat<int32_t>);
  case ElementType::i64:
    return widen<int64_t>(from, count, to, toFloat<int64_t>);
  case ElementType::f8E4M3FN:
    return widen<uint8_t>(from, count, to,
                          [](uint8_t v) { return f8E4M3FNToFloat(v); });
  case ElementType::f8E5M2:
    return widen<uint8_t>(from, count, to,
                          [](uint8_t v) { return f8E5M2ToFloat(v); });
  case ElementType::f8E8M0FNU:
    return widen<uint8_t>(from, count, to,
                          [](uint8_t v) { return f8E8M0FNUToFloat(v); });
  }
}

void gridquant::convertFromFloat(ElementType type, const float *from,
                                 int64_t count, void *to) {
  switch (type) {
  case ElementType::bf16:
    return narrow<uint16_t>(from, count, to,
                            [](float v) { return floatToBf16(v); });
  case ElementType::f16:
    return narrow<uint16_t>(from, count, to,
                            [](float v) { return floatToF16(v); });
  case ElementType::f32:
    if (count > 0)
      std::memmove(to, from, static_cast<size_t>(count) * sizeof(float));
    return;
  case ElementType::f64:
    return narrow<double>(from, count, to,
                          [](float v) { return static_cast<double>(v); });
  case ElementType::i8:
    return narrow<int8_t>(from, count, to, floatToInteger<int8_t>);
  case ElementType::i16:
    return narrow<int16_t>(from, count, to, floatToInteger<int16_t>);
  case ElementType::i32:
    return narrow<int32_t>(from, count, to, floatToInteger<int32_t>);
  case ElementType::i64:
    return narrow<int64_t>(from, count, to, floatToInteger<int64_t>);
  case ElementType::f8E4M3FN:
    return narrow<uint8_t>(from, count, to,
                           [](float v) { return floatToF8E4M3FN(v); });
  case ElementType::f8E5M2:
    return narrow<uint8_t>(from, count, to,
                           [](float v) { return floatToF8E5M2(v); });
  case ElementType::f8E8M0FNU:
    return narrow<uint8_t>(from, count, to,
                           [](float v) { return floatToF8E8M0FNU(v); });
  }
}

const float *gridquant::decodeTable(ElementType type) {
  static const std::array<float, 256> e4m3 =
      makeTable<uint8_t>([](uint8_t code) { return f8E4M3FNToFloat(code); });
  static const std::array<float, 256> e5m2 =
      makeTable<uint8_t>([](uint8_t code) { return f8E5M2ToFloat(code); });
  static const std::array<float, 256> e8m0 =
      makeTable<uint8_t>([](uint8_t code) { return f8E8M0FNUToFloat(code); });
  static const std::array<float, 256> int8 = makeTable<int8_t>(toFloat<int8_t>);
  switch (type) {
  case ElementType::f8E4M3FN:
    return e4m3.data();
  case ElementType::f8E5M2:
    return e5m2.data();
  case ElementType::f8E8M0FNU:
    return e8m0.data();
  case ElementType::i8:
    return int8.data();
  default:
    return nullptr;
  }
}
