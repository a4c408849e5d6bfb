//===- NoDriverTest.cpp - machines without a usable driver ----------------===//
#include "gq/Bundle/Container.h"
#include "gq/Runtime/gq_device.h"

#include <gtest/gtest.h>

#include <cstdlib>

static const std::string bytes = gridquant::writeBundle(
    R"({"version":1,"target":"sm_90a","functions":[{"name":"f",
    "inputs":[{"name":"a","type":"f32","shape":[-1]}],
    "outputs":[{"name":"r","type":"f32","shape":[["mul",2,"a.0"]]}],
    "workspace":[{"name":"w","type":"f32","shape":["num_sms"]}],
    "launches":[{"variants":[{"kernel":"k","grid":[1,1,1],"block":[32,1,1],
     "cluster":[1,1,1],"smem":0,"params":[{"kind":"pointer","buffer":"w"}]}]}]}]})",
    {});

TEST(NoDriver, MissingLibrary) {
  ::setenv("GQ_LIBCUDA", "/nonexistent/libcuda.so.1", 1);
  gq_bundle *bundle = nullptr;
  ASSERT_EQ(gq_bundle_open_memory(bytes.data(), bytes.size(), &bundle), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_NO_DRIVER);
  EXPECT_EQ(
      std::string(gq_last_error())
          .find("no cuda driver found: /nonexistent/libcuda.so.1: cannot open"),
      0u)
      << gq_last_error();
  int count = 7;
  EXPECT_EQ(gq_device_count(&count), GQ_NO_DRIVER);
  EXPECT_EQ(count, 0);
  gq_bundle_close(bundle);
}

TEST(NoDriver, LibraryWithoutTheFunctions) {
  ::setenv("GQ_LIBCUDA", "libm.so.6", 1);
  int count = 7;
  EXPECT_EQ(gq_device_count(&count), GQ_NO_DRIVER);
  EXPECT_EQ(std::string(gq_last_error()),
            "'libm.so.6' has no cuInit: a driver for cuda 12.0 or newer is "
            "needed");
}

TEST(NoDriver, ShapesNeedNone) {
  ::setenv("GQ_LIBCUDA", "/nonexistent/libcuda.so.1", 1);
  gq_bundle *bundle = nullptr;
  const gq_function *function = nullptr;
  ASSERT_EQ(gq_bundle_open_memory(bytes.data(), bytes.size(), &bundle), GQ_OK);
  ASSERT_EQ(gq_bundle_function(bundle, "f", &function), GQ_OK);
  int64_t extent = 21, result = 0;
  DLTensor a{};
  a.ndim = 1;
  a.dtype = {2, 32, 1};
  a.shape = &extent;
  const DLTensor *inputs[] = {&a};
  ASSERT_EQ(gq_function_output_shape(function, inputs, 1, 0, &result, 1), GQ_OK)
      << gq_last_error();
  EXPECT_EQ(result, 42);
  // This one depends on the device.
  size_t size = 0;
  EXPECT_EQ(gq_function_workspace_size(function, inputs, 1, &size),
            GQ_NOT_LOADED);
  EXPECT_EQ(std::string(gq_last_error()),
            "function f: w: num_sms is not known before the bundle is loaded "
            "on a device in num_sms");
  EXPECT_EQ(gq_launch(function, inputs, 1, nullptr, 0, nullptr, 0, nullptr),
            GQ_NOT_LOADED);
  EXPECT_EQ(std::string(gq_last_error()),
            "function f: bundle is not loaded on a device, call "
            "gq_bundle_load first");
  gq_bundle_close(bundle);
}
