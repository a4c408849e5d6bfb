//===- TensorCheck.cpp - one DLPack tensor against its description --------===//
#include "TensorCheck.h"

#include "Operands.h"

#include <cstdio>

namespace gridquant::runtime {

namespace {
// Local, because <dlpack/dlpack.h> may be the one in use.
enum DlDevice : int { DlCuda = 2, DlCudaManaged = 13 };
} // namespace

static bool isType(const DLDataType &given, ElementType type) {
  return given.lanes == 1 && given.code == dlpackCode(type) &&
         given.bits == 8 * elementTypeSize(type);
}

static bool accepts(ElementType type, const DLDataType &given) {
  if (isType(given, type))
    return true;
  // Frameworks older than the fp8 codes of DLPack hand fp8 over as bytes.
  return isFloat8OrScale(type) && given.lanes == 1 &&
         given.code == DLPackUInt && given.bits == 8;
}

/// "f32", or the raw numbers for a type that no bundle uses.
static void printType(const DLDataType &type, char *out, size_t size) {
  for (unsigned i = 0; i < numElementTypes; ++i) {
    auto candidate = static_cast<ElementType>(i);
    if (isType(type, candidate)) {
      std::snprintf(out, size, "%s", elementTypeName(candidate));
      return;
    }
  }
  const char *kind = type.code == DLPackUInt ? "unsigned" : nullptr;
  if (kind && type.lanes == 1)
    std::snprintf(out, size, "u%u", static_cast<unsigned>(type.bits));
  else
    std::snprintf(out, size, "dlpack type %u with %u bits and %u lanes",
                  static_cast<unsigned>(type.code),
                  static_cast<unsigned>(type.bits),
                  static_cast<unsigned>(type.lanes));
}

gq_status checkShape(const TensorRequirement &need, const DLTensor *tensor) {
  if (!tensor)
    return fail(GQ_INVALID_ARGUMENT, "%s %s: tensor is null", need.role,
                need.name);
  if (!accepts(need.type, tensor->dtype)) {
    char given[64];
    printType(tensor->dtype, given, sizeof(given));
    return fail(GQ_INVALID_ARGUMENT, "%s %s: element type is %s, %s is needed",
                need.role, need.name, given, elementTypeName(need.type));
  }
  if (tensor->ndim < 0 || static_cast<size_t>(tensor->ndim) != need.rank)
    return fail(GQ_INVALID_ARGUMENT, "%s %s: rank is %d, %zu is needed",
                need.role, need.name, tensor->ndim, need.rank);
  if (need.rank && !tensor->shape)
    return fail(GQ_INVALID_ARGUMENT, "%s %s: shape is null", need.role,
                need.name);
  for (size_t i = 0; i < need.rank; ++i) {
    int64_t extent = tensor->shape[i];
    if (extent < 0)
      return fail(GQ_INVALID_ARGUMENT,
                  "%s %s: dimension %zu is %lld, at least 0 is needed",
                  need.role, need.name, i, static_cast<long long>(extent));
    if (need.shape[i] >= 0 && extent != need.shape[i])
      return fail(GQ_INVALID_ARGUMENT,
                  "%s %s: dimension %zu is %lld, %lld is needed", need.role,
                  need.name, i, static_cast<long long>(extent),
                  static_cast<long long>(need.shape[i]));
  }
  return GQ_OK;
}

int64_t rowPitch(const DLTensor &matrix) {
  // Of one row none is asked for.
  return matrix.strides && matrix.shape[0] > 1 ? matrix.strides[0]
                                               : matrix.shape[1];
}

/// Rows of a matrix that are further apart than they are long, by `pitch`
/// elements.
static gq_status checkPitch(const TensorRequirement &need, int64_t pitch,
                            int64_t length) {
  const auto size = static_cast<int64_t>(elementTypeSize(need.type));
  const auto align = static_cast<int64_t>(operandAlignment);
  if (pitch < length)
    return fail(GQ_INVALID_ARGUMENT,
                "%s %s: row pitch is %lld elements, at least the %lld of a row "
                "are needed",
                need.role, need.name, static_cast<long long>(pitch),
                static_cast<long long>(length));
  // Kernels count in 32 bits.
  if (pitch > INT32_MAX)
    return fail(GQ_INVALID_ARGUMENT,
                "%s %s: row pitch is %lld elements, at most %d are needed",
                need.role, need.name, static_cast<long long>(pitch), INT32_MAX);
  if (pitch * size % align)
    return fail(GQ_INVALID_ARGUMENT,
                "%s %s: row pitch is %lld bytes, a multiple of %lld is needed, "
                "or rows without gaps",
                need.role, need.name, static_cast<long long>(pitch * size),
                static_cast<long long>(align));
  return GQ_OK;
}

/// Strides of dimensions with one element or of empty tensors mean nothing and
/// are not looked at: frameworks fill them in various ways.
static gq_status checkStrides(const TensorRequirement &need,
                              const DLTensor &tensor) {
  if (!tensor.strides)
    return GQ_OK;
  int64_t expected = 1;
  for (size_t i = need.rank; i-- > 0;) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != expected) {
      if (need.pitched && i == 0)
        return checkPitch(need, tensor.strides[0], expected);
      return fail(GQ_INVALID_ARGUMENT,
                  "%s %s: stride of dimension %zu is %lld elements, %lld is "
                  "needed for a contiguous row-major tensor",
                  need.role, need.name, i,
                  static_cast<long long>(tensor.strides[i]),
                  static_cast<long long>(expected));
    }
    expected *= tensor.shape[i];
  }
  return GQ_OK;
}

