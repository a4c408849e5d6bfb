//===- Ptxas.cpp - NVIDIA's assembler as a child process ------------------===//
//
// A child process and not a library: nvJitLink drops setmaxnreg, and only the
// program prints why a kernel became slow.
//
//===----------------------------------------------------------------------===//
#include "Internal.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace mlir::gq;

std::optional<std::string> mlir::gq::findPtxas(llvm::StringRef given) {
  if (!given.empty()) {
    // A name with a slash is returned without a look.
    llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(given);
    return found && llvm::sys::fs::can_execute(*found) ? std::optional(*found)
                                                       : std::nullopt;
  }
  if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName("ptxas"))
    return *found;
  SmallVector<std::string> toolkits;
  if (std::optional<std::string> home = llvm::sys::Process::GetEnv("CUDA_HOME"))
    toolkits.push_back(*home);
  toolkits.push_back("/usr/local/cuda");
  for (const std::string &toolkit : toolkits) {
    SmallString<128> path(toolkit);
    llvm::sys::path::append(path, "bin", "ptxas");
    if (llvm::sys::fs::can_execute(path))
      return path.str().str();
  }
  return std::nullopt;
}

namespace {
/// A new directory that is removed with everything in it.
struct TemporaryDirectory {
  std::error_code create() {
    return llvm::sys::fs::createUniqueDirectory("gq-ptxas", path);
  }
  ~TemporaryDirectory() {
    if (!path.empty())
      (void)llvm::sys::fs::remove_directories(path);
  }
  std::string file(StringRef name) const {
    SmallString<128> result(path);
    llvm::sys::path::append(result, name);
    return result.str().str();
  }
  SmallString<128> path;
};
} // namespace

static std::string readAll(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

/// The paths in messages of ptxas differ from run to run; without them its
/// output can be compared.
static std::string withoutPath(std::string text, const std::string &path) {
  for (size_t at; (at = text.find(path)) != std::string::npos;)
    text.replace(at, path.size(), "kernel.ptx");
  return text;
}

FailureOr<PtxasRun> mlir::gq::runPtxas(Operation *op, llvm::StringRef ptxas,
                                       llvm::StringRef chip,
                                       llvm::StringRef ptx,
                                       bool manyRegisters) {
  TemporaryDirectory directory;
  if (std::error_code error = directory.create())
    return op->emitError("cannot create a temporary directory for ptxas: ")
           << error.message();
  std::string input = directory.file("kernel.ptx"),
              output = directory.file("kernel.cubin"),
              log = directory.file("log");
  {
    std::error_code error;
    llvm::raw_fd_ostream stream(input, error);
    if (!error) {
      stream << ptx;
      stream.close();
      error = stream.error();
      stream.clear_error();
    }
    if (error)
      return op->emitError("cannot write ptx for ptxas: ") << error.message();
  }
  // The register usage level makes ptxas prefer more registers over
  // rematerialisation; the occupancy of these kernels is fixed.
  std::string arch = ("-arch=" + chip).str();
  SmallVector<StringRef> args{ptxas, arch, "-O3", "-v", input, "-o", output};
  if (manyRegisters)
    args.push_back("--register-usage-level=10");
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(log),
                                          StringRef(log)};
  std::string failure;
  int status = llvm::sys::ExecuteAndWait(
      ptxas, args, /*Env=*/std::nullopt, redirects,
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &failure);
  PtxasRun result{readAll(output), withoutPath(readAll(log), input)};
  if (status == 0 && !result.cubin.empty())
    return result;
  InFlightDiagnostic diag = op->emitError("ptxas ");
  if (status < 0)
    diag << "could not be run: " << failure;
  else
    diag << "failed with status " << status;
  if (!StringRef(result.output).trim().empty())
    diag << ":\n" << StringRef(result.output).rtrim();
  return diag;
}

/// The number in front of `unit` ("168 registers"), or 0.
static int64_t numberBefore(StringRef line, StringRef unit) {
  size_t at = line.find(unit);
  if (at == StringRef::npos)
    return 0;
  StringRef before = line.take_front(at).rtrim();
  StringRef digits = before.take_back(
      before.size() - (before.find_last_not_of("0123456789") + 1));
  int64_t number = 0;
  (void)digits.getAsInteger(10, number);
  return number;
}

// ptxas info    : Compiling entry function 'f' for 'sm_90a'
// ptxas info    : Function properties for f
//     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
// ptxas info    : Used 168 registers, used 1 barriers, 1024 bytes smem
// ptxas info    : (C7514) Potential Performance Loss: ... in the function 'f'
PtxasOutput mlir::gq::parsePtxasOutput(llvm::StringRef text) {
  PtxasOutput result;
  llvm::Regex performance("\\((C75[0-9][0-9])\\) *(.*)");
  llvm::Regex function("function '([^']*)'");
  KernelResources *current = nullptr;
  StringRef line;
  while (!text.empty()) {
    std::tie(line, text) = text.split('\n');
    line = line.rtrim();
    SmallVector<StringRef> match, named;
    if (performance.match(line, &match)) {
      PtxasWarning warning{"", (match[1] + " " + match[2]).str()};
      if (function.match(line, &named))
        warning.kernel = named[1].str();
      result.performance.push_back(warning);
    } else if (line.contains("Compiling entry function") &&
               function.match(line, &named)) {
      result.kernels.emplace_back();
      current = &result.kernels.back();
      current->kernel = named[1].str();
    } else if (line.starts_with("ptxas") && line.contains("warning")) {
      result.warnings.push_back(line.split(':').second.trim().str());
    } else if (current && line.contains("bytes spill stores")) {
      current->stackFrame = numberBefore(line, "bytes stack frame");
      current->spillStores = numberBefore(line, "bytes spill stores");
      current->spillLoads = numberBefore(line, "bytes spill loads");
    } else if (current && line.contains(": Used ")) {
      current->registers = numberBefore(line, "registers");
      current->sharedMemory = numberBefore(line, "bytes smem");
    }
  }
  llvm::erase_if(result.performance, [&](const PtxasWarning &warning) {
    auto kernel = llvm::find_if(result.kernels, [&](const auto &kernel) {
      return kernel.kernel == warning.kernel;
    });
    if (kernel == result.kernels.end())
      return false;
    if (kernel->slowdown.empty())
      kernel->slowdown = warning.message;
    return true;
  });
  return result;
}
