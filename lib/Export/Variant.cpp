//===- Variant.cpp - how a kernel is launched, as metadata ----------------===//
//
// The #gqgpu.launch of a kernel counts operands; here are the tensors of one
// launch to put in their place.
//
//===----------------------------------------------------------------------===//
#include "KernelTable.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gq;
namespace json = llvm::json;

namespace {
class VariantWriter {
public:
  VariantWriter(gqgpu::LaunchOp launch, const CompiledKernel &kernel,
                ArrayRef<HostTensor> operands,
                const std::optional<SizeExpr> &only,
                llvm::function_ref<std::string(int)> bufferName)
      : launch(launch), kernel(kernel), operands(operands), only(only),
        bufferName(bufferName) {}

  FailureOr<json::Object> write();

private:
  InFlightDiagnostic error() {
    return launch.emitError("gqgpu.launch of kernel '")
           << launch.getKernelAttr().getLeafReference().getValue() << "' ";
  }
  FailureOr<SizeExpr> size(gqgpu::SizeAttr size);
  FailureOr<SizeExpr> grid(gqgpu::GridAttr grid);
  FailureOr<const HostTensor *> operand(int64_t number);
  FailureOr<json::Object> param(gqgpu::TensorMapAttr map);
  FailureOr<json::Object> param(gqgpu::PointerAttr pointer);
  FailureOr<json::Object> param(gqgpu::SizeAttr value);
  FailureOr<json::Object> param(gqgpu::PitchAttr value);
  LogicalResult checkPitches();

  gqgpu::LaunchOp launch;
  const CompiledKernel &kernel;
  ArrayRef<HostTensor> operands;
  const std::optional<SizeExpr> &only;
  llvm::function_ref<std::string(int)> bufferName;
};
} // namespace

FailureOr<SizeExpr> VariantWriter::size(gqgpu::SizeAttr size) {
  int64_t operand = size.getOperand(), dim = size.getDim();
  if (operand >= static_cast<int64_t>(operands.size()))
    return error() << "asks for operand " << operand << ", the launch has "
                   << operands.size();
  ArrayRef<SizeExpr> shape = operands[operand].shape;
  if (dim >= static_cast<int64_t>(shape.size()))
    return error() << "asks for dimension " << dim << " of operand " << operand
                   << ", which has rank " << shape.size();
  return shape[dim];
}

/// Thread blocks; the attribute counts clusters.
FailureOr<SizeExpr> VariantWriter::grid(gqgpu::GridAttr grid) {
  SmallVector<SizeExpr> sizes;
  for (gqgpu::SizeAttr attr : grid.getSizes()) {
    FailureOr<SizeExpr> expr = size(attr);
    if (failed(expr))
      return failure();
    sizes.push_back(*expr);
  }
  std::optional<SizeExpr> result =
      HostExprs().apply(grid.getMap(), IndexOp::Min, sizes);
  // Each multiprocessor has room for some thread blocks.
  SizeExpr cluster = SizeExpr::constant(kernel.launch.getCluster());
  if (result && grid.getPersistent()) {
    std::optional<SizeExpr> room = SizeExpr::numSMs();
    if (int64_t each = grid.getPersistent(); each > 1)
      room = SizeExpr::make("mul", *room, SizeExpr::constant(each));
    if (room)
      room = SizeExpr::make("floordiv", *room, cluster);
    result = room ? SizeExpr::make("min", *room, *result) : std::nullopt;
  }
  if (result)
    result = SizeExpr::make("mul", *result, cluster);
  if (result && only)
    result = SizeExpr::make("mul", *only, *result);
  if (!result)
    return error() << "has a grid that is too large for a bundle";
  return *result;
}

FailureOr<const HostTensor *> VariantWriter::operand(int64_t number) {
  if (number >= static_cast<int64_t>(operands.size()) ||
      operands[number].buffer == HostTensor::noBuffer)
    return error() << "passes operand " << number << ", a tensor among the "
                   << operands.size() << " operands of the launch is needed";
  return &operands[number];
}

