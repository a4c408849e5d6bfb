//===- GQGPUVerify.cpp - verifiers of the gqgpu ops -----------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace mlir::gqgpu;

static LogicalResult verifyIndices(Operation *op, StringRef name, Type type,
                                   size_t indices) {
  int64_t rank = cast<MemRefType>(type).getRank();
  if (rank == static_cast<int64_t>(indices))
    return success();
  return op->emitOpError("expects ")
         << rank << " indices for operand " << name << " of rank " << rank
         << ", got " << indices;
}

static LogicalResult verifyElementTypes(Operation *op, StringRef name,
                                        Type found, StringRef otherName,
                                        Type expected) {
  if (found == expected)
    return success();
  return op->emitOpError("expects ")
         << name << " of element type " << expected << " as " << otherName
         << ", got " << found;
}

static FailureOr<TileType> ringTile(Operation *op, RingType ring,
                                    int64_t tile) {
  if (tile >= 0 && tile < static_cast<int64_t>(ring.getTiles().size()))
    return ring.getTiles()[tile];
  op->emitOpError("expects a tile between 0 and ")
      << ring.getTiles().size() - 1 << " of the ring, got " << tile;
  return failure();
}

static FragmentType fragment(Value value) {
  return cast<FragmentType>(value.getType());
}

/// Scales in the mma layout (64x1, 1xS) lie elsewhere than elements do.
static LogicalResult verifyElementPositions(Operation *op, StringRef name,
                                            FragmentType type) {
  ArrayRef<int64_t> shape = type.getShape();
  if (!isa<MmaLayoutAttr>(type.getLayout()) ||
      (shape[0] == 64 && shape[1] % 8 == 0))
    return success();
  return op->emitOpError("expects ")
         << name << " of 64xN in the mma layout, got " << type;
}

LogicalResult KernelOp::verify() {
  if (!getBody().hasOneBlock())
    return emitOpError("expects a body of one block, got ")
           << getBody().getBlocks().size();
  if (!getFunctionType().getResults().empty())
    return emitOpError("expects a kernel without results, got ")
           << getFunctionType().getNumResults();
  for (auto [i, type] : llvm::enumerate(getFunctionType().getInputs())) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref && !type.isIndex() && !type.isIntOrFloat())
      return emitOpError("expects argument ")
             << i << " to be a memref, an index or a scalar, got " << type;
    if (memref && !memref.getLayout().isIdentity())
      return emitOpError("expects argument ")
             << i << " to be row-major without gaps, got " << type;
  }
  return success();
}

LogicalResult LaunchOp::verify() {
  if (getResults().getTypes() != getOuts().getTypes())
    return emitOpError("expects one result per outs operand, of its type");
  return success();
}

static LogicalResult verifyKernelInBinary(LaunchOp launch,
                                          gpu::BinaryOp binary) {
  StringRef name = launch.getKernelAttr().getLeafReference();
  for (Attribute attr : binary.getObjects()) {
    gpu::KernelTableAttr kernels = cast<gpu::ObjectAttr>(attr).getKernels();
    if (kernels && !kernels.lookup(name))
      return launch.emitOpError("refers to kernel ")
             << launch.getKernelAttr()
             << ", which an object of the binary lacks";
  }
  return success();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // A binary is no symbol table: its kernels are names in a list.
  if (auto binary =
          dyn_cast_or_null<gpu::BinaryOp>(symbols.lookupNearestSymbolFrom(
              *this, getKernelAttr().getRootReference())))
    return verifyKernelInBinary(*this, binary);
  Operation *callee = symbols.lookupNearestSymbolFrom(*this, getKernelAttr());
  if (!callee)
    return emitOpError("refers to unknown kernel ") << getKernelAttr();
  // Once lowered, the kernel is an llvm.func.
  auto kernel = dyn_cast<KernelOp>(callee);
  if (!kernel)
    return success();
  SmallVector<Type> passed(getIns().getTypes());
  llvm::append_range(passed, getOuts().getTypes());
  ArrayRef<Type> expected = kernel.getFunctionType().getInputs();
  if (passed.size() != expected.size())
    return emitOpError("expects ")
           << expected.size() << " operands for kernel " << getKernelAttr()
           << ", got " << passed.size();
  for (auto [i, from, to] : llvm::enumerate(passed, expected)) {
    auto tensor = dyn_cast<RankedTensorType>(from);
    auto memref = dyn_cast<MemRefType>(to);
    bool same = tensor && memref
                    ? tensor.getShape() == memref.getShape() &&
                          tensor.getElementType() == memref.getElementType()
                    : from == to;
    if (!same)
      return emitOpError("expects operand ")
             << i << " to match " << to << " of kernel " << getKernelAttr()
             << ", got " << from;
  }
  return success();
}

