//===- Prepare.cpp - what a call enqueues, but for addresses --------------===//
#include "Prepare.h"

#include "TensorMap.h"

#include <cstdio>

namespace gridquant::runtime {

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
    append("%s%s [", separator, input.display.c_str());
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

gq_status chooseVariants(Binding &binding) {
  for (size_t i = 0; i < binding.function.spec->launches.size(); ++i)
    if (gq_status status = chooseVariant(binding, i, binding.variants[i]))
      return status;
  return GQ_OK;
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

static gq_status prepareInteger(const Binding &binding, const Variant &variant,
                                const Param &param, ParamValue &out) {
  int64_t value = 0;
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

static gq_status prepareParam(const Binding &binding, const Variant &variant,
                              const Param &param, Prepared &out) {
  const unsigned index = out.paramCount++;
  switch (param.kind) {
  case ParamKind::I32:
  case ParamKind::I64:
    return prepareInteger(binding, variant, param, out.values[index]);
  case ParamKind::F32:
    out.values[index].f32 = param.f32;
    return GQ_OK;
  case ParamKind::Pointer:
    out.addresses[out.addressCount++] = {index, param.buffer, -1};
    return GQ_OK;
  case ParamKind::TensorMap:
    break;
  }
  const unsigned map = out.mapCount++;
  AddressParam &address = out.addresses[out.addressCount++];
  address = {index, param.buffer, static_cast<int32_t>(map)};
  out.maps[map] = TensorMapKey();
  out.mapOperands[map] = param.buffer;
  return resolveTensorMap(binding, variant, param, out.maps[map],
                          address.buffer);
}

static void configure(const Variant &variant, bool dependent,
                      PreparedLaunch &out) {
  unsigned blocks = 1;
  for (unsigned i = 0; i < 3; ++i) {
    out.config.block[i] = variant.block[i];
    blocks *= variant.cluster[i];
  }
  out.config.sharedBytes = variant.sharedBytes;
  out.config.stream = nullptr;
  out.config.attributes = nullptr;
  out.config.attributeCount = 0;
  if (blocks != 1) {
    cuda::LaunchAttribute &cluster =
        out.attributes[out.config.attributeCount++];
    cluster = {};
    cluster.id = cuda::ClusterDimension;
    for (unsigned i = 0; i < 3; ++i)
      cluster.value.clusterDim[i] = variant.cluster[i];
  }
  if (dependent) {
    cuda::LaunchAttribute &early = out.attributes[out.config.attributeCount++];
    early = {};
    early.id = cuda::ProgrammaticStreamSerialization;
    early.value.programmaticStreamSerializationAllowed = 1;
  }
}

static gq_status prepareLaunch(const Binding &binding, size_t launch,
                               Prepared &out) {
  const size_t chosen = binding.variants[launch];
  const Variant &variant =
      binding.function.spec->launches[launch].variants[chosen];
  PreparedLaunch &prepared = out.launches[out.launchCount];
  unsigned *grid = prepared.config.grid;
  if (gq_status status = evaluateGrid(binding, variant, grid))
    return status;
  // An empty problem. Its parameters are not looked at: tensor maps of empty
  // operands do not exist.
  if (!grid[0] || !grid[1] || !grid[2])
    return GQ_OK;
  prepared.variant = &variant;
  prepared.kernel = binding.function.kernels[launch][chosen];
  prepared.firstParam = out.paramCount;
  // Where the launches before it are empty, what is in front is not what the
  // compiler has seen there, but the caller's.
  configure(variant, variant.dependent && (launch == 0 || out.launchCount),
            prepared);
  for (const Param &param : variant.params)
    if (gq_status status = prepareParam(binding, variant, param, out))
      return status;
  ++out.launchCount;
  return GQ_OK;
}

gq_status prepare(const Binding &binding, Prepared &out) {
  for (size_t i = 0; i < binding.function.spec->launches.size(); ++i)
    if (gq_status status = prepareLaunch(binding, i, out))
      return status;
  return GQ_OK;
}

gq_status enqueue(const Driver &driver, const PreparedLaunch &launch,
                  void **params, cuda::Stream stream) {
  cuda::LaunchConfig config = launch.config;
  config.stream = stream;
  // The driver reads them only.
  config.attributes = const_cast<cuda::LaunchAttribute *>(launch.attributes);
  cuda::Result result =
      driver.launchKernelEx(&config, launch.kernel, params, nullptr);
  if (result == cuda::Success)
    return GQ_OK;
  gq_status status = driver.failed(result, "cuLaunchKernelEx");
  return guarded([&] {
    std::string reason = gq_last_error();
    return fail(status, "kernel %s: %s", launch.variant->kernel.c_str(),
                reason.c_str());
  });
}

} // namespace gridquant::runtime
