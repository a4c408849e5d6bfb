//===- KernelParts.cpp - tiles that a cluster computes in parts -----------===//
//
// Each thread block of the cluster computes the part of its number, and they
// tell one another what they need of it.
//
//===----------------------------------------------------------------------===//
#include "KernelBuilder.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::gqgpu;

using OFR = OpFoldResult;

/// What `value` is, as an expression in `index`; nothing if it is none in that
/// alone.
static AffineMap expressionIn(Value value, Value index) {
  AffineMap map = AffineMap::getMultiDimIdentityMap(1, value.getContext());
  SmallVector<Value> operands{value};
  affine::fullyComposeAffineMapAndOperands(&map, &operands);
  affine::canonicalizeMapAndOperands(&map, &operands);
  bool alone = map.getNumInputs() == 0 ||
               (map.getNumInputs() == 1 && operands.front() == index);
  return alone ? map : AffineMap();
}

/// After how many steps of a dimension `map` goes on as it began: a quotient or
/// remainder by n does after n steps, and what it grows by in these it grows by
/// in the next ones. More than `most` where it may be more.
static int64_t periodOf(AffineMap map, int64_t most) {
  int64_t period = 1;
  for (AffineExpr result : map.getResults())
    result.walk([&](AffineExpr expr) {
      auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
      if (!binary ||
          !llvm::is_contained({AffineExprKind::Mod, AffineExprKind::FloorDiv,
                               AffineExprKind::CeilDiv},
                              binary.getKind()))
        return;
      auto by = dyn_cast<AffineConstantExpr>(binary.getRHS());
      period = by && by.getValue() > 0 && by.getValue() <= most
                   ? std::min(period * by.getValue(), most + 1)
                   : most + 1;
    });
  return period;
}

/// `first` is what the thread block at index `index` of a loop in steps of
/// `own` rows or columns, up to `bound`, has first in the tile of its cluster:
/// as many for each thread block of `parts`, one after another.
static bool isFirstOfBlock(Value first, Value index, int64_t own, int64_t parts,
                           std::optional<int64_t> bound) {
  AffineMap map = expressionIn(first, index);
  if (!map)
    return false;
  constexpr int64_t kMost = 1 << 16;
  int64_t period = std::min(parts * periodOf(map, kMost), kMost + 1);
  int64_t steps = period + 1;
  if (bound)
    steps = std::min(steps, llvm::divideCeilSigned(*bound, own));
  if (steps > kMost)
    return false;
  Builder b(first.getContext());
  for (int64_t step = 0; step < steps; ++step) {
    SmallVector<Attribute> inputs(map.getNumInputs(),
                                  b.getIndexAttr(step * own)),
        result;
    if (failed(map.constantFold(inputs, result)) ||
        cast<IntegerAttr>(result.front()).getInt() != step % parts * own)
      return false;
  }
  return true;
}

namespace {
/// What all thread blocks of a cluster compute the same: they differ in
/// `index`, by `own` from one to the next.
class SameForAll {
public:
  SameForAll(scf::ForallOp tiles, Value index, int64_t own, int64_t parts)
      : tiles(tiles), index(index), own(own), parts(parts) {}

  /// An op in `body`, or one that it depends on, that does differ; null: none.
  Operation *firstThatDiffers(Region &body) {
    body.walk([&](Operation *op) { todo.insert(op); });
    for (size_t i = 0; i < todo.size(); ++i)
      if (!isSame(todo[i], body))
        return todo[i];
    return nullptr;
  }

private:
  bool isSame(Operation *op, Region &body) {
    if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
      return isSame(apply.getAffineMap(), apply.getMapOperands());
    if (auto min = dyn_cast<affine::AffineMinOp>(op))
      return isSame(min.getAffineMap(), min.getOperands());
    if (auto max = dyn_cast<affine::AffineMaxOp>(op))
      return isSame(max.getAffineMap(), max.getOperands());
    return llvm::all_of(op->getOperands(), [&](Value operand) {
      if (body.isAncestor(operand.getParentRegion()))
        return true;
      return isSame(AffineMap::getMultiDimIdentityMap(1, op->getContext()),
                    {operand});
    });
  }

