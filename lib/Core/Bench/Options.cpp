//===- Options.cpp - what the command line asks for -----------------------===//
#include "Options.h"

#include "gq/Bench/Peers.h"
#include "gq/Bench/Program.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

namespace gridquant::bench {

const char *const usage =
    "usage: gq-bench [options] FILE...\n"
    "\n"
    "Times functions of bundles (.gqb), or of .mlir files, which gq-compile\n"
    "compiles first. All functions and their peers take turns in every case.\n"
    "\n"
    "what to time\n"
    "  --function NAME     a function of the files; may be repeated (default:\n"
    "                      all)\n"
    "  --sizes LIST        cases, with commas between them: "
    "4096x4096,8192x8192.\n"
    "                      The sizes that are free, in order, or all of the\n"
    "                      first argument and the free ones of the others.\n"
    "                      Sizes that a check of the bundle fixes are not "
    "free\n"
    "  --shape argN=AxB    the shape of one argument; repeated for others, "
    "all\n"
    "                      of them together are one case\n"
    "  --shapes-file FILE  one case per line, in either spelling; # comments\n"
    "  --list              print functions and their free sizes, time nothing\n"
    "  --compiler FILE     gq-compile to run (default: the one beside "
    "gq-bench,\n"
    "                      else from PATH)\n"
    "\n"
    "what to compare with\n"
    "  --schedules LIST    .mlir files are compiled once for each, whose\n"
    "                      kernels take turns: cooperative,pingpong,streamk\n"
    "  --peers LIST        of copy, driver-copy, empty, cublaslt; none\n"
    "                      (default: all that apply)\n"
    "      copy            a kernel that copies as many bytes: the floor\n"
    "      driver-copy     the same by cuMemcpyDtoD\n"
    "      empty           a kernel that does nothing\n"
    "      cublaslt        FP8 matmul with one scale per tensor and with "
    "1x128\n"
    "                      by 128x128; beside a function that takes bf16 also\n"
    "                      that of bf16, without scales, as torch.mm does it.\n"
    "                      The library is found by its name, or by\n"
    "                      GQ_LIBCUBLASLT\n"
    "\n"
    "how to time\n"
    "  --rounds N          turns of every candidate (default: 3)\n"
    "  --warmup-ms MS      before each turn (default: 25)\n"
    "  --rep-ms MS         of each turn (default: 100)\n"
    "  --harness LIST      of flushed and graph, for tables of each (default:\n"
    "                      flushed)\n"
    "      flushed         every run between two events, in front of it a "
    "write\n"
    "                      that empties the caches\n"
    "      graph           runs back to back in a CUDA graph, on copies of "
    "the\n"
    "                      operands that do not fit in the L2 cache together;\n"
    "                      checks what each computes\n"
    "  --graph-launches N  of one graph, rounded up to whole turns of the\n"
    "                      copies (default: 200)\n"
    "  --flush-mb MB       memory written before each run (default: 256; 0:\n"
    "                      caches stay warm)\n"
    "  --seed N            of the data and of the order (default: 1)\n"
    "  --data NAME         normal, outliers, zeros, special, pow2, uniform or\n"
    "                      codes (default: normal)\n"
    "  --energy-ms MS      runs back to back for the joules of each, by the\n"
    "                      power that NVML reads in the second half (default:\n"
    "                      0, none)\n"
    "  --device N          (default: 0)\n"
    "\n"
    "results\n"
    "  --json FILE         written after every case, whole or not at all\n"
    "  --resume            skip cases that FILE has, by bundle, function,\n"
    "                      shapes, GPU and method; without it FILE is "
    "replaced\n"
    "  --commit TEXT       kept in FILE (default: what git says)\n"
    "  --quiet             no progress\n"
    "  --help\n";

namespace {
class Parser {
public:
  explicit Parser(const std::vector<std::string> &args) : args(args) {}
  Expected<Options> parse();

private:
  void fail(const std::string &message) {
    if (error.empty())
      error = message;
  }
  /// The option at `index`; its value is behind '=' or the next argument.
  void option(size_t &index);
  double number(const std::string &name, const std::string &text, double low,
                double high, bool whole);
  void sizes(std::string_view list);
  void peers(std::string_view list);
  void schedules(std::string_view list);
  void harnesses(std::string_view list);

  const std::vector<std::string> &args;
  Options options;
  ShapeRequest shapes; // of --shape
  std::string error;
};
} // namespace

/// Calls `each` for the words between commas.
template <typename Each> static void split(std::string_view list, Each each) {
  while (true) {
    size_t comma = list.find(',');
    each(list.substr(0, comma));
    if (comma == std::string_view::npos)
      return;
    list.remove_prefix(comma + 1);
  }
}

double Parser::number(const std::string &name, const std::string &text,
                      double low, double high, bool whole) {
  char *end = nullptr;
  errno = 0;
  double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end || errno || !(value >= low && value <= high) ||
      (whole && value != std::floor(value))) {
    auto print = [](double limit) {
      return std::to_string(static_cast<long long>(limit));
    };
    fail(name + " is '" + text + "', a " + (whole ? "whole " : "") +
         "number from " + print(low) + " to " + print(high) + " is needed");
    return low;
  }
  return value;
}

