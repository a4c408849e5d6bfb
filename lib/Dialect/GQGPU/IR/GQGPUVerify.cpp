//===- GQGPUVerify.cpp - verifiers of kernels, tiles and rings ------------===//
#include "GQGPUVerify.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"

using namespace mlir;
using namespace mlir::gqgpu;

LogicalResult KernelOp::verify() {
  for (auto [name, number] : {std::pair("threads", getThreads()),
                              std::pair("thread blocks", getCluster())})
    if (int64_t count = static_cast<int64_t>(number.value_or(1)); count <= 0)
      return emitOpError("expects a positive number of ")
             << name << ", got " << count;
  constexpr int64_t kMostBlocks = 32; // that any multiprocessor runs at once
  if (int64_t blocks = getOccupancyOrOne(); blocks < 1 || blocks > kMostBlocks)
    return emitOpError("expects an occupancy from 1 to ")
           << kMostBlocks << ", got " << blocks;
  if (std::optional<ArrayRef<int64_t>> pause = getPause();
      pause && (pause->size() != 2 || (*pause)[0] < 1 || (*pause)[1] < 1))
    return emitOpError("expects a pause of two positive numbers (slots, "
                       "nanoseconds), got ")
           << getPauseAttr();
  if (std::optional<ArrayRef<int64_t>> tiles = getClusterTiles()) {
    int64_t blocks = 1, cluster = getCluster().value_or(1);
    for (int64_t count : *tiles) {
      if (count <= 0 || !llvm::isInt<32>(count))
        return emitOpError("expects cluster_tiles from 1 to ")
               << std::numeric_limits<int32_t>::max() << ", got " << count;
      if (llvm::MulOverflow(blocks, count, blocks))
        blocks = INT64_MAX;
    }
    if (blocks != cluster)
      return emitOpError("expects one of cluster_tiles for each of ")
             << cluster << " thread blocks of a cluster, got " << blocks;
  }
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
    // Coordinates have 32 bits, and those of the copy engine a sign.
    for (int64_t size : memref ? memref.getShape() : ArrayRef<int64_t>())
      if (!ShapedType::isDynamic(size) && !llvm::isInt<32>(size))
        return emitOpError("expects sizes of argument ")
               << i << " of at most " << std::numeric_limits<int32_t>::max()
               << ", got " << size;
  }
  auto roles = getBody().getOps<WarpSpecializeOp>();
  if (size_t count = llvm::range_size(roles); count > 1)
    return emitOpError("expects at most one gqgpu.warp_specialize, got ")
           << count;
  if (!getGrid())
    return success();
  for (SizeAttr size : getGrid()->getSizes()) {
    ArrayRef<Type> inputs = getFunctionType().getInputs();
    auto memref = size.getOperand() < static_cast<int64_t>(inputs.size())
                      ? dyn_cast<MemRefType>(inputs[size.getOperand()])
                      : MemRefType();
    if (!memref || size.getDim() >= memref.getRank())
      return emitOpError("expects a grid of dimensions of its operands, got ")
             << size;
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
  return failure(failed(verifyConstants(*this, kernel)) ||
                 failed(verifyPitched(*this, kernel)));
}

