//===- Distribute.cpp - tiles over the registers of threads ---------------===//
//
// A tile tensor becomes one or more fragments. In a math region that is one
// fragment of 64 rows per "slab" of the group; in a quantisation kernel it is
// the whole tile in the layout its config implies. Ops are rewritten in place,
// in program order; the tensor ops they came from are erased at the end.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/ConfigRules.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Target/TargetModel.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_DISTRIBUTEPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

/// How the tiles of one region are spread.
struct Spread {
  Attribute layout;
  int64_t rows;                ///< rows of one fragment
  SmallVector<Value> firstRow; ///< of each slab within the tile
  int64_t slabs;               ///< of the tile, in all groups

  /// The fragment of `tile`, or failure with an error at `user`.
  FailureOr<FragmentType> fragment(Operation *user, Type tile) const {
    auto type = dyn_cast<RankedTensorType>(tile);
    int64_t all = rows * slabs;
    if (!type || type.getRank() != 2 || type.getDimSize(0) != all)
      return user->emitOpError("computes ")
                 << tile << ", expects a tile of rank 2 with " << all
                 << " rows, as the kernel's",
             failure();
    return fragment(user, type.getDimSize(1), type.getElementType());
  }
  FailureOr<FragmentType> fragment(Operation *user, int64_t columns,
                                   Type element) const {
    if (failed(FragmentType::verifyInvariants(
            [&] {
              return user->emitOpError("cannot be spread over threads: ");
            },
            {rows, columns}, element, layout, {})))
      return failure();
    return FragmentType::get(user->getContext(), {rows, columns}, element,
                             layout, {});
  }
};

class Distributor {
public:
  Distributor(Spread spread, OpBuilder &b) : spread(std::move(spread)), b(b) {}

  LogicalResult run(Block &block) {
    if (failed(distribute(block)))
      return failure();
    for (Operation *op : llvm::reverse(dead)) {
      op->dropAllUses();
      op->erase();
    }
    return success();
  }

private:
  LogicalResult distribute(Block &block);
  LogicalResult distribute(Operation *op);
  LogicalResult distribute(scf::ForOp op);
  LogicalResult distribute(gq::ScaledMatmulOp op);
  LogicalResult distribute(gq::QuantizeOp op);
  LogicalResult distribute(linalg::FillOp op);
  LogicalResult distribute(linalg::LinalgOp op);
  LogicalResult distribute(StoreOp op);
  LogicalResult distribute(MaskOp op);

  /// The fragment of `value` for one slab, or failure with an error at `user`.
  FailureOr<Value> fragmentOf(Operation *user, Value value, unsigned slab,
                              AffineMap map);
  Value constant(Location loc, int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value add(Location loc, Value lhs, Value rhs) {
    return arith::AddIOp::create(b, loc, lhs, rhs);
  }
  Value elementwise(Location loc, ValueRange operands, FragmentType type,
                    function_ref<Value(OpBuilder &, ValueRange)> body);

  Spread spread;
  OpBuilder &b;
  DenseMap<Value, SmallVector<Value>> fragments;
  SmallVector<Operation *> dead;
};

} // namespace

static bool hasTensors(Operation *op) {
  auto isTensor = [](Type type) { return isa<TensorType>(type); };
  return llvm::any_of(op->getOperandTypes(), isTensor) ||
         llvm::any_of(op->getResultTypes(), isTensor);
}

LogicalResult Distributor::distribute(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block))
    if (failed(distribute(&op)))
      return failure();
  return success();
}

