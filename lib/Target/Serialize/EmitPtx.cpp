//===- EmitPtx.cpp - the NVPTX back end of LLVM, in process ---------------===//
#include "Internal.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include <mutex>

using namespace mlir;
using namespace mlir::gq;

// TargetSelect.h declares these only as part of "all targets".
extern "C" {
void LLVMInitializeNVPTXTargetInfo();
void LLVMInitializeNVPTXTarget();
void LLVMInitializeNVPTXTargetMC();
void LLVMInitializeNVPTXAsmPrinter();
}

static const llvm::Target *lookupNVPTX(const llvm::Triple &triple,
                                       std::string &error) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  return llvm::TargetRegistry::lookupTarget(triple, error);
}

/// LLVM's options are global and not guarded; neither is its handler for fatal
/// errors. Everything here that touches them holds this.
static std::mutex &globalState() {
  static std::mutex mutex;
  return mutex;
}

namespace {
/// 32-bit pointers to shared memory: half the registers for every address. LLVM
/// offers it as a command-line option only, which the target machine reads when
/// it is made.
class ShortPointers {
public:
  ShortPointers() : lock(globalState()) {
    auto &options = llvm::cl::getRegisteredOptions();
    auto found = options.find("nvptx-short-ptr");
    if (found == options.end())
      return;
    option = static_cast<llvm::cl::opt<bool> *>(found->second);
    before = *option;
    option->setValue(true);
  }
  ~ShortPointers() {
    if (option)
      option->setValue(before);
  }

private:
  std::lock_guard<std::mutex> lock;
  llvm::cl::opt<bool> *option = nullptr;
  bool before = false;
};
} // namespace

/// Features are a PTX version, "+ptx87", that LLVM knows and that is not older
/// than what the kernels are written for.
static LogicalResult checkFeatures(gpu::GPUModuleOp module,
                                   NVVM::NVVMTargetAttr target,
                                   const TargetModel &model,
                                   const llvm::MCSubtargetInfo &info) {
  StringRef features = target.getFeatures(), version = features;
  unsigned number = 0, needed = 0;
  StringRef modelVersion = model.ptxFeature;
  (void)modelVersion.consume_front("+ptx");
  bool known = llvm::any_of(info.getAllProcessorFeatures(), [&](const auto &f) {
    return features.size() > 1 && features.drop_front() == f.Key;
  });
  if (known && version.consume_front("+ptx") &&
      !version.getAsInteger(10, number) &&
      !modelVersion.getAsInteger(10, needed) && number >= needed)
    return success();
  return module.emitError("#nvvm.target of gpu.module '")
         << module.getName() << "' has features '" << features << "', '"
         << model.ptxFeature << "' or later is needed";
}

FailureOr<std::unique_ptr<llvm::TargetMachine>>
mlir::gq::createTargetMachine(gpu::GPUModuleOp module) {
  auto refuse = [&](const Twine &has, const Twine &needs) -> LogicalResult {
    return module.emitError("#nvvm.target of gpu.module '")
           << module.getName() << "' has " << has << ", " << needs;
  };
  std::optional<ArrayAttr> targets = module.getTargets();
  if (!targets || targets->size() != 1 ||
      !isa<NVVM::NVVMTargetAttr>((*targets)[0]))
    return module.emitError("gpu.module '")
           << module.getName() << "' has "
           << (targets ? static_cast<int64_t>(targets->size()) : 0)
           << " targets, exactly one #nvvm.target is needed";
  auto target = cast<NVVM::NVVMTargetAttr>((*targets)[0]);
  const TargetModel &model = getTarget(module);
  if (target.getChip() != model.chip)
    return refuse("chip '" + target.getChip() + "'",
                  "'" + model.chip + "' is needed");
  if (target.getTriple() != "nvptx64-nvidia-cuda")
    return refuse("triple '" + target.getTriple() + "'",
                  "'nvptx64-nvidia-cuda' is needed");
  if (target.getFlags() && !target.getFlags().empty())
    return refuse("flags", "none are supported");
  if (target.getLink() && !target.getLink().empty())
    return refuse("files to link", "none are supported");

  llvm::Triple triple(target.getTriple());
  std::string error;
  const llvm::Target *backEnd = lookupNVPTX(triple, error);
  if (!backEnd)
    return module.emitError("this build of llvm has no nvptx back end: ")
           << error;
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      backEnd->createMCSubtargetInfo(triple, model.chip, ""));
  if (!info)
    return module.emitError("the nvptx back end does not know chip '")
           << model.chip << "'";
  if (failed(checkFeatures(module, target, model, *info)))
    return failure();
  ShortPointers shortPointers;
  return std::unique_ptr<llvm::TargetMachine>(backEnd->createTargetMachine(
      triple, model.chip, target.getFeatures(), {}, std::nullopt, std::nullopt,
      llvm::CodeGenOptLevel::Aggressive));
}