LogicalResult TileLoopOp::verify() {
  if (getSteps().size() != getUbs().size())
    return emitOpError("expects one step per upper bound, got ")
           << getSteps().size() << " for " << getUbs().size();
  if (getSteps().empty())
    return emitOpError("expects at least one tile index");
  for (int64_t step : getSteps())
    if (step <= 0)
      return emitOpError("expects positive steps, got ") << step;
  if (int64_t raster = getRaster(); raster <= 0)
    return emitOpError("expects a positive raster, got ") << raster;
  Block &body = getBody().front();
  if (body.getNumArguments() != getSteps().size() + getInits().size())
    return emitOpError("expects one body argument per tile index and "
                       "loop-carried value, got ")
           << body.getNumArguments();
  if (!llvm::all_of(getInductionVars().getTypes(),
                    [](Type type) { return type.isIndex(); }) ||
      getIterArgs().getTypes() != getInits().getTypes())
    return emitOpError("expects body arguments of index type, then of the "
                       "types of the loop-carried values");
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield || yield.getValues().getTypes() != getInits().getTypes() ||
      getResultTypes() != getInits().getTypes())
    return emitOpError("expects the body to yield, and the loop to return, the "
                       "types of the loop-carried values");
  return success();
}

LogicalResult LoadOp::verify() {
  if (failed(verifyIndices(*this, "source", getSource().getType(),
                           getIndices().size())))
    return failure();
  auto tile = cast<RankedTensorType>(getResult().getType());
  auto source = cast<MemRefType>(getSource().getType());
  if (tile.getRank() != source.getRank())
    return emitOpError("expects a result of rank ")
           << source.getRank() << " as operand source, got rank "
           << tile.getRank();
  return verifyElementTypes(*this, "a result", tile.getElementType(),
                            "operand source", source.getElementType());
}

LogicalResult StoreOp::verify() {
  if (failed(verifyIndices(*this, "dest", getDest().getType(),
                           getIndices().size())))
    return failure();
  auto tile = cast<RankedTensorType>(getValue().getType());
  auto dest = cast<MemRefType>(getDest().getType());
  if (tile.getRank() != dest.getRank())
    return emitOpError("expects operand value of rank ")
           << dest.getRank() << " as operand dest, got rank " << tile.getRank();
  return verifyElementTypes(*this, "operand value", tile.getElementType(),
                            "operand dest", dest.getElementType());
}

LogicalResult MaskOp::verify() {
  if (auto tensor = dyn_cast<RankedTensorType>(getValue().getType()))
    if (tensor.getRank() != 2)
      return emitOpError("expects an operand of rank 2, got rank ")
             << tensor.getRank();
  if (getSizes().size() != 2)
    return emitOpError("expects 2 sizes, got ") << getSizes().size();
  if (auto type = dyn_cast<FragmentType>(getValue().getType()))
    return verifyElementPositions(*this, "an operand", type);
  return success();
}

LogicalResult CursorOp::verify() {
  int64_t stage = getStage(), parity = getParity();
  if (stage < 0)
    return emitOpError("expects a stage that is not negative, got ") << stage;
  if (parity != 0 && parity != 1)
    return emitOpError("expects parity 0 or 1, got ") << parity;
  return success();
}

LogicalResult AcquireOp::verify() {
  int64_t bytes = getExpect().value_or(0);
  if (bytes < 0)
    return emitOpError("expects a number of bytes that is not negative, got ")
           << bytes;
  return success();
}

