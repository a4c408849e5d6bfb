//===- Results.cpp - what a run leaves ------------------------------------===//
#include "Results.h"
#include "gq/Numerics/Npy.h"
#include "gq/Support/ArgumentNames.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::gq;

LogicalResult mlir::gq::writeOutputs(func::FuncOp function,
                                     const RunOptions &options,
                                     ArrayRef<RuntimeValue> results) {
  for (auto [index, path] : llvm::enumerate(options.outputs)) {
    std::optional<gridquant::ElementType> type;
    if (results[index].isTensor())
      type = getNumericsType(results[index].getTensor().getElementType());
    if (!type)
      return function.emitError() << "result " << index << " of type "
                                  << function.getResultTypes()[index]
                                  << " cannot be written to an .npy file";
    const RuntimeTensor &tensor = results[index].getTensor();
    std::vector<int64_t> shape(tensor.getShape().begin(),
                               tensor.getShape().end());
    gridquant::Status status =
        gridquant::writeNpy(path, *type, shape, tensor.getData());
    if (!status.ok())
      return function.emitError()
             << "result " << index << ": " << status.message();
  }
  return success();
}

void mlir::gq::printSummary(func::FuncOp function, const Backend &backend,
                            ArrayRef<RuntimeValue> args, const RunResult &run,
                            llvm::raw_ostream &os) {
  os << "backend    " << backend.getName() << "\n";
  os << "function   @" << function.getName() << "\n";
  for (auto [index, arg] : llvm::enumerate(args)) {
    StringRef name = argumentName(function, index);
    os << llvm::left_justify("arg" + std::to_string(index), 11)
       << arg.typeToString() << (name.empty() ? "" : "  %") << name << "\n";
  }
  for (auto [index, result] : llvm::enumerate(run.results))
    os << llvm::left_justify("result" + std::to_string(index), 11)
       << result.typeToString() << "\n";
  if (!run.remark.empty())
    os << run.remark << "\n";
  if (run.seconds.empty())
    return;
  SmallVector<double> sorted(run.seconds);
  llvm::sort(sorted);
  double median =
      (sorted[sorted.size() / 2] + sorted[(sorted.size() - 1) / 2]) / 2;
  os << "time       " << llvm::format("%.6f", median * 1e3) << " ms";
  if (sorted.size() > 1)
    os << ", median of " << sorted.size();
  os << "\n";
  if (run.statistics.matmuls > 0 && median > 0)
    os << "matmul     "
       << llvm::format("%.4g TFLOP/s, %.4g GB/s",
                       run.statistics.matmulFlops / median * 1e-12,
                       run.statistics.matmulBytes / median * 1e-9)
       << "\n";
}
