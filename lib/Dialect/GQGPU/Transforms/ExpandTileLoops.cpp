//===- ExpandTileLoops.cpp - tile loops as loops over tile numbers --------===//
//
// In:  gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 128] persistent { ... }
// Out: scf.for %t = %block_id to %tiles step %grid_dim { %i, %j of %t; ... }
//
// A loop that takes turns begins with its first one and steps over those of the
// others.
//
// A tile loop also says how many thread blocks there have to be. That goes to
// the kernel, as an expression over the sizes of its operands; all tile loops
// of a kernel must say the same.
//
// Where the thread blocks of a cluster have tiles of their own (cluster_tiles),
// numbers are those of clusters, so that all its thread blocks go through as
// many; the rank says which tile is whose.
//
// A loop that cuts its tiles goes over the shares of a thread block instead:
// CutTiles.h. Its grid is no more thread blocks than it may have ranges, nor
// than there are steps.
//
//===----------------------------------------------------------------------===//
#include "CutTiles.h"
#include "gq/Analysis/IndexExprs.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_EXPANDTILELOOPSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;
using gq::IndexOp;

//===----------------------------------------------------------------------===//
// Grid
//===----------------------------------------------------------------------===//

namespace {
/// Indices of a kernel as expressions whose symbols are sizes of its operands.
class OperandSizes : public gq::IndexExprs<AffineExpr> {
public:
  explicit OperandSizes(KernelOp kernel)
      : kernel(kernel), context(kernel.getContext()) {}

  ArrayRef<SizeAttr> getSizes() const { return sizes; }
  /// Where the last failure was, and what it was.
  Location where() const { return failedAt; }
  StringRef why() const { return reason; }

protected:
  AffineExpr constant(int64_t value) override {
    return getAffineConstantExpr(value, context);
  }
  std::optional<AffineExpr> combine(IndexOp op, const AffineExpr &lhs,
                                    const AffineExpr &rhs) override;
  bool isNonNegative(const AffineExpr &expr) override;
  FailureOr<AffineExpr> leaf(Value value) override;
  void refuse(Operation *op, StringRef text) override {
    fail(op->getLoc(), (op->getName().getStringRef() + " " + text).str());
  }

private:
  void fail(Location location, const std::string &text) {
    failedAt = location;
    reason = text;
  }

  KernelOp kernel;
  MLIRContext *context;
  SmallVector<SizeAttr> sizes;
  Location failedAt = kernel.getLoc();
  std::string reason;
};
} // namespace

/// Nodes of an expression, which is a tree; more than `limit` are not counted.
static unsigned countNodes(AffineExpr expr, unsigned limit) {
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary || limit == 0)
    return 1;
  unsigned left = countNodes(binary.getLHS(), limit - 1);
  return 1 + left +
         (left < limit ? countNodes(binary.getRHS(), limit - left) : 0);
}

std::optional<AffineExpr> OperandSizes::combine(IndexOp op,
                                                const AffineExpr &lhs,
                                                const AffineExpr &rhs) {
  // Affine expressions are walked as trees by whoever reads them.
  constexpr unsigned maxNodes = 256;
  if (countNodes(lhs, maxNodes) + countNodes(rhs, maxNodes) >= maxNodes)
    return std::nullopt;
  switch (op) {
  case IndexOp::Add:
    return lhs + rhs;
  case IndexOp::Sub:
    return lhs - rhs;
  case IndexOp::Mul:
    return lhs * rhs;
  case IndexOp::FloorDiv:
    return lhs.floorDiv(rhs);
  case IndexOp::CeilDiv:
    return lhs.ceilDiv(rhs);
  case IndexOp::Mod:
    return lhs % rhs;
  default:
    return std::nullopt;
  }
}

bool OperandSizes::isNonNegative(const AffineExpr &expr) {
  if (auto number = dyn_cast<AffineConstantExpr>(expr))
    return number.getValue() >= 0;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return true; // a size
  return isNonNegative(binary.getRHS()) &&
         (binary.getKind() == AffineExprKind::Mod ||
          isNonNegative(binary.getLHS()));
}

