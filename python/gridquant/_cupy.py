"""CuPy arrays: where results are allocated, and on which stream. CuPy has no FP8: arrays of uint8
are their bits, for results as well."""

import sys

from ._types import ELEMENT_TYPES


def cupy_if_used(objects):
    """The cupy module if all objects are its arrays. Never imports it."""
    cupy = sys.modules.get("cupy")
    if cupy and objects and all(isinstance(x, cupy.ndarray) for x in objects):
        return cupy
    return None


def _dtype(element):
    if element.startswith("f8"):
        return "uint8"
    if element == "bf16":
        import ml_dtypes  # which CuPy has it of

        return ml_dtypes.bfloat16
    return ELEMENT_TYPES[element][2]


def current_stream(cupy, device):
    """Of a device of CuPy, which need not be the current one."""
    return cupy.cuda.get_current_stream(device.id).ptr


def cupy_results(infos, shapes):
    """Shapes and dtypes."""
    return [(shape, _dtype(info.type)) for info, shape in zip(infos, shapes)]


def cupy_allocation(cupy, device, specs):
    """A function that makes a list of arrays of (shape, dtype) each on a device of CuPy, of the
    memory of a stream: there it is used again no sooner than that stream has come so far."""

    def allocate(stream):
        with device:
            if stream == current_stream(cupy, device):
                return [cupy.empty(shape, dtype) for shape, dtype in specs]
            with cupy.cuda.ExternalStream(stream, device.id):
                return [cupy.empty(shape, dtype) for shape, dtype in specs]

    return allocate
