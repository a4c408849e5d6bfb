//===- Inboxes.cpp - what thread blocks of a cluster push to one another --===//
//
// An inbox counts the warps of the role that it names, in all thread blocks. It
// is there before anybody writes to it. All go through the same steps as often,
// each step once and in the place of the code that shows it: offers, so that
// nobody writes what is not read; waits for those of others; pushes; waits for
// what others push; reads. So nobody reads early, and nobody ends before what
// others send has come.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
/// The steps of a role with its inbox, in order.
enum Step : uint8_t { Offer, AwaitOffers, Push, AwaitPushes, Sum };

struct StepInfo {
  /// Of parts of sums, and of maxima.
  StringRef name, ofMaxima;
  /// What goes wrong without it in a later one.
  StringRef missing;
};
constexpr StepInfo kSteps[] = {
    {"gqgpu.offer", "gqgpu.offer", "other thread blocks wait for it"},
    {"gqgpu.await_offers", "gqgpu.await_offers",
     "another thread block may not have read what it writes over"},
    {"gqgpu.push", "gqgpu.push_maxima", "other thread blocks wait for it"},
    {"gqgpu.await_pushes", "gqgpu.await_pushes",
     "what others push may still be under way"},
    {"gqgpu.sum_pushed", "gqgpu.max_pushed", "what comes is for nobody"},
};

std::optional<Step> stepOf(Operation *op) {
  if (isa<OfferOp>(op))
    return Offer;
  if (isa<AwaitOffersOp>(op))
    return AwaitOffers;
  if (isa<PushOp, PushMaximaOp>(op))
    return Push;
  if (isa<AwaitPushesOp>(op))
    return AwaitPushes;
  if (isa<SumPushedOp, MaxPushedOp>(op))
    return Sum;
  return std::nullopt;
}

class InboxChecker {
public:
  explicit InboxChecker(KernelOp kernel)
      : kernel(kernel), roles(rolesOf(kernel)) {}

  LogicalResult run() {
    kernel.walk([&](Operation *op) {
      if (auto create = dyn_cast<InboxCreateOp>(op)) {
        checkCreate(create);
        checkSteps(create);
      } else if (isa<OfferOp, SumOverPeersOp, MaxOverPeersOp>(op)) {
        checkRepeats(op);
      }
    });
    return failure(wrong);
  }

private:
  InFlightDiagnostic report(Operation *op) {
    wrong = true;
    return op->emitOpError();
  }

  void checkCreate(InboxCreateOp create) {
    RoleOp role = roles ? roles.getRole(create.getRole()) : RoleOp();
    if (!role) {
      report(create) << "names role " << create.getRoleAttr()
                     << ", which the kernel does not have";
      return;
    }
    if (auto arrivals = static_cast<int64_t>(create.getArrivals());
        arrivals != role.getArrivals())
      report(create) << "expects " << role.getArrivals()
                     << " arrivals, one for each warp of role "
                     << create.getRoleAttr() << ", got " << arrivals;
    checkStart(create, role);
  }

  /// Between it and what others do with it, all thread blocks of the cluster
  /// have come as far.
  void checkStart(InboxCreateOp create, RoleOp role) {
    ArriveClusterOp arrive;
    for (Operation *op = create->getNextNode(); op && op != roles;
         op = op->getNextNode()) {
      if (auto barrier = dyn_cast<BarrierOp>(op);
          barrier && barrier.getScope() == Scope::Cluster)
        return;
      if (auto found = dyn_cast<ArriveClusterOp>(op))
        arrive = found;
    }
    if (!arrive) {
      report(create) << "expects a gqgpu.arrive_cluster between it and the "
                        "roles: other thread blocks may write to it before it "
                        "is there";
      return;
    }
    Block &body = role.getBody().front();
    auto waits = body.getOps<AwaitClusterOp>();
    for (Operation *user : usersOf(create)) {
      Operation *at = body.findAncestorOpInBlock(*user);
      if (!at || llvm::any_of(waits, [&](AwaitClusterOp wait) {
            return wait->isBeforeInBlock(at);
          }))
        continue;
      InFlightDiagnostic error = report(user);
      error << "expects a gqgpu.await_cluster before it, in role "
            << create.getRoleAttr()
            << ": the inboxes of other thread blocks may not be there";
      error.attachNote(arrive.getLoc()) << "they come here";
      return;
    }
  }

