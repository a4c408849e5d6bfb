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

namespace {
struct DistributePass : gqgpu::impl::DistributePassBase<DistributePass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  LogicalResult run(KernelOp kernel) {
    WalkResult plain = kernel.walk([](LoadOp load) -> WalkResult {
      if (!load.getScales())
        return WalkResult::advance();
      return load.emitOpError("is decoded by threads that copy it to a slot; "
                              "run gq-pipeline-stages first");
    });
    if (plain.wasInterrupted())
      return failure();
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
    FailureOr<gq::MatmulConfig> config = matmul.requireOneConfig();
    if (failed(config))
      return failure();
    bool splitColumns = config->split == gq::GroupSplit::N;
    int64_t groups = op.getGroups(), perSlab = product->getM();
    int64_t groupsDown = splitColumns ? 1 : groups;
    int64_t slabs = rows / perSlab / groupsDown, parts = config->parts;
    if (slabs <= 0 || slabs * perSlab * groupsDown != rows)
      return sum->emitOpError("has ")
             << rows << " rows, which " << groupsDown
             << " math groups cannot divide in slabs of " << perSlab;
    Block &block = op.getBody().front();
    OpBuilder b(op.getContext());
    b.setInsertionPointToStart(&block);
    Spread spread;
    spread.product = *product;
    spread.layout = product->getLayout();
    spread.rows = perSlab;
    spread.slabs = slabs * groupsDown;
    spread.across = config->productsAcross(groups);
    spread.parts = parts;
    Location loc = op.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(b, loc, value);
    };
    Value first = arith::MulIOp::create(
        b, loc, block.getArgument(0),
        constant(splitColumns ? parts * product->getN() : slabs * perSlab));
    // Within what is the group's along one dimension, all along the other.
    auto at = [&](int64_t offset, bool split) -> Value {
      Value value = constant(offset);
      return split ? arith::AddIOp::create(b, loc, first, value).getResult()
                   : value;
    };
    for (int64_t slab = 0; slab < slabs; ++slab) {
      Value row = at(slab * perSlab, !splitColumns);
      for (int64_t part = 0; part < parts; ++part)
        spread.places.push_back(
            {row, spread.across == 1
                      ? Value()
                      : at(part * product->getN(), splitColumns)});
    }
    // Groups share the rows of b that they add up, whatever they multiply.
    int64_t rowsOfB = 0;
    op.getBody().walk([&](PutSumsOp put) {
      rowsOfB = cast<RankedTensorType>(put.getSums().getType()).getDimSize(0);
    });
    int64_t slabsOfB =
        llvm::divideCeil(llvm::divideCeil(rowsOfB, perSlab), groups);
    Value firstOfB;
    for (int64_t slab = 0; slab < slabsOfB; ++slab) {
      if (!firstOfB)
        firstOfB = arith::MulIOp::create(b, loc, block.getArgument(0),
                                         constant(slabsOfB * perSlab));
      spread.sumsOfB.push_back(
          arith::AddIOp::create(b, loc, firstOfB, constant(slab * perSlab)));
    }
    return Distributor(std::move(spread)).run(block);
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
    const gq::QuantizeConfig &config =
        cast<gq::QuantizeConfigAttr>(op.getStrategy()).getValue();
    auto tile = cast<RankedTensorType>(
        op->getOperand(op.getExtent(/*loop=*/0).first).getType());
    int64_t slabs = config.slabs;
    SmallVector<int64_t> slab(tile.getShape());
    if (slab[0] % slabs != 0)
      return op->emitOpError("has ")
             << slab[0] << " rows, which " << slabs << " slabs cannot divide";
    slab[0] /= slabs;
    SmallVector<int64_t> seen = op.getBlockInTile();
    std::optional<gq::strategy::TileSpread> threads = gq::strategy::spreadTile(
        {slab[0], slab[1]}, config.threads, config.cluster, {seen[0], seen[1]},
        config.chunk.value_or(
            gq::strategy::widestChunk(tile.getElementTypeBitWidth())));
    if (!threads)
      return op->emitOpError("has a tile of ")
             << tile << " that " << config.threads << " threads and "
             << config.cluster << " thread blocks cannot share";
    Block &block = kernel.getBody().front();
    OpBuilder b(&getContext());
    b.setInsertionPointToStart(&block);
    Spread spread;
    spread.layout = BlockedLayoutAttr::get(&getContext(), threads->threads,
                                           threads->chunk, config.cluster);
    spread.rows = slab[0];
    spread.slabs = slabs;
    for (int64_t i = 0; i < slabs; ++i)
      spread.places.push_back(
          {arith::ConstantIndexOp::create(b, op.getLoc(), i * slab[0]),
           Value()});
    return Distributor(std::move(spread)).run(block);
  }
};
} // namespace
