//===- ValidationTest.cpp - every refusal of a launch ---------------------===//
#include "Fixture.h"

namespace {
struct ValidationTest : RuntimeTest {
  Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});

  void SetUp() override {
    RuntimeTest::SetUp();
    load();
  }
  void expect(const std::string &message) { refused(launch(a, b, r), message); }
};
} // namespace

TEST_F(ValidationTest, Accepted) {
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().launches.size(), 2u);
}

TEST_F(ValidationTest, Counts) {
  const DLTensor *one[] = {&a.dl}, *two[] = {&a.dl, &b.dl};
  refused(
      gq_launch(linear, one, 1, one, 1, workspace, sizeof(workspace), nullptr),
      "function linear: number of inputs is 1, 2 is needed");
  refused(
      gq_launch(linear, two, 2, two, 2, workspace, sizeof(workspace), nullptr),
      "function linear: number of outputs is 2, 1 is needed");
  refused(gq_launch(linear, nullptr, 2, one, 1, workspace, sizeof(workspace),
                    nullptr),
          "function linear: array of inputs is null");
  refused(gq_launch(linear, two, 2, nullptr, 1, workspace, sizeof(workspace),
                    nullptr),
          "function linear: array of outputs is null");
}

TEST_F(ValidationTest, NullTensor) {
  refused(launch(&a.dl, nullptr, &r.dl), "operand b: tensor is null");
  refused(launch(&a.dl, &b.dl, nullptr), "result r: tensor is null");
}

TEST_F(ValidationTest, NullData) {
  b.dl.data = nullptr;
  expect("operand b: data pointer is null");
}

TEST_F(ValidationTest, NullShape) {
  a.dl.shape = nullptr;
  expect("operand a: shape is null");
}

TEST_F(ValidationTest, Types) {
  a.dl.dtype = {2, 32, 1};
  expect("operand a: element type is f32, bf16 is needed");
  a.dl.dtype = {4, 16, 2};
  expect("operand a: element type is dlpack type 4 with 16 bits and 2 lanes, "
         "bf16 is needed");
  a.dl.dtype = {1, 8, 1};
  expect("operand a: element type is u8, bf16 is needed");
  a.dl.dtype = {4, 16, 1};
  b.dl.dtype = {12, 8, 1};
  expect("operand b: element type is f8E5M2, f8E4M3FN is needed");
  b.dl.dtype = {14, 8, 1};
  expect("operand b: element type is f8E8M0FNU, f8E4M3FN is needed");
  b.dl.dtype = {0, 8, 1};
  expect("operand b: element type is i8, f8E4M3FN is needed");
  // Bytes stand for fp8.
  b.dl.dtype = {1, 8, 1};
  EXPECT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
}

TEST_F(ValidationTest, Rank) {
  Tensor c = bf16({200, 64, 1});
  refused(launch(c, b, r), "operand a: rank is 3, 2 is needed");
  c.dl.ndim = -1;
  refused(launch(c, b, r), "operand a: rank is -1, 2 is needed");
}

TEST_F(ValidationTest, Extents) {
  b.shape[0] = 255;
  expect("operand b: dimension 0 is 255, 256 is needed");
  b.shape[0] = 256;
  a.shape[1] = -5;
  expect("operand a: dimension 1 is -5, at least 0 is needed");
  a.shape[1] = 64;
  r.shape[0] = 199;
  expect("result r: dimension 0 is 199, 200 is needed");
}

TEST_F(ValidationTest, HugeExtents) {
  a.shape = {int64_t(1) << 61, 64};
  a.dl.shape = a.shape.data();
  expect("operand a: its size in bytes does not fit in 63 bits");
}

TEST_F(ValidationTest, Checks) {
  b.shape[1] = 80;
  expect("operand b: dimension 1 must equal dimension 1 of operand a: 80, 64 "
         "is needed");
}

