//===- JsonCursor.h - checked navigation of JSON ----------------*- C++ -*-===//
//
// The accessors of the JSON library throw, or abort without exceptions, on a
// value of the wrong kind. A cursor reports it with the path of the value,
// once: after the first error all cursors of the document are invalid and yield
// defaults, so that the reader needs to test for errors only at the end.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_BUNDLE_JSONCURSOR_H
#define GQ_LIB_BUNDLE_JSONCURSOR_H

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gridquant {

class JsonCursor {
public:
  using Json = nlohmann::json;

  JsonCursor(const Json &root, std::string &firstError)
      : value(&root), error(&firstError) {}

  /// Exists, and nothing has failed so far.
  bool valid() const { return value && error->empty(); }

  /// Reports `message` at this place, unless something failed before.
  void fail(const std::string &message) const;

  JsonCursor field(const char *name) const;    // must exist
  JsonCursor optional(const char *name) const; // invalid when missing
  std::vector<JsonCursor> items() const;

  std::string string() const;
  int64_t integer() const;
  /// An integer from `low` to `high`.
  int64_t integer(int64_t low, int64_t high) const;
  double number() const;
  bool boolean() const;

  bool isString() const { return valid() && value->is_string(); }
  bool isArray() const { return valid() && value->is_array(); }

private:
  JsonCursor(const Json *value, std::string path, std::string *error)
      : value(value), path(std::move(path)), error(error) {}

  const Json *value;
  std::string path;
  std::string *error;
};

} // namespace gridquant

#endif // GQ_LIB_BUNDLE_JSONCURSOR_H
