//===- HostFunction.cpp - one function of a bundle ------------------------===//
//
// Walks the block of the function, and branches in it (HostBranches.cpp), and
// gives every tensor a buffer; HostMetadata.cpp writes what came of it. A
// kernel writes in place: its result is the buffer of its outs operand. An
// operand that nothing has written yet (tensor.empty) gets a buffer of its own
// at each launch that takes it, so that values which upstream passes have
// merged stay apart.
//
//===----------------------------------------------------------------------===//
#include "HostFunction.h"
#include "FunctionExporter.h"
#include "gq/Support/ArgumentNames.h"
#include "gq/Support/ElementType.h"
#include "gq/Support/PitchedArguments.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gq;
namespace json = llvm::json;

/// The name of an element type in the metadata, or failure with an error.
static LogicalResult checkElementType(Operation *op, const Twine &what,
                                      Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  if (gridquant::parseElementType(text))
    return success();
  return op->emitError() << what << " has element type " << type
                         << ", bundles hold bf16, f16, f32, f64, i8, i32, i64, "
                            "f8E4M3FN, f8E5M2 and f8E8M0FNU";
}

static SmallVector<SizeExpr> dynamicShape(RankedTensorType type,
                                          StringRef buffer) {
  SmallVector<SizeExpr> shape;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    shape.push_back(ShapedType::isDynamic(size) ? SizeExpr::dim(buffer, dim)
                                                : SizeExpr::constant(size));
  return shape;
}

std::string FunctionExporter::name(int buffer) const {
  static const char *const prefixes[] = {"arg", "res", "ws", "const"};
  const Buffer &b = buffers[buffer];
  return prefixes[b.kind] + std::to_string(b.number);
}

LogicalResult FunctionExporter::visitArguments() {
  for (BlockArgument arg : function.getArguments()) {
    unsigned number = arg.getArgNumber();
    std::string what = describeArgument(function, number);
    auto type = dyn_cast<RankedTensorType>(arg.getType());
    if (!type)
      return function.emitError(what)
             << " has type " << arg.getType() << ", a ranked tensor is needed";
    if (failed(checkElementType(function, what, type.getElementType())))
      return failure();
    Buffer &buffer = buffers.emplace_back();
    buffer.kind = Buffer::Argument;
    buffer.number = number;
    buffer.elementType = type.getElementType();
    HostTensor &tensor = tensors[arg];
    tensor = {static_cast<int>(number), 0, type.getElementType(),
              dynamicShape(type, name(number)), std::nullopt};
    if (function.getArgAttr(number, kPitchedAttr))
      tensor.pitch = SizeExpr::pitch(name(number));
  }
  return success();
}

/// Equal ones are one buffer. Before all else, so that none belongs to a
/// branch.
void FunctionExporter::visitConstants() {
  DenseMap<Attribute, int> known;
  function.walk([&](arith::ConstantOp op) {
    auto type = dyn_cast<RankedTensorType>(op.getType());
    if (!type)
      return;
    auto [entry, isNew] = known.try_emplace(op.getValue(), buffers.size());
    if (isNew) {
      Buffer &buffer = buffers.emplace_back();
      buffer.kind = Buffer::Constant;
      buffer.elementType = type.getElementType();
      buffer.constant = op;
    }
    tensors[op] = HostTensor{entry->second, 0, type.getElementType(),
                             dynamicShape(type, ""), std::nullopt};
  });
}

FailureOr<HostTensor> FunctionExporter::lookup(Operation *user, Value value) {
  auto found = tensors.find(value);
  if (found != tensors.end())
    return found->second;
  return user->emitError("operand of type ")
         << value.getType() << " is not a tensor that the host has";
}

/// A tensor whose contents are needed: nothing may have overwritten them.
FailureOr<HostTensor> FunctionExporter::read(Operation *user, Value value) {
  FailureOr<HostTensor> tensor = lookup(user, value);
  if (failed(tensor) || tensor->buffer == HostTensor::noBuffer)
    return tensor;
  const Buffer &buffer = buffers[tensor->buffer];
  if (buffer.version == tensor->version)
    return tensor;
  InFlightDiagnostic diag =
      user->emitError("uses a tensor whose buffer has been written since; a "
                      "launch that overwrites it must come last");
  if (buffer.writer)
    diag.attachNote(buffer.writer->getLoc()) << "written here";
  return diag;
}

void FunctionExporter::allocate(HostTensor &tensor) {
  tensor.buffer = static_cast<int>(buffers.size());
  tensor.version = 0;
  Buffer &buffer = buffers.emplace_back();
  buffer.kind = Buffer::Workspace;
  buffer.elementType = tensor.elementType;
  buffer.shape = tensor.shape;
}

