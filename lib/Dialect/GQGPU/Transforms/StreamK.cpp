//===- StreamK.cpp - thread blocks divide the last tiles ------------------===//
//
// In:  kernels with a loop over tiles and one over K in it, whose product says
//      schedule = streamk, and their launches.
// Out: the loop over tiles cuts them, the loop over K goes through the steps
//      that it says, gqgpu.combine_parts stands behind that, and what follows
//      is under `owns`. Kernel and launches have memory for parts and flags.
//
// Flags must be zeros when the kernel begins. A kernel of its own in front of
// it clears them: the workspace holds anything before each launch, and launches
// of one bundle that run at the same time have workspaces of their own. So does
// a replayed graph, in which both launches are nodes.
//
//===----------------------------------------------------------------------===//
#include "HostLaunches.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_STREAMKPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-stream-k";

namespace {
/// The loops of a product, and what they say.
struct Product {
  TileLoopOp tiles;
  scf::ForOp steps;
  int64_t end, step; ///< of the loop over K

  int64_t depth() const { return llvm::divideCeil(end, step); }
};
} // namespace

static bool isZeros(Value tile) {
  auto fill = tile.getDefiningOp<linalg::FillOp>();
  return fill && (matchPattern(fill.value(), m_AnyZeroFloat()) ||
                  matchPattern(fill.value(), m_Zero()));
}

/// The loops of `matmul`; failure with an error if they cannot be cut.
static FailureOr<Product> productOf(gq::ScaledMatmulOp matmul,
                                    KernelOp kernel) {
  auto refuse = [&](Operation *op, const Twine &expected) {
    op->emitOpError("has a product with schedule = streamk, expects ")
        << expected;
    return failure();
  };
  auto steps = dyn_cast<scf::ForOp>(matmul->getParentOp());
  auto tiles = steps ? dyn_cast<TileLoopOp>(steps->getParentOp()) : nullptr;
  if (!tiles)
    return refuse(matmul, "it in a loop over several steps of K, in one over "
                          "tiles");
  if (rolesOf(kernel) || !tiles.getInits().empty())
    return refuse(tiles, "to carry no values; run gq-stream-k before rings and "
                         "roles are made");
  if (!tiles.getPersistent())
    return refuse(tiles, "to be persistent");
  if (int64_t cluster = kernel.getCluster().value_or(1); cluster > 1)
    return refuse(tiles, "no cluster, got one of " + Twine(cluster) +
                             " thread blocks");
  std::optional<int64_t> start = getConstantIntValue(steps.getLowerBound()),
                         end = getConstantIntValue(steps.getUpperBound()),
                         step = getConstantIntValue(steps.getStep());
  if (start != 0 || !end || !step || *step <= 0)
    return refuse(steps, "bounds and a step that are static, from 0 on");
  if (*end <= *step)
    return refuse(steps, "several steps of K, got one");
  if (steps.getNumResults() != 1 || !isZeros(steps.getInitArgs().front()))
    return refuse(steps, "one sum, which starts from zeros");
  return Product{tiles, steps, *end, *step};
}

/// Flags for as many math groups as a thread block may have: those of all
/// kernels are alike, so that the variants of a product can share them.
static int64_t flagsFor(Operation *op) {
  const gq::TargetModel &target = gq::getTarget(op);
  return target.multiprocessors * (target.threadsPerBlock / target.warpGroup) *
         kGroupWarps;
}

namespace {
class Cutter {
public:
  Cutter(KernelOp kernel, Product product)
      : kernel(kernel), product(product), b(kernel.getContext()),
        loc(product.tiles.getLoc()),
        ranges(gq::getTarget(kernel).multiprocessors),
        type(cast<RankedTensorType>(product.steps.getResult(0).getType())) {}

  int64_t getRanges() const { return ranges; }
  /// A row of parts for each range.
  SmallVector<int64_t> getShape() const {
    return {ranges, type.getNumElements()};
  }
  Type getElementType() const { return type.getElementType(); }

  void run() {
    Value parts = addArgument(getShape(), getElementType());
    Value flags = addArgument({1, flagsFor(kernel)}, b.getI32Type());
    TileLoopOp loop = cutTiles();
    boundSteps(loop);
    combine(loop, parts, flags);
    gq::remarkDecision(loop, kPass, "ranges",
                       "thread blocks divide the last tiles, of " +
                           Twine(product.depth()) + " steps, in up to " +
                           Twine(ranges) + " ranges");
  }

private:
  Value addArgument(ArrayRef<int64_t> shape, Type element) {
    unsigned number = kernel.getNumArguments();
    (void)kernel.insertArgument(number, MemRefType::get(shape, element),
                                DictionaryAttr(), loc);
    return kernel.getBody().getArgument(number);
  }

