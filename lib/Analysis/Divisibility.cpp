//===- Divisibility.cpp - what an index is a multiple of ------------------===//
#include "gq/Analysis/Divisibility.h"
#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gq;

//===----------------------------------------------------------------------===//
// What one op makes of its operands
//===----------------------------------------------------------------------===//

static Divisibility ofConstant(const APInt &value) {
  // -2^63 has no magnitude in 63 bits, but one in 64.
  return value.getSignificantBits() > 64
             ? Divisibility::unknown()
             : Divisibility{value.abs().getZExtValue()};
}

static Divisibility ofConstant(int64_t value) {
  return ofConstant(APInt(64, value, /*isSigned=*/true));
}

static Divisibility product(Divisibility lhs, Divisibility rhs) {
  bool overflow = false;
  uint64_t factor = llvm::SaturatingMultiply(lhs.factor, rhs.factor, &overflow);
  // Too large to say: either of them still divides the product.
  return overflow ? lhs : Divisibility{factor};
}

/// A quotient, however it is rounded. Only where nothing is left is it known.
static Divisibility quotient(Divisibility lhs, const APInt *divisor) {
  if (!divisor || divisor->isZero() || divisor->getSignificantBits() > 64)
    return Divisibility::unknown();
  uint64_t by = divisor->abs().getZExtValue();
  return lhs.isMultipleOf(by) ? Divisibility{lhs.factor / by}
                              : Divisibility::unknown();
}

static std::optional<APInt> constantOf(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant;
  return std::nullopt;
}

static Divisibility ofExpr(AffineExpr expr, unsigned numDims,
                           function_ref<Divisibility(unsigned)> operand) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return ofConstant(constant.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return operand(dim.getPosition());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return operand(numDims + symbol.getPosition());
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Divisibility lhs = ofExpr(binary.getLHS(), numDims, operand);
  Divisibility rhs = ofExpr(binary.getRHS(), numDims, operand);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
  case AffineExprKind::Mod: // a mod b = a - b * n
    return Divisibility::join(lhs, rhs);
  case AffineExprKind::Mul:
    return product(lhs, rhs);
  default: {
    auto by = dyn_cast<AffineConstantExpr>(binary.getRHS());
    APInt divisor(64, by ? by.getValue() : 0, /*isSigned=*/true);
    return quotient(lhs, &divisor);
  }
  }
}

/// The results of a map: all of them could be the op's.
static Divisibility ofMap(AffineMap map,
                          function_ref<Divisibility(unsigned)> operand) {
  Divisibility result;
  for (AffineExpr expr : map.getResults())
    result =
        Divisibility::join(result, ofExpr(expr, map.getNumDims(), operand));
  return result;
}

/// The result of `op`; unknown for an op that is not index arithmetic.
static Divisibility transfer(Operation *op,
                             function_ref<Divisibility(unsigned)> operand) {
  if (op->getNumResults() != 1 || !op->getResult(0).getType().isIntOrIndex())
    return Divisibility::unknown();
  if (std::optional<APInt> constant = constantOf(op->getResult(0)))
    return ofConstant(*constant);
  return llvm::TypeSwitch<Operation *, Divisibility>(op)
      .Case<affine::AffineApplyOp, affine::AffineMinOp, affine::AffineMaxOp>(
          [&](auto apply) { return ofMap(apply.getAffineMap(), operand); })
      .Case<arith::AddIOp, arith::SubIOp, arith::MinSIOp, arith::MinUIOp,
            arith::MaxSIOp, arith::MaxUIOp, arith::RemSIOp, arith::RemUIOp>(
          [&](auto) { return Divisibility::join(operand(0), operand(1)); })
      .Case([&](arith::MulIOp) { return product(operand(0), operand(1)); })
      .Case([&](arith::ShLIOp shift) {
        std::optional<APInt> by = constantOf(shift.getRhs());
        return by && by->ult(63)
                   ? product(operand(0), {uint64_t(1) << by->getZExtValue()})
                   : operand(0);
      })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp,
            arith::CeilDivSIOp, arith::CeilDivUIOp>([&](auto divide) {
        std::optional<APInt> by = constantOf(divide.getRhs());
        return quotient(operand(0), by ? &*by : nullptr);
      })
      .Case([&](arith::SelectOp) {
        return Divisibility::join(operand(1), operand(2));
      })
      .Case<arith::IndexCastOp, arith::IndexCastUIOp, arith::ExtSIOp,
            arith::ExtUIOp>([&](auto) { return operand(0); })
      .Default(Divisibility::unknown());
}

