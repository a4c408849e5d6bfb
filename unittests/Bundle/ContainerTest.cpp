//===- ContainerTest.cpp --------------------------------------------------===//
#include "gq/Bundle/Container.h"
#include "gq/Bundle/Checksum.h"
#include "gq/Bundle/File.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <dirent.h>
#include <unistd.h>

using namespace gridquant;

static const std::string metadata = R"({"version":1})";

static std::vector<Image> sampleImages() {
  std::string cubin("\x7f"
                    "ELF\0\0binary",
                    12);
  return {{ImageKind::PTX, "sm_90a", ".version 8.0\n"},
          {ImageKind::Cubin, "sm_90a", cubin}};
}

/// With the contents of a constant, zeros among them.
static std::vector<Image> imagesWithData() {
  std::vector<Image> images = sampleImages();
  images.push_back({ImageKind::Data, "", std::string("da\0ta\0", 6)});
  return images;
}

TEST(Checksum, KnownValues) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926u);
  // Of any length, in any pieces.
  const std::string text = "the quick brown fox jumps over the lazy dog";
  EXPECT_EQ(crc32(text), 0xce0c5114u);
  for (size_t i = 0; i <= text.size(); ++i)
    EXPECT_EQ(crc32(text.substr(i), crc32(text.substr(0, i))), crc32(text));
  EXPECT_EQ(crc32("6789", crc32("12345")), 0xcbf43926u);
  EXPECT_EQ(fnv1a64(""), 0xcbf29ce484222325ull);
  EXPECT_EQ(fnv1a64("a"), 0xaf63dc4c8601ec8cull);
}

TEST(Container, RoundTrip) {
  auto contents = readBundle(writeBundle(metadata, sampleImages()));
  ASSERT_TRUE(contents) << contents.message();
  EXPECT_EQ(contents->metadata, metadata);
  ASSERT_EQ(contents->images.size(), 2u);
  EXPECT_EQ(contents->images[0].kind, ImageKind::PTX);
  EXPECT_EQ(contents->images[0].arch, "sm_90a");
  EXPECT_EQ(contents->images[0].bytes, ".version 8.0\n");
  EXPECT_EQ(contents->images[1].kind, ImageKind::Cubin);
  EXPECT_EQ(contents->images[1].bytes, sampleImages()[1].bytes);
}

TEST(Container, DataRaisesTheVersion) {
  EXPECT_EQ(writeBundle(metadata, sampleImages())[8], 1);
  const std::string whole = writeBundle(metadata, imagesWithData());
  EXPECT_EQ(whole[8], 2);
  auto contents = readBundle(whole);
  ASSERT_TRUE(contents) << contents.message();
  ASSERT_EQ(contents->images.size(), 3u);
  EXPECT_EQ(contents->images[2].kind, ImageKind::Data);
  EXPECT_EQ(contents->images[2].arch, "");
  EXPECT_EQ(contents->images[2].bytes, imagesWithData()[2].bytes);
}

TEST(Container, NoImages) {
  auto contents = readBundle(writeBundle("", {}));
  ASSERT_TRUE(contents) << contents.message();
  EXPECT_TRUE(contents->images.empty());
}

TEST(Container, TruncatedAtEveryByte) {
  const std::string whole = writeBundle(metadata, imagesWithData());
  for (size_t size = 0; size < whole.size(); ++size) {
    // A copy of its own, so that a tool sees reads beyond the end.
    std::vector<char> bytes(whole.begin(), whole.begin() + size);
    auto contents = readBundle({bytes.data(), bytes.size()});
    ASSERT_FALSE(contents) << "at " << size;
    EXPECT_NE(contents.message().find("bundle is truncated: it has " +
                                      std::to_string(size) + " bytes"),
              std::string::npos)
        << contents.message();
  }
}

TEST(Container, EveryChangedByteIsSeenOrHarmless) {
  const std::string whole = writeBundle(metadata, imagesWithData());
  size_t harmless = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x41);
    if (readBundle(changed))
      ++harmless;
  }
  // The padding in front of the three images.
  EXPECT_EQ(harmless, 10u);
}

static std::string errorOf(const std::string &bytes) {
  auto contents = readBundle(bytes);
  return contents ? "no error" : contents.message();
}

