//===- GQOps.cpp - the gq ops through the numerics library ----------------===//

#include "GQChecks.h"
#include "Interpreter.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Numerics/Convert.h"
#include "gq/Numerics/FourBits.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::gq;
using gridquant::BlockLayout;
using gridquant::ElementType;

namespace {
/// Scales for a matrix that starts at a block: either those of the op, or with
/// an origin inside a block, one per element along the dimensions concerned.
struct AlignedScales {
  BlockLayout layout;
  const float *data = nullptr;
  RuntimeTensor storage;
};
} // namespace

static FailureOr<AlignedScales> alignScales(Interpreter &in, Operation *op,
                                            const RuntimeTensor &scales,
                                            ArrayRef<int64_t> block,
                                            ArrayRef<int64_t> origin,
                                            ArrayRef<int64_t> matrix) {
  AlignedScales aligned{{block[0], block[1], false}, floatsOf(scales), {}};
  if (origin.empty())
    return aligned;
  int64_t begin[2], shape[2];
  bool inside[2];
  for (int dim : {0, 1}) {
    begin[dim] = origin[dim] % block[dim];
    inside[dim] = begin[dim] != 0;
    shape[dim] =
        inside[dim]
            ? matrix[dim]
            : static_cast<int64_t>(llvm::divideCeil(matrix[dim], block[dim]));
  }
  FailureOr<RuntimeTensor> storage =
      in.createTensor(op, scales.getElementType(), shape);
  if (failed(storage))
    return failure();
  auto *to = reinterpret_cast<float *>(storage->getMutableData());
  auto source = [&](int dim, int64_t i) {
    return inside[dim] ? (begin[dim] + i) / block[dim] : i;
  };
  for (int64_t r = 0; r < shape[0]; ++r)
    for (int64_t c = 0; c < shape[1]; ++c)
      *to++ = aligned.data[source(0, r) * scales.getDim(1) + source(1, c)];
  aligned.layout = {inside[0] ? 1 : block[0], inside[1] ? 1 : block[1], false};
  aligned.data = floatsOf(*storage);
  aligned.storage = std::move(*storage);
  return aligned;
}

//===----------------------------------------------------------------------===//
// Quantisation
//===----------------------------------------------------------------------===//

/// Codes, which may be packed in the elements of a tensor.
static gridquant::CodeFormat formatOf(Type type) {
  if (std::optional<gridquant::FourBits> packed = getFourBits(type))
    return *packed;
  return *getNumericsType(type);
}

static LogicalResult execute(Interpreter &in, BlockAbsmaxOp op) {
  const RuntimeTensor &x = in.getTensor(op.getX());
  if (failed(checkShapes(in, op)))
    return failure();
  RuntimeTensor result = in.takeTensor(op.getInitMutable());
  FailureOr<unsigned char *> data = in.getWritable(op, result);
  if (failed(data))
    return failure();
  auto *amax = reinterpret_cast<float *>(*data);
  if (failed(toResult(op, gridquant::blockAbsmax(
                              matrixOf(x), {op.getBlock()[0], op.getBlock()[1]},
                              amax, in.options.threads))))
    return failure();
  float floor = op.getAmaxFloor().convertToFloat();
  for (int64_t i = 0; i < result.getNumElements(); ++i)
    amax[i] = std::max(amax[i], floor);
  return in.set(op, std::move(result));
}

/// What `kind` makes of each block of `x`.
template <typename T>
static void reduceBlocks(arith::AtomicRMWKind kind, ArrayRef<int64_t> block,
                         ArrayRef<T> x, int64_t rows, int64_t columns,
                         T *result) {
  int64_t down = llvm::divideCeil(rows, static_cast<uint64_t>(block[0])),
          across = llvm::divideCeil(columns, static_cast<uint64_t>(block[1]));
  std::vector<T> values;
  for (int64_t i = 0; i < down; ++i)
    for (int64_t j = 0; j < across; ++j) {
      values.clear();
      int64_t lastRow = std::min(rows, (i + 1) * block[0]),
              lastColumn = std::min(columns, (j + 1) * block[1]);
      for (int64_t r = i * block[0]; r < lastRow; ++r)
        for (int64_t c = j * block[1]; c < lastColumn; ++c)
          values.push_back(x[r * columns + c]);
      *result++ = combinePairs(
          values, [kind](T a, T b) { return combine(kind, a, b); });
    }
}

