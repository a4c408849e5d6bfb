//===- MatmulVariants.cpp - a config for each number of rows --------------===//
//
// The numbers of rows are divided at fixed limits, and in each range the
// candidates are weighed at its limit: no tile takes longer for fewer rows, so
// that is the worst case. Ranges side by side share a config: of all ways to
// group them and to give each group one, the one is taken that loses least
// time, where a kernel of its own has to be worth it. A config whose scales
// have two ways is two kernels. Ranges of few rows count twice, since those who
// generate run one after another.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include <algorithm>
#include <limits>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

/// A kernel of its own has to save so much of the time of a range.
static constexpr double kWorth = 0.02;
static constexpr double kFewWeight = 2;

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
};

/// A config that may be chosen: for each range how much longer it takes than
/// the best one there, as a part of that.
struct Choice {
  MatmulConfig config;
  llvm::SmallVector<double> losses;
  size_t kernels;
};

/// The groups that end with some range.
struct Groups {
  double loss = std::numeric_limits<double>::infinity();
  size_t begin = 0;
  const Choice *last = nullptr;
};
} // namespace

/// The best of each range, and the best of those that are one kernel.
static llvm::SmallVector<Choice, 0> choicesOf(llvm::ArrayRef<RowRange> ranges) {
  constexpr size_t kOfEach = 6;
  llvm::SmallVector<Choice, 0> choices;
  auto kernelsOf = [](const MatmulConfig &config) -> size_t {
    return config.scales == ScalePath::Either ? 2 : 1;
  };
  for (const RowRange &range : ranges) {
    size_t taken[] = {0, 0};
    for (const Candidate<MatmulConfig> &candidate : range.all) {
      size_t kernels = kernelsOf(candidate.config);
      if (candidate.refusal || ++taken[kernels - 1] > kOfEach)
        continue;
      MatmulConfig config = candidate.config;
      config.streamB = false;
      if (llvm::none_of(choices, [&](const Choice &choice) {
            return choice.config == config;
          }))
        choices.push_back({config, {}, kernels});
    }
  }
  for (Choice &choice : choices)
    for (const RowRange &range : ranges)
      choice.losses.push_back(
          sameOf(range.all, choice.config).cost / range.all.front().cost - 1);
  return choices;
}

static int64_t countGroups(llvm::ArrayRef<const Choice *> chosen) {
  int64_t count = 1;
  for (size_t i = 1; i < chosen.size(); ++i)
    count += chosen[i] != chosen[i - 1];
  return count;
}

/// A kernel that is there for some ranges costs nothing in others: each takes
/// the best one of those chosen, most gain first, while there are not too many
/// groups.
static void takeOthers(llvm::MutableArrayRef<const Choice *> chosen) {
  const llvm::SmallVector<const Choice *> all(chosen.begin(), chosen.end());
  while (true) {
    double most = 0;
    llvm::SmallVector<const Choice *> better;
    for (size_t range = 0; range < chosen.size(); ++range)
      for (const Choice *other : all) {
        double gain = chosen[range]->losses[range] - other->losses[range];
        llvm::SmallVector<const Choice *> tried(chosen.begin(), chosen.end());
        tried[range] = other;
        if (gain > most && countGroups(tried) <= kMostVariants) {
          most = gain;
          better = tried;
        }
      }
    if (better.empty())
      return;
    llvm::copy(better, chosen.begin());
  }
}

llvm::SmallVector<MatmulVariant> strategy::variants(const TargetModel &target,
                                                    const MatmulShape &shape,
                                                    size_t mostKernels,
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
  llvm::SmallVector<Choice, 0> choices = choicesOf(ranges);
  // best[kernels][end]: the ranges before `end` in so many kernels.
  llvm::SmallVector<llvm::SmallVector<Groups>> best(
      mostKernels + 1, llvm::SmallVector<Groups>(ranges.size() + 1));
  best[0][0].loss = 0;
  for (size_t kernels = 1; kernels <= mostKernels; ++kernels)
    for (const Choice &choice : choices) {
      if (choice.kernels > kernels)
        continue;
      for (size_t begin = 0; begin < ranges.size(); ++begin) {
        double loss = best[kernels - choice.kernels][begin].loss;
        for (size_t end = begin + 1; end <= ranges.size(); ++end) {
          int64_t rows = ranges[end - 1].mostRows;
          bool few = rows != kUnknown && rows <= kFewRows.back();
          loss += (few ? kFewWeight : 1) * choice.losses[end - 1];
          if (loss < best[kernels][end].loss)
            best[kernels][end] = {loss, begin, &choice};
        }
      }
    }
  size_t kernels = 0;
  auto worth = [&](size_t count) {
    return best[count][ranges.size()].loss + kWorth * count;
  };
  for (size_t count = 1; count <= mostKernels; ++count)
    if (worth(count) < worth(kernels))
      kernels = count;
  if (kernels == 0)
    return {};

  llvm::SmallVector<const Choice *> chosen(ranges.size());
  for (size_t end = ranges.size(); end > 0;) {
    const Groups &groups = best[kernels][end];
    for (size_t range = groups.begin; range < end; ++range)
      chosen[range] = groups.last;
    kernels -= groups.last->kernels;
    end = groups.begin;
  }
  takeOthers(chosen);

  llvm::SmallVector<MatmulVariant> result;
  for (auto [number, range] : llvm::enumerate(ranges)) {
    const Choice *choice = chosen[number];
    if (number + 1 < chosen.size() && chosen[number + 1] == choice)
      continue;
    const Candidate<MatmulConfig> &found = sameOf(range.all, choice->config);
    MatmulVariant &variant =
        result.emplace_back(MatmulVariant{range.mostRows, found.config});
    variant.config.candidate = &found - range.all.begin();
  }
  return result;
}
