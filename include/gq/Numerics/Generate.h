//===- Generate.h - seeded test data ----------------------------*- C++ -*-===//
//
// Data for tests and benchmarks that is the same on every machine. Element i of
// a sequence is a function of (seed, i) alone, so it does not matter how many
// threads fill an array or in which pieces. Nothing but integer arithmetic and
// single IEEE operations is used; in particular no function of the C library.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_NUMERICS_GENERATE_H
#define GQ_NUMERICS_GENERATE_H

#include "gq/Support/ElementType.h"
#include "gq/Support/Status.h"

namespace gridquant {

enum class Distribution : uint8_t {
  normal,   ///< mean and deviation as given (Box-Muller)
  outliers, ///< normal, with about one element in 256 a thousand times larger
  zeros,    ///< +0
  special,  ///< NaN, infinities, denormals of the type, zeros of both signs,
            ///< largest finite values and normal numbers, mixed
  pow2,     ///< +-2^e, e uniform in -20..20
  uniform,  ///< uniform in [low, high)
  codes,    ///< uniform over all finite bit patterns of the type
};

/// "normal", "outliers", ...
const char *distributionName(Distribution distribution);
std::optional<Distribution> parseDistribution(std::string_view name);

struct GenerateOptions {
  Distribution distribution = Distribution::normal;
  uint64_t seed = 0;
  double mean = 0, deviation = 1; ///< normal, outliers
  double low = -1, high = 1;      ///< uniform
  unsigned threads = 0;           ///< 0: one per processor
};

/// Fills \p count elements of \p type. Values are generated in f64, rounded to
/// f32, and converted as convertFromFloat does; f64 elements keep the f64
/// value.
Status generate(const GenerateOptions &options, ElementType type, int64_t count,
                void *data);

} // namespace gridquant

#endif // GQ_NUMERICS_GENERATE_H
