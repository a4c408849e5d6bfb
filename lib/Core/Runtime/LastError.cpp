//===- LastError.cpp - statuses with a message ----------------------------===//
#include "LastError.h"

#include <cstdarg>
#include <cstdio>

namespace gridquant::runtime {

static thread_local char lastError[2048] = "";

gq_status fail(gq_status status, const char *format, ...) {
  va_list args;
  va_start(args, format);
  std::vsnprintf(lastError, sizeof(lastError), format, args);
  va_end(args);
  return status;
}

} // namespace gridquant::runtime

const char *gq_last_error(void) { return gridquant::runtime::lastError; }

const char *gq_status_string(gq_status status) {
  switch (status) {
  case GQ_OK:
    return "ok";
  case GQ_INVALID_ARGUMENT:
    return "invalid argument";
  case GQ_INVALID_BUNDLE:
    return "invalid bundle";
  case GQ_IO_ERROR:
    return "input/output error";
  case GQ_NOT_FOUND:
    return "not found";
  case GQ_NOT_LOADED:
    return "not loaded";
  case GQ_NO_DRIVER:
    return "no driver";
  case GQ_UNSUPPORTED_DEVICE:
    return "unsupported device";
  case GQ_DRIVER_ERROR:
    return "driver error";
  case GQ_OUT_OF_MEMORY:
    return "out of memory";
  case GQ_INTERNAL_ERROR:
    return "internal error";
  case GQ_NOT_PLANNED:
    return "not planned";
  }
  return "unknown status";
}
