//===- MockCuda.cpp - a driver that records calls -------------------------===//
#include "MockCuda.h"
#include "MockGraph.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>

using namespace gridquant::cuda;

namespace {
/// A kernel can be launched in its own context only.
struct MockKernel : std::string {
  Context context;
  MockKernel(std::string name, Context context)
      : std::string(std::move(name)), context(context) {}
};
struct MockModule {
  std::string image;
  std::map<std::string, std::unique_ptr<MockKernel>> kernels;
  Context context;
};
constexpr int firstDevice = 40; // not the ordinal, to find a confusion of both
char primaryContexts[8], otherContext;
/// As the driver has it, each thread its own.
thread_local std::vector<Context> stack;
} // namespace

/// Recursive, because what a kernel does may be to launch another.
static std::recursive_mutex mutex;
using Lock = std::lock_guard<std::recursive_mutex>;

/// For processes that cannot call into the mock: the tests of Python.
static int setting(const char *name, int fallback) {
  const char *text = std::getenv(name);
  return text ? std::atoi(text) : fallback;
}

/// MOCK_CUDA_RECORDS=0: launches leave nothing behind, so that what the runtime
/// does for one can be timed, again and again.
static bool records() {
  static const bool value = setting("MOCK_CUDA_RECORDS", 1);
  return value;
}

MockCuda &MockCuda::get() {
  static MockCuda instance;
  return instance;
}
void MockCuda::reset() {
  get() = MockCuda();
  stack.clear();
}
Context mockPrimaryContext(int device) {
  return reinterpret_cast<Context>(&primaryContexts[device]);
}
Context mockOtherContext() { return reinterpret_cast<Context>(&otherContext); }

