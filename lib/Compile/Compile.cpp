//===- Compile.cpp - the whole compiler as a function ---------------------===//
#include "gq/Compile/Compile.h"
#include "Fallback.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/HostOps.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Export/Export.h"
#include "gq/Pipelines/Pipelines.h"
#include "gq/Target/Passes.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace mlir::gq;

/// The stage that decides how each kernel is compiled.
static constexpr StringLiteral kChoice = "gq-select-config";

/// The LLVM IR of every gpu.module, one after the other.
static FailureOr<std::string> printLLVM(ModuleOp module, OptLevel optLevel) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (auto kernels : module.getOps<gpu::GPUModuleOp>()) {
    SerializeTimes times;
    FailureOr<LLVMKernels> translated =
        translateKernels(kernels, optLevel, times);
    if (failed(translated))
      return failure();
    translated->module->print(stream, nullptr);
  }
  return text;
}

/// Code alone has no place for the contents of tensors.
static void warnOfConstants(ModuleOp module) {
  SetVector<Operation *> constants;
  module.walk([&](gqgpu::LaunchOp launch) {
    for (Value operand : launch->getOperands())
      if (auto constant = operand.getDefiningOp<arith::ConstantOp>();
          constant && isa<TensorType>(operand.getType()))
        constants.insert(constant);
  });
  for (Operation *constant : constants)
    constant->emitWarning("kernels read this constant of type ")
        << constant->getResult(0).getType()
        << ", which only a bundle has: what launches them passes its data";
}

/// The objects of a format of every gpu.binary, in order.
static SmallVector<StringRef> collect(ModuleOp module,
                                      gpu::CompilationTarget format) {
  SmallVector<StringRef> objects;
  for (auto binary : module.getOps<gpu::BinaryOp>())
    for (Attribute attr : binary.getObjects())
      if (auto object = cast<gpu::ObjectAttr>(attr);
          object.getFormat() == format)
        objects.push_back(object.getObject().getValue());
  return objects;
}

static FailureOr<std::string> oneCubin(ModuleOp module) {
  SmallVector<StringRef> cubins =
      collect(module, gpu::CompilationTarget::Binary);
  if (cubins.size() == 1)
    return cubins.front().str();
  if (cubins.empty() &&
      !collect(module, gpu::CompilationTarget::Assembly).empty())
    return module.emitError("no cubin was made, ptxas is needed: it was not on "
                            "PATH, in CUDA_HOME or in /usr/local/cuda");
  return module.emitError("the module has ")
         << cubins.size()
         << " gpu modules with kernels, a cubin holds exactly one; a bundle "
            "holds any number";
}

static bool isSerialized(OutputKind output) {
  return output != OutputKind::NVVM && output != OutputKind::LLVM;
}

static bool isOnlySlow(const SpilledKernel &kernel) {
  return !kernel.resources.spills() && !kernel.resources.losesProducts();
}

/// What follows gq-select-config, down to nvvm, or to binaries; spills go to
/// `spilled`, if it is given. Kernels of `slow` may be slow, which is said
/// once.
static LogicalResult finish(ModuleOp module, OutputKind output,
                            const CompileOptions &options,
                            const GQToNVVMOptions &pipeline,
                            std::vector<SpilledKernel> *spilled,
                            llvm::StringMap<bool> *slow = nullptr) {
  PassManager toKernels(module.getContext(), module.getOperationName());
  PassManager pm(module.getContext(), module.getOperationName());
  for (PassManager *manager : {&toKernels, &pm})
    if (options.configure && failed(options.configure(*manager)))
      return failure();
  buildPipelineAfter(toKernels, pipeline, kChoice);
  // Whatever is asked for, a part of the program may not be missing from it.
  if (failed(toKernels.run(module)) || failed(requireKernels(module)))
    return failure();
  buildNVVMPipeline(pm, pipeline);
  if (isSerialized(output)) {
    SerializePassOptions serialize;
    serialize.format = output == OutputKind::PTX ? SerializeFormat::Ptx
                                                 : SerializeFormat::Cubin;
    serialize.ptxas = options.ptxas;
    serialize.allowSpills = options.allowSpills;
    serialize.optLevel = options.optLevel;
    SpillHandler onSpill;
    if (spilled)
      onSpill = [=](gpu::GPUModuleOp kernels, const KernelResources &kernel) {
        SpilledKernel found{kernels.getName().str(), kernel};
        auto known = slow->find(kernel.kernel);
        if (isOnlySlow(found) && known != slow->end()) {
          if (!std::exchange(known->second, true))
            emitSlowWarning(kernels, kernel);
          return success();
        }
        spilled->push_back(std::move(found));
        return failure();
      };
    pipeline.extensions.addBefore(pm, kSerializeStage);
    pm.addPass(createSerializePass(serialize, onSpill));
    pipeline.extensions.addAfter(pm, kSerializeStage);
  }
  return pm.run(module);
}