LogicalResult FunctionExporter::visit(gqgpu::LaunchOp op) {
  PendingVariant launch{op, {}, {}, {}};
  for (Value operand : op.getIns()) {
    if (!isa<TensorType>(operand.getType())) {
      launch.operands.emplace_back(); // no buffer, no dimensions
      continue;
    }
    FailureOr<HostTensor> tensor = read(op, operand);
    if (failed(tensor))
      return failure();
    if (tensor->buffer == HostTensor::noBuffer)
      allocate(*tensor);
    buffers[tensor->buffer].used = true;
    launch.operands.push_back(*tensor);
  }
  for (auto [i, operand] : llvm::enumerate(op.getOuts())) {
    FailureOr<HostTensor> tensor = read(op, operand);
    if (failed(tensor))
      return failure();
    std::string what = "outs operand " + std::to_string(i);
    if (tensor->buffer == HostTensor::noBuffer)
      allocate(*tensor);
    else if (buffers[tensor->buffer].kind == Buffer::Argument)
      return op.emitError(what)
             << " is "
             << describeArgument(function, buffers[tensor->buffer].number)
             << " of the function, which a launch must not write; a "
                "tensor.empty is needed";
    else if (buffers[tensor->buffer].kind == Buffer::Constant)
      return op.emitError(what)
             << " is a constant, which a launch must not write; a "
                "tensor.empty is needed";
    for (const HostTensor &other : launch.operands)
      if (other.buffer == tensor->buffer)
        return op.emitError(what)
               << " shares its buffer with another operand of the launch";
    launch.operands.push_back(*tensor);
  }
  for (const HostTensor &operand : launch.operands)
    checkExtents(operand);
  size_t numIns = op.getIns().size();
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    HostTensor tensor = launch.operands[numIns + i];
    Buffer &buffer = buffers[tensor.buffer];
    tensor.version = ++buffer.version;
    buffer.writer = op;
    tensors[result] = tensor;
  }
  launches.emplace_back().push_back(std::move(launch));
  return success();
}

LogicalResult FunctionExporter::visit(func::ReturnOp op) {
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    std::string what = "result " + std::to_string(i);
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type)
      return op.emitError(what) << " has type " << operand.getType()
                                << ", a ranked tensor is needed";
    FailureOr<HostTensor> tensor = read(op, operand);
    if (failed(tensor))
      return failure();
    if (tensor->buffer == HostTensor::noBuffer)
      allocate(*tensor);
    Buffer &buffer = buffers[tensor->buffer];
    if (buffer.kind == Buffer::Argument)
      return op.emitError(what)
             << " is " << describeArgument(function, buffer.number)
             << " of the function, a tensor that a launch wrote is needed";
    if (buffer.kind == Buffer::Constant)
      return op.emitError(what)
             << " is a constant, a tensor that a launch wrote is needed";
    if (buffer.kind == Buffer::Result)
      return op.emitError(what)
             << " shares its buffer with result " << buffer.number;
    if (failed(checkElementType(op, what, type.getElementType())))
      return failure();
    buffer.kind = Buffer::Result;
    buffer.number = i;
    // A reshape may stand between the launch and the return.
    buffer.shape = tensor->shape;
  }
  return success();
}

LogicalResult FunctionExporter::visit(cf::AssertOp op) {
  FailureOr<SizeExpr> condition = exprs.get(op.getArg());
  if (failed(condition))
    return failure();
  if (condition->asConstant() && *condition->asConstant() != 0)
    return success();
  return addCheck(op, *condition, json::fixUTF8(op.getMsg()));
}

LogicalResult FunctionExporter::visit(tensor::EmptyOp op) {
  HostTensor tensor;
  tensor.elementType = op.getType().getElementType();
  for (OpFoldResult size : op.getMixedSizes()) {
    FailureOr<SizeExpr> expr = exprs.get(size);
    if (failed(expr))
      return failure();
    tensor.shape.push_back(*expr);
  }
  tensors[op] = tensor;
  return success();
}

LogicalResult FunctionExporter::visit(tensor::CastOp op) {
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!type)
    return op.emitError("casts to ")
           << op.getType() << ", a ranked tensor is needed";
  FailureOr<HostTensor> tensor = lookup(op, op.getSource());
  if (failed(tensor))
    return failure();
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    SizeExpr &known = tensor->shape[dim];
    if (ShapedType::isDynamic(size) || known.asConstant() == size)
      continue;
    std::optional<SizeExpr> equal =
        SizeExpr::make("eq", known, SizeExpr::constant(size));
    if (!equal)
      return op.emitError("dimension ")
             << dim << " is an expression that is too large for a bundle";
    std::string source =
        tensor->buffer == HostTensor::noBuffer ? std::string("a temporary")
        : buffers[tensor->buffer].kind == Buffer::Argument
            ? describeArgument(function, buffers[tensor->buffer].number)
        : buffers[tensor->buffer].kind == Buffer::Constant
            ? std::string("a constant")
            : std::string("a result");
    if (failed(addCheck(op, *equal,
                        "dimension " + std::to_string(dim) + " of " + source +
                            " must be " + std::to_string(size))))
      return failure();
    known = SizeExpr::constant(size);
  }
  tensors[op] = *tensor;
  return success();
}

