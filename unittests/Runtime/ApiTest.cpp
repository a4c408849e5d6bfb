//===- ApiTest.cpp - opening and listing ----------------------------------===//
#include "Fixture.h"

#include <cstring>
#include <thread>
#include <unistd.h>

using ApiTest = RuntimeTest;

TEST_F(ApiTest, Lists) {
  ASSERT_EQ(open(), GQ_OK) << gq_last_error();
  EXPECT_EQ(gq_bundle_function_count(bundle), 1u);
  EXPECT_STREQ(gq_function_name(linear), "linear");
  EXPECT_EQ(gq_function_input_count(linear), 2u);
  EXPECT_EQ(gq_function_output_count(linear), 1u);
  gq_tensor_info info;
  ASSERT_EQ(gq_function_input(linear, 1, &info), GQ_OK);
  EXPECT_STREQ(info.name, "b");
  EXPECT_EQ(info.type, GQ_F8E4M3FN);
  ASSERT_EQ(info.rank, 2);
  EXPECT_EQ(info.shape[0], 256);
  EXPECT_EQ(info.shape[1], -1);
  ASSERT_EQ(gq_function_output(linear, 0, &info), GQ_OK);
  EXPECT_STREQ(info.name, "r");
  EXPECT_EQ(info.type, GQ_BF16);
  EXPECT_EQ(info.shape[0], -1);
  EXPECT_EQ(gq_function_input(linear, 2, &info), GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(), "input index is 2, function linear has 2");
  const gq_function *function = nullptr;
  EXPECT_EQ(gq_bundle_function(bundle, "linear", &function), GQ_OK);
  EXPECT_EQ(function, linear);
  EXPECT_EQ(gq_bundle_function(bundle, "conv", &function), GQ_NOT_FOUND);
  EXPECT_STREQ(gq_last_error(), "bundle has no function 'conv'");
  EXPECT_EQ(gq_bundle_function_at(bundle, 1, &function), GQ_NOT_FOUND);
  EXPECT_STREQ(gq_type_name(GQ_F8E4M3FN), "f8E4M3FN");
  EXPECT_STREQ(gq_type_name(GQ_F8E8M0FNU), "f8E8M0FNU");
  EXPECT_STREQ(gq_type_name(GQ_I16), "i16");
  EXPECT_STREQ(gq_type_name(static_cast<gq_type>(99)), "unknown type");
}

TEST_F(ApiTest, Variants) {
  ASSERT_EQ(open(), GQ_OK) << gq_last_error();
  EXPECT_EQ(gq_function_launch_count(nullptr), 0u);
  ASSERT_EQ(gq_function_launch_count(linear), 2u);
  Tensor few = bf16({64, 128}), many = bf16({65, 128}), narrow = bf16({64, 16}),
         b = fp8({256, 128}), shallow = fp8({256, 16});
  size_t chosen[2] = {7, 7};
  const DLTensor *inputs[] = {&few.dl, &b.dl};
  ASSERT_EQ(gq_function_variants(linear, inputs, 2, chosen, 2), GQ_OK);
  EXPECT_EQ(chosen[0], 0u);
  EXPECT_EQ(chosen[1], 0u);
  inputs[0] = &many.dl;
  ASSERT_EQ(gq_function_variants(linear, inputs, 2, chosen, 2), GQ_OK);
  EXPECT_EQ(chosen[1], 1u);
  EXPECT_EQ(gq_function_variants(linear, inputs, 2, chosen, 1),
            GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(),
               "capacity for the variants of linear is 1, 2 is needed");
  EXPECT_EQ(gq_function_variants(linear, inputs, 2, nullptr, 2),
            GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_function_variants(nullptr, inputs, 2, chosen, 2),
            GQ_INVALID_ARGUMENT);
  inputs[0] = &narrow.dl, inputs[1] = &shallow.dl;
  EXPECT_EQ(gq_function_variants(linear, inputs, 2, chosen, 2),
            GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(), "function linear: launch 1 has no kernel "
                                "variant for a [64, 16], b [256, 16]");
}

TEST_F(ApiTest, OpenErrors) {
  std::string bytes = gridquant::writeBundle(sampleMetadata(), sampleImages());
  EXPECT_EQ(gq_bundle_open_memory(bytes.data(), bytes.size() - 1, &bundle),
            GQ_INVALID_BUNDLE);
  EXPECT_EQ(bundle, nullptr);
  EXPECT_EQ(open("{}"), GQ_INVALID_BUNDLE);
  EXPECT_STREQ(gq_last_error(), "metadata: version: is missing");
  EXPECT_EQ(gq_bundle_open("/nonexistent/x", &bundle), GQ_IO_ERROR);
  EXPECT_STREQ(gq_last_error(),
               "cannot open '/nonexistent/x': No such file or directory");
  EXPECT_EQ(gq_bundle_open("/dev/null", &bundle), GQ_INVALID_BUNDLE);
  EXPECT_STREQ(gq_last_error(), "'/dev/null': bundle is truncated: it has 0 "
                                "bytes, at least 48 are needed");
}

