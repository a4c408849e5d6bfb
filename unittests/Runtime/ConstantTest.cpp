//===- ConstantTest.cpp - constants of a bundle on the device -------------===//
#include "Fixture.h"

#include <cstring>

using gridquant::Image;
using gridquant::ImageKind;

namespace {
template <typename T> T as(const std::string &bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

const std::string weights = "0123456789abcdefghijklmnopqrstuv";

/// One launch, which is given `params`; a row of weights, the same as a column
/// of other name, and a splat of 3 x 2^18 f32.
std::string constantMetadata(const std::string &params) {
  return R"({"version":2,"target":"sm_90a","functions":[{"name":"f",
 "inputs":[{"name":"x","type":"bf16","shape":[-1]}],
 "outputs":[{"name":"r","type":"f32","shape":["x.0"]}],
 "constants":[
  {"name":"w","type":"i8","shape":[2,16],"image":1},
  {"name":"v","type":"bf16","shape":[16],"image":1},
  {"name":"s","type":"f32","shape":[3,262144],"image":2,"splat":true},
  {"name":"none","type":"f32","shape":[0],"image":3}],
 "launches":[{"variants":[{"kernel":"k","grid":[1,1,1],"block":[32,1,1],
  "cluster":[1,1,1],"smem":0,"params":[)" +
         params + "]}]}]}]}";
}

const char *const pointers = R"({"kind":"pointer","buffer":"x"},
 {"kind":"pointer","buffer":"w"},{"kind":"pointer","buffer":"v"},
 {"kind":"pointer","buffer":"s"},{"kind":"pointer","buffer":"none"})";
const char *const map = R"({"kind":"tensormap","buffer":"w","dtype":"u8",
 "dims":[16,2],"strides":[16],"box":[16,2],"swizzle":0,"l2promotion":0})";

std::vector<Image> images() {
  return {{ImageKind::Cubin, "sm_90a", "CUBIN k"},
          {ImageKind::Data, "", weights},
          {ImageKind::Data, "", "half"},
          {ImageKind::Data, "", ""}};
}

struct ConstantTest : RuntimeTest {
  Tensor x = Tensor({8}, 4, 16), r = Tensor({8}, 2, 32);

  void load(const std::string &params) {
    ASSERT_EQ(open(constantMetadata(params), images()), GQ_OK)
        << gq_last_error();
    ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  }
  void TearDown() override {
    RuntimeTest::TearDown();
    EXPECT_EQ(MockCuda::get().liveMemory, 0);
  }
  gq_status launchOnce() {
    const DLTensor *inputs[] = {&x.dl}, *outputs[] = {&r.dl};
    return gq_launch(linear, inputs, 1, outputs, 1, nullptr, 0, nullptr);
  }
  gq_status planOnce() {
    const DLTensor *inputs[] = {&x.dl};
    gq_plan *plan = nullptr;
    gq_status status = gq_plan_create(linear, inputs, 1, nullptr, 0, &plan);
    if (status == GQ_OK)
      status = gq_plan_launch(plan, &x.dl.data, &r.dl.data, nullptr, nullptr);
    gq_plan_destroy(plan);
    return status;
  }
};
} // namespace

TEST_F(ConstantTest, AreUploadedOnce) {
  MockCuda::get().paramSizes = {8, 8, 8, 8, 8};
  load(pointers);
  EXPECT_EQ(MockCuda::get().allocations, 1);
  ASSERT_EQ(launchOnce(), GQ_OK) << gq_last_error();
  ASSERT_EQ(planOnce(), GQ_OK) << gq_last_error();
  ASSERT_EQ(MockCuda::get().launches.size(), 2u);
  EXPECT_EQ(MockCuda::get().launches[0].params,
            MockCuda::get().launches[1].params);
  EXPECT_EQ(MockCuda::get().allocations, 1);
  const std::vector<std::string> &params = MockCuda::get().launches[0].params;
  EXPECT_EQ(as<void *>(params[0]), x.dl.data);
  const char *w = as<const char *>(params[1]), *s = as<const char *>(params[3]);
  EXPECT_EQ(std::string(w, weights.size()), weights);
  // Equal contents, equal memory.
  EXPECT_EQ(as<const char *>(params[2]), w);
  EXPECT_EQ(as<const char *>(params[4]), nullptr);
  for (const char *address : {w, s})
    EXPECT_EQ(reinterpret_cast<uintptr_t>(address) % 256, 0u);
  for (size_t i = 0; i < 3 * 262144; ++i)
    ASSERT_EQ(std::memcmp(s + 4 * i, "half", 4), 0) << "at " << i;
}

TEST_F(ConstantTest, TensorMaps) {
  MockCuda::get().paramSizes = {128};
  load(map);
  ASSERT_EQ(planOnce(), GQ_OK) << gq_last_error();
  ASSERT_EQ(launchOnce(), GQ_OK) << gq_last_error();
  ASSERT_EQ(MockCuda::get().maps.size(), 1u);
  const MockTensorMap &encoded = MockCuda::get().maps[0];
  EXPECT_EQ(std::string(static_cast<char *>(encoded.address), weights.size()),
            weights);
  EXPECT_EQ(encoded.dims, (std::vector<uint64_t>{16, 2}));
  EXPECT_EQ(MockCuda::get().launches[0].params,
            MockCuda::get().launches[1].params);
  // One that reaches beyond the constant.
  load(edit(map, "\"dims\":[16,2]", "\"dims\":[16,3]"));
  MockCuda::get().launches.clear();
  const char *message = "operand w: the tensor map of kernel k covers 48 "
                        "bytes, the operand has 32";
  refused(launchOnce(), message);
  refused(planOnce(), message);
}

TEST_F(ConstantTest, EachDeviceHasThem) {
  MockCuda::get().deviceCount = 2;
  MockCuda::get().paramSizes = {8, 8, 8, 8, 8};
  load(pointers);
  gq_bundle *other = nullptr;
  ASSERT_EQ(gq_bundle_share(bundle, &other), GQ_OK);
  ASSERT_EQ(gq_bundle_load(other, 1), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().liveMemory, 2);
  gq_bundle_close(other);
  EXPECT_EQ(MockCuda::get().liveMemory, 1);
  ASSERT_EQ(launchOnce(), GQ_OK) << gq_last_error();
}

TEST_F(ConstantTest, FailuresLeaveNothing) {
  ASSERT_EQ(open(constantMetadata(pointers), images()), GQ_OK);
  MockCuda::get().allocResult = 2;
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_OUT_OF_MEMORY);
  EXPECT_STREQ(gq_last_error(),
               "3145984 bytes of constants: cuMemAlloc failed with error 2: "
               "CUDA_ERROR_MOCK (mock failure)");
  MockCuda::get().allocResult = 0;
  MockCuda::get().copyResult = 700;
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_DRIVER_ERROR);
  EXPECT_EQ(MockCuda::get().liveMemory, 0);
  EXPECT_EQ(MockCuda::get().liveModules, 0);
  EXPECT_EQ(MockCuda::get().primaryReferences, 0);
  MockCuda::get().copyResult = 0;
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
}

TEST_F(ConstantTest, ImagesThatDoNotFit) {
  std::vector<Image> wrong = images();
  wrong[2].bytes = "no";
  EXPECT_EQ(open(constantMetadata(pointers), wrong), GQ_INVALID_BUNDLE);
  EXPECT_STREQ(gq_last_error(), "constant s of function f is image 2 of 2 "
                                "bytes, 4 are needed");
  wrong.resize(2);
  EXPECT_EQ(open(constantMetadata(pointers), wrong), GQ_INVALID_BUNDLE);
  EXPECT_STREQ(gq_last_error(),
               "constant s of function f is image 2, the bundle has 2");
}
