//===- ObjectTest.cpp - plans called with objects of an interpreter -------===//
#include "Fixture.h"

#include <cstring>

namespace {
/// The interpreter: tuples of tensors, and a lock that this thread has.
using Tuple = std::vector<const DLTensor *>;
bool locked = true;
int lockedLaunches = 0;
gq_stream current = nullptr;

intptr_t count(void *tuple) {
  return static_cast<intptr_t>(static_cast<Tuple *>(tuple)->size());
}
void *item(void *tuple, intptr_t index) {
  const DLTensor *tensor = (*static_cast<Tuple *>(tuple))[size_t(index)];
  return const_cast<DLTensor *>(tensor);
}
int view(void *object, DLTensor *out) {
  EXPECT_TRUE(locked);
  if (!object)
    return -1;
  *out = *static_cast<DLTensor *>(object);
  return 0;
}
int currentStream(int32_t type, int32_t device, void **out) {
  EXPECT_TRUE(locked);
  *out = current;
  return type == 2 && device == 0 && current ? 0 : -1;
}
void *unlock() {
  locked = false;
  return &locked;
}
void lock(void *state) {
  EXPECT_EQ(state, &locked);
  locked = true;
}

const gq_object_api api = {count, item, view, currentStream, unlock, lock};
const gq_stream theStream = reinterpret_cast<gq_stream>(0x5000);

struct ObjectTest : RuntimeTest {
  gq_plan *plan = nullptr;
  Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});
  Tensor space = Tensor({16384}, 1, 8);

  void SetUp() override {
    RuntimeTest::SetUp();
    load();
    current = reinterpret_cast<gq_stream>(0x6000);
    const DLTensor *inputs[] = {&a.dl, &b.dl};
    ASSERT_EQ(gq_plan_create(linear, inputs, 2, nullptr, 0, &plan), GQ_OK)
        << gq_last_error();
    ASSERT_EQ(gq_plan_use_objects(plan, &api), GQ_OK) << gq_last_error();
    lockedLaunches = 0;
    MockCuda::get().onLaunch = [](const std::string &, void **) {
      lockedLaunches += locked;
    };
  }
  void TearDown() override {
    EXPECT_TRUE(locked);
    EXPECT_EQ(lockedLaunches, 0);
    gq_plan_destroy(plan);
    RuntimeTest::TearDown();
  }

  gq_status run(Tuple tuple, gq_stream stream = theStream) {
    return gq_plan_launch_objects(plan, &tuple, stream);
  }
  void notPlanned(Tuple tuple, const std::string &message) {
    refused(run(std::move(tuple)), message, GQ_NOT_PLANNED);
    EXPECT_TRUE(launches().empty());
  }
  static std::vector<MockLaunch> &launches() {
    return MockCuda::get().launches;
  }
};
} // namespace

TEST_F(ObjectTest, IsTheLaunch) {
  MockCuda::get().kernelParams["quantize"] = {8, 8};
  ASSERT_EQ(run({&a.dl, &b.dl, &r.dl, &space.dl}), GQ_OK) << gq_last_error();
  ASSERT_EQ(run({&a.dl, &b.dl, &r.dl, &space.dl}, GQ_CURRENT_STREAM), GQ_OK);
  void *inputs[] = {a.dl.data, b.dl.data};
  ASSERT_EQ(gq_plan_launch(plan, inputs, &r.dl.data, space.dl.data, theStream),
            GQ_OK);
  ASSERT_EQ(launches().size(), 6u);
  EXPECT_EQ(launches()[0].params, launches()[4].params);
  EXPECT_EQ(launches()[0].stream, launches()[4].stream);
  EXPECT_EQ(launches()[2].stream, launches()[3].stream);
  EXPECT_EQ(static_cast<gq_stream>(launches()[2].stream), current);
  lockedLaunches = 0; // that of gq_plan_launch
}

// Where a tensor begins, and what a framework may say of the same memory.
TEST_F(ObjectTest, WhatFits) {
  MockCuda::get().kernelParams["quantize"] = {8, 8};
  Tensor bytes({256, 64}, 1, 8), words({2048}, 0, 64);
  bytes.setStrides({64, 1});
  bytes.dl.device.device_type = decltype(bytes.dl.device.device_type)(13);
  a.dl.byte_offset = 48;
  ASSERT_EQ(run({&a.dl, &bytes.dl, &r.dl, &words.dl}), GQ_OK)
      << gq_last_error();
  uint64_t address = 0;
  std::memcpy(&address, launches()[0].params[0].data(), sizeof(address));
  EXPECT_EQ(address, reinterpret_cast<uintptr_t>(a.dl.data) + 48);
}

