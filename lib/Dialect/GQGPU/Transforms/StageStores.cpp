//===- StageStores.cpp - stores that go through shared memory -------------===//
//
// Three kinds of store_fragment leave by way of shared memory:
//
// - products with path `tma`: the copy engine writes whole rows, and the warp
//   goes on meanwhile. Each warp has a part of the staging of its own, and
//   waits for nobody else;
// - one-byte codes that all threads of the thread block store transposed: they
//   hold pieces of rows, and have to write pieces of columns;
// - scales of a tile that are neighbours in memory, if there are enough. A warp
//   holds few such neighbours, and stores of less than a sector (32 bytes) cost
//   L2 as much as whole ones: measured (one H100), a 1x128 quantisation spends
//   3 % of its time on them.
//
// All others are left to the threads that hold the elements.
//
//===----------------------------------------------------------------------===//
#include "Products.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_STAGESTORESPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-stage-stores";

/// Scales of a tile that are worth two barriers.
static constexpr int64_t kFewestScales = 64;

/// Bytes of a row of the box that one TMA store writes: those of the widest
/// swizzle. Its rows are those that a warp has to itself.
static constexpr int64_t kBoxBytes = 128;

static int64_t bytesOf(Type type) { return type.getIntOrFloatBitWidth() / 8; }

namespace {
class Stager {
public:
  explicit Stager(KernelOp kernel) : kernel(kernel), b(kernel.getContext()) {}

  LogicalResult run() {
    SmallVector<StoreFragmentOp> stores;
    kernel.walk([&](StoreFragmentOp op) { stores.push_back(op); });
    for (StoreFragmentOp op : stores) {
      b.setInsertionPoint(op);
      FragmentType type = cast<FragmentType>(op.getValue().getType());
      LogicalResult result = success();
      if (op.getPath() == Path::Tma)
        result = stageProduct(op, type);
      else if (!type.getBlock().empty())
        stageScales(op, type);
      else if (op.getTransposed())
        stageTransposed(op, type);
      if (failed(result))
        return failure();
    }
    return success();
  }

private:
  /// Staging of one type serves all stores of a role that want it: a barrier is
  /// between the reading of one and the writing of the next.
  Value allocate(Location loc, TileType type, RoleOp role) {
    Value &buffer = buffers[{type, role.getOperation()}];
    if (buffer)
      return buffer;
    // Behind other buffers, which are smaller: words of reductions at 0 need no
    // addition. Before rings, so that no gap is between.
    OpBuilder::InsertionGuard guard(b);
    Block &body = kernel.getBody().front();
    b.setInsertionPointToStart(&body);
    for (SharedAllocOp alloc : body.getOps<SharedAllocOp>())
      b.setInsertionPointAfter(alloc);
    buffer = SharedAllocOp::create(b, loc, type, IntegerAttr());
    return buffer;
  }

  //===--------------------------------------------------------------------===//
  // Through the thread block
  //===--------------------------------------------------------------------===//

  void stageInBlock(StoreFragmentOp op, TileType type, bool transposedStage,
                    bool transposedStore) {
    Location loc = op.getLoc();
    Value buffer = allocate(loc, type, RoleOp());
    // The readers of the last tile or slab must be done.
    BarrierOp::create(b, loc, Scope::Block);
    StageOp::create(b, loc, op.getValue(), buffer, /*column=*/0,
                    transposedStage);
    BarrierOp::create(b, loc, Scope::Block);
    StoreSharedOp::create(b, loc, buffer, op.getDest(), op.getIndices(),
                          op.getEnds(), op.getEndDimsAttr(), transposedStore,
                          op.getAlignedAttr());
    op.erase();
  }

  void stageScales(StoreFragmentOp op, FragmentType type) {
    LayoutInterface layout = type.getLayout();
    BlockSharing sharing(type);
    int64_t rows = sharing.gridRows, columns = sharing.gridColumns;
    if (op.getTransposed())
      std::swap(rows, columns);
    auto missed = [&](const Twine &why) {
      gq::remarkMissed(op, kPass, "scales",
                       "scales are stored by the threads that hold them: " +
                           why);
    };
    if (layout.getCluster() > 1)
      return missed("they lie in " + Twine(layout.getCluster()) +
                    " thread blocks");
    if (columns < 2)
      return missed("no two of a tile are neighbours in memory");
    if (rows * columns < kFewestScales)
      return missed("a tile has " + Twine(rows * columns) + ", fewer than " +
                    Twine(kFewestScales));
    if (roleOf(op))
      return missed("a role has not all threads of the thread block");
    gq::remarkDecision(op, kPass, "scales",
                       Twine(rows * columns) +
                           " scales of a tile leave in "
                           "rows of " +
                           Twine(columns));
    auto tile =
        TileType::get(b.getContext(), {rows, columns}, type.getElementType());
    stageInBlock(op, tile, op.getTransposed(), /*transposedStore=*/false);
  }