/// Lower bound and step of an induction variable; nothing for a loop that does
/// not say.
static std::optional<std::pair<OpFoldResult, OpFoldResult>>
startAndStep(LoopLikeOpInterface loop, Value iv) {
  auto ivs = loop.getLoopInductionVars();
  auto lowers = loop.getLoopLowerBounds();
  auto steps = loop.getLoopSteps();
  if (!ivs || !lowers || !steps)
    return std::nullopt;
  for (auto [candidate, lower, step] : llvm::zip(*ivs, *lowers, *steps))
    if (candidate == iv)
      return std::pair(lower, step);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Data flow
//===----------------------------------------------------------------------===//

void DivisibilityAnalysis::setToEntryState(DivisibilityLattice *lattice) {
  propagateIfChanged(lattice, lattice->join(Divisibility::unknown()));
}

LogicalResult DivisibilityAnalysis::visitOperation(
    Operation *op, ArrayRef<const DivisibilityLattice *> operands,
    ArrayRef<DivisibilityLattice *> results) {
  for (DivisibilityLattice *result : results)
    propagateIfChanged(result, result->join(transfer(op, [&](unsigned i) {
      return operands[i]->getValue();
    })));
  return success();
}

void DivisibilityAnalysis::visitNonControlFlowArguments(
    Operation *op, const RegionSuccessor &successor,
    ArrayRef<DivisibilityLattice *> arguments, unsigned firstIndex) {
  auto loop = dyn_cast<LoopLikeOpInterface>(op);
  size_t carriedEnd = firstIndex + successor.getSuccessorInputs().size();
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    if (i >= firstIndex && i < carriedEnd)
      continue;
    auto iv = dyn_cast<BlockArgument>(argument->getAnchor());
    auto range = loop && iv ? startAndStep(loop, iv) : std::nullopt;
    if (!range) {
      setToEntryState(argument);
      continue;
    }
    auto of = [&](OpFoldResult value) {
      if (auto attr = dyn_cast<Attribute>(value))
        return ofConstant(cast<IntegerAttr>(attr).getValue());
      return getLatticeElementFor(getProgramPointBefore(iv.getOwner()),
                                  cast<Value>(value))
          ->getValue();
    };
    propagateIfChanged(argument, argument->join(Divisibility::join(
                                     of(range->first), of(range->second))));
  }
}

DivisibilitySolver::DivisibilitySolver()
    : solver(std::make_unique<DataFlowSolver>()) {
  dataflow::loadBaselineAnalyses(*solver);
  solver->load<DivisibilityAnalysis>();
}

FailureOr<std::unique_ptr<DivisibilitySolver>>
DivisibilitySolver::run(Operation *root) {
  std::unique_ptr<DivisibilitySolver> result(new DivisibilitySolver());
  if (failed(result->solver->initializeAndRun(root)))
    return failure();
  return result;
}

Divisibility DivisibilitySolver::get(Value value) const {
  auto *lattice = solver->lookupState<DivisibilityLattice>(value);
  return lattice ? lattice->getValue() : Divisibility::unknown();
}

//===----------------------------------------------------------------------===//
// On demand
//===----------------------------------------------------------------------===//

namespace {
/// Follows definitions backwards, each once.
class DemandedDivisibility {
public:
  Divisibility get(OpFoldResult value) {
    if (auto attr = dyn_cast<Attribute>(value))
      return ofConstant(cast<IntegerAttr>(attr).getValue());
    auto v = cast<Value>(value);
    auto [found, isNew] = known.try_emplace(v, Divisibility::unknown());
    // A cycle goes through a loop, and is not followed.
    if (!isNew || known.size() > maxValues)
      return found->second;
    Divisibility result = compute(v);
    known[v] = result;
    return result;
  }

private:
  Divisibility compute(Value value) {
    if (Operation *op = value.getDefiningOp())
      return transfer(op, [&](unsigned i) { return get(op->getOperand(i)); });
    Operation *parent = value.getParentBlock()->getParentOp();
    auto loop = dyn_cast_or_null<LoopLikeOpInterface>(parent);
    auto range = loop ? startAndStep(loop, value) : std::nullopt;
    if (!range)
      return Divisibility::unknown();
    return Divisibility::join(get(range->first), get(range->second));
  }

  /// More than indices of tiles are made of, and far fewer than a stack holds.
  static constexpr size_t maxValues = 512;
  DenseMap<Value, Divisibility> known;
};
} // namespace

Divisibility mlir::gq::getDivisibility(OpFoldResult value) {
  return DemandedDivisibility().get(value);
}