TEST_F(ObjectTest, NotPlanned) {
  notPlanned({&a.dl, &b.dl, &r.dl},
             "function linear: number of tensors is 3, 4 is needed");
  notPlanned({&a.dl, &b.dl, &r.dl, &space.dl, &space.dl},
             "function linear: number of tensors is 5, 4 is needed");
  notPlanned({&a.dl, nullptr, &r.dl, &space.dl},
             "operand b: the object is no tensor");
  Tensor longer = bf16({201, 64}), wrong = fp8({200, 64});
  notPlanned({&longer.dl, &b.dl, &r.dl, &space.dl},
             "operand a: dimension 0 is 201, 200 is needed");
  notPlanned({&wrong.dl, &b.dl, &r.dl, &space.dl},
             "operand a: element type is f8E4M3FN, bf16 is needed");
  notPlanned({&a.dl, &b.dl, &a.dl, &space.dl},
             "result r: dimension 1 is 64, 256 is needed");
  Tensor columns = bf16({200, 64});
  columns.setStrides({1, 200});
  notPlanned({&columns.dl, &b.dl, &r.dl, &space.dl},
             "operand a: stride of dimension 1 is 200 elements, 1 is needed "
             "for a contiguous row-major tensor");
  Tensor elsewhere = bf16({200, 64});
  elsewhere.dl.device.device_id = 1;
  notPlanned({&elsewhere.dl, &b.dl, &r.dl, &space.dl},
             "operand a: is on cuda device 1, device 0 is needed, where the "
             "bundle is loaded");
  Tensor between = bf16({200, 64}, 0x10008);
  notPlanned({&between.dl, &b.dl, &r.dl, &space.dl},
             "operand a: data address 0x10008 is not a multiple of 16 bytes");
}

TEST_F(ObjectTest, Workspace) {
  notPlanned({&a.dl, &b.dl, &r.dl, nullptr},
             "workspace of linear: the object is no tensor");
  Tensor small({3455}, 2, 32), half({16384}, 1, 4);
  notPlanned({&a.dl, &b.dl, &r.dl, &small.dl},
             "function linear: workspace has 13820 bytes, 13824 are needed");
  notPlanned({&a.dl, &b.dl, &r.dl, &half.dl},
             "function linear: workspace has 0 bytes, 13824 are needed");
  space.dl.device.device_id = 1;
  notPlanned({&a.dl, &b.dl, &r.dl, &space.dl},
             "workspace of linear: is on cuda device 1, device 0 is needed, "
             "where the bundle is loaded");
  Tensor gaps({16384}, 1, 8);
  gaps.setStrides({2});
  notPlanned({&a.dl, &b.dl, &r.dl, &gaps.dl},
             "workspace of linear: stride of dimension 0 is 2 elements, 1 is "
             "needed for a contiguous row-major tensor");
}

// Tensors that fit, and a launch that fails.
TEST_F(ObjectTest, Failures) {
  current = nullptr;
  refused(run({&a.dl, &b.dl, &r.dl, &space.dl}, GQ_CURRENT_STREAM),
          "function linear: there is no current stream", GQ_NOT_PLANNED);
  Tensor odd({16384}, 1, 8, 0x70000010);
  refused(run({&a.dl, &b.dl, &r.dl, &odd.dl}),
          "function linear: workspace address 0x70000010 is not a multiple of "
          "256 bytes");
  MockCuda::get().launchResult = 701;
  refused(run({&a.dl, &b.dl, &r.dl, &space.dl}),
          "kernel quantize: cuLaunchKernelEx failed with error "
          "701: CUDA_ERROR_MOCK (mock failure)",
          GQ_DRIVER_ERROR);
}

TEST_F(ObjectTest, Tables) {
  gq_plan *plain = nullptr;
  const DLTensor *inputs[] = {&a.dl, &b.dl};
  ASSERT_EQ(gq_plan_create(linear, inputs, 2, nullptr, 0, &plain), GQ_OK);
  Tuple tuple{&a.dl, &b.dl, &r.dl, &space.dl};
  refused(gq_plan_launch_objects(plain, &tuple, nullptr),
          "function linear: plan is not for objects, call gq_plan_use_objects "
          "first");
  gq_plan_destroy(plain);
  gq_object_api incomplete = api;
  incomplete.lock = nullptr;
  refused(gq_plan_use_objects(plan, &incomplete),
          "table of functions for objects is incomplete");
  refused(gq_plan_use_objects(plan, nullptr),
          "table of functions for objects is null");
  refused(gq_plan_use_objects(nullptr, &api), "plan is null");
  refused(gq_plan_launch_objects(nullptr, &tuple, nullptr), "plan is null");
  refused(gq_plan_launch_objects(plan, nullptr, nullptr),
          "tuple of tensors is null");
}

// A workspace that is not needed may be there.
TEST_F(ObjectTest, NothingToDo) {
  Tensor none = bf16({0, 64}, 0), result = bf16({0, 256}, 0);
  const DLTensor *inputs[] = {&none.dl, &b.dl};
  gq_plan_destroy(plan);
  ASSERT_EQ(gq_plan_create(linear, inputs, 2, nullptr, 0, &plan), GQ_OK);
  ASSERT_EQ(gq_plan_use_objects(plan, &api), GQ_OK);
  EXPECT_EQ(run({&none.dl, &b.dl, &result.dl}), GQ_OK) << gq_last_error();
  EXPECT_EQ(run({&none.dl, &b.dl, &result.dl, &space.dl}), GQ_OK)
      << gq_last_error();
  notPlanned({&none.dl, &b.dl},
             "function linear: number of tensors is 2, 3 is needed");
}
