//===- Error.h - errors as values -------------------------------*- C++ -*-===//
//
// The bundle library is linked into programs that are built without C++
// exceptions, so that every failure is a value with a message.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BUNDLE_ERROR_H
#define GQ_BUNDLE_ERROR_H

#include <string>
#include <utility>
#include <variant>

namespace gridquant {

struct Error {
  std::string message;
};

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

/// Success, or an error.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(Error error) : failed(true), text(std::move(error.message)) {}

  explicit operator bool() const { return !failed; }
  const std::string &message() const { return text; }

private:
  bool failed = false;
  std::string text;
};

} // namespace gridquant

#endif // GQ_BUNDLE_ERROR_H
