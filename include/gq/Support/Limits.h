//===- Limits.h - what no GPU can have --------------------------*- C++ -*-===//
//
// Types and attributes have no op around them, and so no target. Their
// verifiers refuse what lies beyond every GPU; since all sizes that they let
// through are below these, products of them stay within 64 bits and types can
// be asked for bytes and values without a check. What one GPU has is checked
// where there is an op (gq/Target/Target.h).
//
//===----------------------------------------------------------------------===//
#ifndef GQ_SUPPORT_LIMITS_H
#define GQ_SUPPORT_LIMITS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/MathExtras.h"
#include <cstdint>
#include <limits>

namespace mlir::gq {

/// Coordinates, and addresses in shared memory, have 32 bits.
constexpr int64_t kMostExtent = std::numeric_limits<int32_t>::max();
/// Threads of a thread block, and thread blocks of a cluster.
constexpr int64_t kMostThreads = 1024, kMostCluster = 16;
/// Elements that a thread moves at once: 16 bytes.
constexpr int64_t kMostChunk = 16;
/// Values that a thread holds: 256 registers of four bytes.
constexpr int64_t kMostValues = 1024;
/// Slots of a ring: a barrier each, in the smallest tile.
constexpr int64_t kMostStages = 4096;

/// The product of numbers that are not negative; what does not fit 64 bits
/// becomes the largest that does, which is above every limit.
inline int64_t saturatingProduct(llvm::ArrayRef<int64_t> factors) {
  uint64_t product = 1;
  for (int64_t factor : factors)
    product = llvm::SaturatingMultiply<uint64_t>(product,
                                                 static_cast<uint64_t>(factor));
  constexpr uint64_t most = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(product < most ? product : most);
}

} // namespace mlir::gq

#endif // GQ_SUPPORT_LIMITS_H