  /// All come as often: they go through as many tiles.
  void checkRepeats(Operation *step) {
    for (Operation *op = step->getParentOp(); !isa<RoleOp, KernelOp>(op);
         op = op->getParentOp()) {
      if (isa<TileLoopOp>(op))
        continue;
      InFlightDiagnostic error =
          report(step) << "expects to be in the role or in a tile loop there: "
                          "thread blocks may go through the "
                       << op->getName().getStringRef() << " more or less often";
      error.attachNote(op->getLoc()) << "the " << op->getName().getStringRef();
      return;
    }
  }

  /// The steps with an inbox, in the order of the code.
  SmallVector<Operation *> usersOf(InboxCreateOp create) {
    SmallVector<Operation *> users;
    kernel.walk([&](Operation *op) {
      if (stepOf(op) &&
          llvm::is_contained(op->getOperands(), Value(create.getInbox())))
        users.push_back(op);
    });
    return users;
  }

  StringRef nameOf(size_t step) const {
    return ofMaxima ? kSteps[step].ofMaxima : kSteps[step].name;
  }

  /// They stand in one place.
  void checkSteps(InboxCreateOp create) {
    SmallVector<Operation *> steps = usersOf(create);
    if (steps.empty())
      return;
    ofMaxima = llvm::any_of(steps, llvm::IsaPred<PushMaximaOp, MaxPushedOp>);
    for (Operation *step : steps)
      if (step->getBlock() != steps.front()->getBlock()) {
        report(step) << "expects all steps with an inbox one after another, "
                        "got one elsewhere";
        return;
      }
    SmallVector<Operation *> done(std::size(kSteps));
    for (Operation *op : steps)
      if (!checkStep(op, done))
        return;
    for (auto [step, op] : llvm::enumerate(done))
      if (!op) {
        report(steps.back()) << "expects a " << nameOf(step)
                             << " with it: " << kSteps[step].missing;
        return;
      }
    checkTiles(create, steps);
  }

  /// False after a mistake, which may lead to others.
  bool checkStep(Operation *op, SmallVectorImpl<Operation *> &done) {
    Step step = *stepOf(op);
    for (size_t other = 0; other < std::size(kSteps); ++other) {
      if (other < step && !done[other]) {
        report(op) << "expects a " << nameOf(other)
                   << " before it: " << kSteps[other].missing;
        return false;
      }
      bool again = other == step && step != Push && step != Sum;
      if ((other > step || again) && done[other]) {
        InFlightDiagnostic error = report(op);
        error << "comes " << (again ? "a second time" : "after a ");
        if (!again)
          error << nameOf(other) << ", expects to be before it";
        error.attachNote(done[other]->getLoc())
            << (again ? "the first time" : "the other");
        return false;
      }
    }
    done[step] = op;
    return true;
  }

  /// Each tile is written and read once.
  void checkTiles(InboxCreateOp create, ArrayRef<Operation *> steps) {
    for (size_t tile = 0; tile < create.getInbox().getType().getTiles().size();
         ++tile) {
      int64_t pushed = 0, read = 0;
      for (Operation *op : steps) {
        if (auto push = dyn_cast<PushOp>(op))
          pushed += push.getTile() == tile;
        else if (auto push = dyn_cast<PushMaximaOp>(op))
          pushed += push.getTile() == tile;
        else if (auto sum = dyn_cast<SumPushedOp>(op))
          read += sum.getTile() == tile;
        else if (auto max = dyn_cast<MaxPushedOp>(op))
          read += max.getTile() == tile;
      }
      if (pushed != 1 || read != 1)
        report(create) << "has tile " << tile << ", which is written " << pushed
                       << " times and read " << read
                       << " times, expects once each";
    }
  }

  KernelOp kernel;
  WarpSpecializeOp roles;
  /// What the inbox at hand gets.
  bool ofMaxima = false;
  bool wrong = false;
};
} // namespace

LogicalResult mlir::gqgpu::verifyInboxes(KernelOp kernel) {
  return InboxChecker(kernel).run();
}
