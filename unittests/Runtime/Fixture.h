//===- Fixture.h - tensors and a runtime with a mock driver -----*- C++ -*-===//
#ifndef GQ_UNITTESTS_RUNTIME_FIXTURE_H
#define GQ_UNITTESTS_RUNTIME_FIXTURE_H

#include "MockCuda.h"
#include "SampleBundle.h"
#include "gq/Runtime/gq_device.h"
#include "gq/Runtime/gq_runtime.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

/// A DLPack tensor that owns its shape. Its data is an address that nothing
/// reads.
struct Tensor {
  std::vector<int64_t> shape, strides;
  DLTensor dl;

  Tensor(std::vector<int64_t> extents, int code, int bits,
         uintptr_t address = apart())
      : shape(std::move(extents)), dl() {
    dl.data = reinterpret_cast<void *>(address);
    dl.device.device_type = decltype(dl.device.device_type)(2);
    dl.ndim = static_cast<int32_t>(shape.size());
    dl.dtype = {static_cast<uint8_t>(code), static_cast<uint8_t>(bits), 1};
    dl.shape = shape.data();
  }
  Tensor(const Tensor &) = delete;
  /// An address that is far from all others.
  static uintptr_t apart() {
    static std::atomic<uintptr_t> last{0};
    return last += uintptr_t(1) << 36;
  }
  void setStrides(std::vector<int64_t> values) {
    strides = std::move(values);
    dl.strides = strides.data();
  }
};

inline Tensor bf16(std::vector<int64_t> shape,
                   uintptr_t address = Tensor::apart()) {
  return Tensor(std::move(shape), 4, 16, address);
}
inline Tensor fp8(std::vector<int64_t> shape,
                  uintptr_t address = Tensor::apart()) {
  return Tensor(std::move(shape), 10, 8, address);
}

/// `text` with the first `from` replaced.
inline std::string edit(std::string text, const std::string &from,
                        const std::string &to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct RuntimeTest : ::testing::Test {
  gq_bundle *bundle = nullptr;
  const gq_function *linear = nullptr;
  alignas(256) static inline char workspace[1 << 16];

  void SetUp() override {
    MockCuda::reset();
    ::setenv("GQ_LIBCUDA", GQ_MOCK_CUDA, 1);
    ::setenv("GQ_CACHE_DIR", "", 1); // no cache
  }
  void TearDown() override {
    gq_bundle_close(bundle);
    EXPECT_EQ(MockCuda::get().liveModules, 0);
    EXPECT_EQ(MockCuda::get().contextDepth, 0);
    EXPECT_EQ(MockCuda::get().liveStreams, 0);
    EXPECT_EQ(MockCuda::get().liveGraphs, 0);
  }

  gq_status open(const std::string &metadata = sampleMetadata(),
                 const std::vector<gridquant::Image> &images = sampleImages()) {
    gq_bundle_close(bundle);
    std::string bytes = gridquant::writeBundle(metadata, images);
    gq_status status =
        gq_bundle_open_memory(bytes.data(), bytes.size(), &bundle);
    if (status == GQ_OK && gq_bundle_function_count(bundle))
      status = gq_bundle_function_at(bundle, 0, &linear);
    return status;
  }
  void load(const std::string &metadata = sampleMetadata()) {
    ASSERT_EQ(open(metadata), GQ_OK) << gq_last_error();
    ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  }

  gq_status launch(const DLTensor *a, const DLTensor *b, const DLTensor *r,
                   void *space = workspace, size_t bytes = sizeof(workspace)) {
    const DLTensor *inputs[] = {a, b};
    return gq_launch(linear, inputs, 2, &r, 1, space, bytes,
                     reinterpret_cast<gq_stream>(0x5000));
  }
  gq_status launch(const Tensor &a, const Tensor &b, const Tensor &r) {
    return launch(&a.dl, &b.dl, &r.dl);
  }

  /// Expects a refusal that has launched nothing.
  void refused(gq_status given, const std::string &message,
               gq_status status = GQ_INVALID_ARGUMENT) {
    EXPECT_EQ(given, status);
    EXPECT_EQ(std::string(gq_last_error()), message);
    EXPECT_TRUE(MockCuda::get().launches.empty());
  }
};

#endif // GQ_UNITTESTS_RUNTIME_FIXTURE_H
