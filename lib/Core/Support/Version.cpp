//===- Version.cpp - which GridQuant this is ------------------------------===//
#include "gq/Support/Version.h"

#include "VersionText.h" // written by each build

const char *gridquant::versionText() {
  return "gridquant " GQ_VERSION " (" GQ_COMMIT ")";
}
