//===- Tile.cpp - tiles with their elementwise neighbours -----------------===//
//
// Everything here is upstream's tile-and-fuse; this file only decides what is
// tiled together: a matmul with the elementwise chain behind it and a transpose
// of what that computes, or a quantisation of it, a quantize (or one pass of
// it) with the elementwise chain before it and a transpose of the codes behind
// it, an absmax with the scales behind it. Values of rows on the way that
// others read as well are results of the same loop.
//
// An op in a loop over thread blocks is tiled there; the two loops become one.
// Tiles of a result that is inserted into a wider tensor are written there.
//
// A function does not write its arguments. Where one is what a result starts
// from, tiles are read from it and written to a tensor of their own, which all
// of them cover.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "DecodeInLoop.h"
#include "OuterLoops.h"
#include "PlaceResults.h"
#include "QuantizeParts.h"
#include "RowReductions.h"
#include "SplitSum.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/DimIndex.h"
#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/TileUsingInterface.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::gq {
#define GEN_PASS_DEF_TILEPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

/// The op behind `anchor` that works on its values per block and has no kernel
/// of its own, as absmax_to_scale does; it is computed where `anchor` is.
static BlockOpInterface consumerOfBlocks(BlockOpInterface anchor) {
  if (anchor->getNumResults() != 1 ||
      !anchor.getOperandSpecs()[anchor.getDpsInitOperand(0)->getOperandNumber()]
           .perBlock)
    return {};
  BlockOpInterface consumer;
  for (OpOperand &use : anchor->getUses()) {
    auto user = dyn_cast<BlockOpInterface>(use.getOwner());
    if (user && user.getKernelWord().empty() &&
        user->getBlock() == anchor->getBlock() && !user.isDpsInit(&use) &&
        !user.getOperandSpecs()[use.getOperandNumber()].perBlock)
      consumer = user;
  }
  return consumer;
}

/// Other users of the values per block may stand before `consumer`. False if
/// these cannot be moved.
static bool moveBehind(BlockOpInterface anchor, BlockOpInterface consumer) {
  if (anchor->hasOneUse())
    return true;
  for (Value value : consumer.getDpsInits()) {
    Operation *init = value.getDefiningOp();
    if (init && init->getBlock() == anchor->getBlock() &&
        !init->isBeforeInBlock(anchor))
      return false;
  }
  consumer->moveAfter(anchor);
  return true;
}

/// What the kernel of `anchor` computes on the way to it.
static SetVector<Operation *> computedFor(Operation *anchor) {
  SetVector<Operation *> ops;
  SmallVector<Operation *> todo{anchor};
  while (!todo.empty()) {
    Operation *at = todo.pop_back_val();
    for (Value operand : at->getOperands()) {
      Operation *op = operand.getDefiningOp();
      BlockOpInterface reduce = asReduction(op);
      if ((getElementwise(op) || (reduce && !reduce.getStrategy())) &&
          ops.insert(op))
        todo.push_back(op);
    }
  }
  return ops;
}

/// Of these, values of rows that others read as well: they are results, too.
static DenseSet<Operation *>
storedRowValues(Operation *anchor, const SetVector<Operation *> &ops) {
  DenseSet<Operation *> stored;
  for (Operation *op : ops)
    if (makesRowValues(op) &&
        llvm::any_of(op->getUsers(), [&](Operation *user) {
          return user != anchor && !ops.contains(user) &&
                 !isa<tensor::DimOp>(user);
        }))
      stored.insert(op);
  return stored;
}