/// A tensor that gets another shape.
FailureOr<HostTensor> FunctionExporter::reshape(Operation *op, Value source) {
  FailureOr<HostTensor> tensor = lookup(op, source);
  if (succeeded(tensor) && tensor->pitch)
    return op->emitError("gives ")
           << describeArgument(function, buffers[tensor->buffer].number)
           << ", which is gq.pitched, another shape, whose rows would not all "
              "be as far apart";
  return tensor;
}

LogicalResult FunctionExporter::visit(tensor::CollapseShapeOp op) {
  FailureOr<HostTensor> tensor = reshape(op, op.getSrc());
  if (failed(tensor))
    return failure();
  SmallVector<SizeExpr> shape;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    std::optional<SizeExpr> product = SizeExpr::constant(1);
    for (int64_t dim : group)
      if (product)
        product = SizeExpr::make("mul", *product, tensor->shape[dim]);
    if (!product)
      return op.emitError("has a size that is too large for a bundle");
    shape.push_back(*product);
  }
  tensor->shape = shape;
  tensors[op] = *tensor;
  return success();
}

LogicalResult FunctionExporter::visit(tensor::ExpandShapeOp op) {
  FailureOr<HostTensor> tensor = reshape(op, op.getSrc());
  if (failed(tensor))
    return failure();
  tensor->shape.clear();
  for (OpFoldResult size : op.getMixedOutputShape()) {
    FailureOr<SizeExpr> expr = exprs.get(size);
    if (failed(expr))
      return failure();
    tensor->shape.push_back(*expr);
  }
  tensors[op] = *tensor;
  return success();
}

LogicalResult FunctionExporter::visit(Operation *op) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<gqgpu::LaunchOp, func::ReturnOp, cf::AssertOp, tensor::EmptyOp,
            tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
            scf::IfOp>([&](auto op) { return visit(op); })
      .Default([&](Operation *op) -> LogicalResult {
        // Sizes are read where they are used.
        if (isa<tensor::DimOp, arith::ConstantOp>(op) ||
            isIndexArithmetic(op) || isOpTriviallyDead(op))
          return success();
        return op->emitError("op '")
               << op->getName() << "' on the host has no gpu lowering";
      });
}

FailureOr<json::Object> FunctionExporter::run() {
  if (!function.getBody().hasOneBlock())
    return function.emitError("function '")
           << function.getSymName() << "' has "
           << function.getBody().getBlocks().size()
           << " blocks, one is needed: branches are scf.if";
  if (failed(visitArguments()))
    return failure();
  visitConstants();
  for (Operation &op : function.getBody().front())
    if (failed(visit(&op)))
      return failure();

  unsigned workspaces = 0, numConstants = 0;
  for (Buffer &buffer : buffers) {
    if (buffer.kind == Buffer::Workspace) {
      buffer.number = workspaces++;
      if (failed(checkElementType(function, "a temporary", buffer.elementType)))
        return failure();
    }
    if (buffer.kind == Buffer::Constant && buffer.used) {
      buffer.number = numConstants++;
      if (failed(checkElementType(buffer.constant, "a constant",
                                  buffer.elementType)))
        return failure();
    }
  }
  FailureOr<json::Array> contents = describeConstants();
  if (failed(contents))
    return failure();
  FailureOr<json::Array> written = writeLaunches();
  if (failed(written))
    return failure();
  // Launches of one kernel ask for the same.
  json::Array distinct;
  for (json::Value &check : checks)
    if (!llvm::is_contained(distinct, check))
      distinct.push_back(std::move(check));
  json::Object result{{"name", json::fixUTF8(function.getSymName())},
                      {"inputs", describeInputs()},
                      {"outputs", describe(Buffer::Result)},
                      {"workspace", describe(Buffer::Workspace)},
                      {"checks", std::move(distinct)},
                      {"launches", std::move(*written)}};
  if (!contents->empty())
    result["constants"] = std::move(*contents);
  return result;
}

FailureOr<json::Object> mlir::gq::exportFunction(func::FuncOp function,
                                                 const KernelTable &kernels,
                                                 ConstantTable &constants) {
  return FunctionExporter(function, kernels, constants).run();
}
