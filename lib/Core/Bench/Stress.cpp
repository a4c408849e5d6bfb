//===- Stress.cpp - the gq-stress command line ----------------------------===//
//
// Launches are enqueued in batches, each with its check on the device behind
// it; the host looks at a batch when it has ended.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Stress.h"

#include "Arguments.h"
#include "StressFunction.h"

#include <algorithm>
#include <cstdlib>

namespace gridquant::bench {

//===----------------------------------------------------------------------===//
// Watchdog
//===----------------------------------------------------------------------===//

Watchdog::Watchdog(std::chrono::milliseconds patience,
                   std::function<void()> bark)
    : thread([this, patience, bark = std::move(bark)] {
        std::unique_lock<std::mutex> lock(mutex);
        while (!over) {
          const uint64_t seen = signs;
          if (!changed.wait_for(lock, patience,
                                [&] { return over || signs != seen; }))
            return bark();
        }
      }) {}

Watchdog::~Watchdog() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    over = true;
  }
  changed.notify_all();
  thread.join();
}

void Watchdog::pet() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    ++signs;
  }
  changed.notify_all();
}

//===----------------------------------------------------------------------===//
// Draws
//===----------------------------------------------------------------------===//

namespace {
/// splitmix64: any number is a good seed, and each launch has its own.
class Random {
public:
  Random(uint64_t seed, uint64_t number)
      : state(seed * 0x9e3779b97f4a7c15 ^ number * 0xd1342543de82ef95) {
    next();
  }
  /// From 0 to `most`.
  int64_t upTo(int64_t most) {
    return static_cast<int64_t>(next() % (static_cast<uint64_t>(most) + 1));
  }

private:
  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint64_t state;
};
} // namespace

StressDraw drawStress(uint64_t seed, uint64_t number, size_t functions,
                      int64_t most,
                      const std::vector<std::vector<int64_t>> &ends) {
  Random random(seed, number);
  StressDraw draw{};
  draw.function =
      static_cast<size_t>(random.upTo(static_cast<int64_t>(functions) - 1));
  const std::vector<int64_t> &limits = ends[draw.function];
  constexpr int64_t few = 130;
  switch (random.upTo(3)) {
  case 0: // less than a tile, and a little more
    draw.rows = random.upTo(few);
    break;
  case 1: // whole tiles, and one row more or less
    draw.rows = (int64_t(1) << random.upTo(12)) + random.upTo(2) - 1;
    break;
  case 2: // where other kernels begin
    draw.rows = random.upTo(most);
    if (!limits.empty())
      draw.rows = limits[static_cast<size_t>(
                      random.upTo(static_cast<int64_t>(limits.size()) - 1))] +
                  random.upTo(2);
    break;
  default:
    draw.rows = random.upTo(most);
  }
  draw.rows = std::min(draw.rows, most);
  draw.first = random.upTo(most - draw.rows);
  return draw;
}

//===----------------------------------------------------------------------===//
// The tool
//===----------------------------------------------------------------------===//

static const char *const usage =
    "usage: gq-stress [options] FILE...\n"
    "\n"
    "Launches functions of bundles (.gqb) with random numbers of rows, and\n"
    "compares every result on the device with what the same kernels made of\n"
    "the same rows in larger launches, to the bit; what other kernels make of\n"
    "them may be rounded otherwise. Nothing beside a result may be written.\n"
    "Functions have one free size, their rows, and compute each without the\n"
    "others.\n"
    "\n"
    "  --launches N    (default: 100000)\n"
    "  --first N       the number of the first (default: 0): what one is, "
    "seed\n"
    "                  and number decide\n"
    "  --seed N        (default: 1)\n"
    "  --most-rows N   (default: 2048)\n"
    "  --batch N       launches that are waited for at once (default: 64)\n"
    "  --timeout S     seconds that a batch may take (default: 30)\n"
    "  --device N      (default: 0)\n"
    "  --help\n"
    "\n"
    "Exit status: 1 for a wrong result, 2 for wrong usage, 3 for a launch "
    "that\n"
    "has not ended in time.\n";