extern "C" {
// For Python: the number of launches so far, what one of them was, and how many
// pointers are recorded of a kernel from here on.
int mockLaunchCount() {
  return static_cast<int>(MockCuda::get().launches.size());
}
void *mockLaunchStream(int launch) {
  return MockCuda::get().launches.at(static_cast<size_t>(launch)).stream;
}
int mockLaunchDevice(int launch) {
  for (int device = 0; device < 8; ++device)
    if (MockCuda::get().launches.at(static_cast<size_t>(launch)).context ==
        mockPrimaryContext(device))
      return device;
  return -1;
}
int mockLaunchHasPointers(int launch) {
  return !MockCuda::get()
              .launches.at(static_cast<size_t>(launch))
              .params.empty();
}
uint64_t mockLaunchPointer(int launch, int param) {
  uint64_t pointer = 0;
  const MockLaunch &from =
      MockCuda::get().launches.at(static_cast<size_t>(launch));
  std::memcpy(&pointer, from.params.at(static_cast<size_t>(param)).data(),
              sizeof(pointer));
  return pointer;
}
void mockRecordPointers(const char *kernel, int count) {
  MockCuda::get().kernelParams[kernel].assign(static_cast<size_t>(count), 8);
}
/// Called in each launch, and what it said is added up. Null: nothing is
/// called.
void mockAsk(int (*question)()) {
  MockCuda::get().yes = 0;
  MockCuda::get().onLaunch = nullptr;
  if (question)
    MockCuda::get().onLaunch = [=](const std::string &, void **) {
      MockCuda::get().yes += question();
    };
}
int mockYes() { return MockCuda::get().yes; }

int cuInit(unsigned) { return 0; }
int cuDriverGetVersion(int *version) {
  *version = 13000;
  return 0;
}
int cuGetErrorName(int, const char **name) {
  *name = "CUDA_ERROR_MOCK";
  return 0;
}
int cuGetErrorString(int, const char **text) {
  *text = "mock failure";
  return 0;
}
int cuDeviceGetCount(int *count) {
  *count = setting("MOCK_CUDA_DEVICES", MockCuda::get().deviceCount);
  return *count ? 0 : NoDevice;
}
int cuDeviceGet(Device *device, int ordinal) {
  *device = ordinal + firstDevice;
  return 0;
}
int cuDeviceGetName(char *name, int size, Device) {
  std::snprintf(name, static_cast<size_t>(size), "Mock GPU");
  return 0;
}
int cuDeviceGetPCIBusId(char *id, int size, Device device) {
  if (size < 13)
    return 1; // CUDA_ERROR_INVALID_VALUE
  std::snprintf(id, static_cast<size_t>(size), "0000:%02x:00.0", device);
  return 0;
}
int cuDeviceGetAttribute(int *value, int attribute, Device device) {
  const MockCuda &mock = MockCuda::get();
  if (device < firstDevice)
    return InvalidDevice;
  switch (attribute) {
  case MultiprocessorCount:
    *value = mock.numSMs;
    return 0;
  case CapabilityMajor:
    *value = setting("MOCK_CUDA_MAJOR", mock.major);
    return 0;
  case CapabilityMinor:
    *value = mock.minor;
    return 0;
  case L2CacheSize:
    *value = mock.l2Bytes;
    return 0;
  case MaxSharedMemoryPerBlockOptin:
    *value = mock.sharedLimit;
    return 0;
  }
  return 1;
}

int cuDevicePrimaryCtxRetain(Context *context, Device device) {
  ++MockCuda::get().primaryReferences;
  *context = mockPrimaryContext(device - firstDevice);
  return 0;
}
int cuDevicePrimaryCtxRelease_v2(Device) {
  --MockCuda::get().primaryReferences;
  return 0;
}
int cuCtxGetCurrent(Context *context) {
  *context = stack.empty() ? nullptr : stack.back();
  return 0;
}
int cuCtxSetCurrent(Context context) {
  stack.assign(1, context);
  return 0;
}
int cuCtxGetDevice(Device *device) {
  *device = firstDevice;
  for (int i = 0; i < 8 && !stack.empty(); ++i)
    if (stack.back() == mockPrimaryContext(i))
      *device = firstDevice + i;
  return 0;
}
int cuCtxPushCurrent_v2(Context context) {
  Lock lock(mutex);
  stack.push_back(context);
  ++MockCuda::get().pushes;
  ++MockCuda::get().contextDepth;
  return 0;
}
int cuCtxPopCurrent_v2(Context *context) {
  Lock lock(mutex);
  if (stack.empty())
    return 201;
  *context = stack.back();
  stack.pop_back();
  --MockCuda::get().contextDepth;
  return 0;
}

int cuModuleLoadDataEx(Module *module, const void *image, unsigned, int *,
                       void **) {
  Lock lock(mutex);
  MockCuda &mock = MockCuda::get();
  if (stack.empty())
    return 201;
  std::string text(static_cast<const char *>(image));
  // Linked PTX is marked, so that cubins of a bundle alone can be refused.
  if (mock.cubinResult && text.find("LINKED") == std::string::npos)
    return mock.cubinResult;
  if (text.compare(0, 5, "CUBIN") != 0 && !mock.loadsPtx)
    return InvalidImage;
  mock.loaded.push_back(text);
  ++mock.liveModules;
  *module = reinterpret_cast<Module>(new MockModule{text, {}, stack.back()});
  return 0;
}
int cuModuleUnload(Module module) {
  Lock lock(mutex);
  --MockCuda::get().liveModules;
  delete reinterpret_cast<MockModule *>(module);
  return 0;
}
int cuModuleGetFunction(Kernel *kernel, Module module, const char *name) {
  auto &mock = *reinterpret_cast<MockModule *>(module);
  if (mock.image.find(name) == std::string::npos)
    return NotFound;
  auto &entry = mock.kernels[name];
  if (!entry)
    entry = std::make_unique<MockKernel>(name, mock.context);
  *kernel = reinterpret_cast<Kernel>(entry.get());
  return 0;
}
int cuFuncSetAttribute(Kernel kernel, int attribute, int value) {
  if (attribute != MaxDynamicSharedSizeBytes)
    return 1;
  MockCuda::get().sharedMemory.emplace_back(
      *reinterpret_cast<MockKernel *>(kernel), value);
  return 0;
}

int cuLinkCreate_v2(unsigned count, int *options, void **values,
                    LinkState *link) {
  MockCuda &mock = MockCuda::get();
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == ErrorLogBuffer)
      std::strcpy(static_cast<char *>(values[i]), mock.linkLog.c_str());
    if (options[i] == JitTarget)
      mock.linkTarget = reinterpret_cast<intptr_t>(values[i]);
  }
  *link = reinterpret_cast<LinkState>(new std::string("CUBIN LINKED "));
  return 0;
}
int cuLinkAddData_v2(LinkState link, int type, void *data, size_t size,
                     const char *, unsigned, int *, void **) {
  const char *text = static_cast<const char *>(data);
  if (MockCuda::get().linkResult)
    return MockCuda::get().linkResult;
  if (type != JitInputPtx || !size || text[size - 1] != '\0')
    return 1;
  *reinterpret_cast<std::string *>(link) += text;
  return 0;
}
int cuLinkComplete(LinkState link, void **data, size_t *size) {
  auto &text = *reinterpret_cast<std::string *>(link);
  Lock lock(mutex);
  ++MockCuda::get().links;
  *data = text.data();
  *size = text.size();
  return 0;
}
int cuLinkDestroy(LinkState link) {
  delete reinterpret_cast<std::string *>(link);
  return 0;
}

