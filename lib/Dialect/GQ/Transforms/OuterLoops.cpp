//===- OuterLoops.cpp - loops around the tiles of an op -------------------===//
#include "OuterLoops.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::gq;

using OFR = OpFoldResult;

scf::ForallOp mlir::gq::getOuterLoop(Operation *op) {
  auto loop = dyn_cast<scf::ForallOp>(op->getParentOp());
  std::optional<ArrayAttr> mapping =
      loop ? loop.getMapping() : std::optional<ArrayAttr>();
  if (!mapping || mapping->empty())
    return {};
  for (Attribute attr : *mapping) {
    auto block = dyn_cast<gpu::GPUBlockMappingAttr>(attr);
    if (!block || block.getBlock() == gpu::MappingId::DimX ||
        block.getBlock() == gpu::MappingId::DimY)
      return {};
  }
  return loop;
}

static bool isTensor(Type type) { return isa<TensorType>(type); }

/// Slices, and numbers: they are computed anew for each tile.
static bool isSliceOrIndex(Operation *op) {
  if (isa<tensor::ExtractSliceOp, tensor::EmptyOp, tensor::ExtractOp,
          tensor::DimOp>(op))
    return true;
  return isPure(op) && op->getNumRegions() == 0 &&
         llvm::none_of(op->getOperandTypes(), isTensor) &&
         llvm::none_of(op->getResultTypes(), isTensor);
}

bool mlir::gq::hoistOutOf(RewriterBase &rewriter, scf::ForallOp loop,
                          Value value) {
  if (!loop->isAncestor(value.getParentRegion()->getParentOp()))
    return true;
  Operation *def = value.getDefiningOp();
  if (!def || !isPure(def) || def->getNumRegions() != 0)
    return false;
  for (Value operand : def->getOperands())
    if (!hoistOutOf(rewriter, loop, operand))
      return false;
  rewriter.moveOpBefore(def, loop);
  return true;
}

namespace {
/// A result of the loop over tiles: where the loop around it puts it.
struct Placed {
  tensor::ParallelInsertSliceOp insert; ///< null for what nobody wants
  Value slice;                          ///< of what the tiles are written over
};
} // namespace

/// Numbers behind `loop` that are needed in front of it. False if one comes of
/// what the loop computes.
static bool bringBefore(RewriterBase &rewriter, scf::ForallOp loop,
                        OFR number) {
  auto value = dyn_cast<Value>(number);
  Operation *def = value ? value.getDefiningOp() : nullptr;
  if (!def || def->getBlock() != loop->getBlock() || def->isBeforeInBlock(loop))
    return true;
  if (def == loop || !isSliceOrIndex(def))
    return false;
  for (Value operand : def->getOperands())
    if (!bringBefore(rewriter, loop, operand))
      return false;
  rewriter.moveOpBefore(def, loop);
  return true;
}

static FailureOr<Placed> placeOf(RewriterBase &rewriter, scf::ForallOp inner,
                                 OpResult result) {
  Value init = inner.getOutputs()[result.getResultNumber()];
  if (result.use_empty())
    return Placed{{}, init};
  auto insert =
      dyn_cast<tensor::ParallelInsertSliceOp>(*result.getUsers().begin());
  if (!result.hasOneUse() || !insert)
    return inner.emitOpError("computes a tensor that the loop around it uses; "
                             "expects it to be inserted into a result, once"),
           failure();
  if (!insert.hasUnitStride() ||
      insert.getSourceType().getRank() != insert.getDestType().getRank())
    return insert.emitOpError("expects unit strides, and a source of the rank "
                              "of its destination, got ")
               << insert.getSourceType() << " into " << insert.getDestType(),
           failure();
  // Nothing is in it yet: the tiles are those of the result itself.
  if (init.getDefiningOp<tensor::EmptyOp>()) {
    SmallVector<OFR> place = insert.getMixedOffsets();
    llvm::append_range(place, insert.getMixedSizes());
    for (OFR number : place)
      if (!bringBefore(rewriter, inner, number))
        return insert.emitOpError("expects a place that is known before what "
                                  "is written there, got one that comes of it"),
               failure();
    init = tensor::ExtractSliceOp::create(
        rewriter, insert.getLoc(), insert.getSourceType(), insert.getDest(),
        insert.getMixedOffsets(), insert.getMixedSizes(),
        insert.getMixedStrides());
  }
  return Placed{insert, init};
}

/// Destinations of the whole op, of which tiles are used: of the tiles' size.
static void shrinkDestinations(RewriterBase &rewriter, Block &body) {
  for (auto empty : llvm::make_early_inc_range(body.getOps<tensor::EmptyOp>()))
    for (Operation *user : llvm::make_early_inc_range(empty->getUsers())) {
      auto slice = dyn_cast<tensor::ExtractSliceOp>(user);
      if (!slice || slice.getType().getRank() != empty.getType().getRank())
        continue;
      rewriter.setInsertionPoint(slice);
      auto tile = tensor::EmptyOp::create(rewriter, slice.getLoc(),
                                          slice.getMixedSizes(),
                                          slice.getType().getElementType());
      rewriter.replaceOpWithNewOp<tensor::CastOp>(slice, slice.getType(), tile);
    }
}

