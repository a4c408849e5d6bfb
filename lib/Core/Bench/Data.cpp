//===- Data.cpp - random operands -----------------------------------------===//
#include "Data.h"

#include "gq/Numerics/gq_reference.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

namespace gridquant::bench {

/// More than the L2 cache of any GPU, so that repeating it saves no traffic.
static constexpr uint64_t partBytes = 64 << 20;

namespace {
/// The numbers of one fill. Cases and their candidates ask for the same ones
/// again and again, and a host makes them more slowly than a kernel runs.
struct Part {
  std::string distribution, type;
  uint64_t seed;
  bool scales;
  std::vector<char> bytes;

  bool isFor(const DataSpec &data, size_t size) const {
    return distribution == data.distribution && type == data.type &&
           seed == data.seed && scales == data.scales && bytes.size() == size;
  }
};
} // namespace

static Expected<std::shared_ptr<const Part>>
findPart(const DataSpec &data, size_t size, size_t elementBytes) {
  // Enough for all operands of a function and its peers.
  constexpr size_t most = 8;
  static std::vector<std::shared_ptr<const Part>> parts;
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i]->isFor(data, size)) {
      std::rotate(parts.begin(), parts.begin() + static_cast<ptrdiff_t>(i),
                  parts.begin() + static_cast<ptrdiff_t>(i) + 1);
      return std::shared_ptr<const Part>(parts.front());
    }
  auto part = std::make_shared<Part>(
      Part{data.distribution, data.type, data.seed, data.scales, {}});
  part->bytes.resize(size);
  const char *distribution = data.distribution.c_str();
  double first = 0, second = 1; // mean and deviation
  if (data.scales) {
    distribution = "uniform";
    first = 0.5, second = 1.5;
  } else if (data.distribution == "uniform") {
    first = -1;
  }
  if (gq_ref_generate(distribution, data.seed, first, second, data.type,
                      static_cast<int64_t>(size / elementBytes),
                      part->bytes.data(), 0))
    return Error{gq_ref_last_error()};
  parts.insert(parts.begin(), part);
  if (parts.size() > most)
    parts.pop_back();
  return std::shared_ptr<const Part>(std::move(part));
}

DataSpec dataOf(const Function &function, size_t input, const Method &method) {
  const InputTensor &tensor = function.inputs[input];
  const bool anyFp8 = std::any_of(
      function.inputs.begin(), function.inputs.end(),
      [](const InputTensor &other) { return isFloat8(other.type); });
  return {method.data, method.seed + input, elementTypeName(tensor.type),
          anyFp8 && tensor.type == ElementType::f32 &&
              tensor.shape.size() == 2};
}

Status fillTensor(int device, const DeviceTensor &tensor, size_t elementBytes,
                  const DataSpec &data) {
  if (!tensor.bytes)
    return Status();
  Expected<std::shared_ptr<const Part>> part =
      findPart(data, std::min(tensor.bytes, partBytes), elementBytes);
  if (!part)
    return Error{part.message()};
  const std::vector<char> &host = (*part)->bytes;
  for (uint64_t at = 0; at < tensor.bytes; at += host.size()) {
    char *to = static_cast<char *>(tensor.memory.get()) + at;
    if (gq_memcpy_h2d(device, to, host.data(),
                      std::min<uint64_t>(host.size(), tensor.bytes - at)))
      return lastError("copy to the device");
  }
  return Status();
}

Status fillCopy(int device, const DeviceTensor &from, const DeviceTensor &to,
                size_t elementBytes, size_t number) {
  // A prime, and no part of a row or a block.
  constexpr uint64_t stride = 4099;
  const uint64_t elements = to.bytes / elementBytes;
  if (!elements)
    return Status();
  const uint64_t first = number * stride % elements * elementBytes;
  auto *target = static_cast<char *>(to.memory.get()),
       *source = static_cast<char *>(from.memory.get());
  if (gq_memcpy_d2d_async(device, target, source + first, to.bytes - first,
                          nullptr) ||
      gq_memcpy_d2d_async(device, target + to.bytes - first, source, first,
                          nullptr))
    return lastError("copy of an operand");
  return Status();
}

} // namespace gridquant::bench
