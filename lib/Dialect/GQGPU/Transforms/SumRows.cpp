//===- SumRows.cpp - sums of rows beside a product with zero points -------===//
//
// With zero points za of a and zb of b a product adds up, over K,
//
//   a . b - za * (sum of the rows of b) - zb * (sum of the rows of a)
//
// Rows are added up in its loop over K, of the tiles that it multiplies; what
// is behind that loop is an elementwise op, as any other one.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_SUMROWSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-sum-rows";

namespace {
/// Zero points of one operand, and the rows of the other one that they are
/// multiplied with.
struct Side {
  Value points;
  Value tile;    ///< whose rows are added up
  Dim ofTile;    ///< of the result, what these are
  unsigned loop; ///< of the result, along which there are several zero points
};
} // namespace

/// A single step of K as a loop around `op` and what is loaded for it alone.
static scf::ForOp wrapInLoop(IRRewriter &rewriter, gq::ScaledMatmulOp op) {
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
  Value one = arith::ConstantIndexOp::create(rewriter, loc, 1);
  auto loop = scf::ForOp::create(rewriter, loc, zero, one, one,
                                 ValueRange(op.getInit()));
  Block *body = loop.getBody();
  for (Value operand : {op.getA(), op.getB()})
    if (auto load = operand.getDefiningOp<LoadOp>();
        load && load->getBlock() == loop->getBlock() &&
        llvm::all_of(load->getUsers(),
                     [&](Operation *user) { return user == op; }))
      load->moveBefore(body, body->end());
  rewriter.replaceAllUsesWith(op.getResult(0), loop.getResult(0));
  op->moveBefore(body, body->end());
  op.getInitMutable().assign(loop.getRegionIterArgs().front());
  rewriter.setInsertionPointToEnd(body);
  scf::YieldOp::create(rewriter, loc, op.getResult(0));
  return loop;
}

/// What a loop over K carries that `op` alone adds to.
static std::optional<unsigned> carriedBy(scf::ForOp loop,
                                         gq::ScaledMatmulOp op) {
  auto init = dyn_cast<BlockArgument>(op.getInit());
  if (!init || init.getOwner() != loop.getBody() || init.getArgNumber() == 0)
    return std::nullopt;
  unsigned i = init.getArgNumber() - 1;
  if (!init.hasOneUse() || !op.getResult(0).hasOneUse() ||
      loop.getBody()->getTerminator()->getOperand(i) != op.getResult(0))
    return std::nullopt;
  return i;
}

/// `value` at the insertion point behind `loop`, of which it depends on nothing
/// that changes there; null if it does.
static Value computeBehind(IRRewriter &rewriter, scf::ForOp loop, Value value,
                           IRMapping &map) {
  if (loop.isDefinedOutsideOfLoop(value))
    return value;
  if (Value known = map.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || op->getParentOp() != loop || op->getNumRegions() != 0 ||
      !(isPure(op) || isa<LoadOp>(op)))
    return {};
  for (Value operand : op->getOperands()) {
    Value behind = computeBehind(rewriter, loop, operand, map);
    if (!behind)
      return {};
    map.map(operand, behind);
  }
  rewriter.clone(*op, map);
  return map.lookup(value);
}

