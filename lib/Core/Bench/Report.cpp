//===- Report.cpp - results as JSON ---------------------------------------===//
#include "gq/Bench/Report.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace gridquant::bench {

using Json = nlohmann::ordered_json;

static constexpr const char *program = "gq-bench";
static constexpr int64_t schemaVersion = 1;

double Result::gbps() const {
  return us.median > 0 ? static_cast<double>(work.bytes) / us.median / 1e3 : 0;
}

double Result::tflops() const {
  return us.median > 0 ? static_cast<double>(work.flops) / us.median / 1e6 : 0;
}

const Result *CaseResult::find(const std::string &name) const {
  for (const Result &result : results)
    if (result.name == name)
      return &result;
  return nullptr;
}

double CaseResult::shareOfFloor(const Result &result) const {
  const Result *copy = find("copy");
  if (!copy || result.work.kind == Kind::Matmul || !result.work.bytes ||
      copy->gbps() <= 0)
    return 0;
  return result.gbps() / copy->gbps();
}

const CaseResult *Report::find(const std::string &key) const {
  for (const CaseResult &result : cases)
    if (result.key == key)
      return &result;
  return nullptr;
}

/// Three digits are more than any measurement here has.
static double rounded(double value) { return std::round(value * 1e3) / 1e3; }

static Json writeResult(const CaseResult &in, const Result &result) {
  Json json;
  json["name"] = result.name;
  json["role"] = stringify(result.role);
  json["kind"] = stringify(result.work.kind);
  if (!result.bundle.empty()) {
    json["bundle"] = result.bundle;
    json["checksum"] = result.checksum;
  }
  const Summary &us = result.us;
  json["us"] = {{"median", rounded(us.median)},
                {"p20", rounded(us.p20)},
                {"p80", rounded(us.p80)},
                {"min", rounded(us.min)},
                {"count", us.count}};
  Json rounds = Json::array();
  for (double median : result.roundMedians)
    rounds.push_back(rounded(median));
  json["rounds"] = std::move(rounds);
  if (result.hostUs > 0)
    json["host_us"] = rounded(result.hostUs);
  if (result.planUs > 0)
    json["plan_us"] = rounded(result.planUs);
  if (result.choiceNs > 0)
    json["choice_ns"] = rounded(result.choiceNs);
  if (const Steady &steady = result.steady; steady.us > 0)
    json["steady"] = {{"us", rounded(steady.us)},
                      {"watts", rounded(steady.watts)},
                      {"joules", steady.joules()}};
  if (result.launches) {
    json["copies"] = result.copies;
    json["launches"] = result.launches;
    if (result.earlyLaunches)
      json["early_launches"] = *result.earlyLaunches;
  }
  json["bytes"] = result.work.bytes;
  json["flops"] = result.work.flops;
  const std::pair<const char *, int64_t> extents[] = {
      {"m", result.work.m}, {"n", result.work.n}, {"k", result.work.k}};
  for (auto [name, extent] : extents)
    if (extent)
      json[name] = extent;
  if (result.work.flops)
    json["tflops"] = rounded(result.tflops());
  json["gbps"] = rounded(result.gbps());
  if (double share = in.shareOfFloor(result); share > 0)
    json["of_floor"] = rounded(share);
  if (result.role == Role::Ours && us.median > 0) {
    Json ratios = Json::object();
    for (const Result &peer : in.results)
      if (peer.role == Role::Peer)
        ratios[peer.name] = rounded(peer.us.median / us.median);
    json["speedup"] = std::move(ratios);
  }
  return json;
}

