//===- AllocateSharedMemory.cpp - offsets in shared memory ----------------===//
//
// Writes where everything lies. An offset that is there already is kept, so
// that a person can say it; the verifier of the kernel sees overlaps.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_ALLOCATESHAREDMEMORYPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
struct AllocateSharedMemoryPass
    : gqgpu::impl::AllocateSharedMemoryPassBase<AllocateSharedMemoryPass> {
  void runOnOperation() override {
    getOperation()->walk([](KernelOp kernel) {
      SharedMemoryLayout layout = SharedMemoryLayout::get(kernel);
      for (auto [op, offset] : layout.offsets) {
        auto place =
            IntegerAttr::get(IntegerType::get(kernel.getContext(), 64), offset);
        if (auto alloc = dyn_cast<SharedAllocOp>(op))
          alloc.setOffsetAttr(place);
        else if (auto inbox = dyn_cast<InboxCreateOp>(op))
          inbox.setOffsetAttr(place);
        else
          cast<RingCreateOp>(op).setOffsetAttr(place);
      }
      kernel.setSharedMemory(layout.bytes);
      gq::remarkDecision(kernel, "gq-allocate-shared-memory", "bytes",
                         Twine(layout.bytes) + " bytes of shared memory for " +
                             Twine(layout.offsets.size()) +
                             (layout.offsets.size() == 1 ? " ring or buffer"
                                                         : " rings and "
                                                           "buffers"));
    });
  }
};
} // namespace