LogicalResult mlir::gq::runGuarded(Operation *op, llvm::StringRef what,
                                   llvm::function_ref<void()> body) {
  // Outside the guarded part: leaving that by a jump runs no destructors.
  std::lock_guard<std::mutex> lock(globalState());
  std::string reason;
  bool finished;
  {
    llvm::ScopedFatalErrorHandler handler(
        [](void *data, const char *text, bool) {
          *static_cast<std::string *>(data) = text;
          if (auto *context = llvm::CrashRecoveryContext::GetCurrent())
            context->HandleExit(1);
        },
        &reason);
    llvm::CrashRecoveryContext::Enable();
    llvm::CrashRecoveryContext context;
    finished = context.RunSafely(body);
    llvm::CrashRecoveryContext::Disable();
  }
  if (finished)
    return success();
  return op->emitError("llvm failed in ")
         << what << ": "
         << (reason.empty() ? StringRef("crash")
                            : StringRef(reason).split('\n').first);
}

namespace {
/// Errors that the back end reports through the context, such as constraints of
/// inline assembly that it cannot meet.
struct CollectErrors final : llvm::DiagnosticHandler {
  explicit CollectErrors(std::string &errors) : errors(errors) {}
  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() == llvm::DS_Error && errors.empty()) {
      llvm::raw_string_ostream stream(errors);
      llvm::DiagnosticPrinterRawOStream printer(stream);
      info.print(printer);
    }
    return true;
  }
  std::string &errors;
};
} // namespace

FailureOr<std::string> mlir::gq::emitPtx(Operation *op,
                                         llvm::Module &llvmModule,
                                         llvm::TargetMachine &machine) {
  llvm::SmallString<0> ptx;
  std::string errors;
  llvmModule.getContext().setDiagnosticHandler(
      std::make_unique<CollectErrors>(errors));
  bool supported = true;
  llvm::scope_exit restore([&] {
    llvmModule.getContext().setDiagnosticHandler(
        std::make_unique<llvm::DiagnosticHandler>());
  });
  LogicalResult ran = runGuarded(op, "the nvptx back end", [&] {
    llvm::raw_svector_ostream stream(ptx);
    llvm::legacy::PassManager passes;
    supported = !machine.addPassesToEmitFile(
        passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile);
    if (supported)
      passes.run(llvmModule);
  });
  if (failed(ran))
    return failure();
  if (!supported)
    return op->emitError("this build of llvm cannot write ptx");
  if (!errors.empty())
    return op->emitError("llvm failed in the nvptx back end: ") << errors;
  return ptx.str().str();
}

/// The name in ".visible .entry NAME(" or ".func (.param ...) NAME(", or "".
static StringRef functionName(StringRef line) {
  StringRef head, rest;
  for (StringRef directive : {".entry ", ".func "})
    if (rest.empty())
      std::tie(head, rest) = line.split(directive);
  if (rest.empty() || head.contains(".extern"))
    return "";
  line = rest.ltrim();
  if (line.starts_with("(")) // the return value
    line = line.split(')').second.ltrim();
  return line.take_until([](char c) { return c == '(' || c == ' '; });
}

llvm::StringSet<> mlir::gq::findLocalMemory(llvm::StringRef ptx) {
  llvm::StringSet<> found;
  StringRef function, line;
  while (!ptx.empty()) {
    std::tie(line, ptx) = ptx.split('\n');
    line = line.split("//").first;
    if (StringRef name = functionName(line); !name.empty())
      function = name;
    else if (!function.empty() && line.contains(".local"))
      found.insert(function);
  }
  return found;
}
