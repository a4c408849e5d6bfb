//===- MmaPatterns.cpp - wgmma --------------------------------------------===//
//===----------------------------------------------------------------------===//
#include "Patterns.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

struct MmaAsyncPattern : KernelPattern<MmaAsyncOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(MmaAsyncOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    // Another instruction has a pattern of its own.
    auto product = dyn_cast<WgmmaAttr>(op.getProduct());
    if (!product)
      return rewriter.notifyMatchFailure(op, "is no wgmma");
    RingLayout layout = RingLayout::get(op.getRing().getType(), 0);
    int64_t pitch = product.getOperandTile(0).swizzle;
    // In the descriptor's units of 16 bytes, the slot last: the tensor cores
    // wait for what is computed between knowing it and the instruction.
    constexpr int64_t kUnit = 16;
    auto descriptor = [&](int64_t tile, Value row) {
      Value first = e.add(e.lshr(adaptor.getRing(), llvm::Log2_64(kUnit)),
                          layout.tiles[tile].offset / kUnit);
      if (row)
        first = e.add(first, e.shl(row, llvm::Log2_64(pitch / kUnit)));
      return e.add(first,
                   e.mul(adaptor.getSlot(), layout.tiles[tile].stride / kUnit));
    };
    Value a = descriptor(op.getA(), adaptor.getRow());
    Value b = descriptor(op.getB(), adaptor.getColumn());

    // A sum that goes on from zeros is a new one. Zeros would be put into its
    // registers while other products run, which those have to end for.
    auto splat =
        op.getReuse() ? op.getReuse().getDefiningOp<SplatOp>() : nullptr;
    bool isNew = splat && (matchPattern(splat.getValue(), m_AnyZeroFloat()) ||
                           matchPattern(splat.getValue(), m_Zero()));
    SmallVector<Value> reuse;
    if (adaptor.getReuse() && !isNew)
      reuse = e.members(adaptor.getReuse());
    // Values of the fragment, in the order of the instruction's registers.
    SmallVector<int64_t> registers = registersOf(op.getResult().getType());
    SmallVector<Value> tied(reuse);
    for (auto [i, value] : llvm::enumerate(reuse))
      tied[registers[i]] = value;
    Value result =
        ptx::multiply(e.b, e.loc,
                      {product.getN(), product.getA(), product.getB(),
                       product.getAcc(), op.getK()[0], op.getK()[1]},
                      a, b, tied, op.getAccumulate() && !isNew);
    if (!llvm::is_sorted(registers)) {
      SmallVector<Value> members = e.members(result), values;
      for (int64_t number : registers)
        values.push_back(members[number]);
      result = e.pack(values);
    }
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  /// The register of each member of a fragment.
  static SmallVector<int64_t> registersOf(FragmentType type) {
    int64_t shared = type.getValuesPerRegister();
    auto layout = cast<MmaLayoutAttr>(type.getLayout());
    SmallVector<int64_t> registers;
    for (int64_t i = 0; i < type.getNumValues(); i += shared)
      registers.push_back(layout.getRegister(i) / shared);
    return registers;
  }
};

struct MmaWaitPattern : KernelPattern<MmaWaitOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(MmaWaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    rewriter.replaceOp(
        op, ptx::waitProducts(e.b, e.loc, e.members(adaptor.getValue())));
    return success();
  }
};

/// Which of a thread's scales belongs to an element so many rows or columns
/// from its first.
class ScaleNumbers {
public:
  ScaleNumbers(Type scales, Dim dim) {
    auto type = cast<FragmentType>(scales);
    unsigned which = dim == Dim::Rows ? 0 : 1;
    if (type.getShape()[which] == 1)
      return;
    block = type.getBlock().empty() ? 1 : type.getBlock()[which];
    for (int64_t i = 0; i < type.getNumValues(); ++i) {
      Position at = type.getOffset(i);
      numbers[(dim == Dim::Rows ? at.row : at.column) / block] = i;
    }
  }

  int64_t operator()(int64_t offset) const {
    return block == 0 ? 0 : numbers.at(offset / block);
  }

private:
  int64_t block = 0; ///< none: there is a single scale
  DenseMap<int64_t, int64_t> numbers;
};

/// Whether a branch is under the product that comes after `op`.
bool branchesUnderNext(PromoteOp op) {
  bool branches = false;
  for (Operation *next = op->getNextNode(); next; next = next->getNextNode()) {
    if (isa<MmaWaitOp>(next))
      return branches;
    branches |= isa<scf::IfOp>(next);
  }
  return false;
}

struct PromotePattern : KernelPattern<PromoteOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PromoteOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getAcc().getType());
    SmallVector<Value> sums = unpackElements(
                           e, adaptor.getSum(),
                           cast<FragmentType>(op.getSum().getType())),
                       acc = e.members(adaptor.getAcc()),
                       rows = e.members(adaptor.getRowScales()),
                       cols = e.members(adaptor.getColScales());
    // To -0, adding changes nothing.
    auto start = op.getAcc().getDefiningOp<SplatOp>();
    bool adds = !start || !matchPattern(start.getValue(), m_NegZeroFloat());
    bool branches = branchesUnderNext(op);
    // One product of scales for each row of this thread and each of its columns
    // or blocks of columns.
    SmallVector<SmallVector<Value>> scales;
    for (Value row : rows) {
      auto &products = scales.emplace_back();
      for (Value col : cols)
        products.push_back(
            LLVM::FMulOp::create(rewriter, op.getLoc(), row, col));
    }
    ScaleNumbers scaleOfRow(op.getRowScales().getType(), Dim::Rows),
        scaleOfColumn(op.getColScales().getType(), Dim::Cols);
    for (int64_t i = 0; i < static_cast<int64_t>(acc.size()); ++i) {
      Position at = type.getOffset(i);
      Value scale = scales[scaleOfRow(at.row)][scaleOfColumn(at.column)];
      Value sum = widen(e, sums[i]);
      if (adds) {
        acc[i] = LLVM::FMAOp::create(rewriter, op.getLoc(), sum, scale, acc[i]);
        continue;
      }
      acc[i] = LLVM::FMulOp::create(rewriter, op.getLoc(), sum, scale);
      // LLVM would sink it behind the branch, and the next product needs the
      // registers of this one.
      if (branches)
        acc[i] = ptx::forget(e.b, e.loc, acc[i]);
    }
    rewriter.replaceOp(op, e.pack(acc));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateMmaPatterns(RewritePatternSet &patterns,
                                      const LLVMTypeConverter &converter,
                                      const KernelAbi &abi) {
  patterns.add<MmaAsyncPattern, MmaWaitPattern, PromotePattern>(
      converter, patterns.getContext(), abi);
}
