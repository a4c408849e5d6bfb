//===- PitchTest.cpp - operands with gaps between rows --------------------===//
#include "Fixture.h"

#include <cstring>

namespace {
template <typename T> T as(const std::string &bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

struct PitchTest : RuntimeTest {
  Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});
  gq_plan *plan = nullptr;

  void SetUp() override {
    RuntimeTest::SetUp();
    load(pitchedMetadata());
    MockCuda::get().kernelParams["quantize"] = {8, 8, 4};
    MockCuda::get().kernelParams["gemm_large"] = {128, 128, 4, 8, 4};
  }
  void TearDown() override {
    gq_plan_destroy(plan);
    RuntimeTest::TearDown();
  }
  void expect(const std::string &message) { refused(launch(a, b, r), message); }

  /// What the last call has passed: a pitch of so many elements.
  void passed(int32_t pitch) {
    ASSERT_EQ(MockCuda::get().launches.size(), 2u);
    EXPECT_EQ(as<int32_t>(MockCuda::get().launches[0].params[2]), pitch);
    ASSERT_FALSE(MockCuda::get().maps.empty());
    const MockTensorMap &map = MockCuda::get().maps.front();
    EXPECT_EQ(map.address, a.dl.data);
    EXPECT_EQ(map.dims, (std::vector<uint64_t>{64, 200}));
    EXPECT_EQ(map.strides, std::vector<uint64_t>{uint64_t(pitch) * 2});
    MockCuda::get().launches.clear();
  }
  gq_status create() {
    const DLTensor *inputs[] = {&a.dl, &b.dl};
    return gq_plan_create(linear, inputs, 2, nullptr, 0, &plan);
  }
};
} // namespace

TEST_F(PitchTest, RowsOfAWiderTensor) {
  a.setStrides({1000, 1});
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  passed(1000);
}

TEST_F(PitchTest, RowsWithoutGaps) {
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  passed(64);
}

// Of one row, of one element and of an empty tensor strides mean nothing.
TEST_F(PitchTest, StridesThatMeanNothing) {
  Tensor one = bf16({1, 64}), result = bf16({1, 256});
  one.setStrides({7, 1});
  ASSERT_EQ(launch(one, b, result), GQ_OK) << gq_last_error();
  EXPECT_EQ(as<int32_t>(MockCuda::get().launches[0].params[2]), 64);
  Tensor none = bf16({200, 0}), nothing = fp8({256, 0});
  none.setStrides({int64_t(1) << 40, 1});
  MockCuda::get().launches.clear();
  ASSERT_EQ(launch(none, nothing, r), GQ_OK) << gq_last_error();
  EXPECT_EQ(as<int32_t>(MockCuda::get().launches[0].params[2]), 0);
}

TEST_F(PitchTest, Refusals) {
  a.setStrides({1000, 2});
  expect("operand a: stride of dimension 1 is 2 elements, 1 is needed for a "
         "contiguous row-major tensor");
  a.setStrides({63, 1});
  expect("operand a: row pitch is 63 elements, at least the 64 of a row are "
         "needed");
  a.setStrides({-64, 1});
  expect("operand a: row pitch is -64 elements, at least the 64 of a row are "
         "needed");
  a.setStrides({1001, 1});
  expect("operand a: row pitch is 2002 bytes, a multiple of 16 is needed, or "
         "rows without gaps");
  a.setStrides({int64_t(1) << 31, 1});
  expect("operand a: row pitch is 2147483648 elements, at most 2147483647 are "
         "needed");
  b.setStrides({128, 1});
  a.setStrides({64, 1});
  expect("operand b: stride of dimension 0 is 128 elements, 64 is needed for a "
         "contiguous row-major tensor");
  b.setStrides({64, 1});
  Tensor wide = bf16({200, 256});
  wide.setStrides({512, 1});
  refused(launch(a, b, wide),
          "result r: stride of dimension 0 is 512 elements, 256 is needed for "
          "a contiguous row-major tensor");
  Tensor huge = bf16({int64_t(1) << 32, 64});
  huge.setStrides({2147483640, 1});
  Tensor many = bf16({int64_t(1) << 32, 256});
  refused(launch(huge, b, many),
          "operand a: its size in bytes does not fit in 63 bits");
}

