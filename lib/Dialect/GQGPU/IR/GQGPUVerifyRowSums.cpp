//===- GQGPUVerifyRowSums.cpp - sums of the rows of operands --------------===//
//
// Verifiers of the ops that add up rows of tiles of i8, in their three forms:
// tiles, tiles of roles, and what warp groups have.
//
//===----------------------------------------------------------------------===//
#include "GQGPUVerify.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// A column of i32; the number of its rows.
static FailureOr<int64_t> verifyColumn(Operation *op, StringRef name,
                                       Type type) {
  auto tensor = cast<RankedTensorType>(type);
  if (tensor.getRank() == 2 && tensor.getDimSize(1) == 1 &&
      tensor.getElementType().isSignlessInteger(32))
    return tensor.getDimSize(0);
  return op->emitOpError("expects ")
             << name << " to be a column of i32, one for each row, got "
             << type,
         failure();
}

/// An integer for each element of a tile, or of an accumulator.
static LogicalResult verifySpread(Operation *op, Type type) {
  if (auto fragment = dyn_cast<FragmentType>(type)) {
    if (isa<MmaLayoutAttr>(fragment.getLayout()) &&
        fragment.getBlock().empty() && fragment.isSpread() &&
        fragment.getElementType().isSignlessInteger(32))
      return success();
    return op->emitOpError("expects a result of i32 for each element of an "
                           "accumulator, got ")
           << type;
  }
  auto tensor = cast<RankedTensorType>(type);
  if (tensor.getRank() == 2 && tensor.getElementType().isSignlessInteger(32))
    return success();
  return op->emitOpError("expects a result of i32 of rank 2, got ") << type;
}

/// Tile `number` of a ring for sums: one of i32 for each row.
static FailureOr<int64_t> verifySumTile(Operation *op, RingType ring,
                                        uint64_t number) {
  FailureOr<TileType> tile = ringTile(op, ring, static_cast<int64_t>(number));
  if (failed(tile))
    return failure();
  if (tile->getShape().size() == 2 && tile->getShape()[1] == 1 &&
      tile->getElementType().isSignlessInteger(32) && !tile->getSwizzle() &&
      !tile->getPermuted())
    return tile->getShape()[0];
  return op->emitOpError("expects a tile of Nx1xi32, one for each row, got ")
             << *tile,
         failure();
}

LogicalResult ZeroSumsOp::verify() {
  if (isa<RowSumsType>(getResult().getType()))
    return success();
  return verifyColumn(*this, "the result", getResult().getType());
}

LogicalResult AddRowSumsOp::verify() {
  auto x = cast<RankedTensorType>(getX().getType());
  FailureOr<int64_t> rows =
      verifyColumn(*this, "operand sums", getSums().getType());
  if (failed(rows))
    return failure();
  if (x.getRank() != 2 || !x.getElementType().isSignlessInteger(8))
    return emitOpError("expects operand x of i8 of rank 2, got ") << x;
  if (x.getDimSize(0) != *rows)
    return emitOpError("expects a sum for each of the ")
           << x.getDimSize(0) << " rows of operand x, got " << *rows;
  return success();
}

LogicalResult SumSlotRowsOp::verify() {
  FailureOr<TileType> tile = ringTile(*this, getRing().getType(), getTile());
  if (failed(tile))
    return failure();
  constexpr int64_t kSwizzle = 128, kWord = 16;
  if (tile->getShape().size() != 2 ||
      !tile->getElementType().isSignlessInteger(8) ||
      tile->getSwizzle() != kSwizzle)
    return emitOpError("expects a tile of rank 2 of i8 with swizzle ")
           << kSwizzle << ", got " << *tile;
  int64_t columns = tile->getShape()[1];
  constexpr int64_t kStep = 32;
  if (getK().size() != 2 || getK()[0] < 0 || getK()[1] > columns ||
      getK()[0] >= getK()[1] || getK()[0] % kStep || getK()[1] % kStep)
    return emitOpError("expects k to be a range of multiples of ")
           << kStep << " within " << columns;
  if (std::optional<int64_t> first = getConstantIntValue(getFirst());
      first && (*first < 0 || *first % kWord != 0))
    return emitOpError("expects rows from a multiple of ")
           << kWord << " on, got " << *first;
  return verifyConsumes(*this);
}

LogicalResult SpreadSumsOp::verify() {
  if (isa<RowSumsType>(getSums().getType()) !=
      isa<FragmentType>(getResult().getType()))
    return emitOpError("expects a tile of a column of sums, or a fragment of "
                       "!gqgpu.row_sums, got ")
           << getResult().getType() << " of " << getSums().getType();
  if (failed(verifySpread(*this, getResult().getType())))
    return failure();
  bool rows = getDim() == Dim::Rows;
  if (isa<RowSumsType>(getSums().getType())) {
    if (!rows)
      return emitOpError("expects sums of columns to go through a slot; run "
                         "gq-warp-specialize first");
    return verifyConsumes(*this);
  }
  FailureOr<int64_t> count =
      verifyColumn(*this, "operand sums", getSums().getType());
  if (failed(count))
    return failure();
  int64_t extent =
      cast<RankedTensorType>(getResult().getType()).getDimSize(rows ? 0 : 1);
  if (extent != *count)
    return emitOpError("expects a sum for each of the ")
           << extent << (rows ? " rows" : " columns") << " of the result, got "
           << *count;
  return success();
}

LogicalResult PutSumsOp::verify() {
  FailureOr<int64_t> rows =
      verifySumTile(*this, getRing().getType(), getTile());
  if (failed(rows))
    return failure();
  if (!isPermutation(static_cast<int64_t>(getPermuted())))
    return emitOpError("expects rows permuted in groups of 16 or 32, or in "
                       "order, got ")
           << getPermuted();
  bool isTile = !isa<RowSumsType>(getSums().getType());
  if (isTile == static_cast<bool>(getFirst()))
    return emitOpError(isTile ? "expects no first row of a whole tile"
                              : "expects the first of its rows, got none");
  if (isTile) {
    FailureOr<int64_t> count =
        verifyColumn(*this, "operand sums", getSums().getType());
    if (failed(count))
      return failure();
    if (*count != *rows)
      return emitOpError("expects a sum for each of the ")
             << *rows << " rows of the tile in its slot, got " << *count;
  }
  return verifyConsumes(*this);
}

LogicalResult ReadSumsOp::verify() {
  FailureOr<int64_t> rows =
      verifySumTile(*this, getRing().getType(), getTile());
  if (failed(rows) || failed(verifySpread(*this, getResult().getType())))
    return failure();
  auto fragment = dyn_cast<FragmentType>(getResult().getType());
  int64_t columns =
      fragment ? fragment.getShape()[1]
               : cast<RankedTensorType>(getResult().getType()).getDimSize(1);
  if (!fragment && getFirst())
    return emitOpError("expects no first column of a whole tile");
  int64_t first = getFirst() ? getConstantIntValue(getFirst()).value_or(0) : 0;
  if (first < 0 || first + columns > *rows)
    return emitOpError("reads sums ") << first << " to " << first + columns - 1
                                      << " of a tile of " << *rows;
  return verifyConsumes(*this);
}
