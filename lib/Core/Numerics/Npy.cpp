//===- Npy.cpp - tensors in .npy files ------------------------------------===//

#include "gq/Numerics/Npy.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

using namespace gridquant;

namespace {

constexpr char magic[] = "\x93NUMPY";
constexpr size_t magicSize = 6;
// NumPy limits headers it reads to 10000 characters; nothing needs more.
constexpr size_t maxHeaderSize = 10000;
constexpr size_t maxRank = 64;

struct Descriptors {
  const char *written;
  // The others that are read, ending in null.
  const char *accepted[5];
};

const Descriptors &descriptors(ElementType type) {
  // In the order of the enum.
  static const Descriptors table[numElementTypes] = {
      {"<V2", {"|V2", "<u2"}},
      {"<f2", {}},
      {"<f4", {}},
      {"<f8", {}},
      {"|i1", {}},
      {"<i4", {}},
      {"<i8", {}},
      {"|V1", {"<V1", "|u1"}},
      {"|V1", {"<V1", "|u1", "<f1", "|f1"}},
      {"|V1", {"<V1", "|u1"}},
      {"<i2", {}},
  };
  return table[static_cast<unsigned>(type)];
}

bool accepts(ElementType type, const std::string &descr) {
  const Descriptors &entry = descriptors(type);
  if (descr == entry.written)
    return true;
  for (const char *const *other = entry.accepted; *other; ++other)
    if (descr == *other)
      return true;
  return false;
}

struct Header {
  std::string descr;
  bool fortranOrder = false;
  std::vector<int64_t> shape;
};

/// Parses the header, the literal of a Python dictionary with the keys 'descr',
/// 'fortran_order' and 'shape'.
class HeaderParser {
public:
  explicit HeaderParser(const std::string &text)
      : at(text.data()), end(text.data() + text.size()) {}

  bool parse(Header &header) {
    bool seenDescr = false, seenOrder = false, seenShape = false;
    if (!consume('{'))
      return false;
    while (!consume('}')) {
      std::string key;
      if (!parseString(key) || !consume(':'))
        return false;
      bool *seen = key == "descr"           ? &seenDescr
                   : key == "fortran_order" ? &seenOrder
                   : key == "shape"         ? &seenShape
                                            : nullptr;
      if (!seen || *seen)
        return false;
      *seen = true;
      bool parsed = seen == &seenDescr   ? parseString(header.descr)
                    : seen == &seenOrder ? parseBool(header.fortranOrder)
                                         : parseShape(header.shape);
      if (!parsed)
        return false;
      if (!consume(',')) {
        if (!consume('}'))
          return false;
        break;
      }
    }
    skipSpace();
    return at == end && seenDescr && seenOrder && seenShape;
  }

private:
  void skipSpace() {
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\t'))
      ++at;
  }

  bool consume(char c) {
    skipSpace();
    if (at == end || *at != c)
      return false;
    ++at;
    return true;
  }

  bool parseString(std::string &text) {
    skipSpace();
    if (at == end || (*at != '\'' && *at != '"'))
      return false;
    char quote = *at++;
    const char *begin = at;
    while (at != end && *at != quote)
      ++at;
    if (at == end)
      return false;
    text.assign(begin, at++);
    return true;
  }

  bool parseWord(const char *word) {
    skipSpace();
    size_t length = std::strlen(word);
    if (static_cast<size_t>(end - at) < length ||
        std::memcmp(at, word, length) != 0)
      return false;
    at += length;
    return true;
  }

  bool parseBool(bool &value) {
    value = parseWord("True");
    return value || parseWord("False");
  }

  bool parseSize(int64_t &value) {
    skipSpace();
    const char *begin = at;
    value = 0;
    for (; at != end && *at >= '0' && *at <= '9'; ++at) {
      int digit = *at - '0';
      if (value > (INT64_MAX - digit) / 10)
        return false;
      value = value * 10 + digit;
    }
    return at != begin;
  }

  bool parseShape(std::vector<int64_t> &shape) {
    if (!consume('('))
      return false;
    while (!consume(')')) {
      int64_t size;
      if (shape.size() == maxRank || !parseSize(size))
        return false;
      shape.push_back(size);
      if (!consume(','))
        return consume(')');
    }
    return true;
  }

