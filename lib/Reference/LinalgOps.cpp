//===- LinalgOps.cpp - structured ops ------------------------------------===//
//
// Every structured op has indexing maps, iterator types and a body, named ops
// included, so one loop nest runs them all. When each iteration of the parallel
// loops owns its elements of the results, they are spread over threads and one
// of them over the lanes of the scalar machine; reductions then run in order
// inside. Otherwise the nest runs in order, one point at a time.
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"
#include "WideSums.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/Support/MathExtras.h"

#include <mutex>

using namespace mlir;
using namespace mlir::gq;

namespace {

/// How an operand is addressed from the loops.
struct Access {
  AffineMap map;
  ScalarKind kind;
  int64_t elementSize = 0;
  const unsigned char *data = nullptr;
  unsigned char *writable = nullptr; // of an output
  SmallVector<int64_t> shape;
  bool isScalar = false;
  bool isRead = true;
  /// When every index is a sum of multiples of loop counters: the element at
  /// the origin, and elements per step of each loop.
  bool isLinear = false;
  int64_t base = 0;
  SmallVector<int64_t> strides;

  std::optional<int64_t> offset(ArrayRef<int64_t> ivs) const;
};

class LoopNest {
public:
  LoopNest(Interpreter &in, linalg::LinalgOp op) : in(in), op(op) {}
  LogicalResult run();

private:
  LogicalResult addOperands();
  LogicalResult findSizes();
  LogicalResult checkBounds(OpOperand &operand, const Access &access);
  void findStrides(Access &access);
  bool ownsItsOutputs() const;
  void chooseLaneLoop();
  bool runPoints(MutableArrayRef<Lanes> registers, ArrayRef<int64_t> ivs,
                 int64_t count, ScalarError &error);
  void runInParallel();
  void runInOrder();
  void setUp(std::vector<Lanes> &registers);
  void report(const ScalarError &error);

  Interpreter &in;
  linalg::LinalgOp op;
  const ScalarProgram *program = nullptr;
  /// Where sums are wider than results: their body.
  std::unique_ptr<Region> wide;
  ScalarProgram wideProgram;
  SmallVector<Access> accesses;
  SmallVector<RuntimeTensor> outputs;
  SmallVector<int64_t> sizes;
  SmallVector<int64_t> parallel, reductions; // loop numbers
  int64_t laneLoop = -1;
  std::mutex mutex;
  std::optional<ScalarError> firstError;
};

} // namespace

std::optional<int64_t> Access::offset(ArrayRef<int64_t> ivs) const {
  int64_t result = base;
  if (isLinear) {
    for (auto [iv, stride] : llvm::zip_equal(ivs, strides))
      result += iv * stride;
    return result;
  }
  result = 0;
  for (auto [size, expr] : llvm::zip_equal(shape, map.getResults())) {
    std::optional<int64_t> index = evaluate(expr, ivs);
    if (!index || *index < 0 || *index >= size)
      return std::nullopt;
    result = result * size + *index;
  }
  return result;
}

static bool isLinear(AffineExpr expr) {
  return !expr.walk([](AffineExpr part) {
                AffineExprKind kind = part.getKind();
                return kind == AffineExprKind::Mod ||
                               kind == AffineExprKind::FloorDiv ||
                               kind == AffineExprKind::CeilDiv ||
                               kind == AffineExprKind::SymbolId
                           ? WalkResult::interrupt()
                           : WalkResult::advance();
              })
              .wasInterrupted();
}

