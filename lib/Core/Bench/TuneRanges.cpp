//===- TuneRanges.cpp - which config for which rows -----------------------===//
#include "gq/Bench/Tune.h"

#include <algorithm>
#include <limits>

namespace gridquant::bench {

/// What a config that was not measured to the end counts as, relative to the
/// best: more than any that was.
static constexpr double kDropped = 4;
/// What is no longer than so many times the best is as good: runs differ by
/// more. Of such configs the first is taken, which estimates put in front.
static constexpr double kAsGood = 1.01;

std::vector<TunedRange> chooseRanges(const TunedTimes &times, size_t most) {
  const size_t count = times.rows.size();
  if (count == 0 || times.micros.empty() || most == 0)
    return {};
  // loss[config][i]: the time at rows[i], relative to the best there.
  std::vector<std::vector<double>> loss;
  for (const auto &micros : times.micros) {
    loss.emplace_back();
    for (size_t i = 0; i < count; ++i) {
      double best = std::numeric_limits<double>::infinity();
      for (const auto &other : times.micros)
        if (other[i])
          best = std::min(best, *other[i]);
      const double one = micros[i] ? *micros[i] / best : kDropped;
      loss.back().push_back(one <= kAsGood ? 1 : one);
    }
  }
  struct Choice {
    double loss = std::numeric_limits<double>::infinity();
    size_t config = 0, from = 0;
  };
  // The best config for rows[from] to rows[to - 1].
  auto bestOf = [&](size_t from, size_t to) {
    Choice best;
    for (size_t config = 0; config < loss.size(); ++config) {
      double sum = 0;
      for (size_t i = from; i < to; ++i)
        sum += loss[config][i];
      if (sum < best.loss)
        best = {sum, config, from};
    }
    return best;
  };
  // best[ranges][to]: rows before `to` in so many ranges.
  most = std::min(most, count);
  std::vector<std::vector<Choice>> best(most + 1,
                                        std::vector<Choice>(count + 1));
  best[0][0].loss = 0;
  for (size_t ranges = 1; ranges <= most; ++ranges)
    for (size_t to = ranges; to <= count; ++to)
      for (size_t from = ranges - 1; from < to; ++from) {
        Choice last = bestOf(from, to);
        double sum = best[ranges - 1][from].loss + last.loss;
        if (sum < best[ranges][to].loss)
          best[ranges][to] = {sum, last.config, from};
      }
  size_t ranges = 1;
  for (size_t more = 2; more <= most; ++more)
    if (best[more][count].loss < best[ranges][count].loss)
      ranges = more;
  std::vector<TunedRange> result;
  for (size_t to = count; ranges > 0; --ranges) {
    const Choice &last = best[ranges][to];
    // Neighbours of the same config are one range.
    if (result.empty() || result.back().config != last.config)
      result.push_back({times.rows[to - 1], last.config});
    to = last.from;
  }
  std::reverse(result.begin(), result.end());
  result.back().upTo.reset();
  return result;
}

} // namespace gridquant::bench