FailureOr<AffineExpr> OperandSizes::leaf(Value value) {
  auto dim = value.getDefiningOp<memref::DimOp>();
  auto arg = dim ? dyn_cast<BlockArgument>(dim.getSource()) : BlockArgument();
  std::optional<int64_t> which =
      dim ? dim.getConstantIndex() : std::optional<int64_t>();
  if (!arg || !which || arg.getOwner() != &kernel.getBody().front()) {
    fail(value.getLoc(), "this is no size of an operand");
    return failure();
  }
  auto type = cast<MemRefType>(arg.getType());
  if (*which < 0 || *which >= type.getRank()) {
    fail(value.getLoc(), "this is dimension " + std::to_string(*which) +
                             " of an operand of rank " +
                             std::to_string(type.getRank()));
    return failure();
  }
  if (!type.isDynamicDim(*which))
    return constant(type.getDimSize(*which));
  auto size = SizeAttr::get(context, arg.getArgNumber(), *which);
  auto found = llvm::find(sizes, size);
  unsigned symbol = found - sizes.begin();
  if (found == sizes.end())
    sizes.push_back(size);
  return getAffineSymbolExpr(symbol, context);
}

/// The number of tiles of a loop, or of groups of tiles that a cluster takes.
static FailureOr<AffineExpr> tilesOf(TileLoopOp loop, OperandSizes &exprs) {
  AffineExpr tiles = getAffineConstantExpr(1, loop.getContext());
  for (auto [ub, step, group] :
       llvm::zip(loop.getUbs(), loop.getSteps(), loop.getClusterTiles())) {
    FailureOr<AffineExpr> extent = exprs.get(ub);
    if (failed(extent)) {
      InFlightDiagnostic diag = loop.emitOpError(
          "has an upper bound that is not an expression over sizes of the "
          "kernel's operands");
      diag.attachNote(exprs.where()) << exprs.why();
      return diag;
    }
    tiles = tiles * extent->ceilDiv(step * group);
  }
  return tiles;
}