int cuTensorMapEncodeTiled(TensorMap *map, int type, uint32_t rank,
                           void *address, const uint64_t *dims,
                           const uint64_t *strides, const uint32_t *box,
                           const uint32_t *elementStrides, int interleave,
                           int swizzle, int l2Promotion, int oobFill) {
  if (!records())
    return 0;
  Lock lock(mutex);
  MockCuda &mock = MockCuda::get();
  if (mock.mapResult)
    return mock.mapResult;
  if (reinterpret_cast<uintptr_t>(map) % 64)
    return 1;
  *map = TensorMap();
  map->opaque[0] = mock.maps.size();
  map->opaque[15] = 0x6d61;
  mock.maps.push_back({type,
                       rank,
                       address,
                       {dims, dims + rank},
                       {strides, strides + rank - 1},
                       {box, box + rank},
                       {elementStrides, elementStrides + rank},
                       interleave,
                       swizzle,
                       l2Promotion,
                       oobFill});
  return 0;
}

int cuLaunchKernelEx(const LaunchConfig *config, Kernel kernel, void **params,
                     void **extra) {
  if (!records())
    return 0;
  Lock lock(mutex);
  MockCuda &mock = MockCuda::get();
  if (mock.launchResult || extra)
    return mock.launchResult ? mock.launchResult : 1;
  const auto &name = *reinterpret_cast<MockKernel *>(kernel);
  if (stack.empty() || stack.back() != name.context)
    return 400; // CUDA_ERROR_INVALID_HANDLE
  if (MockGraph *graph = capturing(config->stream)) {
    graph->nodes.push_back(captureKernel(*config, name, params));
    return 0;
  }
  MockLaunch launch{};
  launch.kernel = name;
  std::memcpy(launch.grid, config->grid, sizeof(launch.grid));
  std::memcpy(launch.block, config->block, sizeof(launch.block));
  launch.sharedBytes = config->sharedBytes;
  launch.stream = config->stream;
  launch.attributes.assign(config->attributes,
                           config->attributes + config->attributeCount);
  const std::vector<size_t> &sizes =
      mock.paramSizes.empty() ? mock.kernelParams[name] : mock.paramSizes;
  for (size_t i = 0; i < sizes.size(); ++i)
    launch.params.emplace_back(static_cast<char *>(params[i]), sizes[i]);
  launch.context = stack.back();
  if (mock.onLaunch)
    mock.onLaunch(launch.kernel, params);
  mock.launches.push_back(std::move(launch));
  return 0;
}

int cuMemAlloc_v2(DevicePtr *pointer, size_t size) {
  ++MockCuda::get().allocations;
  if (MockCuda::get().allocResult)
    return MockCuda::get().allocResult;
  // Aligned as the driver's memory is.
  *pointer = reinterpret_cast<uintptr_t>(
      std::aligned_alloc(256, (size + 255) / 256 * 256));
  MockCuda::get().liveMemory += *pointer ? 1 : 0;
  return size ? 0 : 1;
}
int cuMemFree_v2(DevicePtr pointer) {
  --MockCuda::get().liveMemory;
  std::free(reinterpret_cast<void *>(pointer));
  return 0;
}
int cuMemcpyHtoD_v2(DevicePtr to, const void *from, size_t size) {
  if (MockCuda::get().copyResult)
    return MockCuda::get().copyResult;
  std::memcpy(reinterpret_cast<void *>(to), from, size);
  return 0;
}
int cuMemcpyDtoH_v2(void *to, DevicePtr from, size_t size) {
  std::memcpy(to, reinterpret_cast<void *>(from), size);
  return 0;
}
int cuMemcpyDtoDAsync_v2(DevicePtr to, DevicePtr from, size_t size,
                         Stream stream) {
  auto copy = [=] {
    std::memcpy(reinterpret_cast<void *>(to), reinterpret_cast<void *>(from),
                size);
  };
  if (MockGraph *graph = capturing(stream))
    graph->nodes.push_back({copy, nullptr});
  else
    copy();
  return 0;
}
int cuMemsetD8Async(DevicePtr to, unsigned char value, size_t size, Stream) {
  std::memset(reinterpret_cast<void *>(to), value, size);
  return 0;
}
int cuStreamSynchronize(Stream) {
  ++MockCuda::get().synchronisations;
  return 0;
}
int cuEventCreate(Event *event, unsigned) {
  ++MockCuda::get().liveEvents;
  *event = reinterpret_cast<Event>(new float(0));
  return 0;
}
int cuEventRecord(Event event, Stream) {
  static float clock = 0;
  *reinterpret_cast<float *>(event) = clock += 1.5f;
  return 0;
}
int cuEventSynchronize(Event) {
  ++MockCuda::get().synchronisations;
  return 0;
}
int cuEventElapsedTime(float *out, Event begin, Event end) {
  *out = *reinterpret_cast<float *>(end) - *reinterpret_cast<float *>(begin);
  return 0;
}
int cuEventDestroy_v2(Event event) {
  --MockCuda::get().liveEvents;
  delete reinterpret_cast<float *>(event);
  return 0;
}
}
