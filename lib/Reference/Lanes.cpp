//===- Lanes.cpp - registers of the scalar machine ------------------------===//

#include "Lanes.h"

#include "gq/Numerics/Convert.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::gq;
using gridquant::ElementType;

std::optional<ScalarKind> ScalarKind::get(Type type) {
  if (isa<IndexType>(type))
    return ScalarKind{Int, 64, ElementType::i64};
  if (auto integer = dyn_cast<IntegerType>(type)) {
    if (integer.getWidth() == 0 || integer.getWidth() > 64)
      return std::nullopt;
    unsigned bytes = RuntimeTensor::getElementSize(type);
    return ScalarKind{Int, integer.getWidth(),
                      bytes == 1   ? ElementType::i8
                      : bytes == 2 ? ElementType::i16
                      : bytes == 4 ? ElementType::i32
                                   : ElementType::i64};
  }
  if (!isa<FloatType>(type))
    return std::nullopt;
  std::optional<ElementType> element = getNumericsType(type);
  if (!element)
    return std::nullopt;
  return ScalarKind{*element == ElementType::f64 ? F64 : F32, 0, *element};
}

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

float mlir::gq::roundToOdd(double value) {
  float nearest = static_cast<float>(value);
  double back = nearest;
  if (back == value || std::isnan(value))
    return nearest;
  // Toward zero, then make the last bit odd.
  if (std::fabs(back) > std::fabs(value))
    nearest = std::nextafter(nearest, 0.0f);
  return gridquant::bitsToFloat(gridquant::floatToBits(nearest) | 1);
}

template <typename Encode, typename Decode>
static void roundTrip(Lanes &lanes, int64_t count, Encode encode,
                      Decode decode) {
  for (int64_t i = 0; i < count; ++i)
    lanes.f[i] = decode(encode(lanes.f[i]));
}

void mlir::gq::roundLanes(const ScalarKind &kind, Lanes &lanes, int64_t count) {
  using namespace gridquant;
  switch (kind.element) {
  case ElementType::bf16:
    return roundTrip(lanes, count, floatToBf16, bf16ToFloat);
  case ElementType::f16:
    return roundTrip(lanes, count, floatToF16, f16ToFloat);
  case ElementType::f8E4M3FN:
    return roundTrip(lanes, count, truncateToF8E4M3FN, f8E4M3FNToFloat);
  case ElementType::f8E5M2:
    return roundTrip(lanes, count, truncateToF8E5M2, f8E5M2ToFloat);
  case ElementType::f8E8M0FNU:
    return roundTrip(lanes, count, floatToF8E8M0FNU, f8E8M0FNUToFloat);
  default:
    return;
  }
}

