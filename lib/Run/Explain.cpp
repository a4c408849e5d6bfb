//===- Explain.cpp - which kernels a call takes, and why ------------------===//
//
// Nothing here decides or estimates: configs, launches and tiles are read from
// the IR, costs are those of the strategy, and what could not be done is what
// passes remark. An op is known again in its kernel by its location.
//
//===----------------------------------------------------------------------===//
#include "Explain.h"
#include "ExplainWorkspace.h"
#include "LaunchSizes.h"
#include "MissedRemarks.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Pipelines/Pipelines.h"
#include "gq/Support/ElementType.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::gq;

namespace {
/// What is known of a product before it is cut into tiles.
struct Product {
  Location loc;
  strategy::MatmulShape shape;
  int64_t m, n, k;
  /// What the strategy chose for so many rows; gq-apply-config takes keys away.
  MatmulConfigAttr config;
  /// Which rows it is for, where there are several: "33 to 512, 2 of 7".
  std::string rows;
};

class Explainer {
public:
  Explainer(ModuleOp module, StringRef function, ArrayRef<RuntimeValue> args,
            llvm::raw_ostream &os)
      : module(module), function(function), args(args), os(os) {}

  LogicalResult run(StringRef target);

private:
  LaunchSizes sizesOfCall();
  LogicalResult describeWorkspace(const GQToNVVMOptions &options);
  void findProducts();
  void describe(gqgpu::LaunchOp launch, LaunchSizes &host);
  void describeOps(gqgpu::KernelOp kernel);
  void describeConfig(BlockOpInterface op);
  void describeTiles(gqgpu::KernelOp kernel, LaunchSizes &sizes);
  void describeFloor(gqgpu::LaunchOp launch, gqgpu::KernelOp kernel,
                     LaunchSizes &host);
  llvm::raw_ostream &line(StringRef word) {
    return os << "  " << llvm::left_justify(word, 9);
  }
  const Product *productOf(gqgpu::KernelOp kernel);

  ModuleOp module;
  StringRef function;
  ArrayRef<RuntimeValue> args;
  llvm::raw_ostream &os;
  const TargetModel *target = nullptr;
  std::vector<Product> products;
};
} // namespace

static void printPlace(Location loc, llvm::raw_ostream &os) {
  if (auto place = loc->findInstanceOf<FileLineColLoc>())
    os << "line " << place.getLine();
  else
    os << "an unknown place";
}

/// The config that a product of `rows` rows takes, and which rows it is for.
static std::pair<MatmulConfigAttr, std::string>
variantFor(StrategyAttrInterface strategy, int64_t rows) {
  auto variants = dyn_cast<MatmulVariantsAttr>(strategy);
  if (!variants)
    return {dyn_cast<MatmulConfigAttr>(strategy), ""};
  ArrayRef<int64_t> limits = variants.getLimits();
  size_t taken =
      llvm::count_if(limits, [&](int64_t most) { return most < rows; });
  std::string first = std::to_string(taken ? limits[taken - 1] + 1 : 0);
  std::string last = taken < limits.size()
                         ? " to " + std::to_string(limits[taken])
                         : " and more";
  return {variants.getConfigs()[taken],
          first + last + ", variant " + std::to_string(taken + 1) + " of " +
              std::to_string(variants.getConfigs().size())};
}

LaunchSizes Explainer::sizesOfCall() {
  LaunchSizes sizes;
  auto host = module.lookupSymbol<func::FuncOp>(function);
  for (auto [argument, value] : llvm::zip_equal(host.getArguments(), args))
    if (value.isTensor())
      sizes.setShape(argument,
                     LaunchSizes::Shape(value.getTensor().getShape()));
  return sizes;
}

