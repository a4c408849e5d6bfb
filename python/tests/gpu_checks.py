"""Runs checks on a machine with a GPU, for gpu_torch.py, gpu_jax.py and gpu_cupy.py."""

import traceback


def run(checks):
    """The exit code of `checks`, pairs of a name and a function: it says why it was
    skipped, or nothing, and raises where something is wrong."""
    ended = {"passed": 0, "skipped": 0, "FAILED": 0}
    for name, check in checks:
        try:
            reason = check()
            outcome, text = ("skipped", f": {reason}") if reason else ("passed", "")
        except Exception:
            outcome, text = "FAILED", "\n" + traceback.format_exc()
        ended[outcome] += 1
        print(f"{name}: {outcome}{text}", flush=True)
    print(", ".join(f"{count} {outcome.lower()}" for outcome, count in ended.items()))
    return 1 if ended["FAILED"] else 0
