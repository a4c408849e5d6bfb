//===- Check.h - checks on what callers pass in -----------------*- C++ -*-===//

#ifndef GQ_LIB_NUMERICS_CHECK_H
#define GQ_LIB_NUMERICS_CHECK_H

#include "gq/Support/Status.h"

#include <cstddef>
#include <cstdint>

namespace gridquant {

/// That \p what, a matrix of elements of \p elementSize bytes, has sizes that
/// are not negative, a byte count that fits in 63 bits, and memory if it has
/// elements.
inline Status checkMatrix(const char *what, const void *data, int64_t rows,
                          int64_t cols, size_t elementSize) {
  std::string shape = std::to_string(rows) + " x " + std::to_string(cols);
  if (elementSize == 0)
    return Status::failure(std::string(what) + " has an invalid element type");
  if (rows < 0 || cols < 0)
    return Status::failure(std::string(what) + " is " + shape +
                           ", sizes must not be negative");
  int64_t limit = INT64_MAX / static_cast<int64_t>(elementSize);
  if (cols != 0 && rows > limit / cols)
    return Status::failure(std::string(what) + " is " + shape +
                           ", which is more bytes than can be addressed");
  if (!data && rows != 0 && cols != 0)
    return Status::failure(std::string(what) + " is null, need memory for " +
                           shape + " elements");
  return Status::success();
}

} // namespace gridquant

#endif // GQ_LIB_NUMERICS_CHECK_H
