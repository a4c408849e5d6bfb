//===- Tool.cpp - the gq-compile command line -----------------------------===//
#include "TuningSet.h"
#include "gq/Bundle/Container.h"
#include "gq/Bundle/File.h"
#include "gq/Compile/Compile.h"
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/InitAll.h"
#include "gq/Support/Version.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Support/Timing.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::gq;
namespace cl = llvm::cl;

namespace {
/// Made when the tool runs: a library must not add options to its program.
struct ToolOptions {
  cl::OptionCategory category{"gq-compile options"};
  cl::opt<std::string> input{cl::Positional, cl::desc("<file.mlir>"),
                             cl::init("-"), cl::cat(category)};
  cl::opt<std::string> output{
      "o", cl::desc("Output file ('-': standard output)"),
      cl::value_desc("file"), cl::init("-"), cl::cat(category)};
  cl::opt<OutputKind> emit{
      "emit", cl::desc("What to write"), cl::init(OutputKind::Bundle),
      cl::values(
          clEnumValN(OutputKind::NVVM, "nvvm", "kernels in the nvvm dialect"),
          clEnumValN(OutputKind::LLVM, "llvm", "LLVM IR of the kernels"),
          clEnumValN(OutputKind::PTX, "ptx", "PTX of the kernels"),
          clEnumValN(OutputKind::Cubin, "cubin", "machine code of the kernels"),
          clEnumValN(OutputKind::Bundle, "bundle",
                     "what the runtime loads (default)")),
      cl::cat(category)};
  cl::opt<std::string> target{
      "target",
      cl::desc("GPU to compile for: h100, h200, h20 or gh200 (what the file "
               "says, else h100)"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<int64_t> maxVariants{
      "max-variants",
      cl::desc("Kernels of a product with a dynamic number of rows, at most: 1 "
               "to 12 (default: 12)"),
      cl::value_desc("number"), cl::init(kMostVariants), cl::cat(category)};
  cl::opt<bool> batchInvariant{
      "batch-invariant",
      cl::desc("A row of a product has the same bits for every number of "
               "rows: all of its kernels add up in one order"),
      cl::cat(category)};
  cl::opt<int64_t> coarsenScales{
      "coarsen-scales",
      cl::desc("FP8 operands with an f8E8M0FNU scale for each few elements of "
               "K, as MXFP8 has, get one for so many (128): faster, and rounds "
               "what is very small in its block (default: 0, as they are)"),
      cl::value_desc("number"), cl::init(0), cl::cat(category)};
  cl::opt<std::string> dependentLaunch{
      "dependent-launch",
      cl::desc("Kernels that begin before the one in front of them has "
               "completed: none, within (but for the first of a function) or "
               "callers (all); what a function says comes first (default: "
               "none)"),
      cl::value_desc("word"), cl::init("none"), cl::cat(category)};
  cl::opt<std::string> tuned{
      "tuned",
      cl::desc("What gq-tune has found, which is taken for products without a "
               "config"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> schedule{
      "schedule",
      cl::desc("How math groups share the tiles of products without a config: "
               "cooperative, pingpong or streamk (default: cooperative, or "
               "what was "
               "tuned)"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<std::string> candidates{
      "candidates",
      cl::desc(
          "Instead of an output, a folder of bundles: the program in every "
          "config that gq-tune measures"),
      cl::value_desc("folder"), cl::cat(category)};
  cl::opt<std::string> ptxas{
      "ptxas",
      cl::desc("ptxas to run (default: from PATH, CUDA_HOME, /usr/local/cuda)"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<bool> allowSpills{
      "allow-spills",
      cl::desc("Accept kernels that spill registers or use local memory"),
      cl::cat(category)};
  cl::opt<OptLevel> optLevel{
      "opt-level", cl::desc("What LLVM does to the kernels"),
      cl::init(OptLevel::Light),
      cl::values(clEnumValN(OptLevel::None, "none", "nothing"),
                 clEnumValN(OptLevel::Light, "light",
                            "remove what is redundant (default)"),
                 clEnumValN(OptLevel::O2, "O2", "LLVM's O2"),
                 clEnumValN(OptLevel::O3, "O3", "LLVM's O3")),
      cl::cat(category)};
  cl::opt<std::string> remarks{
      "remarks-filter",
      cl::desc("Show the decisions of the passes that match, such as 'gq-.*'"),
      cl::value_desc("regex"), cl::cat(category)};

  CompileOptions forCompiler() const {
    CompileOptions result;
    result.target = target;
    result.maxVariants = maxVariants;
    result.batchInvariant = batchInvariant;
    result.coarsenScales = coarsenScales;
    result.dependentLaunch = dependentLaunch;
    result.tuned = tuned;
    result.schedule = schedule;
    result.ptxas = ptxas;
    result.allowSpills = allowSpills;
    result.optLevel = optLevel;
    return result;
  }
};
} // namespace

static LogicalResult enableRemarks(MLIRContext &context,
                                   const std::string &filter) {
  if (filter.empty())
    return success();
  std::string error;
  if (!llvm::Regex(filter).isValid(error)) {
    llvm::errs() << "error: remarks-filter '" << filter
                 << "' is not a regular expression: " << error << '\n';
    return failure();
  }
  remark::RemarkCategories categories;
  // `all` alone matches nothing.
  categories.all = categories.passed = categories.missed = categories.analysis =
      categories.failed = filter;
  return remark::enableOptimizationRemarks(
      context, nullptr, std::make_unique<remark::RemarkEmittingPolicyAll>(),
      categories, /*printAsEmitRemarks=*/true);
}

static bool isBinary(OutputKind kind) {
  return kind == OutputKind::Cubin || kind == OutputKind::Bundle;
}

static LogicalResult write(const std::string &path, StringRef bytes) {
  std::string message;
  llvm::sys::fs::file_status status;
  bool special = path != "-" && !llvm::sys::fs::status(path, status) &&
                 status.type() != llvm::sys::fs::file_type::regular_file;
  if (path == "-" || special) {
    // A device or pipe cannot be replaced by a file.
    std::error_code error;
    llvm::raw_fd_ostream stream(path, error);
    if (!error) {
      stream << bytes;
      stream.flush();
      error = stream.error();
      stream.clear_error();
    }
    message = error ? "cannot write '" + path + "': " + error.message() : "";
  } else {
    message = gridquant::writeFileAtomically(
                  path, std::string_view(bytes.data(), bytes.size()))
                  .message();
  }
  if (message.empty())
    return success();
  llvm::errs() << "error: " << message << '\n';
  return failure();
}

static LogicalResult run(const ToolOptions &options) {
  DefaultTimingManager timing;
  applyDefaultTimingManagerCLOptions(timing);
  TimingScope root = timing.getRootScope();

  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> file =
      openInputFile(options.input, &error);
  if (!file) {
    llvm::errs() << "error: " << error << '\n';
    return failure();
  }
  StringRef text = file->getBuffer();
  if (gridquant::isBundle(std::string_view(text.data(), text.size()))) {
    llvm::errs() << "error: '" << options.input
                 << "' is a bundle, which is compiled; expects an .mlir file "
                    "(gq-bundle info shows what is in it)\n";
    return failure();
  }
  CompileOptions compileOptions = options.forCompiler();
  if (!options.candidates.empty())
    return compileTuningSet(file->getBuffer(), options.input,
                            options.candidates, compileOptions);
  DialectRegistry registry;
  gq::registerAllDialects(registry);
  // A thread pool takes longer to start than the passes take to run.
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  // Errors are for people, who wrote no generic form; the option that asks for
  // it is on unless given.
  auto &registered = cl::getRegisteredOptions();
  auto printOp = registered.find("mlir-print-op-on-diagnostic");
  if (printOp == registered.end() || printOp->second->getNumOccurrences() == 0)
    context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  std::string name = file->getBufferIdentifier().str();
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  SourceMgrDiagnosticHandler handler(sources, &context);
  if (failed(enableRemarks(context, options.remarks)))
    return failure();

  TimingScope parsing = root.nest("Parser");
  OwningOpRef<ModuleOp> module = parseProgram(context, text, name);
  parsing.stop();
  if (!module)
    return failure();

  compileOptions.configure = [&](PassManager &pm) {
    pm.enableTiming(root);
    return applyPassManagerCLOptions(pm);
  };
  FailureOr<std::string> output =
      compile(*module, options.emit, compileOptions);
  if (failed(output))
    return failure();
  return write(options.output, *output);
}

int mlir::gq::compileMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  ToolOptions options;
  cl::SetVersionPrinter(
      [](raw_ostream &os) { os << gridquant::versionText() << '\n'; });
  // The options that print IR take the names of passes.
  gq::registerAllPasses();
  registerCanonicalizerPass();
  registerCSEPass();
  registerAsmPrinterCLOptions();
  registerMLIRContextCLOptions();
  registerPassManagerCLOptions();
  registerDefaultTimingManagerCLOptions();
  // Options of LLVM's passes; there are hundreds.
  cl::HideUnrelatedOptions(options.category);
  if (!cl::ParseCommandLineOptions(
          argc, argv, "compiles .mlir to kernels for NVIDIA GPUs\n",
          &llvm::errs()))
    return 2;
  if (options.input.getNumOccurrences() == 0 &&
      llvm::sys::Process::StandardInIsUserInput()) {
    llvm::errs() << "error: expects an .mlir file; '-' is standard input\n";
    return 2;
  }
  if (options.output == "-" && isBinary(options.emit) &&
      llvm::outs().is_displayed()) {
    llvm::errs() << "error: refusing to write binary output to a terminal, -o "
                    "is needed\n";
    return 2;
  }
  return succeeded(run(options)) ? 0 : 1;
}
