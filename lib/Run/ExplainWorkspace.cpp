//===- ExplainWorkspace.cpp - the temporaries of a call -------------------===//
//
// A launch writes in place, so what it returns is its outs operand; a
// tensor.empty is memory of its own for each launch that takes it. What is not
// an argument, a constant or returned is a temporary, as in a bundle.
//
//===----------------------------------------------------------------------===//
#include "ExplainWorkspace.h"
#include "gq/Bundle/Workspace.h"
#include "gq/Reference/RuntimeValue.h"
#include "gq/Support/ElementType.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::gq;
using gridquant::Temporary;

namespace {
class Temporaries {
public:
  explicit Temporaries(LaunchSizes &sizes) : sizes(sizes) {}

  LogicalResult find(func::FuncOp function);
  void print(llvm::raw_ostream &os);

private:
  FailureOr<Value> memoryOf(Value tensor);
  LogicalResult use(gqgpu::LaunchOp launch, uint32_t number);

  LaunchSizes &sizes;
  SmallVector<gqgpu::LaunchOp> launches;
  /// With the shape that it has in the call.
  llvm::MapVector<Value, std::pair<Temporary, RankedTensorType>> temporaries;
};
} // namespace

/// What stands for the memory that a tensor is in: an argument, a constant, a
/// tensor.empty that no launch has written, or the first launch's result in it.
FailureOr<Value> Temporaries::memoryOf(Value tensor) {
  while (Operation *op = tensor.getDefiningOp()) {
    if (isa<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp>(
            op)) {
      tensor = op->getOperand(0);
      continue;
    }
    auto result = cast<OpResult>(tensor);
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      FailureOr<int64_t> taken = sizes.get(branch.getCondition());
      if (failed(taken))
        return failure();
      Block *arm = *taken ? branch.thenBlock() : branch.elseBlock();
      tensor = arm->getTerminator()->getOperand(result.getResultNumber());
      continue;
    }
    auto launch = dyn_cast<gqgpu::LaunchOp>(op);
    if (!launch)
      return tensor;
    FailureOr<Value> out = memoryOf(launch.getOuts()[result.getResultNumber()]);
    if (failed(out) || !out->getDefiningOp<tensor::EmptyOp>())
      return out;
    return tensor;
  }
  return tensor;
}

static std::optional<uint64_t> bytesOf(RankedTensorType type) {
  std::optional<gridquant::ElementType> element =
      getNumericsType(type.getElementType());
  if (!element)
    return std::nullopt;
  uint64_t bytes = gridquant::elementTypeSize(*element);
  for (int64_t size : type.getShape())
    bytes *= static_cast<uint64_t>(size);
  return bytes;
}

LogicalResult Temporaries::use(gqgpu::LaunchOp launch, uint32_t number) {
  auto add = [&](Value operand, Value own) -> LogicalResult {
    if (!isa<RankedTensorType>(operand.getType()))
      return success();
    FailureOr<Value> memory = memoryOf(operand);
    if (failed(memory))
      return failure();
    if (memory->getDefiningOp<tensor::EmptyOp>())
      memory = own;
    else if (!memory->getDefiningOp<gqgpu::LaunchOp>())
      return success();
    FailureOr<LaunchSizes::Shape> shape = sizes.shapeOf(operand);
    if (failed(shape))
      return failure();
    auto &[temporary, type] = temporaries[*memory];
    type = RankedTensorType::get(
        *shape, cast<RankedTensorType>(operand.getType()).getElementType());
    std::optional<uint64_t> bytes = bytesOf(type);
    temporary.usedBy(number);
    temporary.bytes = bytes.value_or(0);
    return success(bytes.has_value());
  };
  for (Value operand : launch.getIns())
    if (failed(add(operand, operand)))
      return failure();
  for (auto [operand, result] :
       llvm::zip_equal(launch.getOuts(), launch.getResults()))
    if (failed(add(operand, result)))
      return failure();
  return success();
}

LogicalResult Temporaries::find(func::FuncOp function) {
  Block &body = function.front();
  if (failed(sizes.launchesOf(body, launches)))
    return failure();
  for (auto [number, launch] : llvm::enumerate(launches))
    if (failed(use(launch, static_cast<uint32_t>(number))))
      return failure();
  for (Value returned : body.getTerminator()->getOperands()) {
    FailureOr<Value> memory = memoryOf(returned);
    if (failed(memory))
      return failure();
    temporaries.erase(*memory);
  }
  return success();
}

void Temporaries::print(llvm::raw_ostream &os) {
  if (temporaries.empty() || temporaries.size() > gridquant::maxTemporaries)
    return;
  SmallVector<Temporary> placed;
  for (auto &[memory, temporary] : temporaries)
    placed.push_back(temporary.first);
  uint64_t sum = 0;
  for (const Temporary &one : placed)
    sum += llvm::alignTo(one.bytes, gridquant::workspaceAlignment);
  uint64_t total = gridquant::placeTemporaries(placed.data(), placed.size());
  os << "workspace " << total << " bytes";
  if (total < sum)
    os << ", " << sum << " if no two had the same memory";
  os << "\n";
  auto name = [&](uint32_t launch) {
    return launches[launch].getKernelAttr().getLeafReference().getValue();
  };
  for (auto [temporary, one] : llvm::zip_equal(temporaries, placed)) {
    os << "  at " << llvm::formatv("{0,-11}", one.offset) << one.bytes
       << " bytes, " << temporary.second.second << " of " << name(one.first);
    if (one.last != one.first)
      os << " to " << name(one.last);
    os << "\n";
  }
}

void mlir::gq::explainWorkspace(func::FuncOp function, LaunchSizes &sizes,
                                llvm::raw_ostream &os) {
  Temporaries temporaries(sizes);
  if (failed(temporaries.find(function)))
    os << "workspace not known: it follows from more than sizes of arguments\n";
  else
    temporaries.print(os);
}
