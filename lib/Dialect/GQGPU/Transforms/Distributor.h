//===- Distributor.h - tiles over the registers of threads ------*- C++ -*-===//
//
// A tile tensor becomes one or more fragments. In a math role that is one
// fragment per "slab" of the group, or several side by side; in a quantisation
// kernel it is the whole tile in the layout its config implies, or one of the
// slabs that the thread block takes in turns.
//
// This is a 1:N dialect conversion with a pattern for each op, which gets the
// fragments that the tiles it reads have become. How many those are and of what
// type (a value for each element, or for each block) only the op says that
// computes a tile, not its tensor type: no type converter is asked, and loops
// take over what they are given. A tile in memory (load, slot_read) stays as it
// is; whoever uses it decides how it is read.
//
// Patterns say themselves what they refuse, in words about the op, and nothing
// is converted after the first refusal.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DISTRIBUTOR_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DISTRIBUTOR_H

#include "TransposedTile.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::gqgpu {

/// Where a fragment lies in its tile: its first row, and its first column, null
/// where it has all columns.
struct Place {
  Value row, column;

  /// Moves indices of the tile's rows and columns there.
  void addRow(OpBuilder &b, Location loc, Value &index) const;
  void addColumn(OpBuilder &b, Location loc, Value &index) const;
};

/// How the tiles of one region are spread.
struct Spread {
  LayoutInterface layout;
  /// The instruction, in a math role; null in a quantisation kernel.
  MmaInterface product;
  int64_t rows; ///< rows of one fragment
  /// Of the fragments, row by row.
  SmallVector<Place> places;
  int64_t slabs; ///< fragments above one another in the tile, in all groups
  int64_t across = 1; ///< fragments side by side in it, in all groups
  int64_t parts = 1;  ///< the same in one group
  /// Where 64 rows of b each begin that a group adds up, of those of its role.
  SmallVector<Value> sumsOfB;

  /// The fragment of a slab of `tile`, or failure with an error at `user`.
  FailureOr<FragmentType> fragment(Operation *user, Type tile) const;
  FailureOr<FragmentType> fragment(Operation *user, int64_t columns,
                                   Type element) const;
  /// The fragment of values that are constant over blocks of `x`.
  FragmentType perBlock(FragmentType x, ArrayRef<int64_t> block) const;
};

/// The fragment of codes of `values` in `format`; of four bits, a thread has
/// both codes of each byte, or `op` is refused.
FailureOr<FragmentType> codesOf(Operation *op, FragmentType values,
                                Type format);

/// What the patterns of one region share.
class Distributor {
public:
  explicit Distributor(Spread spread) : spread(std::move(spread)) {}

  /// Converts the ops of `block`.
  LogicalResult run(Block &block);

  /// The fragment of one slab of the tile `operand`, which has become
  /// `fragments`, as the op reads it through `map`; or failure with an error.
  FailureOr<Value> fragmentOf(OpBuilder &b, OpOperand &operand,
                              ValueRange fragments, unsigned slab,
                              AffineMap map) const;
  FailureOr<Value> fragmentOf(OpBuilder &b, OpOperand &operand,
                              ValueRange fragments, unsigned slab) const;
  /// What a sum starts from, of all slabs: the fragments that `operand` has
  /// become, or what is loaded of a tile that is in memory.
  FailureOr<SmallVector<Value>> startOf(OpBuilder &b, OpOperand &operand,
                                        ValueRange fragments) const;
  /// The same for an op that needs all of a tile in a blocked layout.
  FailureOr<Value> elementsOf(OpBuilder &b, OpOperand &operand,
                              ValueRange fragments) const;

  /// Of a tile in memory that an op outside of roles has read.
  struct Loaded {
    LoadOp load;
    unsigned slab;
    AffineMap map;
    Value value;
  };
  mutable SmallVector<Loaded> loaded;

