//===- Variant.cpp - how a kernel is launched, as metadata ----------------===//
#include "KernelTable.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace mlir::gq;
namespace json = llvm::json;

namespace {
class VariantWriter {
public:
  VariantWriter(gqgpu::LaunchOp launch, const CompiledKernel &kernel,
                ArrayRef<HostTensor> operands,
                llvm::function_ref<std::string(int)> bufferName)
      : launch(launch), kernel(kernel), operands(operands),
        bufferName(bufferName) {}

  FailureOr<json::Object> write(json::Array &checks);

private:
  InFlightDiagnostic error() {
    return launch.emitError("gq.launch of kernel '")
           << launch.getKernelAttr().getLeafReference().getValue() << "' ";
  }
  FailureOr<int64_t> integer(DictionaryAttr dict, StringRef key,
                             std::optional<int64_t> otherwise);
  FailureOr<SizeExpr> expression(Attribute attr);
  FailureOr<json::Array> expressions(ArrayAttr list);
  FailureOr<const HostTensor *> operand(DictionaryAttr param);
  FailureOr<json::Object> param(DictionaryAttr param);
  LogicalResult tensorMap(DictionaryAttr param, json::Object &out);

  gqgpu::LaunchOp launch;
  const CompiledKernel &kernel;
  ArrayRef<HostTensor> operands;
  llvm::function_ref<std::string(int)> bufferName;
};
} // namespace

FailureOr<int64_t> VariantWriter::integer(DictionaryAttr dict, StringRef key,
                                          std::optional<int64_t> otherwise) {
  Attribute attr = dict.get(key);
  if (!attr && otherwise)
    return *otherwise;
  auto value = dyn_cast_or_null<IntegerAttr>(attr);
  if (!value || value.getValue().getSignificantBits() > 64)
    return error() << "has " << key << " = " << attr
                   << ", an integer is needed";
  return value.getValue().getSExtValue();
}

FailureOr<SizeExpr> VariantWriter::expression(Attribute attr) {
  auto dim = [&](int64_t operand, int64_t which) -> FailureOr<SizeExpr> {
    if (operand < 0 || operand >= static_cast<int64_t>(operands.size()))
      return error() << "asks for operand " << operand << ", the launch has "
                     << operands.size();
    ArrayRef<SizeExpr> shape = operands[operand].shape;
    if (which < 0 || which >= static_cast<int64_t>(shape.size()))
      return error() << "asks for dimension " << which << " of operand "
                     << operand << ", which has rank " << shape.size();
    return shape[which];
  };
  return readSizeExpr(attr, dim, [&] { return error(); });
}

FailureOr<json::Array> VariantWriter::expressions(ArrayAttr list) {
  json::Array result;
  for (Attribute attr : list) {
    FailureOr<SizeExpr> expr = expression(attr);
    if (failed(expr))
      return failure();
    result.push_back(expr->toJson());
  }
  return result;
}

FailureOr<const HostTensor *> VariantWriter::operand(DictionaryAttr param) {
  FailureOr<int64_t> index = integer(param, "arg", std::nullopt);
  if (failed(index))
    return failure();
  if (*index < 0 || *index >= static_cast<int64_t>(operands.size()) ||
      operands[*index].buffer == HostTensor::noBuffer)
    return error() << "has arg = " << *index << ", a tensor among the "
                   << operands.size() << " operands of the launch is needed";
  return &operands[*index];
}

/// Fills in extents and strides of a row-major tensor, unless they are given.
LogicalResult VariantWriter::tensorMap(DictionaryAttr param,
                                       json::Object &out) {
  FailureOr<const HostTensor *> found = operand(param);
  if (failed(found))
    return failure();
  const HostTensor &tensor = **found;
  auto dtype = param.getAs<StringAttr>("dtype");
  auto box = param.getAs<DenseI64ArrayAttr>("box");
  if (!dtype || !box)
    return error() << "has a tensor map without "
                   << (dtype ? "an i64 array box" : "a string dtype");
  FailureOr<int64_t> swizzle = integer(param, "swizzle", 0);
  FailureOr<int64_t> promotion = integer(param, "l2promotion", 256);
  if (failed(swizzle) || failed(promotion))
    return failure();

  json::Array dims, strides;
  auto givenDims = param.getAs<ArrayAttr>("dims");
  auto givenStrides = param.getAs<ArrayAttr>("strides");
  if (givenDims || givenStrides) {
    if (!givenDims || !givenStrides)
      return error()
             << "has a tensor map with one of dims and strides, both or "
                "neither are needed";
    FailureOr<json::Array> d = expressions(givenDims);
    FailureOr<json::Array> s = expressions(givenStrides);
    if (failed(d) || failed(s))
      return failure();
    dims = std::move(*d);
    strides = std::move(*s);
  } else {
    if (box.size() != static_cast<int64_t>(tensor.shape.size()))
      return error() << "has a box of " << box.size()
                     << " extents for an operand of rank "
                     << tensor.shape.size();
    std::optional<SizeExpr> stride = SizeExpr::constant(
        llvm::divideCeil(tensor.elementType.getIntOrFloatBitWidth(), 8));
    for (auto [i, size] : llvm::enumerate(llvm::reverse(tensor.shape))) {
      dims.push_back(size.toJson());
      if (i + 1 == tensor.shape.size())
        break;
      stride = SizeExpr::make("mul", *stride, size);
      if (!stride)
        return error() << "has strides that are too large for a bundle";
      strides.push_back(stride->toJson());
    }
  }
  out["buffer"] = bufferName(tensor.buffer);
  out["dtype"] = dtype.getValue().str();
  out["dims"] = std::move(dims);
  out["strides"] = std::move(strides);
  out["box"] = json::Array(box.asArrayRef());
  out["swizzle"] = *swizzle;
  out["l2promotion"] = *promotion;
  return success();
}

