//===- MaximaOps.cpp - maxima that a math role shares ---------------------===//
#include "Agent.h"
#include "BlockThreads.h"
#include "Cluster.h"
#include "gq/Numerics/Convert.h"
#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

static constexpr int64_t kRowsOfWord = 16, kLanes = 32;

/// Of rows that a word stands for, columns `first` to `first + width - 1`.
static float maximumOf(const std::vector<float> &values, int64_t columns,
                       int64_t word, int64_t rows, int64_t first,
                       int64_t width) {
  float max = 0;
  int64_t end = std::min((word + 1) * kRowsOfWord, rows);
  for (int64_t r = word * kRowsOfWord; r < end; ++r)
    for (int64_t c = first; c < first + width; ++c)
      max = std::fmax(max, std::fabs(values[r * columns + c]));
  return max;
}

LogicalResult Agent::execute(PutMaximaOp op) {
  auto token = acquiredTokenOf(op, op.getRing(), op.getSlot(), "fills");
  if (failed(token))
    return failure();
  Ring::Tile &tile = (*token)->ring->slots[(*token)->slot].tiles[op.getTile()];
  ArrayRef<int64_t> words =
      op.getRing().getType().getTiles()[op.getTile()].getShape();
  if (!tile.fill || tile.round != (*token)->round) {
    tile.round = (*token)->round;
    tile.put.clear();
    tile.put.resize(static_cast<unsigned>(words[0] * words[1]));
    FailureOr<RuntimeTensor> data =
        createTensor(op, Float32Type::get(op->getContext()), words);
    if (failed(data))
      return failure();
    tile.data = std::move(*data);
  }
  auto put = [&](int64_t column, int64_t row, float max) -> LogicalResult {
    if (column < 0 || column >= words[0] || row < 0 || row >= words[1])
      return op.emitOpError("puts the maximum of rows from ")
             << row * kRowsOfWord << " on of part " << column
             << " into a slot with " << words[0] << "x" << words[1] << " words";
    int64_t word = column * words[1] + row;
    if (tile.put[word]) {
      InFlightDiagnostic diag = op.emitOpError("puts the maximum of rows ")
                                << row * kRowsOfWord << " to "
                                << (row + 1) * kRowsOfWord - 1 << " of part "
                                << column << " into slot " << (*token)->slot
                                << " a second time";
      diag.attachNote(tile.fill->getLoc()) << "maxima are put here";
      return diag;
    }
    tile.put.set(static_cast<unsigned>(word));
    if (threadBlock.launch.values)
      reinterpret_cast<float *>(tile.data.getMutableData())[word] =
          std::min(max, std::numeric_limits<float>::max());
    return success();
  };
  // Of the tile.
  int64_t rows =
      op.getRows() ? getInt(op.getRows()) : std::numeric_limits<int64_t>::max();
  bool values = threadBlock.launch.values;
  auto partial = dyn_cast<PartialType>(op.getValue().getType());
  if (!partial) {
    std::vector<float> elements;
    auto type = cast<RankedTensorType>(op.getValue().getType());
    int64_t columns = type.getDimSize(1), width = columns / words[0];
    if (values) {
      const RuntimeTensor &x = getTensor(op.getValue());
      elements.resize(x.getNumElements());
      gridquant::convertToFloat(*getNumericsType(x.getElementType()),
                                x.getData(), x.getNumElements(),
                                elements.data());
    }
    for (int64_t j = 0; j < words[0]; ++j)
      for (int64_t i = 0; i < words[1]; ++i)
        if (failed(put(
                j, i,
                values ? maximumOf(elements, columns, i, rows, j * width, width)
                       : 0)))
          return failure();
    tile.fill = op;
    return success();
  }
  FragmentType of = partial.getFragment();
  int64_t width = of.getBlock()[1], first = getInt(op.getAt()[0]),
          column = getInt(op.getAt()[1]) / width,
          parts = of.getShape()[1] / width;
  Threads threads(of);
  int64_t count = threads.sharing.getNumGroups();
  for (int64_t t = 0; t < threads.count; t += kLanes) {
    std::vector<float> maxima(parts);
    for (int64_t lane = t; values && lane < t + kLanes; ++lane)
      for (auto [group, chunk] :
           llvm::enumerate(threads.sharing.getFirstChunks())) {
        auto [row, place] = threads.at(lane, chunk);
        float &max = maxima[place / width];
        if (first + row < rows)
          max = std::fmax(
              max, object<Partial>(op.getValue())
                       ->maxima[lane * count + static_cast<int64_t>(group)]);
      }
    for (int64_t part = 0; part < parts; ++part)
      if (failed(put(column + part, first / kRowsOfWord + t / kLanes,
                     maxima[part])))
        return failure();
  }
  tile.fill = op;
  return success();
}

LogicalResult Agent::execute(ReadMaximaOp op) {
  FailureOr<const Ring::Tile *> tile =
      tileOf(op, op.getRing(), op.getSlot(), op.getTile());
  if (failed(tile))
    return failure();
  ArrayRef<int64_t> words =
      op.getRing().getType().getTiles()[op.getTile()].getShape();
  ArrayRef<int64_t> block = op.getBlock();
  int64_t down = block[0] / kRowsOfWord;
  // Of the block at a row and a column of blocks, `across` words wide.
  bool right = true;
  auto maximum = [&](int64_t row, int64_t column, int64_t across) -> float {
    float max = op.getFloor().convertToFloat();
    for (int64_t j = column * across; j < (column + 1) * across; ++j)
      for (int64_t i = row * down; i < (row + 1) * down; ++i) {
        bool inside = j >= 0 && j < words[0] && i >= 0 && i < words[1];
        if (right && (!inside || !(*tile)->put[j * words[1] + i])) {
          right = false;
          op.emitOpError("reads the maximum of rows ")
              << i * kRowsOfWord << " to " << (i + 1) * kRowsOfWord - 1
              << " of part " << j << ", which nobody has put there";
        }
        if (right && threadBlock.launch.values)
          max = std::max(max, reinterpret_cast<const float *>(
                                  (*tile)->data.getData())[j * words[1] + i]);
      }
    return max;
  };
  auto fragment = dyn_cast<FragmentType>(op.getResult().getType());
  SmallVector<int64_t> grid =
      fragment
          ? Fragment::shapeOf(fragment)
          : llvm::to_vector(
                cast<RankedTensorType>(op.getResult().getType()).getShape());
  std::vector<float> maxima;
  int64_t row = 0, column = 0, width = block[1], across = words[0] / grid[1];
  if (fragment) {
    width = fragment.getBlock()[1];
    across = block[1] / width;
    row = getInt(op.getAt()[0]) / block[0];
    column = getInt(op.getAt()[1]);
  }
  for (int64_t i = 0; i < grid[0]; ++i)
    for (int64_t j = 0; j < grid[1]; ++j)
      maxima.push_back(
          *tile ? maximum(row + i, (column + j * width) / block[1], across)
                : 0);
  if (!right)
    return failure();
  FailureOr<RuntimeTensor> values =
      createTensor(op, Float32Type::get(op->getContext()), grid);
  if (failed(values))
    return failure();
  llvm::copy(maxima, reinterpret_cast<float *>(values->getMutableData()));
  return setValues(op, std::move(*values));
}

LogicalResult Agent::execute(SpreadBlocksOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(result))
    return failure();
  // One row of values, for one row of blocks.
  if (threadBlock.launch.values)
    std::memcpy((*result)->values.getMutableData(),
                fragment(op.getValue()).values.getData(),
                (*result)->values.getNumElements() *
                    (*result)->values.getElementSize());
  return setFragment(op, *result);
}
