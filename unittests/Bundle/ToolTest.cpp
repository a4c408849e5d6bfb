//===- ToolTest.cpp -------------------------------------------------------===//
#include "gq/Bundle/Describe.h"
#include "gq/Bundle/File.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <unistd.h>

using namespace gridquant;

namespace {
struct ToolTest : ::testing::Test {
  std::string directory, path, out, err;

  void SetUp() override {
    char pattern[] = "/tmp/gq-tool-XXXXXX";
    directory = ::mkdtemp(pattern);
    path = directory + "/a.gqb";
    const char *json =
        R"({"version":1,"target":"sm_90a","gpu":"h200","functions":[
      {"name":"f","inputs":[{"name":"a","type":"bf16","shape":[-1,64],"constant":true}],
       "outputs":[{"name":"r","type":"f32","shape":["a.0"]}],
       "workspace":[{"name":"w","type":"i8","shape":[4]}],
       "checks":[{"expr":["gt","a.0",0],"message":"a must not be empty"}],
       "launches":[{"variants":[{"when":["ne","a.0",1],"kernel":"k",
         "grid":[["ceildiv","a.0",64],1,1],"block":[128,1,1],"cluster":[2,1,1],
         "smem":1024,"dependent":true,"params":[{"kind":"tensormap","buffer":"a","dtype":"bf16",
         "dims":[64,"a.0"],"strides":[128],"box":[64,64],"swizzle":128,
         "l2promotion":0},{"kind":"pointer","buffer":"w"},
         {"kind":"i32","value":"a.0"},{"kind":"i64","value":2},
         {"kind":"f32","value":1.5}]}]}]}]})";
    ASSERT_TRUE(writeBundleFile(path, json,
                                {{ImageKind::Cubin, "sm_90a", "CUBIN"},
                                 {ImageKind::PTX, "sm_90a", ".version 8.0"}}));
  }
  void TearDown() override {
    ::unlink(path.c_str());
    ::unlink((directory + "/out").c_str());
    EXPECT_EQ(::rmdir(directory.c_str()), 0);
  }
  int run(const std::vector<std::string> &args) {
    out.clear();
    err.clear();
    return runBundleTool(args, out, err);
  }
};
} // namespace

TEST_F(ToolTest, Info) {
  ASSERT_EQ(run({"info", path}), 0) << err;
  EXPECT_EQ(out, "target sm_90a\n"
                 "gpu h200\n"
                 "image cubin sm_90a 5 bytes\n"
                 "image ptx sm_90a 12 bytes\n"
                 "function f\n"
                 "  input a bf16 [?, 64] constant\n"
                 "  output r f32 [a.0]\n"
                 "  workspace w i8 [4] in launch 0\n"
                 "  check gt(a.0, 0): a must not be empty\n"
                 "  launch 0\n"
                 "      kernel k when ne(a.0, 1)\n"
                 "        grid [ceildiv(a.0, 64), 1, 1] block [128, 1, 1] "
                 "cluster [2, 1, 1] smem 1024 dependent\n"
                 "        tensormap a bf16 dims [64, a.0] strides [128] box "
                 "[64, 64] swizzle 128 l2promotion 0\n"
                 "        pointer w\n"
                 "        i32 a.0\n"
                 "        i64 2\n"
                 "        f32 1.500000\n");
}

TEST_F(ToolTest, Constants) {
  const std::string json =
      R"({"version":2,"target":"sm_90a","functions":[{"name":"f","inputs":[],
      "outputs":[],"constants":[
       {"name":"w","type":"i8","shape":[2,3],"image":1},
       {"name":"s","type":"f32","shape":[9],"image":0,"splat":true}],
      "launches":[]}]})";
  ASSERT_TRUE(writeBundleFile(
      path, json,
      {{ImageKind::Data, "", "half"}, {ImageKind::Data, "", "whole."}}));
  ASSERT_EQ(run({"info", path}), 0) << err;
  EXPECT_EQ(out, "target sm_90a\n"
                 "image data 4 bytes\n"
                 "image data 6 bytes\n"
                 "function f\n"
                 "  constant w i8 [2, 3] image 1\n"
                 "  constant s f32 [9] image 0 splat\n");
  ASSERT_EQ(run({"extract", path, "--image=1", "-o", "-"}), 0) << err;
  EXPECT_EQ(out, "whole.");
  ASSERT_EQ(run({"extract", path, "--image=data", "-o", "-"}), 0) << err;
  EXPECT_EQ(out, "half");
  ASSERT_TRUE(writeBundleFile(
      path, json,
      {{ImageKind::Data, "", "half"}, {ImageKind::Data, "", "part"}}));
  EXPECT_EQ(run({"info", path}), 1);
  EXPECT_EQ(err, "error: '" + path +
                     "': constant w of function f is image 1 of 4 bytes, 6 are "
                     "needed\n");
}

TEST_F(ToolTest, Extract) {
  std::string output = directory + "/out";
  ASSERT_EQ(run({"extract", path, "--image=ptx", "-o", output}), 0) << err;
  auto bytes = readFile(output);
  ASSERT_TRUE(bytes) << bytes.message();
  EXPECT_EQ(*bytes, ".version 8.0");
  ASSERT_EQ(run({"extract", path, "--image=0", "-o", "-"}), 0) << err;
  EXPECT_EQ(out, "CUBIN");
  ASSERT_EQ(run({"extract", path, "--image=metadata", "-o", "-"}), 0) << err;
  EXPECT_EQ(out.substr(0, 12), "{\"version\":1");
}

TEST_F(ToolTest, Errors) {
  EXPECT_EQ(run({"info", directory + "/none"}), 1);
  EXPECT_NE(err.find("error: cannot open"), std::string::npos);
  EXPECT_EQ(run({"extract", path, "--image=7", "-o", "-"}), 1);
  EXPECT_EQ(err, "error: '" + path + "' has no image '7', it has 2 images\n");
  EXPECT_EQ(run({}), 2);
  EXPECT_EQ(run({"info"}), 2);
  EXPECT_EQ(run({"show", path}), 2);
  EXPECT_EQ(run({"extract", path, "--image=ptx"}), 2);
  EXPECT_EQ(run({"extract", path, "-o"}), 2);
  EXPECT_EQ(run({"info", path, "--bad"}), 2);
  EXPECT_NE(err.find("unknown or incomplete option '--bad'"),
            std::string::npos);
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_EQ(out.substr(0, 6), "usage:");
}
