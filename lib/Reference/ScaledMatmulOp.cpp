//===- ScaledMatmulOp.cpp - gq.scaled_matmul ------------------------------===//

#include "GQChecks.h"
#include "IntegerSums.h"
#include "Interpreter.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Numerics/Convert.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cstring>

using namespace mlir;
using namespace mlir::gq;
using gridquant::ElementType;

/// The scales as the numerics library expects them: exactly those that are
/// read. A tile's slice may have more.
static FailureOr<RuntimeTensor> cropScales(Interpreter &in, Operation *op,
                                           const RuntimeTensor &scales,
                                           gridquant::ScaleShape need,
                                           bool transposed) {
  if (transposed)
    std::swap(need.rows, need.cols);
  if (scales.getRank() > 2 || // of a batch, without an origin
      (scales.getDim(0) == need.rows && scales.getDim(1) == need.cols))
    return scales;
  FailureOr<RuntimeTensor> cropped =
      in.createTensor(op, scales.getElementType(), {need.rows, need.cols});
  if (failed(cropped))
    return failure();
  unsigned char *to = cropped->getMutableData();
  size_t row = static_cast<size_t>(need.cols) * sizeof(float);
  for (int64_t r = 0; r < need.rows; ++r)
    std::memcpy(to + r * row, floatsOf(scales) + r * scales.getDim(1), row);
  return cropped;
}

/// Of a batch the last two dimensions are those of a matrix.
static int64_t rowsOf(const RuntimeTensor &tensor) {
  return tensor.getDim(tensor.getRank() - 2);
}
static int64_t columnsOf(const RuntimeTensor &tensor) {
  return tensor.getDim(tensor.getRank() - 1);
}

/// Where matrix `number` begins, of those that `tensor` has one after another.
/// One that is no batch is the same for all.
static int64_t elementsBefore(const RuntimeTensor &tensor, int64_t number) {
  return tensor.getRank() > 2 ? number * rowsOf(tensor) * columnsOf(tensor) : 0;
}

/// Without scales all of the matrix is one block.
static gridquant::MatmulOperand
makeOperand(const RuntimeTensor &matrix, std::optional<ArrayRef<int64_t>> block,
            bool transposed) {
  SmallVector<int64_t> whole{std::max<int64_t>(rowsOf(matrix), 1),
                             std::max<int64_t>(columnsOf(matrix), 1)};
  ArrayRef<int64_t> sizes = block.value_or(whole);
  return {matrix.getData(),
          typeOf(matrix),
          {sizes[0], sizes[1], transposed},
          nullptr};
}

/// Points `operand` to its scales, in f32, which `wide` holds.
static LogicalResult addScales(Interpreter &in, Operation *op,
                               gridquant::MatmulOperand &operand, Value scales,
                               gridquant::ScaleShape shape, bool crop,
                               RuntimeTensor &wide) {
  FailureOr<RuntimeTensor> widened = widenScales(in, op, in.getTensor(scales));
  if (succeeded(widened) && crop)
    widened = cropScales(in, op, *widened, shape, operand.layout.transposed);
  if (failed(widened))
    return failure();
  wide = std::move(*widened);
  operand.scales = floatsOf(wide);
  return success();
}

