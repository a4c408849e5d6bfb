//===- Error.h - values or errors -------------------------------*- C++ -*-===//
//
// The bundle library is linked into programs that are built without C++
// exceptions, so that every failure is a value with a message.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BUNDLE_ERROR_H
#define GQ_BUNDLE_ERROR_H

#include "gq/Support/Status.h"
#include <string>
#include <utility>
#include <variant>

namespace gridquant {

/// Either a value or an error. Dereferencing one that holds an error is a
/// programming mistake; test it first.
template <typename T> class [[nodiscard]] Expected {
public:
  Expected(T value) : storage(std::move(value)) {}
  Expected(Error error) : storage(std::move(error)) {}

  explicit operator bool() const { return storage.index() == 0; }
  T &operator*() { return *std::get_if<0>(&storage); }
  const T &operator*() const { return *std::get_if<0>(&storage); }
  T *operator->() { return std::get_if<0>(&storage); }
  const T *operator->() const { return std::get_if<0>(&storage); }

  /// The message of the error; empty when there is none.
  std::string message() const {
    const Error *error = std::get_if<1>(&storage);
    return error ? error->message : std::string();
  }

private:
  std::variant<T, Error> storage;
};

} // namespace gridquant

#endif // GQ_BUNDLE_ERROR_H
