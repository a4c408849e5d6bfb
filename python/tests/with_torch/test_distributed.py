"""Layers that are sharded, by two processes."""

import pathlib
import subprocess
import sys

import pytest
import torch.distributed


@pytest.mark.skipif(not torch.distributed.is_available(), reason="this torch has no torch.distributed")
def test_two_processes(tmp_path):
    script = pathlib.Path(__file__).with_name("sharded.py")
    done = subprocess.run([sys.executable, script, tmp_path], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout == "fsdp: passed\ntensor_parallel: passed\n"
    assert "returned a view tensor" not in done.stderr