template <typename OpTy> static LogicalResult verifyFill(OpTy op) {
  FailureOr<TileType> tile = ringTile(op, op.getRing().getType(), op.getTile());
  if (failed(tile) ||
      failed(verifyIndices(op, "source", op.getSource().getType(),
                           op.getIndices().size())))
    return failure();
  auto source = cast<MemRefType>(op.getSource().getType());
  if (static_cast<int64_t>(tile->getShape().size()) != source.getRank())
    return op.emitOpError("expects a tile of rank ")
           << source.getRank() << " as operand source, got rank "
           << tile->getShape().size();
  return verifyElementTypes(op, "a tile", tile->getElementType(),
                            "operand source", source.getElementType());
}

LogicalResult TmaLoadOp::verify() { return verifyFill(*this); }

LogicalResult CopyLoadOp::verify() {
  if (failed(verifyFill(*this)))
    return failure();
  TileType tile = getRing().getType().getTiles()[getTile()];
  if (tile.getElementType().getIntOrFloatBitWidth() != 32)
    return emitOpError("expects 4-byte elements, got ")
           << tile.getElementType();
  if (tile.getSwizzle() != 0)
    return emitOpError("expects a tile without swizzle, got ")
           << tile.getSwizzle();
  return success();
}

LogicalResult SlotReadOp::verify() {
  FailureOr<TileType> tile = ringTile(*this, getRing().getType(), getTile());
  if (failed(tile))
    return failure();
  auto result = cast<RankedTensorType>(getResult().getType());
  if (result.getShape() != tile->getShape() ||
      result.getElementType() != tile->getElementType())
    return emitOpError("expects a result of the tile's shape and element type, "
                       "got ")
           << result << " for " << *tile;
  return success();
}

LogicalResult WarpSpecializeOp::verify() {
  if (int64_t groups = getGroups(); groups <= 0)
    return emitOpError("expects at least one math group, got ") << groups;
  for (int64_t registers : {static_cast<int64_t>(getProducerRegisters()),
                            static_cast<int64_t>(getMathRegisters())})
    if (registers < 24 || registers > 256 || registers % 8 != 0)
      return emitOpError("expects register counts between 24 and 256 that are "
                         "multiples of 8, got ")
             << registers;
  if (getProducer().getNumArguments() != 0)
    return emitOpError("expects a producer region without arguments");
  if (getMath().getNumArguments() != 1 ||
      !getMath().getArgument(0).getType().isIndex())
    return emitOpError("expects the math region to take the group as an index");
  return success();
}

LogicalResult SplatOp::verify() {
  return verifyElementTypes(*this, "operand value", getValue().getType(),
                            "the result",
                            fragment(getResult()).getElementType());
}

LogicalResult MmaAsyncOp::verify() {
  FailureOr<TileType> a = ringTile(*this, getRing().getType(), getA());
  FailureOr<TileType> b = ringTile(*this, getRing().getType(), getB());
  if (failed(a) || failed(b))
    return failure();
  for (auto [name, tile] : {std::pair("a", *a), std::pair("b", *b)}) {
    if (!isa<Float8E4M3FNType, Float8E5M2Type>(tile.getElementType()))
      return emitOpError("expects tile ")
             << name << " of element type f8E4M3FN or f8E5M2, got "
             << tile.getElementType();
    if (tile.getShape().size() != 2 || tile.getSwizzle() != 128)
      return emitOpError("expects tile ")
             << name << " of rank 2 and swizzle 128, got " << tile;
  }
  if (getK().size() != 2 || getK()[0] < 0 || getK()[1] > a->getShape()[1] ||
      getK()[0] >= getK()[1] || getK()[0] % 32 || getK()[1] % 32)
    return emitOpError("expects k to be a range of multiples of 32 within ")
           << a->getShape()[1];
  FragmentType type = fragment(getResult());
  if (!isa<MmaLayoutAttr>(type.getLayout()) || !type.getElementType().isF32() ||
      type.getShape()[0] != 64 || type.getShape()[1] != b->getShape()[0])
    return emitOpError("expects a result of 64x")
           << b->getShape()[0] << "xf32 in the mma layout, got " << type;
  if (type.getShape()[1] > 256)
    return emitOpError("expects at most 256 columns, got ")
           << type.getShape()[1];
  if (getReuse() && getReuse().getType() != type)
    return emitOpError("expects operand reuse of the result's type, got ")
           << getReuse().getType();
  return success();
}

