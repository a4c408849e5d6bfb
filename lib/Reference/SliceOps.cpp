//===- SliceOps.cpp - slices of tensors, and padding ----------------------===//

#include "Interpreter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace mlir::gq;

namespace {
/// A slice of a tensor, with the sizes it has at run time.
struct Slice {
  SmallVector<int64_t> offsets, sizes, strides;

  int64_t getNumElements() const {
    int64_t count = 1;
    for (int64_t size : sizes)
      count *= size;
    return count;
  }
};
} // namespace

/// Reads offsets, sizes and strides, and checks that the slice lies within
/// \p tensor, which diagnostics call \p name.
static FailureOr<Slice> getSlice(Interpreter &in,
                                 OffsetSizeAndStrideOpInterface op,
                                 StringRef name, const RuntimeTensor &tensor) {
  Slice slice{in.getInts(op.getMixedOffsets()), in.getInts(op.getMixedSizes()),
              in.getInts(op.getMixedStrides())};
  for (int64_t dim = 0; dim < tensor.getRank(); ++dim) {
    int64_t offset = slice.offsets[dim], size = slice.sizes[dim];
    int64_t stride = slice.strides[dim], extent = tensor.getDim(dim);
    if (size < 0)
      return op->emitOpError("expects size ")
             << dim << " not to be negative, got " << size;
    int64_t last = 0;
    bool overflow = size > 0 && (llvm::MulOverflow(size - 1, stride, last) ||
                                 llvm::AddOverflow(last, offset, last));
    bool inside = size == 0 ? offset >= 0 && offset <= extent
                            : !overflow && offset >= 0 && offset < extent &&
                                  last >= 0 && last < extent;
    if (!inside)
      return op->emitOpError("expects the slice at offset ")
             << offset << " of size " << size << " and stride " << stride
             << " to lie within dimension " << dim << " of " << name
             << ", which has size " << extent;
  }
  return slice;
}

/// Calls \p run with the first element of each row of the slice, as an index
/// into the tensor and into the densely packed slice.
static void forEachRow(const Slice &slice, ArrayRef<int64_t> shape,
                       function_ref<void(int64_t, int64_t)> run) {
  int64_t rank = static_cast<int64_t>(shape.size());
  if (slice.getNumElements() == 0)
    return;
  if (rank == 0)
    return run(0, 0);
  SmallVector<int64_t> at(rank, 0);
  int64_t row = slice.sizes.back(), packed = 0;
  while (true) {
    int64_t index = 0;
    for (int64_t dim = 0; dim < rank; ++dim)
      index = index * shape[dim] + slice.offsets[dim] +
              at[dim] * slice.strides[dim];
    run(index, packed);
    packed += row;
    int64_t dim = rank - 2;
    for (; dim >= 0; --dim) {
      if (++at[dim] < slice.sizes[dim])
        break;
      at[dim] = 0;
    }
    if (dim < 0)
      return;
  }
}

/// Copies between a slice of a tensor and packed elements, in either direction.
template <bool Extract, typename TensorPtr, typename PackedPtr>
static void copySlice(const Slice &slice, ArrayRef<int64_t> shape, size_t size,
                      TensorPtr tensor, PackedPtr packed) {
  int64_t row = slice.sizes.empty() ? 1 : slice.sizes.back();
  int64_t stride = slice.strides.empty() ? 1 : slice.strides.back();
  int64_t piece = stride == 1 ? row : 1; // elements copied at once
  forEachRow(slice, shape, [&](int64_t index, int64_t packedIndex) {
    for (int64_t i = 0; i < row; i += piece) {
      auto *t = tensor + (index + i * stride) * static_cast<int64_t>(size);
      auto *p = packed + (packedIndex + i) * static_cast<int64_t>(size);
      if constexpr (Extract)
        std::memcpy(p, t, size * static_cast<size_t>(piece));
      else
        std::memcpy(t, p, size * static_cast<size_t>(piece));
    }
  });
}