static scf::SCFTileAndFuseOptions options(MLIRContext *context,
                                          ArrayRef<int64_t> tile,
                                          Operation *anchor, Operation *dual,
                                          DenseSet<Operation *> stored) {
  using gpu::MappingId;
  Builder b(context);
  scf::SCFTilingOptions tiling;
  tiling.setTileSizes(getAsIndexOpFoldResult(context, tile));
  tiling.setLoopType(scf::SCFTilingOptions::LoopType::ForallOp);
  tiling.setMapping({gpu::GPUBlockMappingAttr::get(context, MappingId::DimY),
                     gpu::GPUBlockMappingAttr::get(context, MappingId::DimX)});
  scf::SCFTileAndFuseOptions options;
  options.setTilingOptions(tiling);
  // What others use as well is also a result; tiling itself adds uses.
  bool shared = !anchor->hasOneUse();
  auto sum = dyn_cast<BlockOpInterface>(anchor);
  // What is decoded for a sum is cut along K as well (decodeInLoop).
  bool decodes = !sum || !sum.isSum();
  options.setFusionControlFn(
      [anchor, dual, shared, decodes, stored = std::move(stored)](
          tensor::ExtractSliceOp, OpResult producer, bool) mutable
          -> std::optional<scf::SCFTileAndFuseOptions::ControlFnResult> {
        Operation *op = producer.getOwner();
        // Of one that is read several times there are several tiles.
        if ((op == anchor && shared) || stored.erase(op))
          return scf::SCFTileAndFuseOptions::ControlFnResult{true};
        if (auto transpose = dyn_cast<linalg::TransposeOp>(op);
            transpose && storerOf(transpose) &&
            storerOf(transpose).getOperation() != anchor)
          return std::nullopt;
        BlockOpInterface reduce = asReduction(op);
        if (op == anchor || op == dual || getElementwise(op) ||
            (reduce && !reduce.getStrategy()) ||
            (decodes && isDecodedHere(op)) ||
            isa<linalg::FillOp, tensor::EmptyOp>(op))
          return scf::SCFTileAndFuseOptions::ControlFnResult{};
        return std::nullopt;
      });
  return options;
}

/// Tiles `root` with what it fuses; the ops for `anchor`, and behind it for
/// `dual` if there is one, in the tile are returned.
static FailureOr<SmallVector<Operation *>>
tileAndFuse(RewriterBase &rewriter, Operation *anchor, Operation *root,
            ArrayRef<int64_t> tile, Operation *dual = nullptr) {
  OperationName name = anchor->getName();
  SetVector<Operation *> computed = computedFor(anchor);
  DenseSet<Operation *> stored = storedRowValues(anchor, computed);
  Block *block = root->getBlock();
  rewriter.setInsertionPoint(root);
  FailureOr<scf::SCFTileAndFuseResult> tiled =
      scf::tileConsumerAndFuseProducersUsingSCF(
          rewriter, cast<TilingInterface>(root),
          options(anchor->getContext(), tile, anchor, dual, stored));
  if (failed(tiled))
    return root->emitOpError("could not be tiled"), failure();
  for (auto [result, replacement] : tiled->replacements)
    if (result.getDefiningOp() == root || result.getDefiningOp() == anchor)
      rewriter.replaceAllUsesWith(result, replacement);
    else if (stored.contains(result.getDefiningOp()))
      rewriter.replaceUsesWithIf(result, replacement, [&](OpOperand &use) {
        return !computed.contains(use.getOwner());
      });
  // Others may have stood between these values and `root`.
  if (!stored.empty())
    sortTopologically(block);
  SmallVector<Operation *> inTile;
  for (Operation *op : tiled->tiledAndFusedOps) {
    if (op->getName() == name)
      inTile.insert(dual && !cast<BlockOpInterface>(op).getStrategy()
                        ? inTile.end()
                        : inTile.begin(),
                    op);
    // A row is one block, as long as a tile.
    if (BlockOpInterface reduce = asReduction(op);
        reduce && !reduce.getStrategy())
      reduce->setAttr(reduce.getBlocks().front().name,
                      rewriter.getDenseI64ArrayAttr({1, tile[1]}));
  }
  return inTile;
}

/// A block that covers a row is the only one there. Where a tile has the row
/// and is no multiple of it, it is as long as the tile: threads share that by
/// it.
static void fitBlocks(BlockOpInterface op, ArrayRef<int64_t> tile) {
  auto [operand, dim] = op.getExtent(1);
  auto type = cast<RankedTensorType>(op->getOperand(operand).getType());
  if (!op.hasBlocks() || !op.getOrigin().empty() || type.isDynamicDim(dim))
    return;
  int64_t row = type.getDimSize(dim);
  for (const NamedBlock &block : op.getBlocks())
    if (row <= tile[1] && row <= block.sizes[1] &&
        tile[1] % block.sizes[1] != 0)
      op->setAttr(block.name, DenseI64ArrayAttr::get(
                                  op->getContext(), {block.sizes[0], tile[1]}));
}

