//===- MemoryOps.cpp - global memory --------------------------------------===//
#include "Agent.h"
#include "Cluster.h"
#include "gq/Dialect/GQGPU/Protocol/Extents.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

#include <cstring>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;
using mlir::gq::RuntimeObject;
using mlir::gq::RuntimeTensor;
using mlir::gq::RuntimeValue;

std::pair<int64_t, int64_t> mlir::gq::sim::matrixShape(const Buffer &buffer) {
  ArrayRef<int64_t> shape = buffer.tensor.getShape();
  int64_t cols = shape.empty() ? 1 : shape.back();
  return {shape.size() < 2 ? 1 : shape[shape.size() - 2], cols};
}

LogicalResult mlir::gq::sim::checkTma(Operation *op, const Buffer &buffer,
                                      ArrayRef<int64_t> at) {
  int64_t align = gq::getTarget(op).tmaAlign;
  auto size = static_cast<int64_t>(buffer.tensor.getElementSize());
  int64_t pitch = matrixShape(buffer).second * size;
  if (at.size() > 1 && pitch % align != 0)
    // A fault of who launches, not of the kernel.
    return emitError(op->getLoc())
           << buffer.name << " has rows of " << pitch
           << " bytes, tma needs a multiple of " << align;
  int64_t start = at.back() * size;
  if (start % align == 0)
    return success();
  return op->emitOpError("starts ")
         << start << " bytes into a row of operand " << buffer.operand
         << " of the launch, tma needs a multiple of " << align;
}

/// Elements of another thread block must not be read: nothing orders its store.
static LogicalResult checkRead(Operation *op, int64_t block, Buffer &buffer,
                               int64_t first, int64_t count) {
  if (!buffer.writable)
    return success();
  if (buffer.readers.empty())
    buffer.readers.resize(buffer.writers.size());
  for (int64_t i = first; i < first + count; ++i) {
    Buffer::Writer writer = buffer.writers[i];
    buffer.readers[i] = static_cast<uint32_t>(block + 1);
    if (writer.block == 0 || writer.block == block + 1)
      continue;
    int64_t cols = matrixShape(buffer).second;
    InFlightDiagnostic diag = op->emitOpError("reads element (")
                              << i / cols << ", " << i % cols << ") of operand "
                              << buffer.operand
                              << " of the launch, which thread block "
                              << writer.block - 1 << " writes";
    diag.attachNote(buffer.stores[writer.store]->getLoc()) << "written here";
    return diag;
  }
  return success();
}

/// A load that may move up past stores must not find what the kernel has
/// written.
static LogicalResult checkUnwritten(Operation *op, const Buffer &buffer,
                                    int64_t offset) {
  if (!buffer.writable || buffer.writers[offset].block == 0)
    return success();
  int64_t cols = matrixShape(buffer).second;
  InFlightDiagnostic diag =
      op->emitOpError("reads element (")
      << offset / cols << ", " << offset % cols << ") of operand "
      << buffer.operand
      << " of the launch, which this kernel has written; expects coherent";
  diag.attachNote(buffer.stores[buffer.writers[offset].store]->getLoc())
      << "written here";
  return diag;
}

LogicalResult mlir::gq::sim::readTile(Operation *op, int64_t block,
                                      Buffer &buffer, ArrayRef<int64_t> indices,
                                      RuntimeTensor &tile) {
  if (indices.size() > 2)
    return op->emitOpError("expects at most 2 indices in the simulator, got ")
           << indices.size();
  if (!tile.getElementType())
    return success(); // only accesses are checked, and tiles are clipped
  auto [rows, cols] = matrixShape(buffer);
  // Fewer indices than two are those of one row, none that of one element.
  bool isRow = indices.size() < 2, isElement = indices.empty();
  int64_t row0 = isRow ? 0 : indices[0], col0 = isElement ? 0 : indices.back();
  int64_t tileRows = isRow ? 1 : tile.getDim(0);
  int64_t tileCols = isElement ? 1 : tile.getShape().back();
  int64_t size = static_cast<int64_t>(tile.getElementSize());
  unsigned char *to = tile.getMutableData();
  int64_t inside = std::clamp<int64_t>(cols - col0, 0, tileCols);
  for (int64_t r = 0; r < tileRows; ++r, to += tileCols * size) {
    int64_t count = row0 + r < rows ? inside : 0;
    int64_t first = (row0 + r) * cols + col0;
    if (failed(checkRead(op, block, buffer, first, count)))
      return failure();
    if (count > 0)
      std::memcpy(to, buffer.tensor.getData() + first * size, count * size);
    std::memset(to + count * size, 0, (tileCols - count) * size);
  }
  return success();
}

