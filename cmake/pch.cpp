// What carries the precompiled header; see GridQuantMLIR.cmake.
