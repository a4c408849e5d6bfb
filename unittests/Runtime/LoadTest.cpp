//===- LoadTest.cpp - devices, images, fallback ---------------------------===//
#include "Fixture.h"

#include <dirent.h>
#include <unistd.h>

using gridquant::Image;
using gridquant::ImageKind;
using LoadTest = RuntimeTest;

TEST_F(LoadTest, CubinFirst) {
  load();
  ASSERT_EQ(MockCuda::get().loaded.size(), 1u);
  EXPECT_EQ(MockCuda::get().loaded[0], sampleImages()[0].bytes);
  EXPECT_EQ(MockCuda::get().links, 0);
  EXPECT_EQ(MockCuda::get().primaryReferences, 1);
  const std::vector<std::pair<std::string, int>> expected = {
      {"gemm_large", 217664}, {"gemm_small", 100000}, {"quantize", 0}};
  EXPECT_EQ(MockCuda::get().sharedMemory, expected);
  gq_bundle_close(bundle);
  bundle = nullptr;
  EXPECT_EQ(MockCuda::get().liveModules, 0);
  EXPECT_EQ(MockCuda::get().primaryReferences, 0);
}

TEST_F(LoadTest, LoadTwice) {
  load();
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_OK);
  EXPECT_EQ(MockCuda::get().loaded.size(), 1u);
  EXPECT_EQ(gq_bundle_load(bundle, 1), GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(), "bundle is loaded on device 0 already, open it "
                                "again for device 1");
}

TEST_F(LoadTest, SharedContents) {
  MockCuda::get().deviceCount = 2;
  ASSERT_EQ(open(), GQ_OK);
  gq_bundle *other = nullptr;
  const gq_function *function = nullptr;
  ASSERT_EQ(gq_bundle_share(bundle, &other), GQ_OK) << gq_last_error();
  ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  ASSERT_EQ(gq_bundle_load(other, 1), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().liveModules, 2);
  gq_bundle_close(bundle);
  bundle = nullptr;
  ASSERT_EQ(gq_bundle_function(other, "linear", &function), GQ_OK);
  EXPECT_STREQ(gq_function_name(function), "linear");
  gq_bundle_close(other);
  EXPECT_EQ(MockCuda::get().liveModules, 0);
  EXPECT_EQ(gq_bundle_share(nullptr, &other), GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(), "bundle is null");
  ASSERT_EQ(open(), GQ_OK);
  EXPECT_EQ(gq_bundle_share(bundle, nullptr), GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(), "place for the bundle is null");
}

TEST_F(LoadTest, NoDevice) {
  MockCuda::get().deviceCount = 0;
  ASSERT_EQ(open(), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_UNSUPPORTED_DEVICE);
  EXPECT_STREQ(gq_last_error(), "the cuda driver sees no device");
}

TEST_F(LoadTest, DeviceNumber) {
  MockCuda::get().deviceCount = 2;
  ASSERT_EQ(open(), GQ_OK);
  for (int device : {-1, 2}) {
    EXPECT_EQ(gq_bundle_load(bundle, device), GQ_UNSUPPORTED_DEVICE);
    EXPECT_EQ(std::string(gq_last_error()),
              "device is " + std::to_string(device) +
                  ", a number from 0 to 1 is needed");
  }
}

TEST_F(LoadTest, WrongCapability) {
  MockCuda::get().major = 8;
  ASSERT_EQ(open(), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_UNSUPPORTED_DEVICE);
  EXPECT_STREQ(gq_last_error(), "kernel needs compute capability 9.0 (sm_90a), "
                                "device 0 'Mock GPU' is 8.0");
  EXPECT_EQ(MockCuda::get().primaryReferences, 0);
}

TEST_F(LoadTest, SharedMemoryLimit) {
  MockCuda::get().sharedLimit = 101376;
  ASSERT_EQ(open(), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_UNSUPPORTED_DEVICE);
  EXPECT_STREQ(gq_last_error(),
               "kernel 'gemm_large' needs 217664 bytes of shared memory, a "
               "block has at most 101376 on device 0 'Mock GPU'");
  EXPECT_EQ(MockCuda::get().primaryReferences, 0);
}

TEST_F(LoadTest, PtxWhenTheCubinIsRejected) {
  for (int result : {209, 200, 218}) {
    gq_bundle_close(bundle);
    bundle = nullptr;
    MockCuda::reset();
    MockCuda::get().cubinResult = result;
    ASSERT_EQ(open(), GQ_OK);
    ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
    EXPECT_EQ(MockCuda::get().links, 1);
    ASSERT_EQ(MockCuda::get().loaded.size(), 1u);
    EXPECT_EQ(MockCuda::get().loaded[0],
              "CUBIN LINKED " + sampleImages()[1].bytes);
  }
}

TEST_F(LoadTest, OtherFailuresAreNotHiddenByPtx) {
  MockCuda::get().cubinResult = 2;
  ASSERT_EQ(open(), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_OUT_OF_MEMORY);
  EXPECT_STREQ(gq_last_error(), "cuModuleLoadDataEx failed with error 2: "
                                "CUDA_ERROR_MOCK (mock failure)");
  EXPECT_EQ(MockCuda::get().links, 0);
  EXPECT_EQ(MockCuda::get().primaryReferences, 0);
}

TEST_F(LoadTest, RejectedCubinWithoutPtx) {
  MockCuda::get().cubinResult = 209;
  ASSERT_EQ(open(sampleMetadata(), {sampleImages()[0]}), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_DRIVER_ERROR);
  EXPECT_STREQ(gq_last_error(), "cuModuleLoadDataEx failed with error 209: "
                                "CUDA_ERROR_MOCK (mock failure)");
}

