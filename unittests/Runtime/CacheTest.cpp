//===- CacheTest.cpp ------------------------------------------------------===//
#include "Cache.h"
#include "gq/Bundle/File.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <dirent.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace gridquant;
using namespace gridquant::runtime;

namespace {
struct CacheTest : ::testing::Test {
  std::string directory;
  CacheKey key{"ptx text", 9, 0, 13000};

  void SetUp() override {
    char pattern[] = "/tmp/gq-cache-XXXXXX";
    directory = ::mkdtemp(pattern);
  }
  std::vector<std::string> entries() const {
    std::vector<std::string> names;
    DIR *dir = ::opendir(directory.c_str());
    while (dirent *entry = ::readdir(dir))
      if (entry->d_name[0] != '.')
        names.push_back(entry->d_name);
    ::closedir(dir);
    return names;
  }
  void TearDown() override {
    for (const std::string &name : entries())
      ::unlink((directory + "/" + name).c_str());
    EXPECT_EQ(::rmdir(directory.c_str()), 0);
  }
};
} // namespace

TEST_F(CacheTest, RoundTrip) {
  EXPECT_EQ(readCache(directory, key), std::nullopt);
  std::string cubin("\0\1\n\2binary", 10);
  writeCache(directory, key, cubin);
  EXPECT_EQ(readCache(directory, key), cubin);
  EXPECT_EQ(entries().size(), 1u);
}

TEST_F(CacheTest, KeysDiffer) {
  writeCache(directory, key, "cubin");
  for (const CacheKey &other :
       {CacheKey("ptx texu", 9, 0, 13000), CacheKey("ptx text", 8, 0, 13000),
        CacheKey("ptx text", 9, 1, 13000), CacheKey("ptx text", 9, 0, 12080)})
    EXPECT_EQ(readCache(directory, other), std::nullopt);
}

TEST_F(CacheTest, EveryDamageIsSeen) {
  writeCache(directory, key, "some cubin");
  std::string path = directory + "/" + key.fileName();
  std::string whole = *readFile(path);
  for (size_t i = 0; i < whole.size(); ++i) {
    ASSERT_TRUE(writeFileAtomically(path, whole.substr(0, i)));
    EXPECT_EQ(readCache(directory, key), std::nullopt) << "cut at " << i;
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    ASSERT_TRUE(writeFileAtomically(path, changed));
    EXPECT_EQ(readCache(directory, key), std::nullopt) << "changed at " << i;
  }
  writeCache(directory, key, "some cubin");
  EXPECT_EQ(readCache(directory, key), "some cubin");
}

TEST_F(CacheTest, EntryOfAnotherKey) {
  CacheKey other("other ptx", 9, 0, 13000);
  writeCache(directory, key, "cubin");
  ASSERT_EQ(::rename((directory + "/" + key.fileName()).c_str(),
                     (directory + "/" + other.fileName()).c_str()),
            0);
  EXPECT_EQ(readCache(directory, other), std::nullopt);
}

TEST_F(CacheTest, ConcurrentWriters) {
  // Large, so that a write is not atomic by luck; two contents, so that a mix
  // of both would show.
  const std::string first(1 << 20, 'a'), second((1 << 20) + 77, 'b');
  writeCache(directory, key, first);
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    pid_t child = ::fork();
    if (child == 0) {
      std::thread other([&] {
        for (int n = 0; n < 20; ++n)
          writeCache(directory, key, second);
      });
      for (int n = 0; n < 20; ++n)
        writeCache(directory, key, first);
      other.join();
      ::_exit(0);
    }
    ASSERT_GT(child, 0);
    children.push_back(child);
  }
  int reads = 0;
  for (size_t alive = children.size(); alive;) {
    int status = 0;
    if (::waitpid(-1, &status, WNOHANG) > 0) {
      EXPECT_EQ(status, 0);
      --alive;
    }
    std::optional<std::string> cubin = readCache(directory, key);
    ASSERT_TRUE(cubin);
    ASSERT_TRUE(*cubin == first || *cubin == second);
    ++reads;
  }
  EXPECT_GT(reads, 0);
  EXPECT_EQ(entries().size(), 1u);
}

TEST_F(CacheTest, Directory) {
  ::setenv("GQ_CACHE_DIR", "/a", 1);
  ::setenv("XDG_CACHE_HOME", "/b", 1);
  ::setenv("HOME", "/c", 1);
  EXPECT_EQ(cacheDirectory(), "/a");
  ::setenv("GQ_CACHE_DIR", "", 1);
  EXPECT_EQ(cacheDirectory(), "");
  ::unsetenv("GQ_CACHE_DIR");
  EXPECT_EQ(cacheDirectory(), "/b/gridquant");
  ::unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(cacheDirectory(), "/c/.cache/gridquant");
  ::unsetenv("HOME");
  EXPECT_EQ(cacheDirectory(), "");
  // No directory, no cache, no crash.
  writeCache("", key, "cubin");
  EXPECT_EQ(readCache("", key), std::nullopt);
}