LogicalResult mlir::gq::mergeOuterLoop(RewriterBase &rewriter,
                                       scf::ForallOp outer) {
  scf::ForallOp inner;
  for (Operation &op : outer.getBody()->without_terminator()) {
    if (auto loop = dyn_cast<scf::ForallOp>(op); loop && !inner)
      inner = loop;
    else if (!isSliceOrIndex(&op))
      return op.emitOpError("is in a loop over thread blocks, and not computed "
                            "in the tiles of the gq op there");
  }
  if (!inner)
    return success();
  for (Operation &op : outer.getTerminator().getYieldingOps())
    if (auto insert = dyn_cast<tensor::ParallelInsertSliceOp>(op);
        !insert || insert.getSource().getDefiningOp() != inner)
      return op.emitOpError("expects a source that the gq op in the loop "
                            "computes");
  SmallVector<OFR> bounds = inner.getMixedLowerBound();
  llvm::append_range(bounds, inner.getMixedUpperBound());
  llvm::append_range(bounds, inner.getMixedStep());
  for (OFR bound : bounds)
    if (auto value = dyn_cast<Value>(bound);
        value && !hoistOutOf(rewriter, outer, value))
      return inner.emitOpError("has a number of tiles that depends on the "
                               "iteration of the loop around it; expects the "
                               "same number in all");

  // One loop, with the ops of the outer one.
  auto joined = [](ArrayRef<OFR> a, ArrayRef<OFR> b) {
    SmallVector<OFR> all(a);
    llvm::append_range(all, b);
    return all;
  };
  SmallVector<Attribute> mapping(outer.getMapping()->getValue());
  llvm::append_range(mapping, inner.getMapping()->getValue());
  rewriter.setInsertionPoint(outer);
  auto merged = scf::ForallOp::create(
      rewriter, outer.getLoc(),
      joined(outer.getMixedLowerBound(), inner.getMixedLowerBound()),
      joined(outer.getMixedUpperBound(), inner.getMixedUpperBound()),
      joined(outer.getMixedStep(), inner.getMixedStep()), outer.getOutputs(),
      rewriter.getArrayAttr(mapping));
  Block *body = merged.getBody();
  ValueRange ivs = body->getArguments().take_front(merged.getRank());
  SmallVector<Value> args(ivs.take_front(outer.getRank()));
  llvm::append_range(args, merged.getRegionIterArgs());
  rewriter.eraseOp(body->getTerminator());
  rewriter.mergeBlocks(outer.getBody(), body, args);
  rewriter.replaceOp(outer, merged.getResults());

  // Its tiles are tiles of the slices that the outer loop puts together.
  rewriter.setInsertionPoint(inner);
  SmallVector<Placed> placed;
  SmallVector<Value> innerArgs(ivs.drop_front(ivs.size() - inner.getRank()));
  for (OpResult result : inner.getResults()) {
    FailureOr<Placed> place = placeOf(rewriter, inner, result);
    if (failed(place))
      return failure();
    placed.push_back(*place);
    innerArgs.push_back(place->slice);
  }
  SmallVector<std::pair<tensor::ParallelInsertSliceOp, Placed>> tiles;
  for (auto insert :
       inner.getTerminator().getBody()->getOps<tensor::ParallelInsertSliceOp>())
    tiles.push_back(
        {insert, placed[cast<BlockArgument>(insert.getDest()).getArgNumber() -
                        inner.getRank()]});
  Operation *end = inner.getBody()->getTerminator();
  rewriter.inlineBlockBefore(inner.getBody(), inner, innerArgs);
  for (auto &[tile, place] : tiles) {
    if (!place.insert)
      continue;
    tensor::ParallelInsertSliceOp insert = place.insert;
    AffineExpr sum =
        rewriter.getAffineDimExpr(0) + rewriter.getAffineDimExpr(1);
    SmallVector<OFR> offsets;
    rewriter.setInsertionPoint(merged.getTerminator());
    for (auto [outside, inside] :
         llvm::zip(insert.getMixedOffsets(), tile.getMixedOffsets()))
      offsets.push_back(affine::makeComposedFoldedAffineApply(
          rewriter, tile.getLoc(), sum, {outside, inside}));
    rewriter.setInsertionPoint(insert);
    tensor::ParallelInsertSliceOp::create(
        rewriter, tile.getLoc(), tile.getSource(), insert.getDest(), offsets,
        tile.getMixedSizes(), tile.getMixedStrides());
  }
  rewriter.eraseOp(end);
  for (Placed &place : placed)
    if (place.insert)
      rewriter.eraseOp(place.insert);
  rewriter.eraseOp(inner);
  shrinkDestinations(rewriter, *body);
  return success();
}