RuntimeTensor mlir::gq::sim::permuteRows(const RuntimeTensor &tile,
                                         int64_t group, bool back) {
  RuntimeTensor result = tile;
  size_t size = tile.getDim(1) * tile.getElementSize();
  unsigned char *to = result.getMutableData();
  for (int64_t place = 0; place < tile.getDim(0); ++place) {
    int64_t row = permutedRow(group, place);
    std::memcpy(to + (back ? row : place) * size,
                tile.getData() + (back ? place : row) * size, size);
  }
  return result;
}

LogicalResult mlir::gq::sim::writeTile(Operation *op, int64_t block,
                                       Buffer &buffer,
                                       ArrayRef<int64_t> indices,
                                       int64_t tileRows, int64_t tileCols,
                                       const unsigned char *from,
                                       ArrayRef<int64_t> ends) {
  if (indices.empty() || indices.size() > 2)
    return op->emitOpError("expects 1 or 2 indices in the simulator, got ")
           << indices.size();
  if (!buffer.writable)
    return op->emitOpError("writes operand ")
           << buffer.operand << " of the launch, which is among its ins";
  auto [rows, cols] = matrixShape(buffer);
  int64_t row0 = indices.size() == 1 ? 0 : indices[0], col0 = indices.back();
  size_t size = buffer.tensor.getElementSize();
  unsigned char *to = buffer.tensor.getMutableData();
  if (!llvm::is_contained(buffer.stores, op))
    buffer.stores.push_back(op);
  uint32_t store = llvm::find(buffer.stores, op) - buffer.stores.begin();
  int64_t endRow = rows, endCol = cols;
  if (!ends.empty()) {
    endCol = std::min(endCol, ends.back());
    if (ends.size() == 2)
      endRow = std::min(endRow, ends[0]);
  }
  int64_t count = std::clamp<int64_t>(endCol - col0, 0, tileCols);
  for (int64_t r = 0; r < tileRows && row0 + r < endRow; ++r) {
    int64_t first = (row0 + r) * cols + col0;
    for (int64_t c = 0; c < count; ++c) {
      Buffer::Writer &writer = buffer.writers[first + c];
      uint32_t reader = buffer.readers.empty() ? 0 : buffer.readers[first + c];
      if (reader != 0 && reader != block + 1)
        return op->emitOpError("writes element (")
               << row0 + r << ", " << col0 + c << ") of operand "
               << buffer.operand << " of the launch, which thread block "
               << reader - 1 << " reads";
      if (writer.block == 0) {
        writer = {static_cast<uint32_t>(block + 1), store};
        continue;
      }
      InFlightDiagnostic diag = op->emitOpError("writes element (")
                                << row0 + r << ", " << col0 + c
                                << ") of operand " << buffer.operand
                                << " of the launch a second time";
      diag.attachNote(buffer.stores[writer.store]->getLoc())
          << "thread block " << writer.block - 1 << " has written it here";
      return diag;
    }
    if (from && count > 0)
      std::memcpy(to + first * size, from + r * tileCols * size, count * size);
  }
  return success();
}

