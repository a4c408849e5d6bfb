//===- NpyTest.cpp --------------------------------------------------------===//

#include "gq/Numerics/Npy.h"

#include "TestSupport.h"

#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace gridquant;

namespace {

class NpyTest : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "npyXXXXXX";
    ASSERT_NE(mkdtemp(&pattern[0]), nullptr);
    directory = pattern;
    path = directory + "/x.npy";
  }

  void TearDown() override {
    std::remove(path.c_str());
    rmdir(directory.c_str());
  }

  void put(const std::string &bytes) {
    std::FILE *file = std::fopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
    std::fclose(file);
  }

  std::string get() {
    std::string bytes(100000, '\0');
    std::FILE *file = std::fopen(path.c_str(), "rb");
    EXPECT_NE(file, nullptr);
    bytes.resize(std::fread(&bytes[0], 1, bytes.size(), file));
    std::fclose(file);
    return bytes;
  }

  /// A file of the given version with this header.
  std::string file(int version, const std::string &header,
                   const std::string &data) {
    std::string bytes("\x93NUMPY");
    bytes += static_cast<char>(version);
    bytes += '\0';
    for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
      bytes += static_cast<char>(header.size() >> (8 * i));
    return bytes + header + data;
  }

  std::string readError(ElementType type, int rank = -1) {
    NpyArray array;
    Status status = readNpy(path, type, rank, array);
    std::string message = status.message();
    if (message.compare(0, path.size(), path) == 0)
      message = "x.npy" + message.substr(path.size());
    return message;
  }

  std::string directory, path;
};

TEST_F(NpyTest, RoundTripsEveryType) {
  for (unsigned i = 0; i < numElementTypes; ++i) {
    ElementType type = static_cast<ElementType>(i);
    for (const std::vector<int64_t> &shape : std::vector<std::vector<int64_t>>{
             {}, {5}, {3, 4}, {2, 0, 3}, {2, 3, 4, 5}}) {
      size_t bytes = elementTypeSize(type);
      for (int64_t size : shape)
        bytes *= static_cast<size_t>(size);
      std::vector<unsigned char> data(bytes);
      for (size_t b = 0; b < bytes; ++b)
        data[b] = static_cast<unsigned char>(b * 7 + 1);
      Status status = writeNpy(path, type, shape, data.data());
      ASSERT_TRUE(status.ok()) << status.message();
      NpyArray array;
      status = readNpy(path, type, static_cast<int>(shape.size()), array);
      ASSERT_TRUE(status.ok()) << status.message();
      EXPECT_EQ(array.type, type);
      EXPECT_EQ(array.shape, shape);
      EXPECT_EQ(array.data, data);
    }
  }
}

TEST_F(NpyTest, WritesWhatNumpyWrites) {
  const float data[] = {1, 2};
  ASSERT_TRUE(writeNpy(path, ElementType::f32, {2}, data).ok());
  std::string header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  header.resize(117, ' ');
  header += '\n';
  std::string bytes(reinterpret_cast<const char *>(data), 8);
  EXPECT_EQ(get(), file(1, header, bytes));
}

TEST_F(NpyTest, ReadsAllVersionsAndSpellings) {
  const std::string data(12, 'x');
  for (int version : {1, 2, 3})
    for (const char *header :
         {"{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3), }\n",
          "{'shape':(2,3),'fortran_order':False,'descr':'<f2'}",
          " { \"descr\" : '<f2' , 'shape' : ( 2 , 3 , ) , 'fortran_order': "
          "False } \n"}) {
      put(file(version, header, data));
      EXPECT_EQ(readError(ElementType::f16, 2), "") << version << header;
    }
  auto spelled = [&](const char *descr, ElementType type, size_t bytes) {
    put(file(1,
             std::string("{'descr': '") + descr +
                 "', 'fortran_order': False, 'shape': (3,)}",
             std::string(bytes, 'x')));
    return readError(type);
  };
  for (const char *descr : {"<V2", "|V2", "<u2"})
    EXPECT_EQ(spelled(descr, ElementType::bf16, 6), "");
  for (const char *descr : {"<V1", "|V1", "|u1"}) {
    EXPECT_EQ(spelled(descr, ElementType::f8E4M3FN, 3), "");
    EXPECT_EQ(spelled(descr, ElementType::f8E5M2, 3), "");
  }
  EXPECT_EQ(spelled("<f1", ElementType::f8E5M2, 3), "");
  EXPECT_EQ(spelled("<f1", ElementType::f8E4M3FN, 3),
            "x.npy: expected f8E4M3FN, found '<f1'");
  EXPECT_EQ(spelled("<f4", ElementType::bf16, 12),
            "x.npy: expected bf16, found '<f4'");
  EXPECT_EQ(spelled(">f4", ElementType::f32, 12),
            "x.npy: expected f32, found '>f4'");
}