/// With extents and strides of a tensor whose rows are a pitch apart.
FailureOr<json::Object> VariantWriter::param(gqgpu::TensorMapAttr map) {
  FailureOr<const HostTensor *> found = operand(map.getOperand());
  if (failed(found))
    return failure();
  const HostTensor &tensor = **found;
  if (map.getBox().size() != tensor.shape.size())
    return error() << "has a box of " << map.getBox().size()
                   << " extents for an operand of rank " << tensor.shape.size();
  json::Array dims, strides, box(map.getBox());
  std::optional<SizeExpr> stride = SizeExpr::constant(
      llvm::divideCeil(tensor.elementType.getIntOrFloatBitWidth(), 8));
  for (auto [i, size] : llvm::enumerate(llvm::reverse(tensor.shape))) {
    dims.push_back(size.toJson());
    if (i + 1 == tensor.shape.size())
      break;
    stride = SizeExpr::make("mul", *stride,
                            i == 0 ? tensor.pitch.value_or(size) : size);
    if (!stride)
      return error() << "has strides that are too large for a bundle";
    strides.push_back(stride->toJson());
  }
  if (int64_t group = map.getPermuted()) {
    std::optional<int64_t> rows = tensor.shape.front().asConstant();
    if (!rows || *rows % group != 0)
      return error() << "permutes rows of operand " << map.getOperand()
                     << " in groups of " << group
                     << ", which must be a static multiple of them";
    // e, q, j of gqgpu::permutedRow, and the groups.
    int64_t run = group / 4;
    dims.pop_back();
    box.pop_back();
    llvm::append_range(dims, ArrayRef<int64_t>{2, 4, run / 2, *rows / group});
    llvm::append_range(
        box, ArrayRef<int64_t>{2, 4, run / 2, map.getBox()[1] / group});
    for (int64_t step : {run, int64_t(2), group}) {
      std::optional<SizeExpr> bytes =
          SizeExpr::make("mul", *stride, SizeExpr::constant(step));
      if (!bytes)
        return error() << "has strides that are too large for a bundle";
      strides.push_back(bytes->toJson());
    }
  }
  return json::Object{{"kind", "tensormap"},
                      {"buffer", bufferName(tensor.buffer)},
                      {"dtype", stringifyTmaElement(map.getElement()).str()},
                      {"dims", std::move(dims)},
                      {"strides", std::move(strides)},
                      {"box", std::move(box)},
                      {"swizzle", map.getSwizzle()},
                      {"l2promotion", map.getL2promotion()}};
}

FailureOr<json::Object> VariantWriter::param(gqgpu::PointerAttr pointer) {
  FailureOr<const HostTensor *> tensor = operand(pointer.getOperand());
  if (failed(tensor))
    return failure();
  return json::Object{{"kind", "pointer"},
                      {"buffer", bufferName((*tensor)->buffer)}};
}

FailureOr<json::Object> VariantWriter::param(gqgpu::SizeAttr value) {
  FailureOr<SizeExpr> expr = size(value);
  if (failed(expr))
    return failure();
  return json::Object{{"kind", "i32"}, {"value", expr->toJson()}};
}

FailureOr<json::Object> VariantWriter::param(gqgpu::PitchAttr value) {
  FailureOr<const HostTensor *> tensor = operand(value.getOperand());
  if (failed(tensor))
    return failure();
  if ((*tensor)->shape.size() != 2)
    return error() << "asks for the pitch of operand " << value.getOperand()
                   << ", which has rank " << (*tensor)->shape.size()
                   << ", a matrix is needed";
  SizeExpr pitch = (*tensor)->pitch.value_or((*tensor)->shape.back());
  return json::Object{{"kind", "i32"}, {"value", pitch.toJson()}};
}

/// A kernel that does not ask for it would read what is between the rows.
LogicalResult VariantWriter::checkPitches() {
  for (auto [i, tensor] : llvm::enumerate(operands))
    if (tensor.pitch &&
        llvm::none_of(kernel.launch.getParams(), [number = i](Attribute param) {
          auto pitch = dyn_cast<gqgpu::PitchAttr>(param);
          return pitch && pitch.getOperand() == static_cast<int64_t>(number);
        }))
      return error() << "has no #gqgpu.pitch<" << i << ">, operand " << i
                     << " is gq.pitched";
  return success();
}

FailureOr<json::Object> VariantWriter::write() {
  gqgpu::LaunchAttr attr = kernel.launch;
  FailureOr<SizeExpr> blocks = grid(attr.getGrid());
  if (failed(blocks))
    return failure();
  if (static_cast<int64_t>(attr.getParams().size()) != kernel.numParams)
    return error() << "has " << attr.getParams().size()
                   << " params, the kernel has " << kernel.numParams;
  if (failed(checkPitches()))
    return failure();
  if (launch.getDependent() && !attr.getDependent())
    return error() << "is not dependent: the kernel does not wait for the one "
                      "in front, before whose end it is to be launched; run "
                      "gq-place-dependency";
  json::Array params;
  for (Attribute entry : attr.getParams()) {
    FailureOr<json::Object> one = failure();
    llvm::TypeSwitch<Attribute>(entry)
        .Case<gqgpu::TensorMapAttr, gqgpu::PointerAttr, gqgpu::SizeAttr,
              gqgpu::PitchAttr>([&](auto attr) { one = param(attr); });
    if (failed(one))
      return failure();
    params.push_back(std::move(*one));
  }
  json::Object variant{
      {"kernel", launch.getKernelAttr().getLeafReference().getValue().str()},
      {"grid", json::Array{blocks->toJson(), 1, 1}},
      {"block", json::Array{attr.getThreads(), 1, 1}},
      {"cluster", json::Array{attr.getCluster(), 1, 1}},
      {"smem", attr.getSharedMemory()},
      {"params", std::move(params)}};
  if (launch.getDependent())
    variant["dependent"] = true;
  return variant;
}

FailureOr<json::Object>
mlir::gq::exportVariant(gqgpu::LaunchOp launch, const CompiledKernel &kernel,
                        ArrayRef<HostTensor> operands,
                        const std::optional<SizeExpr> &only,
                        llvm::function_ref<std::string(int)> bufferName) {
  return VariantWriter(launch, kernel, operands, only, bufferName).write();
}