TEST_F(ValidationTest, Strides) {
  a.setStrides({64, 1});
  EXPECT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  MockCuda::get().launches.clear();
  a.setStrides({80, 1});
  expect("operand a: stride of dimension 0 is 80 elements, 64 is needed for a "
         "contiguous row-major tensor");
  a.setStrides({1, 200});
  expect("operand a: stride of dimension 1 is 200 elements, 1 is needed for a "
         "contiguous row-major tensor");
}

TEST_F(ValidationTest, StridesOfOneElementMeanNothing) {
  Tensor a1 = bf16({1, 64}), r1 = bf16({1, 256});
  a1.setStrides({7, 1});
  EXPECT_EQ(launch(a1, b, r1), GQ_OK) << gq_last_error();
}

TEST_F(ValidationTest, Alignment) {
  a.dl.data = reinterpret_cast<void *>(0x10000);
  a.dl.byte_offset = 8;
  expect("operand a: data address 0x10008 is not a multiple of 16 bytes");
  a.dl.byte_offset = 0;
  r.dl.data = reinterpret_cast<void *>(0x30004);
  expect("result r: data address 0x30004 is not a multiple of 16 bytes");
}

TEST_F(ValidationTest, Devices) {
  a.dl.device.device_type = decltype(a.dl.device.device_type)(1);
  expect("operand a: dlpack device type is 1, 2 (cuda) is needed");
  a.dl.device.device_type = decltype(a.dl.device.device_type)(2);
  a.dl.device.device_id = 3;
  expect("operand a: is on cuda device 3, device 0 is needed, where the bundle "
         "is loaded");
  a.dl.device.device_type = decltype(a.dl.device.device_type)(13);
  EXPECT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
}

TEST_F(ValidationTest, Workspace) {
  refused(launch(&a.dl, &b.dl, &r.dl, nullptr, 0),
          "function linear: workspace is null, 13824 bytes are needed");
  refused(launch(&a.dl, &b.dl, &r.dl, workspace, 13823),
          "function linear: workspace has 13823 bytes, 13824 are needed");
  EXPECT_EQ(launch(&a.dl, &b.dl, &r.dl, workspace, 13824), GQ_OK);
  MockCuda::get().launches.clear();
  std::string message = gq_last_error();
  EXPECT_EQ(launch(&a.dl, &b.dl, &r.dl, workspace + 16, 50000),
            GQ_INVALID_ARGUMENT);
  message = gq_last_error();
  EXPECT_EQ(message.find("function linear: workspace address 0x"), 0u);
  EXPECT_NE(message.find("is not a multiple of 256 bytes"), std::string::npos);
}

TEST_F(ValidationTest, RowPitch) {
  a.shape[1] = b.shape[1] = 100;
  expect("operand q: row pitch of 100 bytes is not a multiple of the 16 bytes "
         "that tma needs");
}

TEST_F(ValidationTest, EmptyTensorMap) {
  load(
      edit(sampleMetadata(), R"("dims":["a.1","a.0"])", R"("dims":[0,"a.0"])"));
  expect("operand q: extent 0 of its tensor map is 0, a value from 1 to 2^32 "
         "is needed");
}

TEST_F(ValidationTest, TensorMapBeyondItsOperand) {
  load(edit(sampleMetadata(), R"("dims":["a.1","a.0"])",
            R"("dims":["a.1",["add",1,"a.0"]])"));
  expect("operand q: the tensor map of kernel gemm_large covers 12864 bytes, "
         "the operand has 12800");
}

TEST_F(ValidationTest, TensorMapStrideRange) {
  load(edit(sampleMetadata(), R"("strides":["a.1"])", R"("strides":[-16])"));
  expect("operand q: stride 0 of its tensor map is -16 bytes, a value from 0 "
         "to 2^40 - 16 is needed");
}

