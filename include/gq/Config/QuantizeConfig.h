//===- QuantizeConfig.h - strategy of one quantisation ----------*- C++ -*-===//
//
// What #gq.quantize_config says. A key is a member and its row.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_CONFIG_QUANTIZECONFIG_H
#define GQ_CONFIG_QUANTIZECONFIG_H

#include "gq/Config/Config.h"
#include "gq/Support/Limits.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::gq {

struct QuantizeConfig {
  static constexpr llvm::StringLiteral name = "quantize_config";

  std::array<int64_t, 2> tile{}; ///< rows, columns
  int64_t threads = 256;
  int64_t cluster = 1;
  int64_t passes = 1;
  int64_t slabs = 1;
  std::optional<bool> park;
  std::optional<int64_t> chunk;
  std::optional<int64_t> candidate;

  static constexpr auto keys() {
    return std::tuple(
        key("tile", &QuantizeConfig::tile,
            "elements of x that one thread block (or cluster) takes")
            .listOf("tile sizes", "to have 2 sizes"),
        key("threads", &QuantizeConfig::threads, "threads of one thread block"),
        key("cluster", &QuantizeConfig::cluster,
            "thread blocks that share a tile, through distributed shared "
            "memory"),
        key("passes", &QuantizeConfig::passes,
            "of `quantize`. 2: one pass over the input for the scales and one "
            "for the cast, see `gq-apply-config`; 1: both at once")
            .upTo(2),
        key("slabs", &QuantizeConfig::slabs,
            "of `quantize`: turns in which one thread block takes the rows of "
            "a tile; all but the last are read again for the cast"),
        key("park", &QuantizeConfig::park,
            "of `quantize` with slabs: what is read again waits in shared "
            "memory; `gq-select-config` fills it in"),
        key("chunk", &QuantizeConfig::chunk,
            "columns side by side that a thread takes at most: 1, 2, 4, 8 or "
            "16. Left out: 32 bytes of x, or 16 columns; `gq-select-config` "
            "fills it in where x is computed from narrower elements, or of "
            "whole rows that are no multiple of that")
            .upTo(kMostChunk),
        key("candidate", &QuantizeConfig::candidate,
            "the place of this config among those the compiler weighed, from "
            "0; none if a person wrote it")
            .from(0));
  }

  std::optional<std::string> contradiction() const {
    if (chunk && !llvm::isPowerOf2_64(*chunk))
      return ("expects chunk to be a power of two, got " + llvm::Twine(*chunk))
          .str();
    if (slabs > 1 && cluster > 1)
      return ("expects a cluster of 1 with slabs of " + llvm::Twine(slabs) +
              ", got " + llvm::Twine(cluster))
          .str();
    if (parks() && slabs == 1)
      return "expects slabs above 1 with park, got 1";
    if (parks() && passes == 2)
      return "expects passes of 1 with park, got 2";
    return std::nullopt;
  }

  /// Slabs wait in shared memory for their cast.
  bool parks() const { return park.value_or(false); }
  /// Whether slabs come again for their cast, so that they may wait.
  bool mayPark() const { return slabs > 1 && passes == 1; }
  /// One kernel after another reads x.
  bool isSplit() const { return passes == 2 && slabs == 1; }
  /// What gq-apply-config makes of the op before it is tiled; empty: nothing.
  llvm::StringRef rewriting() const { return isSplit() ? "two passes" : ""; }
  /// This config for an op that is one pass and takes its tiles at once.
  QuantizeConfig withoutPasses() const {
    QuantizeConfig config = *this;
    config.passes = config.slabs = 1;
    config.park = std::nullopt;
    return config;
  }
};

inline bool operator==(const QuantizeConfig &a, const QuantizeConfig &b) {
  return haveSameKeys(a, b);
}
inline llvm::hash_code hash_value(const QuantizeConfig &config) {
  return hashOfKeys(config);
}

} // namespace mlir::gq

#endif // GQ_CONFIG_QUANTIZECONFIG_H
