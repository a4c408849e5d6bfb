//===- ControlFlow.cpp - scf and affine ops -------------------------------===//

#include "Interpreter.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;

//===----------------------------------------------------------------------===//
// Affine
//===----------------------------------------------------------------------===//

std::optional<int64_t> mlir::gq::evaluate(AffineExpr expr,
                                          ArrayRef<int64_t> dims,
                                          ArrayRef<int64_t> symbols) {
  switch (expr.getKind()) {
  case AffineExprKind::Constant:
    return cast<AffineConstantExpr>(expr).getValue();
  case AffineExprKind::DimId:
    return dims[cast<AffineDimExpr>(expr).getPosition()];
  case AffineExprKind::SymbolId:
    return symbols[cast<AffineSymbolExpr>(expr).getPosition()];
  default:
    break;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  std::optional<int64_t> lhs = evaluate(binary.getLHS(), dims, symbols);
  std::optional<int64_t> rhs = evaluate(binary.getRHS(), dims, symbols);
  if (!lhs || !rhs)
    return std::nullopt;
  uint64_t l = static_cast<uint64_t>(*lhs), r = static_cast<uint64_t>(*rhs);
  if (expr.getKind() == AffineExprKind::Add)
    return static_cast<int64_t>(l + r);
  if (expr.getKind() == AffineExprKind::Mul)
    return static_cast<int64_t>(l * r);
  if (*rhs <= 0)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Mod)
    return llvm::mod(*lhs, *rhs);
  return expr.getKind() == AffineExprKind::FloorDiv
             ? llvm::divideFloorSigned(*lhs, *rhs)
             : llvm::divideCeilSigned(*lhs, *rhs);
}

