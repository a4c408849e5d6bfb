//===- JaxTest.cpp - the handler of XLA's custom calls --------------------===//
#include "Calls.h"
#include "Fixture.h"
#include "Handler.h"

#include <cstring>
#include <thread>

struct XLA_FFI_Error {
  std::string message;
  XLA_FFI_Error_Code code;
};
struct XLA_FFI_ExecutionContext {
  int device = 0;
  void *stream = reinterpret_cast<void *>(0x7000);
};

namespace {
void *at(uintptr_t address) { return reinterpret_cast<void *>(address); }

// What a handler calls of XLA.
XLA_FFI_Error *createError(XLA_FFI_Error_Create_Args *args) {
  return new XLA_FFI_Error{args->message, args->errc};
}
XLA_FFI_Error *getDevice(XLA_FFI_DeviceOrdinal_Get_Args *args) {
  auto *context = reinterpret_cast<XLA_FFI_ExecutionContext *>(args->ctx);
  if (context->device < 0)
    return new XLA_FFI_Error{"no device", XLA_FFI_Error_Code_INTERNAL};
  args->device_ordinal = context->device;
  return nullptr;
}
XLA_FFI_Error *getStream(XLA_FFI_Stream_Get_Args *args) {
  auto *context = reinterpret_cast<XLA_FFI_ExecutionContext *>(args->ctx);
  if (!context->stream)
    return new XLA_FFI_Error{"no stream", XLA_FFI_Error_Code_INTERNAL};
  args->stream = context->stream;
  return nullptr;
}

XLA_FFI_Api makeApi() {
  XLA_FFI_Api api{};
  api.struct_size = XLA_FFI_Api_STRUCT_SIZE;
  api.api_version.major_version = XLA_FFI_API_MAJOR;
  api.api_version.minor_version = XLA_FFI_API_MINOR;
  api.XLA_FFI_Error_Create = createError;
  api.XLA_FFI_DeviceOrdinal_Get = getDevice;
  api.XLA_FFI_Stream_Get = getStream;
  return api;
}

struct Buffer {
  std::vector<int64_t> dims;
  XLA_FFI_Buffer buffer{};

  Buffer(const Buffer &) = delete; // the dims of a copy are elsewhere
  Buffer(Buffer &&) = default;

  Buffer(XLA_FFI_DataType type, std::vector<int64_t> extents, void *data)
      : dims(std::move(extents)) {
    buffer.dtype = type;
    buffer.data = data;
    buffer.rank = static_cast<int64_t>(dims.size());
    buffer.dims = dims.data();
  }
};

/// A call of the function "linear" of the sample bundle.
struct Call {
  XLA_FFI_Api api = makeApi();
  XLA_FFI_ExecutionContext context;
  int64_t key;
  std::string function = "linear";
  XLA_FFI_DataType keyType = XLA_FFI_DataType_S64;
  XLA_FFI_ExecutionStage stage = XLA_FFI_ExecutionStage_EXECUTE;
  std::vector<Buffer> inputs, outputs;

  explicit Call(int64_t key, int64_t rows = 100) : key(key) {
    inputs.reserve(8);
    outputs.reserve(8);
    inputs.emplace_back(XLA_FFI_DataType_BF16, std::vector<int64_t>{rows, 128},
                        at(0x10000));
    inputs.emplace_back(XLA_FFI_DataType_F8E4M3FN,
                        std::vector<int64_t>{256, 128}, at(0x200000));
    outputs.emplace_back(XLA_FFI_DataType_BF16, std::vector<int64_t>{rows, 256},
                         at(0x400000));
    outputs.emplace_back(XLA_FFI_DataType_U8, std::vector<int64_t>{1 << 16},
                         at(0x800010));
  }

  /// The message of the error; empty if there is none.
  std::string run(XLA_FFI_Handler *handler = gq_jax_cuda) {
    std::vector<void *> args, rets;
    for (Buffer &buffer : inputs)
      args.push_back(&buffer.buffer);
    for (Buffer &buffer : outputs)
      rets.push_back(&buffer.buffer);
    XLA_FFI_Scalar scalar{keyType, &key};
    XLA_FFI_ByteSpan text{function.data(), function.size()};
    XLA_FFI_ByteSpan names[] = {{"bundle", 6}, {"function", 8}};
    XLA_FFI_ByteSpan *namePointers[] = {&names[0], &names[1]};
    XLA_FFI_AttrType types[] = {XLA_FFI_AttrType_SCALAR,
                                XLA_FFI_AttrType_STRING};
    void *values[] = {&scalar, &text};
    XLA_FFI_CallFrame frame{};
    frame.api = &api;
    frame.ctx = reinterpret_cast<decltype(frame.ctx)>(&context);
    frame.stage = stage;
    frame.args.size = static_cast<int64_t>(args.size());
    frame.args.args = args.data();
    frame.rets.size = static_cast<int64_t>(rets.size());
    frame.rets.rets = rets.data();
    frame.attrs.size = 2;
    frame.attrs.types = types;
    frame.attrs.names = namePointers;
    frame.attrs.attrs = values;
    XLA_FFI_Error *error = handler(&frame);
    std::string message = error ? error->message : "";
    delete error;
    return message;
  }
};

/// Registered bundles stay: each test has a key of its own.
struct JaxTest : ::testing::Test {
  static inline int64_t lastKey = 0;
  int64_t key = 0;

