//===- Run.h - run a function of a file on data -----------------*- C++ -*-===//
//
// Everything gq-run does: parse, choose a function, load or make its arguments,
// run it on a backend, compare with the reference, write results and a summary.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_RUN_RUN_H
#define GQ_RUN_RUN_H

#include "gq/Numerics/Generate.h"
#include "gq/Run/Backend.h"
#include "mlir/IR/DialectRegistry.h"

namespace mlir::gq {

struct RunOptions {
  std::string inputFile = "-";
  /// Empty: the first public function.
  std::string entry;
  /// "auto", "reference", "simulate", or a registered backend.
  std::string backend = "auto";
  /// "X.npy", one per argument in order, "argN=X.npy" for argument N, or
  /// "x=X.npy" for the argument %x.
  std::vector<std::string> inputs;
  /// "Y.npy", one per result in order; there may be fewer than results.
  std::vector<std::string> outputs;
  /// "argN=128x8192", or "x=128x8192".
  std::vector<std::string> shapes;
  /// For every dynamic dimension that nothing else gives a size; -1: none.
  int64_t m = -1;
  /// Of arguments that no file is given for.
  std::string generate = "normal";
  uint64_t seed = 0;
  bool check = false;
  /// A file with the same function to compare with, where the input has been
  /// lowered or edited; arguments are made for its function.
  std::string reference;
  /// A #gq.matmul_config replaces the config of every scaled_matmul, a
  /// #gq.quantize_config that of every quantize.
  std::vector<std::string> configs;
  /// See RunRequest.
  std::string after;
  std::string target;
  SimulatorOptions simulator;
  /// Simulate after every pass, and compare each with the reference.
  bool stages = false;
  /// Instead of running, say which kernels the call takes, and why.
  bool explain = false;
  /// Print the values of the results.
  bool print = false;
  unsigned repeat = 1;
  unsigned threads = 0;
};

/// The dialects a file may use.
void registerRunDialects(DialectRegistry &registry);

/// Failures are diagnostics of \p context; the summary goes to \p os.
LogicalResult runFile(const RunOptions &options, MLIRContext &context,
                      llvm::raw_ostream &os);

/// The same as a process: diagnostics on stderr, summary on stdout. Returns
/// the exit code.
int runMain(const RunOptions &options);

/// The gq-run command line; the result is the exit status.
int runMain(int argc, char **argv);

} // namespace mlir::gq

#endif // GQ_RUN_RUN_H
