//===- Status.h - success or one diagnostic ---------------------*- C++ -*-===//
//
// The numerics library reports every refusal of its input through this type.
// Messages follow the style of compiler diagnostics: lower case, no full stop,
// and they name what was wrong, the value seen and the value needed.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_NUMERICS_STATUS_H
#define GQ_NUMERICS_STATUS_H

#include <string>
#include <utility>

namespace gridquant {

class [[nodiscard]] Status {
public:
  static Status success() { return Status(); }
  static Status failure(std::string message) {
    Status status;
    status.failed = true;
    status.text = std::move(message);
    return status;
  }

  bool ok() const { return !failed; }
  const std::string &message() const { return text; }

private:
  Status() = default;

  bool failed = false;
  std::string text;
};

} // namespace gridquant

#endif // GQ_NUMERICS_STATUS_H