static gq_status refuseSize(const TensorRequirement &need) {
  return fail(GQ_INVALID_ARGUMENT,
              "%s %s: its size in bytes does not fit in 63 bits", need.role,
              need.name);
}

gq_status checkStorage(const TensorRequirement &need, const DLTensor &tensor,
                       int device, uint64_t &bytes) {
  int deviceType = static_cast<int>(tensor.device.device_type);
  if (deviceType != DlCuda && deviceType != DlCudaManaged)
    return fail(GQ_INVALID_ARGUMENT,
                "%s %s: dlpack device type is %d, %d (cuda) is needed",
                need.role, need.name, deviceType, DlCuda);
  // Managed memory is reachable from every device.
  if (deviceType == DlCuda && tensor.device.device_id != device)
    return fail(GQ_INVALID_ARGUMENT,
                "%s %s: is on cuda device %d, device %d is needed, where the "
                "bundle is loaded",
                need.role, need.name, tensor.device.device_id, device);
  bytes = elementTypeSize(need.type);
  bool empty = false, overflow = false;
  for (size_t i = 0; i < need.rank; ++i) {
    empty |= tensor.shape[i] == 0;
    overflow |= __builtin_mul_overflow(
        bytes, static_cast<uint64_t>(tensor.shape[i]), &bytes);
  }
  // The limit keeps every stride and offset within 63 bits.
  if (!empty && (overflow || bytes > static_cast<uint64_t>(INT64_MAX)))
    return refuseSize(need);
  if (empty) {
    bytes = 0;
    return GQ_OK;
  }
  if (gq_status status = checkStrides(need, tensor))
    return status;
  if (!need.pitched)
    return GQ_OK;
  if (need.pitch >= 0 && rowPitch(tensor) != need.pitch)
    return fail(GQ_INVALID_ARGUMENT,
                "%s %s: row pitch is %lld elements, the plan is for %lld",
                need.role, need.name, static_cast<long long>(rowPitch(tensor)),
                static_cast<long long>(need.pitch));
  // The last row has no gap behind it.
  uint64_t gaps = 0;
  if (__builtin_mul_overflow(
          static_cast<uint64_t>(tensor.shape[0] - 1),
          static_cast<uint64_t>(rowPitch(tensor) - tensor.shape[1]) *
              elementTypeSize(need.type),
          &gaps) ||
      __builtin_add_overflow(bytes, gaps, &bytes) ||
      bytes > static_cast<uint64_t>(INT64_MAX))
    return refuseSize(need);
  return GQ_OK;
}

gq_status checkAddress(const char *role, const char *name, const void *data) {
  if (!data)
    return fail(GQ_INVALID_ARGUMENT, "%s %s: data pointer is null", role, name);
  if (reinterpret_cast<uintptr_t>(data) % operandAlignment)
    return fail(GQ_INVALID_ARGUMENT,
                "%s %s: data address %p is not a multiple of %llu bytes", role,
                name, data, static_cast<unsigned long long>(operandAlignment));
  return GQ_OK;
}

} // namespace gridquant::runtime