  void stageTransposed(StoreFragmentOp op, FragmentType type) {
    auto missed = [&](const Twine &why) {
      gq::remarkMissed(op, kPass, "transpose",
                       "a transposed tile is stored by the threads that hold "
                       "it: " +
                           why);
    };
    if (roleOf(op))
      return missed("a role has not all threads of the thread block");
    if (int64_t bytes = bytesOf(type.getElementType()); bytes != 1)
      return missed("its elements have " + Twine(bytes) +
                    " bytes, codes have "
                    "1");
    int64_t rows = type.getShape()[0] / type.getLayout().getCluster();
    // So many rows are turned by a thread, and stored as neighbours.
    int64_t band = 16;
    while (band > 4 && rows % band != 0)
      band /= 2;
    gq::remarkDecision(op, kPass, "transpose",
                       "codes are turned in bands of " + Twine(band) + " rows");
    auto tile = TileType::get(b.getContext(), {rows, type.getShape()[1]},
                              type.getElementType(), /*swizzle=*/0, band);
    stageInBlock(op, tile, /*transposedStage=*/false, /*transposedStore=*/true);
  }

  //===--------------------------------------------------------------------===//
  // Through the copy engine
  //===--------------------------------------------------------------------===//

  LogicalResult stageProduct(StoreFragmentOp op, FragmentType type) {
    Location loc = op.getLoc();
    RoleOp role = roleOf(op);
    Type element = type.getElementType();
    if (!role || !role.isMath())
      return op.emitOpError("cannot go by tma: expects a product in a math "
                            "role, got ")
             << type;
    if (type.getShape()[1] % kTmaStoreColumns != 0 ||
        !isa<FloatType>(element) ||
        (bytesOf(element) != 2 && bytesOf(element) != 4))
      return op.emitOpError("cannot go by tma: expects a multiple of ")
             << kTmaStoreColumns << " columns of 2- or 4-byte floats, got "
             << type;
    int64_t rows = type.getLayout().getMatrixRows();
    int64_t columns = kBoxBytes / bytesOf(element);
    while (type.getShape()[1] % columns != 0)
      columns /= 2;
    auto tile =
        TileType::get(b.getContext(), {role.getAllWarps(), rows, columns},
                      element, columns * bytesOf(element));
    gq::remarkDecision(op, kPass, "tma",
                       "each warp stores boxes of " + Twine(rows) + "x" +
                           Twine(columns));
    Value buffer = allocate(loc, tile, role);
    for (int64_t first = 0; first < type.getShape()[1]; first += columns) {
      // The warp's last store must have read the staging.
      TmaStoreWaitOp::create(b, loc, /*read=*/true);
      BarrierOp::create(b, loc, Scope::Warp);
      StageOp::create(b, loc, op.getValue(), buffer, first,
                      /*transposed=*/false);
      ProxyFenceOp::create(b, loc);
      BarrierOp::create(b, loc, Scope::Warp);
      SmallVector<Value> indices(op.getIndices());
      if (first != 0)
        indices[1] = arith::AddIOp::create(
            b, loc, indices[1], arith::ConstantIndexOp::create(b, loc, first));
      TmaStoreOp::create(b, loc, buffer, op.getDest(), indices);
    }
    waitAtEnd(op, role);
    op.erase();
    return success();
  }

  /// Memory must be written before the role ends.
  void waitAtEnd(Operation *op, RoleOp role) {
    Operation *end = role.getBody().front().getTerminator();
    if (isa_and_nonnull<TmaStoreWaitOp>(end->getPrevNode()))
      return;
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(end);
    TmaStoreWaitOp::create(b, op->getLoc(), /*read=*/false);
  }

  KernelOp kernel;
  OpBuilder b;
  DenseMap<std::pair<Type, Operation *>, Value> buffers;
};

struct StageStoresPass : gqgpu::impl::StageStoresPassBase<StageStoresPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(), [](KernelOp kernel) {
          return Stager(kernel).run();
        })))
      signalPassFailure();
  }
};
} // namespace