static LogicalResult execute(Interpreter &in, BlockReduceOp op) {
  const RuntimeTensor &x = in.getTensor(op.getX());
  if (failed(checkShapes(in, op)))
    return failure();
  RuntimeTensor result = in.takeTensor(op.getInitMutable());
  FailureOr<unsigned char *> data = in.getWritable(op, result);
  if (failed(data))
    return failure();
  int64_t rows = x.getDim(0), columns = x.getDim(1);
  size_t count = static_cast<size_t>(x.getNumElements());
  if (x.getElementType().isInteger(32)) {
    reduceBlocks<int32_t>(
        op.getKind(), op.getBlock(),
        {reinterpret_cast<const int32_t *>(x.getData()), count}, rows, columns,
        reinterpret_cast<int32_t *>(*data));
  } else {
    std::vector<float> wide(count);
    gridquant::convertToFloat(typeOf(x), x.getData(), x.getNumElements(),
                              wide.data());
    reduceBlocks<float>(op.getKind(), op.getBlock(), wide, rows, columns,
                        reinterpret_cast<float *>(*data));
  }
  return in.set(op, std::move(result));
}

static LogicalResult execute(Interpreter &in, AbsmaxToScaleOp op) {
  RuntimeTensor amax = in.getTensor(op.getAmax());
  if (failed(checkShapes(in, op)))
    return failure();
  RuntimeTensor result = in.takeTensor(op.getInitMutable());
  FailureOr<unsigned char *> data = in.getWritable(op, result);
  if (failed(data))
    return failure();
  gridquant::CodeFormat format = formatOf(op.getFormat());
  gridquant::ScaleOptions options;
  options.powerOfTwo = op.getPow2();
  std::vector<float> scales(static_cast<size_t>(result.getNumElements()));
  for (size_t i = 0; i < scales.size(); ++i)
    scales[i] = gridquant::scaleFromAmax(floatsOf(amax)[i], format, options);
  gridquant::convertFromFloat(typeOf(result), scales.data(),
                              result.getNumElements(), *data);
  return in.set(op, std::move(result));
}

/// Matrices of a batch below one another: no block is of two of them.
static RuntimeTensor belowOneAnother(const RuntimeTensor &tensor) {
  if (tensor.getRank() == 2)
    return tensor;
  return tensor.reshape(
      {tensor.getDim(0) * tensor.getDim(1), tensor.getDim(2)});
}

static LogicalResult execute(Interpreter &in, QuantizeOp op) {
  RuntimeTensor x = belowOneAnother(in.getTensor(op.getX()));
  if (failed(checkShapes(in, op)))
    return failure();
  RuntimeTensor q = in.takeTensor(op.getInitMutable());
  RuntimeTensor scales = in.takeTensor(op.getScalesInitMutable());
  FailureOr<unsigned char *> qData = in.getWritable(op, q);
  FailureOr<unsigned char *> scaleData = in.getWritable(op, scales);
  if (failed(qData) || failed(scaleData))
    return failure();
  gridquant::ScaleOptions options{op.getAmaxFloor().convertToFloat(),
                                  op.getPow2(), op.getDivide(),
                                  scales.getElementType().isBF16()};
  gridquant::CodeFormat format = formatOf(op.getFormat());
  // Scales of other types are made as f32, which is exact, and so are those of
  // rows that are longer.
  int64_t pitch = scales.getDim(scales.getRank() - 1);
  int64_t rows = scales.getDim(0);
  if (scales.getRank() > 2)
    rows *= scales.getDim(1);
  int64_t row = op.getPaddedScales()
                    ? static_cast<int64_t>(llvm::divideCeil(
                          x.getDim(0), static_cast<uint64_t>(op.getBlock()[0])))
                    : pitch;
  std::vector<float> wide;
  bool encode = !scales.getElementType().isF32() || row != pitch;
  if (encode)
    wide.resize(static_cast<size_t>(rows * row));
  BlockLayout layout{op.getBlock()[0], op.getBlock()[1],
                     op.getTransposedScales()};
  if (failed(toResult(
          op, gridquant::quantize(
                  matrixOf(x), layout, options, format, *qData,
                  encode ? wide.data() : reinterpret_cast<float *>(*scaleData),
                  in.options.threads))))
    return failure();
  // Padding has the scales of zeros.
  std::vector<float> padding(static_cast<size_t>(pitch - row),
                             gridquant::scaleFromAmax(0, format, options));
  for (int64_t r = 0; encode && r < rows; ++r) {
    unsigned char *to = *scaleData + r * pitch * scales.getElementSize();
    gridquant::convertFromFloat(typeOf(scales), wide.data() + r * row, row, to);
    gridquant::convertFromFloat(typeOf(scales), padding.data(), pitch - row,
                                to + row * scales.getElementSize());
  }
  if (failed(in.set(op, op->getResult(0), std::move(q))))
    return failure();
  return in.set(op, op->getResult(1), std::move(scales));
}

