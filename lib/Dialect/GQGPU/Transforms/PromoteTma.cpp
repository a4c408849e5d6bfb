//===- PromoteTma.cpp - how each tile travels -----------------------------===//
//
// In:  loads and stores of tiles, some with a path, a swizzle or an eviction
//      priority that a person wrote.
// Out: each with those that its use needs. What is written is obeyed, or
//      refused where the hardware cannot do it (PromoteRefusals.cpp).
//      Stores: PromoteStores.cpp.
//
//===----------------------------------------------------------------------===//
#include "DecodedLoads.h"
#include "Products.h"
#include "PromoteRefusals.h"
#include "PromoteStores.h"
#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_PROMOTETMAPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-promote-tma";

/// What a thread copies to shared memory at once.
static constexpr int64_t kWordBytes = 4;

namespace {
struct PromoteTmaPass : gqgpu::impl::PromoteTmaPassBase<PromoteTmaPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  LogicalResult run(KernelOp kernel) {
    keepForNextPass(kernel);
    kernel.walk(separate);
    if (failed(decodeOnTheWay(kernel)))
      return failure();
    auto solver = gq::DivisibilitySolver::run(kernel);
    if (failed(solver))
      return kernel.emitOpError("could not be analysed");
    divisibility = std::move(*solver);
    WalkResult result = kernel.walk([&](Operation *op) {
      if (auto load = dyn_cast<LoadOp>(op))
        return WalkResult(promote(load));
      if (auto store = dyn_cast<StoreOp>(op))
        return WalkResult(promoteStore(store, kernel, *divisibility));
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  /// A tile that is both operands, or the scales of both, is loaded for each:
  /// they may travel in other ways.
  static void separate(gq::ScaledMatmulOp matmul) {
    for (auto [first, second] : {std::pair(0, 1), std::pair(2, 3)}) {
      if (first >= 2 && !matmul.isScaled())
        return;
      Value tile = matmul->getOperand(second);
      auto load = tile.getDefiningOp<LoadOp>();
      if (!load || matmul->getOperand(first) != tile)
        continue;
      OpBuilder b(load);
      matmul->setOperand(second, b.clone(*load)->getResult(0));
    }
  }

  /// What the first of two passes loads should stay in L2 for the second, and
  /// that one lets go of it. What a product quantises it does not load, and how
  /// its operands stay in L2 its config says.
  void keepForNextPass(KernelOp kernel) {
    LaunchOp launch;
    unsigned launches = 0;
    bool passes = false, multiplies = false;
    kernel.walk([&](Operation *op) {
      passes |= isa<gq::BlockAbsmaxOp, gq::ScaledCastOp>(op);
      multiplies |= isa<gq::ScaledMatmulOp>(op);
    });
    if (!passes || multiplies)
      return;
    getOperation()->walk([&](LaunchOp op) {
      if (SymbolTable::lookupNearestSymbolFrom(op, op.getKernelAttr()) !=
          kernel.getOperation())
        return;
      launch = op;
      ++launches;
    });
    if (launches != 1)
      return;
    kernel.walk([&](LoadOp load) {
      auto arg = dyn_cast<BlockArgument>(load.getSource());
      if (load.getEvict() || !arg ||
          arg.getOwner() != &kernel.getBody().front() ||
          arg.getArgNumber() >= launch.getIns().size())
        return;
      bool before = false, after = false;
      for (Operation *user : launch.getIns()[arg.getArgNumber()].getUsers()) {
        if (user == launch || !isa<LaunchOp>(user) ||
            user->getBlock() != launch->getBlock())
          continue;
        (user->isBeforeInBlock(launch) ? before : after) = true;
      }
      if (!before && !after)
        return;
      Eviction evict = after ? Eviction::Last : Eviction::First;
      load.setEvictAttr(EvictionAttr::get(&getContext(), evict));
      gq::remarkDecision(load, kPass, "evict",
                         Twine(after ? "read again by a later kernel"
                                     : "read for the last time") +
                             ", evict " + stringifyEviction(evict));
    });
  }

  LogicalResult promote(LoadOp load) {
    for (OpOperand &use : load.getResult().getUses()) {
      auto matmul = dyn_cast<gq::ScaledMatmulOp>(use.getOwner());
      if (!matmul)
        continue;
      if (use.get() == matmul.getA() || use.get() == matmul.getB())
        return promoteOperand(load, matmul);
      bool isScale =
          use.get() == matmul.getAScales() || use.get() == matmul.getBScales();
      if (isScale && failed(promoteScales(load, matmul)))
        return failure();
      if (isScale)
        return success();
    }
    if (load.getScales())
      return load.emitOpError("is decoded on the way to a product, expects a "
                              "gq.scaled_matmul that reads it");
    // Threads read it on their own, in the layout of their fragments.
    return expectCopy(load, "threads read it themselves");
  }

  LogicalResult promoteScales(LoadOp load, gq::ScaledMatmulOp matmul) {
    StringRef name =
        load.getResult() == matmul.getAScales() ? "a_scales" : "b_scales";
    auto shape = cast<RankedTensorType>(load.getResult().getType()).getShape();
    FailureOr<gq::MatmulConfig> config = matmul.requireOneConfig();
    if (failed(config))
      return failure();
    bool transposed = load.getResult() == matmul.getAScales()
                          ? matmul.getTransposedAScales()
                          : matmul.getTransposedBScales();
    unsigned along = transposed ? 1 : 0;
    if (config->scales == gq::ScalePath::Tma && shape.size() == 2 &&
        shape[1 - along] == 1 &&
        (shape[along] > 1 || (!transposed && hasWholeRows(load))))
      return transposed ? promoteRow(load, matmul, name)
                        : promoteColumn(load, matmul, name);
    // A step of several slots may have the scales of as many blocks.
    const gq::TargetModel &target = gq::getTarget(load);
    auto a = cast<RankedTensorType>(matmul.getA().getType());
    auto scales = cast<RankedTensorType>(load.getResult().getType());
    if (config->scales == gq::ScalePath::Tma && shape.size() == 2 &&
        !transposed && shape[1] > 1 &&
        bytesOf(a.getElementType(), a.getShape().back()) >
            target.swizzleBytes &&
        bytesOf(scales.getElementType(), shape[1]) % target.tmaAlign == 0)
      return promoteRow(load, matmul, name);
    if (failed(expectCopiedScales(load, name)))
      return failure();
    load.setPathAttr(PathAttr::get(&getContext(), Path::Copy));
    if (int64_t row = bytesOf(scales.getElementType(), shape.back());
        row % kWordBytes != 0)
      gq::remarkMissed(load, kPass, "scales",
                       "operand " + name + " has tile rows of " + Twine(row) +
                           " bytes, no whole words of " + Twine(kWordBytes) +
                           ": copied through registers");
    return success();
  }

  /// The scales of a block along K are neighbours.
  LogicalResult promoteRow(LoadOp load, gq::ScaledMatmulOp matmul,
                           StringRef name) {
    if (failed(expectRowOfScales(load, matmul, name, *divisibility)))
      return failure();
    load.setPathAttr(PathAttr::get(&getContext(), Path::Tma));
    load.setEvictAttr(EvictionAttr::get(
        &getContext(), load.getEvict().value_or(Eviction::Normal)));
    gq::remarkDecision(load, kPass, "tma",
                       "operand " + name + " goes by tma, in whole rows");
    return success();
  }

  /// The groups in which scales of columns are permuted, as the rows of b are.
  /// The lanes of a row then read neighbours at a time: the first of four in
  /// order, they would be in few banks. Products side by side read parts of
  /// them, which start elsewhere.
  FailureOr<int64_t> permutedBeside(LoadOp load, gq::ScaledMatmulOp matmul) {
    auto b = loadOf(matmul.getB());
    FailureOr<gq::MatmulConfig> config = matmul.requireOneConfig();
    if (failed(config))
      return failure();
    if (config->productsAcross() > 1 ||
        load.getResult() != matmul.getBScales() ||
        (*matmul.getBBlock())[0] != 1 || !b)
      return 0;
    if (failed(permute(b, matmul)))
      return failure();
    auto group = static_cast<int64_t>(b.getPermuted());
    int64_t rows = cast<MemRefType>(load.getSource().getType()).getDimSize(0);
    if (group == 0 || ShapedType::isDynamic(rows) || rows % group != 0 ||
        divisibility->get(load.getIndices().front()).factor % group != 0)
      return 0;
    return group;
  }

  /// The copy engine brings 16 bytes of each row, from a multiple of 16 on: the
  /// column is one of those.
  LogicalResult promoteColumn(LoadOp load, gq::ScaledMatmulOp matmul,
                              StringRef name) {
    if (failed(expectTma(matmul, "has scales = tma, operand " + name,
                         refusePitch(load))))
      return failure();
    const gq::TargetModel &target = gq::getTarget(load);
    auto type = cast<RankedTensorType>(load.getResult().getType());
    int64_t width = target.tmaAlign * 8 / type.getElementTypeBitWidth();
    IRRewriter b(load);
    Location loc = load.getLoc();
    AffineExpr d0 = b.getAffineDimExpr(0);
    OpFoldResult index = load.getIndices()[1];
    Value start = affine::makeComposedAffineApply(
        b, loc, d0.floorDiv(width) * width, index);
    Value column = affine::makeComposedAffineApply(b, loc, d0 % width, index);
    auto wide = LoadOp::create(
        b, loc,
        RankedTensorType::get({type.getDimSize(0), width},
                              type.getElementType()),
        load.getSource(), ValueRange{load.getIndices()[0], start});
    wide.setPathAttr(PathAttr::get(&getContext(), Path::Tma));
    wide.setEvictAttr(EvictionAttr::get(
        &getContext(), load.getEvict().value_or(Eviction::Normal)));
    FailureOr<int64_t> group = permutedBeside(load, matmul);
    if (failed(group))
      return failure();
    if (*group != 0)
      wide.setPermuted(*group);
    gq::remarkDecision(load, kPass, "tma",
                       "operand " + name + " goes by tma, " + Twine(width) +
                           " columns at once");
    replaceByColumns(b, load, wide, column, matmul);
    return success();
  }

  /// The columns of `wide` from `column` on take the place of `load`.
  static void replaceByColumns(IRRewriter &b, LoadOp load, LoadOp wide,
                               OpFoldResult column, Operation *matmul) {
    auto type = cast<RankedTensorType>(load.getResult().getType());
    // Behind all loads, which stay together.
    Operation *first = matmul;
    for (Operation *user : load->getUsers())
      if (Operation *at = load->getBlock()->findAncestorOpInBlock(*user);
          at && at->isBeforeInBlock(first))
        first = at;
    b.setInsertionPoint(first);
    Value slice = tensor::ExtractSliceOp::create(
        b, load.getLoc(), type, wide,
        ArrayRef<OpFoldResult>{b.getIndexAttr(0), column},
        ArrayRef<OpFoldResult>{b.getIndexAttr(type.getDimSize(0)),
                               b.getIndexAttr(type.getDimSize(1))},
        ArrayRef<OpFoldResult>{b.getIndexAttr(1), b.getIndexAttr(1)});
    b.replaceOp(load, slice);
  }

  /// A row in shared memory is as long as its swizzle, whatever of it is
  /// multiplied: `load` with what lies behind in the row.
  static LoadOp fillRows(LoadOp load, int64_t swizzle, Operation *matmul) {
    auto type = cast<RankedTensorType>(load.getResult().getType());
    IRRewriter b(load);
    auto wide = cast<LoadOp>(b.clone(*load));
    wide.getResult().setType(RankedTensorType::get(
        {type.getDimSize(0), swizzle * 8 / type.getElementTypeBitWidth()},
        type.getElementType()));
    gq::remarkMissed(
        load, kPass, "rows",
        "tile rows of " +
            Twine(bytesOf(type.getElementType(), type.getShape().back())) +
            " bytes: the copy engine brings " + Twine(swizzle));
    replaceByColumns(b, load, wide, b.getIndexAttr(0), matmul);
    return wide;
  }

  /// Where the config stores directly, the rows of b in the order in which a
  /// thread has 16 bytes of a row of the result side by side, or 8 of bytes.
  LogicalResult permute(LoadOp load, gq::ScaledMatmulOp matmul) {
    FailureOr<gq::MatmulConfig> config = matmul.requireOneConfig();
    if (failed(config))
      return failure();
    if (!load.getPermuted() && config->storesDirectly()) {
      int64_t bits = 32;
      load->getParentOfType<KernelOp>().walk([&](StoreOp store) {
        bits =
            std::min<int64_t>(bits, cast<MemRefType>(store.getDest().getType())
                                        .getElementTypeBitWidth());
      });
      int64_t group = gq::strategy::permutedGroup(gq::getTarget(load), bits);
      if (group == 0)
        return matmul.emitOpError("stores directly, expects elements of 1, 2 "
                                  "or 4 bytes, got ")
               << bits << " bits";
      load.setPermuted(group);
      if (failed(load.verify()))
        return failure();
      gq::remarkDecision(load, kPass, "permuted",
                         "rows of operand b are permuted in groups of " +
                             Twine(group));
    }
    auto group = static_cast<int64_t>(load.getPermuted());
    if (group == 0)
      return success();
    return expectWholeGroups(load, *divisibility);
  }

  LogicalResult promoteOperand(LoadOp load, gq::ScaledMatmulOp matmul) {
    bool isA = load.getResult() == matmul.getA();
    StringRef name = isA ? "a" : "b";
    bool decoded = load.getScales() != nullptr;
    std::string slow;
    if (!decoded)
      slow = refusePitch(load);
    if (!decoded && slow.empty())
      slow = refuseStart(load, *divisibility);
    if (load.getPath() == Path::Tma &&
        failed(expectTma(matmul, "has path tma, operand " + name, slow)))
      return failure();
    FailureOr<gq::MatmulConfig> config = matmul.requireOneConfig();
    if (failed(config))
      return failure();
    if (!decoded && slow.empty() && config->pitch == gq::RowPitch::Any &&
        !rowPitch(cast<MemRefType>(load.getSource().getType())))
      slow = "rows of any length, as its config says";
    bool copied = decoded || load.getPath() == Path::Copy ||
                  (load.getPath() != Path::Tma && !slow.empty());
    if (isA && load.getPermuted())
      return load.emitOpError("permutes rows, operand a is multiplied row by "
                              "row: expects them in order");
    if (!isA && copied && failed(expectInOrder(load, matmul, slow)))
      return failure();
    if (!isA && !copied && failed(permute(load, matmul)))
      return failure();
    FailureOr<MmaInterface> product = productFor(matmul);
    if (failed(product))
      return failure();
    int64_t swizzle = product->getOperandTile(isA ? 0 : 1).swizzle;
    if (failed(expectSwizzle(load, name, swizzle)))
      return failure();
    auto tile = cast<RankedTensorType>(load.getResult().getType());
    int64_t row = bytesOf(tile.getElementType(), tile.getShape().back());
    int64_t depth = bytesOf(tile.getElementType(), product->getK());
    if (row < swizzle && row % depth == 0)
      load = fillRows(load, swizzle, matmul);
    if (failed(expectSlots(load, matmul, name, swizzle, depth)))
      return failure();
    if (copied)
      return copyOperand(load, name, swizzle, slow);
    if (failed(expectBoxes(load, matmul, name, swizzle)))
      return failure();
    Eviction chosen = !config->streamA && !config->streamB ? Eviction::Normal
                      : isA == config->streamA             ? Eviction::First
                                                           : Eviction::Last;
    Eviction evict = load.getEvict().value_or(chosen);
    load.setPathAttr(PathAttr::get(&getContext(), Path::Tma));
    load.setSwizzle(swizzle);
    if (!load.getL2Promotion() && config->l2Promotion != kL2Promotion)
      load.setL2Promotion(config->l2Promotion);
    load.setEvictAttr(EvictionAttr::get(&getContext(), evict));
    gq::remarkDecision(load, kPass, "tma",
                       "operand " + name + " goes by tma, swizzle " +
                           Twine(swizzle) + ", evict " +
                           stringifyEviction(evict));
    return success();
  }

  /// Warps copy a tile to where the copy engine would have put it.
  LogicalResult copyOperand(LoadOp load, StringRef name, int64_t swizzle,
                            StringRef why) {
    Eviction evict = load.getEvict().value_or(Eviction::Normal);
    if (evict != Eviction::Normal || load.getL2Promotion())
      return load.emitOpError("is copied by warps: expects evict normal and no "
                              "l2_promotion");
    load.setPathAttr(PathAttr::get(&getContext(), Path::Copy));
    load.setSwizzle(swizzle);
    if (!why.empty())
      gq::remarkMissed(load, kPass, "tma",
                       "operand " + name + " has " + why +
                           "; copied by warps, which is several times slower");
    return success();
  }

  /// Of the kernel at hand.
  std::shared_ptr<gq::DivisibilitySolver> divisibility;
};
} // namespace