/// The shape of a slice without the dimensions its type leaves out.
static SmallVector<int64_t> dropDims(ArrayRef<int64_t> sizes,
                                     const llvm::SmallBitVector &dropped) {
  SmallVector<int64_t> shape;
  for (auto [dim, size] : llvm::enumerate(sizes))
    if (!dropped.test(dim))
      shape.push_back(size);
  return shape;
}

static LogicalResult executeExtract(Interpreter &in,
                                    tensor::ExtractSliceOp op) {
  const RuntimeTensor &source = in.getTensor(op.getSource());
  FailureOr<Slice> slice = getSlice(in, op, "operand source", source);
  if (failed(slice))
    return failure();
  SmallVector<int64_t> shape = dropDims(slice->sizes, op.getDroppedDims());
  FailureOr<RuntimeTensor> result =
      in.createTensor(op, source.getElementType(), shape);
  if (failed(result))
    return failure();
  copySlice<true>(*slice, source.getShape(), source.getElementSize(),
                  source.getData(), result->getMutableData());
  return in.set(op, std::move(*result));
}

/// Writes \p source over a slice of \p destination.
template <typename OpTy>
static LogicalResult
insertInto(Interpreter &in, OpTy op, const RuntimeTensor &source,
           RuntimeTensor &destination, std::vector<bool> *inserted = nullptr) {
  FailureOr<Slice> slice =
      getSlice(in, cast<OffsetSizeAndStrideOpInterface>(op.getOperation()),
               "operand dest", destination);
  if (failed(slice))
    return failure();
  SmallVector<int64_t> shape = dropDims(slice->sizes, op.getDroppedDims());
  if (ArrayRef<int64_t>(shape) != source.getShape())
    return op->emitOpError("expects operand source of shape ")
           << shapeToString(shape) << ", the sizes of the slice, got "
           << shapeToString(source.getShape());
  FailureOr<unsigned char *> data = in.getWritable(op, destination);
  if (failed(data))
    return failure();
  copySlice<false>(*slice, destination.getShape(), source.getElementSize(),
                   *data, source.getData());
  if (!inserted)
    return success();
  int64_t row = slice->sizes.empty() ? 1 : slice->sizes.back();
  int64_t stride = slice->strides.empty() ? 1 : slice->strides.back();
  std::optional<int64_t> twice;
  forEachRow(*slice, destination.getShape(), [&](int64_t index, int64_t) {
    for (int64_t i = 0; i < row; ++i) {
      if ((*inserted)[index + i * stride] && !twice)
        twice = index + i * stride;
      (*inserted)[index + i * stride] = true;
    }
  });
  if (twice)
    return op->emitOpError("inserts element ")
           << *twice << " (in row-major order) of operand dest, which has been "
           << "inserted before";
  return success();
}

static LogicalResult executeInsert(Interpreter &in, tensor::InsertSliceOp op) {
  RuntimeTensor source = in.getTensor(op.getSource());
  RuntimeTensor destination = in.takeTensor(op.getDestMutable());
  if (failed(insertInto(in, op, source, destination)))
    return failure();
  return in.set(op, std::move(destination));
}

LogicalResult mlir::gq::executeParallelInsert(Interpreter &in, Operation *op,
                                              RuntimeTensor &destination,
                                              std::vector<bool> *inserted) {
  auto insert = cast<tensor::ParallelInsertSliceOp>(op);
  return insertInto(in, insert, in.getTensor(insert.getSource()), destination,
                    inserted);
}

