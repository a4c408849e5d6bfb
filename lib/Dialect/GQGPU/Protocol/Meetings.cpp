//===- Meetings.cpp - where the roles of a cluster meet -------------------===//
//
// A meeting counts the warps of the role that it names, in all thread blocks.
// It is there before anybody comes, and all come as often. What lies in shared
// memory for other thread blocks is read by all before a thread block ends.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
class MeetingChecker {
public:
  explicit MeetingChecker(KernelOp kernel)
      : kernel(kernel), roles(rolesOf(kernel)) {}

  LogicalResult run() {
    kernel.walk([&](Operation *op) {
      if (auto meeting = dyn_cast<MeetingCreateOp>(op))
        checkMeeting(meeting);
      else if (isa<MeetOp, SumOverPeersOp>(op))
        checkMeet(op);
      else if (auto sum = dyn_cast<SumSharedOp>(op))
        checkEnd(sum);
    });
    return failure(wrong);
  }

private:
  InFlightDiagnostic report(Operation *op) {
    wrong = true;
    return op->emitOpError();
  }

  void checkMeeting(MeetingCreateOp meeting) {
    RoleOp role = roles ? roles.getRole(meeting.getRole()) : RoleOp();
    if (!role) {
      report(meeting) << "names role " << meeting.getRoleAttr()
                      << ", which the kernel does not have";
      return;
    }
    if (auto arrivals = static_cast<int64_t>(meeting.getArrivals());
        arrivals != role.getArrivals())
      report(meeting) << "expects " << role.getArrivals()
                      << " arrivals, one for each warp of role "
                      << meeting.getRoleAttr() << ", got " << arrivals;
    for (Operation *op = meeting->getNextNode(); op; op = op->getNextNode()) {
      if (auto barrier = dyn_cast<BarrierOp>(op);
          barrier && barrier.getScope() == Scope::Cluster)
        return;
      if (op != roles)
        continue;
      report(meeting) << "expects a gqgpu.barrier cluster between it and the "
                         "roles: other thread blocks may come before it is "
                         "there";
      return;
    }
  }

  /// All come as often: they go through as many tiles.
  void checkMeet(Operation *meet) {
    for (Operation *op = meet->getParentOp(); !isa<RoleOp, KernelOp>(op);
         op = op->getParentOp()) {
      if (isa<TileLoopOp>(op))
        continue;
      InFlightDiagnostic error =
          report(meet) << "expects to be in the role or in a tile loop there: "
                          "thread blocks may go through the "
                       << op->getName().getStringRef() << " more or less often";
      error.attachNote(op->getLoc()) << "the " << op->getName().getStringRef();
      return;
    }
  }

  /// The end of the block that reads comes behind a meeting.
  void checkEnd(SumSharedOp sum) {
    for (Operation *op = sum->getNextNode(); op; op = op->getNextNode())
      if (isa<MeetOp>(op))
        return;
    report(sum)
        << "expects a gqgpu.meet behind it: other thread blocks may end, "
           "or write over what it reads";
  }

  KernelOp kernel;
  WarpSpecializeOp roles;
  bool wrong = false;
};
} // namespace

LogicalResult mlir::gqgpu::verifyMeetings(KernelOp kernel) {
  return MeetingChecker(kernel).run();
}
