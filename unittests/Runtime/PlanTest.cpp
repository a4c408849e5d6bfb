//===- PlanTest.cpp - calls that are prepared once ------------------------===//
#include "Fixture.h"

#include <cstring>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using gridquant::cuda::TensorMap;

namespace {
void *at(uintptr_t address) { return reinterpret_cast<void *>(address); }

template <typename T> T as(const void *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

/// The sample, both kernels of which have the parameters of the second: maps of
/// q and r, then integers and a float. q lies in the workspace.
std::string mapsMetadata() {
  return edit(sampleMetadata(),
              R"({"kind":"pointer","buffer":"a"},
    {"kind":"pointer","buffer":"q"},{"kind":"pointer","buffer":"s"})",
              R"({"kind":"i64","value":0},{"kind":"i64","value":0},
    {"kind":"i64","value":0},{"kind":"i64","value":0},{"kind":"i64","value":0})");
}

/// The sample with one launch, the first: pointers to a, q and s.
std::string pointersMetadata() {
  std::string text = sampleMetadata();
  text = text.substr(0, text.find("{\"variants\":[\n   {\"when\""));
  return text.replace(text.rfind(','), 1, "]}]}");
}

struct PlanTest : RuntimeTest {
  gq_plan *plan = nullptr;

  void TearDown() override {
    gq_plan_destroy(plan);
    RuntimeTest::TearDown();
  }

  gq_status create(const Tensor &a, const Tensor &b, const Tensor *r) {
    const DLTensor *inputs[] = {&a.dl, &b.dl};
    const DLTensor *output = r ? &r->dl : nullptr;
    gq_plan_destroy(plan);
    return gq_plan_create(linear, inputs, 2, r ? &output : nullptr, r ? 1 : 0,
                          &plan);
  }
  gq_status run(void *a, void *b, void *r, void *space = workspace,
                gq_stream stream = at(0x5000)) {
    void *inputs[] = {a, b};
    return gq_plan_launch(plan, inputs, &r, space, stream);
  }
  static std::vector<MockLaunch> &launches() {
    return MockCuda::get().launches;
  }
  static std::vector<MockTensorMap> &maps() { return MockCuda::get().maps; }
};

void expectEqual(const MockLaunch &one, const MockLaunch &other) {
  EXPECT_EQ(one.kernel, other.kernel);
  EXPECT_EQ(one.stream, other.stream);
  EXPECT_EQ(one.sharedBytes, other.sharedBytes);
  EXPECT_EQ(one.context, other.context);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(one.grid[i], other.grid[i]);
    EXPECT_EQ(one.block[i], other.block[i]);
  }
  ASSERT_EQ(one.attributes.size(), other.attributes.size());
  for (size_t i = 0; i < one.attributes.size(); ++i)
    EXPECT_EQ(std::memcmp(&one.attributes[i], &other.attributes[i],
                          sizeof(one.attributes[i])),
              0);
}
} // namespace

// Kernels, grids, attributes and parameters are those of gq_launch.
TEST_F(PlanTest, IsTheLaunch) {
  std::string metadata = edit(mapsMetadata(), "\"smem\":217664,",
                              "\"smem\":217664,\"dependent\":true,");
  for (bool outputs : {false, true}) {
    load(metadata);
    launches().clear();
    MockCuda::get().paramSizes = {128, 128, 4, 8, 4};
    Tensor a = bf16({300, 160}), b = fp8({256, 160}), r = bf16({300, 256});
    ASSERT_EQ(create(a, b, outputs ? &r : nullptr), GQ_OK) << gq_last_error();
    EXPECT_TRUE(launches().empty());
    size_t bytes = 0;
    const DLTensor *inputs[] = {&a.dl, &b.dl};
    ASSERT_EQ(gq_function_workspace_size(linear, inputs, 2, &bytes), GQ_OK);
    EXPECT_EQ(gq_plan_workspace_size(plan), bytes);
    ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
    ASSERT_EQ(run(a.dl.data, b.dl.data, r.dl.data), GQ_OK) << gq_last_error();
    ASSERT_EQ(launches().size(), 4u);
    expectEqual(launches()[2], launches()[0]);
    expectEqual(launches()[3], launches()[1]);
    // Those of the first are shorter than what is recorded.
    EXPECT_EQ(launches()[3].params, launches()[1].params);
  }
}