  bool isSame(AffineMap map, SmallVector<Value> operands) {
    if (llvm::all_of(operands, [](Value v) { return v.getType().isIndex(); })) {
      affine::fullyComposeAffineMapAndOperands(&map, &operands);
      affine::canonicalizeMapAndOperands(&map, &operands);
    }
    for (Value operand : operands)
      if (Operation *def = operand.getDefiningOp();
          def && tiles->isProperAncestor(def))
        def->walk([&](Operation *inner) { todo.insert(inner); });
    auto *at = llvm::find(operands, index);
    if (at == operands.end())
      return true;
    auto place = static_cast<unsigned>(at - operands.begin());
    unsigned dims = map.getNumDims();
    AffineExpr tile = place < dims
                          ? getAffineDimExpr(place, map.getContext())
                          : getAffineSymbolExpr(place - dims, map.getContext());
    // Of thread block n, by the number of the cluster's.
    auto of = [&](int64_t n) {
      return simplifyAffineMap(map.replace(tile, tile * (own * parts) + n * own,
                                           dims, map.getNumSymbols()));
    };
    AffineMap first = of(0);
    for (int64_t n = 1; n < parts; ++n)
      if (AffineMap other = of(n);
          first != other && !areSame(first, other, tile))
        return false;
    return true;
  }

  /// Two maps that have the same values for every cluster, whose number is
  /// `cluster`.
  static bool areSame(AffineMap one, AffineMap other, AffineExpr cluster) {
    constexpr int64_t kMost = 1 << 12;
    int64_t clusters = std::max(periodOf(one, kMost), periodOf(other, kMost));
    for (int64_t n = 0; n <= clusters && clusters <= kMost; ++n) {
      auto at = [&](AffineMap map) {
        return simplifyAffineMap(
            map.replace(cluster, getAffineConstantExpr(n, map.getContext()),
                        map.getNumDims(), map.getNumSymbols()));
      };
      if (at(one) != at(other))
        return false;
    }
    return clusters <= kMost;
  }

  scf::ForallOp tiles;
  Value index;
  int64_t own, parts;
  SetVector<Operation *> todo;
};
} // namespace

/// All thread blocks of a cluster, whose tiles along `index` are `own` apart,
/// compute the same in the body of `op`, but for the part that they are given.
static LogicalResult requireSameParts(Operation *op, scf::ForallOp tiles,
                                      Value index, int64_t own, int64_t parts) {
  Operation *other =
      SameForAll(tiles, index, own, parts).firstThatDiffers(op->getRegion(0));
  if (!other)
    return success();
  InFlightDiagnostic error = other->emitOpError(
      "depends on the index of a tile, of which each thread block of a cluster "
      "has another one; expects all parts to be the same for all of them");
  error.attachNote(op->getLoc()) << "the parts";
  return error;
}

/// Each thread block of the cluster computes the part of its number, and has
/// some columns of the sum; or the first one has all.
LogicalResult KernelBuilder::convert(gq::SumOfPartsOp op) {
  SmallVector<int64_t> groups = tileLoop.getClusterTiles();
  auto parts = static_cast<int64_t>(op.getParts());
  int64_t sharers = stores ? 1 : parts;
  if (kernel.getPeers() != parts || (!stores && groups.back() != parts))
    return op.emitOpError("has ")
           << parts
           << " parts, expects a kernel whose clusters have as many tiles "
              "beside one another, from a config with split_k, got "
           << groups.back();
  // Of a loop that does not go on, indices are constants: those of the others.
  if (std::optional<int64_t> columns =
          getConstantIntValue(tileLoop.getUbs().back());
      !stores && columns && *columns <= tileLoop.getSteps().back())
    return op.emitOpError("is of ")
           << *columns << " columns, expects more than "
           << tileLoop.getSteps().back() << ", those of one of " << parts
           << " thread blocks";
  Location loc = op.getLoc();
  AffineExpr column = b.getAffineDimExpr(0);
  Value number = tileLoop.getInductionVars().front();
  if (!stores)
    number = affine::AffineApplyOp::create(
        b, loc,
        AffineMap::get(1, 0,
                       column.floorDiv(tileLoop.getSteps().back()) % parts),
        tileLoop.getInductionVars().back());
  if (!stores &&
      failed(requireSameParts(op, forall, forall.getInductionVars().back(),
                              tileLoop.getSteps().back(), parts)))
    return failure();
  map.map(op.getPart(), number);
  auto inPart = [&](bool begins) {
    if (wholeTile.size() > 1)
      wholeTile[1] = begins ? wholeTile[1] * sharers : wholeTile[1] / sharers;
  };
  inPart(true);
  for (Operation &inner : op.getBody().front().without_terminator())
    if (failed(convert(&inner)))
      return failure();
  FailureOr<Tile> part = tileOf(op, op.getYielded(), true);
  inPart(false);
  View view = views.lookup(op.getInit());
  ArrayRef<int64_t> shape = view.tile.empty()
                                ? op.getInit().getType().getShape()
                                : ArrayRef<int64_t>(view.tile);
  FailureOr<Tile> init = tileOf(op, op.getInit(), true, paddedResult(shape));
  if (failed(part) || failed(init))
    return failure();
  int64_t all = cast<RankedTensorType>(part->value.getType()).getDimSize(1),
          own = cast<RankedTensorType>(init->value.getType()).getDimSize(1);
  if (all != own * sharers)
    return op.emitOpError("has parts of ")
           << all << " columns for sums of " << own << ", expects " << sharers
           << " times as many, which the thread blocks of a cluster share out";
  if (!isFirstOfBlock(map.lookup(op.getColumn()),
                      tileLoop.getInductionVars().back(), own, sharers,
                      getConstantIntValue(tileLoop.getUbs().back())))
    return op.emitOpError(
               "has a column of which it is not known that it is the "
               "index of the tile modulo ")
           << all << ", expects what its thread block has of the " << all
           << " columns of the cluster's tile";
  Value sum = SumOverPeersOp::create(b, loc, part->value, init->value);
  tiles[op.getResult()] = {sum, init->sizes};
  return success();
}

