//===- PtxLoader.cpp - PTX through the driver's compiler ------------------===//
//
// cuModuleLoadData would compile too, but would not hand out the result. The
// linker interface does, so that it can be kept in a cache that is shared by
// processes and outlives the size limit and the settings of the driver's own.
//
//===----------------------------------------------------------------------===//
#include "Cache.h"
#include "Loader.h"

namespace gridquant::runtime {

static gq_status compilePtx(const Driver &driver, const Image &image,
                            std::string &cubin) {
  char log[1024] = "";
  // Code for one capability alone ("sm_90a") has a target of its own. The
  // driver takes numbers where other options take a pointer.
  std::optional<Target> target = parseTarget(image.arch);
  uintptr_t number = target ? target->major * 10 + target->minor : 0;
  int options[] = {cuda::ErrorLogBuffer, cuda::ErrorLogBufferSizeBytes,
                   cuda::JitTarget};
  void *values[] = {
      log, reinterpret_cast<void *>(sizeof(log) - 1),
      reinterpret_cast<void *>(number + cuda::AcceleratedTargetBase)};
  const unsigned optionCount = target && target->exact ? 3 : 2;
  cuda::LinkState link = nullptr;
  cuda::Result result = driver.linkCreate(optionCount, options, values, &link);
  if (result != cuda::Success)
    return driver.failed(result, "cuLinkCreate");

  // PTX is passed with its final zero.
  void *text = const_cast<char *>(image.bytes.c_str());
  void *data = nullptr;
  size_t size = 0;
  result =
      driver.linkAddData(link, cuda::JitInputPtx, text, image.bytes.size() + 1,
                         "bundle.ptx", 0, nullptr, nullptr);
  if (result == cuda::Success)
    result = driver.linkComplete(link, &data, &size);
  // The result belongs to the linker.
  if (result == cuda::Success)
    cubin.assign(static_cast<const char *>(data), size);
  driver.linkDestroy(link);
  if (result == cuda::Success)
    return GQ_OK;
  log[sizeof(log) - 1] = '\0';
  if (result == cuda::UnsupportedPtxVersion)
    return fail(GQ_NO_DRIVER,
                "cannot compile ptx for %s: its version is newer than the cuda "
                "driver supports%s%s",
                image.arch.c_str(), *log ? ": " : "", log);
  gq_status status = driver.failed(result, "cuLink");
  std::string reason = gq_last_error();
  return fail(status, "cannot compile ptx for %s: %s%s%s", image.arch.c_str(),
              reason.c_str(), *log ? ": " : "", log);
}

gq_status loadPtx(const Driver &driver, const Image &image, int major,
                  int minor, cuda::Module &out) {
  int version = 0;
  cuda::Result result = driver.driverGetVersion(&version);
  if (result != cuda::Success)
    return driver.failed(result, "cuDriverGetVersion");
  const CacheKey key(image.bytes, major, minor, version);
  const std::string directory = cacheDirectory();
  if (std::optional<std::string> cubin = readCache(directory, key))
    if (driver.moduleLoadDataEx(&out, cubin->data(), 0, nullptr, nullptr) ==
        cuda::Success)
      return GQ_OK;
  // No entry, or one that the driver does not take: make a new one.
  std::string cubin;
  if (gq_status status = compilePtx(driver, image, cubin)) {
    // The linker may be missing or limited where the loader is not. Without the
    // compiled form there is no entry. The message stays the one with the log.
    result =
        driver.moduleLoadDataEx(&out, image.bytes.c_str(), 0, nullptr, nullptr);
    return result == cuda::Success ? GQ_OK : status;
  }
  result = driver.moduleLoadDataEx(&out, cubin.data(), 0, nullptr, nullptr);
  if (result != cuda::Success)
    return driver.failed(result, "cuModuleLoadDataEx");
  writeCache(directory, key, cubin);
  return GQ_OK;
}

} // namespace gridquant::runtime
