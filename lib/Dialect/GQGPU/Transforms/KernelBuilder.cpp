//===- KernelBuilder.cpp - operands and loop of a kernel ------------------===//
#include "KernelBuilder.h"
#include "gq/Dialect/GQGPU/IR/Pitched.h"
#include "gq/Support/PitchedArguments.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::gqgpu;

using OFR = OpFoldResult;

static MemRefType memrefOf(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

/// The dynamic size `tensor` was made with, seen through the kernels that wrote
/// it, or null.
static Value sizeMadeWith(Value tensor, int64_t dim) {
  while (auto launch = tensor.getDefiningOp<LaunchOp>())
    tensor = launch.getOuts()[cast<OpResult>(tensor).getResultNumber()];
  auto empty = tensor.getDefiningOp<tensor::EmptyOp>();
  return empty && empty.getType().isDynamicDim(dim) ? empty.getDynamicSize(dim)
                                                    : Value();
}

void KernelBuilder::collectOperands() {
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(forall.getRegion(), captured);
  for (Value value : captured)
    if (isa<RankedTensorType>(value.getType()) && !isEmpty(value))
      inputs.push_back(value);
  for (Value value : captured)
    if (!isa<TensorType>(value.getType()))
      collectSizes(value);
  for (OFR bound : forall.getMixedUpperBound())
    if (auto value = dyn_cast<Value>(bound))
      collectSizes(value);
}

/// Tensors that only give a size, when nothing the kernel has was made with it.
void KernelBuilder::collectSizes(Value value) {
  SmallVector<Value> operands(inputs);
  llvm::append_range(operands, forall.getOutputs());
  for (Value operand : operands)
    for (int64_t dim = 0,
                 rank = cast<RankedTensorType>(operand.getType()).getRank();
         dim < rank; ++dim)
      if (sizeMadeWith(operand, dim) == value)
        return;
  Operation *def = value.getDefiningOp();
  auto dim = dyn_cast_or_null<tensor::DimOp>(def);
  if (!dim) {
    if (def && isPure(def))
      for (Value operand : def->getOperands())
        if (!isa<TensorType>(operand.getType()))
          collectSizes(operand);
    return;
  }
  Value source = dim.getSource();
  std::optional<int64_t> which = dim.getConstantIndex();
  if (auto empty = source.getDefiningOp<tensor::EmptyOp>()) {
    if (which && empty.getType().isDynamicDim(*which))
      collectSizes(empty.getDynamicSize(*which));
  } else if (which && isa<RankedTensorType>(source.getType()) &&
             !llvm::is_contained(operands, source)) {
    inputs.push_back(source);
  }
}

/// An index computed outside the forall, computed again in the kernel: from
/// constants and from sizes of tensors that the kernel has.
FailureOr<Value> KernelBuilder::hostIndex(Value value) {
  if (Value known = map.lookupOrNull(value))
    return known;
  Operation *def = value.getDefiningOp();
  if (auto dim = dyn_cast_or_null<tensor::DimOp>(def)) {
    Value source = dim.getSource();
    std::optional<int64_t> constant = dim.getConstantIndex();
    if (constant) {
      // The size of a destination made for this: take the size it was made
      // with.
      if (auto empty = source.getDefiningOp<tensor::EmptyOp>()) {
        OFR size = empty.getMixedSizes()[*constant];
        if (std::optional<int64_t> fixed = getConstantIntValue(size))
          return index(*fixed);
        return hostIndex(cast<Value>(size));
      }
      auto view = views.find(source);
      if (view != views.end()) {
        Value size = memref::DimOp::create(
            b, value.getLoc(), view->second.memref, index(*constant));
        map.map(value, size);
        return size;
      }
    }
  }
  // A size that an operand was made with will do.
  SmallVector<Value> operands(inputs);
  llvm::append_range(operands, forall.getOutputs());
  for (Value operand : operands) {
    auto view = views.find(operand);
    if (view == views.end())
      continue;
    int64_t rank = cast<RankedTensorType>(operand.getType()).getRank();
    for (int64_t dim = 0; dim < rank; ++dim) {
      if (sizeMadeWith(operand, dim) != value)
        continue;
      Value size = memref::DimOp::create(b, value.getLoc(), view->second.memref,
                                         index(dim));
      map.map(value, size);
      return size;
    }
  }
  if (def && !isa<tensor::DimOp>(def) && isPure(def) &&
      def->getNumRegions() == 0 &&
      llvm::none_of(def->getOperandTypes(),
                    [](Type t) { return isa<TensorType>(t); })) {
    for (Value operand : def->getOperands())
      if (failed(hostIndex(operand)))
        return failure();
    b.clone(*def, map);
    return map.lookup(value);
  }
  return forall.emitOpError("uses a value that the kernel cannot compute from "
                            "constants and sizes of its operands")
                 .attachNote(value.getLoc())
             << "defined here",
         failure();
}

LogicalResult KernelBuilder::build(gpu::GPUModuleOp gpuModule,
                                   SymbolTable &symbols) {
  Location loc = forall.getLoc();
  collectOperands();

  // What the kernel is for decides its name and how it is launched.
  FailureOr<gq::BlockOpInterface> anchor = gq::findKernelOp(forall.getRegion());
  if (failed(anchor))
    return failure();
  gq::StrategyAttrInterface config;
  StringRef what = "kernel";
  bool persistent = false;
  SmallVector<int64_t> perBlock;
  if (*anchor) {
    config = anchor->getStrategy();
    if (config && !config.getRewriting().empty())
      return (*anchor)->emitOpError("has a config of ")
             << config.getRewriting() << "; run gq-apply-config first";
    what = anchor->getKernelWord();
    persistent = anchor->isPersistent();
    ofSum = anchor->isSum();
    perBlock = anchor->getLoopBlocks();
  }

  SmallVector<Type> types;
  for (ValueRange values :
       {ValueRange(inputs), ValueRange(forall.getOutputs())}) {
    for (Type type : values.getTypes()) {
      if (!getElementTypeOrSelf(type).isIntOrFloat())
        return forall.emitOpError("reads or writes a tensor whose elements are "
                                  "neither integers nor floats, ")
               << type;
      types.push_back(memrefOf(type));
    }
  }
  auto function = forall->getParentOfType<func::FuncOp>();
  b.setInsertionPointToEnd(gpuModule.getBody());
  kernel =
      KernelOp::create(b, loc, (function.getSymName() + "_" + what).str(),
                       b.getFunctionType(types, {}), ArrayAttr(), ArrayAttr(),
                       /*threads=*/IntegerAttr(), /*cluster=*/IntegerAttr(),
                       /*cluster_tiles=*/DenseI64ArrayAttr(),
                       /*shared_memory=*/IntegerAttr(), GridAttr(),
                       /*dependent=*/false, /*occupancy=*/IntegerAttr(),
                       /*pause=*/DenseI64ArrayAttr());
  symbols.insert(kernel);
  for (auto [i, input] : llvm::enumerate(inputs))
    if (isPitchedOfFunction(input))
      kernel.setArgAttr(i, gq::kPitchedAttr, b.getUnitAttr());
  if (config) {
    if (std::optional<int64_t> threads = config.getLaunchThreads())
      kernel.setThreads(*threads);
    if (std::optional<int64_t> cluster = config.getLaunchCluster())
      kernel.setCluster(*cluster);
    if (std::optional<int64_t> occupancy = config.getOccupancy())
      kernel.setOccupancy(*occupancy);
  }
  Block *entry = &kernel.getBody().emplaceBlock();
  for (Type type : types)
    entry->addArgument(type, loc);
  b.setInsertionPointToStart(entry);
  auto addView = [&](Value tensor, Value memref) {
    View view;
    view.memref = memref;
    int64_t rank = cast<MemRefType>(memref.getType()).getRank();
    view.offsets.assign(rank, Value());
    view.tensor = tensor;
    view.starts.assign(rank, ends.of(b.getIndexAttr(0)));
    views[tensor] = view;
  };
  for (auto [input, arg] : llvm::zip(inputs, entry->getArguments()))
    addView(input, arg);
  for (auto [output, iterArg, arg] :
       llvm::zip(forall.getOutputs(), forall.getRegionIterArgs(),
                 entry->getArguments().drop_front(inputs.size()))) {
    addView(iterArg, arg);
    if (!views.count(output))
      addView(output, arg);
  }

  // Values from outside that are not tensors.
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(forall.getRegion(), captured);
  for (Value value : captured)
    if (!isa<TensorType>(value.getType()) && failed(hostIndex(value)))
      return failure();

  SmallVector<Value> upper;
  SmallVector<int64_t> steps;
  for (auto [lb, ub, step] :
       llvm::zip(forall.getMixedLowerBound(), forall.getMixedUpperBound(),
                 forall.getMixedStep())) {
    if (getConstantIntValue(lb) != 0)
      return forall.emitOpError("expects lower bounds of 0");
    std::optional<int64_t> constant = getConstantIntValue(step);
    if (!constant)
      return forall.emitOpError("expects constant steps");
    steps.push_back(*constant);
    if (std::optional<int64_t> fixed = getConstantIntValue(ub)) {
      upper.push_back(index(*fixed));
      continue;
    }
    FailureOr<Value> value = hostIndex(cast<Value>(ub));
    if (failed(value))
      return failure();
    upper.push_back(*value);
  }

  // Only a loop over tiles of the config's size may work on whole ones.
  // (steps count blocks where the result is scales). Dimensions before the last
  // two go through several such tensors.
  SmallVector<int64_t> tile(config ? config.getTile() : ArrayRef<int64_t>());
  if (tile.size() > 1)
    tile[1] /= config.getSharers();
  auto isTile = [&](ArrayRef<int64_t> scale) {
    if (steps.size() < 2 || scale.size() < 2)
      return false;
    ArrayRef<int64_t> step = ArrayRef(steps).take_back(2);
    return tile[0] % scale[0] == 0 && tile[1] % scale[1] == 0 &&
           step[0] == tile[0] / scale[0] && step[1] == tile[1] / scale[1];
  };
  if (config && (isTile({1, 1}) || isTile(perBlock)))
    wholeTile = tile;

  // Where one thread block of a cluster stores, all have the same tile, and the
  // numbers of their parts are the indices of a dimension of their own.
  bool oneStores = config && config.getSharers() < config.getParts();
  if (oneStores) {
    upper.insert(upper.begin(), index(config.getParts()));
    steps.insert(steps.begin(), 1);
    SmallVector<int64_t> tiles(steps.size(), 1);
    tiles.front() = config.getParts();
    kernel.setClusterTiles(tiles);
  } else if (SmallVector<int64_t> tiles =
                 config ? config.getClusterTiles() : SmallVector<int64_t>();
             !tiles.empty()) {
    if (steps.size() < tiles.size())
      return forall.emitOpError("expects a loop of at least ")
             << tiles.size() << " dimensions for a config with clusters, got "
             << steps.size();
    tiles.insert(tiles.begin(), steps.size() - tiles.size(), 1);
    kernel.setClusterTiles(tiles);
  }
  int64_t raster = config ? config.getRaster() : 1;
  auto loop = TileLoopOp::create(b, loc, upper, steps, raster, persistent,
                                 ValueRange());
  tileLoop = loop;
  gq::remarkDecision(
      loop, "gq-outline-kernels", "grid",
      persistent
          ? "persistent: each multiprocessor takes tile after tile, in bands "
            "of " +
                Twine(raster)
          : Twine("one thread block (or cluster) for each tile"));
  ReturnOp::create(b, loc);
  b.setInsertionPointToEnd(&loop.getBody().front());
  auto yield = YieldOp::create(b, loc);
  b.setInsertionPoint(yield);
  for (auto [iv, arg] :
       llvm::zip(forall.getInductionVars(),
                 loop.getInductionVars().take_back(forall.getRank())))
    map.map(iv, arg);
  if (oneStores)
    stores = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                   loop.getInductionVars().front(), index(0));
  if (hasTilesOfOthers(loop))
    for (auto [iv, ub, group] : llvm::zip(
             loop.getInductionVars(), loop.getUbs(), loop.getClusterTiles())) {
      if (group == 1)
        continue;
      Value below =
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, iv, ub);
      inside = inside ? arith::AndIOp::create(b, loc, inside, below).getResult()
                      : below;
    }
  return failure(failed(convertBlock(*forall.getBody())) ||
                 failed(verifyResultReads(loop)));
}

void KernelBuilder::replaceWithLaunch(gpu::GPUModuleOp gpuModule) {
  b.setInsertionPoint(forall);
  auto callee = SymbolRefAttr::get(b.getContext(), gpuModule.getName(),
                                   {SymbolRefAttr::get(kernel)});
  auto launch =
      LaunchOp::create(b, forall.getLoc(), forall.getResultTypes(), callee,
                       inputs, SmallVector<Value>(forall.getOutputs()));
  forall.replaceAllUsesWith(launch.getResults());
  forall.erase();
}
