//===- Barrier.h - an mbarrier ----------------------------------*- C++ -*-===//
//
// As the PTX ISA has it ("mbarrier"): a phase is complete when all arrivals
// have come and no bytes are outstanding; the next phase begins at once. A wait
// names the parity of the phase it waits for and passes when the current phase
// is of the other parity.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_SIMULATOR_BARRIER_H
#define GQ_LIB_SIMULATOR_BARRIER_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::gq::sim {

class Barrier {
public:
  explicit Barrier(int64_t count) : count(count), pending(count) {}

  bool passes(int64_t parity) const { return (completed & 1) != parity; }
  /// Phases completed.
  int64_t getCompleted() const { return completed; }
  int64_t getOutstandingBytes() const { return bytes; }
  /// Who has arrived in the current phase.
  ArrayRef<unsigned> getArrived() const { return arrived; }

  int64_t getCount() const { return count; }

  /// An agent arrives with all its warps or threads. False if fewer arrivals
  /// than those are left of the phase.
  bool arrive(unsigned agent, int64_t arrivals) {
    if (pending < arrivals)
      return false;
    pending -= arrivals;
    arrived.push_back(agent);
    complete();
    return true;
  }
  void expect(int64_t more) { bytes += more; }
  /// False if so many bytes were not expected. Those that another thread block
  /// brings may come before they are: `early`.
  bool land(int64_t landed, bool early = false) {
    if (landed > bytes && !early)
      return false;
    bytes -= landed;
    complete();
    return true;
  }

private:
  void complete() {
    if (pending != 0 || bytes != 0)
      return;
    ++completed;
    pending = count;
    arrived.clear();
  }

  int64_t count, pending;
  int64_t bytes = 0;
  int64_t completed = 0;
  SmallVector<unsigned, 4> arrived;
};

} // namespace mlir::gq::sim

#endif // GQ_LIB_SIMULATOR_BARRIER_H
