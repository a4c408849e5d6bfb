//===- Arguments.cpp - what command lines of the tools share --------------===//
#include "Arguments.h"

#include <charconv>

namespace gridquant::bench {

std::optional<int64_t> wholeNumber(const std::string &text, int64_t most) {
  int64_t value = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0 ||
      value > most)
    return std::nullopt;
  return value;
}

Expected<int64_t> wholeOption(const std::string &name, const std::string &value,
                              int64_t least, int64_t most) {
  std::optional<int64_t> read = wholeNumber(value, most);
  if (!read || *read < least)
    return Error{name + " is '" + value + "', a whole number from " +
                 std::to_string(least) + " to " + std::to_string(most) +
                 " is needed"};
  return *read;
}

} // namespace gridquant::bench
