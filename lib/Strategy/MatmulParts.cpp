//===- MatmulParts.cpp - what goes with sums in parts --------------------===//
//
// Of thread blocks that have parts of K each, and of math groups that take its
// steps in turn.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir::gq;
using namespace mlir::gq::strategy;
using llvm::Twine;

/// The thread blocks of a cluster share out the columns of a tile.
Refusal strategy::refuseSplit(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  int64_t parts = config.splitK;
  if (parts == 1)
    return std::nullopt;
  if (parts > target.clusterMax || !llvm::isPowerOf2_64(parts))
    return ("has split_k = " + Twine(parts) +
            ", expects a power of two of at most " + Twine(target.clusterMax) +
            ", the thread blocks of a cluster")
        .str();
  if (config.schedule != Schedule::Cooperative)
    return ("has split_k = " + Twine(parts) +
            ", expects schedule = cooperative, got " +
            KeyWords<Schedule>::words[static_cast<size_t>(config.schedule)])
        .str();
  if (int64_t across = config.productsAcross(); across > 1)
    return ("has split_k = " + Twine(parts) +
            ", expects split = m and parts = 1, got " + Twine(across) +
            " products side by side")
        .str();
  if (config.store == StorePath::Deferred)
    return ("has split_k = " + Twine(parts) +
            ", expects store = staged or direct, got deferred: parts are added "
            "up before the next tile begins")
        .str();
  int64_t sharers = config.sharers();
  int64_t group = groupOfColumns(target, shape, config);
  if (int64_t columns = config.tile[1]; columns % (sharers * group) != 0)
    return ("has split_k = " + Twine(parts) +
            ", expects tile columns that are a multiple of " +
            Twine(sharers * group) + ", " + Twine(group) +
            " for each thread block, got " + Twine(columns))
        .str();
  if (sharers == 1 && shape.accumulates)
    return ("has split_k = " + Twine(parts) + " and tiles of " +
            Twine(config.tile[1]) +
            " columns, all of which one thread block stores; expects a result "
            "that starts from zeros, as a linalg.fill says, or a multiple of " +
            Twine(parts * target.mmaColsStep))
        .str();
  if (int64_t own = config.tile[1] / sharers;
      sharers > 1 && shape.n != kUnknown && shape.n <= own)
    return ("has split_k = " + Twine(parts) + ", expects more than " +
            Twine(own) + " columns, those of one thread block, got " +
            Twine(shape.n))
        .str();
  return std::nullopt;
}

/// Math groups that take steps in turn have a sum each, of the whole tile.
Refusal strategy::refuseTurns(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  int64_t groups = config.kGroups;
  if (groups == 1)
    return std::nullopt;
  std::string has = ("has k_groups = " + Twine(groups)).str();
  if (config.schedule != Schedule::Cooperative)
    return has + ", expects schedule = cooperative, got " +
           KeyWords<Schedule>::words[static_cast<size_t>(config.schedule)]
               .str();
  if (config.tile[0] != target.mmaRows)
    return has + ", expects tile rows of " + std::to_string(target.mmaRows) +
           ", those of one math group, got " + std::to_string(config.tile[0]);
  if (int64_t across = config.productsAcross(); across > 1)
    return has + ", expects split = m and parts = 1, got " +
           std::to_string(across) + " products side by side";
  if (config.store == StorePath::Deferred)
    return has + ", expects store = staged or direct, got deferred: sums are "
                 "added up before the next tile begins";
  if (config.cluster != ClusterShare::None)
    return has + ", expects cluster = none, got " +
           KeyWords<ClusterShare>::words[static_cast<size_t>(config.cluster)]
               .str();
  // A loop of one step is none, and what it adds to would not be in registers.
  int64_t fewest = (shape.accumulates ? groups : groups - 1) * config.tile[2];
  if (config.splitK == 1 && shape.k != kUnknown && shape.k <= fewest)
    return has + (shape.accumulates ? " and a result that is added to" : "") +
           ", expects a K of more than " + std::to_string(fewest) +
           ", a step for each, got " + std::to_string(shape.k);
  return std::nullopt;
}
