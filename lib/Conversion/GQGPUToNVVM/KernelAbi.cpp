//===- KernelAbi.cpp - parameters and facts of one kernel -----------------===//
#include "KernelAbi.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/Dependency.h"
#include "gq/Dialect/GQGPU/IR/Pitched.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Protocol/Budgets.h"
#include "gq/Dialect/GQGPU/Protocol/Extents.h"
#include "gq/Support/DimIndex.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::gqgpu;

TmaBox mlir::gqgpu::loadBox(TmaLoadOp load, unsigned operand) {
  TileType tile = load.getRing().getType().getTiles()[load.getTile()];
  SmallVector<int64_t> box(llvm::reverse(tile.getShape()));
  box.back() = *rowsOfBox(tile, gq::getTarget(load).tmaBox);
  return {operand, box, tile.getSwizzle(), tile.getPermuted(),
          static_cast<int64_t>(load.getL2Promotion().value_or(kL2Promotion))};
}

TmaBox mlir::gqgpu::storeBox(TileType staging, unsigned operand) {
  ArrayRef<int64_t> shape = staging.getShape();
  return {operand, {shape[2], shape[1]}, staging.getSwizzle()};
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

Value KernelAbi::tensorMap(const TmaBox &box) const {
  for (auto &[known, value] : maps)
    if (known == box)
      return value;
  return {};
}

static std::optional<TmaElement> tmaElement(Type type) {
  if (type.isBF16())
    return TmaElement::BF16;
  if (type.isF16())
    return TmaElement::F16;
  if (type.isF32())
    return TmaElement::F32;
  if (type.getIntOrFloatBitWidth() == 8)
    return TmaElement::U8; // FP8 has no type of its own: bytes are moved
  return std::nullopt;
}

/// What earlier passes take apart is gone, and what the roles do must be
/// possible where they do it.
static LogicalResult checkOps(KernelOp kernel) {
  WalkResult result = kernel.walk([&](Operation *op) {
    StringRef before;
    auto store = dyn_cast<StoreFragmentOp>(op);
    if (isa<BlockAbsmaxOp, BlockReduceOp>(op))
      before = "gq-expand-reductions";
    else if (store && store.getPath() == Path::Tma)
      before = "gq-stage-stores";
    else if (std::optional<SharedExtent> extent = SharedExtent::get(op);
             extent && (!extent->offset || !kernel.getSharedMemory()))
      before = "gq-allocate-shared-memory";
    if (!before.empty()) {
      op->emitOpError("has no lowering as it is; run ") << before << " first";
      return WalkResult::interrupt();
    }
    if (auto role = dyn_cast<RoleOp>(op);
        role && role.getKind() == RoleKind::Fill) {
      op->emitOpError("fills in two ways; run gq-split-copies first");
      return WalkResult::interrupt();
    }
    if (auto ring = dyn_cast<RingCreateOp>(op)) {
      if (!ring.hasRoles()) {
        op->emitOpError("does not say filled_by and consumed_by; run "
                        "gq-warp-specialize first");
        return WalkResult::interrupt();
      }
      for (Operation *user : ring.getRing().getUsers()) {
        if (isa<AdvanceOp>(user) || roleOf(user))
          continue;
        user->emitOpError("expects to be in a role");
        return WalkResult::interrupt();
      }
    }
    if (auto acquire = dyn_cast<AcquireOp>(op);
        acquire && !acquire.getRing().getDefiningOp<RingCreateOp>()) {
      op->emitOpError("expects the result of a gqgpu.ring_create, which says "
                      "the bytes of a slot");
      return WalkResult::interrupt();
    }
    if (auto load = dyn_cast<TmaLoadOp>(op)) {
      TileType tile = load.getRing().getType().getTiles()[load.getTile()];
      if (!tmaElement(tile.getElementType())) {
        op->emitOpError("has no lowering for element type ")
            << tile.getElementType();
        return WalkResult::interrupt();
      }
      int64_t most = gq::getTarget(op).tmaBox;
      if (!rowsOfBox(tile, most)) {
        op->emitOpError("has a tile of ")
            << tile.getShape()[0] << " rows, which boxes of at most " << most
            << " cannot divide";
        return WalkResult::interrupt();
      }
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Memrefs must be the kernel's own arguments: parameters are made for those.
static LogicalResult checkOperands(KernelOp kernel) {
  WalkResult result = kernel.walk([&](Operation *op) {
    if (auto block = dyn_cast<gq::BlockOpInterface>(op);
        block && failed(block.requireTensors()))
      return WalkResult::interrupt();
    for (Value operand : op->getOperands()) {
      if (!isa<MemRefType>(operand.getType()))
        continue;
      auto arg = dyn_cast<BlockArgument>(operand);
      if (!arg || arg.getOwner() != &kernel.getBody().front()) {
        op->emitOpError("uses a memref that is not an argument of the kernel");
        return WalkResult::interrupt();
      }
    }
    if (auto dim = dyn_cast<memref::DimOp>(op);
        dim && !dim.getConstantIndex()) {
      dim.emitOpError("expects a constant dimension inside a kernel");
      return WalkResult::interrupt();
    }
    if (isa<TileLoopOp>(op)) {
      op->emitOpError("is not expanded; run gq-expand-tile-loops first");
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

FailureOr<KernelAbi> KernelAbi::create(KernelOp kernel, OpBuilder &b) {
  MLIRContext *context = b.getContext();
  Location loc = kernel.getLoc();
  KernelAbi abi;
  if (failed(gq::verifyDimIndices(kernel)) || failed(checkOperands(kernel)))
    return failure();
  if (!kernel.getThreads())
    return kernel.emitOpError("has no threads; run gq-warp-specialize or "
                              "gq-outline-kernels first");
  if (failed(verifyBudgets(kernel)) || failed(verifyExtents(kernel)) ||
      failed(verifyThreads(kernel)) || failed(checkOps(kernel)))
    return failure();
  abi.threads = *kernel.getThreads();
  abi.cluster = kernel.getCluster().value_or(1);
  abi.blocksPerTile = kernel.getBlocksPerTile();
  auto sharedMemory =
      static_cast<int64_t>(kernel.getSharedMemory().value_or(0));
  // Without a loop over tiles every thread block does the same: one will do.
  GridAttr grid = kernel.getGrid().value_or(
      GridAttr::get(context, {}, AffineMap::getConstantMap(1, context), 0));

  // Which parameters each operand needs.
  Block &body = kernel.getBody().front();
  SmallVector<TmaBox> boxes;
  auto addBox = [&](TmaBox box) {
    if (!llvm::is_contained(boxes, box))
      boxes.push_back(std::move(box));
  };
  kernel.walk([&](TmaLoadOp op) {
    addBox(loadBox(op, cast<BlockArgument>(op.getSource()).getArgNumber()));
  });
  kernel.walk([&](TmaStoreOp op) {
    addBox(storeBox(op.getBuffer().getType(),
                    cast<BlockArgument>(op.getDest()).getArgNumber()));
  });

  SmallVector<Type> types;
  SmallVector<Attribute> params;
  SmallVector<DictionaryAttr> argAttrs;
  auto named = [&](StringRef name, Attribute value) {
    return b.getNamedAttr(name, value);
  };
  auto pointerType = LLVM::LLVMPointerType::get(context);
  for (TmaBox &box : boxes) {
    auto memref = cast<MemRefType>(body.getArgument(box.operand).getType());
    types.push_back(pointerType);
    argAttrs.push_back(b.getDictionaryAttr(
        {named(LLVM::LLVMDialect::getByValAttrName(),
               TypeAttr::get(LLVM::LLVMArrayType::get(b.getI64Type(), 16))),
         named(LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(64)),
         named(NVVM::NVVMDialect::getGridConstantAttrName(),
               b.getUnitAttr())}));
    params.push_back(TensorMapAttr::get(
        context, box.operand, *tmaElement(memref.getElementType()), box.box,
        box.swizzle, box.permuted, box.l2Promotion));
  }
  unsigned firstPointer = types.size();
  for (BlockArgument arg : body.getArguments()) {
    if (!isa<MemRefType>(arg.getType()))
      return kernel.emitOpError("argument ")
             << arg.getArgNumber()
             << " is not a memref; scalar arguments have no lowering";
    types.push_back(LLVM::LLVMPointerType::get(context, 1));
    argAttrs.push_back(b.getDictionaryAttr({}));
    params.push_back(PointerAttr::get(context, arg.getArgNumber()));
  }
  SmallVector<std::pair<unsigned, unsigned>> dynamicDims;
  for (BlockArgument arg : body.getArguments()) {
    auto memref = cast<MemRefType>(arg.getType());
    for (unsigned dim = 0; dim < memref.getRank(); ++dim) {
      if (!memref.isDynamicDim(dim))
        continue;
      dynamicDims.push_back({arg.getArgNumber(), dim});
      types.push_back(b.getI32Type());
      argAttrs.push_back(b.getDictionaryAttr({}));
      params.push_back(SizeAttr::get(context, arg.getArgNumber(), dim));
    }
  }

  SmallVector<unsigned> pitched;
  for (BlockArgument arg : body.getArguments()) {
    if (!isPitchedArgument(arg))
      continue;
    pitched.push_back(arg.getArgNumber());
    types.push_back(b.getI32Type());
    argAttrs.push_back(b.getDictionaryAttr({}));
    params.push_back(PitchAttr::get(context, arg.getArgNumber()));
  }

  b.setInsertionPoint(kernel);
  auto function = LLVM::LLVMFuncOp::create(
      b, loc, kernel.getSymName(),
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types));
  for (auto [i, attrs] : llvm::enumerate(argAttrs))
    function.setArgAttrs(i, attrs);
  abi.function = function;
  function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(),
                    b.getUnitAttr());
  function->setAttr(
      NVVM::NVVMDialect::getMaxntidAttrName(),
      b.getDenseI32ArrayAttr({static_cast<int32_t>(abi.threads)}));
  // setmaxnreg is ignored unless the register count at entry is known. Where
  // thread blocks share a multiprocessor they may leave some to other kernels.
  if (int64_t blocks = kernel.getOccupancyOrOne(); blocks > 1)
    function->setAttr(NVVM::NVVMDialect::getMaxnregAttrName(),
                      b.getI32IntegerAttr(static_cast<int32_t>(
                          gq::getTarget(kernel).shareOf(blocks).launchRegisters(
                              abi.threads))));
  else if (rolesOf(kernel))
    function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                      b.getI32IntegerAttr(1));
  if (abi.cluster > 1)
    function->setAttr(
        NVVM::NVVMDialect::getClusterDimAttrName(),
        b.getDenseI32ArrayAttr({static_cast<int32_t>(abi.cluster), 1, 1}));
  function->setAttr(GQGPUDialect::getLaunchAttrName(),
                    LaunchAttr::get(context, abi.threads, abi.cluster,
                                    sharedMemory, grid, params,
                                    kernel.getDependent()));

  // The body, with the old arguments replaced by casts of the pointers.
  Block *entry = function.addEntryBlock(b);
  b.setInsertionPointToStart(entry);
  Emitter e(b, loc);
  for (auto [box, arg] : llvm::zip(boxes, entry->getArguments()))
    abi.maps.push_back({box, arg});
  abi.dims.resize(body.getNumArguments());
  abi.changing.resize(body.getNumArguments());
  for (BlockArgument arg : body.getArguments())
    abi.changing[arg.getArgNumber()] =
        kernel.getDependent() && !isConstantArgument(arg);
  auto dynamicArgs =
      entry->getArguments().drop_front(firstPointer + body.getNumArguments());
  for (BlockArgument arg : body.getArguments()) {
    unsigned i = arg.getArgNumber();
    auto memref = cast<MemRefType>(arg.getType());
    abi.pointers.push_back(entry->getArgument(firstPointer + i));
    for (int64_t size : memref.getShape())
      abi.dims[i].push_back(ShapedType::isDynamic(size) ? Value()
                                                        : e.c32(size));
  }
  for (auto [which, value] : llvm::zip(dynamicDims, dynamicArgs))
    abi.dims[which.first][which.second] = value;
  abi.pitches.resize(body.getNumArguments());
  for (auto [operand, value] :
       llvm::zip(pitched, dynamicArgs.drop_front(dynamicDims.size())))
    abi.pitches[operand] = value;

  abi.thread = NVVM::ThreadIdXOp::create(b, loc, e.i32());
  abi.lane = e.bitAnd(abi.thread, 31);
  // Through a shuffle, so that ptxas knows the warp number to be uniform.
  abi.warp = ptx::broadcast(b, loc, e.lshr(abi.thread, 5));
  auto shared = LLVM::AddressOfOp::create(
      b, loc, LLVM::LLVMPointerType::get(context, 3), kSharedName);
  abi.shared = LLVM::PtrToIntOp::create(b, loc, e.i32(), shared);
  abi.clusterRank =
      abi.cluster > 1 ? NVVM::ClusterId::create(b, loc, e.i32()) : e.c32(0);

  for (BlockArgument arg : body.getArguments()) {
    auto memref = UnrealizedConversionCastOp::create(
        b, loc, TypeRange(arg.getType()), abi.pointers[arg.getArgNumber()]);
    abi.operands[memref.getResult(0)] = arg.getArgNumber();
    arg.replaceAllUsesWith(memref.getResult(0));
  }
  entry->getOperations().splice(entry->end(), body.getOperations());
  function.walk([&](memref::DimOp dim) {
    b.setInsertionPoint(dim);
    Value size = abi.dim(dim.getSource(), *dim.getConstantIndex());
    auto index = UnrealizedConversionCastOp::create(
        b, loc, TypeRange(b.getIndexType()), size);
    dim.replaceAllUsesWith(index.getResult(0));
    dim.erase();
  });
  return abi;
}
