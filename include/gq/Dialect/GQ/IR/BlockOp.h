//===- BlockOp.h - what the operands of a gq op are -------------*- C++ -*-===//
//
// The vocabulary of BlockOpInterface (GQInterfaces.td): which loops of an op
// the dimensions of its operands run along, and what follows for their sizes.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_IR_BLOCKOP_H
#define GQ_DIALECT_GQ_IR_BLOCKOP_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"

namespace mlir::gq {

/// What the values of an operand are.
enum class OperandRole { Data, Scales, Maxima };

/// A dimension of an operand: along `loop`, one value for `block` elements, and
/// behind these others that nobody reads, up to a multiple of `multiple`.
struct BlockDim {
  unsigned loop;
  int64_t block = 1;
  int64_t multiple = 1;
};

struct OperandSpec {
  StringRef name;
  OperandRole role;
  /// As many as the operand must have dimensions. Transposed operands list
  /// their loops in another order.
  SmallVector<BlockDim, 2> dims;
  /// One value per block, not per element.
  bool perBlock = false;
  /// A value holds the codes of several elements: it is one per block, of the
  /// operand itself, and blocks of scales have no part in it.
  bool packed = false;
  /// Several elements go into one value of a result: what lies outside the
  /// tensor must be zero in a tile, or what the op says (getNeutral).
  bool reduced = false;
  /// Several matrices: the first dimension says which.
  bool batch = false;

  static OperandSpec elements(StringRef name, ArrayRef<unsigned> loops,
                              OperandRole role = OperandRole::Data);
  static OperandSpec ofBlocks(StringRef name, OperandRole role,
                              ArrayRef<BlockDim> dims);
  /// `count` elements along the last loop in each value.
  static OperandSpec packedElements(StringRef name, ArrayRef<unsigned> loops,
                                    int64_t count);
  OperandSpec asReduced() && {
    reduced = true;
    return std::move(*this);
  }
  OperandSpec transposedIf(bool transposed) && {
    if (transposed)
      std::reverse(dims.begin(), dims.end());
    return std::move(*this);
  }
  /// Rows of `type`, the operand's, are as long as the next multiple of 16
  /// bytes.
  OperandSpec paddedIf(bool padded, Type type) &&;
  /// Several such matrices, along `loop`; or only if `type`, the operand's, has
  /// a dimension more.
  OperandSpec inBatch(unsigned loop) &&;
  OperandSpec inBatch(Type type, unsigned loop) &&;
};

/// Padded rows are whole steps of 16 bytes: the values of `type`, an operand's,
/// in one.
int64_t valuesPerPaddedStep(Type type);

/// A block attribute and its name.
struct NamedBlock {
  StringRef name;
  ArrayRef<int64_t> sizes;
};

/// Dimension `dim` of `operand` is dimension `otherDim` of `other`, or the
/// number of blocks in it, rounded up to a multiple of `multiple`.
struct ShapeRule {
  unsigned operand, dim;
  unsigned other, otherDim;
  unsigned loop;
  int64_t block;
  bool perBlock;
  int64_t multiple;
};

class BlockOpInterface;

/// The op that a kernel is made for, among those in `region`: its config is
/// that of the kernel. Null if there is none; failure with an error if two have
/// different configs.
FailureOr<BlockOpInterface> findKernelOp(Region &region);

/// Whether `op` is several at once, on matrices that an operand has one after
/// another.
bool isBatch(BlockOpInterface op);

/// Whether `op` adds nothing to its init: the sum is over a dimension whose
/// type says that it is empty.
bool isEmptySum(BlockOpInterface op);

/// "operand scales", or "operand 1" of an op that names none, with the number
/// of the function's argument that it is: "operand 1 (argument 0)".
std::string describeOperand(OpOperand &operand);

/// Checks the shape rules of `op` for sizes as `sizeOf` says, which may be
/// dynamic. `origin`: its values, where the op has one and they are known.
LogicalResult
verifyShapes(BlockOpInterface op,
             function_ref<int64_t(unsigned operand, unsigned dim)> sizeOf,
             std::optional<ArrayRef<int64_t>> origin = std::nullopt);

/// What the ops of the dialect are made of: BlockOp.cpp, BlockOpTiling.cpp.
namespace detail {
/// Operands, blocks, origin, config and static sizes.
LogicalResult verifyBlockOp(Operation *op);

void getEffects(
    BlockOpInterface op,
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects);
/// Result shapes from the inputs, not from the inits.
LogicalResult reifyShapes(BlockOpInterface op, OpBuilder &b,
                          ReifiedRankedShapedTypeDims &shapes);

SmallVector<utils::IteratorType> getIteratorTypes(BlockOpInterface op);
SmallVector<Range> getIterationDomain(BlockOpInterface op, OpBuilder &b);
FailureOr<TilingResult> tile(BlockOpInterface op, OpBuilder &b,
                             ArrayRef<OpFoldResult> offsets,
                             ArrayRef<OpFoldResult> sizes);
LogicalResult getResultTile(BlockOpInterface op, OpBuilder &b, unsigned number,
                            ArrayRef<OpFoldResult> offsets,
                            ArrayRef<OpFoldResult> sizes,
                            SmallVector<OpFoldResult> &resultOffsets,
                            SmallVector<OpFoldResult> &resultSizes);
FailureOr<TilingResult> tileOfResult(BlockOpInterface op, OpBuilder &b,
                                     unsigned number,
                                     ArrayRef<OpFoldResult> offsets,
                                     ArrayRef<OpFoldResult> sizes);
} // namespace detail

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_IR_BLOCKOP_H