TEST_F(PlanTest, PointersIntoTheWorkspace) {
  load(pointersMetadata());
  MockCuda::get().paramSizes = {8, 8, 8};
  Tensor a = bf16({2, 130}), b = fp8({256, 130});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  for (uintptr_t space : {0x700000, 0x800000}) {
    ASSERT_EQ(run(at(0x10020), at(0x100000), at(0x200000), at(space)), GQ_OK)
        << gq_last_error();
    EXPECT_EQ(as<uint64_t>(launches().back().params[0].data()), 0x10020u);
    EXPECT_EQ(as<uint64_t>(launches().back().params[1].data()), space);
    EXPECT_EQ(as<uint64_t>(launches().back().params[2].data()), space + 512);
  }
}

// A plan has the variant of its shapes, whatever other plans have.
TEST_F(PlanTest, VariantsOfShapes) {
  load();
  Tensor small = bf16({64, 64}), large = bf16({65, 64}), b = fp8({256, 64});
  ASSERT_EQ(create(small, b, nullptr), GQ_OK) << gq_last_error();
  gq_plan *first = plan;
  plan = nullptr;
  ASSERT_EQ(create(large, b, nullptr), GQ_OK) << gq_last_error();
  std::swap(first, plan);
  ASSERT_EQ(run(at(0x100000), at(0x200000), at(0x300000)), GQ_OK);
  EXPECT_EQ(launches().back().kernel, "gemm_small");
  std::swap(first, plan);
  ASSERT_EQ(run(at(0x100000), at(0x200000), at(0x300000)), GQ_OK);
  EXPECT_EQ(launches().back().kernel, "gemm_large");
  gq_plan_destroy(first);
}

TEST_F(PlanTest, MapsOfAddressesThatChange) {
  load(mapsMetadata());
  MockCuda::get().paramSizes = {128, 128, 4, 8, 4};
  Tensor a = bf16({300, 160}), b = fp8({256, 160});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  EXPECT_TRUE(maps().empty());
  auto encoded = [&](uintptr_t one, uintptr_t result, uintptr_t space) {
    const size_t before = maps().size();
    EXPECT_EQ(run(at(one), at(0x20000000), at(result), at(space)), GQ_OK)
        << gq_last_error();
    return maps().size() - before;
  };
  auto passed = [&](unsigned param) {
    return maps()[as<TensorMap>(launches().back().params[param].data())
                      .opaque[0]];
  };
  EXPECT_EQ(encoded(0x10000000, 0x30000000, 0x70000000), 2u);
  EXPECT_EQ(encoded(0x10000000, 0x30000000, 0x70000000), 0u);
  // No map is of a.
  EXPECT_EQ(encoded(0x18000000, 0x30000000, 0x70000000), 0u);
  EXPECT_EQ(encoded(0x18000000, 0x31000000, 0x70000000), 1u);
  EXPECT_EQ(passed(0).address, at(0x70000000));
  EXPECT_EQ(passed(1).address, at(0x31000000));
  EXPECT_EQ(encoded(0x18000000, 0x31000000, 0x71000000), 1u);
  EXPECT_EQ(passed(0).address, at(0x71000000));
  EXPECT_EQ(passed(1).address, at(0x31000000));
  EXPECT_EQ(passed(1).dims, (std::vector<uint64_t>{256, 300}));
}

TEST_F(PlanTest, Addresses) {
  load();
  Tensor a = bf16({200, 64}), b = fp8({256, 64});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  void *x = at(0x100000), *w = at(0x200000), *y = at(0x300000),
       *space = at(0x700000);
  refused(run(nullptr, w, y, space), "operand a: data pointer is null");
  refused(run(x, at(0x200008), y, space),
          "operand b: data address 0x200008 is not a multiple of 16 bytes");
  refused(run(x, w, nullptr, space), "result r: data pointer is null");
  refused(run(x, w, y, nullptr),
          "function linear: workspace is null, 13824 bytes are needed");
  refused(run(x, w, y, at(0x700010)),
          "function linear: workspace address 0x700010 is not a multiple of "
          "256 bytes");
  refused(run(x, w, at(0x201000), space),
          "function linear: operand b, 16384 bytes at 0x200000, and result r, "
          "102400 bytes at 0x201000, overlap");
  refused(run(x, w, y, at(0x300000)),
          "function linear: result r, 102400 bytes at 0x300000, and "
          "workspace, 13824 bytes at 0x300000, overlap");
  void *inputs[] = {x, w};
  refused(gq_plan_launch(plan, nullptr, &y, space, nullptr),
          "function linear: array of inputs is null");
  refused(gq_plan_launch(plan, inputs, nullptr, space, nullptr),
          "function linear: array of outputs is null");
  refused(gq_plan_launch(nullptr, inputs, &y, space, nullptr), "plan is null");
  // Also behind a call that was fine, and without an effect on the next.
  ASSERT_EQ(run(x, w, y, space), GQ_OK) << gq_last_error();
  launches().clear();
  refused(run(x, nullptr, y, space), "operand b: data pointer is null");
  ASSERT_EQ(run(x, w, y, space), GQ_OK) << gq_last_error();
  EXPECT_EQ(launches().size(), 2u);
}

