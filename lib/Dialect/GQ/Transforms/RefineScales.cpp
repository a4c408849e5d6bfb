//===- RefineScales.cpp - coarse grids of scales as finer ones ------------===//
//
// In:  products with scales of large blocks, 256x256.
// Out: the same with scales of smaller ones, 128x128, which a gq.dequantize of
//      ones repeats.
//
// Every element keeps its scale. Sums keep their bits where each end of a finer
// block along K is one of a sum already.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gq {
#define GEN_PASS_DEF_REFINESCALESPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-refine-scales";

namespace {
/// The grid of one operand of a product. Origins: where in the grid its first
/// element lies, along rows and K; none: at a block.
struct Grid {
  StringRef name;
  Value codes, scales;
  SmallVector<int64_t> block;
  SmallVector<OpFoldResult> origin;
  bool transposed, padded;
};
} // namespace

static SmallVector<Grid> gridsOf(ScaledMatmulOp op) {
  SmallVector<Grid> grids{{"a",
                           op.getA(),
                           op.getAScales(),
                           llvm::to_vector(*op.getABlock()),
                           {},
                           op.getTransposedAScales(),
                           op.getPaddedAScales()},
                          {"b",
                           op.getB(),
                           op.getBScales(),
                           llvm::to_vector(*op.getBBlock()),
                           {},
                           op.getTransposedBScales(),
                           op.getPaddedBScales()}};
  if (OperandRange origin = op.getOrigin(); !origin.empty()) {
    grids[0].origin = {getAsOpFoldResult(origin[0]),
                       getAsOpFoldResult(origin[2])};
    grids[1].origin = {getAsOpFoldResult(origin[1]),
                       getAsOpFoldResult(origin[2])};
  }
  return grids;
}

static std::string wordOf(ArrayRef<int64_t> block) {
  return (Twine(block[0]) + "x" + Twine(block[1])).str();
}

/// `block`, no larger than `most`.
static SmallVector<int64_t> within(ArrayRef<int64_t> block,
                                   ArrayRef<int64_t> most) {
  return {std::min(block[0], most[0]), std::min(block[1], most[1])};
}

/// Whether sums of `op` end, before anything changes, wherever blocks of `fine`
/// elements along K do: a multiple of that from where the grids begin.
static bool endsSums(ScaledMatmulOp op, const Grid &other, int64_t fine) {
  int64_t k = cast<ShapedType>(op.getA().getType()).getShape().back();
  bool only = op.getOrigin().empty() && !ShapedType::isDynamic(k) &&
              other.block[1] >= k;
  if (!only && fine % other.block[1] == 0)
    return true;
  // The elements that are promoted are counted from where a sum begins.
  int64_t promote = op.getPromotionStep().value_or(op.getPromote());
  std::optional<int64_t> start =
      other.origin.empty() ? 0 : getConstantIntValue(other.origin[1]);
  return fine % promote == 0 && start && *start % promote == 0 &&
         (only || other.block[1] % promote == 0);
}

/// Why `grid`, whose blocks are to be `fine`, stays as it is; or nothing.
static std::string refuse(ScaledMatmulOp op, const Grid &grid,
                          const Grid &other, ArrayRef<int64_t> fine) {
  auto type = dyn_cast<RankedTensorType>(grid.scales.getType());
  if (!type)
    return "expects tensors, got memrefs";
  if (type.getRank() != 2)
    return "expects a matrix of scales, got those of a batch";
  for (auto [coarse, part] : llvm::zip_equal(grid.block, fine))
    if (coarse % part != 0)
      return "expects blocks that go into those, got " + wordOf(fine);
  if (grid.padded)
    return ("expects scales that are not padded, got padded_" + grid.name +
            "_scales")
        .str();
  if (!isOnHost(op))
    return "expects a product in a function or in an scf.if there, got one "
           "in '" +
           op->getParentOp()->getName().getStringRef().str() + "'";
  if (op.isOneIntegerSum())
    return "sums of integers over all of K are scaled once";
  if (fine[1] < grid.block[1] && !endsSums(op, other, fine[1]))
    return ("sums end every " +
            Twine(op.getPromotionStep().value_or(op.getPromote())) +
            " elements of K and where blocks do, expects blocks of " +
            wordOf(fine) + " to end only there")
        .str();
  return "";
}

