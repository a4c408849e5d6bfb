//===- ManifestTest.cpp ---------------------------------------------------===//
#include "gq/Bundle/Constants.h"

#include <gtest/gtest.h>

using namespace gridquant;

static const std::string sample = R"({"version":1,"target":"sm_90a",
"functions":[{"name":"linear",
 "inputs":[{"name":"arg0","type":"bf16","shape":[-1,8192]}],
 "outputs":[{"name":"res0","type":"f32","shape":["arg0.0",256]}],
 "workspace":[{"name":"ws0","type":"f8E4M3FN","shape":["res0.0",["mul","num_sms",2]]}],
 "checks":[{"expr":["gt","arg0.0",0],"message":"too small"}],
 "launches":[{"variants":[
  {"when":["le","arg0.0",64],"kernel":"small","grid":[1,1,1],"block":[128,1,1],
   "cluster":[1,1,1],"smem":0,"params":[]},
  {"kernel":"gemm","grid":["num_sms",1,1],"block":[384,1,1],"cluster":[2,1,1],
   "smem":217664,"params":[
   {"kind":"tensormap","buffer":"arg0","dtype":"bf16","dims":["arg0.1","arg0.0"],
    "strides":[["mul","arg0.1",2]],"box":[64,128],"swizzle":128,"l2promotion":256},
   {"kind":"pointer","buffer":"ws0"},
   {"kind":"i32","value":["ceildiv","arg0.0",128]},
   {"kind":"i64","value":-7},
   {"kind":"f32","value":0.5}]}]}]}]})";

/// The sample with one occurrence of `from` replaced.
static std::string edited(const std::string &from, const std::string &to) {
  std::string text = sample;
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos)
    text.replace(at, from.size(), to);
  return text;
}

static std::string errorOf(const std::string &json) {
  auto manifest = parseManifest(json);
  return manifest ? "no error" : manifest.message();
}

TEST(Manifest, Sample) {
  auto manifest = parseManifest(sample);
  ASSERT_TRUE(manifest) << manifest.message();
  EXPECT_EQ(manifest->target.name, "sm_90a");
  EXPECT_EQ(manifest->gpu, ""); // bundles of before the key have none
  EXPECT_EQ(manifest->target.major, 9);
  EXPECT_EQ(manifest->target.minor, 0);
  ASSERT_EQ(manifest->functions.size(), 1u);
  const Function &f = manifest->functions[0];
  EXPECT_EQ(f.inputs[0].type, ElementType::bf16);
  EXPECT_EQ(f.inputs[0].shape, (std::vector<int64_t>{-1, 8192}));
  EXPECT_EQ(f.slotCount, 1u + 2u + 2u);
  EXPECT_EQ(f.checks[0].message, "too small");
  const Variant &small = f.launches[0].variants[0];
  EXPECT_TRUE(small.when);
  const Variant &gemm = f.launches[0].variants[1];
  EXPECT_FALSE(gemm.when);
  EXPECT_EQ(gemm.cluster[0], 2u);
  EXPECT_EQ(gemm.sharedBytes, 217664u);
  EXPECT_FALSE(small.dependent); // absent
  EXPECT_FALSE(f.inputs[0].constant);
  ASSERT_EQ(gemm.params.size(), 5u);
  EXPECT_EQ(gemm.maps[0].rank, 2u);
  EXPECT_EQ(gemm.maps[0].box[1], 128u);
  EXPECT_EQ(gemm.maps[0].type, TensorMapType::BF16);
  EXPECT_EQ(f.bufferName(gemm.params[1].buffer), "ws0");
  EXPECT_EQ(f.exprs.print(gemm.params[2].value), "ceildiv(arg0.0, 128)");
  EXPECT_EQ(gemm.params[4].f32, 0.5f);
}

