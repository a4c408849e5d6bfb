//===- DeviceTest.cpp - the helpers of gq_device.h ------------------------===//
#include "Fixture.h"

#include <cstring>

using DeviceTest = RuntimeTest;

TEST_F(DeviceTest, Properties) {
  int count = 0, major = 0, minor = 7, sms = 0, version = 0;
  char name[32];
  ASSERT_EQ(gq_device_count(&count), GQ_OK);
  EXPECT_EQ(count, 1);
  ASSERT_EQ(gq_driver_version(&version), GQ_OK);
  EXPECT_EQ(version, 13000);
  EXPECT_EQ(gq_driver_version(nullptr), GQ_INVALID_ARGUMENT);
  ASSERT_EQ(gq_device_name(0, name, sizeof(name)), GQ_OK);
  EXPECT_STREQ(name, "Mock GPU");
  ASSERT_EQ(gq_device_name(0, name, 5), GQ_OK);
  EXPECT_STREQ(name, "Mock");
  ASSERT_EQ(gq_device_pci_bus_id(0, name, sizeof(name)), GQ_OK);
  EXPECT_STREQ(name, "0000:28:00.0");
  EXPECT_EQ(gq_device_pci_bus_id(0, name, 5), GQ_DRIVER_ERROR);
  EXPECT_EQ(gq_device_pci_bus_id(0, nullptr, 5), GQ_INVALID_ARGUMENT);
  ASSERT_EQ(gq_device_sm_count(0, &sms), GQ_OK);
  EXPECT_EQ(sms, 132);
  ASSERT_EQ(gq_device_capability(0, &major, &minor), GQ_OK);
  EXPECT_EQ(major * 10 + minor, 90);
  EXPECT_EQ(gq_device_sm_count(1, &sms), GQ_UNSUPPORTED_DEVICE);
  EXPECT_EQ(gq_device_count(nullptr), GQ_INVALID_ARGUMENT);
  MockCuda::get().deviceCount = 0;
  EXPECT_EQ(gq_device_count(&count), GQ_OK);
  EXPECT_EQ(count, 0);
}

TEST_F(DeviceTest, Use) {
  void *pointer = nullptr;
  ASSERT_EQ(gq_malloc(0, 7, &pointer), GQ_OK) << gq_last_error();
  EXPECT_EQ(MockCuda::get().pushes, 1);
  ASSERT_EQ(gq_device_use(0), GQ_OK) << gq_last_error();
  EXPECT_EQ(gq_free(0, pointer), GQ_OK);
  EXPECT_EQ(MockCuda::get().pushes, 1);
  EXPECT_EQ(gq_device_use(1), GQ_UNSUPPORTED_DEVICE);
}

TEST_F(DeviceTest, Memory) {
  void *pointer = nullptr;
  char bytes[] = "abcdef", back[8] = "";
  ASSERT_EQ(gq_malloc(0, 7, &pointer), GQ_OK) << gq_last_error();
  ASSERT_EQ(gq_memcpy_h2d(0, pointer, bytes, 7), GQ_OK);
  ASSERT_EQ(gq_memset(0, pointer, 'x', 2, nullptr), GQ_OK);
  ASSERT_EQ(gq_memcpy_d2h(0, back, pointer, 7), GQ_OK);
  EXPECT_STREQ(back, "xxcdef");
  void *copy = nullptr;
  ASSERT_EQ(gq_malloc(0, 7, &copy), GQ_OK);
  ASSERT_EQ(gq_memcpy_d2d_async(0, copy, pointer, 7, nullptr), GQ_OK);
  EXPECT_EQ(std::memcmp(copy, "xxcdef", 7), 0);
  EXPECT_EQ(gq_memcpy_d2d_async(0, nullptr, nullptr, 0, nullptr), GQ_OK);
  EXPECT_EQ(gq_free(0, copy), GQ_OK);
  EXPECT_EQ(gq_free(0, pointer), GQ_OK);
  EXPECT_EQ(gq_free(0, nullptr), GQ_OK);
  ASSERT_EQ(gq_malloc(0, 0, &pointer), GQ_OK) << gq_last_error();
  EXPECT_EQ(gq_free(0, pointer), GQ_OK);
  MockCuda::get().allocResult = 2;
  EXPECT_EQ(gq_malloc(0, 7, &pointer), GQ_OUT_OF_MEMORY);
  EXPECT_EQ(pointer, nullptr);
}

