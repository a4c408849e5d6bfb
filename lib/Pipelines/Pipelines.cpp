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

void mlir::gq::buildTilePipeline(OpPassManager &pm,
                                 const GQToNVVMOptions &options) {
  pm.addNestedPass<func::FuncOp>(createCheckShapesPass());
  pm.addPass(createExpandPass());
  pm.addPass(createFuseQuantizePass());
  SelectConfigPassOptions select;
  select.chip = options.chip;
  pm.addPass(createSelectConfigPass(select));
  pm.addNestedPass<func::FuncOp>(createTilePass());
  addCleanup(pm);
}

void mlir::gq::buildKernelPipeline(OpPassManager &pm, const GQToNVVMOptions &) {
  pm.addPass(gqgpu::createOutlineKernelsPass());
  addCleanup(pm);
  pm.addPass(gqgpu::createPromoteTmaPass());
  pm.addPass(gqgpu::createPipelineStagesPass());
  pm.addPass(gqgpu::createWarpSpecializePass());
  addCleanup(pm);
  pm.addPass(gqgpu::createVerifyProtocolPass());
  pm.addPass(gqgpu::createDistributePass());
  addCleanup(pm);
  pm.addPass(gqgpu::createScheduleMathPass());
  addCleanup(pm);
  pm.addPass(gqgpu::createVerifyProtocolPass());
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