static LogicalResult sumRows(gq::ScaledMatmulOp op) {
  MLIRContext *context = op.getContext();
  IRRewriter rewriter(context);
  Location loc = op.getLoc();
  if (!op.getZeroPointsApart())
    return op.emitOpError("has zero points, expects zero_points_apart; run "
                          "gq-expand first");
  auto loop = dyn_cast<scf::ForOp>(op->getParentOp());
  if (!loop)
    loop = wrapInLoop(rewriter, op);
  std::optional<unsigned> carried = carriedBy(loop, op);
  if (!carried)
    return op.emitOpError("has zero points, expects to add to what its loop "
                          "over K carries, and nobody else");

  SmallVector<Side, 2> sides;
  if (Value points = op.getAZeroPoints())
    sides.push_back({points, op.getB(), Dim::Cols, /*loop=*/0});
  if (Value points = op.getBZeroPoints())
    sides.push_back({points, op.getA(), Dim::Rows, /*loop=*/1});
  rewriter.setInsertionPoint(loop);
  Type i32 = rewriter.getI32Type();
  SmallVector<Value> starts;
  for (const Side &side : sides) {
    int64_t rows = cast<RankedTensorType>(side.tile.getType()).getDimSize(0);
    starts.push_back(ZeroSumsOp::create(
        rewriter, loc, RankedTensorType::get({rows, 1}, i32), side.ofTile));
  }
  FailureOr<LoopLikeOpInterface> wider = loop.replaceWithAdditionalYields(
      rewriter, starts, /*replaceInitOperandUsesInLoop=*/false,
      [&](OpBuilder &, Location, ArrayRef<BlockArgument> args) {
        OpBuilder::InsertionGuard guard(rewriter);
        rewriter.setInsertionPointAfter(op);
        SmallVector<Value> sums;
        for (auto [side, before] : llvm::zip(sides, args))
          sums.push_back(AddRowSumsOp::create(rewriter, loc, side.ofTile,
                                              side.tile, before));
        return sums;
      });
  if (failed(wider))
    return op.emitOpError("could not carry sums of rows");
  loop = cast<scf::ForOp>(wider->getOperation());

  rewriter.setInsertionPointAfter(loop);
  Value product = loop.getResult(*carried);
  auto type = cast<RankedTensorType>(product.getType());
  SmallVector<Value> inputs{product};
  SmallVector<AffineMap> maps{rewriter.getMultiDimIdentityMap(2)};
  for (auto [side, sums] :
       llvm::zip(sides, loop.getResults().take_back(sides.size()))) {
    inputs.push_back(
        SpreadSumsOp::create(rewriter, loc, type, side.ofTile, sums));
    maps.push_back(rewriter.getMultiDimIdentityMap(2));
    IRMapping map;
    Value points = computeBehind(rewriter, loop, side.points, map);
    if (!points)
      return op.emitOpError("has zero points that change in its loop over K");
    inputs.push_back(points);
    bool isOne = cast<RankedTensorType>(points.getType()).getRank() == 0;
    maps.push_back(AffineMap::get(
        2, 0,
        isOne ? ArrayRef<AffineExpr>()
              : ArrayRef<AffineExpr>(rewriter.getAffineDimExpr(side.loop)),
        context));
  }
  maps.push_back(rewriter.getMultiDimIdentityMap(2));
  Value target = tensor::EmptyOp::create(rewriter, loc, type.getShape(), i32);
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  auto subtracted = linalg::GenericOp::create(
      rewriter, loc, type, inputs, target, maps, parallel,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        Value sum = args.front();
        for (unsigned i = 0; i < sides.size(); ++i) {
          Value each = args[1 + 2 * i], point = args[2 + 2 * i];
          if (point.getType() != i32)
            point = arith::ExtSIOp::create(b, loc, i32, point);
          sum = arith::SubIOp::create(
              b, loc, sum, arith::MulIOp::create(b, loc, point, each));
        }
        linalg::YieldOp::create(b, loc, sum);
      });
  rewriter.replaceAllUsesExcept(product, subtracted.getResult(0), subtracted);
  for (const Side &side : sides)
    gq::remarkDecision(op, kPass, "row sums",
                       Twine("rows of operand ") +
                           (side.ofTile == Dim::Cols ? "b" : "a") +
                           " are added up beside the product, for the zero "
                           "points of " +
                           (side.ofTile == Dim::Cols ? "a" : "b"));
  SmallVector<Operation *> loads;
  for (const Side &side : sides)
    if (auto load = side.points.getDefiningOp<LoadOp>())
      loads.push_back(load);
  rewriter.modifyOpInPlace(op, [&] {
    op.getAZeroPointsMutable().clear();
    op.getBZeroPointsMutable().clear();
    op.setZeroPointsApart(false);
  });
  for (Operation *load : loads)
    if (load->use_empty())
      rewriter.eraseOp(load);
  return success();
}

namespace {
struct SumRowsPass : gqgpu::impl::SumRowsPassBase<SumRowsPass> {
  void runOnOperation() override {
    SmallVector<gq::ScaledMatmulOp> products;
    getOperation().walk([&](KernelOp kernel) {
      kernel.walk([&](gq::ScaledMatmulOp op) {
        if (op.hasZeroPoints())
          products.push_back(op);
      });
    });
    for (gq::ScaledMatmulOp op : products)
      if (failed(sumRows(op)))
        return signalPassFailure();
  }
};
} // namespace
