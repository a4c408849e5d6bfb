//===- ExpandParts.cpp - what thread blocks add up of a tile --------------===//
//
// Through global memory. Each thread stores vectors of its own values, and the
// thread of the same number in the owner reads them, so warps wait for warps:
// nobody meets anybody, and the roles that fill go on meanwhile.
//
// A thread block has one tile at most that it does not own, its first, and so
// one row of the parts, written once.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_EXPANDPARTSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
class Expansion {
public:
  Expansion(CombinePartsOp op, RoleOp role)
      : op(op), role(role), b(op), loc(op.getLoc()) {}

  void run() {
    auto type = cast<FragmentType>(op.getValues().front().getType());
    int64_t each = type.getShape()[0] * type.getShape()[1],
            count = static_cast<int64_t>(op.getValues().size());
    Value first =
        arith::MulIOp::create(b, loc, role.getGroup(), constant(each * count));
    for (int64_t i = 0; i < count; ++i)
      places.push_back(
          arith::AddIOp::create(b, loc, first, constant(i * each)));
    flagOfGroup =
        arith::MulIOp::create(b, loc, role.getGroup(), constant(kGroupWarps));
    publish();
    op.replaceAllUsesWith(addOthers());
    gq::remarkDecision(op, "gq-expand-parts", "parts",
                       "role " + role.getName() +
                           " adds up the parts of a tile in global memory");
    op.erase();
  }

private:
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }

  /// The first flag of this group for `range`.
  Value flagOf(Value range) {
    Value perRange =
        constant(static_cast<int64_t>(role.getGroups()) * kGroupWarps);
    return arith::AddIOp::create(
        b, loc, arith::MulIOp::create(b, loc, range, perRange), flagOfGroup);
  }

  void publish() {
    Value yes = arith::ConstantOp::create(b, loc, b.getBoolAttr(true));
    Value other = arith::XOrIOp::create(b, loc, op.getOwns(), yes);
    auto branch = scf::IfOp::create(b, loc, other, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(branch.thenBlock()->getTerminator());
    for (auto [value, at] : llvm::zip(op.getValues(), places))
      StorePartOp::create(b, loc, value, op.getParts(), op.getRange(), at);
    PublishPartOp::create(b, loc, op.getFlags(), flagOf(op.getRange()));
  }

  /// In the order of ranges, which is that of K.
  ValueRange addOthers() {
    Value one = constant(1);
    Value next = arith::AddIOp::create(b, loc, op.getRange(), one);
    auto loop =
        scf::ForOp::create(b, loc, next, op.getEnd(), one, op.getValues());
    Block *body = loop.getBody();
    if (!body->empty())
      body->back().erase();
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(body);
    Value range = loop.getInductionVar();
    AwaitPartOp::create(b, loc, range, op.getFlags(), flagOf(range));
    SmallVector<Value> sums;
    for (auto [sum, at] : llvm::zip(loop.getRegionIterArgs(), places))
      sums.push_back(AddPartOp::create(b, loc, sum, op.getParts(), range, at));
    scf::YieldOp::create(b, loc, sums);
    return loop.getResults();
  }

  CombinePartsOp op;
  RoleOp role;
  OpBuilder b;
  Location loc;
  SmallVector<Value> places; ///< of the fragments in a row of the parts
  Value flagOfGroup;
};

struct ExpandPartsPass : gqgpu::impl::ExpandPartsPassBase<ExpandPartsPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(), run)))
      signalPassFailure();
  }

  static LogicalResult run(KernelOp kernel) {
    SmallVector<CombinePartsOp> found;
    kernel.walk([&](CombinePartsOp op) { found.push_back(op); });
    for (CombinePartsOp op : found) {
      if (!isa<FragmentType>(op.getValues().front().getType()))
        return op.emitOpError("is on tiles; run gq-distribute first");
      RoleOp role = roleOf(op);
      if (!role)
        return op.emitOpError("is outside of roles, expects to be in a math "
                              "role; run gq-warp-specialize first");
      Expansion(op, role).run();
    }
    return success();
  }
};
} // namespace