TEST(Manifest, LabelsAreForMessages) {
  auto without = parseManifest(sample);
  ASSERT_TRUE(without) << without.message(); // bundles of before the key
  EXPECT_EQ(without->functions[0].inputs[0].label, "");
  EXPECT_EQ(without->functions[0].bufferDisplay(0), "arg0");
  auto with = parseManifest(
      edited(R"("name":"arg0",)", R"("name":"arg0","label":"x",)"));
  ASSERT_TRUE(with) << with.message();
  const Function &f = with->functions[0];
  EXPECT_EQ(f.inputs[0].name, "arg0");
  EXPECT_EQ(f.inputs[0].label, "x");
  EXPECT_EQ(f.bufferName(0), "arg0");
  EXPECT_EQ(f.bufferDisplay(0), "arg0 (%x)");
  EXPECT_EQ(f.bufferDisplay(2), "ws0");
  EXPECT_EQ(
      errorOf(edited(R"("name":"arg0",)", R"("name":"arg0","label":1,)")),
      "metadata: functions[0].inputs[0].label: is a json number, a string is "
      "needed");
}

TEST(Manifest, ChecksAndWorkspaceMayBeAbsent) {
  auto manifest = parseManifest(
      R"({"version":1,"target":"sm_90","functions":[{"name":"f","inputs":[],
      "outputs":[],"launches":[]}]})");
  ASSERT_TRUE(manifest) << manifest.message();
}

TEST(Manifest, Targets) {
  EXPECT_TRUE(parseTarget("sm_90a")->runsOn(9, 0));
  EXPECT_FALSE(parseTarget("sm_90a")->runsOn(10, 0));
  EXPECT_TRUE(parseTarget("sm_90")->runsOn(10, 0));
  EXPECT_TRUE(parseTarget("sm_86")->runsOn(8, 9));
  EXPECT_FALSE(parseTarget("sm_86")->runsOn(8, 0));
  EXPECT_EQ(parseTarget("sm_100a")->major, 10);
  for (const char *bad :
       {"", "sm_", "sm_9", "sm_a", "sm_90b", "gfx90", "sm_9000"})
    EXPECT_FALSE(parseTarget(bad)) << bad;
}

TEST(Manifest, Document) {
  EXPECT_EQ(errorOf(""), "metadata is not valid json");
  EXPECT_EQ(errorOf("{\"version\":1"), "metadata is not valid json");
  EXPECT_EQ(errorOf("[]"), "metadata: is a json array, an object is needed");
  EXPECT_EQ(errorOf("{}"), "metadata: version: is missing");
  for (const char *version : {"0", "4", "-1"})
    EXPECT_EQ(
        errorOf(edited("\"version\":1", "\"version\":" + std::string(version))),
        "metadata has version " + std::string(version) +
            ", this library reads versions up to 3");
  auto tuned =
      parseManifest(edited(R"("sm_90a",)", R"("sm_90a","gpu":"h20",)"));
  ASSERT_TRUE(tuned) << tuned.message();
  EXPECT_EQ(tuned->gpu, "h20");
  EXPECT_NE(errorOf(edited(R"("sm_90a",)", R"("sm_90a","gpu":7,)")),
            "no error");
  EXPECT_EQ(errorOf(edited("sm_90a", "gfx90")),
            "metadata: target: unknown target 'gfx90', a name such as sm_90a "
            "is needed");
  EXPECT_EQ(errorOf(std::string(100000, '[')), "metadata is not valid json");
}

/// The sample with constants.
static std::string withConstants(const std::string &list) {
  std::string text = edited("\"version\":1", "\"version\":2");
  const std::string key = "\"checks\"";
  return text.replace(text.find(key), 0, "\"constants\":[" + list + "],");
}