/// affine.apply, affine.min and affine.max: \p better says which result wins.
static LogicalResult
executeAffine(Interpreter &in, Operation *op, AffineMap map,
              function_ref<bool(int64_t, int64_t)> better) {
  SmallVector<int64_t> operands;
  for (Value operand : op->getOperands())
    operands.push_back(in.getInt(operand));
  ArrayRef<int64_t> all(operands);
  std::optional<int64_t> best;
  for (AffineExpr expr : map.getResults()) {
    std::optional<int64_t> value =
        evaluate(expr, all.take_front(map.getNumDims()),
                 all.drop_front(map.getNumDims()));
    if (!value)
      return op->emitOpError("divides by a value that is not positive");
    if (!best || better(*value, *best))
      best = value;
  }
  if (!best)
    return op->emitOpError("expects a map with results");
  return in.set(op, *best);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

static LogicalResult setResults(Interpreter &in, Operation *op,
                                ArrayRef<RuntimeValue> values) {
  for (auto [target, value] : llvm::zip_equal(op->getResults(), values))
    if (failed(in.set(op, target, value)))
      return failure();
  return success();
}

static LogicalResult executeFor(Interpreter &in, scf::ForOp op) {
  int64_t begin = in.getInt(op.getLowerBound());
  int64_t end = in.getInt(op.getUpperBound());
  int64_t step = in.getInt(op.getStep());
  if (step <= 0)
    return op.emitOpError("expects a positive step, got ") << step;
  if (op.getUnsignedCmp() && (begin < 0 || end < 0))
    return op.emitOpError("expects unsigned bounds below 2^63");
  SmallVector<RuntimeValue> carried;
  for (OpOperand &init : op.getInitArgsMutable()) {
    if (in.get(init.get()).isTensor())
      carried.push_back(in.takeTensor(init));
    else
      carried.push_back(in.get(init.get()));
  }
  SmallVector<RuntimeValue> args;
  for (int64_t iv = begin; iv < end;) {
    args.assign(1, RuntimeValue(iv));
    // Moved, not copied: an accumulator is then updated in place.
    for (RuntimeValue &value : carried)
      args.push_back(std::exchange(value, {}));
    carried.clear();
    if (failed(in.runRegion(op, op.getRegion(), std::move(args), carried)))
      return failure();
    if (llvm::AddOverflow(iv, step, iv))
      break;
  }
  return setResults(in, op, carried);
}

static LogicalResult executeIf(Interpreter &in, scf::IfOp op) {
  Region &region =
      in.getInt(op.getCondition()) ? op.getThenRegion() : op.getElseRegion();
  SmallVector<RuntimeValue> yielded;
  if (!region.empty() && failed(in.runRegion(op, region, {}, yielded)))
    return failure();
  return setResults(in, op, yielded);
}

/// Threads run one after the other, each seeing the shared tensors as they were
/// before the loop: what one inserts, no other may read.
static LogicalResult executeForall(Interpreter &in, scf::ForallOp op) {
  SmallVector<int64_t> begin = in.getInts(op.getMixedLowerBound());
  SmallVector<int64_t> end = in.getInts(op.getMixedUpperBound());
  SmallVector<int64_t> step = in.getInts(op.getMixedStep());
  bool empty = false;
  for (auto [b, e, s] : llvm::zip_equal(begin, end, step)) {
    if (s <= 0)
      return op.emitOpError("expects positive steps, got ") << s;
    empty |= b >= e;
  }
  SmallVector<RuntimeTensor> before, after;
  for (Value output : op.getOutputs())
    before.push_back(in.getTensor(output));
  after = before;
  SmallVector<std::vector<bool>> inserted;
  for (const RuntimeTensor &tensor : after)
    inserted.emplace_back(in.options.checkInserts ? tensor.getNumElements()
                                                  : 0);

  SmallVector<int64_t> ivs = begin;
  while (!empty) {
    SmallVector<RuntimeValue> args(ivs.begin(), ivs.end());
    args.append(before.begin(), before.end());
    SmallVector<RuntimeValue> yielded;
    if (failed(in.runRegion(op, op.getRegion(), args, yielded)))
      return failure();
    for (Operation &insert : op.getTerminator().getYieldingOps()) {
      auto slice = dyn_cast<tensor::ParallelInsertSliceOp>(&insert);
      if (!slice)
        return insert.emitOpError("is not supported by the reference executor");
      auto shared = dyn_cast<BlockArgument>(slice.getDest());
      if (!shared || shared.getOwner() != op.getBody())
        return insert.emitOpError("expects a shared output of the scf.forall "
                                  "as destination");
      unsigned index = shared.getArgNumber() - op.getRank();
      if (failed(executeParallelInsert(
              in, &insert, after[index],
              in.options.checkInserts ? &inserted[index] : nullptr)))
        return failure();
    }
    int64_t dim = static_cast<int64_t>(ivs.size()) - 1;
    for (; dim >= 0; --dim) {
      if (!llvm::AddOverflow(ivs[dim], step[dim], ivs[dim]) &&
          ivs[dim] < end[dim])
        break;
      ivs[dim] = begin[dim];
    }
    empty = dim < 0;
  }
  for (auto [index, output] : llvm::enumerate(op.getOutputs())) {
    std::vector<bool> left =
        Interpreter::leftUnwritten(output, before[index], inserted[index]);
    int64_t missing = llvm::count(left, true);
    if (missing > 0 && in.isWrittenFurther(op.getResult(index)))
      after[index].unwritten =
          std::make_shared<const std::vector<bool>>(std::move(left));
    else if (missing > 0)
      return op.emitOpError("never inserts ")
             << missing << " elements of result " << index;
  }
  return setResults(in, op,
                    SmallVector<RuntimeValue>(after.begin(), after.end()));
}

std::optional<LogicalResult> mlir::gq::executeControlFlow(Interpreter &in,
                                                          Operation *op) {
  auto less = [](int64_t a, int64_t b) { return a < b; };
  auto greater = [](int64_t a, int64_t b) { return a > b; };
  return TypeSwitch<Operation *, std::optional<LogicalResult>>(op)
      .Case([&](scf::ForOp loop) { return executeFor(in, loop); })
      .Case([&](scf::IfOp branch) { return executeIf(in, branch); })
      .Case([&](scf::ForallOp loop) { return executeForall(in, loop); })
      .Case([&](affine::AffineApplyOp apply) {
        return executeAffine(in, op, apply.getAffineMap(), less);
      })
      .Case([&](affine::AffineMinOp min) {
        return executeAffine(in, op, min.getMap(), less);
      })
      .Case([&](affine::AffineMaxOp max) {
        return executeAffine(in, op, max.getMap(), greater);
      })
      .Case([&](cf::AssertOp check) -> LogicalResult {
        if (in.getInt(check.getArg()))
          return success();
        InFlightDiagnostic diag = check.emitOpError("fails: ");
        diag << check.getMsg();
        // What was compared, which the message cannot know.
        auto compare = check.getArg().getDefiningOp<arith::CmpIOp>();
        bool equal =
            compare && compare.getPredicate() == arith::CmpIPredicate::eq;
        if (equal ||
            (compare && compare.getPredicate() == arith::CmpIPredicate::sle))
          diag << ": " << in.getInt(compare.getLhs()) << ", "
               << (equal ? "" : "at most ") << in.getInt(compare.getRhs())
               << " is needed";
        return diag;
      })
      .Default([](Operation *) { return std::nullopt; });
}