/// Each thread block of the cluster computes the tile of its number and the
/// maxima there, of which they find the largest.
LogicalResult KernelBuilder::convert(gq::AbsmaxOfPartsOp op) {
  SmallVector<int64_t> groups = tileLoop.getClusterTiles(),
                       steps(tileLoop.getSteps());
  auto parts = static_cast<int64_t>(op.getParts());
  size_t down = steps.size() < 2 ? 0 : steps.size() - 2;
  if (stores || forall.getRank() < 2 || kernel.getPeers() != parts ||
      groups[down] != parts)
    return op.emitOpError("has ")
           << parts
           << " parts, expects a kernel whose clusters have as many tiles one "
              "below the other, from a config with cluster = b, got "
           << (stores ? 1 : groups[down]);
  if (op.getRowsOfPart() != steps[down])
    return op.emitOpError("has parts of ")
           << op.getRowsOfPart() << " rows, expects tiles of as many, got "
           << steps[down];
  Value index = tileLoop.getInductionVars()[down];
  std::optional<int64_t> rows = getConstantIntValue(tileLoop.getUbs()[down]);
  // Of a loop that does not go on, indices are constants: those of the others.
  if (rows && *rows <= steps[down])
    return op.emitOpError("is of ")
           << *rows << " rows, expects more than " << steps[down]
           << ", those of one of " << parts << " thread blocks";
  if (!isFirstOfBlock(map.lookup(op.getRow()), index, steps[down], parts, rows))
    return op.emitOpError(
               "has a row of which it is not known that it is the index of the "
               "tile modulo ")
           << op.getBlock()[0] << ", expects the first of the rows that its "
           << "thread block has of a block";
  if (failed(requireSameParts(op, forall,
                              forall.getInductionVars()[forall.getRank() - 2],
                              steps[down], parts)))
    return failure();
  Location loc = op.getLoc();
  AffineExpr row = b.getAffineDimExpr(0);
  map.map(op.getPart(),
          affine::AffineApplyOp::create(
              b, loc, AffineMap::get(1, 0, row.floorDiv(steps[down]) % parts),
              index)
              .getResult());
  for (Operation &inner : op.getBody().front().without_terminator())
    if (failed(convert(&inner)))
      return failure();
  FailureOr<Tile> part = tileOf(op, op.getYielded(), true);
  if (failed(part))
    return failure();
  auto type = cast<RankedTensorType>(part->value.getType());
  int64_t width = op.getBlock()[1];
  if (type.getDimSize(0) != steps[down] || type.getDimSize(1) % width != 0)
    return op.emitOpError("has blocks of ")
           << op.getBlock()[0] << "x" << width << ", expects tiles of "
           << steps[down] << " rows and a multiple of " << width
           << " columns, got " << type;
  Value init = tensor::EmptyOp::create(b, loc, {1, type.getDimSize(1) / width},
                                       b.getF32Type());
  auto own = gq::BlockAbsmaxOp::create(
      b, loc, init.getType(), part->value, init, {steps[down], width},
      op.getAmaxFloor(), /*config=*/gq::QuantizeConfigAttr());
  Value all = MaxOverPeersOp::create(b, loc, own.getResult(0));
  // What is past the end of the tensor counts in no maximum.
  Tile x = *part;
  b.setInsertionPoint(own);
  LogicalResult masked = maskPadding(own, /*operand=*/0, x);
  b.setInsertionPointAfter(all.getDefiningOp());
  if (failed(masked))
    return failure();
  own.getXMutable().assign(x.value);
  tiles[op.getTile()] = *part;
  tiles[op.getAmax()] = {
      all,
      getAsIndexOpFoldResult(b.getContext(),
                             cast<RankedTensorType>(all.getType()).getShape())};
  return success();
}