  TileLoopOp cutTiles() {
    TileLoopOp old = product.tiles;
    IRRewriter rewriter(old);
    auto loop = TileLoopOp::create(
        rewriter, loc, SmallVector<Value>(old.getUbs()), old.getSteps(),
        old.getRaster(), /*persistent=*/true, ValueRange(), /*turn=*/0,
        /*turns=*/1, product.depth(), ranges);
    loop->setDiscardableAttrs(old->getDiscardableAttrDictionary());
    Block *body = &loop.getBody().front();
    if (!body->empty())
      rewriter.eraseOp(&body->back());
    rewriter.mergeBlocks(&old.getBody().front(), body,
                         SmallVector<Value>(loop.getInductionVars()));
    rewriter.eraseOp(old);
    return loop;
  }

  void boundSteps(TileLoopOp loop) {
    scf::ForOp steps = product.steps;
    b.setInsertionPoint(steps);
    Value step = steps.getStep();
    auto bound = [&](TileLoopOp::CutArg which) -> Value {
      return arith::MulIOp::create(b, loc, loop.getCutArg(which), step);
    };
    steps.setLowerBound(bound(TileLoopOp::First));
    Value end = bound(TileLoopOp::Last);
    if (product.end % product.step != 0)
      end = arith::MinUIOp::create(b, loc, end, steps.getUpperBound());
    steps.setUpperBound(end);
  }

  void combine(TileLoopOp loop, Value parts, Value flags) {
    scf::ForOp steps = product.steps;
    b.setInsertionPointAfter(steps);
    auto all = CombinePartsOp::create(b, loc, loop.getCutArg(TileLoopOp::Range),
                                      loop.getCutArg(TileLoopOp::End),
                                      loop.getCutArg(TileLoopOp::Owns), parts,
                                      flags, ValueRange(steps.getResult(0)));
    steps.getResult(0).replaceAllUsesExcept(all.getResult(0), all);
    auto owner = scf::IfOp::create(b, loc, loop.getCutArg(TileLoopOp::Owns),
                                   /*withElseRegion=*/false);
    Operation *end = owner.thenBlock()->getTerminator();
    while (!isa<YieldOp>(owner->getNextNode()))
      owner->getNextNode()->moveBefore(end);
  }

  KernelOp kernel;
  Product product;
  OpBuilder b;
  Location loc;
  int64_t ranges;
  RankedTensorType type; ///< of the sum
};
} // namespace

/// A kernel beside `kernel` that clears a row of flags.
static KernelOp makeClear(KernelOp kernel) {
  constexpr int64_t kThreads = 256, kChunk = 4;
  int64_t count = flagsFor(kernel);
  OpBuilder b(kernel);
  Location loc = kernel.getLoc();
  MLIRContext *context = b.getContext();
  auto type = MemRefType::get({1, count}, b.getI32Type());
  auto clear =
      KernelOp::create(b, loc, (kernel.getSymName() + "_flags").str(),
                       b.getFunctionType({type}, {}), ArrayAttr(), ArrayAttr(),
                       b.getI64IntegerAttr(kThreads), /*cluster=*/IntegerAttr(),
                       /*cluster_tiles=*/DenseI64ArrayAttr(),
                       /*shared_memory=*/IntegerAttr(), GridAttr(),
                       /*dependent=*/false, /*occupancy=*/IntegerAttr(),
                       /*pause=*/DenseI64ArrayAttr());
  SymbolTable(kernel->getParentOp()).insert(clear);
  Block *body = &clear.getBody().emplaceBlock();
  Value flags = body->addArgument(type, loc);
  b.setInsertionPointToStart(body);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  Value end = arith::ConstantIndexOp::create(b, loc, count);
  Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  auto fragment = FragmentType::get(
      context, {1, kThreads * kChunk}, b.getI32Type(),
      BlockedLayoutAttr::get(context, {1, kThreads}, kChunk, /*cluster=*/1),
      {});
  auto loop = TileLoopOp::create(b, loc, ValueRange{one, end},
                                 fragment.getShape(), /*raster=*/1,
                                 /*persistent=*/false, ValueRange());
  ReturnOp::create(b, loc);
  b.setInsertionPointToEnd(&loop.getBody().front());
  StoreFragmentOp::create(b, loc, SplatOp::create(b, loc, fragment, zero),
                          flags, loop.getInductionVars(), ValueRange(),
                          ArrayRef<int64_t>(), PathAttr(),
                          /*transposed=*/false, /*deferred=*/false);
  YieldOp::create(b, loc);
  return clear;
}

