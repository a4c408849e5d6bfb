//===- OutlineKernels.cpp - loops over tiles become kernels ---------------===//
//
// In:  func.func with scf.forall {mapping = [#gpu.block ...]} on tensors.
// Out: gqgpu.kernel with a gqgpu.tile_loop, and gqgpu.launch in its place.
//
// Inside the kernel a tensor value is one of two things. A *view* is a part of
// a tensor in global memory (a memref argument and offsets); it becomes a load
// when an op reads it. A *tile* is a value with static shape. Tiles at the edge
// of a tensor keep their full size: what lies outside is zero, and is never
// stored.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_OUTLINEKERNELSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

using OFR = OpFoldResult;

namespace {

struct View {
  Value memref;
  SmallVector<Value> offsets;
  SmallVector<int64_t> tile; ///< static sizes, once sliced to a tile
  SmallVector<OFR> sizes;    ///< what exists of it
};

struct Tile {
  Value value;
  SmallVector<OFR> sizes; ///< elements at or past these are padding
  bool zeroPadded;        ///< and known to be zero
};

/// Builds one kernel from one forall.
class KernelBuilder {
public:
  KernelBuilder(scf::ForallOp forall, ModuleOp module)
      : forall(forall), b(forall.getContext()), module(module) {}

  LogicalResult build(gpu::GPUModuleOp gpuModule, SymbolTable &symbols);
  void replaceWithLaunch(gpu::GPUModuleOp gpuModule);

private:
  void collectOperands();
  FailureOr<Value> hostIndex(Value value);
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, forall.getLoc(), value);
  }
  Value index(OFR value) {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return index(*constant);
    return map.lookup(cast<Value>(value));
  }
  OFR mapped(OFR value) {
    if (getConstantIntValue(value))
      return b.getIndexAttr(*getConstantIntValue(value));
    return map.lookup(cast<Value>(value));
  }

  LogicalResult convertBlock(Block &block);
  LogicalResult convert(Operation *op);
  LogicalResult convert(tensor::ExtractSliceOp op);
  LogicalResult convert(tensor::InsertSliceOp op);
  LogicalResult convert(tensor::ParallelInsertSliceOp op);
  LogicalResult convert(scf::ForOp op);
  LogicalResult convertCompute(DestinationStyleOpInterface op);
  FailureOr<Tile> tileOf(Operation *user, Value value, bool read);

  scf::ForallOp forall;
  OpBuilder b;
  ModuleOp module;
  KernelOp kernel;
  SmallVector<Value> inputs; // captured tensors, then captured indices
  IRMapping map;             // indices and scalars
  DenseMap<Value, View> views;
  DenseMap<Value, Tile> tiles;
};

} // namespace

/// Largest value of a slice size, or failure with an error.
static FailureOr<int64_t> boundOf(Operation *op, OFR size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return *constant;
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, size, nullptr, /*closedUB=*/true);
  if (failed(bound))
    return op->emitOpError("has a size without a constant upper bound, which a "
                           "tile needs");
  return bound;
}