LogicalResult LoopNest::addOperands() {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (OpOperand &operand : op->getOpOperands()) {
    Access access;
    access.map = maps[operand.getOperandNumber()];
    access.kind = program->getArguments()[operand.getOperandNumber()];
    access.isScalar = !isa<RankedTensorType>(operand.get().getType());
    if (!access.isScalar) {
      bool isOutput = op.isDpsInit(&operand);
      RuntimeTensor tensor =
          isOutput ? in.takeTensor(operand) : in.getTensor(operand.get());
      access.shape.assign(tensor.getShape().begin(), tensor.getShape().end());
      access.elementSize = static_cast<int64_t>(tensor.getElementSize());
      if (isOutput && wide &&
          wide->getArgument(operand.getOperandNumber()).getType() !=
              op.getMatchingBlockArgument(&operand).getType()) {
        FailureOr<RuntimeTensor> sums =
            convertFloats(in, op, tensor, Float32Type::get(op.getContext()));
        if (failed(sums))
          return failure();
        tensor = std::move(*sums);
        access.elementSize = static_cast<int64_t>(tensor.getElementSize());
      }
      if (isOutput) {
        FailureOr<unsigned char *> data = in.getWritable(op, tensor);
        if (failed(data))
          return failure();
        access.writable = *data;
        access.isRead = !op.getMatchingBlockArgument(&operand).use_empty();
        outputs.push_back(std::move(tensor));
        access.data = *data;
      } else {
        access.data = tensor.getData();
      }
    }
    accesses.push_back(std::move(access));
  }
  return success();
}