std::string toJson(const Report &report) {
  Json json;
  json["harness"] = program;
  json["version"] = schemaVersion;
  json["date"] = report.date;
  json["gpu"] = report.gpu;
  json["driver"] = report.driver;
  json["cuda"] = report.cuda;
  json["commit"] = report.commit;
  json["method"] = report.method;
  json["cases"] = Json::array();
  for (const CaseResult &result : report.cases) {
    Json entry;
    entry["key"] = result.key;
    entry["sizes"] = result.sizes;
    entry["harness"] = stringify(result.harness);
    entry["results"] = Json::array();
    for (const Result &row : result.results)
      entry["results"].push_back(writeResult(result, row));
    json["cases"].push_back(std::move(entry));
  }
  // Names of files may be any bytes.
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

namespace {
/// Fields of any JSON; the first that is not as needed is reported.
class Reader {
public:
  const Json *field(const Json &in, const char *name, const char *need,
                    bool fits(const Json &)) {
    auto found = in.is_object() ? in.find(name) : in.end();
    if (in.is_object() && found != in.end() && fits(*found))
      return &*found;
    if (error.empty())
      error = std::string("'") + name + "' is missing or not " + need;
    return nullptr;
  }
  std::string text(const Json &in, const char *name) {
    const Json *at = field(in, name, "a string",
                           [](const Json &v) { return v.is_string(); });
    return at ? at->get<std::string>() : std::string();
  }
  template <typename Number = double>
  Number number(const Json &in, const char *name) {
    const Json *at = field(in, name, "a number",
                           [](const Json &v) { return v.is_number(); });
    return at ? at->get<Number>() : Number(0);
  }
  template <typename Number = double>
  Number optional(const Json &in, const char *name) {
    return in.is_object() && in.contains(name) ? number<Number>(in, name)
                                               : Number(0);
  }
  const Json &array(const Json &in, const char *name) {
    static const Json none = Json::array();
    const Json *at =
        field(in, name, "an array", [](const Json &v) { return v.is_array(); });
    return at ? *at : none;
  }
  const Json &object(const Json &in, const char *name) {
    static const Json none = Json::object();
    const Json *at = field(in, name, "an object",
                           [](const Json &v) { return v.is_object(); });
    return at ? *at : none;
  }

  std::string error;
};
} // namespace

static Result readResult(Reader &reader, const Json &json) {
  Result result;
  result.name = reader.text(json, "name");
  std::optional<Role> role = parseRole(reader.text(json, "role"));
  std::optional<Kind> kind = parseKind(reader.text(json, "kind"));
  if ((!role || !kind) && reader.error.empty())
    reader.error = "'" + result.name + "' has an unknown role or kind";
  result.role = role.value_or(Role::Ours);
  if (json.is_object() && json.contains("bundle")) {
    result.bundle = reader.text(json, "bundle");
    result.checksum = reader.text(json, "checksum");
  }
  result.work = {kind.value_or(Kind::Other),
                 reader.number<uint64_t>(json, "bytes"),
                 reader.number<uint64_t>(json, "flops"),
                 reader.optional<int64_t>(json, "m"),
                 reader.optional<int64_t>(json, "n"),
                 reader.optional<int64_t>(json, "k")};
  const Json &us = reader.object(json, "us");
  result.us = {reader.number(us, "median"), reader.number(us, "p20"),
               reader.number(us, "p80"), reader.number(us, "min"),
               reader.number<size_t>(us, "count")};
  for (const Json &median : reader.array(json, "rounds"))
    if (median.is_number())
      result.roundMedians.push_back(median.get<double>());
  result.hostUs = reader.optional(json, "host_us");
  result.planUs = reader.optional(json, "plan_us");
  result.choiceNs = reader.optional(json, "choice_ns");
  result.copies = reader.optional<size_t>(json, "copies");
  result.launches = reader.optional<size_t>(json, "launches");
  if (json.is_object() && json.contains("early_launches"))
    result.earlyLaunches = reader.number<size_t>(json, "early_launches");
  if (json.is_object() && json.contains("steady")) {
    const Json &steady = reader.object(json, "steady");
    result.steady = {reader.number(steady, "us"),
                     reader.number(steady, "watts")};
  }
  return result;
}

Expected<Report> fromJson(std::string_view text) {
  Json json = Json::parse(text.begin(), text.end(), nullptr,
                          /*allow_exceptions=*/false);
  if (json.is_discarded())
    return Error{"is not valid json"};
  Reader reader;
  Report report;
  if (int64_t version = reader.number<int64_t>(json, "version");
      reader.error.empty() && version != schemaVersion)
    return Error{"has version " + std::to_string(version) +
                 " of the format, this program reads version " +
                 std::to_string(schemaVersion)};
  report.date = reader.text(json, "date");
  report.gpu = reader.text(json, "gpu");
  report.driver = reader.text(json, "driver");
  report.cuda = reader.text(json, "cuda");
  report.commit = reader.text(json, "commit");
  report.method = reader.text(json, "method");
  for (const Json &entry : reader.array(json, "cases")) {
    CaseResult result;
    result.key = reader.text(entry, "key");
    result.sizes = reader.text(entry, "sizes");
    // Files that do not say it are of the time when there was one.
    if (entry.is_object() && entry.contains("harness")) {
      std::string name = reader.text(entry, "harness");
      std::optional<Harness> harness = parseHarness(name);
      if (!harness && reader.error.empty())
        reader.error = "a case has an unknown harness '" + name + "'";
      result.harness = harness.value_or(Harness::Flushed);
    }
    for (const Json &row : reader.array(entry, "results"))
      result.results.push_back(readResult(reader, row));
    report.cases.push_back(std::move(result));
  }
  if (!reader.error.empty())
    return Error{reader.error};
  return std::move(report);
}

} // namespace gridquant::bench
