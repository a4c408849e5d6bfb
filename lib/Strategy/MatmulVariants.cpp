//===- MatmulVariants.cpp - a config for each number of rows --------------===//
//
// The numbers of rows are divided at fixed limits, and in each range the
// candidates are weighed at its limit: no tile takes longer for fewer rows, so
// that is the worst case. Ranges side by side become one where a config of one
// of them is nearly as good in all.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include <algorithm>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

/// A kernel of its own is worth as much of the time.
static constexpr double kWorth = 0.02;

/// The candidate of `all` that is `config` but for what the rows decide.
static const Candidate<MatmulConfig> &
sameOf(const Candidates<MatmulConfig> &all, MatmulConfig config) {
  return *llvm::find_if(all, [&](const Candidate<MatmulConfig> &candidate) {
    config.streamB = candidate.config.streamB;
    return candidate.config == config;
  });
}

namespace {
struct RowRange {
  int64_t mostRows;
  Candidates<MatmulConfig> all;

  /// How much longer `config` takes than the best one, as a part of that.
  double loss(const MatmulConfig &config) const {
    return sameOf(all, config).cost / all.front().cost - 1;
  }
};

/// Some ranges side by side, and the config that loses least in the worst.
struct Group {
  llvm::ArrayRef<RowRange> ranges;
  const MatmulConfig *config = nullptr;
  double loss = 0;

  explicit Group(llvm::ArrayRef<RowRange> ranges) : ranges(ranges) {
    for (const RowRange &chosen : ranges) {
      const MatmulConfig &best = chosen.all.front().config;
      double worst = 0;
      for (const RowRange &range : ranges)
        worst = std::max(worst, range.loss(best));
      if (config && worst >= loss)
        continue;
      config = &best;
      loss = worst;
    }
  }
  Group with(const Group &next) const {
    return Group({ranges.begin(), next.ranges.end()});
  }
};
} // namespace

llvm::SmallVector<MatmulVariant> strategy::variants(const TargetModel &target,
                                                    const MatmulShape &shape,
                                                    size_t most,
                                                    Schedule schedule) {
  llvm::SmallVector<RowRange, 0> ranges;
  llvm::SmallVector<int64_t> limits;
  if (schedule == Schedule::Cooperative &&
      !fewRowsConfigs(target, shape).empty())
    limits.append(kFewRows.begin(), kFewRows.end() - 1);
  limits.append(std::begin(kRowLimits), std::end(kRowLimits));
  for (int64_t limit : limits) {
    MatmulShape limited = shape;
    limited.mostRows = limit;
    ranges.push_back({limit, candidates(target, limited, schedule)});
    // What can run does not depend on the rows.
    if (ranges.back().all.empty() || ranges.back().all.front().refusal)
      return {};
  }
  llvm::SmallVector<Group> groups;
  for (const RowRange &range : ranges)
    groups.emplace_back(range);
  while (groups.size() > 1) {
    size_t best = 0;
    Group merged = groups[0].with(groups[1]);
    for (size_t i = 1; i + 1 < groups.size(); ++i)
      if (Group other = groups[i].with(groups[i + 1]);
          other.loss < merged.loss) {
        best = i;
        merged = other;
      }
    if (groups.size() <= most && merged.loss >= kWorth)
      break;
    groups[best] = merged;
    groups.erase(groups.begin() + best + 1);
  }
  llvm::SmallVector<MatmulVariant> result;
  for (const Group &group : groups) {
    const RowRange &last = group.ranges.back();
    const Candidate<MatmulConfig> &found = sameOf(last.all, *group.config);
    MatmulVariant &variant =
        result.emplace_back(MatmulVariant{last.mostRows, found.config});
    variant.config.candidate = &found - last.all.begin();
  }
  return result;
}
