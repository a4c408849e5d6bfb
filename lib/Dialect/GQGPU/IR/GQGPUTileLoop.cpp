//===- GQGPUTileLoop.cpp - the loop over tiles, as MLIR sees loops --------===//
//
// Text form, builder and interfaces of gqgpu.tile_loop. The operands are the
// upper bounds, one per step, then the initial values: no op that drops or adds
// a loop-carried value has to know more than that.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::gqgpu;

//===----------------------------------------------------------------------===//
// Text and builder
//===----------------------------------------------------------------------===//

/// Numbers, and whether the tile is the thread block's own.
static Type cutArgType(Builder &builder, unsigned arg) {
  return arg == TileLoopOp::Owns ? Type(builder.getI1Type())
                                 : Type(builder.getIndexType());
}

void TileLoopOp::build(OpBuilder &builder, OperationState &state,
                       ValueRange ubs, ArrayRef<int64_t> steps, int64_t raster,
                       bool persistent, ValueRange inits, int64_t turn,
                       int64_t turns, std::optional<int64_t> depth,
                       std::optional<int64_t> ranges) {
  state.addOperands(ubs);
  state.addOperands(inits);
  Properties &props = state.getOrAddProperties<Properties>();
  props.steps = builder.getDenseI64ArrayAttr(steps);
  if (raster != 1)
    props.raster = builder.getI64IntegerAttr(raster);
  if (persistent)
    props.persistent = builder.getUnitAttr();
  if (turn != 0)
    props.turn = builder.getI64IntegerAttr(turn);
  if (turns != 1)
    props.turns = builder.getI64IntegerAttr(turns);
  if (depth)
    props.depth = builder.getI64IntegerAttr(*depth);
  if (ranges)
    props.ranges = builder.getI64IntegerAttr(*ranges);
  state.addTypes(inits.getTypes());
  Region *region = state.addRegion();
  Block *block = new Block();
  region->push_back(block);
  for (size_t i = 0; i < ubs.size(); ++i)
    block->addArgument(builder.getIndexType(), state.location);
  if (depth)
    for (unsigned arg = 0; arg < NumCutArgs; ++arg)
      block->addArgument(cutArgType(builder, arg), state.location);
  for (Value init : inits)
    block->addArgument(init.getType(), state.location);
}

// gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 128] raster 8 persistent
//     iter_args(%c = %c0) -> (!gqgpu.cursor) { ... }
ParseResult TileLoopOp::parse(OpAsmParser &parser, OperationState &result) {
  Builder &builder = parser.getBuilder();
  SmallVector<OpAsmParser::Argument> args;
  SmallVector<OpAsmParser::UnresolvedOperand> ubs, inits;
  SmallVector<int64_t> steps;
  Properties &props = result.getOrAddProperties<Properties>();
  if (parser.parseArgumentList(args, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("to"))
    return failure();
  llvm::SMLoc ubLoc = parser.getCurrentLocation();
  if (parser.parseOperandList(ubs, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("step") ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parser.parseInteger(steps.emplace_back());
      }))
    return failure();
  if (args.size() != ubs.size())
    return parser.emitError(ubLoc,
                            "expects one upper bound per tile index, got ")
           << ubs.size() << " for " << args.size();
  if (steps.size() != ubs.size())
    return parser.emitError(ubLoc, "expects one step per upper bound, got ")
           << steps.size() << " for " << ubs.size();
  for (OpAsmParser::Argument &arg : args)
    arg.type = builder.getIndexType();
  props.steps = builder.getDenseI64ArrayAttr(steps);
  if (succeeded(parser.parseOptionalKeyword("raster"))) {
    int64_t raster;
    if (parser.parseInteger(raster))
      return failure();
    props.raster = builder.getI64IntegerAttr(raster);
  }
  if (succeeded(parser.parseOptionalKeyword("persistent")))
    props.persistent = builder.getUnitAttr();
  if (succeeded(parser.parseOptionalKeyword("turn"))) {
    int64_t turn, turns;
    if (parser.parseInteger(turn) || parser.parseKeyword("of") ||
        parser.parseInteger(turns))
      return failure();
    props.turn = builder.getI64IntegerAttr(turn);
    props.turns = builder.getI64IntegerAttr(turns);
  }
  if (succeeded(parser.parseOptionalKeyword("cut"))) {
    SmallVector<OpAsmParser::Argument> cutArgs;
    int64_t depth, ranges;
    llvm::SMLoc loc = parser.getCurrentLocation();
    if (parser.parseArgumentList(cutArgs, OpAsmParser::Delimiter::Paren) ||
        parser.parseKeyword("of") || parser.parseInteger(depth) ||
        parser.parseKeyword("among") || parser.parseInteger(ranges))
      return failure();
    if (cutArgs.size() != NumCutArgs)
      return parser.emitError(loc, "expects ")
             << unsigned(NumCutArgs) << " arguments of a tile that is cut, got "
             << cutArgs.size();
    for (auto [i, arg] : llvm::enumerate(cutArgs)) {
      arg.type = cutArgType(builder, i);
      args.push_back(arg);
    }
    props.depth = builder.getI64IntegerAttr(depth);
    props.ranges = builder.getI64IntegerAttr(ranges);
  }
  SmallVector<Type> types;
  if (succeeded(parser.parseOptionalKeyword("iter_args"))) {
    SmallVector<OpAsmParser::Argument> iterArgs;
    llvm::SMLoc loc = parser.getCurrentLocation();
    if (parser.parseAssignmentList(iterArgs, inits) ||
        parser.parseArrowTypeList(types))
      return failure();
    if (types.size() != inits.size())
      return parser.emitError(loc,
                              "expects one type per loop-carried value, got ")
             << types.size() << " for " << inits.size();
    for (auto [arg, type] : llvm::zip(iterArgs, types)) {
      arg.type = type;
      args.push_back(arg);
    }
  }
  if (parser.resolveOperands(ubs, builder.getIndexType(), result.operands) ||
      parser.resolveOperands(inits, types, ubLoc, result.operands))
    return failure();
  result.addTypes(types);
  Region *body = result.addRegion();
  if (parser.parseRegion(*body, args) ||
      parser.parseOptionalAttrDict(result.attributes))
    return failure();
  ensureTerminator(*body, builder, result.location);
  return success();
}

void TileLoopOp::print(OpAsmPrinter &printer) {
  printer << " (";
  llvm::interleaveComma(getInductionVars(), printer);
  printer << ") to (" << getUbs() << ") step [";
  llvm::interleaveComma(getSteps(), printer);
  printer << ']';
  if (getRaster() != 1)
    printer << " raster " << getRaster();
  if (getPersistent())
    printer << " persistent";
  if (getTurn() != 0 || getTurns() != 1)
    printer << " turn " << getTurn() << " of " << getTurns();
  if (isCut()) {
    printer << " cut (";
    llvm::interleaveComma(
        getBody().getArguments().slice(getSteps().size(), NumCutArgs), printer);
    printer << ") of " << *getDepth() << " among " << *getRanges();
  }
  if (!getInits().empty()) {
    printer << " iter_args(";
    llvm::interleaveComma(
        llvm::zip(getIterArgs(), getInits()), printer, [&](auto pair) {
          printer << std::get<0>(pair) << " = " << std::get<1>(pair);
        });
    printer << ") -> (" << getInits().getTypes() << ')';
  }
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false,
                      /*printBlockTerminators=*/!getInits().empty());
  printer.printOptionalAttrDict(
      (*this)->getAttrs(),
      {"steps", "raster", "persistent", "turn", "turns", "depth", "ranges"});
}

SmallVector<int64_t> TileLoopOp::getClusterTiles() {
  auto kernel = (*this)->getParentOfType<KernelOp>();
  if (std::optional<ArrayRef<int64_t>> tiles =
          kernel ? kernel.getClusterTiles() : std::nullopt)
    return SmallVector<int64_t>(*tiles);
  return SmallVector<int64_t>(getSteps().size(), 1);
}

