//===- RowPitches.cpp - rows of a length that only a launch knows ---------===//
//
// In:  a product with `pitch = either`.
// Out: scf.if on the lengths of the rows of a, b and the result: the product
//      with its configs where all are whole 16 bytes, as the copy engine takes
//      them; where not, with one config for every number of rows that says
//      `pitch = any`. Where no branch can be made, the first of these.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "ConfigRewrites.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-apply-config";

static bool isEither(MatmulConfigAttr attr) {
  return attr.getValue().pitch == RowPitch::Either;
}

/// Whether all rows that only a launch knows are whole 16 bytes.
static Value areWhole(OpBuilder &b, ArrayRef<OpenRow> rows, Location loc) {
  Value all;
  for (OpenRow row : rows) {
    Value length = tensor::DimOp::create(b, loc, row.tensor, row.dim);
    Value rest = arith::RemUIOp::create(
        b, loc, length, arith::ConstantIndexOp::create(b, loc, row.unit));
    Value whole =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, rest,
                              arith::ConstantIndexOp::create(b, loc, 0));
    all = all ? arith::AndIOp::create(b, loc, all, whole).getResult() : whole;
  }
  return all;
}

/// The config with the most registers to spare of those that are not much
/// slower than the best: no other one is tried for this kernel if it spills.
static MatmulConfig
roomiest(const strategy::Candidates<MatmulConfig> &candidates) {
  constexpr double kMuch = 2;
  const auto *most = &candidates.front();
  for (const auto &candidate : candidates) {
    if (candidate.refusal || candidate.cost > kMuch * candidates.front().cost)
      break;
    if (candidate.registersLimit - candidate.registers >
        most->registersLimit - most->registers)
      most = &candidate;
  }
  return most->config;
}

FailureOr<bool> mlir::gq::branchOnPitch(RewriterBase &rewriter,
                                        BlockOpInterface op) {
  StrategyAttrInterface strategy = op.getStrategy();
  auto one = dyn_cast<MatmulConfigAttr>(strategy);
  auto variants = dyn_cast<MatmulVariantsAttr>(strategy);
  if (!(one && isEither(one)) &&
      !(variants && llvm::any_of(variants.getConfigs(), isEither)))
    return false;
  if (failed(op.requireTensors()))
    return failure();
  StrategyAttrInterface aligned = withPitch(strategy, RowPitch::Aligned);
  SmallVector<OpenRow> rows = openRows(op);
  std::string refusal = "all rows are of a known length";
  std::optional<BranchParts> parts;
  if (!rows.empty())
    parts = partsOfBranch(op, refusal);
  if (!parts) {
    if (!rows.empty())
      remarkMissed(op, kPass, "pitch",
                   "rows that are not whole 16 bytes are refused at launch: " +
                       refusal);
    op.setStrategy(aligned);
    return true;
  }
  strategy::MatmulShape shape = sumShapeOf(op);
  shape.aCopied = shape.bCopied = true;
  auto candidates = strategy::candidates(getTarget(op), shape);
  if (candidates.empty() || candidates.front().refusal)
    return op->emitOpError("has pitch = either, and no config with pitch = any "
                           "can run: ")
               << (candidates.empty() ? "there is none"
                                      : *candidates.front().refusal),
           failure();
  MatmulConfig any = roomiest(candidates);
  any.pitch = RowPitch::Any;
  remarkDecision(op, kPass, "pitch",
                 "another kernel for rows that are not whole 16 bytes");
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(parts->root);
  Value whole = areWhole(rewriter, rows, loc);
  branchTo(rewriter, op, *parts,
           {aligned, MatmulConfigAttr::get(op->getContext(), any)},
           [&](OpBuilder &, size_t) { return whole; });
  return true;
}
