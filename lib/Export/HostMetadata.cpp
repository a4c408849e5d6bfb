//===- HostMetadata.cpp - buffers and launches as metadata ----------------===//
//
// What the walk of a host function has found, in the words of Schema.md.
//
//===----------------------------------------------------------------------===//
#include "FunctionExporter.h"
#include "gq/Dialect/GQGPU/Protocol/Extents.h"
#include "gq/Support/ArgumentNames.h"
#include "gq/Support/DependentLaunch.h"
#include "gq/Support/PitchedArguments.h"

using namespace mlir;
using namespace mlir::gq;
namespace json = llvm::json;

/// What is in front of the first launch is the caller's, who has to know.
LogicalResult FunctionExporter::checkFirstLaunch() {
  if (launches.empty() ||
      dependentLaunchOf(function) == DependentLaunch::Callers)
    return success();
  for (const PendingVariant &variant : launches.front()) {
    gqgpu::LaunchOp op = variant.op;
    if (op.getDependent())
      return op.emitError("is dependent and the first launch of function '")
             << function.getSymName() << "'; expects " << kDependentLaunchAttr
             << " = \"callers\" on the function";
  }
  return success();
}

/// Kernels count in 32 bits; the compiler has seen to what is static.
void FunctionExporter::checkExtents(const HostTensor &tensor) {
  if (tensor.buffer == HostTensor::noBuffer)
    return;
  const Buffer &buffer = buffers[tensor.buffer];
  std::string what = buffer.kind == Buffer::Argument
                         ? describeArgument(function, buffer.number)
                         : std::string("a result or temporary");
  for (auto [dim, size] : llvm::enumerate(tensor.shape)) {
    if (size.asConstant())
      continue;
    std::optional<SizeExpr> fits =
        SizeExpr::make("le", size, SizeExpr::constant(gqgpu::kMaxCount));
    // Sizes that are made from one another ask for the same.
    if (fits && llvm::none_of(checks, [&](const json::Value &check) {
          return *check.getAsObject()->get("expr") == fits->toJson();
        }))
      checks.push_back(json::Object{
          {"expr", fits->toJson()},
          {"message", "kernels count dimension " + std::to_string(dim) +
                          " of " + what + " in 32 bits"}});
  }
}

/// A tensor that kernels read before those in front have completed says so.
json::Array FunctionExporter::describeInputs() {
  bool early = dependentLaunchOf(function) != DependentLaunch::None;
  json::Array inputs;
  for (BlockArgument arg : function.getArguments()) {
    auto type = cast<RankedTensorType>(arg.getType());
    json::Array shape;
    for (int64_t size : type.getShape())
      shape.push_back(ShapedType::isDynamic(size) ? -1 : size);
    std::string element;
    llvm::raw_string_ostream(element) << type.getElementType();
    json::Object input{{"name", name(arg.getArgNumber())},
                       {"type", element},
                       {"shape", std::move(shape)}};
    if (StringRef called = argumentName(function, arg.getArgNumber());
        !called.empty())
      input["label"] = json::fixUTF8(called);
    if (early && function.getArgAttr(arg.getArgNumber(), kConstantAttr))
      input["constant"] = true;
    if (function.getArgAttr(arg.getArgNumber(), kPitchedAttr))
      input["pitched"] = true;
    inputs.push_back(std::move(input));
  }
  return inputs;
}

json::Array FunctionExporter::describe(Buffer::Kind kind) const {
  SmallVector<const Buffer *> selected;
  for (const Buffer &buffer : buffers)
    if (buffer.kind == kind)
      selected.push_back(&buffer);
  llvm::sort(selected, [](const Buffer *a, const Buffer *b) {
    return a->number < b->number;
  });
  json::Array result;
  for (const Buffer *buffer : selected) {
    std::string type;
    llvm::raw_string_ostream(type) << buffer->elementType;
    json::Array shape;
    for (const SizeExpr &size : buffer->shape)
      shape.push_back(size.toJson());
    result.push_back(json::Object{{"name", name(buffer - buffers.begin())},
                                  {"type", type},
                                  {"shape", std::move(shape)}});
  }
  return result;
}

FailureOr<json::Array> FunctionExporter::describeConstants() {
  json::Array result;
  for (auto [i, buffer] : llvm::enumerate(buffers)) {
    if (buffer.kind != Buffer::Constant || !buffer.used)
      continue;
    auto value = dyn_cast<ElementsAttr>(buffer.constant.getValue());
    FailureOr<ConstantTable::Entry> entry =
        constants.add(buffer.constant, value);
    if (failed(entry))
      return failure();
    std::string type;
    llvm::raw_string_ostream(type) << buffer.elementType;
    json::Object constant{
        {"name", name(i)},
        {"type", type},
        {"shape", json::Array(value.getShapedType().getShape())},
        {"image", static_cast<int64_t>(entry->image)}};
    if (entry->splat)
      constant["splat"] = true;
    result.push_back(std::move(constant));
  }
  return result;
}

FailureOr<json::Array> FunctionExporter::writeLaunches() {
  if (failed(checkFirstLaunch()))
    return failure();
  json::Array written;
  for (const PendingLaunch &launch : launches) {
    json::Array variants;
    for (const PendingVariant &pending : launch) {
      const CompiledKernel *kernel = kernels.lookup(pending.op);
      if (!kernel)
        return failure();
      FailureOr<json::Object> variant =
          exportVariant(pending.op, *kernel, pending.operands, pending.only,
                        [&](int buffer) { return name(buffer); });
      if (failed(variant))
        return failure();
      if (pending.when)
        (*variant)["when"] = pending.when->toJson();
      variants.push_back(std::move(*variant));
    }
    written.push_back(json::Object{{"variants", std::move(variants)}});
  }
  return written;
}