void mlir::gq::setPipelineOptions(GQToNVVMOptions &pipeline,
                                  const CompileOptions &options) {
  pipeline.target = options.target;
  pipeline.maxVariants = options.maxVariants;
  pipeline.batchInvariant = options.batchInvariant;
  pipeline.coarsenScales = options.coarsenScales;
  pipeline.tuned = options.tuned;
  pipeline.schedule = options.schedule;
  pipeline.dependentLaunch = options.dependentLaunch;
  pipeline.extensions = options.extensions;
}

/// Everything up to the output; kernels that spill with a config of the
/// compiler's own are compiled again with the next candidate.
static LogicalResult lower(ModuleOp module, OutputKind output,
                           const CompileOptions &options) {
  GQToNVVMOptions pipeline;
  setPipelineOptions(pipeline, options);
  PassManager pm(module.getContext(), module.getOperationName());
  if (options.configure && failed(options.configure(pm)))
    return failure();
  buildPipelineUntil(pm, pipeline, kChoice);
  if (failed(pm.run(module)))
    return failure();
  Fallback fallback(module, pipeline, getTarget(module));
  if (!isSerialized(output) || fallback.isEmpty())
    return finish(module, output, options, pipeline, nullptr);
  llvm::StringMap<bool> slow; // whether that has been said
  while (true) {
    std::vector<SpilledKernel> spilled;
    if (succeeded(finish(module, output, options, pipeline, &spilled, &slow)))
      return success();
    if (spilled.empty())
      return failure();
    bool advanced = fallback.advance(spilled);
    if (!advanced && llvm::all_of(spilled, isOnlySlow)) {
      // What no candidate avoids is slow, and right: the best of them is taken.
      for (const SpilledKernel &kernel : spilled)
        slow.try_emplace(kernel.resources.kernel, false);
      fallback.restart();
    } else if (!advanced) {
      for (const SpilledKernel &kernel : spilled)
        emitSpillError(module.lookupSymbol<gpu::GPUModuleOp>(kernel.module),
                       kernel.resources);
      return failure();
    }
    fallback.restore(module);
  }
}

FailureOr<std::string> mlir::gq::compile(ModuleOp module, OutputKind output,
                                         const CompileOptions &options) {
  if (failed(lower(module, output, options)))
    return failure();

  if (output == OutputKind::LLVM || output == OutputKind::PTX ||
      output == OutputKind::Cubin)
    warnOfConstants(module);
  switch (output) {
  case OutputKind::NVVM: {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module.print(stream);
    stream << '\n';
    return text;
  }
  case OutputKind::LLVM:
    if (module.getOps<gpu::GPUModuleOp>().empty())
      return module.emitError("the module has no kernel, LLVM IR is of one");
    return printLLVM(module, options.optLevel);
  case OutputKind::PTX: {
    SmallVector<StringRef> ptx =
        collect(module, gpu::CompilationTarget::Assembly);
    if (ptx.empty())
      return module.emitError("the module has no kernel, PTX is of one");
    return llvm::join(ptx, "\n");
  }
  case OutputKind::Cubin:
    return oneCubin(module);
  case OutputKind::Bundle:
    // Estimates have chosen the configs; only ptxas knows what is true.
    if (collect(module, gpu::CompilationTarget::Binary).empty() &&
        !module.getOps<gpu::BinaryOp>().empty())
      module.emitRemark("no ptxas was found: whether a kernel spills registers "
                        "is not known, and the driver compiles the ptx when "
                        "the bundle is loaded");
    return exportBundle(module);
  }
  return failure();
}

FailureOr<std::string>
mlir::gq::compileToBundle(ModuleOp module, const CompileOptions &options) {
  return compile(module, OutputKind::Bundle, options);
}
