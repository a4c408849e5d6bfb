//===- Divisibility.h - what an index is a multiple of ----------*- C++ -*-===//
//
// Which accesses may take whole vectors, and which tiles start at a block,
// hangs on one question: is this index a multiple of n? It is answered from how
// the index is computed, in one of two ways:
//
// - for every value of an op at once, as a data flow analysis, which also sees
//   what loops carry and branches join;
// - for one value on demand, where the IR around it is still being written. A
//   value that a loop carries is then not understood.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_ANALYSIS_DIVISIBILITY_H
#define GQ_ANALYSIS_DIVISIBILITY_H

#include "mlir/Analysis/DataFlow/SparseAnalysis.h"
#include "mlir/IR/AffineExpr.h"
#include <numeric>

namespace mlir::gq {

/// A value is a multiple of `factor`. Of 1, any value is; of 0, only 0, which
/// is also what is known of a value that none has been seen of yet.
struct Divisibility {
  uint64_t factor = 0;

  static Divisibility unknown() { return {1}; }
  bool isMultipleOf(uint64_t n) const { return factor % n == 0; }
  bool operator==(const Divisibility &other) const {
    return factor == other.factor;
  }
  /// What holds for both.
  static Divisibility join(const Divisibility &lhs, const Divisibility &rhs) {
    return {std::gcd(lhs.factor, rhs.factor)};
  }
  void print(raw_ostream &os) const { os << factor; }
};

using DivisibilityLattice = dataflow::Lattice<Divisibility>;

/// Needs dead code and constant propagation in the same solver.
class DivisibilityAnalysis
    : public dataflow::SparseForwardDataFlowAnalysis<DivisibilityLattice> {
public:
  using SparseForwardDataFlowAnalysis::SparseForwardDataFlowAnalysis;

  void setToEntryState(DivisibilityLattice *lattice) override;
  LogicalResult
  visitOperation(Operation *op, ArrayRef<const DivisibilityLattice *> operands,
                 ArrayRef<DivisibilityLattice *> results) override;
  /// Induction variables: multiples of what bounds and steps are multiples of.
  void visitNonControlFlowArguments(Operation *op,
                                    const RegionSuccessor &successor,
                                    ArrayRef<DivisibilityLattice *> arguments,
                                    unsigned firstIndex) override;
};

/// The analysis of `root`, run to its end.
class DivisibilitySolver {
public:
  static FailureOr<std::unique_ptr<DivisibilitySolver>> run(Operation *root);
  Divisibility get(Value value) const;

private:
  DivisibilitySolver();
  std::unique_ptr<DataFlowSolver> solver;
};

/// On demand, see above.
Divisibility getDivisibility(OpFoldResult value);

/// True when `value` is provably a multiple of `factor`, on demand.
inline bool isMultipleOf(OpFoldResult value, int64_t factor) {
  return factor == 1 || getDivisibility(value).isMultipleOf(factor);
}

} // namespace mlir::gq

#endif // GQ_ANALYSIS_DIVISIBILITY_H
