//===- KernelTable.cpp - the compiled kernels of a module -----------------===//
#include "KernelTable.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::gq;

static int64_t countParams(Type type) {
  if (auto function = dyn_cast<LLVM::LLVMFunctionType>(type))
    return function.getNumParams();
  if (auto function = dyn_cast<FunctionType>(type))
    return function.getNumInputs();
  return 0;
}

FailureOr<KernelTable> KernelTable::get(ModuleOp module) {
  KernelTable table;
  bool cubins = true;
  for (auto binary : module.getOps<gpu::BinaryOp>()) {
    bool hasPtx = false, hasCubin = false;
    gpu::KernelTableAttr kernels;
    for (Attribute attr : binary.getObjects()) {
      auto object = cast<gpu::ObjectAttr>(attr);
      auto target = dyn_cast<NVVM::NVVMTargetAttr>(object.getTarget());
      if (!target)
        return binary.emitError("gpu.binary '")
               << binary.getSymName() << "' has an object for "
               << object.getTarget() << ", #nvvm.target is needed";
      if (table.chip.empty())
        table.chip = target.getChip().str();
      if (table.chip != target.getChip())
        return binary.emitError("gpu.binary '")
               << binary.getSymName() << "' is for chip '" << target.getChip()
               << "', '" << table.chip << "' is needed as in the others";
      bool ptx = object.getFormat() == gpu::CompilationTarget::Assembly;
      if (!ptx && object.getFormat() != gpu::CompilationTarget::Binary)
        continue;
      (ptx ? hasPtx : hasCubin) = true;
      table.images.push_back(
          {ptx ? gridquant::ImageKind::PTX : gridquant::ImageKind::Cubin,
           table.chip, object.getObject().getValue().str()});
      if (object.getKernels())
        kernels = object.getKernels();
    }
    if (!hasPtx)
      return binary.emitError("gpu.binary '")
             << binary.getSymName() << "' has no ptx, which a bundle needs";
    cubins &= hasCubin;
    if (!kernels)
      continue;
    for (gpu::KernelMetadataAttr kernel : kernels) {
      Attribute launch =
          kernel.getAttr(gqgpu::GQGPUDialect::getLaunchAttrName());
      if (launch && !isa<gqgpu::LaunchAttr>(launch))
        return binary.emitError("kernel '") << kernel.getName().getValue()
                                            << "' has gqgpu.launch = " << launch
                                            << ", #gqgpu.launch is needed";
      CompiledKernel compiled{cast_if_present<gqgpu::LaunchAttr>(launch),
                              countParams(kernel.getFunctionType())};
      if (!table.kernels.try_emplace(kernel.getName(), compiled).second)
        return binary.emitError("kernel '")
               << kernel.getName().getValue()
               << "' is in two binaries, the kernels of a bundle need names "
                  "of their own";
    }
  }
  // All cubins together must hold every kernel, or there must be none.
  if (!cubins)
    llvm::erase_if(table.images, [](const gridquant::Image &image) {
      return image.kind == gridquant::ImageKind::Cubin;
    });
  return table;
}

const CompiledKernel *KernelTable::lookup(gqgpu::LaunchOp launch) const {
  StringRef name = launch.getKernelAttr().getLeafReference();
  auto found = kernels.find(name);
  if (found == kernels.end()) {
    launch.emitError("kernel '")
        << name << "' is not compiled, gq-serialize makes a gpu.binary of it";
    return nullptr;
  }
  if (!found->second.launch) {
    launch.emitError("kernel '")
        << name
        << "' has no gqgpu.launch attribute, which says how to launch it";
    return nullptr;
  }
  return &found->second;
}