LogicalResult ReadScalesOp::verify() {
  FailureOr<TileType> tile = ringTile(*this, getRing().getType(), getTile());
  if (failed(tile))
    return failure();
  if (!tile->getElementType().isF32() || tile->getShape().size() != 2 ||
      tile->getShape()[1] != 1)
    return emitOpError("expects a tile of Rx1xf32, got ") << *tile;
  if (int64_t block = getBlock(); block <= 0)
    return emitOpError("expects a positive block, got ") << block;
  FragmentType type = fragment(getResult());
  ArrayRef<int64_t> shape = type.getShape();
  bool rows = getDim() == Dim::Rows;
  if (!isa<MmaLayoutAttr>(type.getLayout()) || !type.getElementType().isF32() ||
      (rows ? shape[1] != 1 : shape[0] != 1))
    return emitOpError("expects a result of ")
           << (rows ? "64x1xf32 or 1x1xf32" : "1xSxf32")
           << " in the mma layout, got " << type;
  return success();
}

LogicalResult PromoteOp::verify() {
  FragmentType acc = fragment(getAcc()), rows = fragment(getRowScales()),
               cols = fragment(getColScales());
  if (!isa<MmaLayoutAttr>(acc.getLayout()) || acc.getShape()[0] != 64 ||
      acc.getShape()[1] % 8 != 0)
    return emitOpError("expects an accumulator of 64xN in the mma layout, got ")
           << acc;
  if (rows.getShape()[1] != 1)
    return emitOpError("expects row scales of 64x1 or 1x1, got ") << rows;
  int64_t parts = cols.getShape()[1];
  if (cols.getShape()[0] != 1 || acc.getShape()[1] % parts != 0 ||
      acc.getShape()[1] / parts % 8 != 0)
    return emitOpError("expects column scales of 1xS with N/S a multiple of 8, "
                       "got ")
           << cols;
  return success();
}

LogicalResult ElementwiseOp::verify() {
  Block &body = getBody().front();
  if (body.getNumArguments() != getOperands().size())
    return emitOpError("expects one body argument per operand, got ")
           << body.getNumArguments();
  if (getResults().empty())
    return emitOpError("expects at least one result");
  FragmentType first = fragment(getResults().front());
  auto same = [&](Value value) {
    return fragment(value).getShape() == first.getShape() &&
           fragment(value).getLayout() == first.getLayout();
  };
  for (auto [operand, arg] : llvm::zip(getOperands(), body.getArguments())) {
    if (fragment(operand).getElementType() != arg.getType())
      return emitOpError(
                 "expects body arguments of the operands' element types, "
                 "got ")
             << arg.getType();
    if (!same(operand))
      return emitOpError(
                 "expects operands of the result's shape and layout, got ")
             << operand.getType();
    if (!first.getBlock().empty() &&
        fragment(operand).getBlock() != first.getBlock())
      return emitOpError("expects operands constant over the result's blocks, "
                         "got ")
             << operand.getType();
  }
  auto yield = dyn_cast<YieldOp>(body.getTerminator());
  if (!yield || yield.getValues().size() != getResults().size())
    return emitOpError("expects the body to yield one value per result");
  for (auto [value, result] : llvm::zip(yield.getValues(), getResults())) {
    if (value.getType() != fragment(result).getElementType())
      return emitOpError("expects the body to yield ")
             << fragment(result).getElementType() << ", got "
             << value.getType();
    if (!same(result) || fragment(result).getBlock() != first.getBlock())
      return emitOpError("expects results of one shape and layout, got ")
             << result.getType();
  }
  return success();
}

LogicalResult LoadFragmentOp::verify() {
  auto source = cast<MemRefType>(getSource().getType());
  if (failed(verifyIndices(*this, "source", source, getIndices().size())))
    return failure();
  AffineMap map = getMap();
  if (map.getNumDims() != 2 || map.getNumSymbols() != 0 ||
      static_cast<int64_t>(map.getNumResults()) != source.getRank() ||
      !map.isProjectedPermutation(/*allowZeroInResults=*/true))
    return emitOpError("expects a map that projects (row, column) to ")
           << source.getRank() << " indices, got " << getMapAttr();
  FragmentType result = fragment(getResult());
  if (failed(verifyElementPositions(*this, "a result", result)))
    return failure();
  if (getParked() && (!isa<BlockedLayoutAttr>(result.getLayout()) ||
                      !result.getBlock().empty()))
    return emitOpError("expects a result in a blocked layout and without a "
                       "block when parked, got ")
           << result;
  return verifyElementTypes(*this, "a result", result.getElementType(),
                            "operand source", source.getElementType());
}

