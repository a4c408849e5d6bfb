//===- TensorMap.cpp - tensor maps of launch parameters -------------------===//
#include "TensorMap.h"

#include <algorithm>
#include <cstdio>

namespace gridquant::runtime {

static const char *nameOf(const Binding &binding, const Param &param) {
  return binding.function.spec->bufferDisplay(param.buffer).c_str();
}

/// Strides are bytes, of dimensions 1 and up.
static gq_status evaluateExtents(const Binding &binding,
                                 const TensorMapSpec &map, const Param &param,
                                 TensorMapKey &out) {
  constexpr int64_t dimLimit = int64_t(1) << 32;
  constexpr int64_t strideLimit = int64_t(1) << 40;
  for (unsigned i = 0; i < map.rank; ++i) {
    int64_t extent = 0, stride = 0;
    if (gq_status status =
            binding.evaluate(map.dims[i], "extent of a tensor map", extent))
      return status;
    if (extent < 1 || extent > dimLimit)
      return fail(GQ_INVALID_ARGUMENT,
                  "operand %s: extent %u of its tensor map is %lld, a value "
                  "from 1 to 2^32 is needed",
                  nameOf(binding, param), i, static_cast<long long>(extent));
    out.dims[i] = static_cast<uint64_t>(extent);
    if (i + 1 == map.rank)
      break;
    if (gq_status status =
            binding.evaluate(map.strides[i], "stride of a tensor map", stride))
      return status;
    if (stride % 16 != 0) {
      char what[32] = "row pitch";
      if (i > 0)
        std::snprintf(what, sizeof(what), "stride %u", i);
      return fail(GQ_INVALID_ARGUMENT,
                  "operand %s: %s of %lld bytes is not a multiple of the 16 "
                  "bytes that tma needs",
                  nameOf(binding, param), what, static_cast<long long>(stride));
    }
    if (stride < 0 || stride >= strideLimit)
      return fail(GQ_INVALID_ARGUMENT,
                  "operand %s: stride %u of its tensor map is %lld bytes, a "
                  "value from 0 to 2^40 - 16 is needed",
                  nameOf(binding, param), i, static_cast<long long>(stride));
    out.strides[i] = static_cast<uint64_t>(stride);
  }
  return GQ_OK;
}

/// A tensor map that reaches beyond its operand would let a kernel read or
/// write memory of others.
static gq_status checkBounds(const Binding &binding, const TensorMapSpec &map,
                             const TensorMapKey &extents, const Param &param,
                             const char *kernel) {
  const Buffer &buffer = binding.buffers[param.buffer];
  // No term exceeds 2^72; the sum is taken in 128 bits.
  unsigned __int128 end =
      static_cast<unsigned __int128>(extents.dims[0]) * byteWidth(map.type);
  for (unsigned i = 1; i < map.rank; ++i)
    end += static_cast<unsigned __int128>(extents.dims[i] - 1) *
           extents.strides[i - 1];
  if (end <= buffer.bytes)
    return GQ_OK;
  uint64_t shown = end > UINT64_MAX ? UINT64_MAX : static_cast<uint64_t>(end);
  return fail(GQ_INVALID_ARGUMENT,
              "operand %s: the tensor map of kernel %s covers %llu bytes, the "
              "operand has %llu",
              nameOf(binding, param), kernel,
              static_cast<unsigned long long>(shown),
              static_cast<unsigned long long>(buffer.bytes));
}

/// Of an empty operand there is no tensor map, but the kernel fetches one: it
/// gets that of one element somewhere else, which it does not load, as it loads
/// nothing of the operand. False if all buffers are empty.
static bool standIn(const Binding &binding, const TensorMapSpec &map,
                    TensorMapKey &out, uint32_t &buffer) {
  const Function &spec = *binding.function.spec;
  const Buffer *end = binding.buffers + spec.inputs.size() +
                      spec.outputs.size() + spec.workspace.size() +
                      spec.constants.size();
  const Buffer *other = std::find_if(
      binding.buffers, end, [](const Buffer &buffer) { return buffer.bytes; });
  if (other == end)
    return false;
  buffer = static_cast<uint32_t>(other - binding.buffers);
  std::fill_n(out.dims, map.rank, uint64_t(1));
  std::fill_n(out.strides, map.rank - 1, uint64_t(16));
  return true;
}

/// 0, first, 2*first, 4*first bytes -> 0, 1, 2, 3, as the driver counts.
static uint8_t level(unsigned bytes, unsigned first) {
  return bytes == 0 ? 0 : bytes == first ? 1 : bytes == 2 * first ? 2 : 3;
}

gq_status resolveTensorMap(const Binding &binding, const Variant &variant,
                           const Param &param, TensorMapKey &key,
                           uint32_t &buffer) {
  const TensorMapSpec &map = variant.maps[param.mapIndex];
  buffer = param.buffer;
  if (binding.buffers[buffer].bytes || !standIn(binding, map, key, buffer)) {
    if (gq_status status = evaluateExtents(binding, map, param, key))
      return status;
    if (gq_status status =
            checkBounds(binding, map, key, param, variant.kernel.c_str()))
      return status;
  }
  std::copy(map.box, map.box + map.rank, key.box);
  key.type = static_cast<uint8_t>(map.type);
  key.rank = static_cast<uint8_t>(map.rank);
  key.swizzle = level(map.swizzle, 32);
  key.l2Promotion = level(map.l2Promotion, 64);
  return GQ_OK;
}

gq_status encodeTensorMap(const Program &program, const TensorMapKey &key,
                          const char *name, cuda::TensorMap &out) {
  if (program.maps->find(key, out))
    return GQ_OK;
  static const uint32_t ones[limits::tensorMapRank] = {1, 1, 1, 1, 1};
  cuda::Result result = program.driver->tensorMapEncodeTiled(
      &out, key.type, key.rank, reinterpret_cast<void *>(key.address), key.dims,
      key.strides, key.box, ones,
      /*interleave=*/0, key.swizzle, key.l2Promotion, /*oobFill=*/0);
  if (result == cuda::Success) {
    program.maps->add(key, out);
    return GQ_OK;
  }
  gq_status status = program.driver->failed(result, "cuTensorMapEncodeTiled");
  return guarded([&] {
    std::string reason = gq_last_error();
    return fail(status, "operand %s: %s", name, reason.c_str());
  });
}

} // namespace gridquant::runtime
