"""Which of the GPUs that gq-compile knows is in this machine."""

from __future__ import annotations

import ctypes
import functools
import re

# In the order they are looked for: "GH200" has "H200" in it.
_TARGETS = ("gh200", "h200", "h100", "h20")


def target_of_name(name: str) -> str | None:
    """The --target of "NVIDIA H100 80GB HBM3"; None for a GPU that there is no kernel for."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    return next((target for target in _TARGETS if target in words), None)


@functools.lru_cache(maxsize=None)
def target_of_machine() -> str | None:
    """The --target of the first GPU, None without one. Asked of NVML: cuInit in a process
    that forks later would keep its children from using CUDA."""
    try:
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
    except OSError:
        return None
    if nvml.nvmlInit_v2() != 0:
        return None
    try:
        device, name = ctypes.c_void_p(), ctypes.create_string_buffer(96)
        if nvml.nvmlDeviceGetHandleByIndex_v2(0, ctypes.byref(device)) != 0:
            return None
        if nvml.nvmlDeviceGetName(device, name, len(name)) != 0:
            return None
        return target_of_name(name.value.decode(errors="replace"))
    finally:
        nvml.nvmlShutdown()
