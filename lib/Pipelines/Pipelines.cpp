//===- Pipelines.cpp - the passes in their order --------------------------===//
#include "gq/Pipelines/Pipelines.h"
#include "gq/Conversion/Passes.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
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
  Part part;
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

/// First in every pipeline, so that each of them may be run alone; where the
/// module says its target, nothing changes.
static void addTarget(OpPassManager &pm, const GQToNVVMOptions &options) {
  SetTargetPassOptions target;
  target.name = options.target;
  pm.addPass(createSetTargetPass(target));
}

static void addSelectConfig(OpPassManager &pm, const GQToNVVMOptions &options) {
  SelectConfigPassOptions select;
  select.maxVariants = options.maxVariants;
  select.batchInvariant = options.batchInvariant;
  select.tuned = options.tuned;
  select.schedule = options.schedule;
  pm.addPass(createSelectConfigPass(select));
}

static void addCoarsenScales(OpPassManager &pm,
                             const GQToNVVMOptions &options) {
  CoarsenScalesPassOptions coarsen;
  coarsen.columns = options.coarsenScales;
  pm.addPass(createCoarsenScalesPass(coarsen));
}

static void addMarkDependent(OpPassManager &pm,
                             const GQToNVVMOptions &options) {
  gqgpu::MarkDependentPassOptions mark;
  mark.launch = options.dependentLaunch;
  pm.addPass(gqgpu::createMarkDependentPass(mark));
}

constexpr Part Tiles = Part::Tiles, Kernels = Part::Kernels,
               Roles = Part::Roles, Fragments = Part::Fragments;

/// The one list of the passes: pipelines, their parts, and what `--after` and
/// `--stages` of gq-run know come from it.
static constexpr Stage kStages[] = {
    {"gq-flatten", Tiles, false, false, addModulePass<createFlattenPass>},
    {"convert-elementwise-to-linalg", Tiles, false, false,
     [](OpPassManager &pm, const GQToNVVMOptions &) {
       pm.addNestedPass<func::FuncOp>(createConvertElementwiseToLinalgPass());
     }},
    {"convert-linalg-to-gq", Tiles, false, false,
     addFunctionPass<createConvertLinalgToGQPass>},
    {"gq-check-shapes", Tiles, false, false,
     addFunctionPass<createCheckShapesPass>},
    {"gq-fold-scales", Tiles, false, false,
     addModulePass<createFoldScalesPass>},
    {"gq-coarsen-scales", Tiles, false, false, addCoarsenScales},
    {"gq-raise-reductions", Tiles, false, false,
     addFunctionPass<createRaiseReductionsPass>},
    {"gq-expand", Tiles, false, false, addModulePass<createExpandPass>},
    {"gq-fuse-quantize", Tiles, false, false,
     addModulePass<createFuseQuantizePass>},
    {"gq-anchor-elementwise", Tiles, false, false,
     addFunctionPass<createAnchorElementwisePass>},
    {"gq-agree-scales", Tiles, false, false,
     addFunctionPass<createAgreeScalesPass>},
    {"gq-select-config", Tiles, false, false, addSelectConfig},
    {"gq-apply-config", Tiles, false, false,
     addModulePass<createApplyConfigPass>},
    {"gq-tile", Tiles, true, false, addFunctionPass<createTilePass>},
    {"gq-outline-kernels", Kernels, true, false,
     addModulePass<gqgpu::createOutlineKernelsPass>},
    {"gq-sum-rows", Kernels, false, false,
     addModulePass<gqgpu::createSumRowsPass>},
    {"gq-stream-k", Kernels, false, false,
     addModulePass<gqgpu::createStreamKPass>},
    {"gq-mark-dependent", Kernels, false, false, addMarkDependent},
    {"gq-promote-tma", Kernels, false, false,
     addModulePass<gqgpu::createPromoteTmaPass>},
    {"gq-pipeline-stages", Kernels, false, false,
     addModulePass<gqgpu::createPipelineStagesPass>},
    {"gq-warp-specialize", Roles, false, false,
     addModulePass<gqgpu::createWarpSpecializePass>},
    {"gq-split-copies", Roles, false, false,
     addModulePass<gqgpu::createSplitCopiesPass>},
    {"gq-split-constants", Roles, true, true,
     addModulePass<gqgpu::createSplitConstantsPass>},
    {"gq-distribute", Fragments, true, false,
     addModulePass<gqgpu::createDistributePass>},
    {"gq-expand-reductions", Fragments, false, false,
     addModulePass<gqgpu::createExpandReductionsPass>},
    {"gq-keep-narrow", Fragments, false, false,
     addModulePass<gqgpu::createKeepNarrowPass>},
    {"gq-expand-parts", Fragments, false, false,
     addModulePass<gqgpu::createExpandPartsPass>},
    {"gq-expand-peers", Fragments, false, false,
     addModulePass<gqgpu::createExpandPeersPass>},
    {"gq-stage-stores", Fragments, true, false,
     addModulePass<gqgpu::createStageStoresPass>},
    {"gq-schedule-math", Fragments, true, false,
     addModulePass<gqgpu::createScheduleMathPass>},
    {"gq-defer-stores", Fragments, true, false,
     addModulePass<gqgpu::createDeferStoresPass>},
    {"gq-annotate-alignment", Fragments, false, false,
     addModulePass<gqgpu::createAnnotateAlignmentPass>},
    {"gq-allocate-shared-memory", Fragments, false, false,
     addModulePass<gqgpu::createAllocateSharedMemoryPass>},
    {"gq-place-dependency", Fragments, false, true,
     addModulePass<gqgpu::createPlaceDependencyPass>},
    {"gq-expand-math", Fragments, false, false,
     addModulePass<gqgpu::createExpandMathPass>},
};