TEST(Manifest, Constants) {
  const std::string one =
      R"({"name":"const0","type":"f8E4M3FN","shape":[64,32],"image":2})";
  std::string text = withConstants(
      one + R"(,{"name":"c","type":"f32","shape":[],"image":1,"splat":true},
      {"name":"none","type":"f32","shape":[0,7],"image":1})");
  const std::string pointer = R"("buffer":"ws0"})";
  text.replace(text.find(pointer), pointer.size(), R"("buffer":"const0"})");
  auto manifest = parseManifest(text);
  ASSERT_TRUE(manifest) << manifest.message();
  const Function &f = manifest->functions[0];
  ASSERT_EQ(f.constants.size(), 3u);
  EXPECT_EQ(f.constants[0].type, ElementType::f8E4M3FN);
  EXPECT_EQ(f.constants[0].shape, (std::vector<int64_t>{64, 32}));
  EXPECT_EQ(f.constants[0].bytes, 2048u);
  EXPECT_EQ(f.constants[0].image, 2u);
  EXPECT_FALSE(f.constants[0].splat);
  EXPECT_EQ(f.constants[1].bytes, 4u);
  EXPECT_TRUE(f.constants[1].splat);
  EXPECT_EQ(f.constants[2].bytes, 0u);
  EXPECT_EQ(f.bufferName(f.launches[0].variants[1].params[1].buffer), "const0");

  EXPECT_EQ(
      errorOf(edited("\"checks\"", "\"constants\":[" + one + "],\"checks\"")),
      "metadata: functions[0].constants: need metadata of version 2");
  auto changed = [&](const std::string &from, const std::string &to) {
    std::string text = one;
    return errorOf(
        withConstants(text.replace(text.find(from), from.size(), to)));
  };
  EXPECT_EQ(changed("64,32", "-1,32"),
            "metadata: functions[0].constants[0].shape[0]: is -1, a value from "
            "0 to 9223372036854775807 is needed");
  EXPECT_EQ(changed("64,32", "4294967296,4294967296"),
            "metadata: functions[0].constants[0].shape: has more than 2^56 "
            "bytes");
  EXPECT_EQ(changed(",\"image\":2", ""),
            "metadata: functions[0].constants[0].image: is missing");
  EXPECT_EQ(changed("\"image\":2", "\"image\":-2"),
            "metadata: functions[0].constants[0].image: is -2, a value from 0 "
            "to 2147483647 is needed");
  EXPECT_EQ(changed("const0", "arg0"),
            "metadata: functions[0].constants[0].name: 'arg0' is used twice");
  EXPECT_EQ(changed("f8E4M3FN", "i4"),
            "metadata: functions[0].constants[0].type: unknown element type "
            "'i4'");
}

