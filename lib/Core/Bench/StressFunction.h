//===- StressFunction.h - a function whose rows are launched in parts -----===//
#ifndef GQ_LIB_BENCH_STRESSFUNCTION_H
#define GQ_LIB_BENCH_STRESSFUNCTION_H

#include "gq/Bench/Candidate.h"

namespace gridquant::bench {

/// A function with one free size, its rows, of which each is computed without
/// the others. Its operands have as many rows as there are at most; a launch
/// takes some of them. What it should compute is known for each set of kernels
/// that numbers of rows choose between: those same kernels have computed it,
/// with as many rows at once as they take.
class StressFunction {
public:
  /// `kernels`: the loaded bundle of stressBundle().
  static Expected<std::unique_ptr<StressFunction>>
  make(int device, const Program &program, const Function &function,
       const Program &kernels, const Method &method, int64_t most);

  const std::string &name() const { return spec->name; }
  /// Sets of kernels.
  size_t variants() const { return expected.size(); }
  /// Numbers of rows of which the next one takes other kernels.
  const std::vector<int64_t> &ends() const { return rangeEnds; }

  /// Enqueues a launch of `rows` rows from row `first` on, and the check of its
  /// results: `counters`, four i32 on the device, get the words that differ and
  /// the words of guards that were written.
  Status enqueue(int64_t rows, int64_t first, void *counters);

private:
  struct Operand {
    gq_type type;
    Shape shape;                        // with all rows
    std::optional<size_t> rowDimension; // none: it has no rows
    DeviceTensor all;
    DeviceMemory part; // the rows of a launch
    int64_t stack = 1, rowWords = 0;
  };
  struct Result {
    gq_type type;
    Shape shape;
    uint64_t rowBytes = 0;
    DeviceMemory region; // with guards around it

    void *data() const;
  };

  StressFunction() = default;
  Status findOperands(const Method &method);
  Status findResults();
  Status findVariants();
  Status computeExpected();
  Status compareVariants();
  Status launch(int64_t rows, int64_t first);
  Status check(int64_t rows, int64_t first, void *counters);
  std::vector<DLTensor> tensorsOf(int64_t rows, std::vector<Shape> &shapes);
  Error error(const std::string &message) const;

  int device = 0;
  int64_t most = 0;
  const Function *spec = nullptr;
  const gq_function *function = nullptr, *cut = nullptr, *checker = nullptr;
  std::vector<Operand> operands;
  std::vector<Result> results;
  DeviceMemory workspace;
  size_t workspaceBytes = 0;
  std::vector<size_t> variantOf; // by the number of rows
  std::vector<int64_t> rangeEnds;
  std::vector<std::vector<DeviceMemory>> expected; // by variant and result
};

} // namespace gridquant::bench

#endif // GQ_LIB_BENCH_STRESSFUNCTION_H
