//===- TargetModel.h - what the GPU can do ----------------------*- C++ -*-===//
//
// The one place that knows limits of the hardware. Verifiers, config selection
// and lowering ask here; nobody else writes 232448.
//
// Sources: CUDA C++ Programming Guide, "Compute Capabilities" (9.0), and the
// PTX ISA sections on wgmma, setmaxnreg and cp.async.bulk.tensor.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_TARGET_TARGETMODEL_H
#define GQ_TARGET_TARGETMODEL_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace mlir::gq {

struct TargetModel {
  llvm::StringRef chip = "sm_90a";
  /// PTX ISA the back end is asked for, as an LLVM feature.
  llvm::StringRef ptxFeature = "+ptx87";
  /// Streaming multiprocessors, for choices made before the GPU is known.
  int64_t multiprocessors = 132;
  /// Bytes of shared memory one thread block may have.
  int64_t sharedMemory = 232448;
  int64_t registersPerBlock = 65536;
  int64_t threadsPerBlock = 1024;
  /// Threads that issue one wgmma, and rows of its result.
  int64_t warpGroup = 128;
  int64_t mmaRows = 64;
  /// Columns of a wgmma result: a multiple of the first, at most the second.
  int64_t mmaColsStep = 8, mmaColsMax = 256;
  /// Bytes of K that one row of a 128-byte swizzled operand tile holds.
  int64_t swizzleBytes = 128;
  /// setmaxnreg takes multiples of 8 in this range.
  int64_t minRegisters = 24, maxRegisters = 256;
  /// TMA: elements per box dimension, and what base and row pitch (bytes) must
  /// be multiples of.
  int64_t tmaBox = 256, tmaAlign = 16;
  int64_t clusterMax = 8;

  /// Registers that a thread block of `threads` has for setmaxnreg to hand out:
  /// what it is launched with, a multiple of 8 for each thread. A math group
  /// that asks for more than is left waits for ever.
  int64_t registerPool(int64_t threads) const {
    int64_t each = registersPerBlock / threads / 8 * 8;
    return threads * (each < maxRegisters ? each : maxRegisters);
  }
};

/// The model for a chip name such as "sm_90a", or null when there is none.
const TargetModel *getTargetModel(llvm::StringRef chip);

/// The model every pass uses unless told otherwise.
const TargetModel &getDefaultTarget();

} // namespace mlir::gq

#endif // GQ_TARGET_TARGETMODEL_H
