//===- MatmulNeeds.h - what a config of a product takes ---------*- C++ -*-===//
#ifndef GQ_LIB_STRATEGY_MATMULNEEDS_H
#define GQ_LIB_STRATEGY_MATMULNEEDS_H

#include "gq/Strategy/Matmul.h"

namespace mlir::gq::strategy {

/// Scales of `extent` rows or columns with blocks of `block`, at least one.
int64_t scalesOf(int64_t extent, int64_t block);

/// Whether the copy engine brings the scales of `extent` rows or columns: more
/// than one of a block along K.
bool byTma(const MatmulConfig &config, int64_t extent, Size2 block);

/// Elements of K in a slot: its rows are as long as their swizzle.
int64_t depthOfSlot(const TargetModel &target, const MatmulShape &shape);

/// Slots of the ring that a step of K takes.
int64_t slotsOfStep(const TargetModel &target, const MatmulShape &shape,
                    const MatmulConfig &config);

/// No sum ends within a step of `depth`.
bool isOneSum(const MatmulShape &shape, int64_t depth);

/// Registers of a thread for the accumulators, the product in flight and what
/// else there is no way around.
int64_t leastRegisters(const TargetModel &target, const MatmulConfig &config);

/// Multiprocessors that clusters of `blocks` thread blocks find room on. A
/// cluster lies in one cluster of multiprocessors (GPC), and these have 16 or
/// 18 on a GPU of 132.
int64_t multiprocessorsFor(const TargetModel &target, int64_t blocks);

/// Numbers of parts of K, from 1 on, that may be worth their meetings: each
/// thread block has some steps, and one row of tiles leaves all of them a place
/// on the GPU. For any number of rows, so that all have the same candidates.
llvm::SmallVector<int64_t> partsWorthwhile(const TargetModel &target,
                                           const MatmulShape &shape,
                                           const MatmulConfig &config);

/// Why the copy engine cannot bring the scales as the config says: it takes
/// rows of scales that begin at multiples of tmaAlign.
Refusal refuseScales(const TargetModel &target, const MatmulShape &shape,
                     const MatmulConfig &config);

} // namespace mlir::gq::strategy

#endif // GQ_LIB_STRATEGY_MATMULNEEDS_H
