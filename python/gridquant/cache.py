"""The disk cache of compiled bundles.

A folder of entries, one file each, named by a hash of everything that the bundle depends on
(gridquant.compiler computes it). It only ever saves time: an entry that cannot be read, is cut
short or has changed is no entry, and a folder that cannot be written to is not written to.

Nobody waits for anybody. An entry is written beside its place, synced, and renamed: a reader
sees all of it or nothing, whichever process dies when, and on network file systems as well. Two
processes that compile the same write the same, and the later one stays.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import struct
import tempfile
import time

__all__ = ["Cache", "default_cache"]

# An entry: this, the length and the SHA-256 of the bundle, the bundle.
_MAGIC = b"gqcache1"
_HEADER = struct.Struct("<8sQ32s")
_SUFFIX = ".gqc"
_COMPILER = "compiler"  # the file that says whose bundles these are
_STALE = 24 * 3600  # seconds after which what a killed process has left is removed


class Cache:
    """`folder` is made when the first entry is written."""

    def __init__(self, folder: str | os.PathLike[str]):
        self.folder = pathlib.Path(folder)

    def __repr__(self) -> str:
        return f"<gridquant.cache.Cache {str(self.folder)!r}>"

    def _path(self, key: str) -> pathlib.Path:
        return self.folder / (key + _SUFFIX)

    def get(self, key: str) -> bytes | None:
        try:
            entry = self._path(key).read_bytes()
        except OSError:
            return None
        if len(entry) < _HEADER.size:
            return None
        magic, size, digest = _HEADER.unpack_from(entry)
        bundle = entry[_HEADER.size :]
        if magic != _MAGIC or size != len(bundle) or digest != hashlib.sha256(bundle).digest():
            return None
        return bundle

    def put(self, key: str, bundle: bytes) -> bool:
        """Whether the entry is there now."""
        header = _HEADER.pack(_MAGIC, len(bundle), hashlib.sha256(bundle).digest())
        return self._write(self._path(key), header + bundle)

    @property
    def compiler(self) -> str | None:
        """The identity of the compiler that wrote here last: whose bundles a machine without
        a compiler takes."""
        try:
            return (self.folder / _COMPILER).read_text().strip() or None
        except (OSError, UnicodeDecodeError):
            return None

    @compiler.setter
    def compiler(self, identity: str) -> None:
        if self.compiler != identity:
            self._write(self.folder / _COMPILER, identity.encode() + b"\n")

    def clear(self) -> int:
        """Removes all entries; how many there were."""
        count = 0
        for path in self._files(_SUFFIX):
            try:
                path.unlink()
                count += 1
            except OSError:
                pass
        return count

    def size(self) -> tuple[int, int]:
        """(entries, bytes)."""
        sizes = []
        for path in self._files(_SUFFIX):
            try:
                sizes.append(path.stat().st_size)
            except OSError:  # removed meanwhile
                pass
        return len(sizes), sum(sizes)

    def _files(self, suffix: str) -> list[pathlib.Path]:
        try:
            return [path for path in self.folder.iterdir() if path.suffix == suffix]
        except OSError:
            return []

    def _write(self, path: pathlib.Path, data: bytes) -> bool:
        temporary = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._remove_stale()
            descriptor, temporary = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            temporary = None
        except OSError:
            return False
        finally:
            if temporary:
                try:
                    os.unlink(temporary)
                except OSError:
                    pass
        self._sync_folder()
        return True

    def _sync_folder(self) -> None:
        # So that the name survives a crash as well; not every file system can.
        try:
            descriptor = os.open(self.folder, os.O_RDONLY)
        except OSError:
            return
        try:
            os.fsync(descriptor)
        except OSError:
            pass
        finally:
            os.close(descriptor)

    def _remove_stale(self) -> None:
        for path in self._files(".tmp"):
            try:
                if time.time() - path.stat().st_mtime > _STALE:
                    path.unlink()
            except OSError:
                pass


def default_cache() -> Cache | None:
    """That of GQ_CACHE_DIR, else `gridquant` in XDG_CACHE_HOME or ~/.cache. None where GQ_CACHE
    is 0, and for a user without a home."""
    if os.environ.get("GQ_CACHE") == "0":
        return None
    named = os.environ.get("GQ_CACHE_DIR")
    if named:
        return Cache(named)
    base = os.environ.get("XDG_CACHE_HOME")
    if not base or not os.path.isabs(base):
        base = os.path.expanduser("~/.cache")
        if not os.path.isabs(base):
            return None
    return Cache(os.path.join(base, "gridquant"))
