//===- ScalePaths.cpp - two ways to load scales ---------------------------===//
//
// In:  a product with `scales = either`.
// Out: scf.if on the length of the rows of its M-major scales: `scales = tma`
//      where the copy engine takes them, `scales = copy` where not. Where that
//      is known, the op with the one that is right.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "ConfigRewrites.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-apply-config";

FailureOr<bool> mlir::gq::branchOnScales(RewriterBase &rewriter,
                                         BlockOpInterface op) {
  auto attr = dyn_cast<MatmulConfigAttr>(op.getStrategy());
  if (!attr || attr.getValue().scales != ScalePath::Either)
    return false;
  if (failed(op.requireTensors()))
    return failure();
  auto with = [&](ScalePath path) {
    MatmulConfig config = attr.getValue();
    config.scales = path;
    return MatmulConfigAttr::get(op->getContext(), config);
  };
  // Rows of a length that is not known, and the scales in 16 bytes.
  auto product = cast<ScaledMatmulOp>(op.getOperation());
  SmallVector<std::pair<Value, int64_t>> open;
  bool aligned = true;
  using Side = std::tuple<Value, bool, bool>;
  for (auto [scales, transposed, padded] :
       {Side(product.getAScales(), product.getTransposedAScales(),
             product.getPaddedAScales()),
        Side(product.getBScales(), product.getTransposedBScales(),
             product.getPaddedBScales())}) {
    if (!scales)
      continue;
    auto type = cast<RankedTensorType>(scales.getType());
    int64_t unit = getTarget(op).tmaAlign * 8 / type.getElementTypeBitWidth();
    if (!transposed || padded)
      continue;
    if (type.isDynamicDim(1))
      open.push_back({scales, unit});
    else
      aligned &= type.getDimSize(1) % unit == 0;
  }
  std::string refusal = "their rows are not multiples of 16 bytes";
  std::optional<BranchParts> parts;
  if (aligned && !open.empty())
    parts = partsOfBranch(op, refusal);
  if (!parts) {
    bool tma = aligned && open.empty();
    if (!tma)
      remarkMissed(op, kPass, "scales",
                   "scales are copied by threads: " + refusal);
    op.setStrategy(with(tma ? ScalePath::Tma : ScalePath::Copy));
    return true;
  }
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(parts->root);
  Value all;
  for (auto [scales, unit] : open) {
    Value length = tensor::DimOp::create(rewriter, loc, scales, 1);
    Value rest = arith::RemUIOp::create(
        rewriter, loc, length,
        arith::ConstantIndexOp::create(rewriter, loc, unit));
    Value whole =
        arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::eq, rest,
                              arith::ConstantIndexOp::create(rewriter, loc, 0));
    all = all ? arith::AndIOp::create(rewriter, loc, all, whole).getResult()
              : whole;
  }
  remarkDecision(
      op, kPass, "scales",
      "2 kernels: scales go by tma where their rows are multiples of "
      "16 bytes");
  branchTo(rewriter, op, *parts, {with(ScalePath::Tma), with(ScalePath::Copy)},
           [&](OpBuilder &, size_t) { return all; });
  return true;
}
