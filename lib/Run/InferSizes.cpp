//===- InferSizes.cpp - sizes that follow from others ---------------------===//
//
// gq-check-shapes writes what ops demand of sizes as assertions that two are
// equal. If one is a dimension of an argument and the other one is known, or
// computed from what is, so is the first.
//
//===----------------------------------------------------------------------===//
#include "InferSizes.h"
#include "gq/Pipelines/Pipelines.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::gq;

SizeDemands::SizeDemands(func::FuncOp function) {
  // Passes change the module, and say again what is said when it is run.
  OwningOpRef<ModuleOp> clone(function->getParentOfType<ModuleOp>().clone());
  ScopedDiagnosticHandler silence(function.getContext(),
                                  [](Diagnostic &) { return success(); });
  PassManager pm(function.getContext());
  buildPipelineUntil(pm, GQToNVVMOptions(), "gq-check-shapes");
  if (failed(pm.run(*clone)))
    return;
  checked = std::move(clone);
  auto copy = checked->lookupSymbol<func::FuncOp>(function.getName());
  // Under a condition a demand may not hold.
  for (Block &block : copy.getBody())
    for (auto assertion : block.getOps<cf::AssertOp>()) {
      auto compare = assertion.getArg().getDefiningOp<arith::CmpIOp>();
      if (compare && compare.getPredicate() == arith::CmpIPredicate::eq)
        equal.push_back({compare.getLhs(), compare.getRhs()});
    }
}

/// The size that `value` is a dimension of an argument.
static int64_t *dimensionOf(Value value, ArgumentShapes &shapes) {
  auto dim = value.getDefiningOp<tensor::DimOp>();
  auto argument =
      dim ? dyn_cast<BlockArgument>(dim.getSource()) : BlockArgument();
  std::optional<int64_t> which = dim ? dim.getConstantIndex() : std::nullopt;
  if (!argument || !which || argument.getArgNumber() >= shapes.size())
    return nullptr;
  SmallVector<int64_t> &shape = shapes[argument.getArgNumber()];
  return *which >= 0 && *which < static_cast<int64_t>(shape.size())
             ? &shape[*which]
             : nullptr;
}

static std::optional<int64_t> evaluate(Value value, ArgumentShapes &shapes) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  if (int64_t *size = dimensionOf(value, shapes)) {
    if (ShapedType::isDynamic(*size))
      return std::nullopt;
    return *size;
  }
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<affine::AffineApplyOp, arith::AddIOp, arith::SubIOp,
                       arith::MulIOp, arith::DivSIOp, arith::DivUIOp,
                       arith::CeilDivSIOp, arith::CeilDivUIOp,
                       arith::FloorDivSIOp>(op))
    return std::nullopt;
  SmallVector<Attribute> operands, results;
  for (Value operand : op->getOperands()) {
    std::optional<int64_t> one = evaluate(operand, shapes);
    if (!one)
      return std::nullopt;
    operands.push_back(
        IntegerAttr::get(IndexType::get(op->getContext()), *one));
  }
  SmallVector<OpFoldResult> folded;
  if (failed(op->fold(operands, folded)) || folded.size() != 1)
    return std::nullopt;
  auto result = dyn_cast_or_null<IntegerAttr>(
      dyn_cast_if_present<Attribute>(folded.front()));
  if (!result)
    return std::nullopt;
  return result.getInt();
}

void SizeDemands::infer(ArgumentShapes &shapes) const {
  for (bool changed = true; changed;) {
    changed = false;
    for (auto [one, other] : equal)
      for (auto [from, to] : {std::pair(one, other), std::pair(other, one)}) {
        int64_t *size = dimensionOf(to, shapes);
        if (!size || !ShapedType::isDynamic(*size))
          continue;
        std::optional<int64_t> known = evaluate(from, shapes);
        if (!known || *known < 0)
          continue;
        *size = *known;
        changed = true;
      }
  }
}
