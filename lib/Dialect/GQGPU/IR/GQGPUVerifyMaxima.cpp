//===- GQGPUVerifyMaxima.cpp - maxima that a math role shares -------------===//
#include "GQGPUVerify.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Rows that a word stands for, those of a warp; and rows of a product.
static constexpr int64_t kRowsOfWord = 16, kRowsOfProduct = 64;

/// Tile `number` of a ring for maxima: a row of words for each part of the
/// columns.
static FailureOr<ArrayRef<int64_t>> verifyWords(Operation *op, RingType ring,
                                                uint64_t number) {
  FailureOr<TileType> tile = ringTile(op, ring, static_cast<int64_t>(number));
  if (failed(tile))
    return failure();
  constexpr int64_t kWords = kRowsOfProduct / kRowsOfWord;
  if (tile->getShape().size() == 2 && tile->getShape()[1] % kWords == 0 &&
      tile->getElementType().isF32() && !tile->getSwizzle() &&
      !tile->getPermuted())
    return tile->getShape();
  return op->emitOpError("expects a tile of f32 with a word for each ")
             << kRowsOfWord << " of a multiple of " << kRowsOfProduct
             << " rows, got " << *tile,
         failure();
}

/// The product at `at` lies in the `rows` that words stand for, where that is
/// known; a whole tile is at no place.
static LogicalResult verifyPlace(Operation *op, OperandRange at, bool isTile,
                                 int64_t rows) {
  size_t expected = isTile ? 0 : 2;
  if (at.size() != expected)
    return op->emitOpError(isTile ? "expects no place of a whole tile, got "
                                  : "expects the row and the column of its "
                                    "product, got ")
           << at.size() << " indices";
  std::optional<int64_t> row =
      isTile ? std::nullopt : getConstantIntValue(at[0]);
  if (!row || (*row >= 0 && *row % kRowsOfProduct == 0 &&
               *row + kRowsOfProduct <= rows))
    return success();
  return op->emitOpError("expects a row that is a multiple of ")
         << kRowsOfProduct << " below " << rows << ", got " << *row;
}

LogicalResult PutMaximaOp::verify() {
  FailureOr<ArrayRef<int64_t>> words =
      verifyWords(*this, getRing().getType(), getTile());
  if (failed(words))
    return failure();
  int64_t rows = (*words)[1] * kRowsOfWord;
  auto tile = dyn_cast<RankedTensorType>(getValue().getType());
  if (failed(verifyPlace(*this, getAt(), tile != nullptr, rows)))
    return failure();
  if (tile) {
    if (tile.getRank() != 2 || !isa<FloatType>(tile.getElementType()) ||
        tile.getElementTypeBitWidth() < 16)
      return emitOpError("expects a tile of f32, bf16 or f16 of rank 2, got ")
             << tile;
    if (tile.getDimSize(0) != rows || tile.getDimSize(1) % (*words)[0] != 0)
      return emitOpError("expects a tile of ")
             << rows << " rows and a multiple of " << (*words)[0]
             << " columns, as its slot has words for, got " << tile;
    return verifyConsumes(*this);
  }
  auto partial = cast<PartialType>(getValue().getType());
  FragmentType of = partial.getFragment();
  if (!isa<MmaLayoutAttr>(of.getLayout()) || partial.getLanes() != 1 ||
      !of.getElementType().isF32() || of.getBlock()[0] != 1)
    return emitOpError("expects partial maxima over 1 lane of the rows of an "
                       "accumulator, got ")
           << partial;
  return verifyConsumes(*this);
}

LogicalResult ReadMaximaOp::verify() {
  FailureOr<ArrayRef<int64_t>> words =
      verifyWords(*this, getRing().getType(), getTile());
  if (failed(words))
    return failure();
  ArrayRef<int64_t> block = getBlock();
  int64_t rows = (*words)[1] * kRowsOfWord;
  if (block.size() != 2 || block[0] <= 0 || block[0] % kRowsOfProduct != 0 ||
      rows % block[0] != 0 || block[1] <= 0) {
    InFlightDiagnostic error = emitOpError("expects a block of a multiple of ")
                               << kRowsOfProduct << " rows that divides the "
                               << rows << " of its slot, got ";
    llvm::interleave(block, error, "x");
    return error;
  }
  if (!(getFloor().isFinite() && getFloor().convertToFloat() >= 0.0f))
    return emitOpError("expects a floor that is finite and not negative, got ")
           << getFloorAttr();
  auto tile = dyn_cast<RankedTensorType>(getResult().getType());
  if (failed(verifyPlace(*this, getAt(), tile != nullptr, rows)))
    return failure();
  if (tile) {
    if (tile.getRank() != 2 || !tile.getElementType().isF32() ||
        tile.getDimSize(0) != rows / block[0] ||
        (*words)[0] % tile.getDimSize(1) != 0)
      return emitOpError("expects a result of f32 for each ")
             << block[0] << " of " << rows << " rows and each of the blocks "
             << "that " << (*words)[0] << " words in a column are of, got "
             << tile;
    return verifyConsumes(*this);
  }
  auto fragment = cast<FragmentType>(getResult().getType());
  if (!isa<MmaLayoutAttr>(fragment.getLayout()) ||
      fragment.getBlock().empty() || fragment.getShape()[0] != 1 ||
      !fragment.getElementType().isF32())
    return emitOpError("expects a result of f32 for blocks of columns of an "
                       "accumulator, got ")
           << fragment;
  if (block[1] % fragment.getBlock()[1] != 0)
    return emitOpError("expects a result whose blocks of ")
           << fragment.getBlock()[1] << " columns lie in those of " << block[1];
  return verifyConsumes(*this);
}

LogicalResult SpreadBlocksOp::verify() {
  FragmentType from = getValue().getType(), to = getResult().getType();
  ArrayRef<int64_t> shape = to.getShape(), block = to.getBlock();
  if (!from.getBlock().empty() && from.getShape()[0] == 1 && !block.empty() &&
      block[0] == shape[0] && block[1] == from.getBlock()[1] &&
      shape[1] == from.getShape()[1] && to.getLayout() == from.getLayout() &&
      to.getElementType() == from.getElementType())
    return success();
  return emitOpError(
             "expects values of blocks of a row, and a result of blocks "
             "of as many columns and of all of its rows, got ")
         << from << " and " << to;
}
