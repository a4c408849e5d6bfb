//===- Launch.cpp - the launch path ---------------------------------------===//
//
// Everything of all launches is prepared before the first kernel is enqueued: a
// refused call has no effect. All state is in arrays on the stack, so that a
// launch allocates nothing and may run in several threads.
//
//===----------------------------------------------------------------------===//
#include "Operands.h"
#include "TensorMap.h"

#include <cstdio>

namespace gridquant::runtime {

namespace {
union ParamValue {
  cuda::TensorMap map;
  char *pointer;
  int32_t i32;
  int64_t i64;
  float f32;
};

struct PreparedLaunch {
  const Variant *variant;
  cuda::Kernel kernel;
  unsigned grid[3];
  unsigned firstParam;
  bool dependent;
};

struct Plan {
  PreparedLaunch launches[limits::launches];
  unsigned launchCount;
  ParamValue values[limits::params];
  void *pointers[limits::params];
  unsigned paramCount;
};
} // namespace

/// "arg0 [3, 5], arg1 [7, 5]"; cut when the buffer is full.
static void printShapes(const Binding &binding, char *out, size_t size) {
  size_t used = 0;
  auto append = [&](auto... args) {
    if (used >= size)
      return;
    int length = std::snprintf(out + used, size - used, args...);
    used += length > 0 ? static_cast<size_t>(length) : 0;
  };
  out[0] = '\0';
  const char *separator = "";
  for (const InputTensor &input : binding.function.spec->inputs) {
    append("%s%s [", separator, input.name.c_str());
    for (size_t d = 0; d < input.shape.size(); ++d)
      append("%s%lld", d ? ", " : "",
             static_cast<long long>(binding.slots[input.firstSlot + d]));
    append("%s", "]");
    separator = ", ";
  }
}

static gq_status chooseVariant(const Binding &binding, size_t launch,
                               size_t &chosen) {
  const Function &spec = *binding.function.spec;
  const std::vector<Variant> &variants = spec.launches[launch].variants;
  for (chosen = 0; chosen < variants.size(); ++chosen) {
    if (!variants[chosen].when)
      return GQ_OK;
    int64_t holds = 0;
    if (gq_status status = binding.evaluate(*variants[chosen].when,
                                            "condition of a variant", holds))
      return status;
    if (holds)
      return GQ_OK;
  }
  char shapes[512];
  printShapes(binding, shapes, sizeof(shapes));
  return fail(GQ_INVALID_ARGUMENT,
              "function %s: launch %zu has no kernel variant for %s",
              spec.name.c_str(), launch, shapes);
}

static gq_status evaluateGrid(const Binding &binding, const Variant &variant,
                              unsigned *grid) {
  constexpr int64_t limit[3] = {INT32_MAX, 65535, 65535};
  for (unsigned i = 0; i < 3; ++i) {
    int64_t extent = 0;
    if (gq_status status =
            binding.evaluate(variant.grid[i], "grid extent", extent))
      return status;
    if (extent < 0 || extent > limit[i])
      return fail(GQ_INVALID_ARGUMENT,
                  "kernel %s: grid extent %u is %lld, a value from 0 to %lld "
                  "is needed",
                  variant.kernel.c_str(), i, static_cast<long long>(extent),
                  static_cast<long long>(limit[i]));
    if (extent % variant.cluster[i])
      return fail(GQ_INVALID_ARGUMENT,
                  "kernel %s: grid extent %u is %lld, a multiple of the "
                  "cluster extent %u is needed",
                  variant.kernel.c_str(), i, static_cast<long long>(extent),
                  variant.cluster[i]);
    grid[i] = static_cast<unsigned>(extent);
  }
  return GQ_OK;
}

static gq_status prepareParam(const Binding &binding, const Variant &variant,
                              const Param &param, ParamValue &out) {
  int64_t value = 0;
  switch (param.kind) {
  case ParamKind::TensorMap:
    return encodeTensorMap(binding, variant, param, out.map);
  case ParamKind::Pointer:
    out.pointer = binding.buffers[param.buffer].data;
    return GQ_OK;
  case ParamKind::F32:
    out.f32 = param.f32;
    return GQ_OK;
  case ParamKind::I32:
  case ParamKind::I64:
    if (gq_status status =
            binding.evaluate(param.value, "kernel parameter", value))
      return status;
    if (param.kind == ParamKind::I64) {
      out.i64 = value;
      return GQ_OK;
    }
    if (value < INT32_MIN || value > INT32_MAX)
      return fail(GQ_INVALID_ARGUMENT,
                  "kernel %s: parameter %zu is %lld, which does not fit in 32 "
                  "bits",
                  variant.kernel.c_str(),
                  static_cast<size_t>(&param - variant.params.data()),
                  static_cast<long long>(value));
    out.i32 = static_cast<int32_t>(value);
    return GQ_OK;
  }
  return GQ_OK;
}

static gq_status prepare(const Binding &binding, size_t launch, Plan &plan) {
  size_t chosen = 0;
  if (gq_status status = chooseVariant(binding, launch, chosen))
    return status;
  const Variant &variant =
      binding.function.spec->launches[launch].variants[chosen];
  PreparedLaunch &prepared = plan.launches[plan.launchCount];
  if (gq_status status = evaluateGrid(binding, variant, prepared.grid))
    return status;
  // An empty problem. Its parameters are not looked at: tensor maps of empty
  // operands do not exist.
  if (!prepared.grid[0] || !prepared.grid[1] || !prepared.grid[2])
    return GQ_OK;
  prepared.variant = &variant;
  prepared.kernel = binding.function.kernels[launch][chosen];
  prepared.firstParam = plan.paramCount;
  // Where the launches before it are empty, what is in front is not what the
  // compiler has seen there, but the caller's.
  prepared.dependent = variant.dependent && (launch == 0 || plan.launchCount);
  for (const Param &param : variant.params) {
    ParamValue &value = plan.values[plan.paramCount];
    plan.pointers[plan.paramCount++] = &value;
    if (gq_status status = prepareParam(binding, variant, param, value))
      return status;
  }
  ++plan.launchCount;
  return GQ_OK;
}

static gq_status enqueue(const Driver &driver, const PreparedLaunch &prepared,
                         Plan &plan, cuda::Stream stream) {
  const Variant &variant = *prepared.variant;
  cuda::LaunchAttribute attributes[2] = {};
  cuda::LaunchConfig config{};
  config.attributes = attributes;
  unsigned blocks = 1;
  for (unsigned i = 0; i < 3; ++i) {
    config.grid[i] = prepared.grid[i];
    config.block[i] = variant.block[i];
    blocks *= variant.cluster[i];
  }
  config.sharedBytes = variant.sharedBytes;
  config.stream = stream;
  if (blocks != 1) {
    cuda::LaunchAttribute &cluster = attributes[config.attributeCount++];
    cluster.id = cuda::ClusterDimension;
    for (unsigned i = 0; i < 3; ++i)
      cluster.value.clusterDim[i] = variant.cluster[i];
  }
  if (prepared.dependent) {
    cuda::LaunchAttribute &early = attributes[config.attributeCount++];
    early.id = cuda::ProgrammaticStreamSerialization;
    early.value.programmaticStreamSerializationAllowed = 1;
  }
  cuda::Result result = driver.launchKernelEx(
      &config, prepared.kernel, plan.pointers + prepared.firstParam, nullptr);
  if (result == cuda::Success)
    return GQ_OK;
  gq_status status = driver.failed(result, "cuLaunchKernelEx");
  return guarded([&] {
    std::string reason = gq_last_error();
    return fail(status, "kernel %s: %s", variant.kernel.c_str(),
                reason.c_str());
  });
}

static gq_status launch(const gq_function &function,
                        const DLTensor *const *inputs, size_t inputCount,
                        const DLTensor *const *outputs, size_t outputCount,
                        void *workspace, size_t workspaceBytes,
                        cuda::Stream stream) {
  const Driver *driver = function.program->driver;
  if (!driver)
    return fail(GQ_NOT_LOADED,
                "function %s: bundle is not loaded on a device, call "
                "gq_bundle_load first",
                function.spec->name.c_str());
  Binding binding(function);
  if (gq_status status =
          bindInputs(binding, inputs, inputCount, Purpose::Launch))
    return status;
  if (gq_status status = bindOutputs(binding, outputs, outputCount))
    return status;
  if (gq_status status = layoutWorkspace(binding))
    return status;
  if (gq_status status = bindWorkspace(binding, workspace, workspaceBytes))
    return status;
  if (gq_status status = checkOverlap(binding, workspace))
    return status;

  ContextScope scope;
  if (gq_status status = scope.enter(*driver, function.program->context))
    return status;
  Plan plan;
  plan.launchCount = plan.paramCount = 0;
  for (size_t i = 0; i < function.spec->launches.size(); ++i)
    if (gq_status status = prepare(binding, i, plan))
      return status;
  for (unsigned i = 0; i < plan.launchCount; ++i)
    if (gq_status status = enqueue(*driver, plan.launches[i], plan, stream))
      return status;
  return GQ_OK;
}

} // namespace gridquant::runtime

