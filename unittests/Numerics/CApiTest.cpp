//===- CApiTest.cpp -------------------------------------------------------===//

#include "gq/Numerics/gq_reference.h"

#include "gq/Numerics/Generate.h"
#include "gq/Numerics/ScaledMatmul.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

using namespace gridquant;

namespace {

TEST(CApi, QuantizeMatmulDequantize) {
  const int64_t m = 20, n = 30, k = 200;
  std::vector<uint16_t> x(m * k), y(n * k);
  ASSERT_EQ(gq_ref_generate("normal", 1, 0, 1, "bf16", m * k, x.data(), 0), 0);
  ASSERT_EQ(gq_ref_generate("normal", 2, 0, 1, "bf16", n * k, y.data(), 0), 0);
  int64_t rows, cols;
  ASSERT_EQ(gq_ref_scale_shape(m, k, 1, 128, &rows, &cols), 0);
  EXPECT_EQ(rows, 20);
  EXPECT_EQ(cols, 2);
  std::vector<uint8_t> a(m * k), b(n * k), cast(m * k);
  std::vector<float> sa(40), sb(2), amax(40), back(m * k);
  ASSERT_EQ(gq_ref_quantize(x.data(), "bf16", m, k, 1, 128, "f8E4M3FN",
                            GQ_REF_TRANSPOSED_SCALES, 0, a.data(), sa.data(),
                            0),
            0);
  ASSERT_EQ(gq_ref_quantize(y.data(), "bf16", n, k, 128, 128, "f8E5M2",
                            GQ_REF_POWER_OF_TWO_SCALES, 0, b.data(), sb.data(),
                            0),
            0);
  ASSERT_EQ(gq_ref_block_absmax(x.data(), "bf16", m, k, 1, 128,
                                GQ_REF_TRANSPOSED_SCALES, amax.data(), 0),
            0);
  for (size_t i = 0; i < 40; ++i)
    EXPECT_EQ(amax[i] / 448.0f, sa[i]);
  ASSERT_EQ(gq_ref_scaled_cast(x.data(), "bf16", m, k, 1, 128,
                               GQ_REF_TRANSPOSED_SCALES, sa.data(), "f8E4M3FN",
                               cast.data(), 0),
            0);
  EXPECT_EQ(cast, a);
  ASSERT_EQ(gq_ref_dequantize(a.data(), "f8E4M3FN", m, k, 1, 128,
                              GQ_REF_TRANSPOSED_SCALES, sa.data(), "f32",
                              back.data(), 0),
            0);
  std::vector<float> exact(m * k);
  ASSERT_EQ(gq_ref_convert(x.data(), "bf16", m * k, "f32", exact.data()), 0);
  for (int64_t i = 0; i < m * k; ++i) {
    // Half a unit of three mantissa bits, or of the denormals.
    float scale = sa[static_cast<size_t>(i % k / 128 * m + i / k)];
    ASSERT_NEAR(back[static_cast<size_t>(i)], exact[static_cast<size_t>(i)],
                std::abs(exact[static_cast<size_t>(i)]) / 15 + scale / 512);
  }

  std::vector<double> d(m * n), e(m * n);
  gq_ref_matmul_args args = {};
  args.struct_size = sizeof(args);
  args.a = {a.data(), "f8E4M3FN", 1, 128, GQ_REF_TRANSPOSED_SCALES, sa.data()};
  args.b = {b.data(), "f8E5M2", 128, 128, 0, sb.data()};
  args.m = m;
  args.n = n;
  args.k = k;
  args.accumulation = args.output_type = "f64";
  args.d = d.data();
  ASSERT_EQ(gq_ref_scaled_matmul(&args), 0) << gq_ref_last_error();
  EXPECT_STREQ(gq_ref_last_error(), "");
  MatmulOperand left{
      a.data(), ElementType::f8E4M3FN, {1, 128, true}, sa.data()};
  MatmulOperand right{
      b.data(), ElementType::f8E5M2, {128, 128, false}, sb.data()};
  ASSERT_TRUE(
      scaledMatmul(left, right, m, n, k, {}, ElementType::f64, e.data()).ok());
  EXPECT_EQ(d, e);
}

TEST(CApi, ReportsErrors) {
  float x[4] = {}, scales[4];
  uint8_t q[4];
  auto message = [&](int result) {
    EXPECT_EQ(result, 1);
    return std::string(gq_ref_last_error());
  };
  EXPECT_EQ(message(gq_ref_quantize(x, "float", 2, 2, 1, 2, "i8", 0, 0, q,
                                    scales, 0)),
            "x_type is 'float', need the name of an element type such as "
            "'f8E4M3FN'");
  EXPECT_NE(message(gq_ref_quantize(x, nullptr, 2, 2, 1, 2, "i8", 0, 0, q,
                                    scales, 0)),
            "");
  EXPECT_EQ(
      message(gq_ref_quantize(x, "f32", 2, 2, 1, 2, "i8", 24, 0, q, scales, 0)),
      "flags are 24, only bits of 15 are known here");
  gq_ref_quantize(x, "f32", 2, 2, 1, 2, "i8", GQ_REF_BF16_SCALES, 0x1.03p7f, q,
                  scales, 0);
  EXPECT_EQ(scales[0], 0x1.06p0f);
  EXPECT_EQ(
      message(gq_ref_quantize(x, "f32", 2, 2, -1, 2, "i8", 0, 0, q, scales, 0)),
      "block is -1 x 2, both sizes must be at least 1");
  EXPECT_NE(message(gq_ref_scaled_matmul(nullptr)), "");
  gq_ref_matmul_args args = {};
  EXPECT_EQ(message(gq_ref_scaled_matmul(&args)),
            "struct_size is 0, need " + std::to_string(sizeof(args)));
  EXPECT_EQ(message(gq_ref_generate("x", 0, 0, 1, "f32", 4, x, 0)),
            "distribution is 'x', need one such as 'normal'");
  EXPECT_NE(message(gq_ref_convert(nullptr, "f32", 4, "bf16", q)), "");
  EXPECT_NE(message(gq_ref_scale_shape(1, 1, 1, 1, nullptr, nullptr)), "");
  // Messages belong to the thread.
  std::thread([] { EXPECT_STREQ(gq_ref_last_error(), ""); }).join();
  EXPECT_STRNE(gq_ref_last_error(), "");
}

} // namespace