  const Spread spread;
  /// What makes the codes of a slab, in order; the last op is the cast. In the
  /// order in which slabs are stored.
  SmallVector<SmallVector<Operation *>> turns;
  /// Products of a step that are promoted: the next op in its block has their
  /// registers.
  SmallVector<Value> promoted;
  /// A pattern has refused an op.
  bool refused = false;
};

/// `values` are what a column of sums of rows has become.
inline bool isRowSums(ValueRange values) {
  return !values.empty() && isa<RowSumsType>(values.front().getType());
}
/// `values` are what a tile has become: it is not in memory.
inline bool isSpread(ValueRange values) {
  return !values.empty() && isa<FragmentType>(values.front().getType());
}
/// Failure with an error if `user` is given a transposed tile, but does not
/// store it.
LogicalResult requireUpright(Operation *user, Value tile);

/// A pattern of `OpTy`. `convert` says what it refuses with an error.
template <typename OpTy>
class DistributePattern : public OpConversionPattern<OpTy> {
public:
  using Operands = typename OpConversionPattern<OpTy>::OneToNOpAdaptor;

  DistributePattern(MLIRContext *context, Distributor &distributor)
      : OpConversionPattern<OpTy>(context), distributor(distributor),
        spread(distributor.spread) {}

  LogicalResult matchAndRewrite(OpTy op, Operands operands,
                                ConversionPatternRewriter &b) const final {
    if (distributor.refused)
      return failure();
    distributor.refused = failed(convert(op, operands, b));
    return failure(distributor.refused);
  }

protected:
  virtual LogicalResult convert(OpTy op, Operands operands,
                                ConversionPatternRewriter &b) const = 0;

  Distributor &distributor;
  const Spread &spread;
};

/// `body` on every element of `operands`.
Value createElementwise(OpBuilder &b, Location loc, ValueRange operands,
                        FragmentType type,
                        function_ref<Value(OpBuilder &, ValueRange)> body);
/// `op`, which must be elementwise, on all slabs.
LogicalResult convertElementwise(Distributor &distributor, linalg::LinalgOp op,
                                 ArrayRef<ValueRange> operands,
                                 ConversionPatternRewriter &b);

void populateDistributeElementwisePatterns(RewritePatternSet &patterns,
                                           Distributor &distributor);
void populateDistributeMatmulPatterns(RewritePatternSet &patterns,
                                      Distributor &distributor);
void populateDistributeQuantizePatterns(RewritePatternSet &patterns,
                                        Distributor &distributor);
/// Of maxima that the groups of a role find out together.
void populateDistributeMaximaPatterns(RewritePatternSet &patterns,
                                      Distributor &distributor);
/// Of sums of rows beside a product.
void populateDistributeRowSumPatterns(RewritePatternSet &patterns,
                                      Distributor &distributor);
/// Of loops and stores, and of all ops that have none of their own.
void populateDistributeStructurePatterns(RewritePatternSet &patterns,
                                         Distributor &distributor);

/// The slabs of a tile that is quantised.
struct Slabs {
  /// What each is computed by. It is computed again where it is needed.
  SmallVector<Value> sources;
  /// As they were read for their maxima; the only one, if the tile is not
  /// taken in turns.
  SmallVector<Value> values;
  /// What waits in shared memory, for what a source loads.
  DenseMap<Value, Value> parked;
};
/// The slabs of `op`, whose tile has become `fragments`.
FailureOr<Slabs> readSlabs(const Distributor &distributor, gq::QuantizeOp op,
                           ValueRange fragments, OpBuilder &b);
/// The codes of `slabs`, each of which is made in a turn of its own.
FailureOr<SmallVector<Value>> castSlabs(Distributor &distributor,
                                        gq::QuantizeOp op, const Slabs &slabs,
                                        Value scales, OpBuilder &b);
/// Orders what makes and stores codes by turns, once all ops are converted.
void storeInTurns(ArrayRef<SmallVector<Operation *>> turns);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DISTRIBUTOR_H