LogicalResult StoreFragmentOp::verify() {
  auto dest = cast<MemRefType>(getDest().getType());
  if (dest.getRank() != 2)
    return emitOpError("expects operand dest of rank 2, got rank ")
           << dest.getRank();
  if (failed(verifyIndices(*this, "dest", dest, getIndices().size())) ||
      failed(
          verifyElementPositions(*this, "operand value", fragment(getValue()))))
    return failure();
  FragmentType value = fragment(getValue());
  bool codes = value.getElementType().getIntOrFloatBitWidth() == 8 &&
               isa<BlockedLayoutAttr>(value.getLayout());
  if (getTransposed() && value.getBlock().empty() && !codes)
    return emitOpError(
               "expects operand value of one-byte elements in a blocked "
               "layout, or with a block, when transposed, got ")
           << value;
  return verifyElementTypes(*this, "operand value",
                            fragment(getValue()).getElementType(),
                            "operand dest", dest.getElementType());
}

/// What is quantised.
static bool isFloatInChunks(FragmentType type) {
  Type element = type.getElementType();
  return isa<BlockedLayoutAttr>(type.getLayout()) && type.getBlock().empty() &&
         (element.isF32() || element.isBF16() || element.isF16());
}

LogicalResult BlockAbsmaxOp::verify() {
  if (getValues().empty())
    return emitOpError("expects at least 1 operand, got none");
  FragmentType from = fragment(getValues().front()), to = fragment(getResult());
  if (!isFloatInChunks(from))
    return emitOpError("expects an f32, bf16 or f16 operand in a blocked "
                       "layout, got ")
           << from;
  for (Value value : getValues())
    if (value.getType() != from)
      return emitOpError("expects operands of one type, got ")
             << from << " and " << value.getType();
  if (to.getShape() != from.getShape() || to.getLayout() != from.getLayout() ||
      to.getBlock().empty() || !to.getElementType().isF32())
    return emitOpError(
               "expects an f32 result of the operand's shape and layout "
               "with a block, got ")
           << to;
  auto layout = cast<BlockedLayoutAttr>(from.getLayout());
  if (getValues().size() > 1 && to.getBlock()[0] != from.getShape()[0])
    return emitOpError("of several operands expects a result whose block has "
                       "their ")
           << from.getShape()[0] << " rows, got " << to.getBlock()[0];
  if (getValues().size() > 1 && layout.getCluster() != 1)
    return emitOpError("of several operands expects a layout of 1 thread "
                       "block, got a cluster of ")
           << layout.getCluster();
  return success();
}

LogicalResult ScaledCastOp::verify() {
  FragmentType value = fragment(getValue()), scales = fragment(getScales()),
               result = fragment(getResult());
  if (!isFloatInChunks(value))
    return emitOpError("expects an f32, bf16 or f16 operand in a blocked "
                       "layout, got ")
           << value;
  if (scales.getShape() != value.getShape() ||
      scales.getLayout() != value.getLayout() || scales.getBlock().empty() ||
      !scales.getElementType().isF32())
    return emitOpError(
               "expects f32 scales of the operand's shape and layout with "
               "a block, got ")
           << scales;
  if (result.getShape() != value.getShape() ||
      result.getLayout() != value.getLayout() || !result.getBlock().empty() ||
      (!isa<Float8E4M3FNType, Float8E5M2Type>(result.getElementType()) &&
       !result.getElementType().isSignlessInteger(8)))
    return emitOpError("expects a result of the operand's shape and layout and "
                       "element type f8E4M3FN, f8E5M2 or i8, got ")
           << result;
  return success();
}

LogicalResult EncodeScalesOp::verify() {
  FragmentType scales = fragment(getScales()), result = fragment(getResult());
  if (scales.getBlock().empty() || !scales.getElementType().isF32())
    return emitOpError("expects an f32 operand with a block, got ") << scales;
  if (!isa<Float8E8M0FNUType>(result.getElementType()) ||
      result != scales.cloneWith(result.getElementType()))
    return emitOpError("expects a result of the operand's shape, layout and "
                       "block and element type f8E8M0FNU, got ")
           << result;
  return success();
}
