//===- ShapesTest.cpp -----------------------------------------------------===//
#include "gq/Bench/Candidate.h"

#include <gtest/gtest.h>

using namespace gridquant;
using namespace gridquant::bench;

/// a [m, k], b [n, k], as [m, k/128], bs [n/128, k/128], as the compiler writes
/// its checks; `m` and so on replace the dynamic sizes.
static Function matmul(const std::string &m = "-1", const std::string &n = "-1",
                       const std::string &k = "-1") {
  Expected<Manifest> manifest = parseManifest(
      R"({"version":1,"target":"sm_90a","functions":[{"name":"f","inputs":[
 {"name":"arg0","type":"f8E4M3FN","shape":[)" +
      m + "," + k + R"(]},{"name":"arg1","type":"f8E4M3FN","shape":[)" + n +
      "," + k + R"(]},{"name":"arg2","type":"f32","shape":[-1,-1]},
 {"name":"arg3","type":"f32","shape":[-1,-1]}],
 "outputs":[{"name":"res0","type":"bf16","shape":["arg0.0","arg1.0"]}],
 "checks":[
  {"expr":["eq","arg1.1","arg0.1"],"message":"k"},
  {"expr":["eq","arg2.0","arg0.0"],"message":"m"},
  {"expr":["eq",["ceildiv","arg0.1",128],"arg2.1"],"message":"blocks of k"},
  {"expr":["eq","arg3.1",["ceildiv","arg1.1",128]],"message":"blocks of k"},
  {"expr":["eq","arg3.0",["ceildiv","arg1.0",128]],"message":"blocks of n"},
  {"expr":["gt","arg0.0",0],"message":"not empty"}],
 "launches":[]}]})");
  EXPECT_TRUE(manifest) << manifest.message();
  return std::move(manifest->functions.front());
}

static std::string resolve(const Function &function, std::string_view text) {
  Expected<ShapeRequest> request = parseShapeRequest(text);
  if (!request)
    return request.message();
  Expected<std::vector<Shape>> shapes = resolveShapes(function, *request);
  if (!shapes)
    return shapes.message();
  std::string result;
  for (const Shape &shape : *shapes)
    result += (result.empty() ? "" : " ") + printShape(shape);
  return result;
}

TEST(ShapesTest, SizesFollowFromChecks) {
  Function f = matmul();
  EXPECT_EQ(freeSizes(f),
            (std::vector<std::string>{"arg0.0", "arg0.1", "arg1.0"}));
  EXPECT_EQ(resolve(f, "64x512x300"), "64x512 300x512 64x4 3x4");
  EXPECT_EQ(resolve(f, "arg0=64x512 arg1=300x512"), "64x512 300x512 64x4 3x4");
  EXPECT_EQ(resolve(f, "arg0=64x512 300"), "64x512 300x512 64x4 3x4");
  // What disagrees with a check is the runtime's to refuse.
  EXPECT_EQ(resolve(f, "arg0=1x2 arg1=3x4"), "1x2 3x4 1x1 1x1");
}

TEST(ShapesTest, StaticSizesMayBeGiven) {
  Function f = matmul("-1", "256", "512");
  EXPECT_EQ(freeSizes(f), std::vector<std::string>{"arg0.0"});
  EXPECT_EQ(resolve(f, "64"), "64x512 256x512 64x4 2x4");
  EXPECT_EQ(resolve(f, "64x512"), "64x512 256x512 64x4 2x4");
  EXPECT_EQ(resolve(f, "64x100"),
            "function f: size 100 is given for arg0.1, which is 512");
  Function all = matmul("64", "256", "512");
  EXPECT_EQ(freeSizes(all), std::vector<std::string>{});
  Expected<std::vector<Shape>> shapes = resolveShapes(all, ShapeRequest());
  ASSERT_TRUE(shapes);
  EXPECT_EQ((*shapes)[3], (Shape{2, 4}));
}

