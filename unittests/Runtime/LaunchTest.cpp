//===- LaunchTest.cpp - what reaches the driver ---------------------------===//
#include "Fixture.h"

#include <chrono>
#include <cstring>
#include <thread>

using LaunchTest = RuntimeTest;

template <typename T> static T as(const std::string &bytes) {
  T value;
  EXPECT_EQ(bytes.size(), sizeof(T));
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

TEST_F(LaunchTest, PointersAndGrid) {
  load();
  MockCuda::get().paramSizes = {8, 8, 8};
  Tensor a = bf16({2, 130}, 0x10000), b = fp8({256, 130}), r = bf16({2, 256});
  a.dl.byte_offset = 32;
  // Only the first launch has three parameters: let the second be empty.
  std::string metadata = sampleMetadata();
  size_t second = metadata.find("{\"variants\":[\n   {\"when\"");
  ASSERT_NE(second, std::string::npos);
  metadata = metadata.substr(0, second);
  metadata.replace(metadata.rfind(','), 1, "]}]}");
  load(metadata);
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  const auto &launches = MockCuda::get().launches;
  ASSERT_EQ(launches.size(), 1u);
  EXPECT_EQ(launches[0].kernel, "quantize");
  EXPECT_EQ(launches[0].grid[0], 2u);
  EXPECT_EQ(launches[0].grid[1], 1u);
  EXPECT_EQ(launches[0].block[0], 128u);
  EXPECT_EQ(launches[0].sharedBytes, 0u);
  EXPECT_EQ(launches[0].stream, reinterpret_cast<void *>(0x5000));
  EXPECT_TRUE(launches[0].attributes.empty());
  EXPECT_EQ(as<uint64_t>(launches[0].params[0]), 0x10000u + 32);
  uint64_t base = reinterpret_cast<uintptr_t>(workspace);
  EXPECT_EQ(as<uint64_t>(launches[0].params[1]), base);
  EXPECT_EQ(as<uint64_t>(launches[0].params[2]), base + 512);
}

TEST_F(LaunchTest, NothingIsAllocatedOrSynchronised) {
  load();
  Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().allocations, 0);
  EXPECT_EQ(MockCuda::get().synchronisations, 0);
}

TEST_F(LaunchTest, FirstVariantThatHolds) {
  load();
  Tensor b = fp8({256, 64});
  Tensor a1 = bf16({64, 64}), r1 = bf16({64, 256});
  ASSERT_EQ(launch(a1, b, r1), GQ_OK) << gq_last_error();
  ASSERT_EQ(MockCuda::get().launches.size(), 2u);
  EXPECT_EQ(MockCuda::get().launches[1].kernel, "gemm_small");
  EXPECT_EQ(MockCuda::get().launches[1].grid[0], 2u); // b.0 / 128
  Tensor a2 = bf16({65, 64}), r2 = bf16({65, 256});
  ASSERT_EQ(launch(a2, b, r2), GQ_OK) << gq_last_error();
  ASSERT_EQ(MockCuda::get().launches.size(), 4u);
  EXPECT_EQ(MockCuda::get().launches[3].kernel, "gemm_large");
}

TEST_F(LaunchTest, NoVariant) {
  load();
  Tensor a = bf16({3, 16}), b = fp8({256, 16}), r = bf16({3, 256});
  refused(launch(a, b, r), "function linear: launch 1 has no kernel variant "
                           "for a [3, 16], b [256, 16]");
}

