//===- Simulator.cpp - a function and the kernels it launches -------------===//
#include "gq/Simulator/Simulator.h"
#include "Cluster.h"
#include "gq/Dialect/GQGPU/Protocol/Budgets.h"
#include "gq/Dialect/GQGPU/Protocol/Extents.h"
#include "gq/Support/ArgumentNames.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::sim;

namespace {
class Host : public Interpreter {
public:
  Host(const ExecutorOptions &options, const SimulatorOptions &simulator,
       Simulator::Statistics &statistics)
      : Interpreter(options, statistics.execution), simulator(simulator),
        counts(statistics) {}

private:
  std::optional<LogicalResult> executeOther(Operation *op) override {
    if (auto launch = dyn_cast<gqgpu::LaunchOp>(op))
      return executeLaunch(launch);
    return std::nullopt;
  }
  LogicalResult executeLaunch(gqgpu::LaunchOp op);
  LogicalResult runOnce(LaunchState &launch);
  LogicalResult checkWritten(gqgpu::LaunchOp op, unsigned number,
                             Buffer &buffer);
  bool isWrittenBy(OpOperand &use) override {
    auto launch = dyn_cast<gqgpu::LaunchOp>(use.getOwner());
    return launch ? use.getOperandNumber() >= launch.getIns().size()
                  : Interpreter::isWrittenBy(use);
  }

  const SimulatorOptions &simulator;
  Simulator::Statistics &counts;
};
} // namespace

/// True if an op computes something other than tiles from tiles: then what the
/// kernel does next may depend on values.
static bool dependsOnValues(gqgpu::KernelOp kernel) {
  return kernel
      .walk([](Operation *op) {
        bool reads =
            llvm::any_of(op->getOperandTypes(), llvm::IsaPred<TensorType>);
        bool known =
            isa<tensor::DimOp>(op) || op->getNumResults() == 0 ||
            op->getNumRegions() > 0 ||
            llvm::all_of(op->getResultTypes(), [](Type type) {
              return isa<TensorType>(type) || isa<gqgpu::FragmentType>(type);
            });
        return reads && !known ? WalkResult::interrupt()
                               : WalkResult::advance();
      })
      .wasInterrupted();
}

