//===- Pipelines.cpp - the passes in their order --------------------------===//
#include "gq/Pipelines/Pipelines.h"
#include "gq/Conversion/Passes.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::gq;

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

namespace {
struct Stage {
  StringRef name;
  /// On whole tensors still, or on kernels.
  bool tiles;
  bool cleanup;
  bool verify;
  void (*add)(OpPassManager &, const GQToNVVMOptions &);
};
} // namespace

template <std::unique_ptr<Pass> (*create)()>
static void addModulePass(OpPassManager &pm, const GQToNVVMOptions &) {
  pm.addPass(create());
}
template <std::unique_ptr<Pass> (*create)()>
static void addFunctionPass(OpPassManager &pm, const GQToNVVMOptions &) {
  pm.addNestedPass<func::FuncOp>(create());
}
static void addSelectConfig(OpPassManager &pm, const GQToNVVMOptions &options) {
  SelectConfigPassOptions select;
  select.chip = options.chip;
  pm.addPass(createSelectConfigPass(select));
}

static constexpr Stage kStages[] = {
    {"gq-check-shapes", true, false, false,
     addFunctionPass<createCheckShapesPass>},
    {"gq-expand", true, false, false, addModulePass<createExpandPass>},
    {"gq-fuse-quantize", true, false, false,
     addModulePass<createFuseQuantizePass>},
    {"gq-select-config", true, false, false, addSelectConfig},
    {"gq-split-quantize", true, false, false,
     addModulePass<createSplitQuantizePass>},
    {"gq-tile", true, true, false, addFunctionPass<createTilePass>},
    {"gq-outline-kernels", false, true, false,
     addModulePass<gqgpu::createOutlineKernelsPass>},
    {"gq-promote-tma", false, false, false,
     addModulePass<gqgpu::createPromoteTmaPass>},
    {"gq-pipeline-stages", false, false, false,
     addModulePass<gqgpu::createPipelineStagesPass>},
    {"gq-warp-specialize", false, true, true,
     addModulePass<gqgpu::createWarpSpecializePass>},
    {"gq-distribute", false, true, false,
     addModulePass<gqgpu::createDistributePass>},
    {"gq-schedule-math", false, true, true,
     addModulePass<gqgpu::createScheduleMathPass>},
};

static void addStage(OpPassManager &pm, const GQToNVVMOptions &options,
                     const Stage &stage) {
  stage.add(pm, options);
  if (stage.cleanup)
    addCleanup(pm);
  if (stage.verify)
    pm.addPass(gqgpu::createVerifyProtocolPass());
}

SmallVector<StringRef> mlir::gq::getStages() {
  return llvm::map_to_vector(kStages,
                             [](const Stage &stage) { return stage.name; });
}

void mlir::gq::buildPipelineUntil(OpPassManager &pm,
                                  const GQToNVVMOptions &options,
                                  StringRef name) {
  for (const Stage &stage : kStages) {
    addStage(pm, options, stage);
    if (stage.name == name)
      return;
  }
}

void mlir::gq::buildTilePipeline(OpPassManager &pm,
                                 const GQToNVVMOptions &options) {
  for (const Stage &stage : kStages)
    if (stage.tiles)
      addStage(pm, options, stage);
}

void mlir::gq::buildKernelPipeline(OpPassManager &pm,
                                   const GQToNVVMOptions &options) {
  for (const Stage &stage : kStages)
    if (!stage.tiles)
      addStage(pm, options, stage);
}

void mlir::gq::buildNVVMPipeline(OpPassManager &pm, const GQToNVVMOptions &) {
  pm.addPass(createConvertGQGPUToNVVMPass());
  // For nvvm ops that have no intrinsic, which a kernel written by hand may
  // use.
  pm.addNestedPass<gpu::GPUModuleOp>(createConvertNVVMToLLVMPass());
}

void mlir::gq::buildGQToNVVMPipeline(OpPassManager &pm,
                                     const GQToNVVMOptions &options) {
  buildTilePipeline(pm, options);
  buildKernelPipeline(pm, options);
  buildNVVMPipeline(pm, options);
}

void mlir::gq::registerGQPipelines() {
  PassPipelineRegistration<GQToNVVMOptions>(
      "gq-lower-to-nvvm",
      "Lower gq ops on tensors to kernels in the nvvm dialect",
      buildGQToNVVMPipeline);
}