/// scaled_cast and dequantize differ in the matrix that they read, of elements
/// as their result has them, and in the function they end in.
template <typename OpTy, typename Fn>
static LogicalResult applyScales(Interpreter &in, OpTy op,
                                 const gridquant::ConstMatrix &x, Fn apply) {
  const RuntimeTensor &scales = in.getTensor(op.getScales());
  FailureOr<SmallVector<int64_t>> origin = getOrigin(in, op);
  if (failed(origin) || failed(checkShapes(in, op, *origin)))
    return failure();
  FailureOr<RuntimeTensor> wide = widenScales(in, op, scales);
  if (failed(wide))
    return failure();
  FailureOr<AlignedScales> aligned =
      alignScales(in, op, *wide, op.getBlock(), *origin, {x.rows, x.cols});
  if (failed(aligned))
    return failure();
  RuntimeTensor result = in.takeTensor(op.getInitMutable());
  FailureOr<unsigned char *> data = in.getWritable(op, result);
  if (failed(data) ||
      failed(toResult(op, apply(x, aligned->layout, aligned->data,
                                typeOf(result), *data, in.options.threads))))
    return failure();
  return in.set(op, std::move(result));
}

static LogicalResult execute(Interpreter &in, ScaledCastOp op) {
  return applyScales(in, op, matrixOf(in.getTensor(op.getX())),
                     [&](auto &x, auto &layout, const float *scales,
                         ElementType, void *q, unsigned threads) {
                       return gridquant::scaledCast(x, layout, scales,
                                                    formatOf(op.getFormat()), q,
                                                    threads, op.getDivide());
                     });
}

static LogicalResult execute(Interpreter &in, DequantizeOp op) {
  const RuntimeTensor &q = in.getTensor(op.getQ());
  if (!op.getPacked())
    return applyScales(in, op, matrixOf(q), gridquant::dequantize);
  // Each byte is two codes, but for the last one of an odd row.
  const RuntimeTensor &init = in.getTensor(op.getInit());
  int64_t rows = init.getDim(0), columns = init.getDim(1);
  if (q.getDim(0) != rows || q.getDim(1) != (columns + 1) / 2)
    return checkShapes(in, op);
  gridquant::FourBits format = *getFourBits(*op.getPacked());
  std::vector<uint8_t> codes(static_cast<size_t>(rows * columns));
  for (int64_t row = 0; row < rows; ++row)
    gridquant::unpackFourBits(format, q.getData() + row * q.getDim(1), columns,
                              codes.data() + row * columns);
  return applyScales(
      in, op, {codes.data(), gridquant::widerFormat(format), rows, columns},
      gridquant::dequantize);
}

static LogicalResult execute(Interpreter &in, CopyOp op) {
  RuntimeTensor x = in.getTensor(op.getX());
  if (failed(checkShapes(in, op)))
    return failure();
  return in.set(op, std::move(x));
}

/// Adds columns of `tile` to `sum`; integers modulo 2^32.
template <typename T>
static void addColumns(const RuntimeTensor &tile, int64_t column,
                       int64_t columns, unsigned char *sum) {
  auto *to = reinterpret_cast<T *>(sum);
  const auto *from = reinterpret_cast<const T *>(tile.getData()) + column;
  for (int64_t row = 0; row < tile.getDim(0); ++row, from += tile.getDim(1))
    for (int64_t i = 0; i < columns; ++i)
      *to++ += from[i];
}

