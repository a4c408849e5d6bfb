//===- Status.h - success or one diagnostic ---------------------*- C++ -*-===//
//
// The core libraries report every refusal of their input through this type.
// Messages follow the style of compiler diagnostics: lower case, no full stop,
// and they name what was wrong, the value seen and the value needed.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_SUPPORT_STATUS_H
#define GQ_SUPPORT_STATUS_H

#include <string>
#include <utility>

namespace gridquant {

/// What went wrong, as a value: the core libraries are linked into programs
/// that are built without C++ exceptions.
struct Error {
  std::string message;
};

/// Success, or an error.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(Error error) : failed(true), text(std::move(error.message)) {}
  static Status success() { return {}; }
  static Status failure(std::string message) {
    return Error{std::move(message)};
  }

  explicit operator bool() const { return ok(); }
  bool ok() const { return !failed; }
  /// The message of the error; empty when there is none.
  const std::string &message() const { return text; }

private:
  bool failed = false;
  std::string text;
};

} // namespace gridquant

#endif // GQ_SUPPORT_STATUS_H
