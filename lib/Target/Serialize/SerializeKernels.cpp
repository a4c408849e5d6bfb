//===- SerializeKernels.cpp - PTX and cubin of a gpu.module ---------------===//
#include "Internal.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace mlir::gq;

/// Where to report something about a function: at the function, if the name
/// that ptxas uses is known.
static Operation *locate(gpu::GPUModuleOp module, StringRef function) {
  Operation *found = function.empty() ? nullptr : module.lookupSymbol(function);
  return found ? found : module.getOperation();
}

static InFlightDiagnostic emitFor(gpu::GPUModuleOp module, StringRef kernel) {
  InFlightDiagnostic diag = locate(module, kernel)->emitError("kernel '");
  diag << (kernel.empty() ? module.getName() : kernel) << "' ";
  return diag;
}

void mlir::gq::emitSpillError(gpu::GPUModuleOp module,
                              const KernelResources &kernel) {
  if (kernel.products > kernel.keptProducts) {
    emitFor(module, kernel.kernel)
        << "is compiled wrongly by ptxas, which has kept "
        << kernel.keptProducts << " of " << kernel.products
        << " tensor-core products; a tile of fewer rows for each math group "
           "avoids it";
    return;
  }
  if (!kernel.slowdown.empty()) {
    emitFor(module, kernel.kernel)
        << "is slowed down by ptxas: " << kernel.slowdown;
    return;
  }
  emitFor(module, kernel.kernel)
      << "spills registers: " << kernel.spillStores << " bytes of stores and "
      << kernel.spillLoads << " bytes of loads with " << kernel.registers
      << " registers, 0 are needed; a smaller tile lowers the demand";
}

/// A kernel of an empty result, which no launch reaches: none of its products
/// is read.
static bool isNeverLaunched(gpu::GPUModuleOp module, StringRef kernel) {
  auto launch = locate(module, kernel)
                    ->getAttrOfType<gqgpu::LaunchAttr>(
                        gqgpu::GQGPUDialect::getLaunchAttrName());
  return launch && llvm::any_of(launch.getGrid().getMap().getResults(),
                                [](AffineExpr size) {
                                  auto number =
                                      dyn_cast<AffineConstantExpr>(size);
                                  return number && number.getValue() == 0;
                                });
}

/// Refuses what ptxas assembled slowly, or wrongly. All kernels are reported,
/// each once for each cause.
static LogicalResult judge(gpu::GPUModuleOp module, const PtxasOutput &output,
                           const SerializeOptions &options) {
  LogicalResult result = success();
  for (const PtxasWarning &warning : output.performance) {
    emitFor(module, warning.kernel)
        << "is slowed down by ptxas: " << warning.message;
    result = failure();
  }
  for (const KernelResources &kernel : output.kernels) {
    bool spills = kernel.spillStores != 0 || kernel.spillLoads != 0;
    if (kernel.products == kernel.keptProducts && kernel.slowdown.empty() &&
        (!spills || options.allowSpills))
      continue;
    if (options.onSpill)
      options.onSpill(module, kernel);
    else
      emitSpillError(module, kernel);
    result = failure();
  }
  return result;
}

/// ptxas may spill so that one more thread block fits a multiprocessor, unless
/// a kernel says that one is enough. Says so for the kernels that spill; false
/// if there are none left to say it for.
static bool askForOneBlock(gpu::GPUModuleOp module, const PtxasOutput &output) {
  bool changed = false;
  for (const KernelResources &kernel : output.kernels) {
    auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(kernel.kernel);
    StringRef name = NVVM::NVVMDialect::getMinctasmAttrName();
    if (kernel.spillStores + kernel.spillLoads == 0 || !function ||
        function->hasAttr(name) ||
        function->hasAttr(NVVM::NVVMDialect::getMaxnregAttrName()))
      continue;
    function->setAttr(name, Builder(module.getContext()).getI32IntegerAttr(1));
    changed = true;
  }
  return changed;
}

static bool spills(const PtxasOutput &output) {
  return llvm::any_of(output.kernels, [](const KernelResources &kernel) {
    return kernel.spillStores + kernel.spillLoads != 0;
  });
}

/// PTX, assembled if there is a `ptxas`.
static FailureOr<std::pair<KernelImage, PtxasOutput>>
assemble(gpu::GPUModuleOp module, const SerializeOptions &options,
         const std::optional<std::string> &ptxas, bool manyRegisters = true) {
  KernelImage image;
  FailureOr<LLVMKernels> kernels =
      translateKernels(module, options.optLevel, image.times);
  if (failed(kernels))
    return failure();
  FailureOr<std::unique_ptr<llvm::TargetMachine>> machine =
      createTargetMachine(module);
  if (failed(machine))
    return failure();
  {
    Stopwatch watch(image.times.codegen);
    FailureOr<std::string> ptx = emitPtx(module, *kernels->module, **machine);
    if (failed(ptx)) {
      kernels->abandon();
      return failure();
    }
    image.ptx = std::move(*ptx);
  }

  bool slow = false;
  if (!options.allowSpills)
    for (const auto &entry : findLocalMemory(image.ptx)) {
      emitFor(module, entry.getKey())
          << "uses local memory, none is allowed: an array is indexed by a "
             "value that is not constant, or a value lives in an alloca";
      slow = true;
    }
  if (slow)
    return failure();
  if (!ptxas)
    return std::pair(std::move(image), PtxasOutput());

  Stopwatch watch(image.times.ptxas);
  FailureOr<PtxasRun> run = runPtxas(module, *ptxas, (*machine)->getTargetCPU(),
                                     image.ptx, manyRegisters);
  if (failed(run))
    return failure();
  PtxasOutput output = parsePtxasOutput(run->output);
  for (const LostProducts &lost : findLostProducts(image.ptx, run->cubin))
    for (KernelResources &kernel : output.kernels)
      if (kernel.kernel == lost.kernel &&
          !isNeverLaunched(module, lost.kernel)) {
        kernel.products = lost.asked;
        kernel.keptProducts = lost.kept;
      }
  image.cubin = std::move(run->cubin);
  image.log = std::move(run->output);
  return std::pair(std::move(image), std::move(output));
}

FailureOr<KernelImage>
mlir::gq::serializeKernels(gpu::GPUModuleOp module,
                           const SerializeOptions &options) {
  // Before the work: the answer does not depend on it.
  std::optional<std::string> ptxas;
  if (options.cubin) {
    ptxas = findPtxas(options.ptxas);
    if (!ptxas && !options.ptxas.empty())
      return module.emitError("ptxas '")
             << options.ptxas << "' is not an executable program";
  }
  auto assembled = assemble(module, options, ptxas);
  if (succeeded(assembled) && askForOneBlock(module, assembled->second))
    assembled = assemble(module, options, ptxas);
  // Preferring more registers, it may also take one too many.
  if (succeeded(assembled) && spills(assembled->second))
    assembled = assemble(module, options, ptxas, /*manyRegisters=*/false);
  if (failed(assembled))
    return failure();
  auto &[image, output] = *assembled;
  for (const std::string &warning : output.warnings)
    module.emitWarning("ptxas: ") << warning;
  if (failed(judge(module, output, options)))
    return failure();
  image.kernels = std::move(output.kernels);
  return std::move(image);
}