  const char *at;
  const char *end;
};

struct CloseFile {
  void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// The bytes of an array, or false if they do not fit in 63 bits.
bool byteCount(const std::vector<int64_t> &shape, ElementType type,
               int64_t &bytes) {
  bytes = static_cast<int64_t>(elementTypeSize(type));
  for (int64_t size : shape)
    if (size == 0) {
      bytes = 0;
      return true;
    }
  for (int64_t size : shape) {
    if (size < 0 || bytes > INT64_MAX / size)
      return false;
    bytes *= size;
  }
  return true;
}

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

/// Printable and short, as it ends up in a diagnostic.
std::string quoted(const std::string &text) {
  std::string result = "'";
  for (char c : text.substr(0, 32))
    result += c >= ' ' && c < 127 ? c : '?';
  return result + (text.size() > 32 ? "...'" : "'");
}

} // namespace

Status gridquant::readNpy(const std::string &path, ElementType type, int rank,
                          NpyArray &array) {
  auto fail = [&](const std::string &message) {
    return Status::failure(path + ": " + message);
  };
  if (elementTypeSize(type) == 0)
    return fail("the expected element type is invalid");
  File file(std::fopen(path.c_str(), "rb"));
  if (!file)
    return fail(std::string("cannot open: ") + std::strerror(errno));
  struct stat info;
  if (fstat(fileno(file.get()), &info) != 0 || !S_ISREG(info.st_mode))
    return fail("not a regular file");

  unsigned char lead[12];
  if (std::fread(lead, 1, 8, file.get()) != 8 ||
      std::memcmp(lead, magic, magicSize) != 0)
    return fail("not a .npy file");
  unsigned major = lead[6];
  if (major < 1 || major > 3)
    return fail("is .npy version " + std::to_string(major) +
                ", need version 1, 2 or 3");
  size_t lengthBytes = major == 1 ? 2 : 4;
  if (std::fread(lead + 8, 1, lengthBytes, file.get()) != lengthBytes)
    return fail("header is truncated");
  size_t headerSize = 0;
  for (size_t i = lengthBytes; i-- > 0;)
    headerSize = headerSize << 8 | lead[8 + i];
  if (headerSize > maxHeaderSize)
    return fail("header is " + std::to_string(headerSize) + " bytes, at most " +
                std::to_string(maxHeaderSize) + " are read");
  std::string text(headerSize, '\0');
  if (std::fread(&text[0], 1, headerSize, file.get()) != headerSize)
    return fail("header is truncated");

  Header header;
  if (!HeaderParser(text).parse(header))
    return fail("header is malformed");
  if (!accepts(type, header.descr))
    return fail(std::string("expected ") + elementTypeName(type) + ", found " +
                quoted(header.descr));
  if (rank >= 0 && header.shape.size() != static_cast<size_t>(rank))
    return fail("expected rank " + std::to_string(rank) + ", found shape " +
                shapeText(header.shape));
  if (header.fortranOrder && header.shape.size() > 1)
    return fail("elements are in fortran order, need C order");

  // The size of the file is checked before memory is asked for, so that a
  // damaged header cannot ask for all of it.
  int64_t needed;
  int64_t present = static_cast<int64_t>(info.st_size) -
                    static_cast<int64_t>(8 + lengthBytes + headerSize);
  if (!byteCount(header.shape, type, needed) || needed != present)
    return fail("file has " + std::to_string(present) +
                " bytes of data, shape " + shapeText(header.shape) + " of " +
                elementTypeName(type) + " needs " +
                (byteCount(header.shape, type, needed) ? std::to_string(needed)
                                                       : "more than exist"));
  std::vector<unsigned char> data(static_cast<size_t>(needed));
  if (std::fread(data.data(), 1, data.size(), file.get()) != data.size())
    return fail("data is truncated");
  array.type = type;
  array.shape = std::move(header.shape);
  array.data = std::move(data);
  return Status::success();
}

Status gridquant::writeNpy(const std::string &path, ElementType type,
                           const std::vector<int64_t> &shape,
                           const void *data) {
  auto fail = [&](const std::string &message) {
    return Status::failure(path + ": " + message);
  };
  if (elementTypeSize(type) == 0)
    return fail("the element type is invalid");
  int64_t bytes;
  if (!byteCount(shape, type, bytes))
    return fail("shape " + shapeText(shape) + " is not one of an array");
  if (!data && bytes != 0)
    return fail("data is null, need " + std::to_string(bytes) + " bytes");

  std::string header =
      "{'descr': '" + std::string(descriptors(type).written) +
      "', 'fortran_order': False, 'shape': " + shapeText(shape) + ", }";
  // Data starts at a multiple of 64 bytes; the header ends in a newline.
  constexpr size_t leadSize = magicSize + 4;
  header.append(63 - (leadSize + header.size()) % 64, ' ');
  header += '\n';
  if (header.size() > maxHeaderSize)
    return fail("rank is " + std::to_string(shape.size()) +
                ", the header would be too long");
  std::string lead(magic, magicSize);
  lead += '\1';
  lead += '\0';
  lead += static_cast<char>(header.size() & 0xff);
  lead += static_cast<char>(header.size() >> 8);
  lead += header;

  static std::atomic<unsigned> counter{0};
  std::string temporary = path + ".tmp." + std::to_string(getpid()) + "." +
                          std::to_string(counter++);
  int descriptor =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0)
    return fail(std::string("cannot create: ") + std::strerror(errno));
  std::FILE *file = fdopen(descriptor, "wb");
  bool written =
      file && std::fwrite(lead.data(), 1, lead.size(), file) == lead.size();
  if (written && bytes != 0)
    written = std::fwrite(data, 1, static_cast<size_t>(bytes), file) ==
              static_cast<size_t>(bytes);
  // fclose flushes, so its result counts as well.
  if (file)
    written = (std::fclose(file) == 0) && written;
  else
    close(descriptor);
  if (written && std::rename(temporary.c_str(), path.c_str()) == 0)
    return Status::success();
  std::string reason = std::strerror(errno);
  unlink(temporary.c_str());
  return fail("cannot write: " + reason);
}
