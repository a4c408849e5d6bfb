//===- Tile.cpp - tiles with their elementwise neighbours -----------------===//
//
// Everything here is upstream's tile-and-fuse; this file only decides what is
// tiled together: a matmul with the elementwise chain behind it, a quantize (or
// one pass of it) with the elementwise chain before it and a transpose of the
// codes behind it, an absmax with the scales behind it.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::gq {
#define GEN_PASS_DEF_TILEPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static scf::SCFTileAndFuseOptions
options(MLIRContext *context, ArrayRef<int64_t> tile, Operation *anchor) {
  using gpu::MappingId;
  Builder b(context);
  scf::SCFTilingOptions tiling;
  tiling.setTileSizes(getAsIndexOpFoldResult(context, tile));
  tiling.setLoopType(scf::SCFTilingOptions::LoopType::ForallOp);
  tiling.setMapping({gpu::GPUBlockMappingAttr::get(context, MappingId::DimY),
                     gpu::GPUBlockMappingAttr::get(context, MappingId::DimX)});
  scf::SCFTileAndFuseOptions options;
  options.setTilingOptions(tiling);
  options.setFusionControlFn(
      [anchor](tensor::ExtractSliceOp, OpResult producer, bool)
          -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
        Operation *op = producer.getOwner();
        // An absmax that others use as well is also a result.
        if (op == anchor && isa<BlockAbsmaxOp>(op) && !op->hasOneUse())
          return scf::SCFTileAndFuseOptions::ControlFnResult{true};
        if (op == anchor || getElementwise(op) ||
            isa<linalg::FillOp, tensor::EmptyOp>(op))
          return scf::SCFTileAndFuseOptions::ControlFnResult{};
        return std::nullopt;
      });
  return options;
}

/// Tiles `root` with what it fuses; the op for `anchor` in the tile is
/// returned.
template <typename AnchorOp>
static FailureOr<AnchorOp> tileAndFuse(RewriterBase &rewriter, AnchorOp anchor,
                                       Operation *root,
                                       ArrayRef<int64_t> tile) {
  rewriter.setInsertionPoint(root);
  FailureOr<scf::SCFTileAndFuseResult> tiled =
      scf::tileConsumerAndFuseProducersUsingSCF(
          rewriter, cast<TilingInterface>(root),
          options(anchor.getContext(), tile, anchor));
  if (failed(tiled)) {
    root->emitOpError("could not be tiled");
    return failure();
  }
  for (auto [result, replacement] : tiled->replacements)
    if (result.getDefiningOp() == root || result.getDefiningOp() == anchor)
      rewriter.replaceAllUsesWith(result, replacement);
  AnchorOp inTile;
  for (Operation *op : tiled->tiledAndFusedOps)
    if (auto found = dyn_cast<AnchorOp>(op))
      inTile = found;
  return inTile;
}

