//===- Machine.cpp - where and when something was measured ----------------===//
#include "Machine.h"

#include "gq/Bundle/File.h"
#include "gq/Runtime/gq_device.h"

#include <cstdio>
#include <ctime>

namespace gridquant::bench {

/// The first line of `text`, or "unknown".
static std::string firstLine(const std::string &text) {
  std::string line = text.substr(0, text.find('\n'));
  return line.empty() ? "unknown" : line;
}

Expected<Machine> describeMachine(int device) {
  char name[256];
  int version = 0;
  if (gq_driver_version(&version) || gq_device_name(device, name, sizeof(name)))
    return Error{gq_last_error()};
  Expected<std::string> module = readFile("/sys/module/nvidia/version");
  return Machine{name, firstLine(module ? *module : ""),
                 std::to_string(version / 1000) + "." +
                     std::to_string(version % 1000 / 10)};
}

std::string today() {
  std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32] = "unknown";
  if (::gmtime_r(&now, &parts))
    std::strftime(text, sizeof(text), "%Y-%m-%d", &parts);
  return text;
}

std::string gitCommit() {
  std::string text;
  if (FILE *git = ::popen("git rev-parse --short HEAD 2> /dev/null", "r")) {
    char buffer[128];
    if (std::fgets(buffer, sizeof(buffer), git))
      text = buffer;
    ::pclose(git);
  }
  return firstLine(text);
}

} // namespace gridquant::bench
