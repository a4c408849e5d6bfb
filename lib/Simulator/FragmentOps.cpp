//===- FragmentOps.cpp - computing on fragments ---------------------------===//
#include "Agent.h"
#include "Cluster.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Numerics/Convert.h"
#include "gq/Numerics/FourBits.h"
#include "gq/Numerics/Quantize.h"

#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

FailureOr<std::shared_ptr<Fragment>> Agent::createFragment(Operation *op) {
  auto type = cast<FragmentType>(op->getResult(0).getType());
  auto result = std::make_shared<Fragment>(type);
  if (!threadBlock.launch.values)
    return result;
  FailureOr<RuntimeTensor> values =
      createTensor(op, type.getElementType(), Fragment::shapeOf(type));
  if (failed(values))
    return failure();
  result->values = std::move(*values);
  return result;
}

LogicalResult Agent::execute(SplatOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (succeeded(result))
    (*result)->isSplat = true;
  if (failed(result) || !threadBlock.launch.values)
    return failed(result) ? failure() : setFragment(op, *result);
  RuntimeTensor &values = (*result)->values;
  std::optional<ScalarKind> kind = ScalarKind::get(values.getElementType());
  if (!kind)
    return op.emitOpError("on elements of type ")
           << values.getElementType() << " is not supported by the simulator";
  Lanes lanes;
  splatLanes(*kind, get(op.getValue()), lanes);
  int64_t count = values.getNumElements();
  for (int64_t i = 0; i < count; i += maxLanes)
    storeLanes(*kind, lanes, 1, std::min(maxLanes, count - i),
               values.getMutableData() + i * values.getElementSize());
  return setFragment(op, *result);
}

LogicalResult Agent::execute(ForgetOp op) {
  return set(op, op.getResult(), get(op.getValue()));
}

/// The values of a fragment that is constant over blocks, one per element.
static RuntimeTensor expandBlocks(const Fragment &from, RuntimeTensor to) {
  size_t size = to.getElementSize();
  unsigned char *data = to.getMutableData();
  int64_t cols = from.values.getDim(1);
  ArrayRef<int64_t> block = from.type.getBlock();
  for (int64_t r = 0; r < to.getDim(0); ++r)
    for (int64_t c = 0; c < to.getDim(1); ++c, data += size)
      std::memcpy(data,
                  from.values.getData() +
                      (r / block[0] * cols + c / block[1]) * size,
                  size);
  return to;
}

LogicalResult Agent::execute(ElementwiseOp op) {
  bool values = threadBlock.launch.values;
  auto first = cast<FragmentType>(op.getResultTypes().front());
  SmallVector<int64_t> shape = Fragment::shapeOf(first);
  SmallVector<RuntimeTensor> inputs, outputs;
  for (Value result : op.getResults()) {
    auto fragment =
        std::make_shared<Fragment>(cast<FragmentType>(result.getType()));
    if (values) {
      FailureOr<RuntimeTensor> tensor =
          createTensor(op, fragment->type.getElementType(), shape);
      if (failed(tensor))
        return failure();
      outputs.push_back(std::move(*tensor));
    }
    if (failed(set(op, result,
                   RuntimeValue(std::shared_ptr<RuntimeObject>(fragment)))))
      return failure();
  }
  if (!values)
    return success();
  for (Value operand : op.getOperands()) {
    const Fragment &from = fragment(operand);
    if (from.values.getShape() == ArrayRef<int64_t>(shape)) {
      inputs.push_back(from.values);
      continue;
    }
    FailureOr<RuntimeTensor> wide =
        createTensor(op, from.type.getElementType(), shape);
    if (failed(wide))
      return failure();
    inputs.push_back(expandBlocks(from, std::move(*wide)));
  }
  FailureOr<const ScalarProgram *> program =
      getProgram(op, &op.getBody().front());
  if (failed(program))
    return failure();
  std::vector<Lanes> registers((*program)->getNumRegisters());
  (*program)->setUp(registers);
  for (auto [index, capture] : llvm::enumerate((*program)->getCaptures()))
    splatLanes(capture.second, get(capture.first),
               registers[(*program)->getCaptureRegister(index)]);
  int64_t count = shape[0] * shape[1];
  for (int64_t at = 0; at < count; at += maxLanes) {
    int64_t lanes = std::min(maxLanes, count - at);
    for (auto [index, kind] : llvm::enumerate((*program)->getArguments()))
      loadLanes(kind,
                inputs[index].getData() + at * inputs[index].getElementSize(),
                1, lanes, registers[index]);
    ScalarError error;
    if (!(*program)->run(registers, lanes, {}, error))
      return error.op->emitOpError(error.message);
    for (auto [output, result] : llvm::zip(outputs, (*program)->getResults()))
      storeLanes(result.second, registers[result.first], 1, lanes,
                 output.getMutableData() + at * output.getElementSize());
  }
  for (auto [result, output] : llvm::zip(op.getResults(), outputs))
    object<Fragment>(result)->values = std::move(output);
  return success();
}

