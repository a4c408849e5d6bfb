//===- Executor.cpp - functions, blocks, and who executes an op -----------===//

#include "gq/Reference/Executor.h"
#include "Interpreter.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Threading.h"

using namespace mlir;
using namespace mlir::gq;

/// Interpreted calls use the stack; a recursion without end must not use it up.
static constexpr unsigned maxCallDepth = 64;

LogicalResult Executor::run(func::FuncOp function, ArrayRef<RuntimeValue> args,
                            SmallVectorImpl<RuntimeValue> &results) {
  statistics = {};
  Interpreter interpreter(options, statistics);
  return interpreter.call(function, args, results);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

int64_t Interpreter::getInt(OpFoldResult value) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant;
  return getInt(cast<Value>(value));
}

SmallVector<int64_t> Interpreter::getInts(ArrayRef<OpFoldResult> list) {
  return llvm::map_to_vector(list,
                             [&](OpFoldResult value) { return getInt(value); });
}

RuntimeTensor Interpreter::takeTensor(OpOperand &operand) {
  Value value = operand.get();
  // A value from further out may be read again by the next iteration.
  if (value.hasOneUse() &&
      value.getParentBlock() == operand.getOwner()->getBlock())
    return values[value].takeTensor();
  return getTensor(value);
}

LogicalResult Interpreter::set(Operation *op, Value target,
                               RuntimeValue value) {
  if (!value.hasType(target.getType()))
    return op->emitOpError("produces ")
           << value.typeToString() << " at run time, expected "
           << target.getType();
  values[target] = std::move(value);
  return success();
}

FailureOr<RuntimeTensor> Interpreter::createTensor(Operation *op,
                                                   Type elementType,
                                                   ArrayRef<int64_t> shape) {
  std::string why;
  std::optional<RuntimeTensor> tensor =
      RuntimeTensor::create(elementType, shape, why);
  if (tensor)
    return std::move(*tensor);
  return op->emitOpError("result ") << why;
}

FailureOr<unsigned char *> Interpreter::getWritable(Operation *op,
                                                    RuntimeTensor &tensor) {
  if (unsigned char *data = tensor.getMutableData())
    return data;
  return op->emitOpError("result needs more memory than there is, shape ")
         << shapeToString(tensor.getShape());
}

std::vector<bool> Interpreter::leftUnwritten(Value tensor,
                                             const RuntimeTensor &before,
                                             const std::vector<bool> &written) {
  std::vector<bool> left(written.size());
  bool fresh = tensor.getDefiningOp<tensor::EmptyOp>() != nullptr;
  for (size_t i = 0; i < written.size(); ++i)
    left[i] =
        !written[i] && (fresh || (before.unwritten && (*before.unwritten)[i]));
  return left;
}

bool Interpreter::isWrittenFurther(Value tensor) {
  return llvm::any_of(tensor.getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner(), *parent = user->getParentOp();
    if (isa<tensor::CastOp>(user))
      return isWrittenFurther(user->getResult(0));
    if (isa<scf::YieldOp>(user) && isa<scf::IfOp>(parent))
      return isWrittenFurther(parent->getResult(use.getOperandNumber()));
    return isWrittenBy(use);
  });
}

bool Interpreter::isWrittenBy(OpOperand &use) {
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(use.getOwner()))
    return &use == &insert.getDestMutable();
  auto loop = dyn_cast<scf::ForallOp>(use.getOwner());
  return loop && llvm::any_of(loop.getOutputsMutable(), [&](OpOperand &output) {
           return &output == &use;
         });
}

void Interpreter::parallelFor(MLIRContext *context, int64_t count,
                              const std::function<void(int64_t)> &body) {
  int64_t threads = options.threads;
  if (threads == 0)
    threads = context->isMultithreadingEnabled()
                  ? static_cast<int64_t>(context->getNumThreads())
                  : 1;
  int64_t parts = std::min(threads, count);
  if (parts <= 1) {
    for (int64_t i = 0; i < count; ++i)
      body(i);
    return;
  }
  mlir::parallelFor(context, 0, static_cast<size_t>(parts), [&](size_t part) {
    int64_t index = static_cast<int64_t>(part);
    int64_t begin = count / parts * index + std::min(index, count % parts);
    int64_t end = begin + count / parts + (index < count % parts);
    for (int64_t i = begin; i < end; ++i)
      body(i);
  });
}

