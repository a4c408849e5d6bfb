//===- gq-compile.cpp - .mlir to kernels ----------------------------------===//
#include "gq/Compile/Compile.h"

int main(int argc, char **argv) { return mlir::gq::compileMain(argc, argv); }
