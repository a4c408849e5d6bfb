//===- Clusters.cpp - what thread blocks do to one another ----------------===//
//
// A multicast fills slots of other thread blocks. So whoever loads must hear
// that a slot is empty in all of them, its barrier must count what it hears,
// and no thread block may begin before the rings of the others are there, or
// end while they still are arrived at.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::gqgpu;

SmallVector<Loader> mlir::gqgpu::loadersOf(Value ring) {
  SmallVector<Loader> loaders;
  // Users come in no particular order.
  for (Operation *user : ring.getUsers()) {
    auto load = dyn_cast<TmaLoadOp>(user);
    if (!load || !load.getMulticast())
      continue;
    int64_t rank = *load.getMulticast();
    RoleOp role = roleOf(load);
    if (llvm::none_of(loaders, [&](const Loader &known) {
          return known.rank == rank && known.role == role;
        }))
      loaders.push_back({rank, role, load});
  }
  llvm::sort(loaders,
             [](const Loader &a, const Loader &b) { return a.rank < b.rank; });
  return loaders;
}

static std::string listOf(ArrayRef<int64_t> numbers) {
  std::string text = "[";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(numbers, os);
  return text + "]";
}

namespace {
class ClusterChecker {
public:
  explicit ClusterChecker(KernelOp kernel)
      : kernel(kernel), peers(kernel.getPeers()) {}

  LogicalResult run() {
    if (peers == 1)
      return success();
    kernel.walk([&](RingCreateOp ring) { checkRing(ring); });
    return failure(wrong);
  }

private:
  void checkRing(RingCreateOp ring) {
    SmallVector<Loader> loaders = loadersOf(ring.getRing());
    SmallVector<int64_t> ranks;
    for (const Loader &loader : loaders)
      if (!llvm::is_contained(ranks, loader.rank))
        ranks.push_back(loader.rank);
    bool heard = true;
    for (Operation *user : ring.getRing().getUsers())
      if (auto release = dyn_cast<ReleaseOp>(user))
        heard &= checkRelease(release, ranks, loaders);
    if (heard)
      checkArrivals(ring, ranks);
    if (!loaders.empty())
      checkLife(ring, loaders.front());
  }

  /// Every thread block that loads into this slot hears of it, and no other.
  bool checkRelease(ReleaseOp release, ArrayRef<int64_t> ranks,
                    ArrayRef<Loader> loaders) {
    ArrayRef<int64_t> told = release.getPeers().value_or(ArrayRef<int64_t>());
    if (told == ranks)
      return true;
    wrong = true;
    InFlightDiagnostic error =
        release.emitOpError("expects ")
        << (ranks.empty() ? std::string("no peers") : "peers " + listOf(ranks))
        << ", the thread blocks that load into slots of the others, got "
        << (told.empty() ? std::string("none") : listOf(told));
    for (const Loader &loader : loaders)
      error.attachNote(TmaLoadOp(loader.first).getLoc())
          << "thread block " << loader.rank << " loads here";
    return false;
  }

  void checkArrivals(RingCreateOp ring, ArrayRef<int64_t> ranks) {
    if (!ring.hasRoles())
      return;
    auto own = static_cast<int64_t>(*ring.getEmptyArrivals());
    SmallVector<int64_t> needed(peers, own), counted;
    for (int64_t rank : ranks)
      needed[rank] = own * peers;
    for (int64_t rank = 0; rank < peers; ++rank)
      counted.push_back(ring.getEmptyArrivalsIn(rank));
    if (needed == counted)
      return;
    wrong = true;
    InFlightDiagnostic error =
        ring.emitOpError("expects ")
        << listOf(needed) << " arrivals in_cluster, " << own
        << " of each thread block that releases to it, got " << listOf(counted);
  }

  /// Thread blocks meet between the creation of the ring and its use, and
  /// between that and the end.
  void checkLife(RingCreateOp ring, const Loader &loader) {
    Block *body = &kernel.getBody().front();
    Operation *created = body->findAncestorOpInBlock(*ring);
    Operation *first = nullptr, *last = nullptr;
    for (Operation *user : ring.getRing().getUsers()) {
      if (isa<AdvanceOp>(user))
        continue;
      Operation *at = body->findAncestorOpInBlock(*user);
      if (!first || at->isBeforeInBlock(first))
        first = at;
      if (!last || last->isBeforeInBlock(at))
        last = at;
    }
    auto meets = [&](Operation *from, Operation *to) {
      for (Operation *op = from->getNextNode(); op && op != to;
           op = op->getNextNode())
        if (auto barrier = dyn_cast<BarrierOp>(op);
            barrier && barrier.getScope() == Scope::Cluster)
          return true;
      return false;
    };
    auto note = [&](InFlightDiagnostic error) {
      wrong = true;
      error.attachNote(TmaLoadOp(loader.first).getLoc())
          << "thread block " << loader.rank
          << " loads into slots of the others here";
    };
    if (!meets(created, first))
      note(RingCreateOp(ring).emitOpError(
          "expects a gqgpu.barrier cluster between it and its use: other "
          "thread blocks may come before it is there"));
    if (!meets(last, nullptr))
      note(body->getTerminator()->emitOpError(
          "expects a gqgpu.barrier cluster before it: other thread blocks may "
          "still arrive at the barriers of the ring"));
  }

  KernelOp kernel;
  int64_t peers;
  bool wrong = false;
};
} // namespace

LogicalResult mlir::gqgpu::verifyClusters(KernelOp kernel) {
  return ClusterChecker(kernel).run();
}
