//===- OnDevice.h - a device for the helpers of gq_device.h -----*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_ONDEVICE_H
#define GQ_LIB_RUNTIME_ONDEVICE_H

#include "Driver.h"

namespace gridquant::runtime {

/// A device with its primary context current. The context is retained at the
/// first use and kept: memory of the callers lives in it.
struct OnDevice {
  const Driver *driver = nullptr;
  cuda::Device handle = -1;
  ContextScope scope;

  /// Without a context.
  gq_status find(int device);
  gq_status enter(int device);
  /// Not for the life of this object alone.
  gq_status use(int device);

  gq_status check(cuda::Result result, const char *call) const {
    return result == cuda::Success ? GQ_OK : driver->failed(result, call);
  }

private:
  gq_status primary(cuda::Context &out);
};

inline gq_status nullResult() {
  return fail(GQ_INVALID_ARGUMENT, "place for the result is null");
}

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_ONDEVICE_H