TEST_F(PlanTest, InPlace) {
  load();
  Tensor a = bf16({32, 64}), b = fp8({256, 64});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  EXPECT_EQ(run(at(0x100000), at(0x200000), at(0x200000)), GQ_OK)
      << gq_last_error();
  gq_plan_destroy(plan);
  plan = nullptr;
  load(edit(sampleMetadata(), "\"shape\":[256,-1]}",
            "\"shape\":[256,-1],\"constant\":true}"));
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  launches().clear();
  refused(run(at(0x100000), at(0x200000), at(0x200000)),
          "function linear: constant operand b, 16384 bytes at 0x200000, and "
          "result r, 16384 bytes at 0x200000, overlap");
}

TEST_F(PlanTest, NothingToDo) {
  load();
  Tensor a = bf16({0, 64}, 0), b = fp8({256, 64});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  EXPECT_EQ(gq_plan_workspace_size(plan), 0u);
  ASSERT_EQ(run(nullptr, at(0x200000), nullptr, nullptr), GQ_OK)
      << gq_last_error();
  EXPECT_TRUE(launches().empty());
}

// The kernels fetch the maps of operands without elements.
TEST_F(PlanTest, EmptySums) {
  load();
  Tensor a = bf16({200, 0}, 0), b = fp8({256, 0}, 0);
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  for (uintptr_t result : {0x300000, 0x400000}) {
    ASSERT_EQ(run(nullptr, nullptr, at(result)), GQ_OK) << gq_last_error();
    EXPECT_EQ(maps().back().address, at(result));
  }
  launches().clear();
}

TEST_F(PlanTest, CreationChecksAllButAddresses) {
  Tensor a = bf16({200, 64}, 0), b = fp8({256, 64}, 0);
  ASSERT_EQ(open(), GQ_OK);
  refused(create(a, b, nullptr),
          "function linear: bundle is not loaded on a device, call "
          "gq_bundle_load first",
          GQ_NOT_LOADED);
  load();
  EXPECT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  refused(create(b, b, nullptr),
          "operand a: element type is f8E4M3FN, bf16 is needed");
  EXPECT_EQ(plan, nullptr);
  Tensor longer = fp8({256, 65});
  refused(create(a, longer, nullptr),
          "operand b: dimension 1 must equal dimension 1 of operand a: 65, 64 "
          "is needed");
  Tensor narrow = bf16({3, 16}), other = fp8({256, 16});
  refused(create(narrow, other, nullptr),
          "function linear: launch 1 has no kernel variant for a [3, 16], b "
          "[256, 16]");
  Tensor result = bf16({200, 255});
  refused(create(a, b, &result), "result r: dimension 1 is 255, 256 is needed");
  Tensor columns = bf16({200, 64});
  columns.setStrides({1, 200});
  refused(create(columns, b, nullptr),
          "operand a: stride of dimension 1 is 200 elements, 1 is needed for a "
          "contiguous row-major tensor");
  Tensor elsewhere = bf16({200, 64});
  elsewhere.dl.device.device_id = 1;
  refused(create(elsewhere, b, nullptr),
          "operand a: is on cuda device 1, device 0 is needed, where the "
          "bundle is loaded");
  const DLTensor *inputs[] = {&a.dl, &b.dl};
  refused(gq_plan_create(linear, inputs, 1, nullptr, 0, &plan),
          "function linear: number of inputs is 1, 2 is needed");
  refused(gq_plan_create(linear, inputs, 2, inputs, 2, &plan),
          "function linear: number of outputs is 2, 1 is needed");
  refused(gq_plan_create(linear, inputs, 2, nullptr, 0, nullptr),
          "place for the plan is null");
  refused(gq_plan_create(nullptr, inputs, 2, nullptr, 0, &plan),
          "function is null");
  EXPECT_EQ(gq_plan_workspace_size(nullptr), 0u);
  gq_plan_destroy(nullptr);
}

