//===- Config.h - the keys of a config --------------------------*- C++ -*-===//
//
// A config is a plain struct, and a table that has a row for each of its keys:
// name, member, meaning, bounds. The attribute of the dialect reads, prints,
// verifies, compares and hashes a config by its rows; the strategy fills in the
// struct. Nothing here needs a dialect.
//
// What a struct must have: members with their defaults, `name` as the attribute
// is called, `keys()` with the rows in the order that they are printed in, and
// `contradiction()`, which says what no row can: that one key excludes another.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_CONFIG_CONFIG_H
#define GQ_CONFIG_CONFIG_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/StringRef.h"
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>

namespace mlir::gq {

/// A key. Its type is that of the member: a number, a flag, a word (an enum
/// with KeyWords) or a list of numbers. An optional one may be left open; a
/// list that is none must be given.
template <typename ConfigT, typename ValueT> struct ConfigKey {
  using Value = ValueT;

  llvm::StringLiteral name;
  ValueT ConfigT::*member;
  /// One line, for people; scripts/gen-docs.sh reads it here.
  llvm::StringLiteral meaning;
  /// Of a number, or of each in a list. Products of two have room in 64 bits.
  int64_t least = 1, most = std::numeric_limits<int32_t>::max();
  /// What the numbers of a list are called, and how many there must be.
  llvm::StringLiteral numbers = "", count = "";

  constexpr ConfigKey from(int64_t bound) const {
    ConfigKey copy = *this;
    copy.least = bound;
    return copy;
  }
  constexpr ConfigKey upTo(int64_t bound) const {
    ConfigKey copy = *this;
    copy.most = bound;
    return copy;
  }
  constexpr ConfigKey listOf(llvm::StringLiteral numbers,
                             llvm::StringLiteral count) const {
    return {name, member, meaning, least, most, numbers, count};
  }
};

template <typename ConfigT, typename ValueT>
constexpr ConfigKey<ConfigT, ValueT> key(llvm::StringLiteral name,
                                         ValueT ConfigT::*member,
                                         llvm::StringLiteral meaning) {
  return {name, member, meaning};
}

/// Specialised for each enum that is the type of a key: `what`, for messages,
/// and `words`, a word for each value from 0 on.
template <typename EnumT> struct KeyWords;

/// Calls `fn` with every row.
template <typename ConfigT, typename Fn> void forEachKey(Fn fn) {
  std::apply([&](const auto &...key) { (fn(key), ...); }, ConfigT::keys());
}

//===----------------------------------------------------------------------===//
// Values, by the type of a member
//===----------------------------------------------------------------------===//

template <typename T> constexpr bool isNumberList = false;
template <size_t n> constexpr bool isNumberList<std::array<int64_t, n>> = true;

/// Calls `fn` with each number of a value; flags and words are none.
template <typename T, typename Fn> void forEachNumber(const T &value, Fn fn) {
  if constexpr (std::is_same_v<T, int64_t>)
    fn(value);
  else if constexpr (isNumberList<T>)
    for (int64_t number : value)
      fn(number);
}
template <typename T, typename Fn>
void forEachNumber(const std::optional<T> &value, Fn fn) {
  if (value)
    forEachNumber(*value, fn);
}

template <typename T> llvm::hash_code hashOfValue(const T &value) {
  if constexpr (isNumberList<T>)
    return llvm::hash_combine_range(value.begin(), value.end());
  else
    return llvm::hash_value(value);
}
template <typename T>
llvm::hash_code hashOfValue(const std::optional<T> &value) {
  return value ? llvm::hash_combine(true, hashOfValue(*value))
               : llvm::hash_code(0);
}

//===----------------------------------------------------------------------===//
// Configs
//===----------------------------------------------------------------------===//

template <typename ConfigT>
bool haveSameKeys(const ConfigT &a, const ConfigT &b) {
  bool same = true;
  forEachKey<ConfigT>(
      [&](const auto &key) { same = same && a.*key.member == b.*key.member; });
  return same;
}

template <typename ConfigT> llvm::hash_code hashOfKeys(const ConfigT &config) {
  llvm::hash_code hash(0);
  forEachKey<ConfigT>([&](const auto &key) {
    hash = llvm::hash_combine(hash, hashOfValue(config.*key.member));
  });
  return hash;
}

/// "expects stages of at least 1, got 0"; nothing if `number` is in bounds.
std::optional<std::string> outOfBounds(llvm::StringRef what, int64_t number,
                                       int64_t least, int64_t most);

/// What cannot be true of any op, for a diagnostic: bounds of the keys in their
/// order, then keys that exclude one another.
template <typename ConfigT>
std::optional<std::string> refuseKeys(const ConfigT &config) {
  std::optional<std::string> refusal;
  forEachKey<ConfigT>([&](const auto &key) {
    llvm::StringRef what = key.numbers.empty() ? key.name : key.numbers;
    forEachNumber(config.*key.member, [&](int64_t number) {
      if (!refusal)
        refusal = outOfBounds(what, number, key.least, key.most);
    });
  });
  return refusal ? refusal : config.contradiction();
}

} // namespace mlir::gq

#endif // GQ_CONFIG_CONFIG_H
