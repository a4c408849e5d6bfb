//===- MatmulQuantized.cpp - products that are quantised in their tiles ---===//
//
// The blocks of a quantisation that a product takes along lie in the registers
// of few threads: which blocks can, and which configs put them there.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir::gq;
using namespace mlir::gq::strategy;
using llvm::Twine;

Refusal strategy::refuseQuantized(const TargetModel &target,
                                  const MatmulShape &shape) {
  auto [rows, columns] = *shape.quantized;
  int64_t group = permutedGroup(target, shape.resultBits);
  if (rows != 1 && rows % target.mmaRows != 0)
    return ("expects blocks of 1 row, or of a multiple of " +
            Twine(target.mmaRows) + " that math groups share, got " +
            Twine(rows))
        .str();
  if (columns % group != 0 || target.mmaColsMax % columns != 0)
    return ("expects blocks of a multiple of " + Twine(group) +
            " columns that divides " + Twine(target.mmaColsMax) + ", got " +
            Twine(columns))
        .str();
  return std::nullopt;
}

/// Tiles are as high as blocks, and not cut along K. On an H200, microseconds,
/// blocks of 128x128 in the tiles of the product and in a kernel of its own:
///     N, K     16 rows     64          128         256         1024
///     8192     48.1 27.1   41.0 27.9   29.2 30.5   31.8 34.9   113 122
///     4096     22.8 14.8   18.8 15.5   18.0 17.6   18.4 18.7   30.4 34.8
/// As wide as the widest tiles there are, which are few: of 256x256
///     8192                                         50.8 38.2   122 125
///     4096                                         28.9 20.8   32.5 36.8
/// and with 512 rows 59.8 and 63.5, 29.4 and 24.8.
int64_t strategy::mostRowsUnquantized(const TargetModel &target,
                                      const MatmulShape &shape) {
  if (!shape.quantized || (*shape.quantized)[0] == 1)
    return 0;
  auto [rows, columns] = *shape.quantized;
  if (columns < target.mmaColsMax)
    return rows / 2;
  // Tiles for half of the multiprocessors.
  constexpr int64_t kRowsOfWidest = 128;
  int64_t across = llvm::divideCeil(
      std::max<int64_t>(static_cast<int64_t>(typicalSize(shape.n)), 1),
      columns);
  return std::max(rows / 2,
                  target.multiprocessors / 2 / across * kRowsOfWidest);
}

bool strategy::isOfCluster(const MatmulShape &shape,
                           const MatmulConfig &config) {
  constexpr int64_t kPeers = 2;
  return config.quantize && shape.quantized &&
         config.cluster == ClusterShare::B &&
         (*shape.quantized)[0] == kPeers * config.tile[0];
}

Refusal strategy::refuseQuantize(const TargetModel &target,
                                 const MatmulShape &shape,
                                 const MatmulConfig &config) {
  if (!config.quantize)
    return std::nullopt;
  if (!shape.quantized)
    return std::string("has quantize = true, expects a gq.quantize without a "
                       "config that alone reads the product, or what "
                       "elementwise ops make of it");
  if (Refusal refusal = refuseQuantized(target, shape))
    return "has quantize = true, " + *refusal;
  if (!config.storesDirectly())
    return ("has quantize = true, expects store = direct or deferred, got " +
            KeyWords<StorePath>::words[static_cast<size_t>(config.store)])
        .str();
  if (config.schedule != Schedule::Cooperative)
    return ("has quantize = true, expects schedule = cooperative, got " +
            KeyWords<Schedule>::words[static_cast<size_t>(config.schedule)])
        .str();
  auto [rows, block] = *shape.quantized;
  if (rows > 1 && config.kGroups > 1)
    return ("has quantize = true and blocks of " + Twine(rows) +
            " rows, expects k_groups = 1, got " + Twine(config.kGroups))
        .str();
  bool shared = isOfCluster(shape, config);
  if (config.tile[0] % rows != 0 && !shared)
    return ("has quantize = true, expects tiles of a multiple of " +
            Twine(rows) + " rows, those of its blocks" +
            (rows % (2 * target.mmaRows) == 0 && shape.quantizedMultiple == 1
                 ? ", or of " + std::to_string(rows / 2) + " with cluster = b"
                 : std::string()) +
            ", got " + Twine(config.tile[0]))
        .str();
  if (int64_t padded = rows * shape.quantizedMultiple;
      config.tile[0] % padded != 0 && (!shared || padded > rows))
    return ("has quantize = true, expects tiles of a multiple of " +
            Twine(padded) + " rows, as rows of scales are padded to a " +
            "multiple of " + Twine(shape.quantizedMultiple) + ", got " +
            Twine(config.tile[0]))
        .str();
  int64_t columns = columnsOfProduct(config) / config.splitK;
  if (rows > 1 && config.tile[1] / config.splitK % block == 0 &&
      block % columns == 0)
    return std::nullopt;
  if (columns % block != 0)
    return ("has quantize = true, expects products of a multiple of " +
            Twine(block) + " columns, those of its blocks, got " +
            Twine(columns))
        .str();
  return std::nullopt;
}