TEST_F(ApiTest, NullArguments) {
  ASSERT_EQ(open(), GQ_OK);
  const gq_function *function = nullptr;
  size_t size = 0;
  int64_t shape[2];
  gq_bundle *other = bundle;
  EXPECT_EQ(gq_bundle_open(nullptr, &other), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(other, nullptr);
  EXPECT_EQ(gq_bundle_open("x", nullptr), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_bundle_open_memory(nullptr, 3, nullptr), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_bundle_load(nullptr, 0), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_bundle_function(nullptr, "f", &function), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_bundle_function(bundle, nullptr, &function),
            GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_bundle_function(bundle, "f", nullptr), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_bundle_function_count(nullptr), 0u);
  EXPECT_EQ(gq_function_input(nullptr, 0, nullptr), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_function_output(linear, 0, nullptr), GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_function_output_shape(nullptr, nullptr, 0, 0, shape, 2),
            GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_function_output_shape(linear, nullptr, 0, 0, nullptr, 2),
            GQ_INVALID_ARGUMENT);
  EXPECT_EQ(gq_function_workspace_size(linear, nullptr, 2, &size),
            GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(), "function linear: array of inputs is null");
  EXPECT_EQ(gq_launch(nullptr, nullptr, 0, nullptr, 0, nullptr, 0, nullptr),
            GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(), "function is null");
  gq_bundle_close(nullptr);
}

TEST_F(ApiTest, Labels) {
  ASSERT_EQ(open(), GQ_OK);
  EXPECT_STREQ(gq_function_input_label(linear, 0), ""); // it does not say
  EXPECT_STREQ(gq_function_input_label(linear, 2), "");
  EXPECT_STREQ(gq_function_input_label(nullptr, 0), "");
  ASSERT_EQ(open(edit(sampleMetadata(), R"({"name":"b",)",
                      R"({"name":"b","label":"weights",)")),
            GQ_OK);
  EXPECT_STREQ(gq_function_input_label(linear, 0), "");
  EXPECT_STREQ(gq_function_input_label(linear, 1), "weights");
  gq_tensor_info info;
  ASSERT_EQ(gq_function_input(linear, 1, &info), GQ_OK);
  EXPECT_STREQ(info.name, "b");
  Tensor a = bf16({3, 130}, 0), b = fp8({255, 130}, 0);
  const DLTensor *inputs[] = {&a.dl, &b.dl};
  int64_t shape[2];
  EXPECT_EQ(gq_function_output_shape(linear, inputs, 2, 0, shape, 2),
            GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(),
               "operand b (%weights): dimension 0 is 255, 256 is needed");
}

TEST_F(ApiTest, Queries) {
  ASSERT_EQ(open(), GQ_OK);
  Tensor a = bf16({3, 130}, 0), b = fp8({256, 130}, 0);
  const DLTensor *inputs[] = {&a.dl, &b.dl};
  int64_t shape[2] = {0, 0};
  ASSERT_EQ(gq_function_output_shape(linear, inputs, 2, 0, shape, 2), GQ_OK)
      << gq_last_error();
  EXPECT_EQ(shape[0], 3);
  EXPECT_EQ(shape[1], 256);
  EXPECT_EQ(gq_function_output_shape(linear, inputs, 2, 0, shape, 1),
            GQ_INVALID_ARGUMENT);
  EXPECT_STREQ(gq_last_error(),
               "capacity for the shape of r is 1, 2 is needed");
  size_t size = 0;
  ASSERT_EQ(gq_function_workspace_size(linear, inputs, 2, &size), GQ_OK);
  // 3*130 bytes and 3*2 floats, each rounded up to 256.
  EXPECT_EQ(size, 512u + 256u);
}

TEST_F(ApiTest, LastErrorIsOfTheThread) {
  EXPECT_EQ(gq_bundle_load(nullptr, 0), GQ_INVALID_ARGUMENT);
  std::thread([] {
    EXPECT_STREQ(gq_last_error(), "");
    EXPECT_EQ(gq_bundle_open(nullptr, nullptr), GQ_INVALID_ARGUMENT);
  }).join();
  EXPECT_STREQ(gq_last_error(), "bundle is null");
}

TEST_F(ApiTest, StatusStrings) {
  for (int i = GQ_OK; i <= GQ_NOT_PLANNED; ++i)
    EXPECT_STRNE(gq_status_string(static_cast<gq_status>(i)), "unknown status");
  EXPECT_STREQ(gq_status_string(static_cast<gq_status>(99)), "unknown status");
}
