//===- KernelBuilder.h - one kernel from one loop over tiles ----*- C++ -*-===//
//
// Inside the kernel a tensor value is one of two things. A *view* is a part of
// a tensor in global memory (a memref argument and offsets); it becomes a load
// when an op reads it. A *tile* is a value with static shape. Tiles at the edge
// of a tensor keep their full size: what lies outside is zero, and is never
// stored.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_KERNELBUILDER_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_KERNELBUILDER_H

#include "SliceEnds.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace mlir::gqgpu {

struct View {
  Value memref;
  SmallVector<Value> offsets;
  SmallVector<int64_t> tile;       ///< static sizes, once sliced to a tile
  SmallVector<OpFoldResult> sizes; ///< what exists of it
  Value tensor;                    ///< all of it
  SmallVector<LeastOf> starts;     ///< the offsets, as expressions
  SmallVector<LeastOf> counts;     ///< and the sizes
};

struct Tile {
  Value value;
  SmallVector<OpFoldResult> sizes; ///< elements at or past these are padding
  /// Of a tile that was loaded, per dimension: and known to be zero.
  SmallVector<bool> zeroPadded = {};
  SmallVector<LeastOf> counts = {}; ///< the sizes, as expressions
};

/// Builds one kernel from one forall: KernelBuilder.cpp has the kernel's
/// operands and loop, KernelBody.cpp the slices and loops inside,
/// KernelCompute.cpp what is computed, KernelParts.cpp what clusters share.
class KernelBuilder {
public:
  explicit KernelBuilder(scf::ForallOp forall)
      : forall(forall), b(forall.getContext()), ends(forall) {}

  LogicalResult build(gpu::GPUModuleOp gpuModule, SymbolTable &symbols);
  void replaceWithLaunch(gpu::GPUModuleOp gpuModule);

private:
  void collectOperands();
  void collectSizes(Value value);
  FailureOr<Value> hostIndex(Value value);
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, forall.getLoc(), value);
  }
  Value index(OpFoldResult value) {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return index(*constant);
    return map.lookup(cast<Value>(value));
  }
  OpFoldResult mapped(OpFoldResult value) {
    if (getConstantIntValue(value))
      return b.getIndexAttr(*getConstantIntValue(value));
    return map.lookup(cast<Value>(value));
  }

  LogicalResult convertBlock(Block &block);
  LogicalResult convert(Operation *op);
  LogicalResult convert(tensor::ExtractOp op);
  LogicalResult convert(tensor::ExtractSliceOp op);
  LogicalResult convert(tensor::CastOp op);
  LogicalResult convert(tensor::InsertSliceOp op);
  LogicalResult convert(tensor::ParallelInsertSliceOp op);
  LogicalResult convert(scf::ForOp op);
  LogicalResult convert(gq::SumOfPartsOp op);
  LogicalResult convert(gq::AbsmaxOfPartsOp op);
  LogicalResult convertCompute(DestinationStyleOpInterface op);
  LogicalResult maskPadding(gq::BlockOpInterface op, unsigned operand,
                            Tile &tile);
  LogicalResult verifyResultReads(TileLoopOp loop);
  /// Some thread blocks of a cluster may have a tile that `loop` does not go
  /// to, where loops around that over tiles go on.
  static bool hasTilesOfOthers(TileLoopOp loop);
  /// `atLeast`: sizes the tile is padded to, empty to take it as it is.
  FailureOr<Tile> tileOf(Operation *user, Value value, bool read,
                         ArrayRef<int64_t> atLeast = {});
  SmallVector<int64_t> tileOfLoops(gq::BlockOpInterface op);
  bool isOfColumn(DestinationStyleOpInterface op);
  SmallVector<int64_t> paddedOperand(DestinationStyleOpInterface op,
                                     OpOperand &operand);
  SmallVector<int64_t> paddedResult(ArrayRef<int64_t> shape);

  scf::ForallOp forall;
  OpBuilder b;
  KernelOp kernel;
  TileLoopOp tileLoop;
  /// Of a kernel whose clusters have one thread block that stores: this one
  /// does; null: all do.
  Value stores;
  /// Of one where thread blocks of a cluster may have tiles of others: this one
  /// has not; null: none may.
  Value inside;
  SmallVector<Value> inputs; // captured tensors, then captured indices
  IRMapping map;             // indices and scalars
  /// The tile of the config (M, N and K for a matmul): a kernel works on whole
  /// tiles also where a tensor is smaller than one. Empty if nothing is padded.
  /// Of a sum of parts what one thread block stores; in a part, all of it.
  SmallVector<int64_t> wholeTile;
  /// The kernel is that of a sum.
  bool ofSum = false;
  SliceEnds ends;
  DenseMap<Value, View> views;
  /// What ops read of the kernel's results, and where each is written.
  SmallVector<std::pair<Operation *, View>, 0> resultReads;
  DenseMap<Value, SmallVector<LeastOf>> written;
  DenseMap<Value, Tile> tiles;
};

/// A tensor that exists only as a destination: nothing reads its contents.
inline bool isEmpty(Value value) {
  return value.getDefiningOp<tensor::EmptyOp>() != nullptr;
}

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_KERNELBUILDER_H
