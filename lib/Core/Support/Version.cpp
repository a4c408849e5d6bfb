//===- Version.cpp - which GridQuant this is ------------------------------===//
#include "gq/Support/Version.h"

const char *gridquant::versionText() {
  return "gridquant " GQ_VERSION " (" GQ_COMMIT ")";
}
