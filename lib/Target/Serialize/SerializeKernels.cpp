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

static InFlightDiagnostic
emitFor(gpu::GPUModuleOp module, StringRef kernel,
        DiagnosticSeverity severity = DiagnosticSeverity::Error) {
  Operation *op = locate(module, kernel);
  InFlightDiagnostic diag = severity == DiagnosticSeverity::Warning
                                ? op->emitWarning("kernel '")
                                : op->emitError("kernel '");
  diag << (kernel.empty() ? module.getName() : kernel) << "' ";
  return diag;
}

void mlir::gq::emitSpillError(gpu::GPUModuleOp module,
                              const KernelResources &kernel) {
  if (!kernel.losesProducts() && !kernel.spills()) {
    emitFor(module, kernel.kernel)
        << "is slowed down by ptxas: " << kernel.slow;
    return;
  }
  if (kernel.losesProducts()) {
    emitFor(module, kernel.kernel)
        << "is compiled wrongly by ptxas, which has kept "
        << kernel.keptProducts << " of " << kernel.products
        << " tensor-core products; a tile of fewer rows for each math group "
           "avoids it";
    return;
  }
  emitFor(module, kernel.kernel)
      << "spills registers: " << kernel.spillStores << " bytes of stores and "
      << kernel.spillLoads << " bytes of loads with " << kernel.registers
      << " registers, 0 are needed; a smaller tile lowers the demand";
}

void mlir::gq::emitSlowWarning(gpu::GPUModuleOp module,
                               const KernelResources &kernel) {
  emitFor(module, kernel.kernel, DiagnosticSeverity::Warning)
      << "is slowed down by ptxas, and no other config avoids it: "
      << kernel.slow;
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

/// Refuses what ptxas assembled slowly, or wrongly, unless the handler takes
/// it. All kernels are reported, each once for each cause.
static LogicalResult judge(gpu::GPUModuleOp module, const PtxasOutput &output,
                           const SerializeOptions &options) {
  LogicalResult result = success();
  for (const PtxasWarning &warning : output.performance)
    if (warning.kernel.empty() || !options.onSpill) {
      emitFor(module, warning.kernel)
          << "is slowed down by ptxas: " << warning.message;
      result = failure();
    }
  for (const KernelResources &kernel : output.kernels) {
    bool spills = kernel.spills() && !options.allowSpills;
    if (!kernel.losesProducts() && !spills &&
        (kernel.slow.empty() || !options.onSpill))
      continue;
    if (options.onSpill) {
      if (failed(options.onSpill(module, kernel)))
        result = failure();
      continue;
    }
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
    if (!kernel.spills() || !function || function->hasAttr(name) ||
        function->hasAttr(NVVM::NVVMDialect::getMaxnregAttrName()))
      continue;
    function->setAttr(name, Builder(module.getContext()).getI32IntegerAttr(1));
    changed = true;
  }
  return changed;
}

static bool spills(const PtxasOutput &output) {
  return llvm::any_of(output.kernels, [](const KernelResources &kernel) {
    return kernel.spills();
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
  for (const PtxasWarning &warning : output.performance)
    for (KernelResources &kernel : output.kernels)
      if (kernel.kernel == warning.kernel)
        kernel.slow = warning.message;
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
