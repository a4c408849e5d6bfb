//===- Data.cpp - random operands -----------------------------------------===//
#include "Data.h"

#include "gq/Numerics/gq_reference.h"

#include <algorithm>

namespace gridquant::bench {

/// More than the L2 cache of any GPU, so that repeating it saves no traffic.
static constexpr uint64_t partBytes = 64 << 20;

Status fillTensor(int device, const DeviceTensor &tensor, size_t elementBytes,
                  const DataSpec &data) {
  std::vector<char> host(std::min(tensor.bytes, partBytes));
  if (host.empty())
    return Status();
  const char *distribution = data.distribution.c_str();
  double first = 0, second = 1; // mean and deviation
  if (data.scales) {
    distribution = "uniform";
    first = 0.5, second = 1.5;
  } else if (data.distribution == "uniform") {
    first = -1;
  }
  if (gq_ref_generate(distribution, data.seed, first, second, data.type,
                      static_cast<int64_t>(host.size() / elementBytes),
                      host.data(), 0))
    return Error{gq_ref_last_error()};
  for (uint64_t at = 0; at < tensor.bytes; at += host.size()) {
    char *to = static_cast<char *>(tensor.memory.get()) + at;
    if (gq_memcpy_h2d(device, to, host.data(),
                      std::min<uint64_t>(host.size(), tensor.bytes - at)))
      return lastError("copy to the device");
  }
  return Status();
}

} // namespace gridquant::bench