TEST(ShapesTest, Errors) {
  Function f = matmul();
  EXPECT_EQ(resolve(f, "64"), "function f: got 1 sizes, 3 are free: arg0.0, "
                              "arg0.1, arg1.0");
  EXPECT_EQ(resolve(f, "1x2x3x4"), "function f: got 4 sizes, 3 are free: "
                                   "arg0.0, arg0.1, arg1.0");
  EXPECT_EQ(resolve(f, "arg4=1x1"),
            "function f: there is no arg4, it has 4 inputs");
  EXPECT_EQ(resolve(f, "arg0=7"),
            "function f: arg0 is given as 7, rank 2 is needed");
  for (const char *text :
       {"", "x", "1x", "1xx2", "-1", "1x2y", "arg=1", "argx=1", "arg0=", "b=1",
        "1 2", "arg0=1 arg0=2", "99999999999999999999"})
    EXPECT_EQ(resolve(f, text).substr(0, 21), "expects sizes as in 8") << text;
}

TEST(ShapesTest, File) {
  auto requests = parseShapesFile("# sizes\n\n8x8 # small\r\n"
                                  "arg0=1x2 arg1=3x4",
                                  "f.txt");
  ASSERT_TRUE(requests) << requests.message();
  ASSERT_EQ(requests->size(), 2u);
  EXPECT_EQ((*requests)[0].print(), "8x8");
  EXPECT_EQ((*requests)[1].print(), "arg0=1x2 arg1=3x4");
  EXPECT_EQ(parseShapesFile("8\n\n9x\n", "f.txt").message(),
            "f.txt:3: expects sizes as in 8192x8192 or arg0=8192x8192, got "
            "'9x'");
}

TEST(ShapesTest, Work) {
  Work work =
      findWork(matmul(), {{64, 512}, {256, 512}, {64, 4}, {2, 4}}, {{64, 256}});
  EXPECT_EQ(work.kind, Kind::Matmul);
  EXPECT_EQ(work.flops, 2u * 64 * 256 * 512);
  EXPECT_EQ(work.bytes,
            64u * 512 + 256 * 512 + 4 * 64 * 4 + 4 * 2 * 4 + 2 * 64 * 256);
  EXPECT_EQ(work.n, 256);
  EXPECT_FALSE(work.addsF32);
  // Sums that start from an operand.
  Function gradient = matmul();
  gradient.inputs.push_back(gradient.inputs.back());
  gradient.inputs.back().type = ElementType::f32;
  gradient.outputs[0].type = ElementType::f32;
  work = findWork(gradient, {{64, 512}, {256, 512}, {64, 4}, {2, 4}, {64, 256}},
                  {{64, 256}});
  EXPECT_TRUE(work.addsF32);
  // Scales between the operands.
  work =
      findWork(matmul(), {{64, 512}, {64, 4}, {256, 512}, {2, 4}}, {{64, 256}});
  EXPECT_EQ(work.kind, Kind::Matmul);
  EXPECT_EQ(work.k, 512);
  Function quantize = matmul();
  quantize.inputs.resize(1);
  quantize.inputs[0].type = ElementType::bf16;
  quantize.outputs.push_back(quantize.outputs[0]);
  quantize.outputs[0].type = ElementType::f8E4M3FN;
  quantize.outputs[1].type = ElementType::f32;
  work = findWork(quantize, {{8, 256}}, {{8, 256}, {8, 2}});
  EXPECT_EQ(work.kind, Kind::Quantize);
  EXPECT_EQ(work.flops, 0u);
  EXPECT_EQ(work.n, 256);
  EXPECT_EQ(work.bytes, 3u * 8 * 256 + 4 * 8 * 2);
  EXPECT_EQ(findWork(quantize, {{8}}, {{8}}).kind, Kind::Other);
  // Two inputs that are fused, and square.
  quantize.inputs.push_back(quantize.inputs[0]);
  EXPECT_EQ(findWork(quantize, {{8, 8}, {8, 8}}, {{8, 8}, {8, 1}}).kind,
            Kind::Quantize);
}