LogicalResult mlir::gq::executeScaledMatmul(Interpreter &in,
                                            Operation *operation) {
  auto op = cast<ScaledMatmulOp>(operation);
  FailureOr<SmallVector<int64_t>> origin = getOrigin(in, op);
  if (failed(origin) || failed(checkShapes(in, op, *origin)))
    return failure();
  const RuntimeTensor &a = in.getTensor(op.getA()),
                      &b = in.getTensor(op.getB());
  int64_t m = rowsOf(a), n = rowsOf(b), k = columnsOf(a);

  gridquant::MatmulOptions options;
  options.accumulation = in.options.accumulation;
  // Without one, sums of integers are exact in f64, as those of bf16 are added
  // to the result itself.
  options.promote =
      op.getPromotionStep().value_or(static_cast<int64_t>(op.getPromote()));
  options.threads = in.options.threads;
  if (!origin->empty()) {
    options.originM = (*origin)[0];
    options.originN = (*origin)[1];
    options.originK = (*origin)[2];
  }
  gridquant::MatmulOperand aOperand =
      makeOperand(a, op.getABlock(), op.getTransposedAScales());
  gridquant::MatmulOperand bOperand =
      makeOperand(b, op.getBBlock(), op.getTransposedBScales());
  gridquant::ScaleShape aShape, bShape;
  if (failed(toResult(
          op, gridquant::matmulScaleShape(aOperand.layout, options.originM,
                                          options.originK, m, k, aShape))) ||
      failed(toResult(
          op, gridquant::matmulScaleShape(bOperand.layout, options.originN,
                                          options.originK, n, k, bShape))))
    return failure();
  // A matrix without elements reads no scales, however many there are.
  bool crop = m > 0 && n > 0 && k > 0;
  double scaleBytes = 0;
  RuntimeTensor aScales, bScales;
  if (op.isScaled()) {
    for (Value scales : {op.getAScales(), op.getBScales()})
      scaleBytes += static_cast<double>(in.getTensor(scales).getNumBytes());
    if (failed(addScales(in, op, aOperand, op.getAScales(), aShape, crop,
                         aScales)) ||
        failed(addScales(in, op, bOperand, op.getBScales(), bShape, crop,
                         bScales)))
      return failure();
  }

  RuntimeTensor result = in.takeTensor(op.getInitMutable());
  std::shared_ptr<const std::vector<double>> initSumAbs = result.sumAbs;
  FailureOr<unsigned char *> data = in.getWritable(op, result);
  if (failed(data))
    return failure();
  if (op.getInit().getDefiningOp<tensor::EmptyOp>())
    std::memset(*data, 0, result.getNumBytes());
  int64_t batch = isBatch(op) ? result.getDim(0) : 1;
  // Adds each product to what is in `to`.
  auto multiply = [&](ElementType type, unsigned char *to, double *sumAbs) {
    auto part = [](gridquant::MatmulOperand whole, const RuntimeTensor &matrix,
                   const RuntimeTensor &scales, int64_t number) {
      whole.data = matrix.getData() +
                   elementsBefore(matrix, number) * matrix.getElementSize();
      if (whole.scales)
        whole.scales += elementsBefore(scales, number);
      return whole;
    };
    for (int64_t number = 0; number < batch; ++number) {
      int64_t before = number * m * n;
      unsigned char *sums = to + before * gridquant::elementTypeSize(type);
      gridquant::MatmulOperand left = part(aOperand, a, aScales, number),
                               right = part(bOperand, b, bScales, number);
      double *sumAbsHere = sumAbs ? sumAbs + before : nullptr;
      LogicalResult added =
          type == ElementType::i32 || op.hasZeroPoints()
              ? addIntegerSums(in, op, left, right, options, type, sums,
                               sumAbsHere)
              : toResult(op,
                         gridquant::scaledMatmul(left, right, m, n, k, options,
                                                 type, sums, sums, sumAbsHere));
      if (failed(added))
        return failure();
    }
    return success();
  };
  Type elementType = result.getElementType();
  if (elementType.isInteger() ||
      (elementType.isF32() && !in.options.trackSumAbs)) {
    if (failed(multiply(typeOf(result), *data, /*sumAbs=*/nullptr)))
      return failure();
  } else {
    // In f64 until the one rounding to the type of the result.
    std::optional<ScalarKind> kind = ScalarKind::get(elementType);
    int64_t count = result.getNumElements();
    FailureOr<RuntimeTensor> wide = in.createTensor(
        op, Float64Type::get(op.getContext()), result.getShape());
    if (failed(wide))
      return failure();
    auto *d = reinterpret_cast<double *>(wide->getMutableData());
    auto sumAbs = std::make_shared<std::vector<double>>(
        in.options.trackSumAbs ? count : 0);
    Lanes lanes;
    size_t size = result.getElementSize();
    for (int64_t i = 0; i < count; i += maxLanes) {
      int64_t part = std::min(maxLanes, count - i);
      loadLanes(*kind, *data + i * size, 1, part, lanes);
      std::copy(lanes.f, lanes.f + part, d + i);
    }
    if (failed(multiply(ElementType::f64, reinterpret_cast<unsigned char *>(d),
                        sumAbs->empty() ? nullptr : sumAbs->data())))
      return failure();
    for (int64_t i = 0; i < count; i += maxLanes) {
      int64_t part = std::min(maxLanes, count - i);
      for (int64_t j = 0; j < part; ++j)
        lanes.f[j] = kind->isNarrow() ? roundToOdd(d[i + j])
                                      : static_cast<float>(d[i + j]);
      storeLanes(*kind, lanes, 1, part, *data + i * size);
    }
    if (initSumAbs)
      for (int64_t i = 0; i < static_cast<int64_t>(sumAbs->size()); ++i)
        (*sumAbs)[i] += (*initSumAbs)[i];
    if (in.options.trackSumAbs) {
      result.sumAbs = std::move(sumAbs);
      result.exact = std::make_shared<std::vector<double>>(d, d + count);
    }
  }

  ++in.statistics.matmuls;
  in.statistics.matmulFlops += 2.0 * static_cast<double>(batch * m) *
                               static_cast<double>(n) * static_cast<double>(k);
  in.statistics.matmulBytes +=
      scaleBytes + static_cast<double>(a.getNumBytes() + b.getNumBytes() +
                                       result.getNumBytes());
  return in.set(op, std::move(result));
}
