//===- KernelAbi.h - parameters and facts of one kernel ---------*- C++ -*-===//
//
// A kernel's memref operands reach the GPU as up to four kinds of parameters:
// a pointer, 32-bit sizes, and one tensor map for each way TMA moves it; the
// pitch of one that is gq.pitched comes behind the sizes. This class decides
// which are needed, makes the llvm.func, and tells the patterns where
// everything is. It also writes gqgpu.launch, from the same decisions.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_KERNELABI_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_KERNELABI_H

#include "Emitter.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "llvm/ADT/BitVector.h"

namespace mlir::gqgpu {

/// How TMA moves an operand: the box in elements, innermost first, swizzle, the
/// groups in which it permutes rows, and what L2 fetches at once.
struct TmaBox {
  unsigned operand;
  SmallVector<int64_t> box;
  int64_t swizzle;
  int64_t permuted = 0;
  int64_t l2Promotion = kL2Promotion;
  bool operator==(const TmaBox &other) const {
    return operand == other.operand && box == other.box &&
           swizzle == other.swizzle && permuted == other.permuted &&
           l2Promotion == other.l2Promotion;
  }
};

/// The box that fills the tile of `load`, or as many of its rows as the GPU
/// takes at once.
TmaBox loadBox(TmaLoadOp load, unsigned operand);
/// The box that one warp stores from its part of `staging`.
TmaBox storeBox(TileType staging, unsigned operand);

/// What is left to know of a role once it is control flow.
struct RoleFacts {
  RoleKind kind;
  int64_t firstWarp, warps;
  int64_t bytes; ///< that an acquire expects
  /// How the copies of a copying role may go: by words, asynchronously, and by
  /// elements, as stores of the thread.
  bool words = false, elements = false;
  /// Only thread block 0 of the cluster gets parts of sums.
  bool toFirst = false;
  /// Some go to tiles that tensor cores read.
  bool operands = false;
  /// A release of a slot whose rows are added up.
  bool afterSums = false;
};

class KernelAbi {
public:
  /// Makes an llvm.func in place of `kernel` and moves the body into it.
  static FailureOr<KernelAbi> create(KernelOp kernel, OpBuilder &b);

  LLVM::LLVMFuncOp getFunction() const { return function; }

  // Values at the entry of the kernel, all i32.
  Value thread, lane, warp;
  /// Address of the dynamic shared memory.
  Value shared;
  /// Rank of the thread block in its cluster (0 without one).
  Value clusterRank;
  int64_t threads = 0, cluster = 1;
  /// Thread blocks of the cluster that share a tile.
  int64_t blocksPerTile = 1;

  /// The operand behind a memref value of the kernel.
  unsigned operandOf(Value memref) const { return operands.lookup(memref); }
  Value pointer(Value memref) const { return pointers[operandOf(memref)]; }
  Value dim(Value memref, unsigned dim) const {
    return dims[operandOf(memref)][dim];
  }
  /// Elements from a row of a matrix to the next.
  Value pitch(Value memref) const {
    unsigned operand = operandOf(memref);
    return pitches[operand] ? pitches[operand] : dims[operand][1];
  }
  /// A parameter says it: it is not the length of a row.
  bool isPitched(Value memref) const {
    return pitches[operandOf(memref)] != nullptr;
  }
  /// The kernel begins before whoever writes the operand has ended: it is not
  /// read-only memory, and loads stay behind the wait for that.
  bool mayBeWritten(Value memref) const {
    return changing.test(operandOf(memref));
  }
  Value tensorMap(const TmaBox &box) const;
  ArrayRef<std::pair<TmaBox, Value>> tensorMaps() const { return maps; }
  /// Of acquires, commits, releases, copies, stores and sums of rows: the role
  /// they were in.
  DenseMap<Operation *, RoleFacts> roles;

private:
  LLVM::LLVMFuncOp function;
  DenseMap<Value, unsigned> operands;
  SmallVector<Value> pointers;
  SmallVector<SmallVector<Value>> dims;
  SmallVector<Value> pitches;
  SmallVector<std::pair<TmaBox, Value>> maps;
  llvm::BitVector changing;
};

/// The fixed name of a gpu.module's dynamic shared memory.
constexpr StringLiteral kSharedName = "gq_shared";

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_KERNELABI_H