/// What `use` does with a tensor depends on its elements.
static bool readsElements(OpOperand &use) {
  Operation *user = use.getOwner();
  if (isa<tensor::DimOp>(user))
    return false;
  if (auto insert = dyn_cast<tensor::ParallelInsertSliceOp>(user))
    return &use != &insert.getDestMutable();
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(user))
    return llvm::any_of(slice->getUses(), readsElements);
  if (auto op = dyn_cast<BlockOpInterface>(user); op && op.isDpsInit(&use))
    return op.readsInit();
  if (auto op = dyn_cast<linalg::LinalgOp>(user); op && op.isDpsInit(&use))
    return op.payloadUsesValueFromOperand(&use);
  return true;
}

/// The results of `tiles`, a loop over all tiles of them, do not overwrite
/// arguments of the function, nor constants.
static void detachReadOnly(RewriterBase &rewriter, scf::ForallOp tiles) {
  auto function = tiles->getParentOfType<func::FuncOp>();
  for (OpOperand &result : tiles.getOutputsMutable()) {
    Value before = result.get();
    auto argument = dyn_cast<BlockArgument>(before);
    auto type = dyn_cast<RankedTensorType>(before.getType());
    bool isArgument = argument && argument.getOwner() == &function.front();
    if (!type || (!isArgument && !before.getDefiningOp<arith::ConstantOp>()))
      continue;
    BlockArgument shared = tiles.getTiedBlockArgument(&result);
    rewriter.replaceUsesWithIf(shared, before, readsElements);
    rewriter.setInsertionPoint(tiles);
    Value own = tensor::EmptyOp::create(
        rewriter, tiles.getLoc(),
        tensor::getMixedSizes(rewriter, tiles.getLoc(), before),
        type.getElementType());
    rewriter.modifyOpInPlace(tiles, [&] { result.set(own); });
  }
}

namespace {
struct TilePass : gq::impl::TilePassBase<TilePass> {
  void runOnOperation() override {
    if (failed(verifyDimIndices(getOperation())))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    // Kernels store the values of rows that they compute, without a copy.
    getOperation().walk([&](CopyOp op) {
      if (isStoredAlong(op))
        rewriter.replaceOp(op, op.getX());
    });
    SmallVector<BlockOpInterface> anchors;
    DenseMap<Operation *, BlockOpInterface> outer;
    WalkResult found = getOperation().walk([&](BlockOpInterface op) {
      if (op.getKernelWord().empty() || !op.getStrategy())
        return WalkResult::advance();
      bool onHost = isOnHost(op);
      if (scf::ForallOp loop = getOuterLoop(op)) {
        if (BlockOpInterface first = outer[loop]) {
          op->emitOpError("is the second op with a kernel of its own in a loop "
                          "over thread blocks; expects one")
                  .attachNote(first->getLoc())
              << "the first one";
          return WalkResult::interrupt();
        }
        outer[loop] = op;
        onHost = isOnHost(loop);
        if (!onHost) {
          loop.emitOpError("is over thread blocks and inside of '")
              << loop->getParentOp()->getName()
              << "'; expects one that is in the function, or in an scf.if "
                 "there";
          return WalkResult::interrupt();
        }
      }
      if (onHost)
        anchors.push_back(op);
      return WalkResult::advance();
    });
    if (found.wasInterrupted())
      return signalPassFailure();
    DenseSet<Operation *> given;
    getOperation().walk([&](scf::ForallOp loop) { given.insert(loop); });
    for (BlockOpInterface op : anchors)
      if (failed(tile(rewriter, op)))
        return signalPassFailure();
    getOperation().walk([&](scf::ForallOp tiles) {
      if (!given.contains(tiles))
        detachReadOnly(rewriter, tiles);
    });
    cleanUp();
    SetVector<scf::ForallOp> loops;
    getOperation().walk([&](scf::ForallOp tiles) {
      if (scf::ForallOp loop = getOuterLoop(tiles))
        loops.insert(loop);
    });
    for (scf::ForallOp loop : loops)
      if (failed(mergeOuterLoop(rewriter, loop)))
        return signalPassFailure();
    bool placed = placeResults(rewriter, getOperation());
    if (placed || !loops.empty())
      cleanUp();
  }