LogicalResult Distributor::distribute(Operation *op) {
  b.setInsertionPoint(op);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return distribute(loop);
  if (auto loop = dyn_cast<TileLoopOp>(op))
    return distribute(loop.getBody().front());
  if (op->getNumRegions() != 0 && !isa<linalg::LinalgOp>(op)) {
    bool tensors = false;
    op->walk([&](Operation *inner) { tensors |= hasTensors(inner); });
    if (tensors)
      return op->emitOpError("cannot be spread over threads");
  }
  if (!hasTensors(op) || isa<scf::YieldOp>(op))
    return success();
  dead.push_back(op);
  // Tiles in memory: whoever uses them decides how they are read.
  if (isa<SlotReadOp, LoadOp, tensor::EmptyOp>(op))
    return success();
  if (auto matmul = dyn_cast<gq::ScaledMatmulOp>(op))
    return distribute(matmul);
  if (auto quantize = dyn_cast<gq::QuantizeOp>(op))
    return distribute(quantize);
  if (auto fill = dyn_cast<linalg::FillOp>(op))
    return distribute(fill);
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return distribute(linalgOp);
  if (auto store = dyn_cast<StoreOp>(op))
    return distribute(store);
  if (auto mask = dyn_cast<MaskOp>(op))
    return distribute(mask);
  return op->emitOpError("cannot be spread over threads");
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

FailureOr<Value> Distributor::fragmentOf(Operation *user, Value value,
                                         unsigned slab, AffineMap map) {
  if (auto known = fragments.find(value); known != fragments.end()) {
    if (!map.isIdentity())
      return user->emitOpError("reads a computed tile through map ")
                 << AffineMapAttr::get(map) << ", expects the identity",
             failure();
    return known->second[slab];
  }
  auto load = value.getDefiningOp<LoadOp>();
  if (!load)
    return user->emitOpError(
               "reads a tile that is neither computed nor loaded"),
           failure();
  if (!map.isProjectedPermutation())
    return user->emitOpError("reads a tile through map ")
               << AffineMapAttr::get(map)
               << ", expects a projected permutation",
           failure();
  // Rows of the slab within the tile move the indices that follow the rows.
  SmallVector<Value> indices(load.getIndices());
  int64_t columns = 1;
  auto type = cast<RankedTensorType>(value.getType());
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    if (cast<AffineDimExpr>(expr).getPosition() == 0)
      indices[i] = add(load.getLoc(), indices[i], spread.firstRow[slab]);
    else
      columns = type.getDimSize(i);
  }
  // A vector along the rows is broadcast to the columns of the op it is used
  // in.
  if (columns == 1)
    for (Value result : user->getResults())
      if (auto tile = dyn_cast<RankedTensorType>(result.getType()))
        columns = tile.getDimSize(1);
  FailureOr<FragmentType> fragment =
      spread.fragment(user, columns, type.getElementType());
  if (failed(fragment))
    return failure();
  return LoadFragmentOp::create(b, load.getLoc(), *fragment, load.getSource(),
                                indices, map)
      .getResult();
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Loop-carried tiles become loop-carried fragments.
LogicalResult Distributor::distribute(scf::ForOp op) {
  SmallVector<Value> inits;
  for (Value init : op.getInitArgs()) {
    if (!isa<TensorType>(init.getType())) {
      inits.push_back(init);
      continue;
    }
    auto found = fragments.find(init);
    if (found != fragments.end()) {
      llvm::append_range(inits, found->second);
      continue;
    }
    if (!init.getDefiningOp<LoadOp>())
      return op.emitOpError(
          "carries a tile that is not computed before the loop");
    for (unsigned slab = 0; slab < spread.firstRow.size(); ++slab) {
      FailureOr<Value> fragment =
          fragmentOf(op, init, slab, b.getMultiDimIdentityMap(2));
      if (failed(fragment))
        return failure();
      inits.push_back(*fragment);
    }
  }
  auto loop = scf::ForOp::create(b, op.getLoc(), op.getLowerBound(),
                                 op.getUpperBound(), op.getStep(), inits);
  if (!loop.getBody()->empty())
    loop.getBody()->back().erase();
  auto bind = [&](ValueRange from, ValueRange to) {
    unsigned next = 0;
    for (Value value : from) {
      if (!isa<TensorType>(value.getType())) {
        value.replaceAllUsesWith(to[next++]);
        continue;
      }
      size_t count = spread.firstRow.size();
      fragments[value] = SmallVector<Value>(to.slice(next, count));
      next += count;
    }
  };
  loop.getBody()->getOperations().splice(loop.getBody()->end(),
                                         op.getBody()->getOperations());
  op.getInductionVar().replaceAllUsesWith(loop.getInductionVar());
  bind(op.getRegionIterArgs(), loop.getRegionIterArgs());
  if (failed(distribute(*loop.getBody())))
    return failure();
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  SmallVector<Value> yields;
  for (Value value : yield.getOperands()) {
    if (!isa<TensorType>(value.getType())) {
      yields.push_back(value);
      continue;
    }
    auto found = fragments.find(value);
    if (found == fragments.end())
      return op.emitOpError("yields a tile that is not computed in the loop");
    llvm::append_range(yields, found->second);
  }
  yield->setOperands(yields);
  bind(op.getResults(), loop.getResults());
  // Its tensor arguments and results are still used by ops that will be erased.
  dead.insert(dead.begin(), op);
  return success();
}

//===----------------------------------------------------------------------===//
// Matmul
//===----------------------------------------------------------------------===//

/// Where a tile of `block` rows starts in its first block: `origin mod block`.
static Value positionInBlock(OpBuilder &b, Location loc, OperandRange origin,
                             unsigned dim, int64_t block) {
  if (origin.empty())
    return arith::ConstantIndexOp::create(b, loc, 0);
  Value size = arith::ConstantIndexOp::create(b, loc, block);
  return arith::RemUIOp::create(b, loc, origin[dim], size);
}

LogicalResult Distributor::distribute(gq::ScaledMatmulOp op) {
  Location loc = op.getLoc();
  MLIRContext *context = op.getContext();
  SlotReadOp reads[4];
  StringRef names[] = {"a", "b", "a_scales", "b_scales"};
  for (unsigned i = 0; i < 4; ++i) {
    reads[i] = op->getOperand(i).getDefiningOp<SlotReadOp>();
    if (!reads[i])
      return op.emitOpError("expects operand ")
             << names[i] << " to be read from a ring slot";
    if (reads[i].getSlot() != reads[0].getSlot())
      return op.emitOpError("expects all operands to be in one slot");
  }
  auto init = fragments.find(op.getInit());
  if (init == fragments.end())
    return op.emitOpError("expects an accumulator that is computed");
  if (!isa<MmaLayoutAttr>(spread.layout))
    return op.emitOpError("is only supported inside a math region");
  Value ring = reads[0].getRing(), slot = reads[0].getSlot();
  auto a = cast<RankedTensorType>(op.getA().getType());
  auto bType = cast<RankedTensorType>(op.getB().getType());
  Type f32 = b.getF32Type();
  int64_t am = op.getABlock()[0], bn = op.getBBlock()[0];
  int64_t columns = bType.getDimSize(0);
  int64_t scalesA =
      cast<RankedTensorType>(op.getAScales().getType()).getDimSize(0);

  auto scaleFragment = [&](int64_t rows, int64_t cols) {
    return FragmentType::get(context, {rows, cols}, f32, spread.layout, {});
  };
  // One scale per block of columns; a block wider than the tile is one scale.
  int64_t parts = std::max<int64_t>(1, columns / bn);
  Value firstColumn = positionInBlock(b, loc, op.getOrigin(), 1, bn);
  Value colScales =
      ReadScalesOp::create(b, loc, scaleFragment(1, parts), ring, slot,
                           reads[3].getTile(), Dim::Cols, firstColumn, bn);
  // All 64 rows share a scale when a block holds whole slabs.
  bool uniform = am % 64 == 0 || scalesA == 1;
  Value firstRow = positionInBlock(b, loc, op.getOrigin(), 0, am);
  SmallVector<Value> rowScales;
  for (Value row : spread.firstRow)
    rowScales.push_back(ReadScalesOp::create(
        b, loc, scaleFragment(uniform ? 1 : 64, 1), ring, slot,
        reads[2].getTile(), Dim::Rows, add(loc, firstRow, row), am));

  FailureOr<FragmentType> fragment =
      spread.fragment(op, op.getInit().getType());
  if (failed(fragment))
    return failure();
  FragmentType type = *fragment;
  int64_t depth = a.getDimSize(1);
  int64_t promote = std::min<int64_t>(op.getPromote(), depth);
  SmallVector<Value> sums(init->second);
  Value previous;
  for (auto [slab, row] : llvm::enumerate(spread.firstRow)) {
    for (int64_t k = 0; k < depth; k += promote) {
      Value product = MmaAsyncOp::create(
          b, loc, type, ring, slot, reads[0].getTileAttr(),
          reads[1].getTileAttr(), row, previous,
          b.getDenseI64ArrayAttr({k, std::min(depth, k + promote)}));
      previous = MmaWaitOp::create(b, loc, type, product);
      sums[slab] = PromoteOp::create(b, loc, type, previous, rowScales[slab],
                                     colScales, sums[slab]);
    }
  }
  // The config goes with the op; gq-schedule-math asks the loop.
  if (op.getConfig() && !op.getConfig()->getEarlyWait())
    op->getParentOp()->setAttr(kEarlyWaitAttr, b.getBoolAttr(false));
  fragments[op.getResult(0)] = sums;
  return success();
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

LogicalResult Distributor::distribute(linalg::FillOp op) {
  FailureOr<FragmentType> type = spread.fragment(op, op.getResult(0).getType());
  if (failed(type))
    return failure();
  Value splat = SplatOp::create(b, op.getLoc(), *type, op.value());
  fragments[op.getResult(0)].assign(spread.firstRow.size(), splat);
  return success();
}

LogicalResult Distributor::distribute(linalg::LinalgOp op) {
  if (op->getNumResults() != 1 || op.getNumLoops() != 2 ||
      op.getNumParallelLoops() != 2 ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return op.emitOpError("is not an elementwise op on a rank 2 tile");
  if (op.hasIndexSemantics())
    return op.emitOpError("uses linalg.index, which kernels do not support");
  FailureOr<FragmentType> type =
      spread.fragment(op, op->getResult(0).getType());
  if (failed(type))
    return failure();
  SmallVector<Value> results;
  for (unsigned slab = 0; slab < spread.firstRow.size(); ++slab) {
    b.setInsertionPoint(op);
    SmallVector<Value> operands;
    SmallVector<BlockArgument> args;
    IRMapping map;
    for (OpOperand &operand : op->getOpOperands()) {
      BlockArgument arg = op.getMatchingBlockArgument(&operand);
      if (!op.payloadUsesValueFromOperand(&operand))
        continue;
      if (!isa<TensorType>(operand.get().getType())) {
        map.map(arg, operand.get());
        continue;
      }
      FailureOr<Value> fragment = fragmentOf(
          op, operand.get(), slab, op.getMatchingIndexingMap(&operand));
      if (failed(fragment))
        return failure();
      operands.push_back(*fragment);
      args.push_back(arg);
    }
    auto body =
        ElementwiseOp::create(b, op.getLoc(), TypeRange(*type), operands);
    Block *block = &body.getBody().emplaceBlock();
    for (BlockArgument arg : args)
      map.map(arg, block->addArgument(arg.getType(), op.getLoc()));
    b.setInsertionPointToEnd(block);
    Block *payload = op.getBlock();
    for (Operation &inner : payload->without_terminator())
      b.clone(inner, map);
    YieldOp::create(
        b, op.getLoc(),
        map.lookupOrDefault(payload->getTerminator()->getOperand(0)));
    results.push_back(body.getResult(0));
  }
  fragments[op->getResult(0)] = results;
  return success();
}

Value Distributor::elementwise(
    Location loc, ValueRange operands, FragmentType type,
    function_ref<Value(OpBuilder &, ValueRange)> body) {
  auto op = ElementwiseOp::create(b, loc, TypeRange(type), operands);
  Block *block = &op.getBody().emplaceBlock();
  for (Value operand : operands)
    block->addArgument(cast<FragmentType>(operand.getType()).getElementType(),
                       loc);
  OpBuilder inner = OpBuilder::atBlockEnd(block);
  YieldOp::create(inner, loc, body(inner, block->getArguments()));
  return op.getResult(0);
}

LogicalResult Distributor::distribute(MaskOp op) {
  SmallVector<Value> results;
  AffineMap identity = b.getMultiDimIdentityMap(2);
  for (unsigned slab = 0; slab < spread.firstRow.size(); ++slab) {
    FailureOr<Value> fragment = fragmentOf(op, op.getValue(), slab, identity);
    if (failed(fragment))
      return failure();
    Value rows = arith::SubIOp::create(b, op.getLoc(), op.getSizes()[0],
                                       spread.firstRow[slab]);
    results.push_back(MaskOp::create(b, op.getLoc(), fragment->getType(),
                                     *fragment,
                                     ValueRange{rows, op.getSizes()[1]}));
  }
  fragments[op.getResult()] = results;
  return success();
}

//===----------------------------------------------------------------------===//
// Quantize
//===----------------------------------------------------------------------===//

/// The scale of a block from its amax, as arith ops: see GQBase.td, Numerics.
static Value scaleFromAmax(OpBuilder &b, Location loc, Value amax, Type format,
                           bool pow2) {
  auto constant = [&](float value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value));
  };
  Value scale =
      arith::DivFOp::create(b, loc, amax, constant(gq::formatMax(format)));
  // Not below the smallest normal, so that its reciprocal is finite; a normal
  // number is what makes the power-of-two rounding below a carry.
  scale = arith::MaximumFOp::create(b, loc, scale, constant(0x1p-126f));
  if (pow2) {
    // Rounding up to a power of two: a carry out of the mantissa bits.
    Type i32 = b.getI32Type();
    auto integer = [&](int32_t value) -> Value {
      return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
    };
    Value bits = arith::BitcastOp::create(b, loc, i32, scale);
    bits = arith::AddIOp::create(b, loc, bits, integer(0x007fffff));
    bits = arith::AndIOp::create(b, loc, bits, integer(0x7f800000));
    scale = arith::BitcastOp::create(b, loc, b.getF32Type(), bits);
  }
  Value positive = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT,
                                         amax, constant(0.0f));
  return arith::SelectOp::create(b, loc, positive, scale, constant(1.0f));
}