/// Where sizes are those of whole matrices.
void Explainer::findProducts() {
  LaunchSizes sizes = sizesOfCall();
  auto host = module.lookupSymbol<func::FuncOp>(function);
  host.walk([&](BlockOpInterface op) {
    if (!op.isSum() || !op.getStrategy() ||
        op->getParentOp() != host.getOperation())
      return;
    int64_t extents[3];
    for (unsigned loop = 0; loop < 3; ++loop) {
      auto [operand, dim] = op.getExtent(loop);
      FailureOr<LaunchSizes::Shape> shape =
          sizes.shapeOf(op->getOperand(operand));
      if (failed(shape))
        return;
      extents[loop] = (*shape)[dim];
    }
    auto [config, rows] = variantFor(op.getStrategy(), extents[0]);
    strategy::MatmulShape shape = config && config.getValue().dual
                                      ? sumShapeOf(op, config.getValue())
                                      : sumShapeOf(op);
    shape.m = extents[0];
    products.push_back(
        {op.getLoc(), shape, extents[0], extents[1], extents[2], config, rows});
  });
}

const Product *Explainer::productOf(gqgpu::KernelOp kernel) {
  const Product *found = nullptr;
  kernel.walk([&](BlockOpInterface op) {
    for (const Product &product : products)
      if (op.isSum() && product.loc == op.getLoc() &&
          (!found || !found->shape.dual))
        found = &product;
  });
  return found;
}

void Explainer::describeOps(gqgpu::KernelOp kernel) {
  SmallVector<std::string> texts;
  kernel.walk([&](Operation *op) {
    // Stands for no op of the program.
    if (isa<CopyOp>(op))
      return;
    if (!isa<BlockOpInterface>(op) &&
        (!isa<linalg::LinalgOp>(op) || isa<linalg::FillOp>(op)))
      return;
    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << op->getName() << " of ";
    printPlace(op->getLoc(), stream);
    if (!llvm::is_contained(texts, text))
      texts.push_back(text);
  });
  line("computes") << llvm::join(texts, ", ") << "\n";
}

/// The config of a tile, and of a product what else there was.
void Explainer::describeConfig(BlockOpInterface op) {
  StrategyAttrInterface strategy = op.getStrategy();
  const Product *product = nullptr;
  for (const Product &other : products)
    if (other.loc == op.getLoc() && other.config)
      product = &other;
  auto config = dyn_cast<MatmulConfigAttr>(strategy);
  // Of two products in the same tiles the one that the config was chosen for.
  if (config && config.getValue().dual &&
      (!product || !product->config.getValue().dual))
    return;
  if (config && product) {
    // A kernel is for rows that start at whole 16 bytes, or for others.
    RowPitch pitch = config.getValue().pitch;
    strategy = withPitch(product->config, pitch);
    config = cast<MatmulConfigAttr>(strategy);
  }
  line("config") << strategy << "\n";
  if (!strategy.getCandidate())
    line("why") << "it is in the program, or was measured\n";
  if (!config || !product)
    return;
  if (!product->rows.empty())
    line("rows") << product->rows << "\n";
  line("estimate") << llvm::format(
      "%.2f us", strategy::cost(*target, product->shape, config.getValue()));
  strategy::Candidates<MatmulConfig> weighed =
      strategy::candidates(*target, product->shape, config.getValue().schedule);
  size_t possible = llvm::count_if(
      weighed, [](const auto &candidate) { return !candidate.refusal; });
  os << "; of " << possible << " configs for these sizes";
  if (possible)
    os << " the best " << llvm::format("%.2f us, ", weighed.front().cost)
       << MatmulConfigAttr::get(module.getContext(), weighed.front().config);
  os << "\n";
}

