"""The runtime library and its errors."""

from ._abi import load_library, prototype_of_launch

lib = load_library()
launch_objects = prototype_of_launch(lib)


class Error(RuntimeError):
    """A failure of the runtime. `status` is its kind ("no driver")."""

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status


Error.__module__ = "gridquant"


def check(status):
    if status:
        raise Error(lib.gq_last_error().decode(errors="replace"),
                    lib.gq_status_string(status).decode())