LogicalResult Distributor::distribute(gq::QuantizeOp op) {
  Location loc = op.getLoc();
  if (!isa<BlockedLayoutAttr>(spread.layout))
    return op.emitOpError("is not supported inside a math region");
  FailureOr<Value> x =
      fragmentOf(op, op.getX(), 0, b.getMultiDimIdentityMap(2));
  if (failed(x) || failed(spread.fragment(op, op.getX().getType())))
    return failure();
  auto type = cast<FragmentType>(x->getType());
  FragmentType wide = type.cloneWith(b.getF32Type());
  Value value = *x;
  if (!type.getElementType().isF32())
    value = elementwise(loc, *x, wide, [&](OpBuilder &b, ValueRange args) {
      return arith::ExtFOp::create(b, loc, b.getF32Type(), args[0]);
    });
  auto perBlock =
      FragmentType::get(op.getContext(), wide.getShape(), b.getF32Type(),
                        spread.layout, op.getBlock());
  Value amax =
      BlockAbsmaxOp::create(b, loc, perBlock, value, op.getAmaxFloor());
  Type format = cast<RankedTensorType>(op.getInit().getType()).getElementType();
  Value scale =
      elementwise(loc, amax, perBlock, [&](OpBuilder &b, ValueRange args) {
        return scaleFromAmax(b, loc, args[0], format, op.getPow2());
      });
  Value q = ScaledCastOp::create(b, loc, wide.cloneWith(format), value, scale);
  fragments[op.getResult(0)] = {q};
  fragments[op.getResult(1)] = {scale};
  return success();
}

