//===- Method.cpp - how a time is measured --------------------------------===//
#include "gq/Bench/Method.h"

namespace gridquant::bench {

std::string Method::describe() const {
  auto number = [](double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
      text.pop_back();
    return text;
  };
  return "warmup " + number(warmupMs) + " ms, rep " + number(repMs) + " ms, " +
         std::to_string(rounds) + " rounds, flush " +
         std::to_string(flushBytes >> 20) + " MB, seed " +
         std::to_string(seed) + ", " + data +
         (energyMs > 0 ? ", energy " + number(energyMs) + " ms" : "");
}

} // namespace gridquant::bench
