//===- CudaBackend.cpp - gq-run on a GPU ----------------------------------===//
#include "CudaBackend.h"
#include "gq/Compile/Compile.h"
#include "gq/Runtime/gq_device.h"
#include "gq/Target/TargetModel.h"

using namespace mlir;
using namespace mlir::gq;

namespace {

constexpr int kDevice = 0;

constexpr int kDLCUDA = 2; // of DLPack

/// Device memory that is freed on every way out.
class DeviceBuffer {
public:
  DeviceBuffer() = default;
  DeviceBuffer(DeviceBuffer &&other)
      : data(std::exchange(other.data, nullptr)) {}
  ~DeviceBuffer() { gq_free(kDevice, data); }
  gq_status allocate(size_t bytes) {
    return gq_malloc(kDevice, std::max<size_t>(bytes, 1), &data);
  }
  void *data = nullptr;
};

/// A tensor on the device, as the runtime takes it.
struct DeviceTensor {
  DeviceBuffer buffer;
  std::vector<int64_t> shape;
  DLTensor tensor{};
};

/// Frees the bundle, and the events, on every way out.
struct Launcher {
  ~Launcher() {
    gq_event_destroy(begin);
    gq_event_destroy(end);
    gq_bundle_close(bundle);
  }
  gq_bundle *bundle = nullptr;
  const gq_function *function = nullptr;
  gq_event *begin = nullptr, *end = nullptr;
};

/// The type as DLPack says it.
std::optional<DLDataType> dlType(Type type) {
  std::optional<gridquant::ElementType> element = getNumericsType(type);
  if (!element)
    return std::nullopt;
  return DLDataType{
      gridquant::dlpackCode(*element),
      static_cast<uint8_t>(8 * gridquant::elementTypeSize(*element)), 1};
}

} // namespace

static LogicalResult allocate(Location loc, DeviceTensor &to, Type elementType,
                              ArrayRef<int64_t> shape, size_t bytes) {
  std::optional<DLDataType> type = dlType(elementType);
  if (!type)
    return emitError(loc) << "backend cuda has no tensors of " << elementType;
  if (to.buffer.allocate(bytes))
    return emitError(loc) << gq_last_error();
  to.shape.assign(shape.begin(), shape.end());
  to.tensor.data = to.buffer.data;
  to.tensor.device = {kDLCUDA, kDevice};
  to.tensor.ndim = to.shape.size();
  to.tensor.dtype = *type;
  to.tensor.shape = to.shape.data();
  return success();
}

/// Runs the function of a bundle that has the name and the results of
/// `function`, where errors are.
static FailureOr<RunResult> runOnDevice(StringRef bundle, func::FuncOp function,
                                        ArrayRef<RuntimeValue> args,
                                        const RunRequest &request) {
  std::string name = function.getSymName().str();
  Location loc = function.getLoc();
  ArrayRef<Type> resultTypes = function.getResultTypes();
  auto error = [&]() -> LogicalResult {
    return emitError(loc) << gq_last_error();
  };
  Launcher launcher;
  if (gq_bundle_open_memory(bundle.data(), bundle.size(), &launcher.bundle) ||
      gq_bundle_load(launcher.bundle, kDevice) ||
      gq_bundle_function(launcher.bundle, name.c_str(), &launcher.function) ||
      gq_event_create(kDevice, &launcher.begin) ||
      gq_event_create(kDevice, &launcher.end))
    return error();

  std::vector<DeviceTensor> inputs(args.size()), outputs(resultTypes.size());
  for (auto [i, arg] : llvm::enumerate(args)) {
    if (!arg.isTensor())
      return emitError(loc) << "argument " << i
                            << " is not a tensor; backend cuda takes tensors",
             failure();
    const RuntimeTensor &host = arg.getTensor();
    if (failed(allocate(loc, inputs[i], host.getElementType(), host.getShape(),
                        host.getNumBytes())))
      return failure();
    if (host.getNumBytes() && gq_memcpy_h2d(kDevice, inputs[i].buffer.data,
                                            host.getData(), host.getNumBytes()))
      return error();
  }
  SmallVector<const DLTensor *> in, out;
  for (DeviceTensor &input : inputs)
    in.push_back(&input.tensor);

  RunResult result;
  SmallVector<RuntimeTensor> hosts;
  for (auto [i, type] : llvm::enumerate(resultTypes)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return emitError(loc) << "result " << i
                            << " is not a tensor; backend cuda returns tensors",
             failure();
    SmallVector<int64_t> shape(tensor.getRank());
    if (gq_function_output_shape(launcher.function, in.data(), in.size(), i,
                                 shape.data(), shape.size()))
      return error();
    std::string why;
    std::optional<RuntimeTensor> host =
        RuntimeTensor::create(tensor.getElementType(), shape, why);
    if (!host)
      return emitError(loc) << "result " << i << ": " << why, failure();
    if (failed(allocate(loc, outputs[i], tensor.getElementType(), shape,
                        host->getNumBytes())))
      return failure();
    // What a kernel does not write shows as NaN.
    if (gq_memset(kDevice, outputs[i].buffer.data, 0xff, host->getNumBytes(),
                  nullptr))
      return error();
    hosts.push_back(std::move(*host));
    out.push_back(&outputs[i].tensor);
  }
  size_t workspaceBytes = 0;
  DeviceBuffer workspace;
  if (gq_function_workspace_size(launcher.function, in.data(), in.size(),
                                 &workspaceBytes) ||
      workspace.allocate(workspaceBytes))
    return error();

  for (unsigned i = 0; i < std::max(request.repeat, 1u); ++i) {
    float milliseconds = 0;
    if (gq_event_record(launcher.begin, nullptr) ||
        gq_launch(launcher.function, in.data(), in.size(), out.data(),
                  out.size(), workspace.data, workspaceBytes, nullptr) ||
        gq_event_record(launcher.end, nullptr) ||
        gq_event_elapsed(launcher.begin, launcher.end, &milliseconds))
      return error();
    result.seconds.push_back(milliseconds / 1e3);
  }
  for (auto [host, output] : llvm::zip(hosts, outputs)) {
    if (host.getNumBytes() &&
        gq_memcpy_d2h(kDevice, host.getMutableData(), output.buffer.data,
                      host.getNumBytes()))
      return error();
    result.results.push_back(std::move(host));
  }
  return result;
}

