"""Run GridQuant kernel bundles.

    import gridquant

    bundle = gridquant.Bundle("linear.gqb")
    linear = bundle["linear"]
    y = linear(x, w)                                  # torch allocates the results
    linear(x, w, outs=[y], stream=s, workspace=space) # nothing is allocated
    plan = linear.plan(x, w)                          # all that follows from shapes
    y = plan(x2, w)                                   # tensors of the same kind

`gridquant.reference` has the numerics on the CPU; it needs no runtime.
"""

__all__ = ["Bundle", "Error", "Function", "Plan", "TensorInfo"]


def __getattr__(name):
    # The runtime library is loaded on first use, so that the reference can be
    # imported where only that is installed.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import runtime

    return getattr(runtime, name)
