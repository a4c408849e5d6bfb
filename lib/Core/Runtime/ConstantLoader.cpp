//===- ConstantLoader.cpp - constants on a device -------------------------===//
#include "ConstantLoader.h"

#include "Operands.h"

#include <algorithm>
#include <map>

namespace gridquant::runtime {

namespace {
/// What a constant is filled with: an image, and how many bytes it makes.
using Filling = std::pair<uint32_t, uint64_t>;
} // namespace

/// Copies the image, again and again if the constant is larger.
static gq_status fill(const Driver &driver, cuda::DevicePtr at,
                      const std::string &image, uint64_t bytes) {
  std::string repeated;
  const std::string *source = &image;
  // Elements have 1, 2, 4 or 8 bytes, so whole ones fit.
  constexpr uint64_t chunk = uint64_t(1) << 20;
  if (image.size() < bytes) {
    repeated.reserve(std::min(chunk, bytes));
    while (repeated.size() < std::min(chunk, bytes))
      repeated += image;
    source = &repeated;
  }
  for (uint64_t done = 0; done < bytes;) {
    const uint64_t size = std::min<uint64_t>(source->size(), bytes - done);
    if (cuda::Result result =
            driver.memcpyHtoD(at + done, source->data(), size))
      return driver.failed(result, "cuMemcpyHtoD");
    done += size;
  }
  return GQ_OK;
}

gq_status loadConstants(const Driver &driver, const Contents &contents,
                        cuda::DevicePtr &memory,
                        std::vector<std::vector<char *>> &addresses) {
  std::map<Filling, uint64_t> offsets;
  uint64_t total = 0;
  for (const Function &function : contents.manifest.functions)
    for (const ConstantTensor &constant : function.constants)
      if (constant.bytes &&
          offsets.emplace(Filling{constant.image, constant.bytes}, total)
              .second)
        total += (constant.bytes + workspaceAlignment - 1) /
                 workspaceAlignment * workspaceAlignment;
  memory = 0;
  if (total)
    if (cuda::Result result = driver.memAlloc(&memory, total)) {
      gq_status status = driver.failed(result, "cuMemAlloc");
      std::string reason = gq_last_error();
      return fail(status, "%llu bytes of constants: %s",
                  static_cast<unsigned long long>(total), reason.c_str());
    }
  for (const auto &[filling, offset] : offsets)
    if (gq_status status =
            fill(driver, memory + offset, contents.images[filling.first].bytes,
                 filling.second)) {
      driver.memFree(memory);
      memory = 0;
      return status;
    }
  addresses.clear();
  for (const Function &function : contents.manifest.functions) {
    std::vector<char *> &of = addresses.emplace_back();
    for (const ConstantTensor &constant : function.constants) {
      uint64_t at = 0;
      if (constant.bytes)
        at = memory + offsets[{constant.image, constant.bytes}];
      of.push_back(reinterpret_cast<char *>(static_cast<uintptr_t>(at)));
    }
  }
  return GQ_OK;
}

} // namespace gridquant::runtime
