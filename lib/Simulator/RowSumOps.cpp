//===- RowSumOps.cpp - sums of the rows of operands -----------------------===//
//
// In i32, modulo 2^32. Which thread has which part of a sum is not followed.
//
//===----------------------------------------------------------------------===//
#include "Agent.h"
#include "Cluster.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

/// Rows that a warp group adds up at once.
static constexpr int64_t kRows = 64;

/// Columns `begin` to `end` of a row of codes.
static uint32_t sumOf(const RuntimeTensor &x, int64_t row, int64_t begin,
                      int64_t end) {
  const auto *codes =
      reinterpret_cast<const int8_t *>(x.getData()) + row * x.getDim(1);
  uint32_t sum = 0;
  for (int64_t k = begin; k < end; ++k)
    sum += static_cast<uint32_t>(codes[k]);
  return sum;
}

static const uint32_t *integers(const RuntimeTensor &tensor) {
  return reinterpret_cast<const uint32_t *>(tensor.getData());
}

LogicalResult
Agent::setSums(Operation *op,
               llvm::function_ref<uint32_t(int64_t, int64_t)> value) {
  Type type = op->getResult(0).getType();
  auto fragment = dyn_cast<FragmentType>(type);
  auto result = std::make_shared<Fragment>(fragment);
  if (!threadBlock.launch.values) {
    if (fragment)
      return setFragment(op, result);
    return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(
                       std::make_shared<AbsentTensor>(type))));
  }
  FailureOr<RuntimeTensor> tensor = createTensor(
      op, IntegerType::get(op->getContext(), 32),
      fragment ? fragment.getShape() : cast<RankedTensorType>(type).getShape());
  if (failed(tensor))
    return failure();
  auto *to = reinterpret_cast<uint32_t *>(tensor->getMutableData());
  for (int64_t row = 0; row < tensor->getDim(0); ++row)
    for (int64_t column = 0; column < tensor->getDim(1); ++column)
      *to++ = value(row, column);
  if (!fragment)
    return set(op, std::move(*tensor));
  result->values = std::move(*tensor);
  return setFragment(op, result);
}

LogicalResult Agent::execute(ZeroSumsOp op) {
  if (!isa<RowSumsType>(op.getResult().getType()))
    return setSums(op, [](int64_t, int64_t) { return 0; });
  auto sums = std::make_shared<RowSums>();
  sums->values.resize(kRows);
  return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(sums)));
}

LogicalResult Agent::execute(AddRowSumsOp op) {
  return setSums(op, [&](int64_t row, int64_t) {
    const RuntimeTensor &x = getTensor(op.getX());
    return integers(getTensor(op.getSums()))[row] +
           sumOf(x, row, 0, x.getDim(1));
  });
}

LogicalResult Agent::execute(SumSlotRowsOp op) {
  FailureOr<const Ring::Tile *> tile =
      tileOf(op, op.getRing(), op.getSlot(), op.getTile());
  if (failed(tile))
    return failure();
  auto sums = std::make_shared<RowSums>(*object<RowSums>(op.getSums()));
  int64_t first = getInt(op.getFirst());
  if (first < 0)
    return op.emitOpError("adds up rows from ") << first << " on";
  if (threadBlock.launch.values && *tile)
    for (int64_t row = 0; row < kRows; ++row)
      if (first + row < (*tile)->data.getDim(0))
        sums->values[row] +=
            sumOf((*tile)->data, first + row, op.getK()[0], op.getK()[1]);
  return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(sums)));
}

LogicalResult Agent::execute(SpreadSumsOp op) {
  bool rows = op.getDim() == Dim::Rows;
  return setSums(op, [&](int64_t row, int64_t column) {
    int64_t at = rows ? row : column;
    if (isa<RowSumsType>(op.getSums().getType()))
      return object<RowSums>(op.getSums())->values[at];
    return integers(getTensor(op.getSums()))[at];
  });
}

LogicalResult Agent::execute(PutSumsOp op) {
  auto token = acquiredTokenOf(op, op.getRing(), op.getSlot(), "fills");
  if (failed(token))
    return failure();
  Ring::Tile &tile = (*token)->ring->slots[(*token)->slot].tiles[op.getTile()];
  int64_t rows = op.getRing().getType().getTiles()[op.getTile()].getShape()[0];
  if (!tile.fill || tile.round != (*token)->round) {
    tile.round = (*token)->round;
    tile.put.clear();
    tile.put.resize(static_cast<unsigned>(rows));
    FailureOr<RuntimeTensor> data = createTensor(
        op, IntegerType::get(op->getContext(), 32), {rows, int64_t(1)});
    if (failed(data))
      return failure();
    tile.data = std::move(*data);
  }
  bool isTile = !op.getFirst();
  int64_t first = isTile ? 0 : getInt(op.getFirst()),
          count = isTile ? rows : kRows;
  for (int64_t i = 0; i < count && first + i < rows; ++i) {
    int64_t row =
        permutedRow(static_cast<int64_t>(op.getPermuted()), first + i);
    if (tile.put[row]) {
      InFlightDiagnostic diag = op.emitOpError("puts the sum of row ")
                                << row << " into slot " << (*token)->slot
                                << " a second time";
      diag.attachNote(tile.fill->getLoc()) << "sums are put here";
      return diag;
    }
    tile.put.set(static_cast<unsigned>(row));
    if (threadBlock.launch.values)
      reinterpret_cast<uint32_t *>(tile.data.getMutableData())[row] =
          isTile ? integers(getTensor(op.getSums()))[i]
                 : object<RowSums>(op.getSums())->values[i];
  }
  tile.fill = op;
  return success();
}

LogicalResult Agent::execute(ReadSumsOp op) {
  FailureOr<const Ring::Tile *> tile =
      tileOf(op, op.getRing(), op.getSlot(), op.getTile());
  if (failed(tile))
    return failure();
  int64_t first = op.getFirst() ? getInt(op.getFirst()) : 0;
  auto fragment = dyn_cast<FragmentType>(op.getResult().getType());
  int64_t columns =
      fragment ? fragment.getShape()[1]
               : cast<RankedTensorType>(op.getResult().getType()).getDimSize(1);
  if (*tile) {
    auto rows = static_cast<int64_t>((*tile)->put.size());
    if (first < 0 || first + columns > rows)
      return op.emitOpError("reads sums ")
             << first << " to " << first + columns - 1 << " of a tile of "
             << rows;
    for (int64_t i = 0; i < columns; ++i)
      if (!(*tile)->put[first + i])
        return op.emitOpError("reads the sum of row ")
               << first + i << ", which nobody has put there";
  }
  return setSums(op, [&](int64_t, int64_t column) {
    return *tile ? integers((*tile)->data)[first + column] : 0;
  });
}