// A result may lie behind the last row, not in it, and not between rows.
TEST_F(PitchTest, Overlap) {
  a.setStrides({1000, 1});
  auto start = reinterpret_cast<uintptr_t>(a.dl.data);
  uintptr_t bytes = (199 * 1000 + 64) * 2;
  r.dl.data = reinterpret_cast<void *>(start + bytes);
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  MockCuda::get().launches.clear();
  r.dl.data = reinterpret_cast<void *>(start + bytes - 16);
  EXPECT_EQ(launch(a, b, r), GQ_INVALID_ARGUMENT);
  EXPECT_NE(std::string(gq_last_error()).find("398128 bytes"),
            std::string::npos)
      << gq_last_error();
}

TEST_F(PitchTest, Plan) {
  a.setStrides({1000, 1});
  ASSERT_EQ(create(), GQ_OK) << gq_last_error();
  void *inputs[] = {a.dl.data, b.dl.data};
  ASSERT_EQ(gq_plan_launch(plan, inputs, &r.dl.data, workspace, nullptr), GQ_OK)
      << gq_last_error();
  passed(1000);
}

// Objects of a plan have its pitch.
TEST_F(PitchTest, PlanForObjects) {
  static std::vector<DLTensor *> tuple;
  const gq_object_api api = {
      [](void *) { return static_cast<intptr_t>(tuple.size()); },
      [](void *, intptr_t i) -> void * { return tuple[size_t(i)]; },
      [](void *object, DLTensor *out) {
        *out = *static_cast<DLTensor *>(object);
        return 0;
      },
      [](int32_t, int32_t, void **) { return -1; },
      []() -> void * { return nullptr; },
      [](void *) {}};
  a.setStrides({1000, 1});
  ASSERT_EQ(create(), GQ_OK) << gq_last_error();
  ASSERT_EQ(gq_plan_use_objects(plan, &api), GQ_OK);
  Tensor space({int64_t(gq_plan_workspace_size(plan))}, 1, 8);
  tuple = {&a.dl, &b.dl, &r.dl, &space.dl};
  ASSERT_EQ(gq_plan_launch_objects(plan, &tuple, nullptr), GQ_OK)
      << gq_last_error();
  passed(1000);
  a.setStrides({1008, 1});
  refused(gq_plan_launch_objects(plan, &tuple, nullptr),
          "operand a: row pitch is 1008 elements, the plan is for 1000",
          GQ_NOT_PLANNED);
}

// Questions about shapes do not ask for strides.
TEST_F(PitchTest, Queries) {
  a.setStrides({1001, 1});
  const DLTensor *inputs[] = {&a.dl, &b.dl};
  int64_t shape[2];
  ASSERT_EQ(gq_function_output_shape(linear, inputs, 2, 0, shape, 2), GQ_OK)
      << gq_last_error();
  EXPECT_EQ(shape[1], 256);
}

TEST_F(PitchTest, Metadata) {
  auto error = [&](const std::string &metadata) {
    EXPECT_EQ(open(metadata), GQ_INVALID_BUNDLE);
    return std::string(gq_last_error());
  };
  EXPECT_NE(error(edit(pitchedMetadata(), "\"version\":3", "\"version\":2"))
                .find("functions[0].inputs: that are pitched need metadata of "
                      "version 3"),
            std::string::npos)
      << gq_last_error();
  std::string vector = edit(pitchedMetadata(), R"("shape":[-1,-1],"pitched")",
                            R"("shape":[-1],"pitched")");
  EXPECT_NE(error(vector).find("functions[0].inputs[0].pitched: is of an input "
                               "of rank 1, a matrix is needed"),
            std::string::npos)
      << gq_last_error();
  EXPECT_NE(error(edit(pitchedMetadata(), ",\"pitched\":true", ""))
                .find("'a.pitch' is not a dimension that is known here"),
            std::string::npos)
      << gq_last_error();
}