// A tensor whose rows no tensor map can have: known before the first launch.
TEST_F(PlanTest, CreationChecksTensorMaps) {
  load();
  Tensor a = bf16({200, 65}), b = fp8({256, 65});
  refused(create(a, b, nullptr),
          "operand q: row pitch of 65 bytes is not a multiple of the 16 bytes "
          "that tma needs");
}

TEST_F(PlanTest, DriverFailure) {
  load(mapsMetadata());
  MockCuda::get().paramSizes = {128, 128, 4, 8, 4};
  Tensor a = bf16({300, 160}), b = fp8({256, 160});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  void *x = at(0x10000000), *w = at(0x20000000), *y = at(0x30000000);
  MockCuda::get().mapResult = 1;
  refused(run(x, w, y),
          "operand r: cuTensorMapEncodeTiled failed with error "
          "1: CUDA_ERROR_MOCK (mock failure)",
          GQ_DRIVER_ERROR);
  MockCuda::get().mapResult = 0;
  MockCuda::get().launchResult = 701;
  refused(run(x, w, y),
          "kernel quantize: cuLaunchKernelEx failed with error "
          "701: CUDA_ERROR_MOCK (mock failure)",
          GQ_DRIVER_ERROR);
  MockCuda::get().launchResult = 0;
  ASSERT_EQ(run(x, w, y), GQ_OK) << gq_last_error();
  auto map = as<TensorMap>(launches().back().params[1].data());
  EXPECT_EQ(maps()[map.opaque[0]].address, y);
}

// While one call is in the driver another has its own parameters.
TEST_F(PlanTest, CallsThatMeet) {
  load(pointersMetadata());
  MockCuda::get().paramSizes = {8, 8, 8};
  Tensor a = bf16({200, 64}), b = fp8({256, 64});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  bool nested = false;
  std::vector<uint64_t> seen;
  MockCuda::get().onLaunch = [&](const std::string &, void **params) {
    if (!nested) {
      nested = true;
      EXPECT_EQ(run(at(0x2000000), at(0x200000), at(0x300000)), GQ_OK)
          << gq_last_error();
    }
    seen.push_back(as<uint64_t>(params[0]));
  };
  ASSERT_EQ(run(at(0x1000000), at(0x200000), at(0x300000)), GQ_OK);
  EXPECT_EQ(seen, (std::vector<uint64_t>{0x2000000, 0x1000000}));
}

