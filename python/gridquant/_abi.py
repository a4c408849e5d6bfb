"""The C structures of libgq_runtime and DLPack, and the search for the library."""

import ctypes as C
import os

from ._tools import find_library

ABI_VERSION = 1


class DLDevice(C.Structure):
    _fields_ = [("device_type", C.c_int32), ("device_id", C.c_int32)]


class DLDataType(C.Structure):
    _fields_ = [("code", C.c_uint8), ("bits", C.c_uint8), ("lanes", C.c_uint16)]


class DLTensor(C.Structure):
    _fields_ = [("data", C.c_void_p), ("device", DLDevice), ("ndim", C.c_int32),
                ("dtype", DLDataType), ("shape", C.POINTER(C.c_int64)),
                ("strides", C.POINTER(C.c_int64)), ("byte_offset", C.c_uint64)]


class DLManagedTensor(C.Structure):
    _fields_ = [("dl_tensor", DLTensor), ("manager_ctx", C.c_void_p),
                ("deleter", C.c_void_p)]


class DLManagedTensorVersioned(C.Structure):
    _fields_ = [("major", C.c_uint32), ("minor", C.c_uint32),
                ("manager_ctx", C.c_void_p), ("deleter", C.c_void_p),
                ("flags", C.c_uint64), ("dl_tensor", DLTensor)]


class CTensorInfo(C.Structure):
    _fields_ = [("name", C.c_char_p), ("type", C.c_int), ("rank", C.c_int32),
                ("shape", C.POINTER(C.c_int64))]


class ObjectApi(C.Structure):
    """gq_object_api."""

    _fields_ = [(name, C.c_void_p) for name in
                ("count", "item", "view", "current_stream", "unlock", "lock")]


class DLPackExchangeAPI(C.Structure):
    """The table of DLPack 1.3; before it, of version 1 too, there was none."""


DLPackExchangeAPI._fields_ = [
    ("major", C.c_uint32), ("minor", C.c_uint32), ("previous", C.POINTER(DLPackExchangeAPI)),
    ("allocate", C.c_void_p), ("managed_from_object", C.c_void_p),
    ("managed_to_object", C.c_void_p), ("view", C.c_void_p),
    ("current_stream", C.c_void_p)]


TensorArray = C.POINTER(C.POINTER(DLTensor))

_SIGNATURES = {
    "gq_abi_version": (C.c_int, []),
    "gq_last_error": (C.c_char_p, []),
    "gq_status_string": (C.c_char_p, [C.c_int]),
    "gq_type_name": (C.c_char_p, [C.c_int]),
    "gq_bundle_open": (C.c_int, [C.c_char_p, C.POINTER(C.c_void_p)]),
    "gq_bundle_open_memory": (C.c_int, [C.c_char_p, C.c_size_t,
                                        C.POINTER(C.c_void_p)]),
    "gq_bundle_share": (C.c_int, [C.c_void_p, C.POINTER(C.c_void_p)]),
    "gq_bundle_load": (C.c_int, [C.c_void_p, C.c_int]),
    "gq_bundle_close": (None, [C.c_void_p]),
    "gq_bundle_function_count": (C.c_size_t, [C.c_void_p]),
    "gq_bundle_function_at": (C.c_int, [C.c_void_p, C.c_size_t,
                                        C.POINTER(C.c_void_p)]),
    "gq_function_name": (C.c_char_p, [C.c_void_p]),
    "gq_function_input_count": (C.c_size_t, [C.c_void_p]),
    "gq_function_output_count": (C.c_size_t, [C.c_void_p]),
    "gq_function_input": (C.c_int, [C.c_void_p, C.c_size_t,
                                    C.POINTER(CTensorInfo)]),
    "gq_function_input_label": (C.c_char_p, [C.c_void_p, C.c_size_t]),
    "gq_function_output": (C.c_int, [C.c_void_p, C.c_size_t,
                                     C.POINTER(CTensorInfo)]),
    "gq_function_output_shape": (C.c_int, [C.c_void_p, TensorArray, C.c_size_t,
                                           C.c_size_t, C.POINTER(C.c_int64),
                                           C.c_size_t]),
    "gq_function_workspace_size": (C.c_int, [C.c_void_p, TensorArray, C.c_size_t,
                                             C.POINTER(C.c_size_t)]),
    "gq_launch": (C.c_int, [C.c_void_p, TensorArray, C.c_size_t, TensorArray,
                            C.c_size_t, C.c_void_p, C.c_size_t, C.c_void_p]),
    "gq_plan_create": (C.c_int, [C.c_void_p, TensorArray, C.c_size_t, TensorArray,
                                 C.c_size_t, C.POINTER(C.c_void_p)]),
    "gq_plan_workspace_size": (C.c_size_t, [C.c_void_p]),
    # The addresses as bytes, which are made in one go and belong to one call.
    "gq_plan_launch": (C.c_int, [C.c_void_p, C.c_char_p, C.c_char_p, C.c_void_p,
                                 C.c_void_p]),
    "gq_plan_use_objects": (C.c_int, [C.c_void_p, C.POINTER(ObjectApi)]),
    "gq_plan_destroy": (None, [C.c_void_p]),
}


def prototype_of_launch(library):
    """gq_plan_launch_objects, which wants the lock of the interpreter and passes on what
    exceptions there are."""
    return C.PYFUNCTYPE(C.c_int, C.c_void_p, C.py_object, C.c_void_p)(
        ("gq_plan_launch_objects", library))


def load_library():
    path = os.environ.get("GQ_RUNTIME_LIB") or find_library("gq_runtime")
    try:
        library = C.CDLL(path)
    except OSError as error:
        raise ImportError("cannot load libgq_runtime.so, GQ_RUNTIME_LIB can name "
                          f"it: {error}") from None
    version = library.gq_abi_version()
    if version != ABI_VERSION:
        raise ImportError(f"libgq_runtime.so has abi version {version}, this "
                          f"package needs {ABI_VERSION}")
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name, None)
        if function is None:
            raise ImportError(f"{path} is older than this package: it has no {name}")
        function.restype, function.argtypes = result, arguments
    return library