LogicalResult Agent::execute(MaskOp op) {
  int64_t rows = getInt(op.getSizes()[0]), cols = getInt(op.getSizes()[1]);
  // The bits of what stands outside.
  std::array<unsigned char, 8> outside{};
  if (std::optional<TypedAttr> fill = op.getFill()) {
    auto real = dyn_cast<FloatAttr>(*fill);
    uint64_t bits = real ? real.getValue().bitcastToAPInt().getZExtValue()
                         : cast<IntegerAttr>(*fill).getValue().getZExtValue();
    std::memcpy(outside.data(), &bits, outside.size());
  }
  auto zero = [&](RuntimeTensor &tensor) {
    size_t size = tensor.getElementSize();
    unsigned char *data = tensor.getMutableData();
    for (int64_t r = 0; r < tensor.getDim(0); ++r)
      for (int64_t c = 0; c < tensor.getDim(1); ++c, data += size)
        if (r >= rows || c >= cols)
          std::memcpy(data, outside.data(), size);
  };
  bool values = threadBlock.launch.values;
  if (isa<FragmentType>(op.getValue().getType())) {
    auto result = std::make_shared<Fragment>(
        cast<FragmentType>(op.getResult().getType()));
    if (values) {
      result->values = fragment(op.getValue()).values;
      zero(result->values);
    }
    return setFragment(op, result);
  }
  if (!values)
    return set(op, get(op.getValue()));
  RuntimeTensor tensor = getTensor(op.getValue());
  zero(tensor);
  return set(op, std::move(tensor));
}

static gridquant::ConstMatrix matrixOf(const RuntimeTensor &tensor) {
  return {tensor.getData(), *getNumericsType(tensor.getElementType()),
          tensor.getDim(0), tensor.getDim(1)};
}

LogicalResult Agent::execute(gqgpu::BlockAbsmaxOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(result) || !threadBlock.launch.values)
    return failed(result) ? failure() : setFragment(op, *result);
  ArrayRef<int64_t> block = (*result)->type.getBlock();
  RuntimeTensor &values = (*result)->values;
  auto *amax = reinterpret_cast<float *>(values.getMutableData());
  float floor = op.getAmaxFloor().convertToFloat();
  std::fill_n(amax, values.getNumElements(), floor);
  std::vector<float> part(values.getNumElements());
  for (Value value : op.getValues()) {
    gridquant::Status status =
        gridquant::blockAbsmax(matrixOf(fragment(value).values),
                               {block[0], block[1], false}, part.data(), 1);
    if (!status.ok())
      return op.emitOpError(status.message());
    for (int64_t i = 0; i < values.getNumElements(); ++i)
      amax[i] = std::max(amax[i], part[i]);
  }
  return setFragment(op, *result);
}

LogicalResult Agent::execute(gqgpu::ScaledCastOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(result) || !threadBlock.launch.values)
    return failed(result) ? failure() : setFragment(op, *result);
  const Fragment &scales = fragment(op.getScales());
  ArrayRef<int64_t> block = scales.type.getBlock();
  const auto *all = reinterpret_cast<const float *>(scales.values.getData());
  if (op.getNormal())
    for (int64_t i = 0; i < scales.values.getNumElements(); ++i)
      if (!(all[i] >= 0x1p-126f && all[i] <= 0x1p126f))
        return op.emitOpError("is normal, expects scales from 2^-126 to 2^126, "
                              "got ")
               << llvm::formatv("{0:e}", all[i]).str();
  RuntimeTensor &values = (*result)->values;
  gridquant::CodeFormat format = *getNumericsType(values.getElementType());
  if (op.getPacked())
    format = *getFourBits(*op.getPacked());
  gridquant::Status status = gridquant::scaledCast(
      matrixOf(fragment(op.getValue()).values), {block[0], block[1], false},
      all, format, values.getMutableData(), 1, op.getDivide());
  if (!status.ok())
    return op.emitOpError(status.message());
  return setFragment(op, *result);
}

LogicalResult Agent::execute(EncodeScalesOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(result) || !threadBlock.launch.values)
    return failed(result) ? failure() : setFragment(op, *result);
  RuntimeTensor &codes = (*result)->values;
  gridquant::convertFromFloat(gridquant::ElementType::f8E8M0FNU,
                              reinterpret_cast<const float *>(
                                  fragment(op.getScales()).values.getData()),
                              codes.getNumElements(), codes.getMutableData());
  return setFragment(op, *result);
}

LogicalResult Agent::execute(UnpackOp op) {
  FailureOr<std::shared_ptr<Fragment>> result = createFragment(op);
  if (failed(result) || !threadBlock.launch.values)
    return failed(result) ? failure() : setFragment(op, *result);
  const RuntimeTensor &bytes = fragment(op.getBytes()).values;
  RuntimeTensor &values = (*result)->values;
  gridquant::FourBits format = *getFourBits(op.getFormat());
  int64_t count = values.getNumElements();
  std::vector<uint8_t> codes(static_cast<size_t>(count));
  gridquant::unpackFourBits(format, bytes.getData(), count, codes.data());
  gridquant::convertToFloat(gridquant::widerFormat(format), codes.data(), count,
                            reinterpret_cast<float *>(values.getMutableData()));
  return setFragment(op, *result);
}