FailureOr<SmallVector<int64_t>> Agent::indicesOf(Operation *op,
                                                 ValueRange indices) {
  SmallVector<int64_t> at;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    at.push_back(getInt(index));
    if (at.back() < 0)
      return op->emitOpError("expects indices that are not negative, got ")
             << at.back() << " for dimension " << dim;
  }
  return at;
}

LogicalResult Agent::execute(LoadScalarOp op) {
  FailureOr<SmallVector<int64_t>> at = indicesOf(op, op.getIndices());
  if (failed(at))
    return failure();
  auto buffer = object<Buffer>(op.getSource());
  if (buffer->writable)
    return op.emitOpError("reads a number from operand ")
           << buffer->operand << " of the launch, which the kernel writes";
  int64_t offset = 0;
  bool inside = true;
  for (auto [dim, index] : llvm::enumerate(*at)) {
    inside &= index < buffer->tensor.getDim(dim);
    offset = offset * buffer->tensor.getDim(dim) + index;
  }
  int64_t value = 0;
  const unsigned char *data = buffer->tensor.getData();
  if (inside && op.getType().isInteger(32)) {
    int32_t word;
    std::memcpy(&word, data + offset * sizeof(word), sizeof(word));
    value = word;
  } else if (inside) {
    std::memcpy(&value, data + offset * sizeof(value), sizeof(value));
  }
  if (value < 0 || value > kMaxCount)
    return op.emitOpError("reads ")
           << value << " from operand " << buffer->operand
           << " of the launch; kernels use numbers from 0 to " << kMaxCount;
  return set(op, value);
}

LogicalResult Agent::executeDim(Operation *op) {
  auto dim = cast<memref::DimOp>(op);
  auto buffer = object<Buffer>(dim.getSource());
  int64_t index = getInt(dim.getIndex());
  if (index < 0 || index >= buffer->tensor.getRank())
    return op->emitOpError("expects an index below the rank ")
           << buffer->tensor.getRank() << ", got " << index;
  return set(op, buffer->tensor.getDim(index));
}

/// What is decoded begins where there is a scale.
LogicalResult Agent::checkScalesInside(Operation *op, const Buffer &scales,
                                       ValueRange indices) {
  for (auto [dim, value] : llvm::enumerate(indices)) {
    int64_t index = getInt(value), size = scales.tensor.getDim(dim);
    if (index < 0 || index >= size)
      return op->emitOpError("reads scales that lie outside of operand ")
             << scales.operand << " of the launch: index " << dim << " is "
             << index << ", the size is " << size;
  }
  return success();
}

LogicalResult Agent::execute(LoadOp op) {
  auto buffer = object<Buffer>(op.getSource());
  FailureOr<SmallVector<int64_t>> at = indicesOf(op, op.getIndices());
  if (failed(at))
    return failure();
  for (auto [dim, index] : llvm::enumerate(*at))
    if (index >= buffer->tensor.getDim(dim) && !isOutside())
      return op.emitOpError("loads a tile that lies outside of operand ")
             << buffer->operand << " of the launch: index " << dim << " is "
             << index << ", the size is " << buffer->tensor.getDim(dim);
  auto type = cast<RankedTensorType>(op.getResult().getType());
  if (!threadBlock.launch.values)
    return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(
                       std::make_shared<AbsentTensor>(type))));
  FailureOr<RuntimeTensor> tile =
      createTensor(op, type.getElementType(), type.getShape());
  if (failed(tile))
    return failure();
  if (op.getScales()) {
    FailureOr<SmallVector<int64_t>> scalesAt =
        indicesOf(op, op.getScaleIndices());
    if (failed(scalesAt) ||
        (!isOutside() &&
         failed(checkScalesInside(op, *object<Buffer>(op.getScales()),
                                  op.getScaleIndices()))) ||
        failed(readDecoded(op, threadBlock.index, *buffer, *at,
                           *object<Buffer>(op.getScales()), *scalesAt,
                           *op.getPacked(), *op.getBlock(), *tile)))
      return failure();
  } else if (failed(readTile(op, threadBlock.index, *buffer, *at, *tile))) {
    return failure();
  }
  return set(op, std::move(*tile));
}

