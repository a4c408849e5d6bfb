//===- CublasTest.cpp - cuBLASLt, replaced by a mock ----------------------===//
#include "CublasPeer.h"
#include "gq/Bench/Peers.h"

#include "Fixture.h"

using namespace gridquant;
using namespace gridquant::bench;

extern "C" {
extern int mockCublasLaunches, mockCublasLive;
}

namespace {
struct CublasTest : RuntimeTest {
  Work work;
  Method method;

  void SetUp() override {
    RuntimeTest::SetUp();
    work.kind = Kind::Matmul;
    work.m = 64, work.n = 96, work.k = 256;
    work.flops = 2 * 64 * 96 * 256;
    ::setenv("GQ_LIBCUBLASLT", GQ_MOCK_CUBLAS, 1);
    ::unsetenv("MOCK_CUBLAS_NO_BLOCKS");
    mockCublasLaunches = 0;
  }
  void TearDown() override {
    EXPECT_EQ(mockCublasLive, 0);
    RuntimeTest::TearDown();
  }
};
} // namespace

// First: a library that was found stays in use.
TEST_F(CublasTest, ALibraryThatIsMissing) {
  ::setenv("GQ_LIBCUBLASLT", "/nonexistent/libcublasLt.so", 1);
  Expected<Candidate> peer =
      makeCublasPeer(0, work, method, CublasForm::Tensor);
  EXPECT_NE(peer.message().find("/nonexistent/libcublasLt.so"),
            std::string::npos)
      << peer.message();
  ::setenv("GQ_LIBCUBLASLT", GQ_MOCK_CUDA, 1);
  peer = makeCublasPeer(0, work, method, CublasForm::Tensor);
  EXPECT_NE(peer.message().find("the library has no cublasLt"),
            std::string::npos)
      << peer.message();
}

TEST_F(CublasTest, Peers) {
  std::vector<std::string> notes;
  PeerFactory factory(0, {cublasPeer});
  auto peers = factory.make(work, method, notes);
  ASSERT_TRUE(peers) << peers.message();
  ASSERT_EQ(peers->size(), 2u);
  EXPECT_TRUE(notes.empty()) << notes[0];
  EXPECT_EQ((*peers)[0].name, "cublaslt");
  EXPECT_EQ((*peers)[1].name, "cublaslt-1x128");
  EXPECT_EQ((*peers)[0].role, Role::Peer);
  // Codes, two scales of one float, results.
  EXPECT_EQ((*peers)[0].work.bytes, 64u * 256 + 96 * 256 + 8 + 2 * 64 * 96);
  EXPECT_EQ((*peers)[0].work.flops, work.flops);
  EXPECT_EQ(mockCublasLaunches, 2); // one each, to see that they run
  ASSERT_TRUE((*peers)[0].launch(nullptr));
  EXPECT_EQ(mockCublasLaunches, 3);
  peers->clear();
  EXPECT_EQ(mockCublasLive, 0);
}

// Of each copy the weights, their scales and the result.
TEST_F(CublasTest, CopiesForGraphs) {
  MockCuda::get().l2Bytes = 1 << 16;
  method.harness = Harness::Graph;
  for (bool shares : {false, true}) {
    work.sharesRows = shares;
    Expected<Candidate> peer =
        makeCublasPeer(0, work, method, CublasForm::Blocks);
    ASSERT_TRUE(peer) << peer.message();
    // 64 x 256 and 96 x 256 codes, 64 x 2 and 4 scales, 64 x 96 results.
    EXPECT_EQ(peer->copies.size(), shares ? 8u : 5u);
    mockCublasLaunches = 0;
    for (const Copy &copy : peer->copies)
      ASSERT_TRUE(copy.launch(nullptr));
    EXPECT_EQ(mockCublasLaunches, static_cast<int>(peer->copies.size()));
    EXPECT_NE(peer->copies[0].results[0].data, peer->copies[1].results[0].data);
  }
}

// A peer that only some work has, behind those of all products.
TEST_F(CublasTest, OfSomeWork) {
  PeerFactory factory(0, {cublasPeer});
  auto third = [&](const std::string &name, uint64_t bytes) {
    std::vector<std::string> notes;
    auto peers = factory.make(work, method, notes);
    ASSERT_TRUE(peers) << peers.message();
    EXPECT_TRUE(notes.empty()) << notes[0];
    ASSERT_EQ(peers->size(), 3u);
    EXPECT_EQ((*peers)[2].name, name);
    EXPECT_EQ((*peers)[2].work.bytes, bytes);
    ASSERT_TRUE((*peers)[2].launch(nullptr));
  };
  // A function that quantises its first operand; without scales, the peer has
  // one float for each all the same.
  work.ofBf16 = true;
  third("cublaslt-bf16", 2 * (64u * 256 + 96 * 256) + 8 + 2 * 64 * 96);
  // Sums that start from an operand.
  work.ofBf16 = false;
  work.addsF32 = true;
  third("cublaslt-f32", 64u * 256 + 96 * 256 + 8 + 4 * 64 * 96);
}

TEST_F(CublasTest, WhatTheLibraryRefusesIsLeftOut) {
  ::setenv("MOCK_CUBLAS_NO_BLOCKS", "1", 1);
  std::vector<std::string> notes;
  PeerFactory factory(0, {cublasPeer});
  auto peers = factory.make(work, method, notes);
  ASSERT_TRUE(peers) << peers.message();
  EXPECT_EQ(peers->size(), 1u);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0], "cublaslt-1x128 left out: cublasLtMatmulAlgoGetHeuristic "
                      "failed with status 15");
  EXPECT_EQ(makeCublasPeer(1, work, method, CublasForm::Tensor).message(),
            "device is 1, 0 is needed");
  work.kind = Kind::Quantize;
  auto none = factory.make(work, method, notes);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}
