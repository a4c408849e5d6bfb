//===- Program.cpp - a bundle that is timed -------------------------------===//
//
// The compiler is run as a program of its own, so that the tool that times has
// no LLVM in it and can be carried to a machine that has none.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Program.h"

#include "gq/Bench/Timer.h"
#include "gq/Bundle/Checksum.h"
#include "gq/Bundle/Container.h"
#include "gq/Bundle/File.h"

#include <cinttypes>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace gridquant::bench {

Expected<std::unique_ptr<Program>> Program::open(std::string name,
                                                 const std::string &bytes) {
  std::unique_ptr<Program> program(new Program());
  program->label = std::move(name);
  char text[20];
  std::snprintf(text, sizeof(text), "%016" PRIx64, fnv1a64(bytes));
  program->sum = text;
  if (gq_bundle_open_memory(bytes.data(), bytes.size(), &program->bundle))
    return Error{program->label + ": " + gq_last_error()};
  Expected<BundleContents> contents = readBundle(bytes);
  if (!contents)
    return Error{program->label + ": " + contents.message()};
  Expected<Manifest> manifest = parseManifest(contents->metadata);
  if (!manifest)
    return Error{program->label + ": " + manifest.message()};
  program->manifest = std::move(*manifest);
  return std::move(program);
}

Status Program::load(int device) {
  return gq_bundle_load(bundle, device) ? lastError(label.c_str()) : Status();
}

const gq_function *Program::find(const std::string &function) const {
  const gq_function *result = nullptr;
  gq_bundle_function(bundle, function.c_str(), &result);
  return result;
}

std::string defaultCompiler() {
  char self[PATH_MAX];
  ssize_t length = ::readlink("/proc/self/exe", self, sizeof(self));
  if (length > 0 && static_cast<size_t>(length) < sizeof(self)) {
    std::string path(self, static_cast<size_t>(length));
    path = path.substr(0, path.rfind('/') + 1) + "gq-compile";
    if (::access(path.c_str(), X_OK) == 0)
      return path;
  }
  return "gq-compile";
}

/// Runs `compiler`, whose diagnostics go where ours go.
static Status compile(const std::string &compiler, const std::string &input,
                      const std::string &output, const std::string &schedule) {
  std::vector<std::string> arguments{compiler, input, "--emit=bundle", "-o",
                                     output};
  if (!schedule.empty())
    arguments.push_back("--schedule=" + schedule);
  std::vector<char *> argv;
  for (const std::string &argument : arguments)
    argv.push_back(const_cast<char *>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  int result = ::posix_spawnp(&child, compiler.c_str(), nullptr, nullptr,
                              argv.data(), environ);
  if (result)
    return Error{"cannot run '" + compiler + "' to compile '" + input +
                 "': " + std::strerror(result)};
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return Status();
  return Error{"'" + compiler + "' did not compile '" + input + "'"};
}

bool isSource(const std::string &path) {
  const std::string suffix = ".mlir";
  return path.size() >= suffix.size() &&
         path.compare(path.size() - suffix.size(), suffix.size(), suffix) == 0;
}

Expected<std::string> readProgram(const std::string &path,
                                  const std::string &compiler,
                                  const std::string &schedule) {
  if (!isSource(path))
    return readFile(path);
  const char *base = std::getenv("TMPDIR");
  std::string directory =
      std::string(base && *base ? base : "/tmp") + "/gq-bench-XXXXXX";
  if (!::mkdtemp(directory.data()))
    return Error{"cannot create '" + directory + "': " + std::strerror(errno)};
  const std::string output = directory + "/out.gqb";
  Status compiled = compile(compiler, path, output, schedule);
  Expected<std::string> bytes =
      compiled ? readFile(output)
               : Expected<std::string>(Error{compiled.message()});
  ::unlink(output.c_str());
  ::rmdir(directory.c_str());
  return bytes;
}

} // namespace gridquant::bench