namespace {
struct StressOptions {
  std::vector<std::string> files;
  uint64_t launches = 100000, first = 0, seed = 1, batch = 64;
  int64_t most = 2048, timeout = 30, device = 0;
  bool help = false;
};

class Stress {
public:
  Stress(StressOptions options, const Streams &streams)
      : options(std::move(options)), streams(streams) {}
  int run();

private:
  Status prepare(Watchdog &watchdog);
  Status loadKernels();
  Status runBatch(uint64_t begin, uint64_t count);
  StressDraw draw(uint64_t number) const {
    return drawStress(options.seed, number, functions.size(), options.most,
                      ends);
  }
  std::string print(uint64_t number) const;
  void say(const std::string &what);
  void bark();

  StressOptions options;
  const Streams &streams;
  std::unique_ptr<Program> kernels;
  std::vector<std::unique_ptr<Program>> programs;
  std::vector<std::unique_ptr<StressFunction>> functions;
  std::vector<std::vector<int64_t>> ends;
  DeviceMemory counters;
  uint64_t wrong = 0;
  std::mutex mutex;  // of what is being done, for the watchdog
  std::string doing; // before the first batch
  uint64_t begin = 0, count = 0;
};
} // namespace

/// More wrong launches say nothing new.
static constexpr uint64_t mostWrong = 10;
/// Of a launch: 16 bytes, as results are aligned.
static constexpr uint64_t counterBytes = 16;

void Stress::say(const std::string &what) {
  std::lock_guard<std::mutex> lock(mutex);
  doing = what;
}

std::string Stress::print(uint64_t number) const {
  const StressDraw drawn = draw(number);
  return "launch " + std::to_string(number) + " of seed " +
         std::to_string(options.seed) + ": " +
         functions[drawn.function]->name() + ", " + std::to_string(drawn.rows) +
         " rows from row " + std::to_string(drawn.first);
}

void Stress::bark() {
  std::lock_guard<std::mutex> lock(mutex);
  std::string text =
      "FAIL: no end after " + std::to_string(options.timeout) + " s: ";
  if (!count) {
    text += doing + "\n";
  } else {
    text += "one of these launches, as --first " + std::to_string(begin) +
            " --launches " + std::to_string(count) + " --batch 1 finds\n";
    for (uint64_t number = begin; number < begin + count; ++number)
      text += "  " + print(number) + "\n";
  }
  streams.err(text);
  std::_Exit(3);
}

Status Stress::loadKernels() {
  Expected<std::unique_ptr<Program>> own =
      Program::open("stress kernels", stressBundle());
  if (!own)
    return Error{own.message()};
  kernels = std::move(*own);
  if (Status status = kernels->load(static_cast<int>(options.device)); !status)
    return status;
  return counters.allocate(static_cast<int>(options.device),
                           options.batch * counterBytes);
}

Status Stress::prepare(Watchdog &watchdog) {
  say("loading the kernels that check");
  if (Status status = loadKernels(); !status)
    return status;
  for (const std::string &file : options.files) {
    say("loading " + file);
    Expected<std::string> bytes = readProgram(file, defaultCompiler());
    if (!bytes)
      return Error{bytes.message()};
    Expected<std::unique_ptr<Program>> program =
        Program::open(file.substr(file.rfind('/') + 1), *bytes);
    if (!program)
      return Error{program.message()};
    if (Status status = (*program)->load(static_cast<int>(options.device));
        !status)
      return status;
    for (const Function &function : (*program)->functions()) {
      say("what is expected of function " + function.name);
      watchdog.pet();
      Expected<std::unique_ptr<StressFunction>> made =
          StressFunction::make(static_cast<int>(options.device), **program,
                               function, *kernels, Method(), options.most);
      if (!made)
        return Error{made.message()};
      ends.push_back((*made)->ends());
      functions.push_back(std::move(*made));
    }
    programs.push_back(std::move(*program));
  }
  return functions.empty() ? Status(Error{"the files have no functions"})
                           : Status();
}

