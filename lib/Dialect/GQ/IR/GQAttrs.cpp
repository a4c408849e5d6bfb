//===- GQAttrs.cpp - text form and checks of configs ----------------------===//
//
// By the rows of the config (gq/Config): keys may come in any order, those that
// have their defaults are not printed. Configs are written by people: what
// cannot be true of any op is refused here, by key and value. What depends on
// the op is refused by its verifier, what depends on the target by
// gq-select-config.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace mlir::gq;

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// After an error about the text: which key it is, and what was wanted.
static ParseResult expects(AsmParser &parser, StringRef key,
                           const Twine &form) {
  return parser.emitError(parser.getCurrentLocation(), "expects key '")
         << key << "' to be " << form;
}

template <typename KeyT>
static ParseResult parseValue(AsmParser &parser, const KeyT &key,
                              int64_t &value) {
  if (parser.parseInteger(value))
    return expects(parser, key.name, "a number");
  return success();
}

template <typename KeyT>
static ParseResult parseValue(AsmParser &parser, const KeyT &key, bool &value) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (parser.parseKeyword(&word))
    return expects(parser, key.name, "true or false");
  if (word != "true" && word != "false") {
    parser.emitError(loc, "expects true or false, got ") << word;
    return expects(parser, key.name, "true or false");
  }
  value = word == "true";
  return success();
}

template <typename KeyT, size_t n>
static ParseResult parseValue(AsmParser &parser, const KeyT &key,
                              std::array<int64_t, n> &value) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> list;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
        return parser.parseInteger(list.emplace_back());
      }))
    return expects(parser, key.name, "a list of numbers");
  if (list.size() != n)
    return parser.emitError(loc, "expects ")
           << key.name << ' ' << key.count << ", got " << list.size();
  llvm::copy(list, value.begin());
  return success();
}

template <typename KeyT, typename EnumT>
static std::enable_if_t<std::is_enum_v<EnumT>, ParseResult>
parseValue(AsmParser &parser, const KeyT &key, EnumT &value) {
  using Words = KeyWords<EnumT>;
  std::string known =
      "[" + llvm::join(ArrayRef<llvm::StringLiteral>(Words::words), ", ") + "]";
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (parser.parseOptionalKeyword(&word)) {
    parser.emitError(loc, "expected keyword for ") << Words::what;
    return expects(parser, key.name, "one of " + known);
  }
  const auto *found = llvm::find(Words::words, word);
  if (found == std::end(Words::words)) {
    parser.emitError(loc, "expected one of ")
        << known << " for " << Words::what << ", got: " << word;
    return expects(parser, key.name, "one of " + known);
  }
  value = static_cast<EnumT>(found - std::begin(Words::words));
  return success();
}

template <typename KeyT, typename T>
static ParseResult parseValue(AsmParser &parser, const KeyT &key,
                              std::optional<T> &value) {
  return parseValue(parser, key, value.emplace());
}

template <typename T>
static void printValue(AsmPrinter &printer, const T &value) {
  if constexpr (isNumberList<T>) {
    printer << '[';
    llvm::interleaveComma(value, printer);
    printer << ']';
  } else if constexpr (std::is_enum_v<T>) {
    printer << KeyWords<T>::words[static_cast<size_t>(value)];
  } else if constexpr (std::is_same_v<T, bool>) {
    printer << (value ? "true" : "false");
  } else {
    printer << value;
  }
}

template <typename T>
static void printValue(AsmPrinter &printer, const std::optional<T> &value) {
  printValue(printer, *value);
}

//===----------------------------------------------------------------------===//
// Configs
//===----------------------------------------------------------------------===//

template <typename ConfigT> static std::string allKeys() {
  std::string keys;
  forEachKey<ConfigT>([&](const auto &key) {
    keys += (keys.empty() ? "" : ", ") + key.name.str();
  });
  return keys;
}

template <typename ConfigT>
static ParseResult parseKey(AsmParser &parser, ConfigT &config,
                            SmallVectorImpl<StringRef> &seen) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (parser.parseOptionalKeyword(&word))
    return parser.emitError(loc, "expects a key of the config, one of ")
           << allKeys<ConfigT>();
  if (llvm::is_contained(seen, word))
    return parser.emitError(loc, "has key '") << word << "' twice";
  if (parser.parseEqual())
    return failure();
  std::optional<ParseResult> parsed;
  forEachKey<ConfigT>([&](const auto &key) {
    if (key.name == word)
      parsed = parseValue(parser, key, config.*key.member);
  });
  if (!parsed)
    return parser.emitError(loc, "has key '")
           << word << "', expects one of " << allKeys<ConfigT>();
  seen.push_back(word);
  return *parsed;
}

/// `<key = value, ...>`
template <typename ConfigT>
static FailureOr<ConfigT> parseConfig(AsmParser &parser) {
  ConfigT config;
  SmallVector<StringRef> seen;
  if (parser.parseLess())
    return failure();
  do {
    if (parseKey(parser, config, seen))
      return failure();
  } while (succeeded(parser.parseOptionalComma()));
  bool complete = true;
  forEachKey<ConfigT>([&](const auto &key) {
    using Value = typename std::decay_t<decltype(key)>::Value;
    if (!complete || !isNumberList<Value> || llvm::is_contained(seen, key.name))
      return;
    complete = false;
    parser.emitError(parser.getCurrentLocation(), "has no key '")
        << key.name << "', which is needed";
  });
  if (!complete || parser.parseGreater())
    return failure();
  return config;
}