TEST_F(NpyTest, RefusesWhatDoesNotFit) {
  auto with = [&](const std::string &shape, const char *order, size_t bytes) {
    put(file(1,
             "{'descr': '<f4', 'fortran_order': " + std::string(order) +
                 ", 'shape': " + shape + "}",
             std::string(bytes, 'x')));
  };
  with("(2, 3)", "False", 24);
  EXPECT_EQ(readError(ElementType::f32, 1),
            "x.npy: expected rank 1, found shape (2, 3)");
  with("(2, 3)", "True", 24);
  EXPECT_EQ(readError(ElementType::f32),
            "x.npy: elements are in fortran order, need C order");
  for (size_t bytes : {23, 25}) {
    with("(2, 3)", "False", bytes);
    EXPECT_EQ(readError(ElementType::f32),
              "x.npy: file has " + std::to_string(bytes) +
                  " bytes of data, shape (2, 3) of f32 needs 24");
  }
  with("(4000000000, 4000000000)", "False", 24);
  EXPECT_NE(readError(ElementType::f32).find("needs more than exist"),
            std::string::npos);
  with("(1000000000, 1000000000)", "False", 24);
  EXPECT_NE(readError(ElementType::f32).find("needs 4000000000000000000"),
            std::string::npos);
  for (const char *shape :
       {"(-1,)", "(2", "2", "(99999999999999999999,)", "(2,,3)", "(a,)"}) {
    with(shape, "False", 24);
    EXPECT_EQ(readError(ElementType::f32), "x.npy: header is malformed")
        << shape;
  }
  std::remove(path.c_str());
  EXPECT_NE(readError(ElementType::f32).find("cannot open"), std::string::npos);
  NpyArray array;
  EXPECT_EQ(readNpy(directory, ElementType::f32, -1, array).message(),
            directory + ": not a regular file");
}

TEST_F(NpyTest, SurvivesDamage) {
  std::vector<float> data(6, 1.0f);
  ASSERT_TRUE(writeNpy(path, ElementType::f32, {2, 3}, data.data()).ok());
  std::string good = get();
  for (size_t length = 0; length < good.size(); ++length) {
    put(good.substr(0, length));
    EXPECT_NE(readError(ElementType::f32), "") << length;
  }
  // Any byte may change; reading must end, in a good array or a message.
  testsupport::Random random(5);
  for (int round = 0; round < 3000; ++round) {
    std::string bad = good;
    for (int64_t i = random.below(4); i >= 0; --i)
      bad[static_cast<size_t>(random.below(static_cast<int64_t>(80)))] =
          static_cast<char>(random.next());
    put(bad);
    NpyArray array;
    if (readNpy(path, ElementType::f32, -1, array).ok()) {
      EXPECT_EQ(array.data.size(), 24u);
    }
  }
}

TEST_F(NpyTest, FailedWritesLeaveNothingBehind) {
  float x = 1;
  ASSERT_TRUE(writeNpy(path, ElementType::f32, {1}, &x).ok());
  std::string before = get();
  EXPECT_FALSE(writeNpy(path, ElementType::f32, {-1}, &x).ok());
  EXPECT_FALSE(writeNpy(path, ElementType::f32, {1}, nullptr).ok());
  EXPECT_EQ(get(), before);
  EXPECT_NE(writeNpy(directory + "/no/x.npy", ElementType::f32, {1}, &x)
                .message()
                .find("cannot create"),
            std::string::npos);
  // The target is a directory: the rename fails, the temporary goes.
  EXPECT_NE(writeNpy(directory, ElementType::f32, {1}, &x)
                .message()
                .find("cannot write"),
            std::string::npos);
  int entries = 0;
  DIR *listing = opendir(directory.c_str());
  while (readdir(listing))
    ++entries;
  closedir(listing);
  EXPECT_EQ(entries, 3); // ., .. and x.npy
}

} // namespace