  /// With what is computed from it in the same kernel: a sum with the
  /// elementwise ops behind it and their transpose, values per block with what
  /// works on these, codes with a second copy of them.
  static LogicalResult tile(RewriterBase &rewriter, BlockOpInterface op) {
    StrategyAttrInterface config = op.getStrategy();
    if (failed(op.requireTensors()))
      return failure();
    if (StringRef rewriting = config.getRewriting(); !rewriting.empty())
      return op->emitOpError("has a config of ")
             << rewriting << "; run gq-apply-config first";
    if (op.isSum())
      return tileSum(rewriter, op);
    if (BlockOpInterface consumer = consumerOfBlocks(op);
        consumer && moveBehind(op, consumer))
      return tileBlocks(rewriter, op, consumer);
    for (BlockOpInterface reduce : rowReductions(op))
      if (int64_t row = rowOf(reduce); config.getTile()[1] < row) {
        InFlightDiagnostic diag = op->emitOpError("has tiles of ");
        diag << config.getTile()[1] << " columns, expects all " << row
             << ": a reduction along them without a config is read";
        diag.attachNote(reduce.getLoc()) << "the reduction";
        return diag;
      }
    fitBlocks(op, config.getTile());
    Operation *transpose = fusableTranspose(op);
    if (failed(tileAndFuse(rewriter, op, op, config.getTile())))
      return failure();
    return fuseTranspose(rewriter, transpose);
  }

  /// scf::tileAndFuseConsumer wants the users of a loop in its block: those in
  /// branches behind `op` use casts meanwhile.
  static SmallVector<tensor::CastOp>
  bringUsersForward(RewriterBase &rewriter, Operation *loop, Operation *op) {
    SmallVector<tensor::CastOp> casts;
    Block *block = op->getBlock();
    rewriter.setInsertionPointAfter(op);
    for (Value result : loop->getResults()) {
      auto isNested = [&](OpOperand &use) {
        Operation *user = use.getOwner();
        Operation *at = block->findAncestorOpInBlock(*user);
        return at && at != user && op->isBeforeInBlock(at);
      };
      if (llvm::none_of(result.getUses(), isNested))
        continue;
      auto cast = tensor::CastOp::create(rewriter, op->getLoc(),
                                         result.getType(), result);
      rewriter.replaceUsesWithIf(result, cast, isNested);
      casts.push_back(cast);
    }
    return casts;
  }

  /// It also wants the user that is fused in front of all others.
  static void bringBefore(RewriterBase &rewriter, Operation *op,
                          Operation *loop) {
    Operation *next = loop->getNextNode();
    auto isBefore = [&](Operation *user) {
      Operation *at = loop->getBlock()->findAncestorOpInBlock(*user);
      return at && at->isBeforeInBlock(op);
    };
    if (op->getBlock() == loop->getBlock() &&
        llvm::any_of(loop->getUsers(), isBefore) &&
        succeeded(moveOperationDependencies(rewriter, op, next)))
      rewriter.moveOpBefore(op, next);
  }

  /// `transpose`, if there is one, into the loop that computes its operand. Its
  /// tile is stored beside that of the operand, or instead of it where nobody
  /// else reads that.
  static LogicalResult fuseTranspose(RewriterBase &rewriter,
                                     Operation *transpose) {
    if (!transpose)
      return success();
    auto loop = transpose->getOperand(0).getDefiningOp<LoopLikeOpInterface>();
    SmallVector<LoopLikeOpInterface> loopNest{loop};
    SmallVector<tensor::CastOp> casts;
    if (loop) {
      bringBefore(rewriter, transpose, loop);
      casts = bringUsersForward(rewriter, loop, transpose);
    }
    bool fused = loop && succeeded(scf::tileAndFuseConsumer(rewriter, transpose,
                                                            loopNest));
    for (tensor::CastOp cast : casts)
      rewriter.replaceOp(cast, cast.getSource());
    if (!fused)
      return transpose->emitOpError("could not be fused with what computes its "
                                    "operand");
    return success();
  }