TEST_F(LaunchTest, TensorMapsScalarsAndCluster) {
  load(edit(sampleMetadata(),
            R"({"kind":"pointer","buffer":"a"},
    {"kind":"pointer","buffer":"q"},{"kind":"pointer","buffer":"s"})",
            R"({"kind":"i64","value":0},{"kind":"i64","value":0},
    {"kind":"i64","value":0},{"kind":"i64","value":0},{"kind":"i64","value":0})"));
  // The first two parameters of the second kernel are the largest.
  MockCuda::get().paramSizes = {128, 128, 4, 8, 4};
  Tensor a = bf16({300, 160}), b = fp8({256, 160}), r = bf16({300, 256}, 0x90);
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  const auto &launches = MockCuda::get().launches;
  ASSERT_EQ(launches.size(), 2u);
  const MockLaunch &gemm = launches[1];
  EXPECT_EQ(gemm.kernel, "gemm_large");
  EXPECT_EQ(gemm.grid[0], 6u);
  EXPECT_EQ(gemm.grid[1], 2u);
  EXPECT_EQ(gemm.block[0], 384u);
  EXPECT_EQ(gemm.sharedBytes, 217664u);
  ASSERT_EQ(gemm.attributes.size(), 1u);
  EXPECT_EQ(gemm.attributes[0].id, 4);
  EXPECT_EQ(gemm.attributes[0].value.clusterDim[0], 2u);
  EXPECT_EQ(gemm.attributes[0].value.clusterDim[1], 1u);
  EXPECT_EQ(gemm.attributes[0].value.clusterDim[2], 1u);
  // A tensor map is passed by value.
  EXPECT_EQ(as<gridquant::cuda::TensorMap>(gemm.params[0]).opaque[0], 0u);
  EXPECT_EQ(as<gridquant::cuda::TensorMap>(gemm.params[1]).opaque[0], 1u);
  EXPECT_EQ(as<gridquant::cuda::TensorMap>(gemm.params[1]).opaque[15], 0x6d61u);
  EXPECT_EQ(as<int32_t>(gemm.params[2]), 300);
  EXPECT_EQ(as<int64_t>(gemm.params[3]), -132);
  EXPECT_EQ(as<float>(gemm.params[4]), 0.5f);

  const auto &maps = MockCuda::get().maps;
  ASSERT_EQ(maps.size(), 2u);
  EXPECT_EQ(maps[0].type, 0);
  EXPECT_EQ(maps[0].rank, 2u);
  EXPECT_EQ(maps[0].address, workspace);
  EXPECT_EQ(maps[0].dims, (std::vector<uint64_t>{160, 300}));
  EXPECT_EQ(maps[0].strides, (std::vector<uint64_t>{160}));
  EXPECT_EQ(maps[0].box, (std::vector<uint32_t>{128, 64}));
  EXPECT_EQ(maps[0].elementStrides, (std::vector<uint32_t>{1, 1}));
  EXPECT_EQ(maps[0].interleave, 0);
  EXPECT_EQ(maps[0].swizzle, 3);
  EXPECT_EQ(maps[0].l2Promotion, 3);
  EXPECT_EQ(maps[0].oobFill, 0);
  EXPECT_EQ(maps[1].type, 9);
  EXPECT_EQ(maps[1].address, reinterpret_cast<void *>(0x90));
  EXPECT_EQ(maps[1].strides, (std::vector<uint64_t>{512}));
  EXPECT_EQ(maps[1].swizzle, 2);
  EXPECT_EQ(maps[1].l2Promotion, 0);
}

/// The sample, of which the first, the second or both launches are dependent.
static std::string dependentMetadata(bool first, bool second) {
  std::string text = sampleMetadata();
  if (first)
    text = edit(text, "\"smem\":0,", "\"smem\":0,\"dependent\":true,");
  if (second)
    text =
        edit(text, "\"smem\":217664,", "\"smem\":217664,\"dependent\":true,");
  return text;
}

TEST_F(LaunchTest, DependentLaunches) {
  Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});
  const auto &launches = MockCuda::get().launches;
  load(dependentMetadata(false, true));
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  ASSERT_EQ(launches.size(), 2u);
  EXPECT_TRUE(launches[0].attributes.empty());
  // Beside the cluster.
  ASSERT_EQ(launches[1].attributes.size(), 2u);
  EXPECT_EQ(launches[1].attributes[0].id, 4);
  EXPECT_EQ(launches[1].attributes[0].value.clusterDim[0], 2u);
  EXPECT_EQ(launches[1].attributes[1].id, 6);
  EXPECT_EQ(
      launches[1].attributes[1].value.programmaticStreamSerializationAllowed,
      1);

  // The first one only where the bundle says so: what is in front is the
  // caller's.
  load(dependentMetadata(true, false));
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  ASSERT_EQ(launches.size(), 4u);
  ASSERT_EQ(launches[2].attributes.size(), 1u);
  EXPECT_EQ(launches[2].attributes[0].id, 6);
  ASSERT_EQ(launches[3].attributes.size(), 1u);
  EXPECT_EQ(launches[3].attributes[0].id, 4);
}