namespace {
struct TilePass : gq::impl::TilePassBase<TilePass> {
  void runOnOperation() override {
    SmallVector<Operation *> anchors;
    getOperation().walk([&](Operation *op) {
      if (isa<ScaledMatmulOp, QuantizeOp, BlockAbsmaxOp, ScaledCastOp>(op) &&
          op->getParentOp() == getOperation().getOperation())
        anchors.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (Operation *op : anchors) {
      LogicalResult result = success();
      if (auto matmul = dyn_cast<ScaledMatmulOp>(op))
        result = tile(rewriter, matmul);
      else if (auto absmax = dyn_cast<BlockAbsmaxOp>(op))
        result = tile(rewriter, absmax);
      else if (auto cast = dyn_cast<ScaledCastOp>(op))
        result = tileCodes(rewriter, cast);
      else
        result = tileCodes(rewriter, mlir::cast<QuantizeOp>(op));
      if (failed(result))
        return signalPassFailure();
    }
    cleanUp();
  }

  LogicalResult tile(RewriterBase &rewriter, ScaledMatmulOp op) {
    std::optional<MatmulConfigAttr> config = op.getConfig();
    if (!config)
      return success();
    Operation *root = lastFusableConsumer(op);
    SmallVector<int64_t> tileSizes(config->getTile().take_front(2));
    if (root == op)
      tileSizes.push_back(0); // K, tiled below
    FailureOr<ScaledMatmulOp> inTile =
        tileAndFuse(rewriter, op, root, tileSizes);
    if (failed(inTile))
      return failure();
    scf::SCFTilingOptions kLoop;
    kLoop.setTileSizes(
        getAsIndexOpFoldResult(&getContext(), {0, 0, config->getTile()[2]}));
    rewriter.setInsertionPoint(*inTile);
    FailureOr<scf::SCFTilingResult> tiled = scf::tileUsingSCF(
        rewriter, cast<TilingInterface>(inTile->getOperation()), kLoop);
    if (failed(tiled))
      return inTile->emitOpError("could not be tiled along K");
    rewriter.replaceOp(*inTile, tiled->replacements);
    return success();
  }

  /// A quantisation or a cast, with a second copy of its codes.
  template <typename OpTy>
  LogicalResult tileCodes(RewriterBase &rewriter, OpTy op) {
    Operation *transpose = transposeOfCodes(op);
    if (failed(tileAlone(rewriter, op)))
      return failure();
    if (!transpose || !op.getConfig())
      return success();
    auto loop = transpose->getOperand(0).getDefiningOp<LoopLikeOpInterface>();
    SmallVector<LoopLikeOpInterface> loops{loop};
    if (!loop || failed(scf::tileAndFuseConsumer(rewriter, transpose, loops)))
      return transpose->emitOpError("could not be fused with the quantisation "
                                    "of its operand");
    return success();
  }

  template <typename OpTy>
  LogicalResult tileAlone(RewriterBase &rewriter, OpTy op) {
    std::optional<QuantizeConfigAttr> config = op.getConfig();
    if (!config)
      return success();
    if (config->isSplit())
      return op.emitOpError("has a config of two passes; run "
                            "gq-split-quantize first");
    return tileAndFuse(rewriter, op, op, config->getTile());
  }

  /// The scales behind an absmax are computed where it is: the tile is then one
  /// of the scales.
  LogicalResult tile(RewriterBase &rewriter, BlockAbsmaxOp op) {
    std::optional<QuantizeConfigAttr> config = op.getConfig();
    AbsmaxToScaleOp scale;
    if (op->getNumResults() == 1)
      for (Operation *user : op->getUsers())
        if (auto found = dyn_cast<AbsmaxToScaleOp>(user);
            found && found->getBlock() == op->getBlock())
          scale = found;
    if (!config || !scale || !moveBehind(op, scale))
      return tileAlone(rewriter, op);
    SmallVector<int64_t> blocks;
    for (auto [dim, tile] : llvm::enumerate(config->getTile())) {
      int64_t block = op.getBlock()[dim];
      if (tile % block != 0)
        return op.emitOpError("has tiles of ")
               << tile << " along dimension " << dim
               << " that cut its blocks of " << block
               << "; run gq-split-quantize first";
      blocks.push_back(tile / block);
    }
    return tileAndFuse(rewriter, op, scale, blocks);
  }

  /// Other users of the absmax may stand before the scales. False if these
  /// cannot be moved.
  static bool moveBehind(BlockAbsmaxOp op, AbsmaxToScaleOp scale) {
    if (op->hasOneUse())
      return true;
    Operation *init = scale.getInit().getDefiningOp();
    if (init && init->getBlock() == op->getBlock() &&
        !init->isBeforeInBlock(op))
      return false;
    scale->moveAfter(op);
    return true;
  }

  /// Slices of slices become one, affine maps are composed, dead ops go.
  void cleanUp() {
    RewritePatternSet patterns(&getContext());
    tensor::populateMergeConsecutiveInsertExtractSlicePatterns(patterns);
    tensor::ExtractSliceOp::getCanonicalizationPatterns(patterns,
                                                        &getContext());
    tensor::DimOp::getCanonicalizationPatterns(patterns, &getContext());
    tensor::EmptyOp::getCanonicalizationPatterns(patterns, &getContext());
    affine::AffineApplyOp::getCanonicalizationPatterns(patterns, &getContext());
    affine::AffineMinOp::getCanonicalizationPatterns(patterns, &getContext());
    scf::ForallOp::getCanonicalizationPatterns(patterns, &getContext());
    scf::ForOp::getCanonicalizationPatterns(patterns, &getContext());
    ScaledMatmulOp::getCanonicalizationPatterns(patterns, &getContext());
    (void)applyPatternsGreedily(getOperation(), std::move(patterns));
  }
};
} // namespace
