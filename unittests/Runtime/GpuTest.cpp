//===- GpuTest.cpp - the runtime on a real device
//--------------------------===//
//
// Skipped without a device of compute capability 9.0. Two hand-written kernels
// show that what the mock driver only records is what hardware expects: a
// tensor map by value, the cluster attribute, dynamic shared memory, scalars,
// the PTX compiler with its cache, and a cubin.
//
//===----------------------------------------------------------------------===//
#include "gq/Bundle/Container.h"
#include "gq/Bundle/File.h"
#include "gq/Runtime/gq_device.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <dirent.h>
#include <unistd.h>

using gridquant::Image;
using gridquant::ImageKind;

// Each block of `scale` fetches 8 rows of 32 floats with TMA, rows beyond the
// end included, and stores the existing ones times a factor. `ranks` stores the
// rank of each block in its cluster plus a number.
static const char ptx[] = R"(.version 8.0
.target sm_90a
.address_size 64

.extern .shared .align 128 .b8 shared[];

.visible .entry scale(.param .align 64 .b8 map[128], .param .u64 out,
                      .param .u32 rows, .param .f32 factor)
{
  .reg .pred %p<4>;
  .reg .b32 %r<16>;
  .reg .b64 %d<8>;
  .reg .f32 %f<4>;
  mov.u32 %r1, %tid.x;
  mov.u32 %r2, %ctaid.x;
  shl.b32 %r3, %r2, 3;
  mov.u32 %r4, shared;
  add.u32 %r5, %r4, 1024;
  mov.b64 %d1, map;
  cvta.param.u64 %d2, %d1;
  setp.ne.u32 %p1, %r1, 0;
  @%p1 bra WAIT;
  mbarrier.init.shared::cta.b64 [%r5], 1;
  fence.mbarrier_init.release.cluster;
  mbarrier.arrive.expect_tx.shared::cta.b64 %d3, [%r5], 1024;
  mov.u32 %r6, 0;
  cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes
    [%r4], [%d2, {%r6, %r3}], [%r5];
WAIT:
  bar.sync 0;
AGAIN:
  mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r5], 0;
  @!%p2 bra AGAIN;
  shl.b32 %r7, %r1, 2;
  add.u32 %r8, %r4, %r7;
  ld.shared.f32 %f1, [%r8];
  ld.param.f32 %f2, [factor];
  mul.f32 %f3, %f1, %f2;
  shr.u32 %r9, %r1, 5;
  add.u32 %r10, %r9, %r3;
  ld.param.u32 %r11, [rows];
  setp.ge.u32 %p3, %r10, %r11;
  @%p3 bra DONE;
  shl.b32 %r12, %r2, 8;
  add.u32 %r13, %r12, %r1;
  ld.param.u64 %d4, [out];
  cvta.to.global.u64 %d4, %d4;
  mul.wide.u32 %d5, %r13, 4;
  add.u64 %d6, %d4, %d5;
  st.global.f32 [%d6], %f3;
DONE:
  ret;
}

.visible .entry ranks(.param .u64 out, .param .u64 bias)
{
  .reg .b32 %r<8>;
  .reg .b64 %d<6>;
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %cluster_ctarank;
  ld.param.u64 %d1, [bias];
  cvt.u32.u64 %r3, %d1;
  add.u32 %r4, %r2, %r3;
  ld.param.u64 %d2, [out];
  cvta.to.global.u64 %d3, %d2;
  mul.wide.u32 %d4, %r1, 4;
  add.u64 %d5, %d3, %d4;
  st.global.u32 [%d5], %r4;
  ret;
}
)";

static const char metadata[] = R"({"version":1,"target":"sm_90a",
"functions":[{"name":"probe",
 "inputs":[{"name":"x","type":"f32","shape":[-1,32]}],
 "outputs":[{"name":"y","type":"f32","shape":["x.0",32]},
            {"name":"z","type":"i32","shape":[8]}],
 "launches":[
  {"variants":[{"kernel":"scale","grid":[["ceildiv","x.0",8],1,1],
    "block":[256,1,1],"cluster":[1,1,1],"smem":102400,"params":[
    {"kind":"tensormap","buffer":"x","dtype":"f32","dims":[32,"x.0"],
     "strides":[128],"box":[32,8],"swizzle":0,"l2promotion":128},
    {"kind":"pointer","buffer":"y"},{"kind":"i32","value":"x.0"},
    {"kind":"f32","value":2.5}]}]},
  {"variants":[{"kernel":"ranks","grid":[8,1,1],"block":[1,1,1],
    "cluster":[4,1,1],"smem":0,"params":[{"kind":"pointer","buffer":"z"},
    {"kind":"i64","value":["mul",10,"num_sms"]}]}]}]}]})";

namespace {
struct GpuTest : ::testing::Test {
  static constexpr int64_t rows = 21;
  gq_bundle *bundle = nullptr;
  const gq_function *probe = nullptr;
  void *x = nullptr, *y = nullptr, *z = nullptr;
  std::string cache;

