//===- GQGPUToNVVM.cpp - the pass convert-gqgpu-to-nvvm -------------------===//
#include "Patterns.h"
#include "gq/Conversion/Passes.h"
#include "gq/Target/Target.h"
#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/LLVMCommon/LoweringOptions.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Support/DebugStringHelper.h"

namespace mlir {
#define GEN_PASS_DEF_CONVERTGQGPUTONVVMPASS
#include "gq/Conversion/Passes.h.inc"
} // namespace mlir

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

struct ConvertGQGPUToNVVMPass
    : impl::ConvertGQGPUToNVVMPassBase<ConvertGQGPUToNVVMPass> {
  void runOnOperation() override {
    SmallVector<KernelOp> kernels;
    getOperation()->walk([&](KernelOp kernel) { kernels.push_back(kernel); });
    for (KernelOp kernel : kernels)
      if (failed(convert(kernel)))
        return signalPassFailure();
  }

  LogicalResult convert(KernelOp kernel) {
    auto module = dyn_cast<gpu::GPUModuleOp>(kernel->getParentOp());
    if (!module)
      return kernel.emitOpError("expects to be in a gpu.module");
    if (failed(verifyDivisors(kernel)))
      return failure();
    prepare(module);
    OpBuilder b(kernel);
    FailureOr<KernelAbi> abi = KernelAbi::create(kernel, b);
    if (failed(abi))
      return failure();
    kernel.erase();
    LLVM::LLVMFuncOp function = abi->getFunction();
    prefetchTensorMaps(*abi);
    expandRoles(function, *abi);
    return lower(function, *abi);
  }

  /// Index arithmetic that has a value, and is made of ops of arith.
  static LogicalResult verifyDivisors(KernelOp kernel) {
    WalkResult result = kernel.walk([](Operation *op) {
      AffineMap map;
      if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
        map = apply.getAffineMap();
      else if (auto min = dyn_cast<affine::AffineMinOp>(op))
        map = min.getAffineMap();
      else if (auto max = dyn_cast<affine::AffineMaxOp>(op))
        map = max.getAffineMap();
      else
        return WalkResult::advance();
      AffineExpr bad;
      map.walkExprs([&](AffineExpr expr) {
        if (!llvm::is_contained({AffineExprKind::FloorDiv,
                                 AffineExprKind::CeilDiv, AffineExprKind::Mod},
                                expr.getKind()))
          return;
        AffineExpr by = cast<AffineBinaryOpExpr>(expr).getRHS();
        auto number = dyn_cast<AffineConstantExpr>(by);
        if (!number || number.getValue() <= 0)
          bad = by;
      });
      if (!bad)
        return WalkResult::advance();
      op->emitOpError("divides by ")
          << debugString(bad) << ", expects a positive constant";
      return WalkResult::interrupt();
    });
    return success(!result.wasInterrupted());
  }

  /// The target, and one name for dynamic shared memory.
  void prepare(gpu::GPUModuleOp module) {
    MLIRContext *context = &getContext();
    const gq::TargetModel &target = gq::getTarget(module);
    if (!module.getTargetsAttr()) {
      auto attr = NVVM::NVVMTargetAttr::get(context, /*optLevel=*/3,
                                            "nvptx64-nvidia-cuda", target.chip,
                                            target.ptxFeature);
      module.setTargetsAttr(ArrayAttr::get(context, {attr}));
    }
    if (module.lookupSymbol(kSharedName))
      return;
    OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
    LLVM::GlobalOp::create(b, module.getLoc(),
                           LLVM::LLVMArrayType::get(b.getI8Type(), 0),
                           /*isConstant=*/false, LLVM::Linkage::External,
                           kSharedName, Attribute(), /*alignment=*/1024,
                           /*addrSpace=*/3);
  }

  void prefetchTensorMaps(const KernelAbi &abi) {
    OpBuilder b(&getContext());
    b.setInsertionPointAfterValue(abi.clusterRank);
    Emitter e(b, abi.clusterRank.getLoc());
    for (auto &[box, map] : abi.tensorMaps())
      ptx::prefetchTensorMap(e.b, e.loc, map, e.eq(abi.thread, 0));
  }

  LogicalResult lower(LLVM::LLVMFuncOp function, const KernelAbi &abi) {
    MLIRContext *context = &getContext();
    LowerToLLVMOptions options(context);
    // Coordinates fit 32 bits; addresses are computed in 64 where they are
    // made.
    options.overrideIndexBitwidth(32);
    LLVMTypeConverter converter(context, options);
    addTypeConversions(converter);
    RewritePatternSet patterns(context);
    populateGQGPUToNVVMPatterns(patterns, converter, abi);
    ConversionTarget target(*context);
    target.addLegalDialect<LLVM::LLVMDialect, NVVM::NVVMDialect>();
    target.addLegalOp<UnrealizedConversionCastOp>();
    if (failed(applyFullConversion(function, target, std::move(patterns))))
      return failure();
    return removeCasts(function);
  }

  /// Casts between an index or memref and what it became cancel out.
  LogicalResult removeCasts(LLVM::LLVMFuncOp function) {
    SmallVector<UnrealizedConversionCastOp> casts, left;
    function.walk([&](UnrealizedConversionCastOp op) { casts.push_back(op); });
    reconcileUnrealizedCasts(casts, &left);
    for (UnrealizedConversionCastOp op : left) {
      if (op->use_empty()) {
        op->erase();
        continue;
      }
      return op.emitError("could not be lowered: ")
             << op.getOperandTypes().front() << " to "
             << op.getResultTypes().front();
    }
    return success();
  }
};
} // namespace

void mlir::gqgpu::populateGQGPUToNVVMPatterns(
    RewritePatternSet &patterns, const LLVMTypeConverter &converter,
    const KernelAbi &abi) {
  populateBlockReducePatterns(patterns, converter, abi);
  populateDependencyPatterns(patterns);
  populateEncodePatterns(patterns, converter, abi);
  populateFragmentPatterns(patterns, converter, abi);
  populateLoadPatterns(patterns, converter, abi);
  populateMmaPatterns(patterns, converter, abi);
  populateNarrowPatterns(patterns, converter);
  populateQuantizePatterns(patterns, converter, abi);
  populatePartPatterns(patterns, converter, abi);
  populatePeerPatterns(patterns, converter, abi);
  populateReducePatterns(patterns, converter, abi);
  populateRingPatterns(patterns, converter, abi);
  populateMaximaPatterns(patterns, converter, abi);
  populateRowSumPatterns(patterns, converter, abi);
  populateScalarPatterns(patterns, converter);
  populateSharedPatterns(patterns, converter, abi);
  populateStagePatterns(patterns, converter, abi);
  populateStorePatterns(patterns, converter, abi);
  populateAffineToStdConversionPatterns(patterns);
  arith::populateCeilFloorDivExpandOpsPatterns(patterns);
  populateSCFToControlFlowConversionPatterns(patterns);
  arith::populateArithToLLVMConversionPatterns(converter, patterns);
  populateMathToLLVMConversionPatterns(converter, patterns);
  cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
}