TEST_F(DeviceTest, Graphs) {
  load(edit(sampleMetadata(), R"("smem":217664,)",
            R"("smem":217664,"dependent":true,)"));
  std::vector<std::string> ran;
  MockCuda::get().onLaunch = [&](const std::string &kernel, void **) {
    ran.push_back(kernel);
  };
  size_t bytes = 0;
  ASSERT_EQ(gq_device_l2_bytes(0, &bytes), GQ_OK);
  EXPECT_EQ(bytes, size_t(50) << 20);
  EXPECT_EQ(gq_device_l2_bytes(0, nullptr), GQ_INVALID_ARGUMENT);

  gq_stream stream = nullptr;
  gq_graph *graph = nullptr;
  ASSERT_EQ(gq_stream_create(0, &stream), GQ_OK) << gq_last_error();
  ASSERT_EQ(gq_capture_begin(0, stream), GQ_OK) << gq_last_error();
  Tensor a = bf16({200, 64}), b = fp8({256, 64}), r = bf16({200, 256});
  const DLTensor *inputs[] = {&a.dl, &b.dl}, *output = &r.dl;
  for (int i = 0; i < 2; ++i)
    ASSERT_EQ(gq_launch(linear, inputs, 2, &output, 1, workspace,
                        sizeof(workspace), stream),
              GQ_OK)
        << gq_last_error();
  ASSERT_EQ(gq_capture_end(0, stream, &graph), GQ_OK) << gq_last_error();
  EXPECT_TRUE(ran.empty());
  ASSERT_EQ(gq_graph_launch(graph, nullptr), GQ_OK) << gq_last_error();
  EXPECT_EQ(ran, (std::vector<std::string>{"quantize", "gemm_large", "quantize",
                                           "gemm_large"}));
  size_t edges = 0, programmatic = 0;
  ASSERT_EQ(gq_graph_edges(graph, &edges, &programmatic), GQ_OK);
  EXPECT_EQ(edges, 3u);
  EXPECT_EQ(programmatic, 2u);
  EXPECT_EQ(gq_graph_edges(graph, nullptr, &edges), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_graph_edges(nullptr, &edges, &edges), GQ_INVALID_ARGUMENT);
  gq_graph_destroy(graph);
  gq_graph_destroy(nullptr);
  // More edges than it looks for at once.
  ASSERT_EQ(gq_capture_begin(0, stream), GQ_OK);
  for (int i = 0; i < 1100; ++i)
    ASSERT_EQ(gq_launch(linear, inputs, 2, &output, 1, workspace,
                        sizeof(workspace), stream),
              GQ_OK);
  ASSERT_EQ(gq_capture_end(0, stream, &graph), GQ_OK) << gq_last_error();
  ASSERT_EQ(gq_graph_edges(graph, &edges, &programmatic), GQ_OK);
  EXPECT_EQ(edges, 2199u);
  EXPECT_EQ(programmatic, 1100u);
  gq_graph_destroy(graph);

  EXPECT_EQ(gq_capture_end(0, stream, &graph), GQ_DRIVER_ERROR);
  EXPECT_EQ(graph, nullptr);
  EXPECT_EQ(gq_capture_begin(0, nullptr), GQ_DRIVER_ERROR);
  EXPECT_EQ(gq_capture_end(0, stream, nullptr), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_graph_launch(nullptr, nullptr), GQ_INVALID_ARGUMENT);
  ASSERT_EQ(gq_capture_begin(0, stream), GQ_OK);
  MockCuda::get().graphResult = 1;
  EXPECT_EQ(gq_capture_end(0, stream, &graph), GQ_DRIVER_ERROR);
  EXPECT_EQ(graph, nullptr);
  EXPECT_EQ(gq_stream_destroy(0, stream), GQ_OK);
  EXPECT_EQ(gq_stream_destroy(0, nullptr), GQ_OK);
  EXPECT_EQ(gq_stream_create(0, nullptr), GQ_INVALID_ARGUMENT);
}

TEST_F(DeviceTest, Events) {
  gq_event *begin = nullptr, *end = nullptr;
  float ms = 0;
  ASSERT_EQ(gq_event_create(0, &begin), GQ_OK);
  ASSERT_EQ(gq_event_create(0, &end), GQ_OK);
  ASSERT_EQ(gq_event_record(begin, nullptr), GQ_OK);
  ASSERT_EQ(gq_event_record(end, nullptr), GQ_OK);
  ASSERT_EQ(gq_event_elapsed(begin, end, &ms), GQ_OK);
  EXPECT_EQ(ms, 1.5f);
  EXPECT_EQ(gq_event_elapsed(begin, nullptr, &ms), GQ_INVALID_ARGUMENT);
  gq_event_destroy(begin);
  gq_event_destroy(end);
  gq_event_destroy(nullptr);
  EXPECT_EQ(MockCuda::get().liveEvents, 0);
  ASSERT_EQ(gq_stream_synchronize(0, nullptr), GQ_OK);
}
