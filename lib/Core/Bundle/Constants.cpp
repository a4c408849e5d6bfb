//===- Constants.cpp - what constants of a bundle are made of -------------===//
#include "gq/Bundle/Constants.h"

namespace gridquant {

static Status check(const Function &function, const ConstantTensor &constant,
                    const std::vector<Image> &images) {
  const std::string what =
      "constant " + constant.name + " of function " + function.name;
  const std::string number = std::to_string(constant.image);
  if (constant.image >= images.size())
    return Error{what + " is image " + number + ", the bundle has " +
                 std::to_string(images.size())};
  const Image &image = images[constant.image];
  if (image.kind != ImageKind::Data)
    return Error{what + " is image " + number + ", which is " +
                 stringify(image.kind) + ", not data"};
  const uint64_t needed =
      constant.splat ? elementTypeSize(constant.type) : constant.bytes;
  if (image.bytes.size() != needed)
    return Error{what + " is image " + number + " of " +
                 std::to_string(image.bytes.size()) + " bytes, " +
                 std::to_string(needed) + " are needed"};
  return {};
}

Status checkConstants(const Manifest &manifest,
                      const std::vector<Image> &images) {
  for (const Function &function : manifest.functions)
    for (const ConstantTensor &constant : function.constants)
      if (Status status = check(function, constant, images); !status)
        return status;
  return {};
}

} // namespace gridquant
