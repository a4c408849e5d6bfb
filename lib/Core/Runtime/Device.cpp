//===- Device.cpp - small device helpers ----------------------------------===//
#include "gq/Runtime/gq_device.h"

#include "OnDevice.h"

#include <map>
#include <mutex>

using namespace gridquant;
using namespace gridquant::runtime;

struct gq_event {
  int device;
  cuda::Event event;
};

gq_status OnDevice::find(int device) {
  if (gq_status status = Driver::get(driver))
    return status;
  return findDevice(*driver, device, handle);
}

gq_status OnDevice::enter(int device) {
  if (gq_status status = find(device))
    return status;
  cuda::Context context = nullptr;
  gq_status status = guarded([&] { return primary(context); });
  return status ? status : scope.enter(*driver, context);
}

gq_status OnDevice::use(int device) {
  if (gq_status status = find(device))
    return status;
  cuda::Context context = nullptr;
  gq_status status = guarded([&] { return primary(context); });
  return status ? status
                : check(driver->ctxSetCurrent(context), "cuCtxSetCurrent");
}

gq_status OnDevice::primary(cuda::Context &out) {
  static std::mutex mutex;
  static std::map<cuda::Device, cuda::Context> contexts;
  std::lock_guard<std::mutex> lock(mutex);
  cuda::Context &context = contexts[handle];
  if (!context)
    if (gq_status status = check(driver->primaryCtxRetain(&context, handle),
                                 "cuDevicePrimaryCtxRetain"))
      return status;
  out = context;
  return GQ_OK;
}

static cuda::DevicePtr address(const void *pointer) {
  return static_cast<cuda::DevicePtr>(reinterpret_cast<uintptr_t>(pointer));
}

gq_status gq_driver_version(int *version) {
  if (!version)
    return nullResult();
  *version = 0;
  const Driver *driver = nullptr;
  if (gq_status status = Driver::get(driver))
    return status;
  cuda::Result result = driver->driverGetVersion(version);
  return result == cuda::Success ? GQ_OK
                                 : driver->failed(result, "cuDriverGetVersion");
}

gq_status gq_device_count(int *count) {
  if (!count)
    return nullResult();
  *count = 0;
  const Driver *driver = nullptr;
  if (gq_status status = Driver::get(driver))
    return status;
  cuda::Result result = driver->deviceGetCount(count);
  if (result == cuda::Success)
    return GQ_OK;
  *count = 0;
  return result == cuda::NoDevice ? GQ_OK
                                  : driver->failed(result, "cuDeviceGetCount");
}

gq_status gq_device_name(int device, char *name, size_t capacity) {
  if (!name || !capacity)
    return nullResult();
  OnDevice on;
  if (gq_status status = on.find(device))
    return status;
  int length = capacity > INT32_MAX ? INT32_MAX : static_cast<int>(capacity);
  name[capacity - 1] = '\0';
  return on.check(on.driver->deviceGetName(name, length, on.handle),
                  "cuDeviceGetName");
}

gq_status gq_device_pci_bus_id(int device, char *id, size_t capacity) {
  if (!id || !capacity)
    return nullResult();
  OnDevice on;
  if (gq_status status = on.find(device))
    return status;
  int length = capacity > INT32_MAX ? INT32_MAX : static_cast<int>(capacity);
  return on.check(on.driver->deviceGetPCIBusId(id, length, on.handle),
                  "cuDeviceGetPCIBusId");
}

static gq_status attribute(int device, int which, int *out) {
  if (!out)
    return nullResult();
  OnDevice on;
  if (gq_status status = on.find(device))
    return status;
  return on.check(on.driver->deviceGetAttribute(out, which, on.handle),
                  "cuDeviceGetAttribute");
}

gq_status gq_device_sm_count(int device, int *count) {
  return attribute(device, cuda::MultiprocessorCount, count);
}

gq_status gq_device_capability(int device, int *major, int *minor) {
  if (gq_status status = attribute(device, cuda::CapabilityMajor, major))
    return status;
  return attribute(device, cuda::CapabilityMinor, minor);
}

