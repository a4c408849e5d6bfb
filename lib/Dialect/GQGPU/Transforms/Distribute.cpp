//===- Distribute.cpp - tiles over the registers of threads ---------------===//
#include "Distributor.h"
#include "Products.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Strategy/Quantize.h"
#include "gq/Target/TargetModel.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_DISTRIBUTEPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

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
  if (auto absmax = dyn_cast<gq::BlockAbsmaxOp>(op))
    return distribute(absmax);
  if (auto scale = dyn_cast<gq::AbsmaxToScaleOp>(op))
    return distribute(scale);
  if (auto cast = dyn_cast<gq::ScaledCastOp>(op))
    return distribute(cast);
  if (auto fill = dyn_cast<linalg::FillOp>(op))
    return distribute(fill);
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op))
    return distribute(transpose);
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
    if (isTransposed(value))
      return user->emitOpError("reads a transposed tile, which can only be "
                               "stored"),
             failure();
    // Scales are those of all slabs.
    if (slab >= known->second.size())
      return user->emitOpError("reads values of a tile that is taken in ")
                 << spread.firstRow.size() << " slabs, expects one per element",
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
                                indices, map, load.getEvictAttr())
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
      if (found->second.size() != spread.firstRow.size())
        return op.emitOpError("carries values of a tile that is taken in ")
               << spread.firstRow.size() << " slabs, expects one per element";
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
    if (found->second.size() != spread.firstRow.size())
      return op.emitOpError("yields values of a tile that is taken in ")
             << spread.firstRow.size() << " slabs, expects one per element";
    llvm::append_range(yields, found->second);
  }
  yield->setOperands(yields);
  bind(op.getResults(), loop.getResults());
  // Its tensor arguments and results are still used by ops that will be erased.
  dead.insert(dead.begin(), op);
  return success();
}

LogicalResult Distributor::distribute(StoreOp op) {
  auto found = fragments.find(op.getValue());
  if (found == fragments.end())
    return op.emitOpError("writes a tile that is not computed");
  bool transposed = isTransposed(op.getValue());
  for (auto [fragment, row] : llvm::zip(found->second, spread.firstRow)) {
    SmallVector<Value> indices(op.getIndices());
    Value &rowIndex = indices[transposed ? 1 : 0];
    rowIndex = add(op.getLoc(), rowIndex, row);
    StoreFragmentOp::create(b, op.getLoc(), fragment, op.getDest(), indices,
                            op.getEnds(), op.getEndDims(), op.getPathAttr(),
                            transposed);
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
    WarpSpecializeOp roles = rolesOf(kernel);
    if (!roles)
      return distributeQuantize(kernel);
    for (RoleOp role : roles.getRoles())
      if (role.isMath() && failed(distributeMath(role)))
        return failure();
    return success();
  }

  LogicalResult distributeMath(RoleOp op) {
    FailureOr<gq::BlockOpInterface> anchor = gq::findKernelOp(op.getBody());
    if (failed(anchor))
      return failure();
    gq::BlockOpInterface sum = *anchor;
    if (!sum || !sum.isPersistent())
      return success();
    if (failed(sum.requireTensors()))
      return failure();
    int64_t rows =
        cast<RankedTensorType>(sum.getDpsInits()[0].getType()).getDimSize(0);
    auto matmul = cast<gq::ScaledMatmulOp>(sum.getOperation());
    FailureOr<MmaInterface> product = productFor(matmul);
    if (failed(product))
      return failure();
    int64_t groups = op.getGroups(), perSlab = product->getM();
    int64_t slabs = rows / perSlab / groups;
    if (slabs <= 0 || slabs * perSlab * groups != rows)
      return sum->emitOpError("has ")
             << rows << " rows, which " << groups
             << " math groups cannot divide in slabs of " << perSlab;
    Block &block = op.getBody().front();
    OpBuilder b(op.getContext());
    b.setInsertionPointToStart(&block);
    Spread spread;
    spread.product = *product;
    spread.layout = product->getLayout();
    spread.rows = perSlab;
    spread.slabs = slabs * groups;
    Location loc = op.getLoc();
    Value perGroup = arith::ConstantIndexOp::create(b, loc, slabs * perSlab);
    Value first = arith::MulIOp::create(b, loc, block.getArgument(0), perGroup);
    for (int64_t slab = 0; slab < slabs; ++slab) {
      Value offset = arith::ConstantIndexOp::create(b, loc, slab * perSlab);
      spread.firstRow.push_back(arith::AddIOp::create(b, loc, first, offset));
    }
    return Distributor(spread, b).run(block);
  }

  LogicalResult distributeQuantize(KernelOp kernel) {
    // The layout is that of the op that works on elements.
    FailureOr<gq::BlockOpInterface> anchor = gq::findKernelOp(kernel.getBody());
    if (failed(anchor))
      return failure();
    gq::BlockOpInterface op = *anchor;
    if (!op || op.isPersistent())
      return success();
    if (!op.getStrategy())
      return op->emitOpError("has no config; run gq-select-config first");
    if (failed(op.requireTensors()))
      return failure();
    auto config = cast<gq::QuantizeConfigAttr>(op.getStrategy());
    auto tile = cast<RankedTensorType>(op->getOperand(0).getType());
    int64_t slabs = config.getSlabs();
    SmallVector<int64_t> slab(tile.getShape());
    if (slab[0] % slabs != 0)
      return op->emitOpError("has ")
             << slab[0] << " rows, which " << slabs << " slabs cannot divide";
    slab[0] /= slabs;
    SmallVector<int64_t> seen = op.getBlockInTile();
    std::optional<gq::strategy::TileSpread> threads = gq::strategy::spreadTile(
        {slab[0], slab[1]}, config.getThreads(), config.getCluster(),
        {seen[0], seen[1]}, tile.getElementTypeBitWidth());
    if (!threads)
      return op->emitOpError("has a tile of ")
             << tile << " that " << config.getThreads() << " threads and "
             << config.getCluster() << " thread blocks cannot share";
    Block &block = kernel.getBody().front();
    OpBuilder b(&getContext());
    b.setInsertionPointToStart(&block);
    Spread spread;
    spread.layout = BlockedLayoutAttr::get(&getContext(), threads->threads,
                                           threads->chunk, config.getCluster());
    spread.rows = slab[0];
    spread.slabs = slabs;
    for (int64_t i = 0; i < slabs; ++i)
      spread.firstRow.push_back(
          arith::ConstantIndexOp::create(b, op.getLoc(), i * slab[0]));
    return Distributor(spread, b).run(block);
  }
};
} // namespace