LogicalResult TileLoopOp::verify() {
  if (getSteps().empty())
    return emitOpError("expects at least one tile index");
  if (getBoundsAndInits().size() < getSteps().size())
    return emitOpError("expects an upper bound for each of its ")
           << getSteps().size() << " steps, got " << getBoundsAndInits().size();
  for (Value ub : getUbs())
    if (!ub.getType().isIndex())
      return emitOpError("expects upper bounds of index type, got ")
             << ub.getType();
  for (int64_t step : getSteps())
    if (step <= 0 || !llvm::isInt<32>(step))
      return emitOpError("expects steps from 1 to ")
             << std::numeric_limits<int32_t>::max() << ", got " << step;
  if (int64_t raster = getRaster(); raster <= 0 || !llvm::isInt<32>(raster))
    return emitOpError("expects a raster from 1 to ")
           << std::numeric_limits<int32_t>::max() << ", got " << raster;
  // A loop counts in 32 bits, and its step is that of all turns.
  constexpr int64_t kMostTurns = 32;
  int64_t turn = getTurn(), turns = getTurns();
  if (turns <= 0 || turns > kMostTurns)
    return emitOpError("expects from 1 to ")
           << kMostTurns << " turns, got " << turns;
  if (turn < 0 || turn >= turns)
    return emitOpError("expects a turn from 0 to ")
           << turns - 1 << ", got " << turn;
  if (turns > 1 && !getPersistent())
    return emitOpError("takes turns, expects to be persistent: else a thread "
                       "block has one tile");
  if (auto kernel = (*this)->getParentOfType<KernelOp>();
      kernel && kernel.getClusterTiles() &&
      kernel.getClusterTiles()->size() != getSteps().size())
    return emitOpError("expects cluster_tiles of the kernel for its ")
           << getSteps().size() << " tile indices, got "
           << kernel.getClusterTiles()->size();
  if (failed(verifyCut(*this)))
    return failure();
  Block &body = getBody().front();
  if (body.getNumArguments() != getNumIndices() + getInits().size())
    return emitOpError("expects one body argument per tile index and "
                       "loop-carried value, got ")
           << body.getNumArguments();
  if (failed(verifyCutArguments(*this)))
    return failure();
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

/// Rows that are permuted come from a source of whole groups: it has dimensions
/// of its own for the rows of a group, and for the groups.
template <typename OpTy>
static LogicalResult verifyGroups(OpTy op, int64_t permuted) {
  int64_t rows = cast<MemRefType>(op.getSource().getType()).getDimSize(0);
  if (ShapedType::isDynamic(rows) || rows % permuted != 0)
    return op.emitOpError("permutes rows in groups of ")
           << permuted << ": expects an operand source with a static multiple "
           << "of them, got " << op.getSource().getType();
  std::optional<int64_t> first = getConstantIntValue(op.getIndices().front());
  if (first && *first % permuted != 0)
    return op.emitOpError("permutes rows in groups of ")
           << permuted << ": expects a tile that starts at one, got row "
           << *first;
  return success();
}

template <typename OpTy> static LogicalResult verifyPromotion(OpTy op) {
  auto bytes = static_cast<int64_t>(op.getL2Promotion().value_or(kL2Promotion));
  if (bytes == 64 || bytes == 128 || bytes == kL2Promotion)
    return success();
  return op.emitOpError("expects an l2_promotion of 64, 128 or ")
         << kL2Promotion << " bytes, got " << bytes;
}

/// Tiles lie in shared memory and in registers, where elements have a width.
static LogicalResult verifyWidth(Operation *op, StringRef name, Type tensor) {
  if (getElementTypeOrSelf(tensor).isIntOrFloat())
    return success();
  return op->emitOpError("expects ")
         << name << " of integers or floats, got " << tensor;
}

LogicalResult LoadOp::verify() {
  if (failed(verifyIndices(*this, "source", getSource().getType(),
                           getIndices().size())))
    return failure();
  if (failed(verifyPromotion(*this)))
    return failure();
  auto tile = cast<RankedTensorType>(getResult().getType());
  auto source = cast<MemRefType>(getSource().getType());
  if (failed(verifyWidth(*this, "a result", tile)))
    return failure();
  if (tile.getRank() != source.getRank())
    return emitOpError("expects a result of rank ")
           << source.getRank() << " as operand source, got rank "
           << tile.getRank();
  if (failed(verifyDecoded(*this)))
    return failure();
  if (auto permuted = static_cast<int64_t>(getPermuted())) {
    // Rows of several times the swizzle go to as many slots.
    SmallVector<int64_t> slot(tile.getShape());
    int64_t bits = tile.getElementTypeBitWidth();
    if (auto swizzled = static_cast<int64_t>(getSwizzle()) * 8;
        swizzled != 0 && slot.back() * bits % swizzled == 0)
      slot.back() = swizzled / bits;
    if (failed(TileType::verifyInvariants([&] { return emitOpError(); }, slot,
                                          tile.getElementType(), getSwizzle(),
                                          /*band=*/0, permuted)) ||
        failed(verifyGroups(*this, permuted)))
      return failure();
    if (getPath() == Path::Copy)
      return emitOpError("has path copy; rows are permuted by the copy engine: "
                         "expects tma");
  }
  if (getScales())
    return success();
  return verifyElementTypes(*this, "a result", tile.getElementType(),
                            "operand source", source.getElementType());
}

LogicalResult LoadScalarOp::verify() {
  return verifyIndices(*this, "source", getSource().getType(),
                       getIndices().size());
}

LogicalResult StoreOp::verify() {
  if (failed(verifyIndices(*this, "dest", getDest().getType(),
                           getIndices().size())) ||
      failed(verifyEnds(*this)))
    return failure();
  if (getPath() == Path::Tma && !getEnds().empty())
    return emitOpError("has path tma, which writes to the end of operand dest; "
                       "with ends expects copy");
  if (failed(verifyDeferred(*this)))
    return failure();
  auto tile = cast<RankedTensorType>(getValue().getType());
  auto dest = cast<MemRefType>(getDest().getType());
  if (failed(verifyWidth(*this, "operand value", tile)))
    return failure();
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
  Type value = getValue().getType();
  Type element = isa<FragmentType>(value)
                     ? cast<FragmentType>(value).getElementType()
                     : getElementTypeOrSelf(value);
  if (std::optional<TypedAttr> fill = getFill();
      fill && fill->getType() != element)
    return emitOpError("expects filling of type ")
           << element << ", as operand value, got " << *fill;
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

/// Roles that load fill a ring, unless it says that a math role does, and that
/// nothing is loaded into it. Nor is anything into slots without tiles.
static LogicalResult verifyFills(Operation *op, TypedValue<RingType> ring) {
  if (ring.getType().getTiles().empty())
    return success();
  auto create = ring.getDefiningOp<RingCreateOp>();
  RoleOp role = roleOf(op);
  if (create && role && role.isMath() && create.getBytes() == 0 &&
      create.hasRoles() && create.isFilledBy(role.getName()))
    return success();
  return verifyRoleKind(op, {RoleKind::Fill, RoleKind::Tma, RoleKind::Copy});
}

LogicalResult AcquireOp::verify() {
  if (std::optional<int64_t> bytes = getBytes()) {
    if (*bytes < 0 || *bytes > kBarrierMax)
      return emitOpError("expects between 0 and ")
             << kBarrierMax << " bytes, got " << *bytes;
    if (RoleOp role = roleOf(*this); !role || role.getKind() != RoleKind::Tma)
      return emitOpError("has bytes, expects to be in a role of kind tma");
  }
  return verifyFills(*this, getRing());
}

LogicalResult CommitOp::verify() { return verifyFills(*this, getRing()); }

LogicalResult WaitOp::verify() { return verifyConsumes(*this); }

/// A number of another thread block of the cluster, or of this one.
static LogicalResult verifyPeer(Operation *op, StringRef key, int64_t rank) {
  auto kernel = op->getParentOfType<KernelOp>();
  int64_t peers = kernel ? kernel.getPeers() : 1;
  if (peers == 1)
    return op->emitOpError("has ")
           << key << ", expects a kernel whose thread blocks have tiles of "
           << "their own (cluster_tiles)";
  if (rank < 0 || rank >= peers)
    return op->emitOpError("expects ") << key << " of thread blocks from 0 to "
                                       << peers - 1 << ", got " << rank;
  return success();
}

LogicalResult ReleaseOp::verify() {
  if (std::optional<ArrayRef<int64_t>> peers = getPeers()) {
    if (peers->empty())
      return emitOpError("expects peers of at least 1 thread block");
    for (auto [i, rank] : llvm::enumerate(*peers)) {
      if (failed(verifyPeer(*this, "peers", rank)))
        return failure();
      if (i > 0 && rank <= (*peers)[i - 1])
        return emitOpError("expects peers in order, got ")
               << rank << " after " << (*peers)[i - 1];
    }
  }
  return verifyConsumes(*this);
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
  // Steps are cut where a row of shared memory ends, which is a swizzle.
  if (op.getPastEnd() && tile->getSwizzle() == 0)
    return op.emitOpError("has past_end, expects a tile with a swizzle, one of "
                          "several of a step of K, got ")
           << *tile;
  if constexpr (std::is_same_v<OpTy, CopyLoadOp>)
    if (op.getScales())
      return success();
  return verifyElementTypes(op, "a tile", tile->getElementType(),
                            "operand source", source.getElementType());
}

LogicalResult TmaLoadOp::verify() {
  if (failed(verifyFill(*this)) || failed(verifyPromotion(*this)))
    return failure();
  TileType tile = getRing().getType().getTiles()[getTile()];
  if (tile.getPermuted() && failed(verifyGroups(*this, tile.getPermuted())))
    return failure();
  if (std::optional<int64_t> from = getMulticast();
      from && failed(verifyPeer(*this, "multicast", *from)))
    return failure();
  return verifyRoleKind(*this, {RoleKind::Fill, RoleKind::Tma});
}

LogicalResult CopyLoadOp::verify() {
  if (failed(verifyFill(*this)))
    return failure();
  TileType tile = getTileType();
  if (unsigned bits = tile.getElementType().getIntOrFloatBitWidth();
      bits != 8 && bits != 16 && bits != 32)
    return emitOpError("expects elements of 1, 2 or 4 bytes, got ")
           << tile.getElementType();
  if (failed(verifyDecoded(*this)) || failed(verifyAligned(*this)))
    return failure();
  if (tile.getPermuted() != 0)
    return emitOpError("expects a tile whose rows are not permuted, got ")
           << tile;
  // cp.async of 4 bytes takes no cache policy.
  if (Eviction evict = getEvict().value_or(Eviction::Normal);
      evict != Eviction::Normal)
    return emitOpError("expects evict normal, got ")
           << stringifyEviction(evict);
  return verifyRoleKind(*this, {RoleKind::Fill, RoleKind::Copy});
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
  return verifyConsumes(*this);
}
