//===- MmaOps.cpp - products and their promotion --------------------------===//
#include "Agent.h"
#include "ThreadBlock.h"
#include "gq/Numerics/ScaledMatmul.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;
using mlir::gq::RuntimeTensor;

static const float *floats(const RuntimeTensor &tensor) {
  return reinterpret_cast<const float *>(tensor.getData());
}

LogicalResult Agent::execute(SlotReadOp op) {
  FailureOr<const Ring::Tile *> tile =
      tileOf(op, op.getRing(), op.getSlot(), op.getTile());
  if (failed(tile))
    return failure();
  auto type = cast<RankedTensorType>(op.getResult().getType());
  if (!threadBlock.launch.values)
    return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(
                       std::make_shared<AbsentTensor>(type))));
  if (*tile)
    return set(op, (*tile)->data);
  FailureOr<RuntimeTensor> any =
      createTensor(op, type.getElementType(), type.getShape());
  return failed(any) ? failure() : set(op, std::move(*any));
}

LogicalResult Agent::execute(ReadScalesOp op) {
  FailureOr<const Ring::Tile *> tile =
      tileOf(op, op.getRing(), op.getSlot(), op.getTile());
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(tile) || failed(result))
    return failure();
  // Positions are checked whether or not there is anything to read.
  auto type = cast<FragmentType>(op.getResult().getType());
  int64_t first = getInt(op.getFirst()), block = op.getBlock();
  int64_t count = type.getShape()[op.getDim() == Dim::Rows ? 0 : 1];
  int64_t scales =
      op.getRing().getType().getTiles()[op.getTile()].getShape()[0];
  auto indexOf = [&](int64_t i) {
    return op.getDim() == Dim::Rows ? (first + i) / block : first / block + i;
  };
  if (first < 0 || indexOf(count - 1) >= scales)
    return op.emitOpError("reads scales ")
           << indexOf(0) << " to " << indexOf(count - 1) << " of a tile of "
           << scales;
  if (*tile && threadBlock.launch.values) {
    auto *to = reinterpret_cast<float *>((*result)->values.getMutableData());
    for (int64_t i = 0; i < count; ++i)
      to[i] = floats((*tile)->data)[indexOf(i)];
  }
  return setFragment(op, *result);
}

LogicalResult Agent::execute(MmaAsyncOp op) {
  FailureOr<const Ring::Tile *> a =
      tileOf(op, op.getRing(), op.getSlot(), op.getA());
  FailureOr<const Ring::Tile *> b =
      tileOf(op, op.getRing(), op.getSlot(), op.getB());
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(a) || failed(b) || failed(result))
    return failure();
  RingType ring = op.getRing().getType();
  TileType typeA = ring.getTiles()[op.getA()];
  TileType typeB = ring.getTiles()[op.getB()];
  MmaInterface product = op.getProduct();
  if (!product.getAcc().isF32())
    return op.emitOpError("adds up in ")
           << product.getAcc() << ", which the simulator does not support";
  int64_t row = getInt(op.getRow()), rows = product.getM();
  if (row < 0 || row + rows > typeA.getShape()[0])
    return op.emitOpError("multiplies rows ")
           << row << " to " << row + rows - 1 << " of a tile of "
           << typeA.getShape()[0];
  if (Value reuse = op.getReuse())
    object<Fragment>(reuse)->reusedBy = op;
  (*result)->product = op;
  products.push_back({op, object<SlotToken>(op.getSlot())});
  if (!threadBlock.launch.values || !*a || !*b)
    return setFragment(op, *result);

  // The columns of K that are wanted, densely packed.
  int64_t begin = op.getK()[0], k = op.getK()[1] - begin;
  auto pack = [&](const RuntimeTensor &tile, int64_t firstRow, int64_t rows) {
    int64_t size = tile.getElementSize(), pitch = tile.getDim(1) * size;
    std::vector<unsigned char> packed(static_cast<size_t>(rows * k * size));
    for (int64_t r = 0; r < rows; ++r)
      std::memcpy(packed.data() + r * k * size,
                  tile.getData() + (firstRow + r) * pitch + begin * size,
                  k * size);
    return packed;
  };
  int64_t columns = product.getN();
  std::vector<unsigned char> left = pack((*a)->data, row, rows);
  std::vector<unsigned char> right = pack((*b)->data, 0, columns);
  gridquant::MatmulOptions options;
  options.accumulation = gridquant::Accumulation::f32;
  options.promote = k;
  options.threads = 1;
  gridquant::Status status = gridquant::scaledMatmul(
      {left.data(),
       *getNumericsType(typeA.getElementType()),
       {rows, k},
       nullptr},
      {right.data(),
       *getNumericsType(typeB.getElementType()),
       {columns, k},
       nullptr},
      rows, columns, k, options, gridquant::ElementType::f32,
      (*result)->values.getMutableData());
  if (!status.ok())
    return op.emitOpError(status.message());
  return setFragment(op, *result);
}

LogicalResult Agent::execute(MmaWaitOp op) {
  const Fragment &value = fragment(op.getValue());
  // wgmma.wait_group 0: all that came before are done as well.
  products.clear();
  auto result = std::make_shared<Fragment>(value.type);
  result->values = value.values;
  return setFragment(op, result);
}

LogicalResult Agent::execute(PromoteOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(result) || !threadBlock.launch.values)
    return failed(result) ? failure() : setFragment(op, *result);
  const RuntimeTensor &rows = fragment(op.getRowScales()).values;
  const RuntimeTensor &cols = fragment(op.getColScales()).values;
  const float *acc = floats(fragment(op.getAcc()).values);
  const float *partial = floats(fragment(op.getPartial()).values);
  auto *to = reinterpret_cast<float *>((*result)->values.getMutableData());
  int64_t height = (*result)->type.getShape()[0],
          width = (*result)->type.getShape()[1], parts = cols.getDim(1);
  std::vector<float> scales(static_cast<size_t>(width));
  for (int64_t r = 0; r < height; ++r) {
    float row = floats(rows)[rows.getDim(0) == 1 ? 0 : r];
    for (int64_t c = 0; c < width; ++c)
      scales[c] = row * floats(cols)[c * parts / width];
    for (int64_t c = 0; c < width; ++c)
      to[r * width + c] =
          std::fma(partial[r * width + c], scales[c], acc[r * width + c]);
  }
  return setFragment(op, *result);
}
