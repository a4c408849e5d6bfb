//===- AnnotateAlignment.cpp - which accesses may take whole chunks -------===//
//
// A chunk moves at once where it starts at a multiple of its length: then it
// lies inside the tensor or outside of it as a whole, and its address suits a
// vector. Rows must be whole chunks long too, which the type of the memref says
// or the kernel finds out. The chunk of a copy is a word of small elements.
//
//===----------------------------------------------------------------------===//
#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_ANNOTATEALIGNMENTPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

/// How many elements along the last index the access could move at once; 1 for
/// one that moves by elements in any case.
static int64_t unitOf(LoadFragmentOp op) {
  auto type = cast<FragmentType>(op.getType());
  if (!type.getBlock().empty() || op.getMap().getNumResults() == 0)
    return 1;
  auto last = dyn_cast<AffineDimExpr>(op.getMap().getResults().back());
  return last && last.getPosition() == 1 ? type.getLayout().getChunk() : 1;
}

static int64_t unitOf(StoreFragmentOp op) { return op.getUnit(); }

/// Bands are columns of the result.
static int64_t unitOf(StoreSharedOp op) {
  return op.getTransposed() ? op.getBuffer().getType().getBand() : 1;
}

static int64_t unitOf(CopyLoadOp op) { return op.getUnit(); }

namespace {
struct AnnotateAlignmentPass
    : gqgpu::impl::AnnotateAlignmentPassBase<AnnotateAlignmentPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  LogicalResult run(KernelOp kernel) {
    auto solver = gq::DivisibilitySolver::run(kernel);
    if (failed(solver))
      return kernel.emitOpError("could not be analysed");
    kernel.walk([&](LoadFragmentOp op) {
      annotate(op, **solver, op.getSource(), "load_fragment");
    });
    kernel.walk([&](CopyLoadOp op) {
      annotate(op, **solver, op.getSource(), "copy_load");
    });
    kernel.walk([&](StoreFragmentOp op) {
      annotate(op, **solver, op.getDest(), "store_fragment");
    });
    kernel.walk([&](StoreSharedOp op) {
      annotate(op, **solver, op.getDest(), "store_shared");
    });
    return success();
  }

  template <typename OpTy>
  void annotate(OpTy op, const gq::DivisibilitySolver &solver, Value memref,
                StringRef what) {
    int64_t unit = unitOf(op);
    if (unit == 1)
      return;
    gq::Divisibility known = solver.get(op.getIndices().back());
    if (!op.getAligned() && known.isMultipleOf(unit))
      op.setAligned(unit);
    if (std::optional<int64_t> aligned = op.getAligned();
        !aligned || *aligned % unit != 0) {
      remark(op, what,
             "its last index is not known to be a multiple of " + Twine(unit) +
                 ", only of " + Twine(aligned ? *aligned : known.factor));
      return;
    }
    int64_t length = cast<MemRefType>(memref.getType()).getShape().back();
    // Elements of less than a byte have no lowering, but get here.
    int64_t bits = cast<MemRefType>(memref.getType()).getElementTypeBitWidth();
    int64_t vector = std::min<int64_t>(unit, 128 / bits);
    if (!ShapedType::isDynamic(length) && length % vector != 0)
      remark(op, what,
             "rows of " + Twine(length) + " elements are no multiple of " +
                 Twine(vector));
  }

  static void remark(Operation *op, StringRef what, const Twine &why) {
    gq::remarkMissed(op, "gq-annotate-alignment", "elements",
                     what + " moves one element at a time: " + why);
  }
};
} // namespace
