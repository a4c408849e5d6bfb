//===- StoredTest.cpp - bundles that were written before ------------------===//
//
// A file of each version of the format and the metadata, as a compiler wrote
// it. They are never written anew: what reads them now must always.
//
//===----------------------------------------------------------------------===//
#include "gq/Bundle/Container.h"
#include "gq/Bundle/Manifest.h"

#include <gtest/gtest.h>

using namespace gridquant;

static std::string stored(const char *name) {
  return std::string(GQ_STORED_BUNDLES) + "/" + name;
}

TEST(Stored, Version1) {
  auto bundle = readBundleFile(stored("version1.gqb"));
  ASSERT_TRUE(bundle) << bundle.message();
  ASSERT_EQ(bundle->images.size(), 2u);
  EXPECT_EQ(bundle->images[0].kind, ImageKind::Cubin);
  EXPECT_EQ(bundle->images[1].kind, ImageKind::PTX);
  EXPECT_EQ(bundle->images[1].arch, "sm_90a");
  auto manifest = parseManifest(bundle->metadata);
  ASSERT_TRUE(manifest) << manifest.message();
  EXPECT_EQ(manifest->target.name, "sm_90a");
  EXPECT_EQ(manifest->gpu, "");
  EXPECT_EQ(manifest->producer, "");
  ASSERT_EQ(manifest->functions.size(), 1u);
  const Function &f = manifest->functions[0];
  EXPECT_EQ(f.name, "linear");
  ASSERT_EQ(f.inputs.size(), 2u);
  EXPECT_EQ(f.inputs[1].name, "b");
  EXPECT_EQ(f.inputs[1].label, "");
  EXPECT_EQ(f.inputs[1].display, "b");
  EXPECT_FALSE(f.inputs[1].constant);
  ASSERT_EQ(f.launches.size(), 2u);
  ASSERT_EQ(f.launches[1].variants.size(), 2u);
  const Variant &large = f.launches[1].variants[1];
  EXPECT_EQ(large.kernel, "gemm_large");
  EXPECT_EQ(large.sharedBytes, 217664u);
  EXPECT_EQ(large.maps[0].box[1], 64u);
  EXPECT_FALSE(large.dependent);
}

TEST(Stored, Version2HasConstants) {
  auto bundle = readBundleFile(stored("version2.gqb"));
  ASSERT_TRUE(bundle) << bundle.message();
  auto manifest = parseManifest(bundle->metadata);
  ASSERT_TRUE(manifest) << manifest.message();
  EXPECT_EQ(manifest->gpu, "h100");
  ASSERT_EQ(manifest->functions.size(), 1u);
  const Function &f = manifest->functions[0];
  ASSERT_EQ(f.constants.size(), 1u);
  EXPECT_EQ(f.constants[0].type, ElementType::f32);
  EXPECT_EQ(f.constants[0].bytes, 16u);
  ASSERT_LT(f.constants[0].image, bundle->images.size());
  const Image &data = bundle->images[f.constants[0].image];
  EXPECT_EQ(data.kind, ImageKind::Data);
  const float expected[] = {1, 2, 3, 4};
  EXPECT_EQ(data.bytes, std::string(reinterpret_cast<const char *>(expected),
                                    sizeof(expected)));
}

TEST(Stored, Version3HasPitchedInputs) {
  auto bundle = readBundleFile(stored("version3.gqb"));
  ASSERT_TRUE(bundle) << bundle.message();
  auto manifest = parseManifest(bundle->metadata);
  ASSERT_TRUE(manifest) << manifest.message();
  ASSERT_EQ(manifest->functions.size(), 1u);
  const Function &f = manifest->functions[0];
  ASSERT_EQ(f.inputs.size(), 1u);
  EXPECT_TRUE(f.inputs[0].pitched);
  EXPECT_EQ(f.inputs[0].display, "arg0 (%x)");
  const Variant &variant = f.launches.at(0).variants.at(0);
  ASSERT_EQ(variant.params.size(), 4u);
  EXPECT_EQ(f.exprs.print(variant.params[3].value), "arg0.pitch");
  EXPECT_EQ(f.exprs.print(variant.maps.at(0).strides[0]), "mul(4, arg0.pitch)");
}