/// The branches around `launch`, or itself: what runs for either region of
/// these may share the launches in front.
static Operation *outsideOfBranches(Operation *launch) {
  while (auto branch = dyn_cast<scf::IfOp>(launch->getParentOp()))
    launch = branch;
  return launch;
}

namespace {
struct StreamKPass : gqgpu::impl::StreamKPassBase<StreamKPass> {
  void runOnOperation() override {
    cleared.clear();
    clears.clear();
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  LogicalResult run(KernelOp kernel) {
    SmallVector<gq::ScaledMatmulOp> products;
    WalkResult result = kernel.walk([&](gq::ScaledMatmulOp op) {
      auto loop = op->getParentOfType<TileLoopOp>();
      if (!op.getConfig() || (loop && loop.isCut()))
        return WalkResult::advance();
      FailureOr<gq::MatmulConfig> config = op.requireOneConfig();
      if (failed(config))
        return WalkResult::interrupt();
      if (config->schedule == gq::Schedule::StreamK)
        products.push_back(op);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return failure();
    if (products.empty())
      return success();
    if (products.size() > 1)
      return products.back().emitOpError(
          "is the second product of a kernel with schedule = streamk, expects "
          "one");
    FailureOr<Product> product = productOf(products.front(), kernel);
    if (failed(product))
      return failure();
    SmallVector<LaunchOp> launches;
    getOperation().walk([&](LaunchOp launch) {
      if (kernelOf(launch) == kernel)
        launches.push_back(launch);
    });
    Cutter cutter(kernel, *product);
    cutter.run();
    for (LaunchOp launch : launches)
      relaunch(launch, kernel, cutter);
    return success();
  }

  /// Flags that are cleared in front of `launch`, of `kernel`. Launches of
  /// which only one runs share them.
  Value clearFlags(LaunchOp launch, KernelOp kernel) {
    Operation *outside = outsideOfBranches(launch);
    if (outside != launch)
      for (Value flags : cleared[outside])
        if (llvm::all_of(flags.getUsers(), [&](Operation *user) {
              return insideMutuallyExclusiveRegions(user, launch);
            }))
          return flags;
    KernelOp &clear = clears[kernel->getParentOp()];
    if (!clear)
      clear = makeClear(kernel);
    OpBuilder b(outside);
    Value empty = tensor::EmptyOp::create(
        b, launch.getLoc(), ArrayRef<int64_t>{1, flagsFor(kernel)},
        b.getI32Type());
    SymbolRefAttr name = launch.getKernelAttr();
    SmallVector<FlatSymbolRefAttr> nested(name.getNestedReferences());
    nested.back() = FlatSymbolRefAttr::get(clear.getSymNameAttr());
    Value tensor =
        LaunchOp::create(b, launch.getLoc(), empty.getType(),
                         SymbolRefAttr::get(name.getRootReference(), nested),
                         ValueRange(), empty)
            .getResult(0);
    if (outside != launch)
      cleared[outside].push_back(tensor);
    return tensor;
  }

  /// With memory for parts and flags.
  void relaunch(LaunchOp launch, KernelOp kernel, const Cutter &cutter) {
    Value flags = clearFlags(launch, kernel);
    OpBuilder b(launch);
    Location loc = launch.getLoc();
    SmallVector<Value> outs(launch.getOuts());
    outs.push_back(tensor::EmptyOp::create(b, loc, cutter.getShape(),
                                           cutter.getElementType()));
    outs.push_back(flags);
    auto again =
        LaunchOp::create(b, loc, ValueRange(outs).getTypes(),
                         launch.getKernelAttr(), launch.getIns(), outs);
    again->setDiscardableAttrs(launch->getDiscardableAttrDictionary());
    again.setDependent(launch.getDependent());
    launch.replaceAllUsesWith(
        again.getResults().take_front(launch.getNumResults()));
    launch.erase();
  }

  /// Flags, by the branches that they are in front of.
  DenseMap<Operation *, SmallVector<Value>> cleared;
  /// The kernel that clears flags, of each module.
  DenseMap<Operation *, KernelOp> clears;
};
} // namespace