/// Parts are computed, and added, one after another.
static LogicalResult execute(Interpreter &in, SumOfPartsOp op) {
  int64_t column = in.getInt(op.getColumn());
  RuntimeTensor sum = in.takeTensor(op.getInitMutable());
  FailureOr<unsigned char *> data = in.getWritable(op, sum);
  if (failed(data))
    return failure();
  int64_t rows = sum.getDim(0), columns = sum.getDim(1);
  for (int64_t part = 0; part < static_cast<int64_t>(op.getParts()); ++part) {
    SmallVector<RuntimeValue> yielded;
    if (failed(in.runRegion(op, op.getBody(), {RuntimeValue(part)}, yielded)))
      return failure();
    const RuntimeTensor &tile = yielded.front().getTensor();
    if (tile.getDim(0) != rows || column < 0 ||
        column > tile.getDim(1) - columns)
      return op.emitOpError("adds ")
             << rows << "x" << columns << " elements from column " << column
             << " of a part of " << tile.getDim(0) << "x" << tile.getDim(1);
    if (sum.getElementType().isInteger())
      addColumns<uint32_t>(tile, column, columns, *data);
    else
      addColumns<float>(tile, column, columns, *data);
  }
  return in.set(op, std::move(sum));
}

/// Of all parts the maxima, and the tile of one.
static LogicalResult execute(Interpreter &in, AbsmaxOfPartsOp op) {
  int64_t rows = op.getRowsOfPart(), row = in.getInt(op.getRow()),
          parts = static_cast<int64_t>(op.getParts());
  if (row < 0 || row % rows != 0 || row / rows >= parts)
    return op.emitOpError("expects operand row to be the first row of one of ")
           << parts << " parts of " << rows << " rows, got " << row;
  ArrayRef<int64_t> block = op.getBlock();
  RuntimeTensor own;
  std::vector<float> amax, ofPart;
  for (int64_t part = 0; part < parts; ++part) {
    SmallVector<RuntimeValue> yielded;
    if (failed(in.runRegion(op, op.getBody(), {RuntimeValue(part)}, yielded)))
      return failure();
    const RuntimeTensor &tile = yielded.front().getTensor();
    int64_t blocks =
        llvm::divideCeil(tile.getDim(1), static_cast<uint64_t>(block[1]));
    if (part == 0)
      amax.assign(blocks, op.getAmaxFloor().convertToFloat());
    if (tile.getDim(0) > rows || blocks != static_cast<int64_t>(amax.size()))
      return op.emitOpError("expects parts of at most ")
             << rows << " rows and as many columns each, got " << tile.getDim(0)
             << "x" << tile.getDim(1);
    if (tile.getNumElements() > 0) {
      ofPart.assign(blocks, 0);
      if (failed(toResult(
              op, gridquant::blockAbsmax(matrixOf(tile), {rows, block[1]},
                                         ofPart.data(), in.options.threads))))
        return failure();
      for (auto [most, value] : llvm::zip(amax, ofPart))
        most = std::max(most, value);
    }
    if (part == row / rows)
      own = tile;
  }
  std::string why;
  std::optional<RuntimeTensor> result =
      RuntimeTensor::create(Float32Type::get(op.getContext()),
                            {1, static_cast<int64_t>(amax.size())}, why);
  if (!result)
    return op.emitOpError("result amax ") << why;
  llvm::copy(amax, reinterpret_cast<float *>(result->getMutableData()));
  if (failed(in.set(op, op.getTile(), RuntimeValue(std::move(own)))))
    return failure();
  return in.set(op, op.getAmax(), RuntimeValue(std::move(*result)));
}

static LogicalResult requireTensors(Operation *op) {
  if (op->getNumResults() > 0)
    return success();
  return op->emitOpError("works on memrefs, the reference executor on tensors");
}

std::optional<LogicalResult> mlir::gq::executeGQ(Interpreter &in,
                                                 Operation *op) {
  if (!isa_and_nonnull<GQDialect>(op->getDialect()))
    return std::nullopt;
  if (failed(requireTensors(op)))
    return failure();
  return TypeSwitch<Operation *, std::optional<LogicalResult>>(op)
      .Case<BlockAbsmaxOp, BlockReduceOp, AbsmaxToScaleOp, CopyOp, QuantizeOp,
            ScaledCastOp, DequantizeOp, SumOfPartsOp, AbsmaxOfPartsOp>(
          [&](auto concrete) { return execute(in, concrete); })
      .Case([&](ScaledMatmulOp matmul) {
        return executeScaledMatmul(in, matmul);
      })
      .Default([](Operation *) { return std::nullopt; });
}