/// A loop is as long as the dimensions it indexes alone, which must agree.
LogicalResult LoopNest::findSizes() {
  sizes.assign(op.getNumLoops(), -1);
  SmallVector<std::pair<unsigned, unsigned>> from(op.getNumLoops());
  auto describe = [&](unsigned dim, unsigned number) {
    return "dimension " + std::to_string(dim) + " of " +
           describeOperand(op->getOpOperand(number));
  };
  for (auto [number, access] : llvm::enumerate(accesses)) {
    if (access.isScalar)
      continue;
    for (auto [dim, expr] : llvm::enumerate(access.map.getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (!loop)
        continue;
      int64_t &size = sizes[loop.getPosition()];
      if (size >= 0 && size != access.shape[dim])
        return op.emitOpError("expects ")
               << describe(dim, number) << " to be " << size << " (as "
               << std::apply(describe, from[loop.getPosition()]) << "), got "
               << access.shape[dim];
      if (size < 0)
        from[loop.getPosition()] = {dim, number};
      size = access.shape[dim];
    }
  }
  for (auto [loop, size] : llvm::enumerate(sizes))
    if (size < 0)
      return op.emitOpError("has no operand that tells the length of loop ")
             << loop;
  if (llvm::is_contained(sizes, 0))
    return success();
  for (OpOperand &operand : op->getOpOperands())
    if (failed(checkBounds(operand, accesses[operand.getOperandNumber()])))
      return failure();
  return success();
}

/// Linear indices take their extremes at the ends of the loops. Others are
/// checked one by one.
LogicalResult LoopNest::checkBounds(OpOperand &operand, const Access &access) {
  if (access.isScalar || !access.isLinear)
    return success();
  SmallVector<int64_t> zero(sizes.size(), 0);
  for (auto [dim, expr] : llvm::enumerate(access.map.getResults())) {
    int64_t origin = *evaluate(expr, zero), low = origin, high = origin;
    bool overflow = false;
    for (auto [loop, size] : llvm::enumerate(sizes)) {
      SmallVector<int64_t> unit = zero;
      unit[loop] = 1;
      int64_t reach = 0;
      overflow |= llvm::SubOverflow(*evaluate(expr, unit), origin, reach) ||
                  llvm::MulOverflow(reach, size - 1, reach);
      int64_t &end = reach < 0 ? low : high;
      overflow |= llvm::AddOverflow(end, reach, end) != 0;
    }
    if (overflow)
      return op.emitOpError("indexes dimension ")
             << dim << " of operand " << operand.getOperandNumber()
             << " beyond the range of 64 bits";
    if (low < 0 || high >= access.shape[dim])
      return op.emitOpError("indexes dimension ")
             << dim << " of operand " << operand.getOperandNumber() << " from "
             << low << " to " << high << ", its size is " << access.shape[dim];
  }
  return success();
}

/// Must follow checkBounds: indices within the bounds cannot overflow.
void LoopNest::findStrides(Access &access) {
  auto offsetAt = [&](ArrayRef<int64_t> ivs) {
    int64_t offset = 0;
    for (auto [size, expr] :
         llvm::zip_equal(access.shape, access.map.getResults()))
      offset = offset * size + *evaluate(expr, ivs);
    return offset;
  };
  SmallVector<int64_t> at(sizes.size(), 0);
  access.base = offsetAt(at);
  for (auto [loop, size] : llvm::enumerate(sizes)) {
    at[loop] = size > 1 ? 1 : 0;
    access.strides.push_back(offsetAt(at) - access.base);
    at[loop] = 0;
  }
}

/// Each point of the parallel loops must have elements of its own.
bool LoopNest::ownsItsOutputs() const {
  for (const Access &access : accesses) {
    if (!access.isScalar && !access.isLinear)
      return false;
    if (!access.writable)
      continue;
    for (int64_t loop : parallel)
      if (!llvm::any_of(access.map.getResults(), [&](AffineExpr expr) {
            auto dim = dyn_cast<AffineDimExpr>(expr);
            return dim && static_cast<int64_t>(dim.getPosition()) == loop;
          }))
        return false;
  }
  return true;
}

/// The loop along which most operands are contiguous, the last of equals.
void LoopNest::chooseLaneLoop() {
  int64_t best = -1;
  for (int64_t loop : parallel) {
    int64_t contiguous = llvm::count_if(accesses, [&](const Access &access) {
      return !access.isScalar && access.strides[loop] == 1;
    });
    // A short loop would leave most lanes empty.
    int64_t score = contiguous + (sizes[loop] >= 16 ? 100 : 0);
    if (score >= best) {
      best = score;
      laneLoop = loop;
    }
  }
}

void LoopNest::setUp(std::vector<Lanes> &registers) {
  registers.resize(program->getNumRegisters());
  program->setUp(registers);
  for (auto [number, access] : llvm::enumerate(accesses))
    if (access.isScalar)
      splatLanes(access.kind, in.get(op->getOperand(number)),
                 registers[number]);
  for (auto [index, capture] : llvm::enumerate(program->getCaptures()))
    splatLanes(capture.second, in.get(capture.first),
               registers[program->getCaptureRegister(index)]);
}

void LoopNest::report(const ScalarError &error) {
  std::lock_guard<std::mutex> lock(mutex);
  if (!firstError)
    firstError = error;
}

/// The body for \p count points along the lane loop, beginning at \p ivs.
bool LoopNest::runPoints(MutableArrayRef<Lanes> registers,
                         ArrayRef<int64_t> ivs, int64_t count,
                         ScalarError &error) {
  for (auto [number, access] : llvm::enumerate(accesses)) {
    if (access.isScalar || !access.isRead)
      continue;
    std::optional<int64_t> offset = access.offset(ivs);
    if (!offset) {
      error = {op, "indexes operand " + std::to_string(number) +
                       " outside its shape " + shapeToString(access.shape)};
      return false;
    }
    loadLanes(access.kind, access.data + *offset * access.elementSize,
              laneLoop < 0 ? 1 : access.strides[laneLoop], count,
              registers[number]);
  }
  if (!program->run(registers, count, {ivs, laneLoop}, error))
    return false;
  unsigned firstOutput = static_cast<unsigned>(op.getNumDpsInputs());
  for (auto [index, result] : llvm::enumerate(program->getResults())) {
    const Access &access = accesses[firstOutput + index];
    std::optional<int64_t> offset = access.offset(ivs);
    if (!offset) {
      error = {op, "indexes operand " + std::to_string(firstOutput + index) +
                       " outside its shape " + shapeToString(access.shape)};
      return false;
    }
    storeLanes(result.second, registers[result.first],
               laneLoop < 0 ? 1 : access.strides[laneLoop], count,
               access.writable + *offset * access.elementSize);
  }
  return true;
}

/// Advances the counters of \p loops like an odometer; false at the end.
static bool advance(MutableArrayRef<int64_t> ivs, ArrayRef<int64_t> loops,
                    ArrayRef<int64_t> sizes) {
  for (int64_t loop : llvm::reverse(loops)) {
    if (++ivs[loop] < sizes[loop])
      return true;
    ivs[loop] = 0;
  }
  return false;
}

void LoopNest::runInParallel() {
  chooseLaneLoop();
  SmallVector<int64_t> outer;
  int64_t outerCount = 1;
  for (int64_t loop : parallel)
    if (loop != laneLoop) {
      outer.push_back(loop);
      outerCount *= sizes[loop];
    }
  int64_t laneCount = laneLoop < 0 ? 1 : sizes[laneLoop];
  int64_t pieces = llvm::divideCeil(laneCount, maxLanes);
  // A task is a run of pieces, large enough to be worth the setting up.
  int64_t total = outerCount * pieces;
  int64_t grain = std::max<int64_t>(1, std::min<int64_t>(64, total / 16));
  in.parallelFor(
      op->getContext(), llvm::divideCeil(total, grain), [&](int64_t task) {
        std::vector<Lanes> registers;
        setUp(registers);
        SmallVector<int64_t> ivs(sizes.size(), 0);
        ScalarError error;
        for (int64_t t = task * grain, e = std::min(total, t + grain); t < e;
             ++t) {
          int64_t rest = t / pieces, first = t % pieces * maxLanes;
          for (int64_t loop : llvm::reverse(outer)) {
            ivs[loop] = rest % sizes[loop];
            rest /= sizes[loop];
          }
          if (laneLoop >= 0)
            ivs[laneLoop] = first;
          int64_t count = std::min(maxLanes, laneCount - first);
          do {
            if (!runPoints(registers, ivs, count, error))
              return report(error);
          } while (advance(ivs, reductions, sizes));
        }
      });
}

void LoopNest::runInOrder() {
  std::vector<Lanes> registers;
  setUp(registers);
  SmallVector<int64_t> ivs(sizes.size(), 0);
  SmallVector<int64_t> all = llvm::to_vector(
      llvm::seq<int64_t>(0, static_cast<int64_t>(sizes.size())));
  ScalarError error;
  do {
    if (!runPoints(registers, ivs, 1, error))
      return report(error);
  } while (advance(ivs, all, sizes));
}

LogicalResult LoopNest::run() {
  if (!op.hasPureTensorSemantics())
    return op.emitOpError("works on memrefs, the reference executor on "
                          "tensors");
  wide = widenSums(op);
  if (wide) {
    if (failed(wideProgram.compile(wide->front())))
      return failure();
    program = &wideProgram;
  } else {
    FailureOr<const ScalarProgram *> compiled =
        in.getProgram(op, op.getBlock());
    if (failed(compiled))
      return failure();
    program = *compiled;
  }
  if (failed(addOperands()))
    return failure();
  for (Access &access : accesses)
    access.isLinear = llvm::all_of(access.map.getResults(), isLinear);
  if (failed(findSizes()))
    return failure();
  for (auto [loop, type] : llvm::enumerate(op.getIteratorTypesArray()))
    (type == utils::IteratorType::parallel ? parallel : reductions)
        .push_back(static_cast<int64_t>(loop));
  if (!llvm::is_contained(sizes, 0)) {
    for (Access &access : accesses)
      if (!access.isScalar && access.isLinear)
        findStrides(access);
    if (ownsItsOutputs())
      runInParallel();
    else
      runInOrder();
  }
  if (firstError)
    return firstError->op->emitOpError(firstError->message);
  for (auto [target, tensor] : llvm::zip_equal(op->getResults(), outputs)) {
    Type type = getElementTypeOrSelf(target);
    if (tensor.getElementType() != type) { // sums that are wider
      FailureOr<RuntimeTensor> rounded = convertFloats(in, op, tensor, type);
      if (failed(rounded))
        return failure();
      tensor = std::move(*rounded);
    }
    if (failed(in.set(op, target, std::move(tensor))))
      return failure();
  }
  return success();
}

std::optional<LogicalResult> mlir::gq::executeLinalg(Interpreter &in,
                                                     Operation *op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured)
    return std::nullopt;
  return LoopNest(in, structured).run();
}
