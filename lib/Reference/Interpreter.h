//===- Interpreter.h - the executor's state ---------------------*- C++ -*-===//
//
// What the files of this library, and the simulator, share: the values of a
// function's SSA names, and one function per group of ops. Such a function
// returns nothing when the op is not one of its group.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_REFERENCE_INTERPRETER_H
#define GQ_LIB_REFERENCE_INTERPRETER_H

#include "ScalarProgram.h"
#include "gq/Reference/Executor.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/OpDefinition.h"

#include <functional>

namespace mlir::gq {

class Interpreter {
public:
  Interpreter(const ExecutorOptions &options, ExecutionStatistics &statistics)
      : options(options), statistics(statistics) {}
  virtual ~Interpreter() = default;

  LogicalResult call(func::FuncOp function, ArrayRef<RuntimeValue> args,
                     SmallVectorImpl<RuntimeValue> &results);

  /// Runs the ops of the only block of \p region and reads the operands of its
  /// terminator. \p op is where a region of several blocks is reported.
  LogicalResult runRegion(Operation *op, Region &region,
                          SmallVector<RuntimeValue> args,
                          SmallVectorImpl<RuntimeValue> &yielded);

  /// Runs one op, its regions included.
  LogicalResult execute(Operation *op);

  //===--------------------------------------------------------------------===//
  // Values
  //===--------------------------------------------------------------------===//

  const RuntimeValue &get(Value value) { return values[value]; }
  const RuntimeTensor &getTensor(Value value) {
    return values[value].getTensor();
  }
  int64_t getInt(Value value) { return values[value].getInt(); }
  int64_t getInt(OpFoldResult value);
  SmallVector<int64_t> getInts(ArrayRef<OpFoldResult> list);

  /// The value of an operand, for writing: not shared with the environment any
  /// more when this is its only use.
  RuntimeTensor takeTensor(OpOperand &operand);

  /// Gives \p target a value. A tensor of a shape its type does not allow is a
  /// diagnostic at \p op.
  LogicalResult set(Operation *op, Value target, RuntimeValue value);
  LogicalResult set(Operation *op, RuntimeValue value) {
    return set(op, op->getResult(0), std::move(value));
  }

  //===--------------------------------------------------------------------===//
  // Tensors
  //===--------------------------------------------------------------------===//

  /// A new tensor, or a diagnostic at \p op.
  FailureOr<RuntimeTensor> createTensor(Operation *op, Type elementType,
                                        ArrayRef<int64_t> shape);
  /// RuntimeTensor::getMutableData(), or a diagnostic at \p op.
  FailureOr<unsigned char *> getWritable(Operation *op, RuntimeTensor &tensor);

  /// The elements of `tensor` that nobody has written, when an op has written
  /// those of `written` to it: of one that nothing was in, or of those left
  /// over by the ops before.
  static std::vector<bool> leftUnwritten(Value tensor,
                                         const RuntimeTensor &before,
                                         const std::vector<bool> &written);
  /// Whether ops behind write more of `tensor`.
  bool isWrittenFurther(Value tensor);

  //===--------------------------------------------------------------------===//
  // Work
  //===--------------------------------------------------------------------===//

  /// Calls \p body for 0 to \p count - 1, on several threads.
  void parallelFor(MLIRContext *context, int64_t count,
                   const std::function<void(int64_t)> &body);

  /// Compiled when an op is first seen. \p block is null for a scalar op.
  FailureOr<const ScalarProgram *> getProgram(Operation *op, Block *block);

  const ExecutorOptions &options;
  ExecutionStatistics &statistics;

protected:
  /// Whether the op of `use` writes what it has not read to the tensor, and
  /// leaves the rest.
  virtual bool isWrittenBy(OpOperand &use);

  /// Ops that this library does not know; nothing if they are not known either.
  virtual std::optional<LogicalResult> executeOther(Operation *op);

  DenseMap<Value, RuntimeValue> values;

private:
  DenseMap<Operation *, std::unique_ptr<ScalarProgram>> programs;
  unsigned callDepth = 0;
};

/// The value of \p expr; none if it divides by something that is not positive.
std::optional<int64_t> evaluate(AffineExpr expr, ArrayRef<int64_t> dims,
                                ArrayRef<int64_t> symbols = {});

std::optional<LogicalResult> executeControlFlow(Interpreter &in, Operation *op);
std::optional<LogicalResult> executeScalar(Interpreter &in, Operation *op);
std::optional<LogicalResult> executeTensor(Interpreter &in, Operation *op);
std::optional<LogicalResult> executeSlice(Interpreter &in, Operation *op);
std::optional<LogicalResult> executeLinalg(Interpreter &in, Operation *op);
std::optional<LogicalResult> executeGQ(Interpreter &in, Operation *op);

/// gq.scaled_matmul.
LogicalResult executeScaledMatmul(Interpreter &in, Operation *op);

/// tensor.parallel_insert_slice, \p destination being the tensor all threads of
/// an scf.forall write to. With \p inserted, one entry per element of it, an
/// element that has been inserted before is an error.
LogicalResult executeParallelInsert(Interpreter &in, Operation *op,
                                    RuntimeTensor &destination,
                                    std::vector<bool> *inserted);

} // namespace mlir::gq

#endif // GQ_LIB_REFERENCE_INTERPRETER_H