FailureOr<json::Object> VariantWriter::param(DictionaryAttr param) {
  auto kindAttr = param.getAs<StringAttr>("kind");
  if (!kindAttr)
    return error() << "has a parameter without a kind: " << param;
  StringRef kind = kindAttr.getValue();
  json::Object out{{"kind", kind.str()}};
  if (kind == "tensormap") {
    if (failed(tensorMap(param, out)))
      return failure();
  } else if (kind == "pointer") {
    FailureOr<const HostTensor *> tensor = operand(param);
    if (failed(tensor))
      return failure();
    out["buffer"] = bufferName((*tensor)->buffer);
  } else if (kind == "i32" || kind == "i64") {
    FailureOr<SizeExpr> value = expression(param.get("value"));
    if (failed(value))
      return failure();
    out["value"] = value->toJson();
  } else if (kind == "f32") {
    auto value = param.getAs<FloatAttr>("value");
    if (!value || !value.getType().isF32() || !value.getValue().isFinite())
      return error() << "has an f32 parameter with value = "
                     << param.get("value") << ", a finite f32 is needed";
    out["value"] = value.getValueAsDouble();
  } else {
    return error() << "has a parameter of unknown kind '" << kind
                   << "', tensormap, pointer, i32, i64 or f32 is needed";
  }
  return out;
}

FailureOr<json::Object> VariantWriter::write(json::Array &checks) {
  DictionaryAttr dict = kernel.launch;
  FailureOr<int64_t> threads = integer(dict, "threads", std::nullopt);
  FailureOr<int64_t> cluster = integer(dict, "cluster", 1);
  FailureOr<int64_t> shared = integer(dict, "shared_memory", 0);
  FailureOr<SizeExpr> grid = expression(dict.get("grid"));
  if (failed(threads) || failed(cluster) || failed(shared) || failed(grid))
    return failure();
  auto params = dict.getAs<ArrayAttr>("params");
  if (!params || static_cast<int64_t>(params.size()) != kernel.numParams)
    return error() << "has " << (params ? params.size() : 0)
                   << " params, the kernel has " << kernel.numParams;
  json::Array written;
  for (Attribute attr : params) {
    auto entry = dyn_cast<DictionaryAttr>(attr);
    if (!entry)
      return error() << "has parameter " << attr << ", a dictionary is needed";
    FailureOr<json::Object> one = param(entry);
    if (failed(one))
      return failure();
    written.push_back(std::move(*one));
  }
  if (auto list = dict.getAs<ArrayAttr>("checks"))
    for (Attribute attr : list) {
      auto entry = dyn_cast<DictionaryAttr>(attr);
      auto message = entry ? entry.getAs<StringAttr>("message") : nullptr;
      if (!message)
        return error() << "has check " << attr
                       << ", a dictionary with expr and message is needed";
      FailureOr<SizeExpr> expr = expression(entry.get("expr"));
      if (failed(expr))
        return failure();
      checks.push_back(
          json::Object{{"expr", expr->toJson()},
                       {"message", json::fixUTF8(message.getValue())}});
    }
  return json::Object{
      {"kernel", launch.getKernelAttr().getLeafReference().getValue().str()},
      {"grid", json::Array{grid->toJson(), 1, 1}},
      {"block", json::Array{*threads, 1, 1}},
      {"cluster", json::Array{*cluster, 1, 1}},
      {"smem", *shared},
      {"params", std::move(written)}};
}

FailureOr<json::Object>
mlir::gq::exportVariant(gqgpu::LaunchOp launch, const CompiledKernel &kernel,
                        ArrayRef<HostTensor> operands,
                        llvm::function_ref<std::string(int)> bufferName,
                        json::Array &checks) {
  return VariantWriter(launch, kernel, operands, bufferName).write(checks);
}