//===----------------------------------------------------------------------===//
// LoopLikeOpInterface
//===----------------------------------------------------------------------===//

SmallVector<Region *> TileLoopOp::getLoopRegions() { return {&getBody()}; }

std::optional<SmallVector<Value>> TileLoopOp::getLoopInductionVars() {
  return SmallVector<Value>(getInductionVars());
}

std::optional<SmallVector<OpFoldResult>> TileLoopOp::getLoopLowerBounds() {
  return SmallVector<OpFoldResult>(getSteps().size(),
                                   Builder(getContext()).getIndexAttr(0));
}

std::optional<SmallVector<OpFoldResult>> TileLoopOp::getLoopUpperBounds() {
  return getAsOpFoldResult(getUbs());
}

std::optional<SmallVector<OpFoldResult>> TileLoopOp::getLoopSteps() {
  return getAsIndexOpFoldResult(getContext(), getSteps());
}

MutableArrayRef<OpOperand> TileLoopOp::getInitsMutable() {
  return (*this)->getOpOperands().drop_front(getSteps().size());
}

Block::BlockArgListType TileLoopOp::getRegionIterArgs() {
  return getBody().getArguments().drop_front(getNumIndices());
}

std::optional<MutableArrayRef<OpOperand>>
TileLoopOp::getYieldedValuesMutable() {
  return getBody().front().getTerminator()->getOpOperands();
}

std::optional<ResultRange> TileLoopOp::getLoopResults() { return getResults(); }

FailureOr<LoopLikeOpInterface> TileLoopOp::replaceWithAdditionalYields(
    RewriterBase &rewriter, ValueRange newInitOperands,
    bool replaceInitOperandUsesInLoop,
    const NewYieldValuesFn &newYieldValuesFn) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(getOperation());
  SmallVector<Value> inits(getInits());
  llvm::append_range(inits, newInitOperands);
  auto loop = TileLoopOp::create(
      rewriter, getLoc(), SmallVector<Value>(getUbs()), getSteps(), getRaster(),
      getPersistent(), inits, getTurn(), getTurns(), getDepth(), getRanges());
  loop->setDiscardableAttrs((*this)->getDiscardableAttrDictionary());
  Block *from = &getBody().front(), *to = &loop.getBody().front();
  ArrayRef<BlockArgument> args(to->getArguments()),
      added = args.take_back(newInitOperands.size());

  Operation *yield = from->getTerminator();
  rewriter.setInsertionPoint(yield);
  SmallVector<Value> values = newYieldValuesFn(rewriter, getLoc(), added);
  rewriter.modifyOpInPlace(
      yield, [&] { yield->insertOperands(yield->getNumOperands(), values); });
  rewriter.mergeBlocks(
      from, to, SmallVector<Value>(args.drop_back(newInitOperands.size())));
  if (replaceInitOperandUsesInLoop)
    for (auto [init, arg] : llvm::zip(newInitOperands, added))
      rewriter.replaceUsesWithIf(init, arg, [&](OpOperand &use) {
        return loop->isProperAncestor(use.getOwner());
      });
  rewriter.replaceOp(*this, loop.getResults().take_front(getNumResults()));
  return cast<LoopLikeOpInterface>(loop.getOperation());
}

//===----------------------------------------------------------------------===//
// RegionBranchOpInterface
//===----------------------------------------------------------------------===//

OperandRange TileLoopOp::getEntrySuccessorOperands(RegionSuccessor) {
  return getInits();
}

// There may be no tile at all, or one after another.
void TileLoopOp::getSuccessorRegions(
    RegionBranchPoint, SmallVectorImpl<RegionSuccessor> &regions) {
  regions.emplace_back(&getBody(), getRegionIterArgs());
  regions.emplace_back(getOperation(), getResults());
}

void TileLoopOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                             MLIRContext *) {
  populateRegionBranchOpInterfaceCanonicalizationPatterns(patterns,
                                                          getOperationName());
}