size_t gq_function_launch_count(const gq_function *function) {
  return function ? function->spec->launches.size() : 0;
}

gq_status gq_function_variants(const gq_function *function,
                               const DLTensor *const *inputs,
                               size_t input_count, size_t *variants,
                               size_t capacity) {
  using namespace gridquant::runtime;
  if (!function)
    return fail(GQ_INVALID_ARGUMENT, "function is null");
  const size_t count = gq_function_launch_count(function);
  if (count && !variants)
    return fail(GQ_INVALID_ARGUMENT, "place for the variants is null");
  if (capacity < count)
    return fail(GQ_INVALID_ARGUMENT,
                "capacity for the variants of %s is %zu, %zu is needed",
                function->spec->name.c_str(), capacity, count);
  Binding binding(*function);
  if (gq_status status =
          bindInputs(binding, inputs, input_count, Purpose::Query))
    return status;
  for (size_t launch = 0; launch < count; ++launch)
    if (gq_status status = chooseVariant(binding, launch, variants[launch]))
      return status;
  return GQ_OK;
}

gq_status gq_launch(const gq_function *function, const DLTensor *const *inputs,
                    size_t input_count, const DLTensor *const *outputs,
                    size_t output_count, void *workspace,
                    size_t workspace_bytes, gq_stream stream) {
  using namespace gridquant;
  if (!function)
    return runtime::fail(GQ_INVALID_ARGUMENT, "function is null");
  return runtime::launch(*function, inputs, input_count, outputs, output_count,
                         workspace, workspace_bytes,
                         static_cast<cuda::Stream>(stream));
}