static bool hasRings(gqgpu::KernelOp kernel) {
  return kernel
      .walk([](gqgpu::RingCreateOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

static bool isPersistent(gqgpu::KernelOp kernel) {
  return kernel
      .walk([](gqgpu::TileLoopOp loop) {
        return loop.getPersistent() ? WalkResult::interrupt()
                                    : WalkResult::advance();
      })
      .wasInterrupted();
}

static bool isForParts(gqgpu::KernelOp kernel, const Buffer &buffer) {
  return llvm::any_of(kernel.getBody().getArgument(buffer.operand).getUsers(),
                      llvm::IsaPred<gqgpu::CombinePartsOp, gqgpu::StorePartOp>);
}

LogicalResult Host::runOnce(LaunchState &launch) {
  // How many tiles there are is known once the first has run.
  int64_t clusters = 1;
  for (int64_t index = 0; index < clusters; ++index) {
    Cluster cluster(launch, index);
    if (failed(cluster.run())) {
      emitRemark(launch.kernel.getLoc())
          << "simulation stopped in "
          << (launch.kernel.getPeers() > 1 ? "cluster " : "thread block ")
          << index << ", interleaving " << launch.interleaving;
      return failure();
    }
    clusters =
        std::max(clusters, std::min(cluster.getNumTiles(), launch.stride));
  }
  return success();
}

/// All of result `number` is written, by this launch or by one behind it.
LogicalResult Host::checkWritten(gqgpu::LaunchOp op, unsigned number,
                                 Buffer &buffer) {
  std::vector<bool> written;
  for (Buffer::Writer writer : buffer.writers)
    written.push_back(writer.block != 0);
  Value operand = op.getOuts()[number];
  std::vector<bool> left = leftUnwritten(operand, getTensor(operand), written);
  auto first = llvm::find(left, true);
  if (first == left.end())
    return success();
  if (isWrittenFurther(op.getResult(number))) {
    buffer.tensor.unwritten =
        std::make_shared<const std::vector<bool>>(std::move(left));
    return success();
  }
  int64_t cols = matrixShape(buffer).second, at = first - left.begin();
  return op.emitOpError("kernel never writes ")
         << llvm::count(left, true) << " elements of operand " << buffer.operand
         << ", the first at (" << at / cols << ", " << at % cols << ")";
}

LogicalResult Host::executeLaunch(gqgpu::LaunchOp op) {
  auto kernel = dyn_cast_or_null<gqgpu::KernelOp>(
      SymbolTable::lookupNearestSymbolFrom(op, op.getKernelAttr()));
  if (!kernel)
    return op.emitOpError("launches ")
           << op.getKernelAttr()
           << ", which is not a gqgpu.kernel: the simulator runs the stages "
              "before convert-gqgpu-to-nvvm";
  // What a thread block cannot have, the simulator does not make.
  if (failed(gqgpu::verifyBudgets(kernel)) ||
      failed(gqgpu::verifyExtents(kernel)) ||
      failed(gqgpu::verifyThreads(kernel)))
    return failure();
  ++counts.launches;
  LaunchState launch{kernel, {}, options, &statistics};
  launch.options.threads = 1;
  SmallVector<std::shared_ptr<Buffer>> outs;
  for (auto [i, operand, type] :
       llvm::enumerate(op->getOperands(), kernel.getArgumentTypes())) {
    auto memref = dyn_cast<MemRefType>(type);
    if (!memref) {
      launch.args.push_back(get(operand));
      continue;
    }
    for (auto [dim, size] : llvm::enumerate(getTensor(operand).getShape()))
      if (size > gqgpu::kMaxCount)
        return op.emitOpError("operand ")
               << i << " has in dimension " << dim << " a size of " << size
               << ", kernels count up to " << gqgpu::kMaxCount << " in 32 bits";
    bool writable = i >= op.getIns().size();
    auto buffer =
        std::make_shared<Buffer>(memref, getTensor(operand), i, writable);
    buffer->isFresh = operand.getDefiningOp<tensor::EmptyOp>() != nullptr;
    auto argument = dyn_cast<BlockArgument>(operand);
    buffer->name = argument ? describeArgument(argument)
                            : "operand " + std::to_string(i) + " of the launch";
    if (writable)
      outs.push_back(buffer);
    launch.args.push_back(std::shared_ptr<RuntimeObject>(buffer));
  }

  // Without `persistent` each thread block runs one tile.
  launch.stride = isPersistent(kernel)
                      ? std::min(simulator.multiprocessors, gqgpu::kMaxCount) *
                            kernel.getOccupancyOrOne()
                      : INT64_MAX;
  uint64_t runs = hasRings(kernel) ? simulator.interleavings : 1;
  bool always = dependsOnValues(kernel);
  for (uint64_t run = 0; run < std::max<uint64_t>(runs, 1); ++run) {
    launch.interleaving = simulator.interleaving + run;
    launch.values = run == 0 || always;
    for (auto [buffer, operand] : llvm::zip(outs, op.getOuts())) {
      buffer->reset();
      if (launch.values)
        buffer->tensor = getTensor(operand);
    }
    if (failed(runOnce(launch)))
      return failure();
    ++counts.interleavings;
    for (auto [number, buffer] : llvm::enumerate(outs))
      // What holds something already may be written in part, and so may what
      // thread blocks tell one another.
      if (!isForParts(kernel, *buffer) &&
          failed(checkWritten(op, number, *buffer)))
        return failure();
  }
  for (auto [result, buffer] : llvm::zip(op.getResults(), outs))
    if (failed(set(op, result, std::move(buffer->tensor))))
      return failure();
  return success();
}

LogicalResult Simulator::run(func::FuncOp function, ArrayRef<RuntimeValue> args,
                             SmallVectorImpl<RuntimeValue> &results) {
  statistics = {};
  if (options.multiprocessors <= 0)
    return function.emitError()
           << "expects a positive number of multiprocessors, got "
           << options.multiprocessors;
  // What kernels do, in the same order.
  ExecutorOptions executor;
  executor.accumulation = gridquant::Accumulation::f32;
  executor.checkInserts = true;
  return Host(executor, options, statistics).call(function, args, results);
}
