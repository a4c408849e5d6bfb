//===- SharedOps.cpp - shared memory, barriers, staging, parking ----------===//
#include "Agent.h"
#include "Cluster.h"
#include "SharedBuffer.h"

#include <cstring>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

LogicalResult Agent::execute(SharedAllocOp op) {
  // The memory is the same each time the op runs.
  std::shared_ptr<SharedBuffer> buffer = threadBlock.getBuffer(op);
  return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(buffer)));
}

FailureOr<SharedBuffer::Part *> Agent::accessShared(Operation *op) {
  SharedAccess access = cast<SharedMemoryOpInterface>(op).getSharedAccess();
  std::shared_ptr<SharedBuffer> buffer;
  if (auto unpark = dyn_cast<UnparkOp>(op)) {
    auto parked = object<Parked>(unpark.getParked());
    buffer = parked->buffer;
    access.writer = parked->op;
  } else {
    buffer = object<SharedBuffer>(access.buffer);
  }
  SharedBuffer::Part &part = buffer->of(id);
  if (std::optional<SharedState::Fault> fault = part.state.access(op, access)) {
    fault->emit(op);
    return failure();
  }
  return &part;
}

LogicalResult Agent::execute(BarrierOp op) {
  threadBlock.forEachPart(
      id, [&](SharedState &state) { state.barrier(op.getScope()); });
  return op.getScope() == Scope::Cluster ? meet(op) : success();
}

LogicalResult Agent::execute(ProxyFenceOp) {
  threadBlock.forEachPart(id, [](SharedState &state) { state.fence(); });
  return success();
}

LogicalResult Agent::execute(TmaStoreWaitOp) {
  threadBlock.forEachPart(id,
                          [](SharedState &state) { state.waitForCopies(); });
  return success();
}

/// A new tensor of the buffer's elements, zeros.
static FailureOr<RuntimeTensor> emptyTensor(Operation *op, Type element,
                                            ArrayRef<int64_t> shape) {
  std::string why;
  std::optional<RuntimeTensor> tensor =
      RuntimeTensor::create(element, shape, why);
  if (!tensor)
    return op->emitOpError("buffer ") << why, failure();
  std::memset(tensor->getMutableData(), 0, tensor->getNumBytes());
  return std::move(*tensor);
}

LogicalResult Agent::execute(ClearOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(part) || !threadBlock.launch.values)
    return success(succeeded(part));
  TileType type = op.getBuffer().getType();
  FailureOr<RuntimeTensor> data =
      emptyTensor(op, type.getElementType(), type.getShape());
  if (failed(data))
    return failure();
  (*part)->data = std::move(*data);
  return success();
}

//===----------------------------------------------------------------------===//
// Parking
//===----------------------------------------------------------------------===//

LogicalResult Agent::execute(ParkOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(part))
    return failure();
  (*part)->data = fragment(op.getValue()).values;
  return set(
      op, RuntimeValue(std::shared_ptr<RuntimeObject>(
              std::make_shared<Parked>(op.getResult().getType(), op,
                                       object<SharedBuffer>(op.getBuffer())))));
}

LogicalResult Agent::execute(UnparkOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(part))
    return failure();
  auto result = std::make_shared<Fragment>(op.getResult().getType());
  result->values = (*part)->data;
  return setFragment(op, result);
}

//===----------------------------------------------------------------------===//
// Staging
//===----------------------------------------------------------------------===//

/// Elements of a matrix from `column` on, `columns` of each row.
static void copyColumns(const RuntimeTensor &from, int64_t column,
                        RuntimeTensor &to) {
  size_t size = from.getElementSize();
  unsigned char *data = to.getMutableData();
  for (int64_t r = 0; r < to.getDim(0); ++r)
    std::memcpy(data + r * to.getDim(1) * size,
                from.getData() + (r * from.getDim(1) + column) * size,
                to.getDim(1) * size);
}

LogicalResult Agent::execute(StageOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(part) || !threadBlock.launch.values)
    return success(succeeded(part));
  const Fragment &value = fragment(op.getValue());
  TileType type = op.getBuffer().getType();
  if (op.isProduct()) {
    FailureOr<RuntimeTensor> rows =
        emptyTensor(op, type.getElementType(),
                    {value.type.getShape()[0], type.getShape()[2]});
    if (failed(rows))
      return failure();
    copyColumns(value.values, static_cast<int64_t>(op.getColumn()), *rows);
    (*part)->data = std::move(*rows);
    return success();
  }
  if (!op.getTransposed()) {
    (*part)->data = value.values;
    return success();
  }
  FailureOr<RuntimeTensor> turned =
      emptyTensor(op, type.getElementType(), type.getShape());
  if (failed(turned))
    return failure();
  std::vector<unsigned char> data = transposed(value.values);
  std::memcpy(turned->getMutableData(), data.data(), data.size());
  (*part)->data = std::move(*turned);
  return success();
}

LogicalResult Agent::execute(StoreSharedOp op) {
  FailureOr<SmallVector<int64_t>> at = indicesOf(op, op.getIndices());
  if (failed(at) || failed(checkAligned(op, *at)))
    return failure();
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(part))
    return failure();
  SmallVector<int64_t> shape(op.getBuffer().getType().getShape());
  // The thread blocks of a cluster have their rows above one another.
  shape[0] *= threadBlock.launch.kernel.getBlocksPerTile();
  const unsigned char *from = nullptr;
  std::vector<unsigned char> turned;
  if (threadBlock.launch.values) {
    const RuntimeTensor &data = (*part)->data;
    if (data.getNumElements() != shape[0] * shape[1])
      return op.emitOpError("stores ")
             << shape[0] << "x" << shape[1] << " elements of a buffer in which "
             << data.getNumElements() << " were staged";
    from = data.getData();
    if (op.getTransposed()) {
      turned = transposed(data);
      from = turned.data();
    }
  }
  if (op.getTransposed())
    std::swap(shape[0], shape[1]);
  return writeTile(op, threadBlock.index, *object<Buffer>(op.getDest()), *at,
                   shape[0], shape[1], from, endsOf(op));
}

LogicalResult Agent::execute(TmaStoreOp op) {
  FailureOr<SmallVector<int64_t>> at = indicesOf(op, op.getIndices());
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(at) || failed(part) ||
      failed(checkOwner(op, true, "stores elements")))
    return failure();
  Buffer &dest = *object<Buffer>(op.getDest());
  if (failed(checkTma(op, dest, *at)))
    return failure();
  // A group of four warps has 64 rows.
  TileType type = op.getBuffer().getType();
  return writeTile(op, threadBlock.index, dest, *at, 4 * type.getShape()[1],
                   type.getShape()[2],
                   threadBlock.launch.values ? (*part)->data.getData()
                                             : nullptr);
}
