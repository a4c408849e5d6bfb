//===- PeerOps.cpp - sums over the thread blocks of a cluster -------------===//
//
// As one op, where whoever comes first waits for the others; or in steps,
// through the shared memory of each and meetings. A meeting is an mbarrier in
// each thread block, at which all warps of the cluster arrive.
//
//===----------------------------------------------------------------------===//
#include "Agent.h"
#include "Cluster.h"

#include <cstring>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

/// Adds columns of `part` to `sum`.
static void addColumns(const RuntimeTensor &part, int64_t column,
                       RuntimeTensor &sum) {
  auto *to = reinterpret_cast<float *>(sum.getMutableData());
  const auto *from = reinterpret_cast<const float *>(part.getData()) + column;
  for (int64_t row = 0; row < sum.getDim(0); ++row, from += part.getDim(1))
    for (int64_t i = 0; i < sum.getDim(1); ++i)
      *to++ += from[i];
}

/// Where a thread block reads its columns.
static LogicalResult checkColumn(Operation *op, int64_t column, int64_t own,
                                 int64_t all) {
  if (column >= 0 && column % own == 0 && column <= all - own)
    return success();
  return op->emitOpError("expects a column that is a multiple of ")
         << own << " below " << all << ", got " << column;
}

//===----------------------------------------------------------------------===//
// As one op
//===----------------------------------------------------------------------===//

/// The tile or fragment that `value` is.
static const RuntimeTensor &valuesOf(const RuntimeValue &value) {
  return value.isTensor()
             ? value.getTensor()
             : std::static_pointer_cast<Fragment>(value.getObject())->values;
}

static SmallVector<int64_t> shapeOf(Type type) {
  if (auto fragment = dyn_cast<FragmentType>(type))
    return SmallVector<int64_t>(fragment.getShape());
  return SmallVector<int64_t>(cast<RankedTensorType>(type).getShape());
}

LogicalResult Agent::execute(SumOverPeersOp op) {
  SmallVector<int64_t> own = shapeOf(op.getInit().getType());
  int64_t column = getInt(op.getColumn());
  if (failed(
          checkColumn(op, column, own[1], shapeOf(op.getPart().getType())[1])))
    return failure();
  bool values = threadBlock.launch.values;
  Exchange &exchange = threadBlock.cluster.exchangeOf(op, *this);
  auto rank = static_cast<size_t>(threadBlock.rank);
  int64_t round = exchange.taken[rank];
  auto all = [](const std::vector<int64_t> &counts, int64_t least) {
    return llvm::all_of(counts, [&](int64_t n) { return n >= least; });
  };
  auto waitFor = [&](const std::vector<int64_t> &counts, int64_t least) {
    waiting.op = op;
    until = [&counts, least] {
      return llvm::all_of(counts, [&](int64_t n) { return n >= least; });
    };
    return success();
  };
  if (exchange.brought[rank] == round) {
    // What is there may still be wanted.
    if (!all(exchange.taken, round))
      return waitFor(exchange.taken, round);
    if (values)
      exchange.parts[rank] = valuesOf(get(op.getPart()));
    ++exchange.brought[rank];
  }
  if (!all(exchange.brought, round + 1))
    return waitFor(exchange.brought, round + 1);
  ++exchange.taken[rank];

  auto type = dyn_cast<FragmentType>(op.getResult().getType());
  if (!values) {
    if (type)
      return setFragment(op, std::make_shared<Fragment>(type));
    return set(op,
               RuntimeValue(std::shared_ptr<RuntimeObject>(
                   std::make_shared<AbsentTensor>(op.getResult().getType()))));
  }
  RuntimeTensor sum = valuesOf(get(op.getInit()));
  for (const RuntimeTensor &part : exchange.parts)
    addColumns(part, column, sum);
  if (!type)
    return set(op, std::move(sum));
  auto result = std::make_shared<Fragment>(type);
  result->values = std::move(sum);
  return setFragment(op, result);
}

//===----------------------------------------------------------------------===//
// Meetings
//===----------------------------------------------------------------------===//

LogicalResult Agent::execute(MeetingCreateOp op) {
  return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(
                     threadBlock.createMeeting(op))));
}

LogicalResult Agent::execute(MeetOp op) {
  auto own = object<Meeting>(op.getMeeting());
  if (!met) {
    met = own->barrier.getCompleted() + 1;
    for (auto &peer : threadBlock.cluster.getBlocks()) {
      std::shared_ptr<Meeting> there = peer->getMeeting(own->op);
      bool ended = threadBlock.cluster.hasEnded(*peer);
      if (!there || ended) {
        InFlightDiagnostic diag =
            op.emitOpError("comes to ")
            << peer->getName() << ", which "
            << (ended ? "has ended" : "has not created the meeting yet");
        diag.attachNote(own->op->getLoc()) << "the meeting";
        return diag;
      }
      int64_t before = there->barrier.getCompleted();
      if (there->barrier.arrive(id, arrivals)) {
        // What whoever has come did so far was before all that comes now.
        if (there->barrier.getCompleted() != before)
          threadBlock.cluster.passMeeting(*peer, role);
      } else {
        InFlightDiagnostic diag = op.emitOpError("comes with ")
                                  << arrivals << " arrivals of " << name
                                  << ", of which the meeting, over after "
                                  << there->barrier.getCount()
                                  << ", does not know";
        diag.attachNote(own->op->getLoc()) << "the meeting";
        return diag;
      }
    }
  }
  if (own->barrier.getCompleted() < *met) {
    waiting.op = op;
    until = [own, least = *met] {
      return own->barrier.getCompleted() >= least;
    };
    return success();
  }
  met.reset();
  return success();
}

//===----------------------------------------------------------------------===//
// Through shared memory
//===----------------------------------------------------------------------===//

LogicalResult Agent::execute(ShareOp op) {
  FailureOr<SharedBuffer::Part *> part = accessShared(op);
  if (failed(part))
    return failure();
  (*part)->data = fragment(op.getValue()).values;
  return success();
}

LogicalResult Agent::execute(SumSharedOp op) {
  int64_t column = getInt(op.getColumn());
  ArrayRef<int64_t> own = op.getInit().getType().getShape();
  if (failed(checkColumn(op, column, own[1],
                         op.getBuffer().getType().getShape()[1])))
    return failure();
  auto result = std::make_shared<Fragment>(op.getResult().getType());
  result->values = fragment(op.getInit()).values;
  SharedAccess access = op.getSharedAccess();
  auto alloc = op.getBuffer().getDefiningOp<SharedAllocOp>();
  if (!alloc)
    return op.emitOpError("expects the result of a gqgpu.shared_alloc, which "
                          "all thread blocks have");
  for (auto &peer : threadBlock.cluster.getBlocks()) {
    const Agent *there = threadBlock.cluster.peerOf(*this, *peer);
    if (!there || threadBlock.cluster.hasEnded(*peer))
      return op.emitOpError("reads the shared memory of ")
             << peer->getName() << ", which "
             << (there ? "has ended" : "has not begun");
    SharedBuffer::Part &part = peer->getBuffer(alloc)->of(there->getId());
    if (std::optional<SharedState::Fault> fault = part.state.access(op, access))
      return fault->emit(op), failure();
    if (threadBlock.launch.values)
      addColumns(part.data, column, result->values);
  }
  return setFragment(op, result);
}