void Explainer::describeTiles(gqgpu::KernelOp kernel, LaunchSizes &sizes) {
  kernel.walk([&](gqgpu::TileLoopOp loop) {
    int64_t tiles = 1;
    std::string text;
    for (auto [bound, step] : llvm::zip_equal(loop.getUbs(), loop.getSteps())) {
      FailureOr<int64_t> size = sizes.get(bound);
      if (failed(size))
        return;
      int64_t count = llvm::divideCeil(*size, step);
      tiles *= count;
      text += (text.empty() ? "" : " x ") + std::to_string(count);
    }
    std::string shape;
    for (int64_t step : loop.getSteps())
      shape += (shape.empty() ? "" : " x ") + std::to_string(step);
    line("tiles") << text << " of " << shape;
    if (loop.isCut())
      os << ", cut along K into as many parts as there are thread blocks";
    int64_t sharers =
        kernel.getClusterTiles()
            ? 1
            : static_cast<int64_t>(kernel.getCluster().value_or(1));
    int64_t occupancy = 1;
    kernel.walk([&](BlockOpInterface op) {
      if (StrategyAttrInterface strategy = op.getStrategy())
        occupancy = std::max(occupancy, strategy.getOccupancy().value_or(1));
    });
    int64_t room = target->multiprocessors * occupancy;
    os << llvm::format(": %.2f waves of ",
                       static_cast<double>(tiles * sharers) / room)
       << room << " thread blocks";
    if (sharers > 1)
      os << ", " << sharers << " to a tile";
    os << "\n";
  });
}

/// Each tensor is read or written once at least.
void Explainer::describeFloor(gqgpu::LaunchOp launch, gqgpu::KernelOp kernel,
                              LaunchSizes &host) {
  auto bytesOf = [&](ValueRange tensors) -> std::optional<double> {
    double sum = 0;
    for (Value tensor : tensors) {
      auto type = dyn_cast<RankedTensorType>(tensor.getType());
      if (!type)
        continue;
      FailureOr<LaunchSizes::Shape> shape = host.shapeOf(tensor);
      std::optional<gridquant::ElementType> element =
          getNumericsType(type.getElementType());
      if (failed(shape) || !element)
        return std::nullopt;
      double bytes = gridquant::elementTypeSize(*element);
      for (int64_t size : *shape)
        bytes *= size;
      sum += bytes;
    }
    return sum;
  };
  std::optional<double> read = bytesOf(launch.getIns()),
                        written = bytesOf(launch.getOuts());
  if (!read || !written)
    return;
  line("bytes") << llvm::format("%.0f read, %.0f written\n", *read, *written);
  double memory = (*read + *written) / (target->memoryRate * 1e3);
  double most = memory;
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << llvm::format("memory %.2f us at ", memory) << target->memoryRate
         << " GB/s";
  if (const Product *product = productOf(kernel)) {
    int64_t rate =
        product->shape.operandBits == 8 ? target->fp8Rate : target->bf16Rate;
    double time = (product->shape.dual ? 4.0 : 2.0) * product->m * product->n *
                  product->k / (rate * 1e6);
    most = std::max(most, time);
    stream << llvm::format(", products %.2f us at ", time) << rate
           << " TFLOP/s";
  }
  // Of a batch, say, nothing is known here of the products.
  bool sums = false;
  kernel.walk([&](BlockOpInterface op) { sums |= op.isSum(); });
  if (sums && !productOf(kernel))
    line("floor") << text << ", and what the products take\n";
  else
    line("floor") << llvm::format("%.2f us: ", most) << text << "\n";
}

