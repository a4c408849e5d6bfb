//===- Parts.cpp - tiles that thread blocks share -------------------------===//
//
// In a loop that cuts its tiles, what a thread block may do of one depends on
// whether it owns it: the argument of the loop that says so, which branches on
// it are asked for.
//
//   owns       waits for parts, adds them, stores the tile
//   does not   stores its part, then publishes it
//
// A thread block comes to a tile that it does not own before all others, and
// the code publishes before it waits. So all parts are published some time,
// whoever waits.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
class PartsChecker {
public:
  explicit PartsChecker(TileLoopOp loop)
      : loop(loop), owns(loop.getCutArg(TileLoopOp::Owns)) {}

  LogicalResult run() {
    loop.walk([&](Operation *op) {
      if (isa<StoreOp, StoreFragmentOp, TmaStoreOp, StoreSharedOp>(op))
        checkStore(op);
      else if (auto store = dyn_cast<StorePartOp>(op))
        checkPart(store);
      else if (auto publish = dyn_cast<PublishPartOp>(op))
        checkPublish(publish);
      else if (auto wait = dyn_cast<AwaitPartOp>(op))
        checkWait(wait);
      else if (auto add = dyn_cast<AddPartOp>(op))
        checkAdd(add);
      else if (isa<CombinePartsOp>(op))
        combines = true;
    });
    if (firstStore && !combines)
      report(firstStore) << "stores tiles that are cut, expects the parts of "
                            "other thread blocks to be added before";
    return failure(wrong);
  }

private:
  InFlightDiagnostic report(Operation *op) {
    wrong = true;
    return op->emitOpError();
  }

  /// Whether `condition` is `owns` (true), or the opposite (false).
  std::optional<bool> saysOwner(Value condition) {
    if (condition == owns)
      return true;
    auto flip = condition.getDefiningOp<arith::XOrIOp>();
    if (flip && flip.getLhs() == owns && matchPattern(flip.getRhs(), m_One()))
      return false;
    return std::nullopt;
  }

  /// What branches around `op` say; a loop up to the end of those that have
  /// parts has no iteration but for owners.
  std::optional<bool> ownerAt(Operation *op) {
    for (; op != loop; op = op->getParentOp()) {
      auto steps = dyn_cast<scf::ForOp>(op->getParentOp());
      if (steps && steps.getUpperBound() == loop.getCutArg(TileLoopOp::End))
        return true;
      auto branch = dyn_cast<scf::IfOp>(op->getParentOp());
      std::optional<bool> says =
          branch ? saysOwner(branch.getCondition()) : std::nullopt;
      if (says)
        return op->getParentRegion() == &branch.getThenRegion() ? *says
                                                                : !*says;
    }
    return std::nullopt;
  }

  void expectOwner(Operation *op, bool expected, StringRef does) {
    if (ownerAt(op) == expected)
      return;
    InFlightDiagnostic error =
        report(op) << does << ", expects to be where the thread block "
                   << (expected ? "owns" : "does not own") << " the tile";
    error.attachNote(loop.getLoc()) << "the loop that cuts its tiles";
  }

  void checkStore(Operation *op) {
    expectOwner(op, true, "stores elements");
    if (!firstStore)
      firstStore = op;
  }

  void checkPart(StorePartOp store) {
    expectOwner(store, false, "stores a part");
    if (store->getBlock()->getOps<PublishPartOp>().empty())
      report(store) << "stores a part for which another thread block waits; "
                       "expects a gqgpu.publish_part behind it";
  }

  /// All that a group stores of its part comes before.
  void checkPublish(PublishPartOp publish) {
    expectOwner(publish, false, "publishes a part");
    Block &block = *publish->getBlock();
    bool any = false;
    for (auto store : block.getOps<StorePartOp>()) {
      any |= store->isBeforeInBlock(publish);
      if (store->isBeforeInBlock(publish))
        continue;
      InFlightDiagnostic error =
          report(store) << "comes behind the flag that says the part is there; "
                           "expects to be before it";
      error.attachNote(publish.getLoc()) << "the flag is set here";
    }
    if (!any)
      report(publish) << "expects a gqgpu.store_part before it, got none";
    for (Operation *wait : waits) {
      InFlightDiagnostic error =
          report(wait) << "waits before the thread block publishes its own "
                          "part, for which another one may wait";
      error.attachNote(publish.getLoc()) << "published here";
    }
    waits.clear();
  }

  void checkWait(AwaitPartOp wait) {
    expectOwner(wait, true, "waits for a part");
    waits.push_back(wait);
  }

  void checkAdd(AddPartOp add) {
    expectOwner(add, true, "adds a part");
    combines = true;
    for (auto wait : add->getBlock()->getOps<AwaitPartOp>())
      if (wait.getRange() == add.getRange() && wait->isBeforeInBlock(add))
        return;
    report(add) << "adds a part that may not be there yet; expects a "
                   "gqgpu.await_part of the same range before it";
  }

  TileLoopOp loop;
  Value owns;
  SmallVector<Operation *> waits; ///< before a publication
  Operation *firstStore = nullptr;
  bool combines = false, wrong = false;
};
} // namespace

LogicalResult mlir::gqgpu::verifyPartsOfTiles(KernelOp kernel) {
  bool right = true;
  kernel.walk([&](TileLoopOp loop) {
    if (loop.isCut())
      right &= succeeded(PartsChecker(loop).run());
  });
  return success(right);
}