TEST(Container, Messages) {
  const std::string whole = writeBundle(metadata, sampleImages());
  EXPECT_EQ(errorOf("\x7f"
                    "ELF and so on"),
            "not a gridquant bundle: the magic number does not match");
  std::string changed = whole;
  changed[8] = 3;
  EXPECT_EQ(errorOf(changed), "bundle has format version 3, this library reads "
                              "versions up to 2");
  changed[8] = 0;
  EXPECT_EQ(errorOf(changed), "bundle header is damaged: format version is 0");
  changed = whole;
  changed[33] = 1;
  EXPECT_EQ(errorOf(changed),
            "bundle header is damaged: checksum does not match");
  changed = whole;
  changed[15] = 1; // 16 million images
  EXPECT_EQ(errorOf(changed), "bundle header is damaged: a table of 16777218 "
                              "images does not fit in " +
                                  std::to_string(whole.size()) + " bytes");
  changed = whole;
  changed[whole.find("version")] = 'w';
  EXPECT_EQ(errorOf(changed),
            "bundle metadata is damaged: checksum does not match");
  changed = whole;
  changed[whole.find("binary")] = 'w';
  EXPECT_EQ(errorOf(changed), "bundle image 1 is damaged: checksum does not "
                              "match");
  EXPECT_EQ(errorOf(whole + "xyz"), "bundle has 3 bytes behind its end");
}

/// Changes a header or table field and makes the checksum right again, as a
/// hostile writer would.
static std::string forge(std::string bytes, size_t offset, uint64_t value,
                         size_t size) {
  for (size_t i = 0; i < size; ++i)
    bytes[offset + i] = static_cast<char>(value >> (8 * i));
  for (size_t i = 44; i < 48; ++i)
    bytes[i] = 0;
  uint32_t crc = crc32(std::string_view(bytes).substr(0, 48 + 2 * 48));
  for (size_t i = 0; i < 4; ++i)
    bytes[44 + i] = static_cast<char>(crc >> (8 * i));
  return bytes;
}

TEST(Container, ForgedOffsets) {
  const std::string whole = writeBundle(metadata, sampleImages());
  ASSERT_EQ(forge(whole, 8, 1, 4), whole);
  for (uint64_t value : {uint64_t(0), uint64_t(143), uint64_t(whole.size() + 1),
                         UINT64_MAX, UINT64_MAX - 5}) {
    EXPECT_EQ(errorOf(forge(whole, 24, value, 8)),
              "bundle header is damaged: metadata lies outside of the file");
    EXPECT_EQ(errorOf(forge(whole, 48 + 48 + 8, value, 8)),
              "bundle image 1 lies outside of the file");
  }
  EXPECT_EQ(errorOf(forge(whole, 32, UINT64_MAX, 8)),
            "bundle header is damaged: metadata lies outside of the file");
  EXPECT_EQ(errorOf(forge(whole, 48 + 16, UINT64_MAX, 8)),
            "bundle image 0 lies outside of the file");
  EXPECT_EQ(errorOf(forge(whole, 48, 7, 4)),
            "bundle image 0 has unknown kind 7, 1 (ptx), 2 (cubin) or 3 (data) "
            "is needed");
  EXPECT_EQ(errorOf(forge(whole, 48, 3, 4)),
            "bundle image 0 is data, which a bundle of format version 1 has "
            "none of");
}

TEST(File, AtomicWriteLeavesNothingBehind) {
  char pattern[] = "/tmp/gq-file-XXXXXX";
  std::string directory = ::mkdtemp(pattern);
  std::string path = directory + "/a.gqb";
  ASSERT_TRUE(writeFileAtomically(path, "old"));
  ASSERT_TRUE(writeBundleFile(path, metadata, sampleImages()));
  auto contents = readBundleFile(path);
  ASSERT_TRUE(contents) << contents.message();
  EXPECT_EQ(contents->metadata, metadata);

  size_t entries = 0;
  DIR *dir = ::opendir(directory.c_str());
  while (dirent *entry = ::readdir(dir))
    entries += entry->d_name[0] != '.';
  ::closedir(dir);
  EXPECT_EQ(entries, 1u);

  // The target is a directory: the rename fails and the temporary goes away.
  Status failed = writeFileAtomically(directory, "x");
  EXPECT_FALSE(failed);
  EXPECT_NE(failed.message().find("cannot rename"), std::string::npos);
  ::unlink(path.c_str());
  EXPECT_EQ(::rmdir(directory.c_str()), 0);
}

TEST(File, EndlessFile) {
  auto bytes = readFile("/dev/zero");
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.message(), "'/dev/zero' has more than 536870912 bytes");
}

TEST(File, MissingFile) {
  auto contents = readBundleFile("/nonexistent/x.gqb");
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.message(),
            "cannot open '/nonexistent/x.gqb': No such file or directory");
  Status status = writeFileAtomically("/nonexistent/x.gqb", "x");
  EXPECT_NE(status.message().find("cannot create '/nonexistent/x.gqb.tmp."),
            std::string::npos);
}
