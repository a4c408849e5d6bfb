//===- Tool.cpp - the gq-run command line ---------------------------------===//
#include "gq/Run/Run.h"
#include "gq/Support/Version.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"

namespace cl = llvm::cl;

int mlir::gq::runMain(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::OptionCategory category("gq-run options");
  mlir::gq::RunOptions options;
  cl::opt<std::string, true> file(
      cl::Positional, cl::desc("<file.mlir or bundle>"),
      cl::location(options.inputFile), cl::init("-"));
  cl::opt<std::string, true> entry(
      "entry", cl::desc("Function to run (the first public one)"),
      cl::location(options.entry), cl::cat(category));
  cl::opt<std::string, true> backend(
      "backend", cl::desc("auto, reference, simulate or cuda"),
      cl::location(options.backend), cl::init("auto"), cl::cat(category));
  cl::list<std::string> inputs(
      "input",
      cl::desc(
          "Tensor for the next argument, or for argument N, or for the one "
          "of a name"),
      cl::value_desc("[argN=|name=]X.npy"), cl::cat(category));
  cl::list<std::string> outputs("output",
                                cl::desc("Where to write the next result"),
                                cl::value_desc("Y.npy"), cl::cat(category));
  cl::list<std::string> shapes(
      "shape", cl::desc("Shape of an argument to generate"),
      cl::value_desc("argN=128x8192, name=128x8192"), cl::cat(category));
  cl::opt<int64_t, true> m(
      "m", cl::desc("Size of every dynamic dimension that has no other"),
      cl::location(options.m), cl::init(-1), cl::cat(category));
  cl::opt<std::string, true> generate(
      "generate",
      cl::desc("Data for arguments without a file: normal, outliers, zeros, "
               "special, pow2, uniform or codes; scales get powers of two"),
      cl::location(options.generate), cl::init("normal"), cl::cat(category));
  cl::opt<uint64_t, true> seed("seed", cl::desc("Seed of that data"),
                               cl::location(options.seed), cl::init(0),
                               cl::cat(category));
  cl::opt<bool, true> check("check",
                            cl::desc("Compare the results with the reference"),
                            cl::location(options.check), cl::cat(category));
  cl::opt<std::string, true> reference(
      "reference",
      cl::desc("Compare with the same function of this file, where the input "
               "is lowered or edited"),
      cl::location(options.reference), cl::cat(category));
  cl::list<std::string> configs(
      "config", cl::desc("Config of every scaled_matmul, or every quantize"),
      cl::value_desc("#gq.matmul_config<...>"), cl::cat(category));
  cl::opt<std::string, true> after(
      "after",
      cl::desc("Simulate what this pass of the pipeline leaves (the last one); "
               "none: the input as it is"),
      cl::location(options.after), cl::cat(category));
  cl::opt<std::string, true> target(
      "target",
      cl::desc("GPU to compile for: h100, h200, h20 or gh200 (what the file "
               "says, else h100)"),
      cl::location(options.target), cl::value_desc("name"), cl::cat(category));
  cl::opt<bool, true> stages(
      "stages",
      cl::desc("Simulate after every pass and compare with the reference"),
      cl::location(options.stages), cl::cat(category));
  cl::opt<bool, true> explain(
      "explain",
      cl::desc("Instead of running, say which kernels a call of these sizes "
               "takes: configs, tiles, bytes, and why"),
      cl::location(options.explain), cl::cat(category));
  cl::opt<uint64_t, true> interleaving(
      "interleaving", cl::desc("First interleaving to simulate"),
      cl::location(options.simulator.interleaving), cl::init(0),
      cl::cat(category));
  cl::opt<uint64_t, true> interleavings(
      "interleavings", cl::desc("How many interleavings to simulate"),
      cl::location(options.simulator.interleavings), cl::init(1),
      cl::cat(category));
  cl::opt<int64_t, true> multiprocessors(
      "multiprocessors", cl::desc("Of the simulated GPU"),
      cl::location(options.simulator.multiprocessors), cl::init(2),
      cl::cat(category));
  cl::opt<bool, true> print("print", cl::desc("Print the results"),
                            cl::location(options.print), cl::cat(category));
  cl::opt<unsigned, true> repeat(
      "repeat", cl::desc("Run that often, report the median"),
      cl::location(options.repeat), cl::init(1), cl::cat(category));
  cl::opt<unsigned, true> threads(
      "cpu-threads", cl::desc("CPU threads (0: one per processor)"),
      cl::location(options.threads), cl::init(0), cl::cat(category));
  cl::SetVersionPrinter(
      [](llvm::raw_ostream &os) { os << gridquant::versionText() << '\n'; });
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, "GridQuant runner\n");
  if (file.getNumOccurrences() == 0 &&
      llvm::sys::Process::StandardInIsUserInput()) {
    llvm::errs() << "error: expects an .mlir file; '-' is standard input\n";
    return 2;
  }
  if (m.getNumOccurrences() > 0 && options.m < 0) {
    llvm::errs() << "error: --m: expects a size of at least 0, got "
                 << options.m << '\n';
    return 2;
  }
  options.inputs = inputs;
  options.outputs = outputs;
  options.shapes = shapes;
  options.configs = configs;
  return mlir::gq::runMain(options);
}
