//===- Translate.cpp - kernels as optimised LLVM IR -----------------------===//
#include "Internal.h"
#include "gq/Target/TargetModel.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"

using namespace mlir;
using namespace mlir::gq;

void mlir::gq::registerSerializeInterfaces(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

/// LLVM merges and moves calls of inline assembly that it takes for local
/// computations. Ours wait on barriers and belong to groups of threads, which
/// is what `convergent` says; the llvm dialect cannot say it.
static void markConvergent(llvm::Module &module) {
  for (llvm::Function &function : module) {
    if (!function.isDeclaration())
      function.addFnAttr(llvm::Attribute::Convergent);
    for (llvm::Instruction &inst : llvm::instructions(function)) {
      auto *call = dyn_cast<llvm::CallBase>(&inst);
      if (!call || !call->isInlineAsm())
        continue;
      call->addFnAttr(llvm::Attribute::Convergent);
      call->addFnAttr(llvm::Attribute::NoUnwind);
    }
  }
}

static void optimize(llvm::Module &module, OptLevel level,
                     llvm::TargetMachine &machine) {
  llvm::PassBuilder builder(&machine);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  llvm::ModulePassManager passes;
  switch (level) {
  case OptLevel::None:
    return;
  case OptLevel::Light:
    // The string is ours and valid.
    llvm::cantFail(builder.parsePassPipeline(
        passes, "function(sroa,early-cse,instsimplify,simplifycfg)"));
    break;
  case OptLevel::O2:
    passes = builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2);
    break;
  case OptLevel::O3:
    passes = builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3);
    break;
  }
  passes.run(module, modules);
}

LLVMKernels::LLVMKernels() = default;
LLVMKernels::LLVMKernels(LLVMKernels &&) = default;
LLVMKernels &LLVMKernels::operator=(LLVMKernels &&) = default;
LLVMKernels::~LLVMKernels() = default;

void LLVMKernels::abandon() {
  (void)module.release();
  (void)context.release();
}

/// A type that LLVM does not have, where an op may have any: translation takes
/// for granted that it has. Null if there is none.
static Type findForeignType(Operation *op) {
  Type found;
  auto look = [&](Attribute attribute) {
    if (auto type = dyn_cast_or_null<TypeAttr>(attribute);
        type && !LLVM::isCompatibleType(type.getValue()))
      found = type.getValue();
  };
  auto lookIn = [&](ArrayAttr dictionaries) {
    if (!dictionaries)
      return;
    for (auto dictionary : dictionaries.getAsRange<DictionaryAttr>())
      for (NamedAttribute attribute : dictionary)
        if (attribute.getName().getValue().starts_with("llvm."))
          look(attribute.getValue());
  };
  if (auto element = dyn_cast<LLVM::GEPOp>(op))
    look(element.getElemTypeAttr());
  if (auto memory = dyn_cast<LLVM::AllocaOp>(op))
    look(memory.getElemTypeAttr());
  if (auto function = dyn_cast<LLVM::LLVMFuncOp>(op)) {
    lookIn(function.getArgAttrsAttr());
    lookIn(function.getResAttrsAttr());
  }
  if (auto call = dyn_cast<LLVM::CallOp>(op)) {
    lookIn(call.getArgAttrsAttr());
    lookIn(call.getResAttrsAttr());
  }
  return found;
}

static LogicalResult verifyTypes(gpu::GPUModuleOp module) {
  return failure(module
                     ->walk([](Operation *op) {
                       Type type = findForeignType(op);
                       if (!type)
                         return WalkResult::advance();
                       op->emitOpError("names the type ")
                           << type << ", a type of llvm is needed";
                       return WalkResult::interrupt();
                     })
                     .wasInterrupted());
}

FailureOr<LLVMKernels> mlir::gq::translateKernels(gpu::GPUModuleOp module,
                                                  OptLevel optLevel,
                                                  SerializeTimes &times) {
  FailureOr<std::unique_ptr<llvm::TargetMachine>> machine =
      createTargetMachine(module);
  if (failed(machine) || failed(verifyTypes(module)))
    return failure();
  LLVMKernels result;
  result.context = std::make_unique<llvm::LLVMContext>();
  {
    Stopwatch watch(times.translate);
    // Verified below: this would print to standard error.
    result.module =
        translateModuleToLLVMIR(module, *result.context, module.getName(),
                                /*disableVerification=*/true);
    if (!result.module)
      return failure(); // with an error at the op
    result.module->setTargetTriple((*machine)->getTargetTriple());
    result.module->setDataLayout((*machine)->createDataLayout());
    std::string broken;
    llvm::raw_string_ostream stream(broken);
    if (llvm::verifyModule(*result.module, &stream))
      return module.emitError("gpu.module '")
             << module.getName()
             << "' gives invalid llvm ir: " << StringRef(broken).rtrim();
    markConvergent(*result.module);
  }
  Stopwatch watch(times.optimize);
  if (failed(runGuarded(module, "the optimiser", [&] {
        optimize(*result.module, optLevel, **machine);
      }))) {
    result.abandon();
    return failure();
  }
  return result;
}