  void SetUp() override {
    int count = 0, major = 0, minor = 0;
    if (gq_device_count(&count) != GQ_OK || !count)
      GTEST_SKIP() << "no cuda device";
    ASSERT_EQ(gq_device_capability(0, &major, &minor), GQ_OK);
    if (major != 9 || minor != 0)
      GTEST_SKIP() << "device 0 has not compute capability 9.0";
    char pattern[] = "/tmp/gq-gpu-XXXXXX";
    cache = ::mkdtemp(pattern);
    ::setenv("GQ_CACHE_DIR", cache.c_str(), 1);
    ASSERT_EQ(gq_malloc(0, rows * 128, &x), GQ_OK) << gq_last_error();
    ASSERT_EQ(gq_malloc(0, rows * 128, &y), GQ_OK) << gq_last_error();
    ASSERT_EQ(gq_malloc(0, 32, &z), GQ_OK) << gq_last_error();
    std::vector<float> values(rows * 32);
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(i);
    ASSERT_EQ(gq_memcpy_h2d(0, x, values.data(), values.size() * 4), GQ_OK);
  }
  void TearDown() override {
    gq_bundle_close(bundle);
    if (cache.empty())
      return;
    EXPECT_EQ(gq_free(0, x), GQ_OK);
    EXPECT_EQ(gq_free(0, y), GQ_OK);
    EXPECT_EQ(gq_free(0, z), GQ_OK);
    std::string entry = cacheEntry();
    ::unlink(entry.c_str());
    EXPECT_EQ(::rmdir(cache.c_str()), 0);
  }
  std::string cacheEntry() const {
    std::string path;
    DIR *dir = ::opendir(cache.c_str());
    while (dirent *item = ::readdir(dir))
      if (item->d_name[0] != '.')
        path = cache + "/" + item->d_name;
    ::closedir(dir);
    return path;
  }
  void load(const std::vector<Image> &images) {
    gq_bundle_close(bundle);
    std::string bytes = gridquant::writeBundle(metadata, images);
    ASSERT_EQ(gq_bundle_open_memory(bytes.data(), bytes.size(), &bundle), GQ_OK)
        << gq_last_error();
    ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
    ASSERT_EQ(gq_bundle_function(bundle, "probe", &probe), GQ_OK);
  }
  void runAndCheck() {
    for (bool planned : {false, true})
      runAndCheck(planned);
  }
  void runAndCheck(bool planned) {
    int64_t shape[] = {rows, 32}, eight[] = {8};
    auto tensor = [](void *data, int rank, int64_t *extents, uint8_t code) {
      DLTensor result{};
      result.data = data;
      result.device.device_type = decltype(result.device.device_type)(2);
      result.ndim = rank;
      result.dtype = {code, 32, 1};
      result.shape = extents;
      return result;
    };
    DLTensor in = tensor(x, 2, shape, 2), out = tensor(y, 2, shape, 2),
             out2 = tensor(z, 1, eight, 0);
    const DLTensor *inputs[] = {&in}, *outputs[] = {&out, &out2};
    ASSERT_EQ(gq_memset(0, y, 0xff, rows * 128, nullptr), GQ_OK);
    ASSERT_EQ(gq_memset(0, z, 0xff, 32, nullptr), GQ_OK);
    if (planned) {
      gq_plan *plan = nullptr;
      void *results[] = {y, z};
      ASSERT_EQ(gq_plan_create(probe, inputs, 1, outputs, 2, &plan), GQ_OK)
          << gq_last_error();
      ASSERT_EQ(gq_plan_launch(plan, &x, results, nullptr, nullptr), GQ_OK)
          << gq_last_error();
      gq_plan_destroy(plan);
    } else {
      ASSERT_EQ(gq_launch(probe, inputs, 1, outputs, 2, nullptr, 0, nullptr),
                GQ_OK)
          << gq_last_error();
    }
    ASSERT_EQ(gq_stream_synchronize(0, nullptr), GQ_OK) << gq_last_error();
    std::vector<float> values(rows * 32);
    ASSERT_EQ(gq_memcpy_d2h(0, values.data(), y, values.size() * 4), GQ_OK);
    for (size_t i = 0; i < values.size(); ++i)
      ASSERT_EQ(values[i], 2.5f * static_cast<float>(i)) << "at " << i;
    int sms = 0, ranks[8];
    ASSERT_EQ(gq_device_sm_count(0, &sms), GQ_OK);
    ASSERT_EQ(gq_memcpy_d2h(0, ranks, z, sizeof(ranks)), GQ_OK);
    for (int i = 0; i < 8; ++i)
      ASSERT_EQ(ranks[i], 10 * sms + i % 4) << "at " << i;
  }
};
} // namespace

TEST_F(GpuTest, PtxThenCacheThenCubin) {
  load({{ImageKind::PTX, "sm_90a", ptx}});
  runAndCheck();
  runAndCheck(); // with the tensor map of the first launch
  auto entry = gridquant::readFile(cacheEntry());
  ASSERT_TRUE(entry) << entry.message();
  load({{ImageKind::PTX, "sm_90a", ptx}});
  runAndCheck();
  // The entry is a line and a cubin. As the cubin of a bundle it must load with
  // PTX beside it that would not compile.
  std::string cubin = entry->substr(entry->find('\n') + 1);
  load({{ImageKind::Cubin, "sm_90a", cubin}, {ImageKind::PTX, "sm_90a", "no"}});
  runAndCheck();
  // And what is no cubin falls back.
  load({{ImageKind::Cubin, "sm_90a", "no cubin"},
        {ImageKind::PTX, "sm_90a", ptx}});
  runAndCheck();
}

TEST_F(GpuTest, PtxErrorsHaveTheLogOfTheCompiler) {
  std::string bytes = gridquant::writeBundle(
      metadata, {{ImageKind::PTX, "sm_90a",
                  ".version 8.0\n.target sm_90a\n.address_size 64\nnonsense"}});
  ASSERT_EQ(gq_bundle_open_memory(bytes.data(), bytes.size(), &bundle), GQ_OK);
  EXPECT_EQ(gq_bundle_load(bundle, 0), GQ_DRIVER_ERROR);
  EXPECT_NE(std::string(gq_last_error()).find("line 4"), std::string::npos)
      << gq_last_error();
}
