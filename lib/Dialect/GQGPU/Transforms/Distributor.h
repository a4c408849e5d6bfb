//===- Distributor.h - tiles over the registers of threads ------*- C++ -*-===//
//
// A tile tensor becomes one or more fragments. In a math role that is one
// fragment per "slab" of the group; in a quantisation kernel it is
// the whole tile in the layout its config implies, or one of the slabs that the
// thread block takes in turns. Ops are rewritten in place,
// in program order; the tensor ops they came from are erased at the end.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DISTRIBUTOR_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DISTRIBUTOR_H

#include "TransposedTile.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gqgpu {

/// How the tiles of one region are spread.
struct Spread {
  LayoutInterface layout;
  /// The instruction, in a math role; null in a quantisation kernel.
  MmaInterface product;
  int64_t rows;                ///< rows of one fragment
  SmallVector<Value> firstRow; ///< of each slab within the tile
  int64_t slabs;               ///< of the tile, in all groups

  /// The fragment of `tile`, or failure with an error at `user`.
  FailureOr<FragmentType> fragment(Operation *user, Type tile) const {
    auto type = dyn_cast<RankedTensorType>(tile);
    int64_t all = rows * slabs;
    if (!type || type.getRank() != 2 || type.getDimSize(0) != all)
      return user->emitOpError("computes ")
                 << tile << ", expects a tile of rank 2 with " << all
                 << " rows, as the kernel's",
             failure();
    return fragment(user, type.getDimSize(1), type.getElementType());
  }
  FailureOr<FragmentType> fragment(Operation *user, int64_t columns,
                                   Type element) const {
    if (failed(FragmentType::verifyInvariants(
            [&] {
              return user->emitOpError("cannot be spread over threads: ");
            },
            {rows, columns}, element, layout, {})))
      return failure();
    return FragmentType::get(user->getContext(), {rows, columns}, element,
                             layout, {});
  }
};

class Distributor {
public:
  Distributor(Spread spread, OpBuilder &b) : spread(std::move(spread)), b(b) {}

  LogicalResult run(Block &block) {
    if (failed(distribute(block)))
      return failure();
    for (Operation *op : llvm::reverse(dead)) {
      op->dropAllUses();
      op->erase();
    }
    storeInTurns();
    return success();
  }

private:
  LogicalResult distribute(Block &block);
  LogicalResult distribute(Operation *op);
  LogicalResult distribute(scf::ForOp op);
  LogicalResult distribute(gq::ScaledMatmulOp op);
  LogicalResult distribute(gq::QuantizeOp op);
  LogicalResult distribute(gq::BlockAbsmaxOp op);
  LogicalResult distribute(gq::AbsmaxToScaleOp op);
  LogicalResult distribute(gq::ScaledCastOp op);
  LogicalResult distribute(linalg::FillOp op);
  LogicalResult distribute(linalg::LinalgOp op);
  LogicalResult distribute(linalg::TransposeOp op);
  LogicalResult distribute(StoreOp op);
  LogicalResult distribute(MaskOp op);

  /// The fragment of `value` for one slab, or failure with an error at `user`.
  FailureOr<Value> fragmentOf(Operation *user, Value value, unsigned slab,
                              AffineMap map);
  /// A tile of x in a blocked layout, and the type of its values per block.
  FailureOr<Value> elements(Operation *user, Value x);
  /// The slabs of the tile that `op` quantises (one, if it is not taken in
  /// turns), and its codes from them.
  FailureOr<SmallVector<Value>> slabsOf(gq::QuantizeOp op);
  LogicalResult castSlabs(gq::QuantizeOp op, ArrayRef<Value> values,
                          Value scales);

  /// One reading of a slab: for its maximum, or `again` for its cast.
  struct Reading {
    unsigned slab;
    bool again;
    Eviction evict;
    /// What was made, in order.
    SmallVector<Operation *> made;
    /// The tiles that were loaded, and through which map.
    SmallVector<std::tuple<Value, AffineMap, LoadFragmentOp>> loads;
  };
  /// The fragment of a slab of `tile` for `user`, made here, from loads that
  /// are made here as well, or from what was parked.
  FailureOr<Value> compute(Operation *user, Value tile, AffineMap map,
                           Reading &reading);
  /// Parks what `readings` have loaded.
  void park(gq::QuantizeOp op, ArrayRef<Reading> readings);
  /// Orders what makes and stores codes by slabs.
  void storeInTurns();
  FragmentType perBlock(FragmentType type, ArrayRef<int64_t> block) {
    return FragmentType::get(type.getContext(), type.getShape(), b.getF32Type(),
                             spread.layout, block);
  }
  Value constant(Location loc, int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value add(Location loc, Value lhs, Value rhs) {
    return arith::AddIOp::create(b, loc, lhs, rhs);
  }
  /// The op on one fragment, of operands that are asked for by tile and map.
  FailureOr<Value>
  elementwise(linalg::LinalgOp op, FragmentType type,
              function_ref<FailureOr<Value>(Value, AffineMap)> operandOf);
  /// A fragment of `slab`, masked as the tile is.
  Value mask(MaskOp op, Value fragment, unsigned slab);
  Value elementwise(Location loc, ValueRange operands, FragmentType type,
                    function_ref<Value(OpBuilder &, ValueRange)> body);

  Spread spread;
  OpBuilder &b;
  DenseMap<Value, SmallVector<Value>> fragments;
  SmallVector<Operation *> dead;
  /// What makes the codes of a slab, in order; the last op is the cast. In the
  /// order in which slabs are stored.
  SmallVector<SmallVector<Operation *>> turns;
  /// Slabs of loaded tiles that wait in shared memory.
  DenseMap<std::tuple<Value, AffineMap, unsigned>, Value> parked;
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DISTRIBUTOR_H
