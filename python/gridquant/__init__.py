"""Run GridQuant kernel bundles.

    import gridquant

    bundle = gridquant.Bundle("linear.gqb")
    linear = bundle["linear"]
    y = linear(x, w)                                  # torch allocates the results
    linear(x, w, outs=[y], stream=s, workspace=space) # nothing is allocated
"""

from .runtime import Bundle, Error, Function, TensorInfo

__all__ = ["Bundle", "Error", "Function", "TensorInfo"]