static MemRefType memrefOf(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

/// A tensor that exists only as a destination: nothing reads its contents.
static bool isEmpty(Value value) {
  return value.getDefiningOp<tensor::EmptyOp>() != nullptr;
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
  gq::ConfigAttr config;
  StringRef what = "kernel";
  forall.walk([&](Operation *op) {
    if (auto matmul = dyn_cast<gq::ScaledMatmulOp>(op)) {
      what = "matmul";
      config = matmul.getConfig().value_or(config);
    } else if (auto quantize = dyn_cast<gq::QuantizeOp>(op)) {
      what = "quantize";
      config = quantize.getConfig().value_or(config);
    }
  });
  bool matmul = what == "matmul";

  SmallVector<Type> types;
  for (Value input : inputs)
    types.push_back(memrefOf(input.getType()));
  for (Value output : forall.getOutputs())
    types.push_back(memrefOf(output.getType()));
  auto function = forall->getParentOfType<func::FuncOp>();
  b.setInsertionPointToEnd(gpuModule.getBody());
  kernel = KernelOp::create(b, loc, (function.getSymName() + "_" + what).str(),
                            b.getFunctionType(types, {}), ArrayAttr(),
                            ArrayAttr(), IntegerAttr(), IntegerAttr());
  symbols.insert(kernel);
  if (config && !matmul) {
    kernel.setThreads(config.getThreads());
    kernel.setCluster(config.getCluster());
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

  int64_t raster = config ? std::max<int64_t>(1, config.getRaster()) : 1;
  auto loop =
      TileLoopOp::create(b, loc, upper, steps, raster, matmul, ValueRange());
  ReturnOp::create(b, loc);
  b.setInsertionPointToEnd(&loop.getBody().front());
  auto yield = YieldOp::create(b, loc);
  b.setInsertionPoint(yield);
  for (auto [iv, arg] :
       llvm::zip(forall.getInductionVars(), loop.getInductionVars()))
    map.map(iv, arg);
  return convertBlock(*forall.getBody());
}

LogicalResult KernelBuilder::convertBlock(Block &block) {
  for (Operation &op : block)
    if (failed(convert(&op)))
      return failure();
  return success();
}

LogicalResult KernelBuilder::convert(Operation *op) {
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return convert(slice);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return convert(insert);
  if (auto insert = dyn_cast<tensor::ParallelInsertSliceOp>(op))
    return convert(insert);
  if (auto parallel = dyn_cast<scf::InParallelOp>(op))
    return convertBlock(*parallel.getBody());
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return convert(loop);
  if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    SmallVector<int64_t> shape;
    SmallVector<OFR> sizes;
    for (OFR size : empty.getMixedSizes()) {
      FailureOr<int64_t> bound = boundOf(op, size);
      if (failed(bound))
        return failure();
      shape.push_back(*bound);
      sizes.push_back(mapped(size));
    }
    Value tile = tensor::EmptyOp::create(b, op->getLoc(), shape,
                                         empty.getType().getElementType());
    tiles[empty.getResult()] = {tile, sizes, false};
    return success();
  }
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> which = dim.getConstantIndex();
    auto view = views.find(dim.getSource());
    auto tile = tiles.find(dim.getSource());
    OFR size;
    if (which && view != views.end() && !view->second.sizes.empty())
      size = view->second.sizes[*which];
    else if (which && tile != tiles.end())
      size = tile->second.sizes[*which];
    if (which && view != views.end() && !size) {
      map.map(dim.getResult(),
              memref::DimOp::create(b, op->getLoc(), view->second.memref,
                                    index(*which))
                  .getResult());
      return success();
    }
    if (!size)
      return op->emitOpError("asks for the size of something that is neither a "
                             "tile nor an operand");
    map.map(dim.getResult(),
            getValueOrCreateConstantIndexOp(b, op->getLoc(), size));
    return success();
  }
  if (auto dps = dyn_cast<DestinationStyleOpInterface>(op);
      dps && isa<linalg::LinalgOp, gq::ScaledMatmulOp, gq::QuantizeOp>(op))
    return convertCompute(dps);
  if (isPure(op) && op->getNumRegions() == 0 &&
      llvm::none_of(op->getOperandTypes(),
                    [](Type t) { return isa<TensorType>(t); })) {
    b.clone(*op, map);
    return success();
  }
  return op->emitOpError("is not supported inside a kernel");
}

LogicalResult KernelBuilder::convert(tensor::ExtractSliceOp op) {
  if (!llvm::all_of(op.getMixedStrides(),
                    [](OFR s) { return getConstantIntValue(s) == 1; }))
    return op.emitOpError("expects unit strides inside a kernel");
  if (op.getType().getRank() != op.getSourceType().getRank())
    return op.emitOpError(
        "expects a slice of the source's rank inside a kernel");
  SmallVector<int64_t> shape;
  SmallVector<OFR> sizes;
  for (OFR size : op.getMixedSizes()) {
    FailureOr<int64_t> bound = boundOf(op, size);
    if (failed(bound))
      return failure();
    shape.push_back(*bound);
    sizes.push_back(mapped(size));
  }
  Value source = op.getSource();
  if (auto tile = tiles.find(source); tile != tiles.end()) {
    auto type = cast<RankedTensorType>(tile->second.value.getType());
    bool whole = type.getShape() == ArrayRef<int64_t>(shape) &&
                 llvm::all_of(op.getMixedOffsets(), [](OFR o) {
                   return getConstantIntValue(o) == 0;
                 });
    if (!whole)
      return op.emitOpError("takes a part of a tile, which lies in registers");
    Tile same = tile->second;
    tiles[op.getResult()] = same;
    return success();
  }
  if (isEmpty(source)) {
    Value tile = tensor::EmptyOp::create(b, op.getLoc(), shape,
                                         op.getType().getElementType());
    tiles[op.getResult()] = {tile, sizes, false};
    return success();
  }
  View view = views.lookup(source);
  if (!view.memref)
    return op.emitOpError(
        "slices something that is neither a tile nor an operand");
  for (auto [dim, offset] : llvm::enumerate(op.getMixedOffsets())) {
    Value value = index(offset);
    view.offsets[dim] =
        view.offsets[dim]
            ? arith::AddIOp::create(b, op.getLoc(), view.offsets[dim], value)
            : value;
  }
  view.tile = shape;
  view.sizes = sizes;
  views[op.getResult()] = view;
  return success();
}