TEST_F(ValidationTest, Grid) {
  const std::string grid = R"("grid":[["mul",2,["ceildiv","a.0",128]],2,1])";
  load(edit(sampleMetadata(), grid, R"("grid":["a.0",65536,1])"));
  expect("kernel gemm_large: grid extent 1 is 65536, a value from 0 to 65535 "
         "is needed");
  load(edit(sampleMetadata(), grid, R"("grid":[["sub",0,"a.0"],1,1])"));
  expect("kernel gemm_large: grid extent 0 is -200, a value from 0 to "
         "2147483647 is needed");
  load(edit(sampleMetadata(), grid, R"("grid":[133,1,1])"));
  expect("kernel gemm_large: grid extent 0 is 133, a multiple of the cluster "
         "extent 2 is needed");
}

TEST_F(ValidationTest, IntegerParameterRange) {
  Tensor a1 = bf16({64, 64000}), b1 = fp8({256, 64000}), r1 = bf16({64, 256});
  alignas(256) static char large[1 << 23];
  refused(launch(&a1.dl, &b1.dl, &r1.dl, large, sizeof(large)),
          "kernel gemm_small: parameter 0 is 4096000000, which does not fit in "
          "32 bits");
}

TEST_F(ValidationTest, FaultsOfExpressions) {
  load(edit(sampleMetadata(), R"("expr":["eq","b.1","a.1"])",
            R"("expr":["mod",1,["sub","a.0",200]])"));
  expect("function linear: check of operands: division by zero in mod(1, "
         "sub(a.0, 200))");
  load(edit(sampleMetadata(), R"("shape":["a.0","b.0"])",
            R"("shape":[["sub",100,"a.0"],"b.0"])"));
  expect("function linear: dimension 0 of r would be -100");
  load(edit(sampleMetadata(), R"("shape":["a.0","a.1"])",
            R"("shape":[["mul","a.0",4611686018427387904]])"));
  expect("function linear: q: overflow of 64 bits in mul(a.0, "
         "4611686018427387904)");
  load(edit(sampleMetadata(), R"("shape":["a.0","a.1"])",
            R"("shape":[4611686018427387904])"));
  expect("function linear: workspace q would have more than 2^56 bytes");
}

// Memory that a launch writes is used by nobody else.
TEST_F(ValidationTest, Overlap) {
  constexpr uintptr_t base = 0x10000000;
  Tensor a = bf16({300, 64}, base), b = fp8({256, 64}, base + 0x100000);
  auto refusedAt = [&](uintptr_t address, const char *message) {
    Tensor r = bf16({300, 256}, address);
    refused(launch(a, b, r), message);
  };
  refusedAt(base, "function linear: operand a, 38400 bytes at 0x10000000, and "
                  "result r, 153600 bytes at 0x10000000, overlap");
  refusedAt(base + 38400 - 16,
            "function linear: operand a, 38400 bytes at 0x10000000, and result "
            "r, 153600 bytes at 0x100095f0, overlap");
  refusedAt(base + 0x100000 - 153600 + 16,
            "function linear: operand b, 16384 bytes at 0x10100000, and result "
            "r, 153600 bytes at 0x100da810, overlap");
  Tensor r = bf16({300, 256}, base + 38400);
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  // One that is updated in place: its place is the same, to its end.
  MockCuda::get().launches.clear();
  Tensor square = bf16({200, 256}, base), deep = fp8({256, 256});
  ASSERT_EQ(launch(square, deep, square), GQ_OK) << gq_last_error();
  // The workspace is memory of its own.
  MockCuda::get().launches.clear();
  Tensor inside =
      bf16({300, 64}, reinterpret_cast<uintptr_t>(workspace) + 16384);
  EXPECT_EQ(launch(inside, b, r), GQ_INVALID_ARGUMENT);
  const std::string message = gq_last_error();
  EXPECT_EQ(message.find("function linear: operand a, 38400 bytes at "), 0u);
  EXPECT_NE(message.find(", and workspace, "), std::string::npos) << message;
  EXPECT_TRUE(MockCuda::get().launches.empty());
}
