//===- TargetModel.h - what the GPU can do ----------------------*- C++ -*-===//
//
// The one place that knows limits of the hardware. Verifiers, config selection
// and lowering take the model from the module that they work on
// (gq/Target/Target.h); nobody else writes 232448.
//
// A model is the description of a GPU: what it shares with every GPU of its
// chip (ChipModel), and what is its own. Nothing here needs a dialect.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_TARGET_TARGETMODEL_H
#define GQ_TARGET_TARGETMODEL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace mlir::gq {

/// Limits of code for a chip, the same for every GPU that has it.
struct ChipModel {
  llvm::StringRef chip = "sm_90a";
  /// PTX ISA the back end is asked for, as an LLVM feature.
  llvm::StringRef ptxFeature = "+ptx87";
  /// Compute capability of the devices that run the code.
  int major = 9, minor = 0;
  /// Bytes that all thread blocks of a multiprocessor share, and what of it is
  /// taken from each.
  int64_t sharedMemoryPerMultiprocessor = 233472, sharedMemoryReserved = 1024;
  int64_t registersPerBlock = 65536;
  int64_t threadsPerBlock = 1024, threadsPerMultiprocessor = 2048;
  /// Threads of a warp.
  int64_t warp = 32;
  /// Threads that issue one wgmma, and rows of its result.
  int64_t warpGroup = 128;
  int64_t mmaRows = 64;
  /// Columns of a wgmma result: a multiple of the first, at most the second.
  int64_t mmaColsStep = 8, mmaColsMax = 256;
  int64_t mmaColsHeld = 2; ///< by a thread, of each step of the columns
  /// Bytes of K that one wgmma multiplies.
  int64_t mmaDepthBytes = 32;
  /// Bytes of K that one row of a 128-byte swizzled operand tile holds.
  int64_t swizzleBytes = 128;
  /// setmaxnreg takes multiples of the step in this range.
  int64_t minRegisters = 24, maxRegisters = 256, registerStep = 8;
  /// TMA: elements per box dimension, and what base and row pitch (bytes) must
  /// be multiples of.
  int64_t tmaBox = 256, tmaAlign = 16;
  /// Thread blocks of a cluster that every launch may have.
  int64_t clusterMax = 8;

  /// Registers that a thread block of `threads` has for setmaxnreg to hand out:
  /// what it is launched with, a multiple of the step for each thread. A math
  /// group that asks for more than is left waits for ever.
  int64_t registerPool(int64_t threads) const {
    int64_t each = registersPerBlock / threads / registerStep * registerStep;
    return threads * (each < maxRegisters ? each : maxRegisters);
  }
  bool isRegisterCount(int64_t registers) const {
    return registers >= minRegisters && registers <= maxRegisters &&
           registers % registerStep == 0;
  }
  /// What each of `threads` has at launch; of 256 registers none would be left
  /// for ptxas to work with. Roles that compute are given at least as many, the
  /// others at most.
  int64_t launchRegisters(int64_t threads) const {
    int64_t each = registerPool(threads) / threads;
    int64_t most = maxRegisters - registerStep;
    return each < most ? each : most;
  }
};

/// A GPU.
struct TargetModel : ChipModel {
  /// Of the description that this one is, or is made from.
  llvm::StringRef name;
  /// Streaming multiprocessors, for choices made before the GPU is known.
  int64_t multiprocessors = 0;
  /// GB/s of its memory.
  int64_t memoryRate = 0;
  /// TFLOP/s of its tensor cores, without sparsity.
  int64_t fp8Rate = 0, bf16Rate = 0;
  int64_t l2Bytes = 0;
  /// Bytes of shared memory one thread block may have.
  int64_t sharedMemory = sharedMemoryPerMultiprocessor - sharedMemoryReserved;

  /// Of the registers of a multiprocessor, for a thread block of a small kernel
  /// beside two large ones: 48 for each of 256 threads.
  static constexpr int64_t registersBeside = 12288;

  /// What a thread block has of it where a multiprocessor has room for `blocks`
  /// at once. Two leave what a quantisation between two products needs, which
  /// then does not wait for a thread block of the first one to end.
  TargetModel shareOf(int64_t blocks) const {
    TargetModel share = *this;
    if (blocks <= 1)
      return share;
    share.registersPerBlock =
        (registersPerBlock - (blocks == 2 ? registersBeside : 0)) / blocks;
    int64_t each =
        sharedMemoryPerMultiprocessor / blocks - sharedMemoryReserved;
    share.sharedMemory = each < sharedMemory ? each : sharedMemory;
    return share;
  }

  bool operator==(const TargetModel &other) const;
  /// A copy whose text lives in `allocator`.
  template <typename Allocator>
  TargetModel copyInto(Allocator &allocator) const {
    TargetModel copy = *this;
    copy.name = allocator.copyInto(name);
    copy.chip = allocator.copyInto(chip);
    copy.ptxFeature = allocator.copyInto(ptxFeature);
    return copy;
  }
};

llvm::hash_code hash_value(const TargetModel &model);

/// A number in which GPUs of one chip differ, so that a program may give it.
struct TargetField {
  llvm::StringRef key;
  int64_t TargetModel::*value;
  int64_t least, most;
};
llvm::ArrayRef<TargetField> getTargetFields();

/// The descriptions that have a name, and the one for a name or null.
llvm::ArrayRef<TargetModel> getKnownTargets();
const TargetModel *lookupTarget(llvm::StringRef name);

/// What a module that says nothing is compiled for.
constexpr llvm::StringLiteral kDefaultTarget = "h100";

/// The text of #gq.target: the name, then what differs from its description.
std::string toString(const TargetModel &model);

/// "unknown target 'x', expects h100, h200, h20 or gh200".
std::string unknownTarget(llvm::StringRef name);

} // namespace mlir::gq

#endif // GQ_TARGET_TARGETMODEL_H