gq_status gq_device_l2_bytes(int device, size_t *bytes) {
  if (!bytes)
    return nullResult();
  int size = 0;
  if (gq_status status = attribute(device, cuda::L2CacheSize, &size))
    return status;
  *bytes = static_cast<size_t>(size);
  return GQ_OK;
}

gq_status gq_device_use(int device) {
  OnDevice on;
  return on.use(device);
}

gq_status gq_malloc(int device, size_t bytes, void **out) {
  if (!out)
    return nullResult();
  *out = nullptr;
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  cuda::DevicePtr pointer = 0;
  // The driver refuses to allocate nothing; an empty tensor is fine here.
  if (gq_status status = on.check(
          on.driver->memAlloc(&pointer, bytes ? bytes : 1), "cuMemAlloc"))
    return status;
  *out = reinterpret_cast<void *>(static_cast<uintptr_t>(pointer));
  return GQ_OK;
}

gq_status gq_free(int device, void *pointer) {
  if (!pointer)
    return GQ_OK;
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  return on.check(on.driver->memFree(address(pointer)), "cuMemFree");
}

gq_status gq_memcpy_h2d(int device, void *to, const void *from, size_t bytes) {
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  return bytes ? on.check(on.driver->memcpyHtoD(address(to), from, bytes),
                          "cuMemcpyHtoD")
               : GQ_OK;
}

gq_status gq_memcpy_d2h(int device, void *to, const void *from, size_t bytes) {
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  return bytes ? on.check(on.driver->memcpyDtoH(to, address(from), bytes),
                          "cuMemcpyDtoH")
               : GQ_OK;
}

gq_status gq_memcpy_d2d_async(int device, void *to, const void *from,
                              size_t bytes, gq_stream stream) {
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  return bytes ? on.check(on.driver->memcpyDtoDAsync(
                              address(to), address(from), bytes,
                              static_cast<cuda::Stream>(stream)),
                          "cuMemcpyDtoDAsync")
               : GQ_OK;
}

gq_status gq_memset(int device, void *pointer, int value, size_t bytes,
                    gq_stream stream) {
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  return bytes
             ? on.check(on.driver->memsetD8Async(
                            address(pointer), static_cast<unsigned char>(value),
                            bytes, static_cast<cuda::Stream>(stream)),
                        "cuMemsetD8Async")
             : GQ_OK;
}

gq_status gq_stream_synchronize(int device, gq_stream stream) {
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  return on.check(
      on.driver->streamSynchronize(static_cast<cuda::Stream>(stream)),
      "cuStreamSynchronize");
}

gq_status gq_event_create(int device, gq_event **out) {
  if (!out)
    return nullResult();
  *out = nullptr;
  OnDevice on;
  if (gq_status status = on.enter(device))
    return status;
  cuda::Event event = nullptr;
  if (gq_status status = on.check(
          on.driver->eventCreate(&event, cuda::EventDefault), "cuEventCreate"))
    return status;
  *out = new (std::nothrow) gq_event{device, event};
  if (*out)
    return GQ_OK;
  on.driver->eventDestroy(event);
  return fail(GQ_OUT_OF_MEMORY, "out of host memory");
}

gq_status gq_event_record(gq_event *event, gq_stream stream) {
  if (!event)
    return fail(GQ_INVALID_ARGUMENT, "event is null");
  OnDevice on;
  if (gq_status status = on.enter(event->device))
    return status;
  return on.check(
      on.driver->eventRecord(event->event, static_cast<cuda::Stream>(stream)),
      "cuEventRecord");
}

gq_status gq_event_elapsed(gq_event *begin, gq_event *end,
                           float *milliseconds) {
  if (!begin || !end)
    return fail(GQ_INVALID_ARGUMENT, "event is null");
  if (!milliseconds)
    return nullResult();
  OnDevice on;
  if (gq_status status = on.enter(end->device))
    return status;
  if (gq_status status = on.check(on.driver->eventSynchronize(end->event),
                                  "cuEventSynchronize"))
    return status;
  return on.check(
      on.driver->eventElapsedTime(milliseconds, begin->event, end->event),
      "cuEventElapsedTime");
}

void gq_event_destroy(gq_event *event) {
  if (!event)
    return;
  OnDevice on;
  if (on.enter(event->device) == GQ_OK)
    on.driver->eventDestroy(event->event);
  delete event;
}