/// Writes how many clusters the tile loops of a kernel ask for.
static LogicalResult writeGrid(KernelOp kernel, ArrayRef<TileLoopOp> loops) {
  OperandSizes exprs(kernel);
  AffineExpr tiles;
  TileLoopOp first = loops.front();
  for (TileLoopOp loop : loops) {
    if (kernel.getGrid())
      return loop.emitOpError("says how many thread blocks there are, but the "
                              "kernel has ")
             << *kernel.getGrid();
    if (loop->getParentOfType<TileLoopOp>())
      return loop.emitOpError("expects no tile loop around it");
    FailureOr<AffineExpr> mine = tilesOf(loop, exprs);
    if (failed(mine))
      return failure();
    if (!tiles)
      tiles = *mine;
    if (*mine != tiles || loop.getSteps() != first.getSteps() ||
        loop.getPersistent() != first.getPersistent() ||
        loop.getDepth() != first.getDepth() ||
        loop.getRanges() != first.getRanges()) {
      InFlightDiagnostic diag = loop.emitOpError(
          "goes over other tiles than another tile loop of the kernel");
      diag.attachNote(first.getLoc()) << "the other one";
      return diag;
    }
  }
  SmallVector<AffineExpr> counts{tiles};
  if (first.isCut())
    counts = {tiles * static_cast<int64_t>(*first.getDepth()),
              getAffineConstantExpr(static_cast<int64_t>(*first.getRanges()),
                                    kernel.getContext())};
  AffineMap map =
      AffineMap::get(0, exprs.getSizes().size(), counts, kernel.getContext());
  kernel.setGridAttr(
      GridAttr::get(kernel.getContext(), exprs.getSizes(), map,
                    first.getPersistent() ? kernel.getOccupancyOrOne() : 0));
  return success();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Tile coordinates of tile number `t`, in units of tiles: TileOrder.h as code.
static SmallVector<Value> tileCoordinates(OpBuilder &b, Location loc, Value t,
                                          ArrayRef<Value> counts,
                                          int64_t raster) {
  auto constant = [&](int64_t v) -> Value {
    return arith::ConstantIndexOp::create(b, loc, v);
  };
  SmallVector<Value> coordinates(counts.size());
  size_t left = counts.size();
  if (left >= 2 && raster > 1) {
    left -= 2;
    Value rows = counts[left], columns = counts[left + 1], outer;
    if (left > 0) {
      Value both = arith::MulIOp::create(b, loc, rows, columns);
      outer = arith::DivUIOp::create(b, loc, t, both);
      t = arith::RemUIOp::create(b, loc, t, both);
    }
    Value band = constant(raster);
    Value perBand = arith::MulIOp::create(b, loc, band, columns);
    Value which = arith::DivUIOp::create(b, loc, t, perBand);
    Value first = arith::MulIOp::create(b, loc, which, band);
    Value within = arith::SubIOp::create(
        b, loc, t, arith::MulIOp::create(b, loc, which, perBand));
    Value height = arith::MinUIOp::create(
        b, loc, band, arith::SubIOp::create(b, loc, rows, first));
    Value column = arith::DivUIOp::create(b, loc, within, height);
    Value row = arith::SubIOp::create(
        b, loc, within, arith::MulIOp::create(b, loc, column, height));
    coordinates[left] = arith::AddIOp::create(b, loc, first, row);
    coordinates[left + 1] = column;
    t = outer;
  }
  for (; left > 1; --left) {
    coordinates[left - 1] = arith::RemUIOp::create(b, loc, t, counts[left - 1]);
    t = arith::DivUIOp::create(b, loc, t, counts[left - 1]);
  }
  if (left == 1)
    coordinates[0] = t;
  return coordinates;
}

/// The tile of thread block `rank` of a cluster that takes `groups` at once.
static SmallVector<Value> tileOfRank(OpBuilder &b, Location loc,
                                     ArrayRef<Value> coordinates, Value rank,
                                     ArrayRef<int64_t> groups) {
  SmallVector<Value> tile(coordinates);
  int64_t left = 1; // thread blocks that dimensions before this tell apart
  for (int64_t group : groups)
    left *= group;
  for (size_t dim = groups.size(); dim-- > 0;) {
    if (groups[dim] == 1)
      continue;
    Value group = arith::ConstantIndexOp::create(b, loc, groups[dim]);
    Value part = rank;
    if (left /= groups[dim]; left > 1) {
      part = arith::RemUIOp::create(b, loc, rank, group);
      rank = arith::DivUIOp::create(b, loc, rank, group);
    }
    tile[dim] = arith::AddIOp::create(
        b, loc, arith::MulIOp::create(b, loc, tile[dim], group), part);
  }
  return tile;
}

namespace {
struct ExpandTileLoop : OpRewritePattern<TileLoopOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TileLoopOp op,
                                PatternRewriter &b) const override {
    auto kernel = op->getParentOfType<KernelOp>();
    if (!kernel)
      return b.notifyMatchFailure(op, "outside of a kernel");
    Location loc = op.getLoc();
    auto constant = [&](int64_t v) -> Value {
      return arith::ConstantIndexOp::create(b, loc, v);
    };
    SmallVector<Value> counts;
    SmallVector<int64_t> groups = op.getClusterTiles();
    Value total = constant(1);
    for (auto [ub, step, group] :
         llvm::zip(op.getUbs(), op.getSteps(), groups)) {
      Value up = arith::AddIOp::create(b, loc, ub, constant(step * group - 1));
      counts.push_back(
          arith::DivUIOp::create(b, loc, up, constant(step * group)));
      total = arith::MulIOp::create(b, loc, total, counts.back());
    }
    Value first = gpu::BlockIdOp::create(b, loc, gpu::Dimension::x);
    Value stride = gpu::GridDimOp::create(b, loc, gpu::Dimension::x);
    if (op.isCut()) {
      CutTiles cut(b, loc, total, *op.getDepth(), first, stride);
      auto loop = scf::ForOp::create(b, loc, constant(0), cut.getShares(),
                                     constant(1), op.getInits());
      fill(op, loop, b, [&](Value share) {
        auto [tile, args] = cut.share(share);
        return std::pair(tileCoordinates(b, loc, tile, counts, op.getRaster()),
                         args);
      });
      return success();
    }
    Value rank;
    if (int64_t cluster = kernel.getCluster().value_or(1); cluster > 1) {
      if (kernel.getPeers() > 1)
        rank = arith::RemUIOp::create(b, loc, first, constant(cluster));
      first = arith::DivUIOp::create(b, loc, first, constant(cluster));
      stride = arith::DivUIOp::create(b, loc, stride, constant(cluster));
    }
    if (auto turn = static_cast<int64_t>(op.getTurn()))
      first = arith::AddIOp::create(
          b, loc, first, arith::MulIOp::create(b, loc, stride, constant(turn)));
    if (auto turns = static_cast<int64_t>(op.getTurns()); turns > 1)
      stride = arith::MulIOp::create(b, loc, stride, constant(turns));
    auto loop = scf::ForOp::create(b, loc, first, total, stride, op.getInits());
    fill(op, loop, b, [&](Value number) {
      SmallVector<Value> coordinates =
          tileCoordinates(b, loc, number, counts, op.getRaster());
      if (rank)
        coordinates = tileOfRank(b, loc, coordinates, rank, groups);
      return std::pair(coordinates, SmallVector<Value>());
    });
    return success();
  }

private:
  /// Moves the body of `op` into `loop`, which replaces it. `tileOf` makes the
  /// coordinates of the tile of an iteration, in tiles, and what else the body
  /// gets before the loop-carried values.
  static void
  fill(TileLoopOp op, scf::ForOp loop, PatternRewriter &b,
       function_ref<std::pair<SmallVector<Value>, SmallVector<Value>>(Value)>
           tileOf) {
    Location loc = op.getLoc();
    Block *body = loop.getBody();
    if (!body->empty())
      b.eraseOp(&body->back());
    b.setInsertionPointToEnd(body);
    SmallVector<Value> args;
    auto [coordinates, others] = tileOf(loop.getInductionVar());
    for (auto [coordinate, step] : llvm::zip(coordinates, op.getSteps()))
      args.push_back(arith::MulIOp::create(
          b, loc, coordinate, arith::ConstantIndexOp::create(b, loc, step)));
    llvm::append_range(args, others);
    llvm::append_range(args, loop.getRegionIterArgs());
    Block *from = &op.getBody().front();
    Operation *yield = from->getTerminator();
    b.mergeBlocks(from, body, args);
    b.setInsertionPoint(yield);
    b.replaceOpWithNewOp<scf::YieldOp>(yield, yield->getOperands());
    b.replaceOp(op, loop.getResults());
  }
};

struct ExpandTileLoopsPass
    : gqgpu::impl::ExpandTileLoopsPassBase<ExpandTileLoopsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateExpandTileLoopsPatterns(patterns);
    FrozenRewritePatternSet frozen(std::move(patterns));
    auto run = [&](KernelOp kernel) {
      SmallVector<TileLoopOp> loops;
      kernel.walk([&](TileLoopOp loop) { loops.push_back(loop); });
      if (loops.empty())
        return success();
      if (failed(writeGrid(kernel, loops)))
        return failure();
      walkAndApplyPatterns(kernel, frozen);
      return success();
    };
    if (failed(forEachKernel(getOperation(), run)))
      signalPassFailure();
  }
};
} // namespace

void mlir::gqgpu::populateExpandTileLoopsPatterns(RewritePatternSet &patterns) {
  patterns.add<ExpandTileLoop>(patterns.getContext());
}