LogicalResult KernelBuilder::convert(tensor::InsertSliceOp op) {
  FailureOr<Tile> tile = tileOf(op, op.getSource(), true);
  FailureOr<Tile> dest = tileOf(op, op.getDest(), false);
  if (failed(tile) || failed(dest))
    return failure();
  if (tile->value.getType() != dest->value.getType())
    return op.emitOpError("writes a part of a tile, which lies in registers");
  tiles[op.getResult()] = *tile;
  return success();
}

LogicalResult KernelBuilder::convert(tensor::ParallelInsertSliceOp op) {
  if (!llvm::all_of(op.getMixedStrides(),
                    [](OFR s) { return getConstantIntValue(s) == 1; }))
    return op.emitOpError("expects unit strides inside a kernel");
  if (op.getSourceType().getRank() != op.getDestType().getRank())
    return op.emitOpError(
        "expects a source of the destination's rank inside a kernel");
  FailureOr<Tile> tile = tileOf(op, op.getSource(), true);
  if (failed(tile))
    return failure();
  View view = views.lookup(op.getDest());
  if (!view.memref)
    return op.emitOpError("writes something that is not an operand");
  SmallVector<Value> offsets;
  for (OFR offset : op.getMixedOffsets())
    offsets.push_back(index(offset));
  StoreOp::create(b, op.getLoc(), tile->value, view.memref, offsets,
                  PathAttr());
  return success();
}

LogicalResult KernelBuilder::convert(scf::ForOp op) {
  SmallVector<Value> inits;
  SmallVector<Tile> initTiles;
  for (Value init : op.getInitArgs()) {
    if (isa<TensorType>(init.getType())) {
      FailureOr<Tile> tile = tileOf(op, init, true);
      if (failed(tile))
        return failure();
      initTiles.push_back(*tile);
      inits.push_back(tile->value);
    } else {
      initTiles.push_back({});
      inits.push_back(map.lookup(init));
    }
  }
  auto loop = scf::ForOp::create(b, op.getLoc(), map.lookup(op.getLowerBound()),
                                 map.lookup(op.getUpperBound()),
                                 map.lookup(op.getStep()), inits);
  map.map(op.getInductionVar(), loop.getInductionVar());
  auto bind = [&](ValueRange from, ValueRange to) {
    for (auto [f, t, tile] : llvm::zip(from, to, initTiles)) {
      if (isa<TensorType>(f.getType()))
        tiles[f] = {t, tile.sizes, false};
      else
        map.map(f, t);
    }
  };
  bind(op.getRegionIterArgs(), loop.getRegionIterArgs());
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(loop.getBody());
    for (Operation &inner : op.getBody()->without_terminator())
      if (failed(convert(&inner)))
        return failure();
    SmallVector<Value> yields;
    for (Value value : op.getBody()->getTerminator()->getOperands()) {
      if (!isa<TensorType>(value.getType())) {
        yields.push_back(map.lookup(value));
        continue;
      }
      FailureOr<Tile> tile = tileOf(op, value, true);
      if (failed(tile))
        return failure();
      yields.push_back(tile->value);
    }
    // ForOp::create adds an empty yield only when there are no results.
    if (!loop.getBody()->empty() &&
        loop.getBody()->back().hasTrait<OpTrait::IsTerminator>())
      loop.getBody()->back().erase();
    scf::YieldOp::create(b, op.getLoc(), yields);
  }
  bind(op.getResults(), loop.getResults());
  return success();
}