TEST_F(PlanTest, Threads) {
  load();
  Tensor a = bf16({200, 64}), b = fp8({256, 64});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  // Pointers of the first kernel: a and the workspace of the same thread.
  std::atomic<int> wrong{0};
  MockCuda::get().onLaunch = [&](const std::string &kernel, void **params) {
    if (kernel == "quantize")
      wrong += as<uint64_t>(params[0]) << 4 != as<uint64_t>(params[1]);
  };
  std::vector<std::thread> threads;
  for (uintptr_t t = 1; t <= 16; ++t)
    threads.emplace_back([&, t] {
      for (uintptr_t i = 0; i < 100; ++i) {
        const uintptr_t x = t * 0x10000000 + i % 3 * 0x1000000;
        ASSERT_EQ(run(at(x), at(0x200000), at(0x300000), at(x << 4)), GQ_OK)
            << gq_last_error();
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(launches().size(), 3200u);
  EXPECT_EQ(wrong, 0);
}

// A graph keeps the addresses that were given in the capture.
TEST_F(PlanTest, Capture) {
  load(pointersMetadata());
  MockCuda::get().kernelParams["quantize"] = {8, 8, 8};
  Tensor a = bf16({200, 64}), b = fp8({256, 64});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  std::vector<uint64_t> seen;
  MockCuda::get().onLaunch = [&](const std::string &, void **params) {
    seen.push_back(as<uint64_t>(params[0]));
  };
  gq_stream stream = nullptr;
  gq_graph *graph = nullptr;
  ASSERT_EQ(gq_stream_create(0, &stream), GQ_OK) << gq_last_error();
  ASSERT_EQ(gq_capture_begin(0, stream), GQ_OK) << gq_last_error();
  for (uintptr_t x : {0x1000000, 0x2000000})
    ASSERT_EQ(run(at(x), at(0x200000), at(0x300000), workspace, stream), GQ_OK)
        << gq_last_error();
  ASSERT_EQ(gq_capture_end(0, stream, &graph), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().allocations, 0);
  EXPECT_EQ(MockCuda::get().synchronisations, 0);
  ASSERT_EQ(run(at(0x4000000), at(0x200000), at(0x300000)), GQ_OK);
  ASSERT_EQ(gq_graph_launch(graph, nullptr), GQ_OK) << gq_last_error();
  EXPECT_EQ(seen, (std::vector<uint64_t>{0x4000000, 0x1000000, 0x2000000}));
  gq_graph_destroy(graph);
  EXPECT_EQ(gq_stream_destroy(0, stream), GQ_OK);
}

// A plan launches in the context of its bundle, whatever is current.
TEST_F(PlanTest, Devices) {
  MockCuda::get().deviceCount = 2;
  gq_bundle *bundles[2];
  gq_plan *plans[2];
  const std::string bytes =
      gridquant::writeBundle(sampleMetadata(), sampleImages());
  ASSERT_EQ(gq_bundle_open_memory(bytes.data(), bytes.size(), &bundles[0]),
            GQ_OK);
  ASSERT_EQ(gq_bundle_share(bundles[0], &bundles[1]), GQ_OK);
  for (int device : {0, 1}) {
    const gq_function *function = nullptr;
    ASSERT_EQ(gq_bundle_load(bundles[device], device), GQ_OK)
        << gq_last_error();
    ASSERT_EQ(gq_bundle_function(bundles[device], "linear", &function), GQ_OK);
    Tensor a = bf16({200, 64}), b = fp8({256, 64});
    a.dl.device.device_id = b.dl.device.device_id = device;
    const DLTensor *inputs[] = {&a.dl, &b.dl};
    ASSERT_EQ(gq_plan_create(function, inputs, 2, nullptr, 0, &plans[device]),
              GQ_OK)
        << gq_last_error();
  }
  auto launchOn = [&](int device) {
    void *inputs[] = {at(0x100000), at(0x200000)}, *output = at(0x300000);
    ASSERT_EQ(
        gq_plan_launch(plans[device], inputs, &output, workspace, nullptr),
        GQ_OK)
        << gq_last_error();
    EXPECT_EQ(launches().back().context, mockPrimaryContext(device));
  };
  for (int current : {0, 1}) {
    ASSERT_EQ(cuCtxPushCurrent_v2(mockPrimaryContext(current)), 0);
    const int before = MockCuda::get().pushes;
    for (int device : {0, 1, 1, 0})
      launchOn(device);
    EXPECT_EQ(MockCuda::get().pushes, before + 2);
    gridquant::cuda::Context popped = nullptr;
    ASSERT_EQ(cuCtxPopCurrent_v2(&popped), 0);
    EXPECT_EQ(popped, mockPrimaryContext(current));
  }
  // A thread in which none is current.
  std::thread([&] { launchOn(1); }).join();
  for (int device : {0, 1}) {
    gq_plan_destroy(plans[device]);
    gq_bundle_close(bundles[device]);
  }
}

TEST_F(PlanTest, ForkedProcess) {
  load();
  Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});
  ASSERT_EQ(create(a, b, nullptr), GQ_OK) << gq_last_error();
  ASSERT_EQ(run(a.dl.data, b.dl.data, r.dl.data), GQ_OK) << gq_last_error();
  launches().clear();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (!child) {
    const std::string message =
        "this process was forked from one that had started the cuda driver, "
        "which does not work in it: start it in another way ('spawn' in "
        "python), or fork before the driver is used";
    refused(run(a.dl.data, b.dl.data, r.dl.data), message, GQ_DRIVER_ERROR);
    refused(launch(a, b, r), message, GQ_DRIVER_ERROR);
    gq_plan *other = nullptr;
    const DLTensor *inputs[] = {&a.dl, &b.dl};
    refused(gq_plan_create(linear, inputs, 2, nullptr, 0, &other), message,
            GQ_DRIVER_ERROR);
    void *memory = nullptr;
    refused(gq_malloc(0, 64, &memory), message, GQ_DRIVER_ERROR);
    // Neither fails in a process that ends, nor calls the driver.
    gq_plan_destroy(plan);
    gq_bundle_close(bundle);
    EXPECT_EQ(MockCuda::get().liveModules, 1);
    bundle = nullptr;
    EXPECT_EQ(open(), GQ_OK);
    refused(gq_bundle_load(bundle, 0), message, GQ_DRIVER_ERROR);
    ::_exit(HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(run(a.dl.data, b.dl.data, r.dl.data), GQ_OK) << gq_last_error();
}