LogicalResult Distributor::distribute(StoreOp op) {
  auto found = fragments.find(op.getValue());
  if (found == fragments.end())
    return op.emitOpError("writes a tile that is not computed");
  for (auto [fragment, row] : llvm::zip(found->second, spread.firstRow)) {
    SmallVector<Value> indices(op.getIndices());
    indices[0] = add(op.getLoc(), indices[0], row);
    StoreFragmentOp::create(b, op.getLoc(), fragment, op.getDest(), indices,
                            op.getPathAttr());
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct DistributePass : gqgpu::impl::DistributePassBase<DistributePass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  LogicalResult run(KernelOp kernel) {
    SmallVector<WarpSpecializeOp> roles;
    kernel.walk([&](WarpSpecializeOp op) { roles.push_back(op); });
    for (WarpSpecializeOp op : roles)
      if (failed(distributeMath(op)))
        return failure();
    return roles.empty() ? distributeQuantize(kernel) : success();
  }

  LogicalResult distributeMath(WarpSpecializeOp op) {
    const gq::TargetModel &target = gq::getDefaultTarget();
    gq::ScaledMatmulOp matmul;
    op.getMath().walk([&](gq::ScaledMatmulOp found) { matmul = found; });
    if (!matmul)
      return success();
    if (!matmul.hasPureTensorSemantics())
      return matmul.emitOpError("is on memrefs; kernels compute on tiles");
    int64_t rows =
        cast<RankedTensorType>(matmul.getInit().getType()).getDimSize(0);
    int64_t groups = op.getGroups();
    int64_t slabs = rows / target.mmaRows / groups;
    if (slabs <= 0 || slabs * target.mmaRows * groups != rows)
      return matmul.emitOpError("has ")
             << rows << " rows, which " << groups
             << " math groups cannot divide in slabs of " << target.mmaRows;
    Block &block = op.getMath().front();
    OpBuilder b(op.getContext());
    b.setInsertionPointToStart(&block);
    Spread spread;
    spread.layout = MmaLayoutAttr::get(op.getContext());
    spread.rows = target.mmaRows;
    spread.slabs = slabs * groups;
    Location loc = op.getLoc();
    Value perGroup =
        arith::ConstantIndexOp::create(b, loc, slabs * target.mmaRows);
    Value first = arith::MulIOp::create(b, loc, block.getArgument(0), perGroup);
    for (int64_t slab = 0; slab < slabs; ++slab) {
      Value offset =
          arith::ConstantIndexOp::create(b, loc, slab * target.mmaRows);
      spread.firstRow.push_back(arith::AddIOp::create(b, loc, first, offset));
    }
    return Distributor(spread, b).run(block);
  }

  LogicalResult distributeQuantize(KernelOp kernel) {
    gq::QuantizeOp quantize;
    kernel.walk([&](gq::QuantizeOp found) { quantize = found; });
    if (!quantize)
      return success();
    if (!quantize.getConfig())
      return quantize.emitOpError("has no config; run gq-select-config first");
    if (!quantize.hasPureTensorSemantics())
      return quantize.emitOpError("is on memrefs; kernels compute on tiles");
    gq::ConfigAttr config = *quantize.getConfig();
    auto tile = cast<RankedTensorType>(quantize.getX().getType());
    auto layout =
        gq::quantizeLayout(&getContext(), tile.getShape(), config.getThreads(),
                           config.getCluster(), quantize.getBlock());
    if (!layout)
      return quantize.emitOpError("has a tile of ")
             << tile << " that " << config.getThreads() << " threads and "
             << config.getCluster() << " thread blocks cannot share";
    Block &block = kernel.getBody().front();
    OpBuilder b(&getContext());
    b.setInsertionPointToStart(&block);
    Spread spread;
    spread.layout = layout;
    spread.rows = tile.getDimSize(0);
    spread.slabs = 1;
    spread.firstRow = {arith::ConstantIndexOp::create(b, quantize.getLoc(), 0)};
    return Distributor(spread, b).run(block);
  }
};
} // namespace