/// A matrix of i8 whose elements are all 1.
static Value onesOf(OpBuilder &b, Location loc, ArrayRef<OpFoldResult> sizes) {
  Value empty = tensor::EmptyOp::create(b, loc, sizes, b.getI8Type());
  auto type = cast<RankedTensorType>(empty.getType());
  if (type.hasStaticShape()) {
    empty.getDefiningOp()->erase();
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(type, b.getI8IntegerAttr(1)));
  }
  Value one = arith::ConstantIntOp::create(b, loc, b.getI8Type(), 1);
  return linalg::FillOp::create(b, loc, one, empty).getResult(0);
}

/// The scales of `grid` in blocks of `fine`: each as often as these go into its
/// own, from the one on that the origin is in.
static Value repeat(OpBuilder &b, Location loc, const Grid &grid,
                    ArrayRef<int64_t> fine) {
  auto apply = [&](AffineExpr expr, ArrayRef<OpFoldResult> values) {
    return affine::makeComposedFoldedAffineApply(b, loc, expr, values);
  };
  AffineExpr d0 = b.getAffineDimExpr(0), d1 = b.getAffineDimExpr(1);
  SmallVector<OpFoldResult> coarse = tensor::getMixedSizes(b, loc, grid.scales),
                            codes = tensor::getMixedSizes(b, loc, grid.codes),
                            sizes, offsets, counts;
  codes.erase(codes.begin(), codes.end() - 2); // of a batch
  SmallVector<int64_t> times;
  for (unsigned at : {0, 1}) {
    unsigned dim = grid.transposed ? 1 - at : at;
    times.push_back(grid.block[dim] / fine[dim]);
    if (grid.origin.empty()) {
      sizes.push_back(apply(d0.ceilDiv(fine[dim]), {codes[dim]}));
      continue;
    }
    // The first coarse block is the one that the origin is in.
    OpFoldResult origin = grid.origin[dim];
    sizes.push_back(apply(d0 * times.back(), {coarse[at]}));
    offsets.push_back(
        apply((d0 % grid.block[dim]).floorDiv(fine[dim]), {origin}));
    counts.push_back(
        apply((d0 % fine[dim] + d1).ceilDiv(fine[dim]), {origin, codes[dim]}));
  }
  Type element = getElementTypeOrSelf(grid.scales);
  Value all =
      DequantizeOp::create(b, loc, onesOf(b, loc, sizes), grid.scales, times,
                           element.isBF16() ? element : b.getF32Type())
          .getResult(0);
  if (grid.origin.empty())
    return all;
  SmallVector<OpFoldResult> strides(2, b.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(b, loc, all, offsets, counts, strides);
}

/// Returns how many grids of `op` are finer now.
static unsigned refine(ScaledMatmulOp op, ArrayRef<int64_t> block) {
  if (!op.isScaled())
    return 0;
  unsigned made = 0;
  // Both are weighed before one changes.
  SmallVector<Grid> grids = gridsOf(op);
  SmallVector<Value> scales;
  SmallVector<SmallVector<int64_t>> blocks;
  for (auto [grid, other] :
       {std::tie(grids[0], grids[1]), std::tie(grids[1], grids[0])}) {
    SmallVector<int64_t> fine = within(grid.block, block);
    std::string why;
    if (fine != grid.block)
      why = refuse(op, grid, other, fine);
    if (!why.empty())
      remarkMissed(op, kPass, "refine",
                   "blocks of " + grid.name + " of " + wordOf(grid.block) +
                       " stay as they are: " + why);
    if (fine == grid.block || !why.empty()) {
      scales.push_back(grid.scales);
      blocks.push_back(grid.block);
      continue;
    }
    OpBuilder b(op);
    scales.push_back(repeat(b, op.getLoc(), grid, fine));
    blocks.push_back(fine);
    remarkDecision(op, kPass, "refine",
                   "scales of " + grid.name + " of blocks of " +
                       wordOf(grid.block) + " are repeated for blocks of " +
                       wordOf(fine));
    ++made;
  }
  op.getAScalesMutable().assign(scales[0]);
  op.setABlock(blocks[0]);
  op.getBScalesMutable().assign(scales[1]);
  op.setBBlock(blocks[1]);
  return made;
}

namespace {
struct RefineScalesPass : gq::impl::RefineScalesPassBase<RefineScalesPass> {
  using RefineScalesPassBase::RefineScalesPassBase;

  void runOnOperation() override {
    if (block.empty())
      return;
    if (block.size() != 2 ||
        llvm::any_of(block, [](int64_t extent) { return extent <= 0; })) {
      InFlightDiagnostic error = getOperation()->emitError(
          "expects block to be two positive numbers, rows and columns, got ");
      llvm::interleaveComma(block, error);
      return signalPassFailure();
    }
    getOperation()->walk(
        [&](ScaledMatmulOp op) { numRefined += refine(op, block); });
  }
};
} // namespace