/// Inputs side by side along one dimension.
static LogicalResult executeConcat(Interpreter &in, tensor::ConcatOp op) {
  auto dim = static_cast<size_t>(op.getDim());
  SmallVector<int64_t> shape(in.getTensor(op.getInputs().front()).getShape());
  shape[dim] = 0;
  for (Value input : op.getInputs()) {
    SmallVector<int64_t> own(in.getTensor(input).getShape());
    int64_t size = std::exchange(own[dim], shape[dim]);
    if (own != shape)
      return op.emitOpError("expects inputs that differ along dimension ")
             << dim << " alone, got "
             << shapeToString(in.getTensor(input).getShape()) << " beside "
             << shapeToString(in.getTensor(op.getInputs().front()).getShape());
    if (llvm::AddOverflow(shape[dim], size, shape[dim]))
      return op.emitOpError("has a size along dimension ")
             << dim << " that does not fit in 63 bits";
  }
  FailureOr<RuntimeTensor> result = in.createTensor(
      op, cast<RankedTensorType>(op.getType()).getElementType(), shape);
  if (failed(result))
    return failure();
  Slice slice{SmallVector<int64_t>(shape.size(), 0), shape,
              SmallVector<int64_t>(shape.size(), 1)};
  for (Value input : op.getInputs()) {
    const RuntimeTensor &source = in.getTensor(input);
    slice.sizes.assign(source.getShape().begin(), source.getShape().end());
    copySlice<false>(slice, shape, source.getElementSize(),
                     result->getMutableData(), source.getData());
    slice.offsets[dim] += slice.sizes[dim];
  }
  return in.set(op, std::move(*result));
}

/// Padding with one value for all elements.
static LogicalResult executePad(Interpreter &in, tensor::PadOp op) {
  const RuntimeTensor &source = in.getTensor(op.getSource());
  Block &body = op.getRegion().front();
  Value padding = body.getTerminator()->getOperand(0);
  Operation *constant = padding.getDefiningOp();
  if (padding.getParentBlock() == &body) {
    if (!isa_and_nonnull<arith::ConstantOp>(constant))
      return op.emitOpError("with a padding value computed per element is not "
                            "supported by the reference executor");
    std::optional<LogicalResult> done = executeScalar(in, constant);
    if (!done || failed(*done))
      return failure();
  }
  std::optional<ScalarKind> kind = ScalarKind::get(padding.getType());
  if (!kind)
    return op.emitOpError("on elements of type ")
           << padding.getType()
           << " is not supported by the reference executor";
  SmallVector<int64_t> low = in.getInts(op.getMixedLowPad());
  SmallVector<int64_t> high = in.getInts(op.getMixedHighPad());
  Slice slice{low, SmallVector<int64_t>(source.getShape()),
              SmallVector<int64_t>(low.size(), 1)};
  SmallVector<int64_t> shape;
  for (auto [l, size, h] : llvm::zip_equal(low, source.getShape(), high)) {
    int64_t total = size;
    if (l < 0 || h < 0 || llvm::AddOverflow(total, l, total) ||
        llvm::AddOverflow(total, h, total))
      return op.emitOpError("expects paddings that are not negative, got ")
             << l << " and " << h;
    shape.push_back(total);
  }
  FailureOr<RuntimeTensor> result =
      in.createTensor(op, source.getElementType(), shape);
  if (failed(result))
    return failure();
  unsigned char *data = result->getMutableData();
  size_t size = result->getElementSize();
  Lanes lanes;
  splatLanes(*kind, in.get(padding), lanes);
  for (int64_t at = 0, end = result->getNumElements(); at < end; at += maxLanes)
    storeLanes(*kind, lanes, 1, std::min(maxLanes, end - at),
               data + at * static_cast<int64_t>(size));
  copySlice<false>(slice, result->getShape(), size, data, source.getData());
  return in.set(op, std::move(*result));
}

std::optional<LogicalResult> mlir::gq::executeSlice(Interpreter &in,
                                                    Operation *op) {
  return TypeSwitch<Operation *, std::optional<LogicalResult>>(op)
      .Case([&](tensor::ExtractSliceOp slice) {
        return executeExtract(in, slice);
      })
      .Case(
          [&](tensor::InsertSliceOp slice) { return executeInsert(in, slice); })
      .Case([&](tensor::PadOp pad) { return executePad(in, pad); })
      .Case([&](tensor::ConcatOp row) { return executeConcat(in, row); })
      .Default([](Operation *) { return std::nullopt; });
}
