//===- Generate.cpp - seeded test data ------------------------------------===//

#include "gq/Numerics/Generate.h"

#include "Check.h"
#include "Parallel.h"
#include "gq/Numerics/Convert.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace gridquant;

namespace {

constexpr const char *distributionNames[] = {
    "normal", "outliers", "zeros", "special", "pow2", "uniform", "codes"};

/// The finaliser of SplitMix64.
uint64_t mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9u;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

/// The random words of one element: SplitMix64 started at a point that depends
/// on seed and index.
class Words {
public:
  Words(uint64_t seed, uint64_t index)
      : state(mix(seed + 0x9e3779b97f4a7c15u) ^
              mix(index * 0xd1342543de82ef95u + 0x2545f4914f6cdd1du)) {}

  uint64_t next() { return mix(state += 0x9e3779b97f4a7c15u); }

  /// In [0, 1), a multiple of 2^-53.
  double nextUnit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// In [0, bound), for small bounds.
  uint64_t nextBelow(uint64_t bound) { return (next() >> 32) * bound >> 32; }

private:
  uint64_t state;
};

/// Natural logarithm for x in (0, 1], a multiple of 2^-53, to about 1e-16.
double logOfUnit(double x) {
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  int exponent = static_cast<int>(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffffu) | 0x3ff0000000000000u;
  double mantissa;
  std::memcpy(&mantissa, &bits, sizeof(mantissa));
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  // log(m) = 2 atanh((m - 1) / (m + 1)), |t| < 0.172
  double t = (mantissa - 1) / (mantissa + 1);
  double t2 = t * t;
  double series = 0;
  for (int n = 21; n >= 1; n -= 2)
    series = series * t2 + 1.0 / n;
  return exponent * 0.6931471805599453 + 2 * t * series;
}

/// cos(2 pi x) for x in [0, 1), to about 1e-16.
double cosOfTurn(double x) {
  // Fold into an eighth of a turn: |angle| <= pi / 4.
  int quadrant = static_cast<int>(x * 4 + 0.5);
  double angle = (x - quadrant * 0.25) * 6.283185307179586;
  double a2 = angle * angle;
  bool odd = quadrant & 1;
  // Both series in Horner form, factorials built up from the far end.
  double series = 1;
  for (int n = odd ? 19 : 18; n > 1; n -= 2)
    series = 1 - a2 / (n * (n - 1)) * series;
  double value = odd ? angle * series : series;
  // cos, -sin, -cos, sin
  quadrant &= 3;
  return quadrant == 1 || quadrant == 2 ? -value : value;
}

double standardNormal(Words &words) {
  double u = 1.0 - words.nextUnit(); // in (0, 1]
  double v = words.nextUnit();
  return std::sqrt(-2.0 * logOfUnit(u)) * cosOfTurn(v);
}

double powerOfTwo(int exponent) {
  uint64_t bits = static_cast<uint64_t>(exponent + 1023) << 52;
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// Position of the lowest denormal bit, number of denormal mantissa bits, and
/// largest finite value of a float type.
struct FloatLimits {
  int lowestBit;
  int mantissaBits;
  double max;
};

FloatLimits floatLimits(ElementType type) {
  switch (type) {
  case ElementType::bf16:
    return {-133, 7, 0x1.fep127};
  case ElementType::f16:
    return {-24, 10, 65504};
  case ElementType::f8E4M3FN:
    return {-9, 3, 448};
  case ElementType::f8E5M2:
    return {-16, 2, 57344};
  default:
    return {-149, 23, 0x1.fffffep127};
  }
}

double specialValue(Words &words, ElementType type) {
  FloatLimits limits = floatLimits(type);
  uint64_t kind = words.nextBelow(16);
  double sign = words.next() >> 63 ? -1.0 : 1.0;
  switch (kind) {
  case 0:
    return std::numeric_limits<double>::quiet_NaN();
  case 1:
    return sign * std::numeric_limits<double>::infinity();
  case 2:
    return sign * limits.max;
  case 3:
  case 4:
    return sign * 0.0;
  case 5:
  case 6:
  case 7: {
    uint64_t count = (uint64_t(1) << limits.mantissaBits) - 1;
    return sign * powerOfTwo(limits.lowestBit) *
           static_cast<double>(1 + words.nextBelow(count));
  }
  default:
    return standardNormal(words);
  }
}

double makeValue(const GenerateOptions &options, ElementType type,
                 uint64_t index) {
  Words words(options.seed, index);
  switch (options.distribution) {
  case Distribution::normal:
    return options.mean + options.deviation * standardNormal(words);
  case Distribution::outliers: {
    double value = options.mean + options.deviation * standardNormal(words);
    return words.nextBelow(256) == 0 ? value * 1000 : value;
  }
  case Distribution::special:
    return specialValue(words, type);
  case Distribution::pow2: {
    double value = powerOfTwo(static_cast<int>(words.nextBelow(41)) - 20);
    return words.next() >> 63 ? -value : value;
  }
  case Distribution::uniform:
    return options.low + (options.high - options.low) * words.nextUnit();
  case Distribution::zeros:
  case Distribution::codes: // see makeCode
    break;
  }
  return 0;
}

bool isFiniteCode(ElementType type, uint64_t code) {
  auto below = [&](uint64_t exponentMask) {
    return (code & exponentMask) != exponentMask;
  };
  switch (type) {
  case ElementType::bf16:
    return below(0x7f80);
  case ElementType::f16:
    return below(0x7c00);
  case ElementType::f32:
    return below(0x7f800000);
  case ElementType::f64:
    return below(0x7ff0000000000000);
  case ElementType::f8E4M3FN:
    return below(0x7f);
  case ElementType::f8E5M2:
    return below(0x7c);
  case ElementType::f8E8M0FNU:
    return code != 0xff;
  default:
    return true;
  }
}

uint64_t makeCode(uint64_t seed, ElementType type, uint64_t index) {
  Words words(seed, index);
  unsigned drop = 64 - 8 * static_cast<unsigned>(elementTypeSize(type));
  for (;;) {
    uint64_t code = words.next() >> drop;
    if (isFiniteCode(type, code))
      return code;
  }
}

void storeCode(uint64_t code, size_t size, unsigned char *to) {
  for (size_t byte = 0; byte < size; ++byte)
    to[byte] = static_cast<unsigned char>(code >> (8 * byte));
}

} // namespace

const char *gridquant::distributionName(Distribution distribution) {
  unsigned index = static_cast<unsigned>(distribution);
  return index < std::size(distributionNames) ? distributionNames[index]
                                              : "invalid";
}

std::optional<Distribution>
gridquant::parseDistribution(std::string_view name) {
  for (unsigned index = 0; index < std::size(distributionNames); ++index)
    if (name == distributionNames[index])
      return static_cast<Distribution>(index);
  return std::nullopt;
}

Status gridquant::generate(const GenerateOptions &options, ElementType type,
                           int64_t count, void *data) {
  size_t size = elementTypeSize(type);
  Status status = checkMatrix("output", data, 1, count, size);
  if (!status.ok())
    return status;
  if (static_cast<unsigned>(options.distribution) >=
      std::size(distributionNames))
    return Status::failure("distribution is not a known one");
  if (!std::isfinite(options.mean) || !std::isfinite(options.deviation) ||
      !std::isfinite(options.low) || !std::isfinite(options.high))
    return Status::failure("mean, deviation, low and high must all be finite");

  constexpr int64_t chunk = 4096;
  unsigned char *bytes = static_cast<unsigned char *>(data);
  parallelFor(
      count / chunk + (count % chunk != 0), options.threads, [&](int64_t task) {
        int64_t begin = task * chunk;
        int64_t length = std::min(chunk, count - begin);
        unsigned char *target = bytes + static_cast<size_t>(begin) * size;
        float buffer[chunk];
        for (int64_t i = 0; i < length; ++i) {
          uint64_t index = static_cast<uint64_t>(begin + i);
          if (options.distribution == Distribution::codes) {
            storeCode(makeCode(options.seed, type, index), size,
                      target + static_cast<size_t>(i) * size);
            continue;
          }
          double value = makeValue(options, type, index);
          if (type == ElementType::f64)
            std::memcpy(target + static_cast<size_t>(i) * size, &value, size);
          else
            buffer[i] = static_cast<float>(value);
        }
        if (options.distribution != Distribution::codes &&
            type != ElementType::f64)
          convertFromFloat(type, buffer, length, target);
      });
  return Status::success();
}