  void SetUp() override {
    MockCuda::reset();
    MockCuda::get().deviceCount = 2;
    MockCuda::get().paramSizes = {128, 128, 4, 8, 4};
    ::setenv("GQ_LIBCUDA", GQ_MOCK_CUDA, 1);
    ::setenv("GQ_CACHE_DIR", "", 1);
    std::string text = edit(sampleMetadata(),
                            R"({"kind":"pointer","buffer":"a"},
    {"kind":"pointer","buffer":"q"},{"kind":"pointer","buffer":"s"})",
                            R"({"kind":"tensormap","buffer":"a","dtype":"bf16",
      "dims":["a.1","a.0"],"strides":[["mul",2,"a.1"]],"box":[32,16],
      "swizzle":64,"l2promotion":0},{"kind":"i64","value":0},
    {"kind":"i32","value":0},{"kind":"i64","value":0},{"kind":"i32","value":0})");
    std::string bytes = gridquant::writeBundle(text, sampleImages());
    gq_bundle *bundle = nullptr;
    ASSERT_EQ(gq_bundle_open_memory(bytes.data(), bytes.size(), &bundle), GQ_OK)
        << gq_last_error();
    key = ++lastKey;
    ASSERT_EQ(gq_jax_register(key, bundle), GQ_OK);
    gq_bundle_close(bundle);
  }
  static std::vector<MockLaunch> &launches() {
    return MockCuda::get().launches;
  }
  static std::vector<MockTensorMap> &maps() { return MockCuda::get().maps; }
};
} // namespace

TEST_F(JaxTest, EnqueuesOnTheStreamOfTheCall) {
  Call call(key);
  EXPECT_EQ(call.run(), "");
  ASSERT_EQ(launches().size(), 2u);
  EXPECT_EQ(launches()[0].kernel, "quantize");
  EXPECT_EQ(launches()[0].stream, at(0x7000));
  EXPECT_EQ(launches()[0].grid[0], 100u);
  EXPECT_EQ(launches()[1].kernel, "gemm_large");
  EXPECT_EQ(launches()[1].stream, at(0x7000));
  // a, then r, then q at the first multiple of 256 of the workspace.
  ASSERT_EQ(maps().size(), 3u);
  EXPECT_EQ(maps()[0].address, at(0x10000));
  EXPECT_EQ(maps()[1].address, at(0x400000));
  EXPECT_EQ(maps()[2].address, at(0x800100));
}

// XLA captures the second stage only: all that allocates is in the first.
TEST_F(JaxTest, TheFirstStageLoads) {
  Call call(key);
  call.stage = XLA_FFI_ExecutionStage_INITIALIZE;
  call.context.stream = nullptr;
  EXPECT_EQ(call.run(), "");
  EXPECT_EQ(MockCuda::get().loaded.size(), 1u);
  EXPECT_TRUE(launches().empty());
  const int allocations = MockCuda::get().allocations;
  call.stage = XLA_FFI_ExecutionStage_EXECUTE;
  call.context.stream = at(0x9000);
  EXPECT_EQ(call.run(), "");
  EXPECT_EQ(MockCuda::get().loaded.size(), 1u);
  EXPECT_EQ(MockCuda::get().allocations, allocations);
  EXPECT_EQ(MockCuda::get().synchronisations, 0);
  ASSERT_EQ(launches().size(), 2u);
  EXPECT_EQ(launches()[0].stream, at(0x9000));
}

TEST_F(JaxTest, ShapesAndDevicesHaveTheirPlans) {
  Call large(key), small(key, 20);
  EXPECT_EQ(large.run(), "");
  MockCuda::get().paramSizes = {4};
  MockCuda::get().kernelParams["quantize"] = {128, 8, 4, 8, 4};
  EXPECT_EQ(small.run(), "");
  ASSERT_EQ(launches().size(), 4u);
  EXPECT_EQ(launches()[2].grid[0], 20u);
  EXPECT_EQ(launches()[3].kernel, "gemm_small");
  EXPECT_EQ(MockCuda::get().loaded.size(), 1u);
  small.context.device = 1;
  EXPECT_EQ(small.run(), "");
  EXPECT_EQ(MockCuda::get().loaded.size(), 2u);
  EXPECT_EQ(launches()[3].context, mockPrimaryContext(0));
  EXPECT_EQ(launches()[5].context, mockPrimaryContext(1));
}

