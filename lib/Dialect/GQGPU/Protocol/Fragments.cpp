//===- Fragments.cpp - products are waited for ----------------------------===//
//
// A product is in flight from its mma_async to its mma_wait. Any mma_wait
// completes all products before it (wgmma.wait_group 0), but only its own
// operand may be read, as its result. A product that another one is added to is
// waited for with that one.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

class FragmentChecker {
public:
  explicit FragmentChecker(KernelOp kernel) : kernel(kernel) {}

  LogicalResult run() {
    kernel.walk([&](MmaAsyncOp product) {
      bool waited = false;
      DenseSet<Value> seen;
      follow(product, product.getResult(), waited, seen);
      if (!waited && !isCompleted(product)) {
        wrong = true;
        product.emitOpError("starts a product that no mma_wait waits for");
      }
      if (product.getReuse())
        checkReuse(product);
    });
    kernel.walk([&](Block *block) { checkReleases(block); });
    return failure(wrong);
  }

private:
  /// Users of a product, through loops and branches.
  void follow(MmaAsyncOp product, Value value, bool &waited,
              DenseSet<Value> &seen) {
    if (!seen.insert(value).second)
      return;
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      unsigned number = use.getOperandNumber();
      if (isa<MmaWaitOp>(user)) {
        waited = true;
        continue;
      }
      // The tensor core goes on with the sum: waited for is the last product.
      if (auto next = dyn_cast<MmaAsyncOp>(user);
          next && next.getAccumulate()) {
        follow(product, next.getResult(), waited, seen);
        continue;
      }
      if (user->hasTrait<OpTrait::IsTerminator>()) {
        Operation *parent = user->getParentOp();
        if (std::optional<LoopView> loop = LoopView::get(parent)) {
          if (loop->mayRepeat())
            follow(product, loop->args[number], waited, seen);
          follow(product, loop->results[number], waited, seen);
        } else if (isa<scf::IfOp>(parent)) {
          follow(product, parent->getResult(number), waited, seen);
        } else {
          waited = true; // a form that is not known
        }
        continue;
      }
      if (std::optional<LoopView> loop = LoopView::get(user)) {
        unsigned first = user->getNumOperands() - loop->inits.size();
        if (number >= first) {
          follow(product, loop->args[number - first], waited, seen);
          follow(product, loop->results[number - first], waited, seen);
          continue;
        }
      }
      if (user->getDialect() != product->getDialect()) {
        waited = true;
        continue;
      }
      if (!reported.insert(user).second)
        continue;
      wrong = true;
      InFlightDiagnostic error =
          user->emitOpError("reads a product before its mma_wait");
      error.attachNote(product.getLoc()) << "the product starts here";
    }
  }

  /// Another product's wait comes later, in its block, after its loops, or in
  /// their next iteration.
  static bool isCompleted(MmaAsyncOp product) {
    for (Operation *op = product; op && !isa<KernelOp>(op);
         op = op->getParentOp()) {
      bool found = false;
      auto look = [&](Operation *inner) { found |= isa<MmaWaitOp>(inner); };
      for (Operation *next = op->getNextNode(); next;
           next = next->getNextNode())
        next->walk(look);
      if (LoopView::get(op))
        op->walk(look);
      if (found || !op->getParentRegion()->hasOneBlock())
        return true;
    }
    return false;
  }

  /// The registers of `reuse` hold something else from here on.
  void checkReuse(MmaAsyncOp product) {
    Value reuse = product.getReuse();
    for (Operation *user : reuse.getUsers()) {
      Operation *at = product->getBlock()->findAncestorOpInBlock(*user);
      if (!at || at == product || !product->isBeforeInBlock(at))
        continue;
      // Its registers may be given away twice.
      if (auto other = dyn_cast<MmaAsyncOp>(user);
          other && other.getReuse() == reuse)
        continue;
      if (!reported.insert(user).second)
        continue;
      wrong = true;
      InFlightDiagnostic error =
          user->emitOpError("reads a fragment whose registers were given to a "
                            "product");
      error.attachNote(product.getLoc()) << "given away by reuse here";
    }
  }

  /// A slot must not be released under a product that reads it.
  void checkReleases(Block *block) {
    SmallVector<MmaAsyncOp> flying;
    for (Operation &op : *block) {
      if (auto product = dyn_cast<MmaAsyncOp>(op)) {
        flying.push_back(product);
        continue;
      }
      bool waits = false;
      op.walk([&](MmaWaitOp) { waits = true; });
      if (waits)
        flying.clear();
      auto release = dyn_cast<ReleaseOp>(op);
      if (!release)
        continue;
      auto *reads = llvm::find_if(flying, [&](MmaAsyncOp product) {
        return product.getSlot() == release.getSlot();
      });
      if (reads == flying.end())
        continue;
      wrong = true;
      InFlightDiagnostic error = release.emitOpError(
          "releases a slot that a product still reads; expects its mma_wait "
          "before");
      error.attachNote(reads->getLoc()) << "the product starts here";
    }
  }

  KernelOp kernel;
  bool wrong = false;
  DenseSet<Operation *> reported;
};

} // namespace

LogicalResult mlir::gqgpu::verifyFragments(KernelOp kernel) {
  return FragmentChecker(kernel).run();
}
