//===- Server.cpp - the tools, a process each, without starting them
//-------===//
//
// Reads a request from each line of standard input and answers it with a line.
// A request is run in a child that is forked from here, where all libraries are
// loaded already; that takes a fifth of the time that starting a tool does, and
// a crash ends the child alone.
//
//   request: TOOL <tab> STDOUT <tab> STDERR <tab> argument <tab> argument ...
//   answer:  exit status, or minus the signal <space> peak memory in KiB
//            <space> processor time in ms
//
// TOOL is gq-opt, gq-compile or gq-run; STDOUT and STDERR are files. The
// command line of the server gives the limits of a child: processor seconds and
// MiB.
//
//===----------------------------------------------------------------------===//

#include "../../tools/RegisterAll.h"
#include "gq/Compile/Compile.h"
#include "gq/Run/Run.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <iostream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// The shadow memory of the address sanitizer is larger than any limit.
#if defined(__SANITIZE_ADDRESS__)
static constexpr bool kSanitized = true;
#elif defined(__has_feature)
static constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
static constexpr bool kSanitized = false;
#endif

namespace {
struct Limits {
  rlim_t seconds = 20, megabytes = 4096;
};
} // namespace

/// As tools/gq-opt/gq-opt.cpp.
static int optMain(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::gq::registerDialectsOfTools(registry);
  mlir::gq::registerPassesOfTools();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "GridQuant optimizer driver\n", registry));
}

static void limit(int resource, rlim_t most) {
  struct rlimit both = {most, most};
  setrlimit(resource, &both);
}

static bool redirect(int descriptor, const std::string &path) {
  int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  return file >= 0 && dup2(file, descriptor) >= 0 && close(file) == 0;
}

/// Never returns.
static void runChild(std::vector<std::string> &fields, const Limits &limits) {
  int null = open("/dev/null", O_RDONLY);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
      !redirect(STDOUT_FILENO, fields[1]) ||
      !redirect(STDERR_FILENO, fields[2]))
    _exit(125);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, limits.seconds);
  if (!kSanitized)
    limit(RLIMIT_AS, limits.megabytes << 20);
  alarm(unsigned(10 * limits.seconds)); // a deadlock takes no processor time
  std::vector<char *> argv = {fields[0].data()};
  for (size_t i = 3; i < fields.size(); ++i)
    argv.push_back(fields[i].data());
  int argc = int(argv.size());
  argv.push_back(nullptr);
  if (fields[0] == "gq-opt")
    exit(optMain(argc, argv.data()));
  if (fields[0] == "gq-compile")
    exit(mlir::gq::compileMain(argc, argv.data()));
  if (fields[0] == "gq-run")
    exit(mlir::gq::runMain(argc, argv.data()));
  _exit(125);
}

static std::vector<std::string> split(const std::string &line) {
  std::vector<std::string> fields(1);
  for (char c : line) {
    if (c == '\t')
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

int main(int argc, char **argv) {
  Limits limits;
  if (argc == 3) {
    limits.seconds = std::strtoul(argv[1], nullptr, 10);
    limits.megabytes = std::strtoul(argv[2], nullptr, 10);
  }
  if (argc != 1 && (argc != 3 || !limits.seconds || !limits.megabytes)) {
    std::fprintf(stderr, "usage: gq-fuzz-server [SECONDS MEBIBYTES]\n");
    return 2;
  }
  std::string line;
  while (std::getline(std::cin, line)) {
    std::vector<std::string> fields = split(line);
    if (fields.size() < 3) {
      std::fprintf(stderr, "error: expects TOOL, STDOUT and STDERR, got '%s'\n",
                   line.c_str());
      return 2;
    }
    pid_t child = fork();
    if (child == 0)
      runChild(fields, limits);
    int status = 0;
    struct rusage usage = {};
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
      std::perror("error: gq-fuzz-server");
      return 1;
    }
    int result = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    long milliseconds =
        usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000 +
        usage.ru_stime.tv_sec * 1000 + usage.ru_stime.tv_usec / 1000;
    std::printf("%d %ld %ld\n", result, usage.ru_maxrss, milliseconds);
    std::fflush(stdout);
  }
  return 0;
}
