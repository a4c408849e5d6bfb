//===- Method.cpp - how a time is measured --------------------------------===//
#include "gq/Bench/Method.h"

#include <algorithm>

namespace gridquant::bench {

static constexpr const char *harnessNames[] = {"flushed", "graph"};

const char *stringify(Harness harness) {
  return harnessNames[static_cast<unsigned>(harness)];
}

std::optional<Harness> parseHarness(std::string_view name) {
  for (Harness harness : {Harness::Flushed, Harness::Graph})
    if (name == stringify(harness))
      return harness;
  return std::nullopt;
}

std::string Method::describe() const {
  auto number = [](double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
      text.pop_back();
    return text;
  };
  const bool graph = harness == Harness::Graph;
  return "warmup " + number(warmupMs) + " ms, rep " + number(repMs) + " ms, " +
         std::to_string(rounds) + " rounds, " +
         (graph ? "graphs of " + std::to_string(graphLaunches) + " launches"
                : "flush " + std::to_string(flushBytes >> 20) + " MB") +
         ", seed " + std::to_string(seed) + ", " + data +
         (energyMs > 0 ? ", energy " + number(energyMs) + " ms" : "");
}

size_t countCopies(uint64_t bytes, uint64_t cacheBytes) {
  constexpr uint64_t times = 4, least = 2, most = 256;
  if (!bytes)
    return 1;
  return std::clamp((times * cacheBytes + bytes - 1) / bytes, least, most);
}

} // namespace gridquant::bench