static void addStage(OpPassManager &pm, const GQToNVVMOptions &options,
                     const Stage &stage) {
  options.extensions.addBefore(pm, stage.name);
  stage.add(pm, options);
  if (stage.cleanup)
    addCleanup(pm);
  if (stage.verify)
    pm.addPass(gqgpu::createVerifyProtocolPass());
  options.extensions.addAfter(pm, stage.name);
}

SmallVector<StringRef> mlir::gq::getStages() {
  return llvm::map_to_vector(kStages,
                             [](const Stage &stage) { return stage.name; });
}

void mlir::gq::buildPipelineUntil(OpPassManager &pm,
                                  const GQToNVVMOptions &options,
                                  StringRef name) {
  addTarget(pm, options);
  for (const Stage &stage : kStages) {
    addStage(pm, options, stage);
    if (stage.name == name)
      return;
  }
}

void mlir::gq::buildPipelineAfter(OpPassManager &pm,
                                  const GQToNVVMOptions &options,
                                  StringRef after, StringRef until) {
  bool behind = false;
  for (const Stage &stage : kStages) {
    if (behind)
      addStage(pm, options, stage);
    behind |= stage.name == after;
    if (stage.name == until)
      return;
  }
}

static void addPart(OpPassManager &pm, const GQToNVVMOptions &options,
                    Part part) {
  for (const Stage &stage : kStages)
    if (stage.part == part)
      addStage(pm, options, stage);
}

static void addNVVM(OpPassManager &pm, const GQToNVVMOptions &options) {
  options.extensions.addBefore(pm, kExpandTileLoopsStage);
  pm.addPass(gqgpu::createExpandTileLoopsPass());
  options.extensions.addAfter(pm, kExpandTileLoopsStage);
  options.extensions.addBefore(pm, kConvertStage);
  pm.addPass(createConvertGQGPUToNVVMPass());
  // For nvvm ops that have no intrinsic, which a kernel written by hand may
  // use.
  pm.addNestedPass<gpu::GPUModuleOp>(createConvertNVVMToLLVMPass());
  options.extensions.addAfter(pm, kConvertStage);
}

void mlir::gq::buildPipelinePart(OpPassManager &pm,
                                 const GQToNVVMOptions &options, Part part) {
  addTarget(pm, options);
  addPart(pm, options, part);
}

void mlir::gq::buildNVVMPipeline(OpPassManager &pm,
                                 const GQToNVVMOptions &options) {
  addTarget(pm, options);
  addNVVM(pm, options);
}

void mlir::gq::buildGQToNVVMPipeline(OpPassManager &pm,
                                     const GQToNVVMOptions &options) {
  addTarget(pm, options);
  for (Part part : {Tiles, Kernels, Roles, Fragments})
    addPart(pm, options, part);
  addNVVM(pm, options);
}

template <Part part>
static void buildPart(OpPassManager &pm, const GQToNVVMOptions &options) {
  buildPipelinePart(pm, options, part);
}

void mlir::gq::registerGQPipelines() {
  PassPipelineRegistration<GQToNVVMOptions>(
      "gq-lower-to-tiles", "Choose strategies for gq ops, tile and fuse them",
      buildPart<Tiles>);
  PassPipelineRegistration<GQToNVVMOptions>(
      "gq-lower-to-kernels",
      "Tiles to kernels, with loads of the K loop through rings",
      buildPart<Kernels>);
  PassPipelineRegistration<GQToNVVMOptions>(
      "gq-lower-to-roles", "Kernels with rings to roles that share them out",
      buildPart<Roles>);
  PassPipelineRegistration<GQToNVVMOptions>(
      "gq-lower-to-fragments", "Tiles of kernels to fragments, and their order",
      buildPart<Fragments>);
  PassPipelineRegistration<GQToNVVMOptions>(
      "gq-lower-to-nvvm",
      "Lower gq ops on tensors to kernels in the nvvm dialect",
      buildGQToNVVMPipeline);
}