double mlir::gq::roundDouble(const ScalarKind &kind, double value) {
  if (kind.bank == ScalarKind::F64)
    return value;
  Lanes lanes;
  lanes.f[0] = kind.isNarrow() ? roundToOdd(value) : static_cast<float>(value);
  roundLanes(kind, lanes, 1);
  return lanes.f[0];
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

template <typename T, typename R, typename Fn>
static void load(const unsigned char *memory, int64_t stride, int64_t count,
                 R *to, Fn convert) {
  const T *from = reinterpret_cast<const T *>(memory);
  if (stride == 0)
    std::fill(to, to + count, convert(*from));
  else if (stride == 1)
    for (int64_t i = 0; i < count; ++i)
      to[i] = convert(from[i]);
  else
    for (int64_t i = 0; i < count; ++i)
      to[i] = convert(from[i * stride]);
}

template <typename T, typename R, typename Fn>
static void store(const R *from, int64_t stride, int64_t count,
                  unsigned char *memory, Fn convert) {
  T *to = reinterpret_cast<T *>(memory);
  if (stride == 1)
    for (int64_t i = 0; i < count; ++i)
      to[i] = convert(from[i]);
  else
    for (int64_t i = 0; i < count; ++i)
      to[i * stride] = convert(from[i]);
}

void mlir::gq::loadLanes(const ScalarKind &kind, const unsigned char *from,
                         int64_t stride, int64_t count, Lanes &to) {
  unsigned width = kind.width;
  auto extend = [width](auto value) {
    return signExtend(static_cast<uint64_t>(value), width);
  };
  auto same = [](auto value) { return value; };
  switch (kind.element) {
  case ElementType::bf16:
    return load<uint16_t>(from, stride, count, to.f, gridquant::bf16ToFloat);
  case ElementType::f16:
    return load<uint16_t>(from, stride, count, to.f, gridquant::f16ToFloat);
  case ElementType::f32:
    return load<float>(from, stride, count, to.f, same);
  case ElementType::f64:
    return load<double>(from, stride, count, to.d, same);
  case ElementType::f8E4M3FN:
  case ElementType::f8E5M2:
  case ElementType::f8E8M0FNU: {
    const float *table = gridquant::decodeTable(kind.element);
    return load<uint8_t>(from, stride, count, to.f,
                         [table](uint8_t code) { return table[code]; });
  }
  case ElementType::i8:
    return load<int8_t>(from, stride, count, to.i, extend);
  case ElementType::i16:
    return load<int16_t>(from, stride, count, to.i, extend);
  case ElementType::i32:
    return load<int32_t>(from, stride, count, to.i, extend);
  case ElementType::i64:
    return load<int64_t>(from, stride, count, to.i, extend);
  }
}

void mlir::gq::storeLanes(const ScalarKind &kind, const Lanes &from,
                          int64_t stride, int64_t count, unsigned char *to) {
  using namespace gridquant;
  // i1 is 0 or 1 in memory, whatever its copies of the sign say.
  int64_t mask = kind.bank == ScalarKind::Int && kind.width == 1 ? 1 : -1;
  auto same = [](auto value) { return value; };
  switch (kind.element) {
  case ElementType::bf16:
    return store<uint16_t>(from.f, stride, count, to, floatToBf16);
  case ElementType::f16:
    return store<uint16_t>(from.f, stride, count, to, floatToF16);
  case ElementType::f32:
    return store<float>(from.f, stride, count, to, same);
  case ElementType::f64:
    return store<double>(from.d, stride, count, to, same);
  case ElementType::f8E4M3FN:
    return store<uint8_t>(from.f, stride, count, to, truncateToF8E4M3FN);
  case ElementType::f8E5M2:
    return store<uint8_t>(from.f, stride, count, to, truncateToF8E5M2);
  case ElementType::f8E8M0FNU:
    return store<uint8_t>(from.f, stride, count, to, floatToF8E8M0FNU);
  case ElementType::i8:
    return store<int8_t>(from.i, stride, count, to, [mask](int64_t value) {
      return static_cast<int8_t>(value & mask);
    });
  case ElementType::i16:
    return store<int16_t>(from.i, stride, count, to, [](int64_t value) {
      return static_cast<int16_t>(value);
    });
  case ElementType::i32:
    return store<int32_t>(from.i, stride, count, to, [](int64_t value) {
      return static_cast<int32_t>(value);
    });
  case ElementType::i64:
    return store<int64_t>(from.i, stride, count, to, same);
  }
}

void mlir::gq::splatLanes(const ScalarKind &kind, const RuntimeValue &value,
                          Lanes &to) {
  if (kind.bank == ScalarKind::Int)
    std::fill(to.i, to.i + maxLanes, value.getInt());
  else if (kind.bank == ScalarKind::F64)
    std::fill(to.d, to.d + maxLanes, value.getFloat());
  else
    std::fill(to.f, to.f + maxLanes, static_cast<float>(value.getFloat()));
}

RuntimeValue mlir::gq::getLane(const ScalarKind &kind, const Lanes &from) {
  if (kind.bank == ScalarKind::Int)
    return from.i[0];
  if (kind.bank == ScalarKind::F64)
    return from.d[0];
  return static_cast<double>(from.f[0]);
}
