//===- MockNvml.cpp - a power meter for one device ------------------------===//
#include <cstdlib>
#include <cstring>

extern "C" {
int nvmlInit_v2() { return std::getenv("MOCK_NVML_NO_INIT") ? 9 : 0; }
int nvmlDeviceGetHandleByPciBusId_v2(const char *id, void **handle) {
  static char device;
  *handle = &device;
  return std::strcmp(id, "0000:28:00.0") == 0 ? 0 : 6;
}
int nvmlDeviceGetPowerUsage(void *handle, unsigned *milliwatts) {
  *milliwatts = 350000;
  return handle && !std::getenv("MOCK_NVML_NO_POWER") ? 0 : 3;
}
}
