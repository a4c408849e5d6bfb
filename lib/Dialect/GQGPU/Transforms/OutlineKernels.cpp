//===- OutlineKernels.cpp - loops over tiles become kernels ---------------===//
//
// In:  func.func with scf.forall {mapping = [#gpu.block ...]} on tensors.
// Out: gqgpu.kernel with a gqgpu.tile_loop, and gqgpu.launch in its place.
//
//===----------------------------------------------------------------------===//
#include "KernelBuilder.h"
#include "gq/Support/DimIndex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_OUTLINEKERNELSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

LogicalResult
mlir::gqgpu::forEachKernel(Operation *root,
                           llvm::function_ref<LogicalResult(KernelOp)> body) {
  return failure(root->walk([&](KernelOp kernel) {
                       return WalkResult(failed(gq::verifyDimIndices(kernel))
                                             ? failure()
                                             : body(kernel));
                     })
                     .wasInterrupted());
}

namespace {
struct OutlineKernelsPass
    : gqgpu::impl::OutlineKernelsPassBase<OutlineKernelsPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable moduleSymbols(module);
    SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
    for (func::FuncOp function : functions) {
      if (failed(gq::verifyDimIndices(function)))
        return signalPassFailure();
      SmallVector<scf::ForallOp> loops;
      function.walk([&](scf::ForallOp loop) {
        std::optional<ArrayAttr> mapping = loop.getMapping();
        if (mapping && !mapping->empty() &&
            llvm::all_of(*mapping, llvm::IsaPred<gpu::GPUBlockMappingAttr>))
          loops.push_back(loop);
      });
      if (loops.empty())
        continue;
      OpBuilder b(function);
      auto gpuModule = gpu::GPUModuleOp::create(
          b, function.getLoc(), (function.getSymName() + "_kernels").str());
      moduleSymbols.insert(gpuModule);
      SymbolTable symbols(gpuModule);
      for (scf::ForallOp loop : loops) {
        KernelBuilder builder(loop);
        if (failed(builder.build(gpuModule, symbols)))
          return signalPassFailure();
        builder.replaceWithLaunch(gpuModule);
      }
      module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                      UnitAttr::get(&getContext()));
    }
  }
};
} // namespace