namespace {
class CudaBackend : public Backend {
public:
  StringRef getName() const override { return "cuda"; }

  FailureOr<RunResult> run(ModuleOp module, func::FuncOp function,
                           ArrayRef<RuntimeValue> args,
                           const RunRequest &request) override {
    // Passes change the module, and the function with it.
    OwningOpRef<func::FuncOp> program(
        cast<func::FuncOp>(function->cloneWithoutRegions()));
    CompileOptions options;
    options.target = request.target;
    FailureOr<std::string> bundle = compileToBundle(module, options);
    if (failed(bundle))
      return failure();
    return runOnDevice(*bundle, *program, args, request);
  }
};

class BundleBackend : public Backend {
public:
  explicit BundleBackend(StringRef bundle) : bundle(bundle) {}

  StringRef getName() const override { return "cuda"; }

  FailureOr<RunResult> run(ModuleOp, func::FuncOp function,
                           ArrayRef<RuntimeValue> args,
                           const RunRequest &request) override {
    return runOnDevice(bundle, function, args, request);
  }

private:
  StringRef bundle;
};
} // namespace

static llvm::Error findDevice() {
  int count = 0;
  if (gq_device_count(&count))
    return llvm::createStringError(gq_last_error());
  return count ? llvm::Error::success()
               : llvm::createStringError("no gpu found");
}

llvm::Expected<std::unique_ptr<Backend>> mlir::gq::createCudaBackend() {
  int major = 0, minor = 0;
  if (llvm::Error error = findDevice())
    return std::move(error);
  if (gq_device_capability(kDevice, &major, &minor))
    return llvm::createStringError(gq_last_error());
  // Which of them the program is for, the bundle says; the runtime refuses a
  // device that cannot run it.
  auto runs = [&](const TargetModel &model) {
    return model.major == major && model.minor == minor;
  };
  if (llvm::none_of(getKnownTargets(), runs)) {
    const TargetModel &needed = *lookupTarget(kDefaultTarget);
    return llvm::createStringError(
        "kernels need compute capability " + std::to_string(needed.major) +
        "." + std::to_string(needed.minor) + " (" + needed.chip.str() +
        "), device 0 has " + std::to_string(major) + "." +
        std::to_string(minor));
  }
  return std::make_unique<CudaBackend>();
}

llvm::Expected<std::unique_ptr<Backend>>
mlir::gq::createBundleBackend(StringRef bundle) {
  // What its kernels need, the runtime knows.
  if (llvm::Error error = findDevice())
    return std::move(error);
  return std::make_unique<BundleBackend>(bundle);
}
