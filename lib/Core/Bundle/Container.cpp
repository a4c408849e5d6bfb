//===- Container.cpp - the bundle file ------------------------------------===//
#include "gq/Bundle/Container.h"

#include "gq/Bundle/Checksum.h"
#include "gq/Bundle/File.h"

#include <algorithm>

namespace gridquant {

// The first byte is not ASCII and the last four are changed by a transfer that
// rewrites line ends, so that both kinds of damage are seen at once.
static constexpr std::string_view magic("\x89GQB\r\n\x1a\n", 8);
static constexpr size_t headerSize = 48;
static constexpr size_t entrySize = 48;
static constexpr size_t archSize = 24;
static constexpr size_t headerCrcOffset = 44;
static constexpr size_t imageAlignment = 16;

bool isBundle(std::string_view bytes) {
  return bytes.substr(0, magic.size()) == magic;
}

const char *stringify(ImageKind kind) {
  switch (kind) {
  case ImageKind::PTX:
    return "ptx";
  case ImageKind::Cubin:
    return "cubin";
  case ImageKind::Data:
    return "data";
  }
  return "unknown";
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

template <typename T>
static void put(std::string &out, size_t offset, T value) {
  for (size_t i = 0; i < sizeof(T); ++i)
    out[offset + i] = static_cast<char>(value >> (8 * i));
}

static uint32_t versionFor(const std::vector<Image> &images) {
  bool anyData =
      std::any_of(images.begin(), images.end(), [](const Image &image) {
        return image.kind == ImageKind::Data;
      });
  return anyData ? 2 : 1;
}

static size_t alignTo(size_t value, size_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

std::string writeBundle(const std::string &metadataJson,
                        const std::vector<Image> &images) {
  const size_t tableEnd = headerSize + entrySize * images.size();
  // Constants may be large: no growing by copies.
  size_t size = tableEnd + metadataJson.size();
  for (const Image &image : images)
    size += imageAlignment + image.bytes.size();
  std::string out;
  out.reserve(size);
  out.resize(tableEnd, '\0');
  out += metadataJson;
  for (size_t i = 0; i < images.size(); ++i) {
    const Image &image = images[i];
    out.resize(alignTo(out.size(), imageAlignment), '\0');
    const size_t entry = headerSize + entrySize * i;
    put<uint32_t>(out, entry, static_cast<uint32_t>(image.kind));
    put<uint32_t>(out, entry + 4, crc32(image.bytes));
    put<uint64_t>(out, entry + 8, out.size());
    put<uint64_t>(out, entry + 16, image.bytes.size());
    std::string arch = image.arch.substr(0, archSize - 1);
    std::copy(arch.begin(), arch.end(), out.begin() + entry + 24);
    out += image.bytes;
  }
  std::copy(magic.begin(), magic.end(), out.begin());
  put<uint32_t>(out, 8, versionFor(images));
  put<uint32_t>(out, 12, static_cast<uint32_t>(images.size()));
  put<uint64_t>(out, 16, out.size());
  put<uint64_t>(out, 24, tableEnd);
  put<uint64_t>(out, 32, metadataJson.size());
  put<uint32_t>(out, 40, crc32(metadataJson));
  put<uint32_t>(out, headerCrcOffset,
                crc32(std::string_view(out).substr(0, tableEnd)));
  return out;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

template <typename T> static T get(std::string_view bytes, size_t offset) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    value |= static_cast<T>(static_cast<uint8_t>(bytes[offset + i])) << (8 * i);
  return value;
}

static Error truncated(uint64_t size, uint64_t needed) {
  return {"bundle is truncated: it has " + std::to_string(size) +
          " bytes, at least " + std::to_string(needed) + " are needed"};
}

/// The bytes of [offset, offset + size), if they are in the file and behind the
/// header. The subtraction cannot wrap, the sum could.
static bool slice(std::string_view file, size_t begin, uint64_t offset,
                  uint64_t size, std::string_view &out) {
  if (offset < begin || offset > file.size() || size > file.size() - offset)
    return false;
  out = file.substr(offset, size);
  return true;
}

Expected<BundleContents> readBundle(std::string_view bytes) {
  size_t common = std::min(bytes.size(), magic.size());
  if (bytes.substr(0, common) != magic.substr(0, common))
    return Error{"not a gridquant bundle: the magic number does not match"};
  // The version comes before all else: a newer header may have another size.
  if (bytes.size() < 12)
    return truncated(bytes.size(), headerSize);
  uint32_t version = get<uint32_t>(bytes, 8);
  if (version > bundleFormatVersion)
    return Error{"bundle has format version " + std::to_string(version) +
                 ", this library reads versions up to " +
                 std::to_string(bundleFormatVersion)};
  if (version == 0)
    return Error{"bundle header is damaged: format version is 0"};
  if (bytes.size() < headerSize)
    return truncated(bytes.size(), headerSize);

  uint64_t fileSize = get<uint64_t>(bytes, 16);
  if (bytes.size() < fileSize)
    return truncated(bytes.size(), fileSize);
  uint32_t count = get<uint32_t>(bytes, 12);
  if (count > (bytes.size() - headerSize) / entrySize)
    return Error{"bundle header is damaged: a table of " +
                 std::to_string(count) + " images does not fit in " +
                 std::to_string(bytes.size()) + " bytes"};
  const size_t tableEnd = headerSize + entrySize * count;
  std::string header(bytes.substr(0, tableEnd));
  put<uint32_t>(header, headerCrcOffset, 0);
  if (crc32(header) != get<uint32_t>(bytes, headerCrcOffset))
    return Error{"bundle header is damaged: checksum does not match"};
  if (bytes.size() > fileSize)
    return Error{"bundle has " + std::to_string(bytes.size() - fileSize) +
                 " bytes behind its end"};

  BundleContents contents;
  std::string_view metadata;
  if (!slice(bytes, tableEnd, get<uint64_t>(bytes, 24),
             get<uint64_t>(bytes, 32), metadata))
    return Error{"bundle header is damaged: metadata lies outside of the file"};
  if (crc32(metadata) != get<uint32_t>(bytes, 40))
    return Error{"bundle metadata is damaged: checksum does not match"};
  contents.metadata = std::string(metadata);

  for (uint32_t i = 0; i < count; ++i) {
    const size_t entry = headerSize + entrySize * i;
    const std::string name = "bundle image " + std::to_string(i);
    uint32_t kind = get<uint32_t>(bytes, entry);
    if (kind < static_cast<uint32_t>(ImageKind::PTX) ||
        kind > static_cast<uint32_t>(ImageKind::Data))
      return Error{name + " has unknown kind " + std::to_string(kind) +
                   ", 1 (ptx), 2 (cubin) or 3 (data) is needed"};
    if (kind == static_cast<uint32_t>(ImageKind::Data) && version < 2)
      return Error{name + " is data, which a bundle of format version 1 has "
                          "none of"};
    std::string_view image;
    if (!slice(bytes, tableEnd, get<uint64_t>(bytes, entry + 8),
               get<uint64_t>(bytes, entry + 16), image))
      return Error{name + " lies outside of the file"};
    if (crc32(image) != get<uint32_t>(bytes, entry + 4))
      return Error{name + " is damaged: checksum does not match"};
    std::string_view arch = bytes.substr(entry + 24, archSize);
    contents.images.push_back({static_cast<ImageKind>(kind),
                               std::string(arch.substr(0, arch.find('\0'))),
                               std::string(image)});
  }
  return contents;
}

Status writeBundleFile(const std::string &path, const std::string &metadataJson,
                       const std::vector<Image> &images) {
  return writeFileAtomically(path, writeBundle(metadataJson, images));
}

Expected<BundleContents> readBundleFile(const std::string &path) {
  Expected<std::string> bytes = readFile(path);
  if (!bytes)
    return Error{bytes.message()};
  Expected<BundleContents> contents = readBundle(*bytes);
  if (!contents)
    return Error{"'" + path + "': " + contents.message()};
  return contents;
}

} // namespace gridquant
