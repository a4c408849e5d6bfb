//===- Candidate.h - one way to compile a kernel ----------------*- C++ -*-===//
//
// The strategy weighs kernels by plain numbers: it knows no op and no attribute
// of a dialect. Who asks translates an op to a shape (MatmulShape,
// QuantizeShape) and a config to an attribute.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_STRATEGY_CANDIDATE_H
#define GQ_STRATEGY_CANDIDATE_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace mlir::gq::strategy {

/// A size that is found at run time.
constexpr int64_t kUnknown = std::numeric_limits<int64_t>::min();

/// Rows and columns.
using Size2 = std::array<int64_t, 2>;

/// Why something cannot be, for a diagnostic; nothing if it can.
using Refusal = std::optional<std::string>;

template <typename ConfigT> struct Candidate {
  ConfigT config;
  /// Less is better. Comparable within one list.
  double cost = 0;
  /// Registers a thread needs about, and has at most.
  int64_t registers = 0, registersLimit = 0;
  /// Bytes of a thread block, at most.
  int64_t sharedMemory = 0;
  Refusal refusal = std::nullopt;
};

/// Candidates that can run, the best first, then those that cannot.
template <typename ConfigT>
using Candidates = llvm::SmallVector<Candidate<ConfigT>, 0>;

/// Puts `candidate` into its place, behind equal ones.
template <typename ConfigT>
void insertCandidate(Candidates<ConfigT> &candidates,
                     const Candidate<ConfigT> &candidate) {
  auto before = [](const Candidate<ConfigT> &a, const Candidate<ConfigT> &b) {
    return std::pair(a.refusal.has_value(), a.cost) <
           std::pair(b.refusal.has_value(), b.cost);
  };
  candidates.insert(llvm::upper_bound(candidates, candidate, before),
                    candidate);
}

/// The candidate after `index`, whose kernel spilled: the next one with more
/// registers to spare. Nothing if there is none.
template <typename ConfigT>
std::optional<size_t> nextCandidate(const Candidates<ConfigT> &candidates,
                                    size_t index) {
  if (index >= candidates.size())
    return std::nullopt;
  auto spare = [](const Candidate<ConfigT> &candidate) {
    return candidate.registersLimit - candidate.registers;
  };
  for (size_t next = index + 1; next < candidates.size(); ++next)
    if (!candidates[next].refusal &&
        spare(candidates[next]) > spare(candidates[index]))
      return next;
  return std::nullopt;
}

} // namespace mlir::gq::strategy

#endif // GQ_STRATEGY_CANDIDATE_H