/// `value` as a tile; a view is loaded if `read`, else it is only a
/// destination.
FailureOr<Tile> KernelBuilder::tileOf(Operation *user, Value value, bool read) {
  if (auto tile = tiles.find(value); tile != tiles.end())
    return tile->second;
  auto found = views.find(value);
  if (found == views.end() ||
      (found->second.tile.empty() &&
       !cast<MemRefType>(found->second.memref.getType()).hasStaticShape()))
    return user->emitOpError("uses a tensor that is not sliced to a tile"),
           failure();
  View view = found->second;
  auto type = cast<RankedTensorType>(value.getType());
  if (view.tile.empty()) { // the whole of a small static operand
    view.tile.assign(type.getShape().begin(), type.getShape().end());
    for (int64_t size : view.tile)
      view.sizes.push_back(b.getIndexAttr(size));
    for (Value &offset : view.offsets)
      offset = index(0);
  }
  auto tileType = RankedTensorType::get(view.tile, type.getElementType());
  if (!read)
    return Tile{tensor::EmptyOp::create(b, user->getLoc(), view.tile,
                                        type.getElementType()),
                view.sizes, false};
  Value load =
      LoadOp::create(b, user->getLoc(), tileType, view.memref, view.offsets,
                     PathAttr(), b.getI64IntegerAttr(0), EvictionAttr());
  return Tile{load, view.sizes, true};
}

/// A linalg or gq op on tiles: the same op on their static types.
LogicalResult KernelBuilder::convertCompute(DestinationStyleOpInterface op) {
  IRMapping operands = map;
  Tile init;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<TensorType>(operand.get().getType()))
      continue;
    bool reads = true;
    if (op.isDpsInit(&operand)) {
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation()))
        reads = linalgOp.payloadUsesValueFromOperand(&operand);
      else
        reads = isa<gq::ScaledMatmulOp>(op);
    }
    FailureOr<Tile> tile = tileOf(op, operand.get(), reads);
    if (failed(tile))
      return failure();
    // A reduction over elements that do not exist must see zeros.
    if (auto quantize = dyn_cast<gq::QuantizeOp>(op.getOperation());
        quantize && operand.get() == quantize.getX() && !tile->zeroPadded) {
      SmallVector<Value> sizes;
      for (OFR size : tile->sizes)
        sizes.push_back(getValueOrCreateConstantIndexOp(b, op.getLoc(), size));
      bool whole = llvm::all_of_zip(
          tile->sizes, cast<RankedTensorType>(tile->value.getType()).getShape(),
          [](OFR size, int64_t full) {
            return getConstantIntValue(size) == full;
          });
      if (!whole)
        tile->value = MaskOp::create(b, op.getLoc(), tile->value, sizes);
    }
    operands.map(operand.get(), tile->value);
    if (op.isDpsInit(&operand))
      init = *tile;
  }
  Operation *clone = b.clone(*op, operands);
  auto cloned = cast<DestinationStyleOpInterface>(clone);
  for (auto [i, result] : llvm::enumerate(clone->getResults())) {
    OpOperand *tied = cloned.getDpsInitOperand(i);
    result.setType(tied->get().getType());
    FailureOr<Tile> original =
        tileOf(op, op.getDpsInitOperand(i)->get(), false);
    tiles[op->getResult(i)] = {
        result, failed(original) ? init.sizes : original->sizes, false};
  }
  return success();
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

LogicalResult
mlir::gqgpu::forEachKernel(Operation *root,
                           llvm::function_ref<LogicalResult(KernelOp)> body) {
  return failure(
      root->walk([&](KernelOp kernel) { return WalkResult(body(kernel)); })
          .wasInterrupted());
}

namespace {
struct OutlineKernelsPass
    : gqgpu::impl::OutlineKernelsPassBase<OutlineKernelsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable moduleSymbols(module);
    SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      SmallVector<scf::ForallOp> loops;
      function.walk([&](scf::ForallOp loop) {
        std::optional<ArrayAttr> mapping = loop.getMapping();
        if (mapping && !mapping->empty() &&
            llvm::all_of(*mapping, llvm::IsaPred<gpu::GPUBlockMappingAttr>))
          loops.push_back(loop);
      });
      if (loops.empty())
        continue;
      OpBuilder b(function);
      auto gpuModule = gpu::GPUModuleOp::create(
          b, function.getLoc(), (function.getSymName() + "_kernels").str());
      moduleSymbols.insert(gpuModule);
      SymbolTable symbols(gpuModule);
      for (scf::ForallOp loop : loops) {
        KernelBuilder builder(loop, module);
        if (failed(builder.build(gpuModule, symbols)))
          return signalPassFailure();
        builder.replaceWithLaunch(gpuModule);
      }
      module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                      UnitAttr::get(&getContext()));
    }
  }
};
} // namespace