void Parser::sizes(std::string_view list) {
  split(list, [&](std::string_view text) {
    Expected<ShapeRequest> request = parseShapeRequest(text);
    if (!request)
      fail("--sizes " + request.message());
    else
      options.requests.push_back(std::move(*request));
  });
}

void Parser::peers(std::string_view list) {
  options.peers.clear();
  if (list == "none")
    return;
  const std::set<std::string> known = allPeers();
  split(list, [&](std::string_view name) {
    if (!known.count(std::string(name)))
      fail("--peers has '" + std::string(name) +
           "', expects copy, driver-copy, empty, cublaslt or none");
    options.peers.emplace(name);
  });
}

void Parser::schedules(std::string_view list) {
  split(list, [&](std::string_view name) {
    std::vector<std::string> &known = options.schedules;
    if (name.empty() ||
        std::find(known.begin(), known.end(), name) != known.end())
      fail("--schedules expects different names with commas between them, got "
           "'" +
           std::string(list) + "'");
    known.emplace_back(name);
  });
}

void Parser::harnesses(std::string_view list) {
  std::vector<Harness> &chosen = options.harnesses;
  chosen.clear();
  split(list, [&](std::string_view name) {
    std::optional<Harness> harness = parseHarness(name);
    if (!harness || std::count(chosen.begin(), chosen.end(), *harness))
      fail("--harness expects flushed, graph or both with a comma between "
           "them, got '" +
           std::string(list) + "'");
    else
      chosen.push_back(*harness);
  });
}

void Parser::option(size_t &index) {
  std::string name = args[index], value;
  bool *flag = name == "--resume"                 ? &options.resume
               : name == "--list"                 ? &options.list
               : name == "--quiet"                ? &options.quiet
               : name == "--help" || name == "-h" ? &options.help
                                                  : nullptr;
  if (flag) {
    *flag = true;
    return;
  }
  size_t equals = name.find('=');
  const bool joined = equals != std::string::npos;
  if (joined) {
    value = name.substr(equals + 1);
    name.resize(equals);
  } else if (index + 1 < args.size()) {
    value = args[index + 1];
  }
  Method &method = options.method;
  if (name == "--function")
    options.functions.push_back(value);
  else if (name == "--sizes")
    sizes(value);
  else if (name == "--shape") {
    Expected<ShapeRequest> request = parseShapeRequest(value);
    if (!request || !request->sizes.empty())
      fail("--shape expects argN=AxB, got '" + value + "'");
    else
      for (auto &[index, shape] : request->args)
        if (!shapes.args.emplace(index, shape).second)
          fail("--shape gives arg" + std::to_string(index) + " twice");
  } else if (name == "--shapes-file")
    options.shapesFile = value;
  else if (name == "--peers")
    peers(value);
  else if (name == "--schedules")
    schedules(value);
  else if (name == "--harness")
    harnesses(value);
  else if (name == "--graph-launches")
    method.graphLaunches =
        static_cast<unsigned>(number(name, value, 1, 10000, true));
  else if (name == "--rounds")
    method.rounds = static_cast<unsigned>(number(name, value, 1, 1000, true));
  else if (name == "--warmup-ms")
    method.warmupMs = number(name, value, 0, 1e5, false);
  else if (name == "--rep-ms")
    method.repMs = number(name, value, 0, 1e5, false);
  else if (name == "--flush-mb")
    method.flushBytes =
        static_cast<size_t>(number(name, value, 0, 1 << 16, true)) << 20;
  else if (name == "--seed")
    method.seed = static_cast<uint64_t>(number(name, value, 0, 1e9, true));
  else if (name == "--data")
    method.data = value;
  else if (name == "--energy-ms")
    method.energyMs = number(name, value, 0, 1e5, false);
  else if (name == "--device")
    options.device = static_cast<int>(number(name, value, 0, 1e3, true));
  else if (name == "--json")
    options.json = value;
  else if (name == "--commit")
    options.commit = value;
  else if (name == "--compiler")
    options.compiler = value;
  else {
    fail("unknown option '" + name + "'");
    return;
  }
  if (value.empty())
    fail("option " + name + " needs a value");
  if (!joined)
    ++index;
}

Expected<Options> Parser::parse() {
  options.peers = allPeers();
  for (size_t i = 0; i < args.size() && error.empty(); ++i) {
    if (args[i].size() > 1 && args[i][0] == '-')
      option(i);
    else
      options.files.push_back(args[i]);
  }
  if (options.help)
    return std::move(options);
  if (!shapes.args.empty())
    options.requests.push_back(std::move(shapes));
  if (options.files.empty())
    fail("a file is needed");
  if (!options.schedules.empty() &&
      std::none_of(options.files.begin(), options.files.end(), isSource))
    fail("--schedules needs a file that is compiled, .mlir");
  if (options.resume && options.json.empty())
    fail("--resume needs --json");
  if (!error.empty())
    return Error{error};
  return std::move(options);
}

Expected<Options> parseOptions(const std::vector<std::string> &args) {
  return Parser(args).parse();
}

} // namespace gridquant::bench