TEST_F(JaxTest, ThreadsLoadOnce) {
  std::vector<std::thread> threads;
  std::vector<std::string> said(4, "not run");
  for (std::string &one : said)
    threads.emplace_back([&] {
      Call call(key);
      call.stage = XLA_FFI_ExecutionStage_INITIALIZE;
      one = call.run();
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(said, std::vector<std::string>(4));
  EXPECT_EQ(MockCuda::get().loaded.size(), 1u);
}

TEST_F(JaxTest, AKnownKeyStaysWhatItWas) {
  Call call(key);
  EXPECT_EQ(gq_jax_register(key, nullptr), GQ_OK);
  EXPECT_EQ(call.run(), "");
  EXPECT_EQ(gq_jax_register(key + 1000, nullptr), GQ_INVALID_ARGUMENT);
}

TEST_F(JaxTest, Refused) {
  auto refused = [&](void (*change)(Call &), const std::string &message) {
    Call call(key);
    change(call);
    EXPECT_EQ(call.run(), message);
    EXPECT_TRUE(launches().empty());
  };
  refused([](Call &call) { call.key = -1; },
          "gridquant: the bundle of function linear is not known in this "
          "process: gridquant.jax.register makes it so");
  const std::string attributes =
      "gridquant: call has no attributes bundle, of i64, and function, a "
      "string";
  refused([](Call &call) { call.keyType = XLA_FFI_DataType_S32; }, attributes);
  refused([](Call &call) { call.function = "other"; },
          "gridquant: bundle has no function 'other'");
  refused(
      [](Call &call) {
        call.api.struct_size = offsetof(XLA_FFI_Api, XLA_FFI_DeviceOrdinal_Get);
      },
      "gridquant: this jaxlib is too old, one with XLA_FFI_DeviceOrdinal_Get "
      "is needed");
  refused([](Call &call) { call.context.device = -1; }, "no device");
  refused([](Call &call) { call.context.stream = nullptr; }, "no stream");
  refused([](Call &call) { call.inputs[1].dims[1] = 64; },
          "gridquant: operand b: dimension 1 must equal dimension 1 of operand "
          "a: 64, 128 is needed");
  refused([](Call &call) { call.outputs[0].dims[0] = 99; },
          "gridquant: result r: dimension 0 is 99, 100 is needed");
  refused(
      [](Call &call) { call.inputs[0].buffer.dtype = XLA_FFI_DataType_C64; },
      "gridquant: operand 0 has element type 15 of XLA, which no kernel takes");
  refused(
      [](Call &call) { call.outputs[0].buffer.dtype = XLA_FFI_DataType_PRED; },
      "gridquant: result 0 has element type 1 of XLA, which no kernel takes");
  refused(
      [](Call &call) {
        while (call.inputs.size() < gridquant::jax::kMaxTensors)
          call.inputs.emplace_back(XLA_FFI_DataType_F32,
                                   std::vector<int64_t>{1}, at(0x10000));
      },
      "gridquant: call has more operands and results than a kernel can have");
  refused([](Call &call) { call.inputs[0].buffer.data = at(0x10001); },
          "gridquant: operand a: data address 0x10001 is not a multiple of 16 "
          "bytes");
}

TEST_F(JaxTest, OnACpuThereIsNothingToRun) {
  Call call(key);
  EXPECT_EQ(call.run(gq_jax_cpu),
            "gridquant: function linear of a bundle has kernels for GPUs only; "
            "gridquant.jax.call runs a Program on a CPU, too");
}

TEST(JaxMetadataTest, Versions) {
  for (XLA_FFI_Handler *handler : {gq_jax_cuda, gq_jax_cpu}) {
    XLA_FFI_Metadata metadata{};
    XLA_FFI_Metadata_Extension extension{};
    extension.extension_base.type = XLA_FFI_Extension_Metadata;
    extension.metadata = &metadata;
    XLA_FFI_Api api = makeApi();
    XLA_FFI_CallFrame frame{};
    frame.api = &api;
    frame.extension_start = &extension.extension_base;
    auto ask = [&](int minor) {
      api.api_version.minor_version = minor;
      EXPECT_EQ(handler(&frame), nullptr);
      EXPECT_EQ(metadata.api_version.major_version, XLA_FFI_API_MAJOR);
      return metadata.api_version.minor_version;
    };
    EXPECT_EQ(ask(XLA_FFI_API_MINOR), XLA_FFI_API_MINOR);
    EXPECT_EQ(ask(XLA_FFI_API_MINOR + 1), XLA_FFI_API_MINOR);
    EXPECT_EQ(ask(XLA_FFI_API_MINOR - 1), XLA_FFI_API_MINOR - 1);
    EXPECT_EQ(metadata.traits,
              uint32_t(XLA_FFI_HANDLER_TRAITS_COMMAND_BUFFER_COMPATIBLE));
    frame.api = nullptr; // of version 0.1
    EXPECT_EQ(ask(0), 1);
  }
}