TEST(Manifest, ConstantsHaveImages) {
  auto manifest = parseManifest(withConstants(
      R"({"name":"c","type":"f32","shape":[2,2],"image":1},
         {"name":"d","type":"f32","shape":[2,2],"image":2,"splat":true})"));
  ASSERT_TRUE(manifest) << manifest.message();
  const Image cubin{ImageKind::Cubin, "sm_90a", std::string(16, 'x')};
  auto data = [](size_t size) {
    return Image{ImageKind::Data, "", std::string(size, 'x')};
  };
  auto check = [&](const std::vector<Image> &images) {
    return checkConstants(*manifest, images).message();
  };
  EXPECT_EQ(check({cubin, data(16), data(4)}), "");
  EXPECT_EQ(check({cubin}),
            "constant c of function linear is image 1, the bundle has 1");
  EXPECT_EQ(check({cubin, cubin, data(4)}),
            "constant c of function linear is image 1, which is cubin, not "
            "data");
  EXPECT_EQ(check({cubin, data(15), data(4)}),
            "constant c of function linear is image 1 of 15 bytes, 16 are "
            "needed");
  EXPECT_EQ(check({cubin, data(16), data(16)}),
            "constant d of function linear is image 2 of 16 bytes, 4 are "
            "needed");
}

TEST(Manifest, Tensors) {
  EXPECT_EQ(errorOf(edited("\"bf16\"", "\"bf17\"")),
            "metadata: functions[0].inputs[0].type: unknown element type "
            "'bf17'");
  EXPECT_EQ(errorOf(edited("\"bf16\"", "16")),
            "metadata: functions[0].inputs[0].type: is a json number, a string "
            "is needed");
  EXPECT_EQ(errorOf(edited("[-1,8192]", "[-2,8192]")),
            "metadata: functions[0].inputs[0].shape[0]: is -2, a value from -1 "
            "to 9223372036854775807 is needed");
  EXPECT_EQ(errorOf(edited("8192", "18446744073709551615")),
            "metadata: functions[0].inputs[0].shape[1]: does not fit in 64 "
            "bits with sign");
  EXPECT_EQ(errorOf(edited("8192", "8192.5")),
            "metadata: functions[0].inputs[0].shape[1]: is a json number, an "
            "integer is needed");
  EXPECT_EQ(errorOf(edited("\"name\":\"ws0\"", "\"name\":\"arg0\"")),
            "metadata: functions[0].workspace[0].name: 'arg0' is used twice");
  EXPECT_EQ(errorOf(edited("[-1,8192]", "[1,1,1,1,1,1,1,1,1]")),
            "metadata: functions[0].inputs[0].shape: rank is 9, at most 8 is "
            "supported");
  EXPECT_EQ(errorOf(edited("\"name\":\"linear\"", "\"name\":\"\"")),
            "metadata: functions[0].name: is empty");
}

TEST(Manifest, Expressions) {
  const std::string at = "metadata: functions[0].outputs[0].shape[0]";
  EXPECT_EQ(errorOf(edited("[\"arg0.0\",256]", "[\"arg0.2\",256]")),
            at + ": 'arg0.2' is not a dimension that is known here, nor "
                 "num_sms");
  // A result does not know its own shape.
  EXPECT_EQ(errorOf(edited("[\"arg0.0\",256]", "[\"res0.1\",256]")),
            at + ": 'res0.1' is not a dimension that is known here, nor "
                 "num_sms");
  EXPECT_EQ(errorOf(edited("[\"arg0.0\",256]", "[[\"pow\",2,3],256]")),
            at + "[0]: unknown operator 'pow'");
  EXPECT_EQ(errorOf(edited("[\"arg0.0\",256]", "[[\"add\",2],256]")),
            at + ": operator 'add' has 1 operands, 2 are needed");
  EXPECT_EQ(errorOf(edited("[\"arg0.0\",256]", "[[\"not\",2,3],256]")),
            at + ": operator 'not' has 2 operands, 1 is needed");
  EXPECT_EQ(errorOf(edited("[\"arg0.0\",256]", "[[],256]")),
            at + ": expression is an empty array");
  EXPECT_EQ(errorOf(edited("[\"arg0.0\",256]", "[null,256]")),
            at + ": is a json null, an integer is needed");
  std::string deep = "1";
  for (int i = 0; i < 64; ++i)
    deep = "[\"not\"," + deep + "]";
  EXPECT_EQ(errorOf(edited("[\"arg0.0\",256]", "[" + deep + ",256]")),
            "no error");
  deep = "[\"not\"," + deep + "]";
  EXPECT_NE(errorOf(edited("[\"arg0.0\",256]", "[" + deep + ",256]"))
                .find("expression is nested deeper than 64 levels"),
            std::string::npos);
}

TEST(Manifest, TensorMaps) {
  const std::string at =
      "metadata: functions[0].launches[0].variants[1].params[0]";
  EXPECT_EQ(errorOf(edited("\"dtype\":\"bf16\"", "\"dtype\":\"f64\"")),
            at + ".dtype: unknown tensor map type 'f64', u8, bf16, f16 or f32 "
                 "is needed");
  EXPECT_EQ(
      errorOf(edited("\"buffer\":\"arg0\"", "\"buffer\":\"arg1\"")),
      at + ".buffer: 'arg1' is not an input, an output, a workspace buffer "
           "or a constant");
  EXPECT_EQ(errorOf(edited("\"swizzle\":128", "\"swizzle\":100")),
            at + ".swizzle: is 100, 0, 32, 64 or 128 is needed");
  EXPECT_EQ(errorOf(edited("\"l2promotion\":256", "\"l2promotion\":32")),
            at + ".l2promotion: is 32, 0, 64, 128 or 256 is needed");
  EXPECT_EQ(errorOf(edited("[64,128]", "[64,257]")),
            at + ".box[1]: is 257, a value from 1 to 256 is needed");
  EXPECT_EQ(errorOf(edited("[64,128]", "[4,128]")),
            at + ": inner box extent of 8 bytes is not a multiple of the 16 "
                 "bytes that tma needs");
  EXPECT_EQ(errorOf(edited("[64,128]", "[128,128]")),
            at + ": inner box extent of 256 bytes is larger than the swizzle "
                 "span of 128 bytes");
  EXPECT_EQ(errorOf(edited("[64,128]", "[64]")),
            at + ": tensor map of rank 2 has 1 strides and 1 box extents, 1 "
                 "and 2 are needed");
  EXPECT_EQ(errorOf(edited("[\"arg0.1\",\"arg0.0\"]", "[1,1,1,1,1,1]")),
            at + ": tensor map has rank 6, 1 to 5 is needed");
}

TEST(Manifest, Variants) {
  const std::string at = "metadata: functions[0].launches[0].variants[1]";
  EXPECT_EQ(errorOf(edited("[384,1,1]", "[384,3,1]")),
            at + ".block: has 1152 threads, at most 1024 are possible");
  EXPECT_EQ(errorOf(edited("[384,1,1]", "[384,1]")),
            at + ".block: has 2 extents, 3 are needed");
  EXPECT_EQ(errorOf(edited("[384,1,1]", "[0,1,1]")),
            at + ".block[0]: is 0, a value from 1 to 1024 is needed");
  EXPECT_EQ(errorOf(edited("[2,1,1]", "[4,4,1]")),
            at + ".cluster: has 16 blocks, at most 8 are possible");
  EXPECT_EQ(errorOf(edited("[\"num_sms\",1,1]", "[1]")),
            at + ".grid: has 1 extents, 3 are needed");
  EXPECT_EQ(errorOf(edited("217664", "-1")),
            at + ".smem: is -1, a value from 0 to 1048576 is needed");
  EXPECT_EQ(errorOf(edited("217664", "217664,\"dependent\":1")),
            at + ".dependent: a boolean is needed");
  EXPECT_EQ(errorOf(edited("\"shape\":[-1,8192]",
                           "\"shape\":[-1,8192],\"constant\":0")),
            "metadata: functions[0].inputs[0].constant: a boolean is needed");
  auto dependent = parseManifest(edited("217664", "217664,\"dependent\":true"));
  ASSERT_TRUE(dependent) << dependent.message();
  EXPECT_TRUE(dependent->functions[0].launches[0].variants[1].dependent);
  EXPECT_EQ(errorOf(edited("\"kind\":\"pointer\"", "\"kind\":\"texture\"")),
            at + ".params[1].kind: unknown parameter kind 'texture'");
  EXPECT_EQ(errorOf(edited("0.5", "\"x\"")),
            at + ".params[4].value: is a json string, an integer is needed");
  EXPECT_EQ(errorOf(edited("\"kernel\":\"gemm\",", "")),
            at + ".kernel: is missing");
}

TEST(Manifest, Limits) {
  std::string launch = R"({"variants":[{"kernel":"k","grid":[1,1,1],
    "block":[1,1,1],"cluster":[1,1,1],"smem":0,"params":[PARAMS]}]})";
  auto document = [&](size_t launches, size_t params) {
    std::string list, one = launch, all;
    for (size_t i = 0; i < params; ++i)
      list += (i ? "," : "") + std::string(R"({"kind":"i32","value":1})");
    one.replace(one.find("PARAMS"), 6, list);
    for (size_t i = 0; i < launches; ++i)
      all += (i ? "," : "") + one;
    return R"({"version":1,"target":"sm_90a","functions":[{"name":"f",
      "inputs":[],"outputs":[],"launches":[)" +
           all + "]}]}";
  };
  EXPECT_EQ(errorOf(document(16, 8)), "no error");
  EXPECT_EQ(errorOf(document(17, 1)),
            "metadata: functions[0].launches: has 17 entries, at most 16 are "
            "supported");
  EXPECT_EQ(errorOf(document(1, 129)),
            "metadata: functions[0].launches: have 129 parameters in sum, at "
            "most 128 are supported");
  std::string none = document(1, 0);
  size_t at = none.find("{\"kernel\"");
  none.erase(at, none.find("}]", at) + 1 - at);
  EXPECT_EQ(errorOf(none),
            "metadata: functions[0].launches[0].variants: is empty");
}

/// Whatever is cut out of the document, the reader answers.
/// Texts to damage.
static std::vector<std::string> samples() {
  return {sample, withConstants(
                      R"({"name":"c","type":"i8","shape":[4],"image":1},
       {"name":"d","type":"f32","shape":[9,9],"image":2,"splat":true})")};
}

TEST(Manifest, AnySingleDeletionIsHandled) {
  for (const std::string &text : samples())
    for (size_t i = 0; i < text.size(); ++i)
      for (size_t length : {1, 2, 5, 17})
        (void)errorOf(std::string(text).erase(i, length));
}

/// Replaces each value in turn by one of another kind.
TEST(Manifest, AnyValueOfAnotherKindIsHandled) {
  for (const std::string &text : samples())
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '"' && text[i] != '[' && text[i] != '{' &&
          !isdigit(static_cast<unsigned char>(text[i])))
        continue;
      for (const char *other :
           {"null,", "{},", "[],", "\"x\",", "1e99,", "true,"})
        (void)errorOf(std::string(text).insert(i, other));
    }
}