Status Stress::runBatch(uint64_t from, uint64_t size) {
  {
    std::lock_guard<std::mutex> lock(mutex);
    begin = from;
    count = size;
  }
  const int device = static_cast<int>(options.device);
  if (gq_memset(device, counters.get(), 0, size * counterBytes, nullptr))
    return lastError("counters");
  for (uint64_t i = 0; i < size; ++i) {
    const StressDraw drawn = draw(from + i);
    if (Status status = functions[drawn.function]->enqueue(
            drawn.rows, drawn.first,
            static_cast<char *>(counters.get()) + i * counterBytes);
        !status)
      return Error{print(from + i) + ": " + status.message()};
  }
  std::vector<uint32_t> counted(size * counterBytes / 4);
  if (gq_memcpy_d2h(device, counted.data(), counters.get(),
                    size * counterBytes))
    return lastError(("launches " + std::to_string(from) + " to " +
                      std::to_string(from + size - 1))
                         .c_str());
  for (uint64_t i = 0; i < size; ++i) {
    const uint32_t differ = counted[4 * i], written = counted[4 * i + 1];
    if ((differ || written) && ++wrong <= mostWrong)
      streams.err("FAIL " + print(from + i) + ": " + std::to_string(differ) +
                  " words differ, " + std::to_string(written) +
                  " are written beside the result\n");
  }
  return Status();
}

int Stress::run() {
  const auto start = std::chrono::steady_clock::now();
  Watchdog watchdog(std::chrono::seconds(options.timeout), [this] { bark(); });
  auto fail = [&](const std::string &message) {
    streams.err("error: " + message + "\n");
    return 1;
  };
  if (Status status = prepare(watchdog); !status)
    return fail(status.message());
  size_t variants = 0;
  for (const auto &function : functions)
    variants += function->variants();
  const uint64_t last = options.first + options.launches;
  uint64_t at = options.first;
  while (at < last && wrong < mostWrong) {
    watchdog.pet();
    const uint64_t size = std::min(options.batch, last - at);
    if (Status status = runBatch(at, size); !status)
      return fail(status.message());
    at += size;
  }
  const std::chrono::duration<double> taken =
      std::chrono::steady_clock::now() - start;
  char seconds[32];
  std::snprintf(seconds, sizeof(seconds), "%.1f", taken.count());
  streams.out(std::to_string(at - options.first) + " launches of " +
              std::to_string(functions.size()) + " functions with " +
              std::to_string(variants) + " sets of kernels, seed " +
              std::to_string(options.seed) + ": " + std::to_string(wrong) +
              " wrong, " + seconds + " s\n");
  return wrong ? 1 : 0;
}

static Expected<StressOptions> parse(const std::vector<std::string> &args) {
  StressOptions options;
  constexpr int64_t many = 1000000000;
  for (size_t i = 0; i < args.size(); ++i) {
    std::string name = args[i], value;
    if (name == "--help" || name == "-h") {
      options.help = true;
      return std::move(options);
    }
    if (name.size() < 2 || name[0] != '-') {
      options.files.push_back(name);
      continue;
    }
    if (size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (i + 1 < args.size()) {
      value = args[++i];
    }
    auto number = [&](int64_t least, int64_t most, auto &to) -> Status {
      Expected<int64_t> read = wholeOption(name, value, least, most);
      if (!read)
        return Error{read.message()};
      to = static_cast<std::decay_t<decltype(to)>>(*read);
      return Status();
    };
    Status status;
    if (name == "--launches")
      status = number(1, many, options.launches);
    else if (name == "--first")
      status = number(0, many, options.first);
    else if (name == "--seed")
      status = number(0, many, options.seed);
    else if (name == "--most-rows")
      status = number(1, 1 << 16, options.most);
    else if (name == "--batch")
      status = number(1, 512, options.batch);
    else if (name == "--timeout")
      status = number(1, 100000, options.timeout);
    else if (name == "--device")
      status = number(0, 1000, options.device);
    else
      status = Error{"unknown option '" + name + "'"};
    if (!status)
      return Error{status.message()};
  }
  if (options.files.empty())
    return Error{"a file is needed"};
  return std::move(options);
}

int runStressTool(const std::vector<std::string> &args,
                  const Streams &streams) {
  return runTool("gq-stress", usage, parse(args), streams,
                 [&](StressOptions options) {
                   return Stress(std::move(options), streams).run();
                 });
}

} // namespace gridquant::bench