template <typename ConfigT>
static void printConfig(AsmPrinter &printer, const ConfigT &config) {
  const ConfigT defaults;
  StringRef separator = "<";
  forEachKey<ConfigT>([&](const auto &key) {
    if (config.*key.member == defaults.*key.member)
      return;
    printer << separator << key.name << " = ";
    printValue(printer, config.*key.member);
    separator = ", ";
  });
  printer << '>';
}

template <typename ConfigT>
static LogicalResult verifyConfig(function_ref<InFlightDiagnostic()> emitError,
                                  const ConfigT &config) {
  if (std::optional<std::string> refusal = refuseKeys(config))
    return emitError() << *refusal;
  return success();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

Attribute MatmulConfigAttr::parse(AsmParser &parser, Type) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  FailureOr<MatmulConfig> config = parseConfig<MatmulConfig>(parser);
  if (failed(config))
    return {};
  return parser.getChecked<MatmulConfigAttr>(loc, parser.getContext(), *config);
}

void MatmulConfigAttr::print(AsmPrinter &printer) const {
  printConfig(printer, getValue());
}

LogicalResult
MatmulConfigAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                         MatmulConfig config) {
  return verifyConfig(emitError, config);
}

Attribute QuantizeConfigAttr::parse(AsmParser &parser, Type) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  FailureOr<QuantizeConfig> config = parseConfig<QuantizeConfig>(parser);
  if (failed(config))
    return {};
  return parser.getChecked<QuantizeConfigAttr>(loc, parser.getContext(),
                                               *config);
}

void QuantizeConfigAttr::print(AsmPrinter &printer) const {
  printConfig(printer, getValue());
}

LogicalResult
QuantizeConfigAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                           QuantizeConfig config) {
  return verifyConfig(emitError, config);
}

//===----------------------------------------------------------------------===//
// Variants
//===----------------------------------------------------------------------===//

/// `up_to 128 = <config>`, or `above = <config>`, which is the last.
static ParseResult parseVariant(AsmParser &parser,
                                SmallVectorImpl<int64_t> &limits,
                                SmallVectorImpl<MatmulConfigAttr> &configs,
                                bool &last) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (parser.parseKeyword(&word))
    return failure();
  last = word == "above";
  if (!last && word != "up_to")
    return parser.emitError(loc, "expects up_to and a number of rows, or "
                                 "above, got ")
           << word;
  if ((!last && parser.parseInteger(limits.emplace_back())) ||
      parser.parseEqual())
    return failure();
  auto config =
      cast_or_null<MatmulConfigAttr>(MatmulConfigAttr::parse(parser, Type()));
  if (!config)
    return failure();
  configs.push_back(config);
  return success();
}

Attribute MatmulVariantsAttr::parse(AsmParser &parser, Type) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> limits;
  SmallVector<MatmulConfigAttr> configs;
  bool last = false;
  if (parser.parseLess())
    return {};
  do {
    if (parseVariant(parser, limits, configs, last))
      return {};
  } while (!last && succeeded(parser.parseOptionalComma()));
  if (parser.parseGreater())
    return {};
  return parser.getChecked<MatmulVariantsAttr>(
      loc, parser.getContext(), ArrayRef<int64_t>(limits), ArrayRef(configs));
}

void MatmulVariantsAttr::print(AsmPrinter &printer) const {
  printer << '<';
  for (auto [limit, config] : llvm::zip(getLimits(), getConfigs())) {
    printer << "up_to " << limit << " = ";
    config.print(printer);
    printer << ", ";
  }
  printer << "above = ";
  getConfigs().back().print(printer);
  printer << '>';
}

LogicalResult
MatmulVariantsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                           ArrayRef<int64_t> limits,
                           ArrayRef<MatmulConfigAttr> configs) {
  if (configs.size() != limits.size() + 1)
    return emitError() << "expects a config for each limit of rows and one "
                          "above the last, got "
                       << limits.size() << " limits and " << configs.size()
                       << " configs";
  if (static_cast<int64_t>(configs.size()) > kMostVariants)
    return emitError() << "expects at most " << kMostVariants
                       << " configs, got " << configs.size();
  int64_t last = 0;
  for (int64_t limit : limits) {
    if (limit <= last)
      return emitError() << "expects positive limits of rows that ascend, got "
                         << limit << " behind " << last;
    last = limit;
  }
  return success();
}

ArrayRef<int64_t> MatmulVariantsAttr::getTile() const {
  return getConfigs().back().getTile();
}

int64_t MatmulVariantsAttr::getRaster() const {
  return getConfigs().back().getRaster();
}

MatmulConfigAttr MatmulVariantsAttr::getConfigFor(int64_t rows) const {
  return getConfigs()[llvm::lower_bound(getLimits(), rows) -
                      getLimits().begin()];
}

std::pair<int64_t, std::optional<int64_t>>
MatmulVariantsAttr::getRows(size_t number) const {
  ArrayRef<int64_t> limits = getLimits();
  return {number == 0 ? 0 : limits[number - 1],
          number == limits.size() ? std::optional<int64_t>() : limits[number]};
}
