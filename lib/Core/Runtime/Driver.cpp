//===- Driver.cpp - the CUDA driver, opened at run time -------------------===//
#include "Driver.h"

#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <mutex>
#include <pthread.h>

namespace gridquant::runtime {

static gq_status openDriver(Driver &driver) {
  const char *path = std::getenv("GQ_LIBCUDA");
  if (!path || !*path)
    path = "libcuda.so.1";
  void *library = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = ::dlerror();
    return fail(GQ_NO_DRIVER, "no cuda driver found: %s",
                reason ? reason : path);
  }
  const char *missing = nullptr;
  auto resolve = [&](auto &field, const char *symbol, bool needed) {
    field = reinterpret_cast<std::decay_t<decltype(field)>>(
        ::dlsym(library, symbol));
    if (!field && needed && !missing)
      missing = symbol;
  };
#define GQ_CUDA_SYMBOL(field, symbol, parameters)                              \
  resolve(driver.field, #symbol, /*needed=*/true);
#define GQ_CUDA_OPTIONAL_SYMBOL(field, symbol, parameters)                     \
  resolve(driver.field, #symbol, /*needed=*/false);
#include "DriverSymbols.def"
  if (missing) {
    fail(GQ_NO_DRIVER,
         "'%s' has no %s: a driver for cuda 12.0 or newer is needed", path,
         missing);
    ::dlclose(library);
    return GQ_NO_DRIVER;
  }
  cuda::Result result = driver.init(0);
  // Leave the question of how many devices there are to gq_device_count.
  if (result != cuda::Success && result != cuda::NoDevice) {
    driver.failed(result, "cuInit");
    return GQ_NO_DRIVER;
  }
  return GQ_OK;
}

// A driver that was started does not work in a child process, which has its
// memory but none of its threads. What a child would get from it is anything
// from an error to a call that never returns, so nothing here calls it there.
static Driver theDriver;
static std::atomic<bool> ready{false}, lost{false};
static std::mutex mutex;

/// Nobody is half way through starting the driver when the process is copied.
[[maybe_unused]] static const int handlers =
    ::pthread_atfork([] { mutex.lock(); }, [] { mutex.unlock(); },
                     [] {
                       lost = lost || ready;
                       mutex.unlock();
                     });

static gq_status checkNotLost() {
  if (!lost.load(std::memory_order_relaxed))
    return GQ_OK;
  return fail(GQ_DRIVER_ERROR,
              "this process was forked from one that had started the cuda "
              "driver, which does not work in it: start it in another way "
              "('spawn' in python), or fork before the driver is used");
}

gq_status Driver::get(const Driver *&out) {
  out = &theDriver;
  if (gq_status status = checkNotLost())
    return status;
  if (ready.load(std::memory_order_acquire))
    return GQ_OK;
  std::lock_guard<std::mutex> lock(mutex);
  if (ready.load(std::memory_order_relaxed))
    return GQ_OK;
  gq_status status = openDriver(theDriver);
  if (status == GQ_OK)
    ready.store(true, std::memory_order_release);
  return status;
}

gq_status Driver::failed(Result result, const char *call) const {
  const char *name = nullptr, *text = nullptr;
  if (getErrorName(result, &name) != cuda::Success || !name)
    name = "unknown error";
  if (getErrorString(result, &text) != cuda::Success || !text)
    text = "no description";
  return fail(result == cuda::OutOfMemory ? GQ_OUT_OF_MEMORY : GQ_DRIVER_ERROR,
              "%s failed with error %d: %s (%s)", call, result, name, text);
}

gq_status findDevice(const Driver &driver, int device, cuda::Device &out) {
  int count = 0;
  cuda::Result result = driver.deviceGetCount(&count);
  if (result != cuda::Success && result != cuda::NoDevice)
    return driver.failed(result, "cuDeviceGetCount");
  if (result == cuda::NoDevice || count == 0)
    return fail(GQ_UNSUPPORTED_DEVICE, "the cuda driver sees no device");
  if (device < 0 || device >= count)
    return fail(GQ_UNSUPPORTED_DEVICE,
                "device is %d, a number from 0 to %d is needed", device,
                count - 1);
  result = driver.deviceGet(&out, device);
  return result == cuda::Success ? GQ_OK : driver.failed(result, "cuDeviceGet");
}

gq_status ContextScope::enter(const Driver &driver, cuda::Context context) {
  if (gq_status status = checkNotLost())
    return status;
  cuda::Context current = nullptr;
  cuda::Result result = driver.ctxGetCurrent(&current);
  if (result != cuda::Success)
    return driver.failed(result, "cuCtxGetCurrent");
  if (current == context)
    return GQ_OK;
  result = driver.ctxPushCurrent(context);
  if (result != cuda::Success)
    return driver.failed(result, "cuCtxPushCurrent");
  pushedOn = &driver;
  return GQ_OK;
}

ContextScope::~ContextScope() {
  cuda::Context popped;
  if (pushedOn)
    pushedOn->ctxPopCurrent(&popped);
}

} // namespace gridquant::runtime