  /// Tiles of the result, with a loop over the reductions inside.
  static LogicalResult tileSum(RewriterBase &rewriter, BlockOpInterface op) {
    if (op.readsInit() &&
        op.getDpsInitOperand(0)->get().getDefiningOp<tensor::EmptyOp>())
      return op->emitOpError("adds to operand init, a tensor.empty, which may "
                             "hold anything; expects a linalg.fill or what it "
                             "is to add to");
    if (takesQuantize(op) && !fusableQuantize(op))
      return op->emitOpError("has a config with quantize = true, expects a "
                             "gq.quantize without a config that alone reads "
                             "what is computed from it");
    FailureOr<BlockOpInterface> dual = BlockOpInterface();
    if (takesDual(op))
      dual = requireDual(op);
    if (failed(dual) || (takesDequantize(op) && failed(requireDequantize(op))))
      return failure();
    // Of blocks that go on in the tiles of a cluster, last.
    QuantizeOp inParts = quantizeOfParts(op);
    Operation *root = inParts ? lastElementwise(op) : lastFusableConsumer(op);
    Operation *transpose = inParts ? nullptr : fusableTranspose(op);
    SmallVector<int64_t> outer, inner;
    for (auto [size, loop] :
         llvm::zip(op.getStrategy().getTile(), op.getIteratorTypes())) {
      bool parallel = loop == utils::IteratorType::parallel;
      inner.push_back(parallel ? 0 : size);
      if (parallel || root == op)
        outer.push_back(parallel ? size : 0);
    }
    // Thread blocks of a cluster store some of the columns each, or one all.
    int64_t parts = op.getStrategy().getParts();
    outer[1] /= op.getStrategy().getSharers();
    MLIRContext *context = op.getContext();
    StrategyAttrInterface config = op.getStrategy();
    FailureOr<SmallVector<Operation *>> inTile =
        tileAndFuse(rewriter, op, root, outer, *dual);
    if (failed(inTile) || failed(fuseTranspose(rewriter, transpose)))
      return failure();
    scf::SCFTilingOptions sumLoop;
    sumLoop.setTileSizes(getAsIndexOpFoldResult(context, inner));
    if (parts > 1) {
      FailureOr<BlockOpInterface> part = splitSum(
          rewriter, op, cast<BlockOpInterface>(inTile->front()), parts);
      if (failed(part))
        return failure();
      inTile = SmallVector<Operation *>{part->getOperation()};
    }
    SmallVector<scf::ForOp> loops;
    for (Operation *sum : *inTile) {
      cast<BlockOpInterface>(sum).setStrategy(config);
      rewriter.setInsertionPoint(sum);
      FailureOr<scf::SCFTilingResult> tiled =
          scf::tileUsingSCF(rewriter, cast<TilingInterface>(sum), sumLoop);
      if (failed(tiled))
        return sum->emitOpError("could not be tiled along its sums");
      rewriter.replaceOp(sum, tiled->replacements);
      if (takesDequantize(config) &&
          failed(decodeInLoop(rewriter, tiled->tiledOps)))
        return failure();
      for (LoopLikeOpInterface loop : tiled->loops)
        loops.push_back(cast<scf::ForOp>(loop.getOperation()));
    }
    if (*dual)
      mergeSteps(rewriter, loops);
    return inParts ? quantizeParts(rewriter, inParts, config) : success();
  }

  /// One loop over the steps of K for two products of one a, which a step loads
  /// once.
  static void mergeSteps(RewriterBase &rewriter, ArrayRef<scf::ForOp> loops) {
    assert(loops.size() == 2 && loops[0]->getBlock() == loops[1]->getBlock());
    scf::ForOp first = loops[0], second = loops[1];
    if (second->isBeforeInBlock(first))
      std::swap(first, second);
    scf::ForOp both = fuseIndependentSiblingForLoops(first, second, rewriter);
    // What reads the first one's sum stood between them.
    sortTopologically(both->getBlock());
  }

  /// The tile is one of the values per block.
  static LogicalResult tileBlocks(RewriterBase &rewriter, BlockOpInterface op,
                                  BlockOpInterface consumer) {
    SmallVector<int64_t> blocks;
    for (auto [loop, tile, block] :
         llvm::enumerate(op.getStrategy().getTile(), op.getLoopBlocks())) {
      if (tile % block != 0)
        return op->emitOpError("has tiles of ")
               << tile << " along dimension " << loop
               << " that cut its blocks of " << block
               << "; run gq-apply-config first";
      blocks.push_back(tile / block);
    }
    return tileAndFuse(rewriter, op, consumer, blocks);
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
    if (auto *gq = getContext().getLoadedDialect<GQDialect>())
      gq->getCanonicalizationPatterns(patterns);
    (void)applyPatternsGreedily(getOperation(), std::move(patterns));
  }
};
} // namespace
