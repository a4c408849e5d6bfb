//===- SerializePass.cpp - gpu.module becomes gpu.binary ------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Support/Remarks.h"
#include "gq/Target/Passes.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace mlir::gq {
#define GEN_PASS_DEF_SERIALIZEPASS
#include "gq/Target/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

/// Name, type and launch rule of every kernel.
static gpu::KernelTableAttr describeKernels(gpu::GPUModuleOp module) {
  SmallVector<gpu::KernelMetadataAttr> kernels;
  StringRef launchName = gqgpu::GQGPUDialect::getLaunchAttrName();
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (!function->hasAttr(NVVM::NVVMDialect::getKernelFuncAttrName()))
      continue;
    SmallVector<NamedAttribute> metadata;
    if (Attribute launch = function->getAttr(launchName))
      metadata.emplace_back(StringAttr::get(module.getContext(), launchName),
                            launch);
    kernels.push_back(gpu::KernelMetadataAttr::get(
        function, DictionaryAttr::get(module.getContext(), metadata)));
  }
  return gpu::KernelTableAttr::get(module.getContext(), kernels);
}

static void remarkResources(gpu::GPUModuleOp module, const KernelImage &image) {
  for (const KernelResources &kernel : image.kernels) {
    Operation *op = module.lookupSymbol(kernel.kernel);
    remarkDecision(op ? op : module.getOperation(), "gq-serialize", "resources",
                   "kernel '" + kernel.kernel +
                       "': " + Twine(kernel.registers) + " registers, " +
                       Twine(kernel.spillStores + kernel.spillLoads) +
                       " bytes spilled, " + Twine(kernel.sharedMemory) +
                       " bytes of static shared memory");
  }
  // Apart from the decisions, which are the same in every run.
  const SerializeTimes &times = image.times;
  remark::analysis(module.getLoc(), remark::RemarkOpts::name("times").category(
                                        "gq-serialize-times"))
      << ("translate " + Twine(times.translate) + " us, optimise " +
          Twine(times.optimize) + " us, back end " + Twine(times.codegen) +
          " us, ptxas " + Twine(times.ptxas) + " us")
             .str();
  if (!image.cubin)
    remarkMissed(module, "gq-serialize", "no-cubin",
                 "no cubin for '" + module.getName() +
                     "': the driver will compile the ptx when it is loaded");
}

namespace {
struct SerializePass : gq::impl::SerializePassBase<SerializePass> {
  using SerializePassBase::SerializePassBase;
  SerializePass(const SerializePassOptions &options, SpillHandler onSpill)
      : SerializePassBase(options), onSpill(std::move(onSpill)) {}

  void getDependentDialects(DialectRegistry &registry) const override {
    registerSerializeInterfaces(registry);
    registry.insert<gpu::GPUDialect, LLVM::LLVMDialect, NVVM::NVVMDialect>();
  }

  LogicalResult serialize(gpu::GPUModuleOp module) {
    SerializeOptions settings;
    settings.optLevel = optLevel;
    settings.cubin = format == SerializeFormat::Cubin;
    settings.ptxas = ptxas;
    settings.allowSpills = allowSpills;
    settings.onSpill = onSpill;
    FailureOr<KernelImage> image = serializeKernels(module, settings);
    if (failed(image))
      return failure();
    remarkResources(module, *image);

    OpBuilder builder(module);
    Attribute target = (*module.getTargets())[0];
    gpu::KernelTableAttr kernels = describeKernels(module);
    SmallVector<Attribute> objects;
    auto add = [&](gpu::CompilationTarget kind, StringRef bytes) {
      objects.push_back(gpu::ObjectAttr::get(target, kind,
                                             builder.getStringAttr(bytes),
                                             DictionaryAttr(), kernels));
    };
    add(gpu::CompilationTarget::Assembly, image->ptx);
    if (image->cubin)
      add(gpu::CompilationTarget::Binary, *image->cubin);
    gpu::BinaryOp::create(builder, module.getLoc(), module.getName(),
                          Attribute(), objects);
    module.erase();
    return success();
  }

  void runOnOperation() override {
    SmallVector<gpu::GPUModuleOp> modules(
        getOperation().getOps<gpu::GPUModuleOp>());
    for (gpu::GPUModuleOp module : modules)
      if (failed(serialize(module))) {
        signalPassFailure();
        // Who takes care of spills wants to know them all.
        if (!onSpill)
          return;
      }
  }

  SpillHandler onSpill;
};
} // namespace

std::unique_ptr<Pass>
mlir::gq::createSerializePass(const SerializePassOptions &options,
                              SpillHandler onSpill) {
  return std::make_unique<SerializePass>(options, std::move(onSpill));
}