TEST_F(LoadTest, PtxWhenTheCubinLacksAKernel) {
  ASSERT_EQ(
      open(sampleMetadata(),
           {{ImageKind::Cubin, "sm_90a", "CUBIN quantize"}, sampleImages()[1]}),
      GQ_OK);
  ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().links, 1);
  EXPECT_EQ(MockCuda::get().liveModules, 1);
}

TEST_F(LoadTest, KernelsMayBeInSeveralCubins) {
  ASSERT_EQ(open(sampleMetadata(),
                 {{ImageKind::Cubin, "sm_90a", "CUBIN quantize"},
                  {ImageKind::Cubin, "sm_100a", "CUBIN of another device"},
                  {ImageKind::Cubin, "sm_90a", "CUBIN gemm_small gemm_large"}}),
            GQ_OK);
  ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().loaded.size(), 2u);
}

TEST_F(LoadTest, MissingKernel) {
  ASSERT_EQ(open(sampleMetadata(),
                 {{ImageKind::PTX, "sm_90a", "quantize gemm_large"}}),
            GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_INVALID_BUNDLE);
  EXPECT_STREQ(gq_last_error(), "no image of the bundle has kernel "
                                "'gemm_small'");
  EXPECT_EQ(MockCuda::get().liveModules, 0);
}

TEST_F(LoadTest, NoImages) {
  ASSERT_EQ(open(sampleMetadata(), {}), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_INVALID_BUNDLE);
  EXPECT_STREQ(gq_last_error(),
               "bundle has no cubin that runs on compute capability 9.0");
}

TEST_F(LoadTest, PtxErrorsHaveTheLog) {
  MockCuda::get().linkResult = 218;
  MockCuda::get().linkLog = "line 7: syntax error";
  ASSERT_EQ(open(sampleMetadata(), {sampleImages()[1]}), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_DRIVER_ERROR);
  EXPECT_STREQ(gq_last_error(),
               "cannot compile ptx for sm_90a: cuLink failed with error 218: "
               "CUDA_ERROR_MOCK (mock failure): line 7: syntax error");
  MockCuda::get().linkResult = 222;
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_NO_DRIVER);
  EXPECT_STREQ(gq_last_error(),
               "cannot compile ptx for sm_90a: its version is newer than the "
               "cuda driver supports: line 7: syntax error");
}

TEST_F(LoadTest, PtxIsLinkedForItsTarget) {
  ASSERT_EQ(open(sampleMetadata(), {sampleImages()[1]}), GQ_OK);
  ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().linkTarget, 0x1005a); // sm_90a
}

TEST_F(LoadTest, PtxIsLoadedDirectlyWhenLinkingFails) {
  MockCuda::get().linkResult = 221;
  MockCuda::get().loadsPtx = true;
  ASSERT_EQ(open(sampleMetadata(), {sampleImages()[1]}), GQ_OK);
  ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().loaded,
            std::vector<std::string>{sampleImages()[1].bytes});
}

TEST_F(LoadTest, CurrentContextIsUsed) {
  cuCtxPushCurrent_v2(mockOtherContext());
  load();
  Tensor a = bf16({2, 32}), b = fp8({256, 32}), r = bf16({2, 256});
  int pushes = MockCuda::get().pushes;
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().pushes, pushes);
  gridquant::cuda::Context popped;
  cuCtxPopCurrent_v2(&popped);
  // Elsewhere the context of the bundle is entered and left again.
  ASSERT_EQ(launch(a, b, r), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().pushes, pushes + 1);
  EXPECT_EQ(MockCuda::get().contextDepth, 0);
  for (const MockLaunch &one : MockCuda::get().launches)
    EXPECT_EQ(one.context, mockOtherContext());
}

/// The cache as a user sees it: the second load does not compile.
TEST_F(LoadTest, PtxIsCompiledOnce) {
  char pattern[] = "/tmp/gq-load-XXXXXX";
  std::string base = ::mkdtemp(pattern), directory = base + "/x/y";
  ::setenv("GQ_CACHE_DIR", directory.c_str(), 1);
  auto loadPtx = [&] {
    ASSERT_EQ(open(sampleMetadata(), {sampleImages()[1]}), GQ_OK);
    ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  };
  loadPtx();
  EXPECT_EQ(MockCuda::get().links, 1);
  loadPtx();
  EXPECT_EQ(MockCuda::get().links, 1);
  EXPECT_EQ(MockCuda::get().loaded.back(),
            "CUBIN LINKED " + sampleImages()[1].bytes);

  // Damage the entry: it is compiled again, and replaced.
  std::string entry;
  DIR *dir = ::opendir(directory.c_str());
  while (dirent *item = ::readdir(dir))
    if (item->d_name[0] != '.')
      entry = directory + "/" + item->d_name;
  ::closedir(dir);
  ASSERT_FALSE(entry.empty());
  ASSERT_EQ(::truncate(entry.c_str(), 100), 0);
  loadPtx();
  EXPECT_EQ(MockCuda::get().links, 2);
  loadPtx();
  EXPECT_EQ(MockCuda::get().links, 2);

  // A directory that cannot be made costs nothing but time.
  ::setenv("GQ_CACHE_DIR", (entry + "/no").c_str(), 1);
  loadPtx();
  EXPECT_EQ(MockCuda::get().links, 3);
  ::unlink(entry.c_str());
  ::rmdir(directory.c_str());
  ::rmdir((base + "/x").c_str());
  EXPECT_EQ(::rmdir(base.c_str()), 0);
}
