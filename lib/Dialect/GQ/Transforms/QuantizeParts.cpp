//===- QuantizeParts.cpp - blocks that go on in other tiles ---------------===//
//
//     forall (m, n) { x[m, n] = tile }  quantize x
// becomes
//     forall (m, n) {
//       x, amax = absmax_of_parts { tile of each part }
//       scale of amax, codes of x
//     }
//
// The first of the tiles that share a block stores its scale.
//
//===----------------------------------------------------------------------===//
#include "QuantizeParts.h"
#include "TileIndices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

using OFR = OpFoldResult;

QuantizeOp mlir::gq::quantizeOfParts(BlockOpInterface sum) {
  QuantizeOp op = takesQuantize(sum) ? fusableQuantize(sum) : QuantizeOp();
  return op && op.getBlock()[0] > sum.getStrategy().getTile()[0] ? op
                                                                 : QuantizeOp();
}

/// Where part `part` begins of the block that row `row` is in, at a multiple of
/// `rows`. A part past the end of `extent` rows is the last tile again, which
/// is a part of the same block, or empty where that tile is whole, unless all
/// are known to be.
static OFR firstRowOf(TileIndices &at, OFR row, Value part, int64_t rows,
                      int64_t block, OFR extent) {
  OFR first = at.apply(at.d0 - at.d0 % block + at.d1 * rows, {row, part});
  std::optional<int64_t> whole = getConstantIntValue(extent);
  if (whole && *whole % block == 0)
    return first;
  bool tilesAreWhole = whole && *whole % rows == 0;
  AffineExpr last = at.d1.floorDiv(rows) * rows - (tilesAreWhole ? rows : 0);
  return at.least({at.d0, last}, {first, extent});
}

LogicalResult mlir::gq::quantizeParts(RewriterBase &rewriter, QuantizeOp op,
                                      StrategyAttrInterface config) {
  Location loc = op.getLoc();
  auto tiles = op.getX().getDefiningOp<scf::ForallOp>();
  if (!tiles || tiles.getNumResults() != 1 || tiles.getRank() != 2)
    return op.emitOpError("has blocks of ")
           << op.getBlock()[0] << " rows, more than the tiles that compute its "
           << "operand x have; expects these to store nothing else";
  ArrayRef<int64_t> block = op.getBlock();
  int64_t rows = config.getTile()[0], columns = config.getTile()[1];
  if (block[0] % rows != 0 || columns % block[1] != 0)
    return op.emitOpError("has blocks of ")
           << block[0] << "x" << block[1]
           << ", expects those of whole tiles of " << rows
           << " rows, and to divide their " << columns << " columns";
  int64_t parts = block[0] / rows;
  auto insert = cast<tensor::ParallelInsertSliceOp>(
      *tiles.getTerminator().getYieldingOps().begin());
  rewriter.setInsertionPoint(op);
  SmallVector<OFR> extents = tensor::getMixedSizes(rewriter, loc, op.getInit());
  auto loop = scf::ForallOp::create(
      rewriter, loc, tiles.getMixedLowerBound(), tiles.getMixedUpperBound(),
      tiles.getMixedStep(), ValueRange{op.getInit(), op.getScalesInit()},
      tiles.getMapping());
  Value row = loop.getInductionVars()[0], column = loop.getInductionVars()[1];
  rewriter.setInsertionPoint(loop.getTerminator());
  TileIndices at{rewriter, loc};
  OFR height = at.rest(rows, extents[0], row),
      width = at.rest(columns, extents[1], column),
      blocks = at.apply(at.d0.ceilDiv(block[1]), {width}),
      inBlock = at.apply(at.d0 % block[0], {row});

  auto type = cast<RankedTensorType>(insert.getSource().getType());
  auto amaxType = RankedTensorType::get(
      {1, getConstantIntValue(blocks).value_or(ShapedType::kDynamic)},
      rewriter.getF32Type());
  auto shared = AbsmaxOfPartsOp::create(
      rewriter, loc, type, amaxType, rewriter.getI64IntegerAttr(parts),
      getValueOrCreateConstantIndexOp(rewriter, loc, inBlock),
      op.getBlockAttr(), op.getAmaxFloorAttr());
  Block *body =
      rewriter.createBlock(&shared.getBody(), {}, rewriter.getIndexType(), loc);
  IRMapping map;
  map.map(
      tiles.getInductionVars()[0],
      getValueOrCreateConstantIndexOp(rewriter, loc,
                                      firstRowOf(at, row, body->getArgument(0),
                                                 rows, block[0], extents[0])));
  map.map(tiles.getInductionVars()[1], column);
  map.map(tiles.getRegionIterArgs()[0], tiles.getOutputs()[0]);
  for (Operation &inner : tiles.getBody()->without_terminator())
    rewriter.clone(inner, map);
  YieldOp::create(rewriter, loc, map.lookupOrDefault(insert.getSource()));

  rewriter.setInsertionPoint(loop.getTerminator());
  auto empty = [&](ArrayRef<OFR> sizes, Value like) -> Value {
    return tensor::EmptyOp::create(rewriter, loc, sizes,
                                   getElementTypeOrSelf(like));
  };
  OFR one = rewriter.getIndexAttr(1);
  Value scales = empty({one, blocks}, op.getScalesInit());
  scales = AbsmaxToScaleOp::create(
               rewriter, loc, scales.getType(), shared.getAmax(), scales,
               TypeAttr::get(op.getFormat()), op.getPow2Attr())
               .getResult(0);
  SmallVector<OFR> sizes{
      type.isDynamicDim(0) ? height : rewriter.getIndexAttr(type.getDimSize(0)),
      type.isDynamicDim(1) ? width : rewriter.getIndexAttr(type.getDimSize(1))};
  Value codes = empty(sizes, op.getInit());
  codes = ScaledCastOp::create(
              rewriter, loc, codes.getType(), shared.getTile(), scales, codes,
              /*origin=*/ValueRange(),
              rewriter.getDenseI64ArrayAttr({rows, block[1]}),
              /*config=*/QuantizeConfigAttr(), op.getDivideAttr(),
              /*packed=*/TypeAttr())
              .getResult(0);
  // What is one scale of the first tile, and none of the others.
  OFR count = at.apply(1 - at.d0.floorDiv(rows) % parts, {row});
  SmallVector<OFR> offsets{at.apply(at.d0.floorDiv(block[0]), {row}),
                           at.apply(at.d0.floorDiv(block[1]), {column})},
      counts{count, blocks};
  if (op.getTransposedScales()) {
    scales = linalg::TransposeOp::create(rewriter, loc, scales,
                                         empty({blocks, one}, scales),
                                         ArrayRef<int64_t>{1, 0})
                 ->getResult(0);
    std::swap(offsets[0], offsets[1]);
    std::swap(counts[0], counts[1]);
  }
  SmallVector<OFR> zeros(2, rewriter.getIndexAttr(0)), ones(2, one);
  Value stored = tensor::ExtractSliceOp::create(rewriter, loc, scales, zeros,
                                                counts, ones);
  rewriter.setInsertionPointToStart(loop.getTerminator().getBody());
  ArrayRef<BlockArgument> results = loop.getRegionIterArgs();
  tensor::ParallelInsertSliceOp::create(rewriter, loc, codes, results[0],
                                        SmallVector<OFR>{row, column}, sizes,
                                        ones);
  tensor::ParallelInsertSliceOp::create(rewriter, loc, stored, results[1],
                                        offsets, counts, ones);
  rewriter.replaceOp(op, loop.getResults());
  rewriter.eraseOp(tiles);
  return success();
}
