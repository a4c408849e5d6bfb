//===- Loader.cpp - from images to kernels on a device --------------------===//
#include "Loader.h"

#include "ConstantLoader.h"

#include <algorithm>
#include <map>

namespace gridquant::runtime {

namespace {
/// One attempt to load a bundle. Owns what it acquired until it succeeds.
class Loading {
public:
  Loading(gq_bundle &bundle) : bundle(bundle) {}
  ~Loading();
  gq_status run(int device);

private:
  gq_status queryDevice(int device);
  gq_status chooseContext();
  gq_status loadImages(ImageKind kind, bool &rejected);
  gq_status resolveKernels(bool &missing);
  gq_status resolveKernel(const std::string &name, cuda::Kernel &out);
  gq_status raiseSharedMemory();
  void unloadModules();

  gq_bundle &bundle;
  const Driver *driver = nullptr;
  Program program;
  int major = 0, minor = 0, sharedLimit = 0;
  char deviceName[256] = "";
  std::map<std::string, cuda::Kernel> kernels;
};
} // namespace

gq_status Loading::queryDevice(int device) {
  program.device = device;
  if (gq_status status = findDevice(*driver, device, program.handle))
    return status;
  const struct {
    int attribute;
    int *value;
  } queries[] = {{cuda::CapabilityMajor, &major},
                 {cuda::CapabilityMinor, &minor},
                 {cuda::MultiprocessorCount, &program.numSMs},
                 {cuda::MaxSharedMemoryPerBlockOptin, &sharedLimit}};
  for (const auto &query : queries)
    if (cuda::Result result = driver->deviceGetAttribute(
            query.value, query.attribute, program.handle))
      return driver->failed(result, "cuDeviceGetAttribute");
  if (cuda::Result result = driver->deviceGetName(
          deviceName, sizeof(deviceName) - 1, program.handle))
    return driver->failed(result, "cuDeviceGetName");

  const Target &target = bundle.contents->manifest.target;
  if (!target.runsOn(major, minor))
    return fail(GQ_UNSUPPORTED_DEVICE,
                "kernel needs compute capability %d.%d (%s), device %d '%s' is "
                "%d.%d",
                target.major, target.minor, target.name.c_str(), device,
                deviceName, major, minor);
  return GQ_OK;
}

/// A program that made its own context for the device gets its kernels there,
/// where its memory is. All others share the primary context.
gq_status Loading::chooseContext() {
  cuda::Device current = -1;
  cuda::Result result = driver->ctxGetCurrent(&program.context);
  if (result == cuda::Success && program.context)
    result = driver->ctxGetDevice(&current);
  if (result != cuda::Success)
    return driver->failed(result, "cuCtxGetCurrent");
  cuda::Context primary = nullptr;
  result = driver->primaryCtxRetain(&primary, program.handle);
  if (result != cuda::Success)
    return driver->failed(result, "cuDevicePrimaryCtxRetain");
  program.retained = true;
  if (!program.context || current != program.handle)
    program.context = primary;
  return GQ_OK;
}

gq_status Loading::loadImages(ImageKind kind, bool &rejected) {
  rejected = false;
  bool any = false;
  for (const Image &image : bundle.contents->images) {
    // An image whose architecture is not of this device is another
    // alternative, not a failure.
    std::optional<Target> target = parseTarget(image.arch);
    if (image.kind != kind || (target && !target->runsOn(major, minor)))
      continue;
    any = true;
    cuda::Module module = nullptr;
    if (kind == ImageKind::PTX) {
      if (gq_status status = loadPtx(*driver, image, major, minor, module))
        return status;
    } else if (cuda::Result result = driver->moduleLoadDataEx(
                   &module, image.bytes.data(), 0, nullptr, nullptr)) {
      // The driver takes bytes that are no cubin for PTX.
      rejected = result == cuda::NoBinaryForGpu ||
                 result == cuda::InvalidImage || result == cuda::InvalidPtx;
      return driver->failed(result, "cuModuleLoadDataEx");
    }
    program.modules.push_back(module);
  }
  rejected = !any;
  if (!any)
    return fail(GQ_INVALID_BUNDLE,
                "bundle has no %s that runs on compute capability %d.%d",
                stringify(kind), major, minor);
  return GQ_OK;
}

gq_status Loading::resolveKernel(const std::string &name, cuda::Kernel &out) {
  for (cuda::Module module : program.modules) {
    cuda::Result result = driver->moduleGetFunction(&out, module, name.c_str());
    if (result == cuda::Success)
      return GQ_OK;
    if (result != cuda::NotFound)
      return driver->failed(result, "cuModuleGetFunction");
  }
  return fail(GQ_INVALID_BUNDLE, "no image of the bundle has kernel '%s'",
              name.c_str());
}

gq_status Loading::resolveKernels(bool &missing) {
  missing = false;
  kernels.clear();
  for (const Function &function : bundle.contents->manifest.functions)
    for (const Launch &launch : function.launches)
      for (const Variant &variant : launch.variants) {
        auto inserted = kernels.emplace(variant.kernel, nullptr);
        if (!inserted.second)
          continue;
        if (gq_status status =
                resolveKernel(variant.kernel, inserted.first->second)) {
          missing = status == GQ_INVALID_BUNDLE;
          return status;
        }
      }
  return GQ_OK;
}

/// Once per kernel and not per launch: the limit is a property of the kernel,
/// and the largest variant decides.
gq_status Loading::raiseSharedMemory() {
  std::map<std::string, uint32_t> largest;
  for (const Function &function : bundle.contents->manifest.functions)
    for (const Launch &launch : function.launches)
      for (const Variant &variant : launch.variants) {
        uint32_t &bytes = largest[variant.kernel];
        bytes = std::max(bytes, variant.sharedBytes);
      }
  for (const auto &entry : largest) {
    if (entry.second > static_cast<uint32_t>(std::max(sharedLimit, 0)))
      return fail(GQ_UNSUPPORTED_DEVICE,
                  "kernel '%s' needs %u bytes of shared memory, a block has at "
                  "most %d on device %d '%s'",
                  entry.first.c_str(), entry.second, sharedLimit,
                  program.device, deviceName);
    if (cuda::Result result = driver->funcSetAttribute(
            kernels[entry.first], cuda::MaxDynamicSharedSizeBytes,
            static_cast<int>(entry.second)))
      return driver->failed(result, "cuFuncSetAttribute");
  }
  return GQ_OK;
}

void Loading::unloadModules() {
  for (cuda::Module module : program.modules)
    driver->moduleUnload(module);
  program.modules.clear();
}

gq_status Loading::run(int device) {
  if (gq_status status = Driver::get(driver))
    return status;
  if (gq_status status = queryDevice(device))
    return status;
  if (gq_status status = chooseContext())
    return status;
  ContextScope scope;
  if (gq_status status = scope.enter(*driver, program.context))
    return status;

  bool rejected = false, missing = false;
  gq_status status = loadImages(ImageKind::Cubin, rejected);
  if (status == GQ_OK)
    status = resolveKernels(missing);
  bool hasPtx = std::any_of(
      bundle.contents->images.begin(), bundle.contents->images.end(),
      [](const Image &image) { return image.kind == ImageKind::PTX; });
  if ((rejected || missing) && hasPtx) {
    unloadModules();
    status = loadImages(ImageKind::PTX, rejected);
    if (status == GQ_OK)
      status = resolveKernels(missing);
  }
  if (status == GQ_OK)
    status = raiseSharedMemory();
  // Last, so that nothing after it can fail.
  std::vector<std::vector<char *>> constants;
  if (status == GQ_OK)
    status =
        loadConstants(*driver, *bundle.contents, program.constants, constants);
  if (status != GQ_OK) {
    unloadModules();
    return status;
  }

  bool anyMaps = false;
  for (gq_function &function : bundle.functions) {
    function.constants = constants[&function - bundle.functions.data()];
    function.kernels.clear();
    for (const Launch &launch : function.spec->launches) {
      function.kernels.emplace_back();
      for (const Variant &variant : launch.variants) {
        function.kernels.back().push_back(kernels[variant.kernel]);
        anyMaps |= !variant.maps.empty();
      }
    }
  }
  if (anyMaps)
    program.maps = std::make_unique<TensorMapCache>();
  program.driver = driver;
  bundle.program = std::move(program);
  program.retained = false;
  return GQ_OK;
}

Loading::~Loading() {
  if (program.retained)
    driver->primaryCtxRelease(program.handle);
}

gq_status loadProgram(gq_bundle &bundle, int device) {
  if (bundle.program.driver) {
    if (bundle.program.device == device)
      return GQ_OK;
    return fail(GQ_INVALID_ARGUMENT,
                "bundle is loaded on device %d already, open it again for "
                "device %d",
                bundle.program.device, device);
  }
  return Loading(bundle).run(device);
}

void unloadProgram(gq_bundle &bundle) {
  Program &program = bundle.program;
  if (!program.driver)
    return;
  bool entered = false;
  {
    ContextScope scope;
    entered = scope.enter(*program.driver, program.context) == GQ_OK;
    if (entered) {
      for (cuda::Module module : program.modules)
        program.driver->moduleUnload(module);
      if (program.constants)
        program.driver->memFree(program.constants);
    }
  }
  if (entered && program.retained)
    program.driver->primaryCtxRelease(program.handle);
  program = Program();
}

} // namespace gridquant::runtime
