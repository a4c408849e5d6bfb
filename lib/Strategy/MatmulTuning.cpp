//===- MatmulTuning.cpp - what is worth measuring -------------------------===//
//
// The compiler weighs few configs by an estimate (candidates()); a tuner may
// measure many. Here are all that can run, but for those whose estimate is far
// from the best for every number of rows.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

/// A config whose estimate is more than this many times the best one's is not
/// measured.
static constexpr double kWithin = 1.15;
/// The rows that configs are weighed for.
static constexpr int64_t kRows[] = {64, 128, 256, 512, 1024, 2048, 4096, 8192};

/// Numbers of parts of K, from 1 on, that may be worth their exchange: each
/// thread block has some steps, and one row of tiles leaves all of them a place
/// on the GPU. For any number of rows, so that all have the same candidates.
static llvm::SmallVector<int64_t> partsWorthwhile(const TargetModel &target,
                                                  const MatmulShape &shape,
                                                  const MatmulConfig &config) {
  llvm::SmallVector<int64_t> parts{1};
  if (shape.n == kUnknown || shape.k == kUnknown)
    return parts;
  int64_t tiles = llvm::divideCeil(shape.n, config.tile[1]);
  for (int64_t more = 2; more <= target.clusterMax &&
                         more * tiles <= multiprocessorsFor(target, more) &&
                         hasStepsFor(shape, config.tile[2], more);
       more *= 2)
    parts.push_back(more);
  return parts;
}

/// `base` with each way to load scales, to store, to share operands, to divide
/// K and to keep lines in L2.
static void insertWays(const TargetModel &target, const MatmulShape &shape,
                       const MatmulConfig &base,
                       llvm::SmallVectorImpl<MatmulConfig> &configs) {
  ScalePath engine =
      hasOpenScaleRows(shape) ? ScalePath::Either : ScalePath::Tma;
  auto insert = [&](MatmulConfig config) {
    while (config.stages > 1 &&
           sharedMemory(target, shape, config) > target.sharedMemory)
      --config.stages;
    if (!config.contradiction() && !refuseChoice(target, shape, config) &&
        !llvm::is_contained(configs, config))
      configs.push_back(config);
  };
  for (ScalePath scales : {ScalePath::Copy, engine})
    for (StorePath store :
         {StorePath::Staged, StorePath::Direct, StorePath::Deferred})
      for (ClusterShare cluster :
           {ClusterShare::None, ClusterShare::A, ClusterShare::B})
        for (int64_t parts : partsWorthwhile(target, shape, base))
          for (bool streamB : {false, true}) {
            MatmulConfig config = base;
            config.scales = scales;
            config.store = store;
            config.cluster = cluster;
            config.splitK = parts;
            config.streamB = streamB;
            insert(config);
          }
}

llvm::SmallVector<MatmulConfig>
strategy::tuningConfigs(const TargetModel &target, const MatmulShape &shape) {
  llvm::SmallVector<MatmulConfig> configs;
  llvm::SmallVector<MatmulConfig> bases;
  for (Schedule schedule :
       {Schedule::Cooperative, Schedule::PingPong, Schedule::StreamK})
    for (const Candidate<MatmulConfig> &candidate :
         candidates(target, shape, schedule))
      if (!candidate.config.swap)
        bases.push_back(candidate.config);
  for (MatmulConfig &base : bases) {
    base.stages = 8;
    base.candidate.reset();
    // The path that the compiler chooses may be all that fits, or not needed.
    base.scales = ScalePath::Copy;
    insertWays(target, shape, base, configs);
  }
  llvm::SmallVector<bool> near(configs.size(), false);
  MatmulShape rows = shape;
  for (int64_t m : kRows) {
    if (shape.m == kUnknown)
      rows.mostRows = m;
    llvm::SmallVector<double> costs;
    for (const MatmulConfig &config : configs)
      costs.push_back(cost(target, rows, config));
    for (auto [i, one] : llvm::enumerate(costs))
      near[i] |= one <= kWithin * *llvm::min_element(costs);
  }
  llvm::SmallVector<MatmulConfig> result;
  for (auto [config, isNear] : llvm::zip(configs, near))
    if (isNear)
      result.push_back(config);
  // For fewer rows than these are weighed for.
  for (const MatmulConfig &config : fewRowsWays(target, shape))
    if (!refuseChoice(target, shape, config))
      result.push_back(config);
  return result;
}

std::string strategy::tuningKey(const MatmulShape &shape) {
  std::string text;
  llvm::raw_string_ostream key(text);
  auto size = [&](int64_t size) -> llvm::raw_ostream & {
    return size == kUnknown ? key << '?' : key << size;
  };
  key << "sum m=";
  size(shape.m) << " n=";
  size(shape.n) << " k=";
  size(shape.k) << " bits=" << shape.operandBits << " out=" << shape.resultBits
                << (shape.transposed ? "t" : "");
  auto scales = [&](const char *name, Size2 block, int64_t bits,
                    int64_t columns) {
    key << ' ' << name << '=' << block[0] << 'x' << block[1] << 'x' << bits
        << '/';
    size(columns);
  };
  scales(shape.aScalesTransposed ? "at" : "a", shape.aBlock, shape.aScaleBits,
         shape.aScaleColumns);
  scales(shape.bScalesTransposed ? "bt" : "b", shape.bBlock, shape.bScaleBits,
         shape.bScaleColumns);
  if (shape.aOrigin || shape.bOrigin)
    key << " origin=" << shape.aOrigin << ',' << shape.bOrigin;
  if (shape.kOrigin)
    key << " origin_k=" << shape.kOrigin;
  if (shape.promotes)
    key << " promote=" << shape.promote;
  else
    key << " promote=none";
  if (shape.quantized)
    key << " quantized=" << (*shape.quantized)[0] << 'x'
        << (*shape.quantized)[1];
  if (shape.quantizedMultiple > 1)
    key << " padded=" << shape.quantizedMultiple;
  if (shape.sumsRowsOfA || shape.sumsRowsOfB)
    key << " row_sums=" << (shape.sumsRowsOfA ? "a" : "")
        << (shape.sumsRowsOfB ? "b" : "");
  if (shape.accumulates)
    key << " accumulates";
  if (shape.beginsEarly)
    key << " early";
  if (!shape.epilogue.empty()) {
    key << " epilogue=";
    for (Spread spread : shape.epilogue)
      key << "trcs"[static_cast<int>(spread)];
  }
  return text;
}