LogicalResult Agent::execute(StoreOp op) {
  FailureOr<SmallVector<int64_t>> at = indicesOf(op, op.getIndices());
  if (failed(at) || failed(checkOwner(op, true, "stores elements")))
    return failure();
  auto type = cast<RankedTensorType>(op.getValue().getType());
  bool values = threadBlock.launch.values;
  return writeTile(
      op, threadBlock.index, *object<Buffer>(op.getDest()), *at,
      type.getRank() == 2 ? type.getDimSize(0) : 1, type.getShape().back(),
      values ? getTensor(op.getValue()).getData() : nullptr, endsOf(op));
}

LogicalResult Agent::execute(LoadFragmentOp op) {
  auto buffer = object<Buffer>(op.getSource());
  FailureOr<SmallVector<int64_t>> at = indicesOf(op, op.getIndices());
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(at) || failed(checkAligned(op, *at)) || failed(result))
    return failure();
  if (!threadBlock.launch.values)
    return setFragment(op, *result);
  RuntimeTensor &values = (*result)->values;
  // Which index of the source moves with the row, and with the column.
  int64_t rowDim = -1, colDim = -1;
  for (auto [i, expr] : llvm::enumerate(op.getMap().getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      (dim.getPosition() == 0 ? rowDim : colDim) = static_cast<int64_t>(i);
  size_t size = values.getElementSize();
  unsigned char *to = values.getMutableData();
  for (int64_t r = 0; r < values.getDim(0); ++r)
    for (int64_t c = 0; c < values.getDim(1); ++c, to += size) {
      int64_t offset = 0;
      bool inside = true;
      for (auto [dim, start] : llvm::enumerate(*at)) {
        int64_t which = static_cast<int64_t>(dim);
        int64_t index =
            start + (which == rowDim ? r : 0) + (which == colDim ? c : 0);
        inside &= index < buffer->tensor.getDim(dim);
        offset = offset * buffer->tensor.getDim(dim) + index;
      }
      if (!inside) {
        std::memset(to, 0, size);
        continue;
      }
      if (failed(checkRead(op, threadBlock.index, *buffer, offset, 1)) ||
          (!op.getCoherent() && failed(checkUnwritten(op, *buffer, offset))))
        return failure();
      std::memcpy(to, buffer->tensor.getData() + offset * size, size);
    }
  return setFragment(op, *result);
}

std::vector<unsigned char>
mlir::gq::sim::transposed(const RuntimeTensor &matrix) {
  size_t size = matrix.getElementSize();
  std::vector<unsigned char> result(matrix.getNumBytes());
  unsigned char *to = result.data();
  for (int64_t c = 0; c < matrix.getDim(1); ++c)
    for (int64_t r = 0; r < matrix.getDim(0); ++r, to += size)
      std::memcpy(to, matrix.getData() + (r * matrix.getDim(1) + c) * size,
                  size);
  return result;
}

LogicalResult Agent::execute(StoreFragmentOp op) {
  FailureOr<SmallVector<int64_t>> at = indicesOf(op, op.getIndices());
  if (failed(at) || failed(checkAligned(op, *at)) ||
      failed(checkOwner(op, true, "stores elements")))
    return failure();
  const Fragment &value = fragment(op.getValue());
  SmallVector<int64_t> shape = Fragment::shapeOf(value.type);
  bool values = threadBlock.launch.values;
  const unsigned char *from = values ? value.values.getData() : nullptr;
  std::vector<unsigned char> turned;
  if (op.getTransposed()) {
    std::swap(shape[0], shape[1]);
    if (values) {
      turned = transposed(value.values);
      from = turned.data();
    }
  }
  return writeTile(op, threadBlock.index, *object<Buffer>(op.getDest()), *at,
                   shape[0], shape[1], from, endsOf(op));
}
