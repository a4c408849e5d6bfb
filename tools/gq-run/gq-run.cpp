//===- gq-run.cpp - runs a function of an .mlir file on data --------------===//
#include "gq/Run/Run.h"

int main(int argc, char **argv) { return mlir::gq::runMain(argc, argv); }