TEST_F(LaunchTest, DependentBehindAnEmptyLaunch) {
  // Without the first launch the second is in the place of it, and its
  // predecessor is the caller's, of which the bundle does not speak.
  for (bool first : {false, true}) {
    load(edit(dependentMetadata(first, true), "\"grid\":[\"a.0\",1,1]",
              "\"grid\":[0,1,1]"));
    Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});
    MockCuda::get().launches.clear();
    ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
    const auto &launches = MockCuda::get().launches;
    ASSERT_EQ(launches.size(), 1u);
    EXPECT_EQ(launches[0].kernel, "gemm_large");
    ASSERT_EQ(launches[0].attributes.size(), 1u);
    EXPECT_EQ(launches[0].attributes[0].id, 4);
  }
}

TEST_F(LaunchTest, ConstantsAreNotWritten) {
  load(edit(sampleMetadata(), "\"shape\":[256,-1]}",
            "\"shape\":[256,-1],\"constant\":true}"));
  // An operand that is no constant may be the result.
  Tensor a = bf16({32, 64}), b = fp8({256, 64}, 0x20000),
         r = bf16({32, 256}, 0x20000);
  refused(launch(a, b, r), "function linear: constant operand b, 16384 bytes "
                           "at 0x20000, and result r, 16384 bytes at 0x20000, "
                           "overlap");
  Tensor behind = bf16({32, 256}, 0x20000 + 256 * 64);
  EXPECT_EQ(launch(a, b, behind), GQ_OK) << gq_last_error();
  MockCuda::get().launches.clear();
}

TEST_F(LaunchTest, EmptyProblem) {
  // The guard of the large variant would not hold; the small one has a grid
  // extent of 0.
  load();
  Tensor a = bf16({0, 64}, 0), b = fp8({256, 64}), r = bf16({0, 256}, 0);
  ASSERT_EQ(launch(&a.dl, &b.dl, &r.dl, nullptr, 0), GQ_OK) << gq_last_error();
  EXPECT_TRUE(MockCuda::get().launches.empty());
}

// Sums over nothing: the kernel runs, and fetches the maps of operands that
// have no elements. They are maps all the same.
TEST_F(LaunchTest, EmptySums) {
  load();
  Tensor a = bf16({200, 0}, 0), b = fp8({256, 0}, 0), r = bf16({200, 256});
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  bool found = false;
  for (const MockTensorMap &map : MockCuda::get().maps) {
    EXPECT_NE(map.address, nullptr);
    for (uint64_t extent : map.dims)
      EXPECT_GE(extent, 1u);
    found |= map.dims == std::vector<uint64_t>{1, 1};
  }
  EXPECT_TRUE(found);
  MockCuda::get().launches.clear();
}

TEST_F(LaunchTest, DriverFailure) {
  load();
  MockCuda::get().launchResult = 701;
  Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});
  refused(launch(a, b, r),
          "kernel quantize: cuLaunchKernelEx failed with error 701: "
          "CUDA_ERROR_MOCK (mock failure)",
          GQ_DRIVER_ERROR);
  MockCuda::get().mapResult = 1;
  Tensor other = bf16({201, 64}), result = bf16({201, 256});
  refused(launch(other, b, result),
          "operand q: cuTensorMapEncodeTiled failed with error 1: "
          "CUDA_ERROR_MOCK (mock failure)",
          GQ_DRIVER_ERROR);
}

