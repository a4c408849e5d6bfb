"""Executes docs/python.md: its blocks of Python in order, in one namespace."""

import importlib.util
import pathlib
import re
import subprocess
import sys

import pytest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "python.md"
pytest.importorskip("ml_dtypes")


def blocks(text):
    """(line, code) of each."""
    for match in re.finditer(r"^```python\n(.*?)^```$", text, re.M | re.S):
        yield text[: match.start()].count("\n") + 2, match[1]


@pytest.mark.skipif(not PAGE.exists(), reason="needs the source tree")
def test_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text()
    before, torch, rest = text.partition("\n## torch\n")
    of_torch, jax, of_jax = rest.partition("\n## JAX\n")
    assert torch and jax and [len(list(blocks(part))) for part in (before, of_torch, of_jax)] == [5, 7, 4]
    namespace = {}
    # What comes before is replaced by lines of nothing, so that errors name the line of the page.
    for needed, above, part in ((("ml_dtypes",), "", before), (("torch", "safetensors"), before + torch, of_torch),
                                (("jax",), before + torch + of_torch + jax, of_jax)):  # fmt: skip
        if all(map(importlib.util.find_spec, needed)):
            for line, code in blocks("\n" * above.count("\n") + part):
                exec(compile("\n" * (line - 1) + code, str(PAGE), "exec"), namespace)


def test_the_command(cache_folder):
    run = lambda *arguments: subprocess.run([sys.executable, "-m", "gridquant", *arguments], capture_output=True,
                                            text=True, check=True).stdout  # fmt: skip
    said = run()
    assert said.startswith("gridquant  ") and f"cache      {cache_folder}: 0 entries, 0 bytes" in said
    cache_folder.mkdir()
    (cache_folder / "x.gqc").write_bytes(b"123")
    assert run("cache") == f"cache      {cache_folder}: 1 entries, 3 bytes\n"
    assert run("cache", "--clear") == "removed 1 entries\n"
    assert not list(cache_folder.iterdir())
