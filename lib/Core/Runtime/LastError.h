//===- LastError.h - statuses with a message --------------------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_LASTERROR_H
#define GQ_LIB_RUNTIME_LASTERROR_H

#include "gq/Runtime/gq_runtime.h"

#include <new>

namespace gridquant::runtime {

/// Keeps the message for gq_last_error and gives `status` back. The text is cut
/// to a fixed buffer: reporting must work when memory has run out.
__attribute__((format(printf, 2, 3))) gq_status fail(gq_status status,
                                                     const char *format, ...);

/// Runs the body of a C entry point that allocates. No exception may leave it.
template <typename Body> gq_status guarded(Body body) {
#if defined(__cpp_exceptions)
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return fail(GQ_OUT_OF_MEMORY, "out of host memory");
  } catch (...) {
    return fail(GQ_INTERNAL_ERROR, "unexpected exception");
  }
#else
  return body();
#endif
}

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_LASTERROR_H
