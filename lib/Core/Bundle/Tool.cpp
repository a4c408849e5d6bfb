//===- Tool.cpp - the gq-bundle command line ------------------------------===//
#include "gq/Bundle/Describe.h"

#include "gq/Bundle/Constants.h"
#include "gq/Bundle/File.h"
#include "gq/Support/Version.h"

namespace gridquant {

static const char usage[] =
    "usage: gq-bundle info FILE\n"
    "       gq-bundle extract FILE --image=ptx|cubin|data|N|metadata -o OUT\n"
    "       gq-bundle --version\n"
    "\n"
    "info     print functions, tensors, launches and images\n"
    "extract  write an image to OUT ('-': standard output): the first of the\n"
    "         kind, the one with number N, or the json metadata\n";

static int fail(const std::string &message, std::string &err) {
  err += "error: " + message + "\n";
  return 1;
}

static int wrongUsage(const std::string &message, std::string &err) {
  err += "error: " + message + "\n" + usage;
  return 2;
}

static int info(const std::string &path, std::string &out, std::string &err) {
  Expected<BundleContents> bundle = readBundleFile(path);
  if (!bundle)
    return fail(bundle.message(), err);
  Expected<Manifest> manifest = parseManifest(bundle->metadata);
  if (!manifest)
    return fail("'" + path + "': " + manifest.message(), err);
  if (Status status = checkConstants(*manifest, bundle->images); !status)
    return fail("'" + path + "': " + status.message(), err);
  out += describe(*manifest, bundle->images);
  return 0;
}

/// The part of the bundle that --image names.
static const std::string *select(const BundleContents &bundle,
                                 const std::string &name) {
  if (name == "metadata")
    return &bundle.metadata;
  for (size_t i = 0; i < bundle.images.size(); ++i)
    if (name == stringify(bundle.images[i].kind) || name == std::to_string(i))
      return &bundle.images[i].bytes;
  return nullptr;
}

static int extract(const std::string &path, const std::string &image,
                   const std::string &output, std::string &out,
                   std::string &err) {
  Expected<BundleContents> bundle = readBundleFile(path);
  if (!bundle)
    return fail(bundle.message(), err);
  const std::string *bytes = select(*bundle, image);
  if (!bytes)
    return fail("'" + path + "' has no image '" + image + "', it has " +
                    std::to_string(bundle->images.size()) + " images",
                err);
  if (output == "-") {
    out += *bytes;
    return 0;
  }
  Status written = writeFileAtomically(output, *bytes);
  return written ? 0 : fail(written.message(), err);
}

int runBundleTool(const std::vector<std::string> &args, std::string &out,
                  std::string &err) {
  std::vector<std::string> positional;
  std::string image, output;
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string &arg = args[i];
    if (arg == "-h" || arg == "--help") {
      out += usage;
      return 0;
    }
    if (arg == "--version") {
      out += std::string(versionText()) + "\n";
      return 0;
    }
    if (arg.compare(0, 8, "--image=") == 0)
      image = arg.substr(8);
    else if (arg == "-o" && i + 1 < args.size())
      output = args[++i];
    else if (arg.size() > 1 && arg[0] == '-')
      return wrongUsage("unknown or incomplete option '" + arg + "'", err);
    else
      positional.push_back(arg);
  }
  if (positional.size() != 2)
    return wrongUsage("a command and a file are needed", err);
  if (positional[0] == "info")
    return info(positional[1], out, err);
  if (positional[0] != "extract")
    return wrongUsage("unknown command '" + positional[0] + "'", err);
  if (image.empty() || output.empty())
    return wrongUsage("extract needs --image and -o", err);
  return extract(positional[1], image, output, out, err);
}

} // namespace gridquant
