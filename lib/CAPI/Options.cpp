//===- Options.cpp - options by their names on the command line -----------===//
#include "Objects.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::gq;

namespace {
/// Sets one option, or says which values it has.
struct Setter {
  StringRef name, value;

  gq_compiler_status refuse(const llvm::Twine &needed) const {
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                      "option " + name + ": expects " + needed + ", got '" +
                          value + "'");
  }
  gq_compiler_status set(std::string &to) const {
    to = value.str();
    return GQ_COMPILER_OK;
  }
  gq_compiler_status set(bool &to) const {
    if (value != "true" && value != "false")
      return refuse("true or false");
    to = value == "true";
    return GQ_COMPILER_OK;
  }
  gq_compiler_status set(int64_t &to) const {
    if (value.getAsInteger(10, to))
      return refuse("a number");
    return GQ_COMPILER_OK;
  }
  gq_compiler_status set(OutputKind &to) const {
    auto kind = llvm::StringSwitch<std::optional<OutputKind>>(value)
                    .Case("bundle", OutputKind::Bundle)
                    .Case("ptx", OutputKind::PTX)
                    .Case("cubin", OutputKind::Cubin)
                    .Case("llvm", OutputKind::LLVM)
                    .Case("nvvm", OutputKind::NVVM)
                    .Default(std::nullopt);
    if (!kind)
      return refuse("bundle, ptx, cubin, llvm or nvvm");
    to = *kind;
    return GQ_COMPILER_OK;
  }
  gq_compiler_status set(OptLevel &to) const {
    auto level = llvm::StringSwitch<std::optional<OptLevel>>(value)
                     .Case("none", OptLevel::None)
                     .Case("light", OptLevel::Light)
                     .Case("O2", OptLevel::O2)
                     .Case("O3", OptLevel::O3)
                     .Default(std::nullopt);
    if (!level)
      return refuse("none, light, O2 or O3");
    to = *level;
    return GQ_COMPILER_OK;
  }
};
} // namespace

gq_compile_options *gq_compile_options_create(void) {
  return new gq_compile_options();
}

void gq_compile_options_destroy(gq_compile_options *options) { delete options; }

gq_compiler_status gq_compile_options_set(gq_compile_options *options,
                                          const char *name, const char *value) {
  if (!options || !name || !value)
    return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                      !options ? "options are null"
                      : !name  ? "name of the option is null"
                               : "value of the option is null");
  Setter setter{name, value};
  CompileOptions &compile = options->compile;
  if (setter.name == "emit")
    return setter.set(options->emit);
  if (setter.name == "target")
    return setter.set(compile.target);
  if (setter.name == "max-variants")
    return setter.set(compile.maxVariants);
  if (setter.name == "batch-invariant")
    return setter.set(compile.batchInvariant);
  if (setter.name == "coarsen-scales")
    return setter.set(compile.coarsenScales);
  if (setter.name == "dependent-launch")
    return setter.set(compile.dependentLaunch);
  if (setter.name == "tuned")
    return setter.set(compile.tuned);
  if (setter.name == "schedule")
    return setter.set(compile.schedule);
  if (setter.name == "ptxas")
    return setter.set(compile.ptxas);
  if (setter.name == "allow-spills")
    return setter.set(compile.allowSpills);
  if (setter.name == "opt-level")
    return setter.set(compile.optLevel);
  return capi::fail(GQ_COMPILER_INVALID_ARGUMENT,
                    "no option '" + setter.name +
                        "', expects emit, target, max-variants, "
                        "batch-invariant, coarsen-scales, dependent-launch, "
                        "tuned, schedule, ptxas, allow-spills or opt-level");
}
