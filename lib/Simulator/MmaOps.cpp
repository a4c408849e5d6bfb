//===- MmaOps.cpp - products and their promotion --------------------------===//
//
// What a product adds up in, the hardware does not say to the bit where that is
// a float; here it is f32 in the order of K, rounded to the type of the result
// at the end. Integers are exact.
//
//===----------------------------------------------------------------------===//
#include "Agent.h"
#include "Cluster.h"
#include "gq/Numerics/Convert.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;
using mlir::gq::getNumericsType;
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
  int64_t group = op.getRing().getType().getTiles()[op.getTile()].getPermuted();
  if (*tile)
    return set(op, group ? permuteRows((*tile)->data, group, /*back=*/true)
                         : (*tile)->data);
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
  unsigned dim = op.getDim() == Dim::Rows ? 0 : 1;
  int64_t count = Fragment::shapeOf(type)[dim];
  // Rows or columns from one value to the next.
  int64_t step = type.getShape()[dim] / count;
  ArrayRef<int64_t> shape =
      op.getRing().getType().getTiles()[op.getTile()].getShape();
  unsigned along = op.getTransposed() ? 1 : 0;
  int64_t scales = shape[along], columns = shape[1 - along];
  int64_t group = op.getRing().getType().getTiles()[op.getTile()].getPermuted();
  auto indexOf = [&](int64_t i) { return (first + i * step) / block; };
  if (!type.getBlock().empty() && first % step != 0)
    return op.emitOpError("reads scales of groups of ")
           << step << " columns, the first one at " << first
           << " in its block; expects a multiple of " << step;
  if (first < 0 || indexOf(count - 1) >= scales)
    return op.emitOpError("reads scales ")
           << indexOf(0) << " to " << indexOf(count - 1) << " of a tile of "
           << scales;
  int64_t column = op.getColumn() + (op.getPast() ? getInt(op.getPast()) : 0);
  if (column < 0 || column >= columns)
    return op.emitOpError("reads column ")
           << column << " of a tile of " << columns << " columns";
  if (*tile && threadBlock.launch.values) {
    const RuntimeTensor &data = (*tile)->data;
    auto *to = reinterpret_cast<float *>((*result)->values.getMutableData());
    for (int64_t i = 0; i < count; ++i) {
      int64_t place = permutedPlace(group, indexOf(i));
      int64_t at = op.getTransposed() ? column * scales + place
                                      : place * columns + column;
      gridquant::convertToFloat(*getNumericsType(data.getElementType()),
                                data.getData() + at * data.getElementSize(), 1,
                                to + i);
    }
  }
  return setFragment(op, *result);
}

/// Columns `begin` and on, `k` of them, of rows of a tile, one row after
/// another.
template <typename T>
static std::vector<T> widen(const RuntimeTensor &tile, int64_t firstRow,
                            int64_t rows, int64_t begin, int64_t k) {
  std::vector<T> wide(static_cast<size_t>(rows * k));
  int64_t size = tile.getElementSize(), pitch = tile.getDim(1) * size;
  for (int64_t r = 0; r < rows; ++r) {
    const unsigned char *from =
        tile.getData() + (firstRow + r) * pitch + begin * size;
    T *to = wide.data() + r * k;
    if constexpr (std::is_same_v<T, float>)
      gridquant::convertToFloat(*getNumericsType(tile.getElementType()), from,
                                k, to);
    else
      std::copy_n(reinterpret_cast<const int8_t *>(from), k, to);
  }
  return wide;
}

/// a . b^T, added to `sums` in the order of K. The rows of b are permuted in
/// groups of `group`; the columns of the result are in order, where their
/// layout has them.
template <typename T>
static void multiply(const std::vector<T> &a, const std::vector<T> &b,
                     int64_t rows, int64_t columns, int64_t k, int64_t group,
                     std::vector<T> &sums) {
  std::vector<T> byDepth(b.size());
  for (int64_t place = 0; place < columns; ++place)
    for (int64_t i = 0, c = permutedRow(group, place); i < k; ++i)
      byDepth[i * columns + c] = b[place * k + i];
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < k; ++i)
      for (int64_t c = 0; c < columns; ++c)
        sums[r * columns + c] += a[r * k + i] * byDepth[i * columns + c];
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
  MmaInterface product = op.getProduct();
  int64_t row = getInt(op.getRow()), rows = product.getM();
  if (row < 0 || row + rows > typeA.getShape()[0])
    return op.emitOpError("multiplies rows ")
           << row << " to " << row + rows - 1 << " of a tile of "
           << typeA.getShape()[0];
  // Where in tile b: its rows lie in groups of 8, or of those permuted.
  int64_t columns = product.getN(), group = product.getOperandTile(1).permuted,
          column = op.getColumn() ? getInt(op.getColumn()) : 0,
          step = group ? group : product.getLayout().getPeriod().column,
          rowsOfB = ring.getTiles()[op.getB()].getShape()[0];
  if (column < 0 || column + columns > rowsOfB || column % step != 0)
    return op.emitOpError("multiplies rows ")
           << column << " to " << column + columns - 1 << " of a tile b of "
           << rowsOfB << ", expects them to start at a multiple of " << step;
  const Fragment *before = nullptr;
  if (Value reuse = op.getReuse()) {
    if (!fragment(reuse).isSplat)
      object<Fragment>(reuse)->reusedBy = op;
    if (op.getAccumulate())
      before = &fragment(reuse);
  }
  (*result)->product = op;
  products.push_back({op, object<SlotToken>(op.getSlot())});
  if (!threadBlock.launch.values || !*a || !*b)
    return setFragment(op, *result);

  int64_t begin = op.getK()[0], k = op.getK()[1] - begin;
  const RuntimeTensor &left = (*a)->data, &right = (*b)->data;
  unsigned char *to = (*result)->values.getMutableData();
  auto count = static_cast<size_t>(rows * columns);
  if (isa<IntegerType>(product.getAcc())) {
    // Modulo 2^32, as the instruction without .satfinite.
    std::vector<uint32_t> sums(count);
    if (before)
      std::memcpy(sums.data(), before->values.getData(),
                  count * sizeof(uint32_t));
    multiply(widen<uint32_t>(left, row, rows, begin, k),
             widen<uint32_t>(right, column, columns, begin, k), rows, columns,
             k, group, sums);
    std::memcpy(to, sums.data(), count * sizeof(uint32_t));
  } else {
    std::vector<float> sums(count);
    if (before)
      gridquant::convertToFloat(*getNumericsType(product.getAcc()),
                                before->values.getData(), rows * columns,
                                sums.data());
    multiply(widen<float>(left, row, rows, begin, k),
             widen<float>(right, column, columns, begin, k), rows, columns, k,
             group, sums);
    gridquant::convertFromFloat(*getNumericsType(product.getAcc()), sums.data(),
                                rows * columns, to);
  }
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
  const RuntimeTensor &sum = fragment(op.getSum()).values;
  std::vector<float> sums(static_cast<size_t>(sum.getNumElements()));
  gridquant::convertToFloat(*getNumericsType(sum.getElementType()),
                            sum.getData(), sum.getNumElements(), sums.data());
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
          std::fma(sums[r * width + c], scales[c], acc[r * width + c]);
  }
  return setFragment(op, *result);
}