FailureOr<const ScalarProgram *> Interpreter::getProgram(Operation *op,
                                                         Block *block) {
  std::unique_ptr<ScalarProgram> &slot = programs[op];
  if (slot)
    return slot.get();
  auto program = std::make_unique<ScalarProgram>();
  if (failed(block ? program->compile(*block) : program->compile(op)))
    return failure();
  slot = std::move(program);
  return slot.get();
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

LogicalResult Interpreter::execute(Operation *op) {
  for (auto group : {executeScalar, executeTensor, executeSlice, executeGQ,
                     executeLinalg, executeControlFlow})
    if (std::optional<LogicalResult> result = group(*this, op))
      return *result;
  if (auto call = dyn_cast<func::CallOp>(op)) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        op, call.getCalleeAttr());
    if (!callee)
      return op->emitOpError("calls ")
             << call.getCallee() << ", which is not a func.func";
    if (callDepth >= maxCallDepth)
      return op->emitOpError("nests calls more than ")
             << maxCallDepth << " deep";
    SmallVector<RuntimeValue> args, results;
    for (Value operand : op->getOperands())
      args.push_back(get(operand));
    if (failed(this->call(callee, args, results)))
      return failure();
    for (auto [target, value] : llvm::zip_equal(op->getResults(), results))
      if (failed(set(op, target, value)))
        return failure();
    return success();
  }
  if (std::optional<LogicalResult> done = executeOther(op))
    return *done;
  for (Type type : op->getOperandTypes())
    if (isa<BaseMemRefType>(type))
      return op->emitOpError("works on memrefs, the reference executor on "
                             "tensors");
  return op->emitOpError("is not supported by the reference executor");
}

std::optional<LogicalResult> Interpreter::executeOther(Operation *) {
  return std::nullopt;
}

LogicalResult Interpreter::runRegion(Operation *op, Region &region,
                                     SmallVector<RuntimeValue> args,
                                     SmallVectorImpl<RuntimeValue> &yielded) {
  if (!region.hasOneBlock())
    return op->emitOpError("has a region of several blocks, which is not "
                           "supported by the reference executor");
  Block &block = region.front();
  for (auto [target, value] : llvm::zip_equal(block.getArguments(), args))
    if (failed(set(op, target, std::move(value))))
      return failure();
  for (Operation &nested : block.without_terminator())
    if (failed(execute(&nested)))
      return failure();
  yielded.clear();
  for (OpOperand &operand : block.getTerminator()->getOpOperands()) {
    if (get(operand.get()).isTensor())
      yielded.push_back(takeTensor(operand));
    else
      yielded.push_back(get(operand.get()));
  }
  return success();
}

LogicalResult Interpreter::call(func::FuncOp function,
                                ArrayRef<RuntimeValue> args,
                                SmallVectorImpl<RuntimeValue> &results) {
  if (function.isExternal())
    return function.emitOpError("has no body to run");
  if (args.size() != function.getNumArguments())
    return function.emitOpError("expects ")
           << function.getNumArguments() << " arguments, got " << args.size();
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
    if (!args[index].hasType(type))
      return function.emitOpError("expects argument ")
             << index << " of type " << type << ", got "
             << args[index].typeToString();
  // A recursive call must not overwrite the values of its caller.
  DenseMap<Value, RuntimeValue> callerValues;
  std::swap(values, callerValues);
  ++callDepth;
  LogicalResult result =
      runRegion(function, function.getBody(), llvm::to_vector(args), results);
  --callDepth;
  std::swap(values, callerValues);
  if (succeeded(result) && results.size() != function.getNumResults())
    return function.emitOpError("does not end in func.return");
  return result;
}