void Explainer::describe(gqgpu::LaunchOp launch, LaunchSizes &host) {
  auto kernel = SymbolTable::lookupNearestSymbolFrom<gqgpu::KernelOp>(
      launch, launch.getKernelAttr());
  os << "kernel " << launch.getKernelAttr().getLeafReference().getValue()
     << "\n";
  if (!kernel)
    return;
  LaunchSizes sizes;
  SmallVector<Value> operands(launch.getIns());
  llvm::append_range(operands, launch.getOuts());
  for (auto [argument, operand] :
       llvm::zip(kernel.getBody().getArguments(), operands)) {
    if (!isa<TensorType>(operand.getType())) {
      if (FailureOr<int64_t> number = host.get(operand); succeeded(number))
        sizes.setNumber(argument, *number);
    } else if (FailureOr<LaunchSizes::Shape> shape = host.shapeOf(operand);
               succeeded(shape)) {
      sizes.setShape(argument, *shape);
    }
  }
  describeOps(kernel);
  SmallVector<std::pair<Location, StrategyAttrInterface>> described;
  kernel.walk([&](BlockOpInterface op) {
    if (!op.getStrategy() || op.getKernelWord().empty() ||
        llvm::is_contained(described, std::pair(op.getLoc(), op.getStrategy())))
      return;
    described.emplace_back(op.getLoc(), op.getStrategy());
    describeConfig(op);
  });
  describeTiles(kernel, sizes);
  describeFloor(launch, kernel, host);
}

/// Behind gq-stream-k all launches are there, and what they hand on.
LogicalResult Explainer::describeWorkspace(const GQToNVVMOptions &options) {
  PassManager pm(module.getContext());
  buildPipelineAfter(pm, options, "gq-outline-kernels", "gq-stream-k");
  if (failed(pm.run(module)))
    return failure();
  LaunchSizes sizes = sizesOfCall();
  explainWorkspace(module.lookupSymbol<func::FuncOp>(function), sizes, os);
  return success();
}

LogicalResult Explainer::run(StringRef name) {
  MLIRContext *context = module.getContext();
  auto missed = std::make_shared<MissedRemarks::Texts>();
  remark::RemarkCategories categories;
  categories.missed = "gq-.*";
  if (failed(remark::enableOptimizationRemarks(
          *context, std::make_unique<MissedRemarks>(missed),
          std::make_unique<remark::RemarkEmittingPolicyAll>(), categories)))
    return failure();
  // Only what the function calls: the rest is not explained.
  for (auto other : module.getOps<func::FuncOp>())
    other.setVisibility(other.getName() == function
                            ? SymbolTable::Visibility::Public
                            : SymbolTable::Visibility::Private);
  GQToNVVMOptions options;
  options.target = name.str();
  PassManager toChoice(context), toKernels(context);
  buildPipelineUntil(toChoice, options, "gq-select-config");
  buildPipelineAfter(toKernels, options, "gq-select-config",
                     "gq-outline-kernels");
  PassManager prune(context);
  prune.addPass(createSymbolDCEPass());
  if (failed(prune.run(module)) || failed(toChoice.run(module)))
    return failure();
  target = &getTarget(module);
  findProducts();
  if (failed(toKernels.run(module)))
    return failure();

  os << "target " << toString(*target) << ", " << target->multiprocessors
     << " multiprocessors\n";
  LaunchSizes host = sizesOfCall();
  SmallVector<gqgpu::LaunchOp> launches;
  if (failed(host.launchesOf(
          module.lookupSymbol<func::FuncOp>(function).front(), launches)))
    return failure();
  for (gqgpu::LaunchOp launch : launches)
    describe(launch, host);
  if (failed(describeWorkspace(options)))
    return failure();
  for (auto &[loc, text] : *missed) {
    os << "not done, ";
    printPlace(loc, os);
    os << ": " << text << "\n";
  }
  return success();
}

LogicalResult mlir::gq::explain(func::FuncOp function,
                                ArrayRef<RuntimeValue> args, StringRef target,
                                llvm::raw_ostream &os) {
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("has ")
           << function.getBody().getBlocks().size()
           << " blocks, one is needed: branches are scf.if";
  // Remarks in the order of the passes.
  MLIRContext *context = function.getContext();
  bool threads = context->isMultithreadingEnabled();
  context->disableMultithreading();
  OwningOpRef<ModuleOp> copy(function->getParentOfType<ModuleOp>().clone());
  LogicalResult result =
      Explainer(*copy, function.getName(), args, os).run(target);
  context->enableMultithreading(threads);
  return result;
}
