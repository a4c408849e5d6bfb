//===- JsonCursor.cpp - checked navigation of JSON ------------------------===//
#include "JsonCursor.h"

namespace gridquant {

void JsonCursor::fail(const std::string &message) const {
  if (error->empty())
    *error =
        (path.empty() ? "metadata: " : "metadata: " + path + ": ") + message;
}

JsonCursor JsonCursor::optional(const char *name) const {
  std::string below = path.empty() ? name : path + "." + name;
  if (!valid())
    return {nullptr, below, error};
  if (!value->is_object()) {
    fail(std::string("is a json ") + value->type_name() +
         ", an object is needed");
    return {nullptr, below, error};
  }
  auto found = value->find(name);
  return {found == value->end() ? nullptr : &*found, below, error};
}

JsonCursor JsonCursor::field(const char *name) const {
  JsonCursor result = optional(name);
  if (!result.value && error->empty())
    result.fail("is missing");
  return result;
}

std::vector<JsonCursor> JsonCursor::items() const {
  std::vector<JsonCursor> result;
  if (!valid())
    return result;
  if (!value->is_array()) {
    fail(std::string("is a json ") + value->type_name() +
         ", an array is needed");
    return result;
  }
  size_t index = 0;
  for (const Json &item : *value)
    result.push_back(
        JsonCursor(&item, path + "[" + std::to_string(index++) + "]", error));
  return result;
}

std::string JsonCursor::string() const {
  if (!valid())
    return {};
  if (const auto *text = value->get_ptr<const Json::string_t *>())
    return *text;
  fail(std::string("is a json ") + value->type_name() + ", a string is needed");
  return {};
}

int64_t JsonCursor::integer() const {
  if (!valid())
    return 0;
  // Unsigned first: get_ptr on the signed type also matches unsigned values and
  // would wrap those above the signed range.
  if (value->is_number_unsigned()) {
    uint64_t number = *value->get_ptr<const Json::number_unsigned_t *>();
    if (number <= static_cast<uint64_t>(INT64_MAX))
      return static_cast<int64_t>(number);
    fail("does not fit in 64 bits with sign");
    return 0;
  }
  if (value->is_number_integer())
    return *value->get_ptr<const Json::number_integer_t *>();
  fail(std::string("is a json ") + value->type_name() +
       ", an integer is needed");
  return 0;
}

int64_t JsonCursor::integer(int64_t low, int64_t high) const {
  int64_t number = integer();
  if (valid() && (number < low || number > high)) {
    fail("is " + std::to_string(number) + ", a value from " +
         std::to_string(low) + " to " + std::to_string(high) + " is needed");
    return 0;
  }
  return number;
}

double JsonCursor::number() const {
  if (!valid())
    return 0;
  if (const auto *real = value->get_ptr<const Json::number_float_t *>())
    return *real;
  return static_cast<double>(integer());
}

bool JsonCursor::boolean() const {
  if (!valid())
    return false;
  if (const auto *held = value->get_ptr<const Json::boolean_t *>())
    return *held;
  fail("a boolean is needed");
  return false;
}

} // namespace gridquant
