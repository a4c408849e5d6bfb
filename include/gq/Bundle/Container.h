//===- Container.h - the bundle file ----------------------------*- C++ -*-===//
//
// A bundle is one file: a header, a table of images, the JSON metadata and the
// images (PTX text, cubins, data of constants). All integers are little endian.
//
//   offset  size  field
//        0     8  magic 89 'G' 'Q' 'B' 0d 0a 1a 0a
//        8     4  format version
//       12     4  number of images
//       16     8  size of the file
//       24     8  offset of the metadata
//       32     8  size of the metadata
//       40     4  crc32 of the metadata
//       44     4  crc32 of header and table, taken with this field as zero
//       48  48*n  table: kind u32, crc32 u32, offset u64, size u64, arch[24]
//
// The metadata follows the table; images start at multiples of 16 bytes.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BUNDLE_CONTAINER_H
#define GQ_BUNDLE_CONTAINER_H

#include "gq/Bundle/Error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gridquant {

/// The highest that is read. A bundle without data images has version 1, which
/// older readers know.
constexpr uint32_t bundleFormatVersion = 2;

enum class ImageKind : uint32_t { PTX = 1, Cubin = 2, Data = 3 };

const char *stringify(ImageKind kind);

/// One alternative form of the device code: all PTX images together hold every
/// kernel of the bundle, and so do all cubins of one architecture. Or the
/// contents of constants, which the metadata refers to by the number of the
/// image.
struct Image {
  ImageKind kind;
  std::string arch; // "sm_90a"; 23 characters at most; empty for data
  std::string bytes;
};

struct BundleContents {
  std::string metadata;
  std::vector<Image> images;
};

/// Lays out a bundle. Architecture names are cut to 23 characters.
std::string writeBundle(const std::string &metadataJson,
                        const std::vector<Image> &images);

/// Whether \p bytes begin as a bundle does.
bool isBundle(std::string_view bytes);

/// Reads what writeBundle wrote. Any bytes may be given: the result is the
/// contents, or an error that says what is wrong with them.
Expected<BundleContents> readBundle(std::string_view bytes);

/// writeBundle to a file that appears whole or not at all.
Status writeBundleFile(const std::string &path, const std::string &metadataJson,
                       const std::vector<Image> &images);

Expected<BundleContents> readBundleFile(const std::string &path);

} // namespace gridquant

#endif // GQ_BUNDLE_CONTAINER_H