// What is encoded before is known by all that it depends on.
TEST_F(LaunchTest, TensorMapsAreEncodedOnce) {
  load(edit(sampleMetadata(),
            R"({"kind":"pointer","buffer":"a"},
    {"kind":"pointer","buffer":"q"},{"kind":"pointer","buffer":"s"})",
            R"({"kind":"i64","value":0},{"kind":"i64","value":0},
    {"kind":"i64","value":0},{"kind":"i64","value":0},{"kind":"i64","value":0})"));
  MockCuda::get().paramSizes = {128, 128, 4, 8, 4};
  auto &maps = MockCuda::get().maps;
  // Which places they take depends on addresses.
  void *space = reinterpret_cast<void *>(0x70000000);
  auto encoded = [&](const Tensor &a, const Tensor &b, const Tensor &r) {
    const size_t before = maps.size();
    EXPECT_EQ(launch(&a.dl, &b.dl, &r.dl, space, 1 << 20), GQ_OK)
        << gq_last_error();
    return maps.size() - before;
  };
  // 0: of q in the workspace, 1: of r.
  auto passed = [&](unsigned param) -> const MockTensorMap & {
    auto map = as<gridquant::cuda::TensorMap>(
        MockCuda::get().launches.back().params[param]);
    return maps[map.opaque[0]];
  };
  constexpr uintptr_t atA = 0x10000000, atB = 0x20000000, atR = 0x30000000;
  Tensor a = bf16({300, 160}, atA), b = fp8({256, 160}, atB),
         r = bf16({300, 256}, atR);
  EXPECT_EQ(encoded(a, b, r), 2u);
  EXPECT_EQ(encoded(a, b, r), 0u);
  EXPECT_EQ(passed(0).address, space);
  EXPECT_EQ(passed(1).address, r.dl.data);
  // Another address.
  Tensor elsewhere = bf16({300, 256}, atR + 0x1000000);
  EXPECT_EQ(encoded(a, b, elsewhere), 1u);
  EXPECT_EQ(passed(0).address, space);
  EXPECT_EQ(passed(1).address, elsewhere.dl.data);
  // Other rows in the same places, then another pitch of q.
  Tensor fewer = bf16({299, 160}, atA), less = bf16({299, 256}, atR);
  EXPECT_EQ(encoded(fewer, b, less), 2u);
  EXPECT_EQ(passed(1).dims, (std::vector<uint64_t>{256, 299}));
  Tensor narrow = bf16({300, 128}, atA), weights = fp8({256, 128}, atB);
  EXPECT_EQ(encoded(narrow, weights, r), 1u);
  EXPECT_EQ(passed(0).strides, (std::vector<uint64_t>{128}));
  EXPECT_EQ(encoded(a, b, r), 0u);
  EXPECT_EQ(passed(0).strides, (std::vector<uint64_t>{160}));
  EXPECT_EQ(passed(1).dims, (std::vector<uint64_t>{256, 300}));
  // More of them than there is room for.
  for (uintptr_t i = 1; i <= 2000; ++i) {
    Tensor result = bf16({300, 256}, (i + 1) << 32);
    EXPECT_EQ(encoded(a, b, result), 1u); // that of q stays
    EXPECT_EQ(passed(1).address, result.dl.data);
  }
  EXPECT_EQ(encoded(a, b, r), 1u);
  EXPECT_EQ(passed(0).address, space);
  EXPECT_EQ(passed(1).address, r.dl.data);
}

TEST_F(LaunchTest, ThreadsShareABundle) {
  load();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      Tensor a = bf16({65 + t, 64}), b = fp8({256, 64}),
             r = bf16({65 + t, 256});
      for (int i = 0; i < 50; ++i)
        ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(MockCuda::get().launches.size(), 400u);
}

/// The limit is far above what is expected on an idle machine (below 1 us): it
/// finds a parser or an allocator in the launch path, not noise.
TEST_F(LaunchTest, HostTimeIsSmall) {
  load();
  Tensor a = bf16({0, 64}, 0), b = fp8({256, 64}), r = bf16({0, 256}, 0);
  double best = 1e9;
  for (int round = 0; round < 20; ++round) {
    auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i)
      ASSERT_EQ(launch(&a.dl, &b.dl, &r.dl, nullptr, 0), GQ_OK);
    std::chrono::duration<double, std::micro> time =
        std::chrono::steady_clock::now() - begin;
    best = std::min(best, time.count() / 1000);
  }
  RecordProperty("microseconds", std::to_string(best));
  EXPECT_LT(best, 5.0);
}
