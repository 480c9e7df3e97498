"""From C to a library that can be called: compiled once for each machine, and kept.

A kept library is named by what it was built from and by its own bytes: one that is damaged does
not answer to its name, and is built anew.
"""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SOURCES = ("tiled.c", "tiled.h")
FLAGS = ("-O3", "-march=native", "-ffp-contract=fast", "-fopenmp", "-fPIC")
PATIENCE = 120
"""Seconds after which a compiler that has not come back is given up."""


def load() -> ctypes.CDLL | None:
    """The library, built if it has to be; None where there is no compiler that can."""
    compiler = next((path for name in ("cc", "gcc", "clang") if (path := shutil.which(name))), None)
    if os.environ.get("STRIATE_NATIVE") == "0" or compiler is None or sys.platform == "win32":
        return None
    try:
        for runtime in threads_of_torch():
            ctypes.CDLL(str(runtime), ctypes.RTLD_GLOBAL)
        name = f"tiled-{_fingerprint(compiler)}"
        kept = next(filter(_whole, cache().glob(f"{name}-*.so")), None)
        return ctypes.CDLL(str(kept or build(compiler, cache(), name)))
    except (OSError, subprocess.SubprocessError):
        return None


def build(compiler: str, to: Path, name: str) -> Path:
    """Compile the sources into a library; raises SubprocessError where the compiler cannot."""
    folder = Path(__file__).parent
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to) as work:
        made, whole = Path(work) / "tiled.o", Path(work) / "tiled.so"
        _run(compiler, *FLAGS, "-c", str(folder / SOURCES[0]), "-o", str(made))
        threads = () if threads_of_torch() else ("-fopenmp",)
        _run(compiler, "-shared", *threads, str(made), "-o", str(whole))
        return whole.replace(to / f"{name}-{_digest(whole.read_bytes())}.so")


def cache() -> Path:
    """The folder in which what is built is kept."""
    import pooch

    return Path(os.environ.get("STRIATE_CACHE") or pooch.os_cache("striate")) / "native"


def threads_of_torch() -> list[Path]:
    """The OpenMP library that torch runs on: two of them in a process would fight for the cores."""
    return list(_mapped()) if sys.platform == "linux" else []


def _mapped() -> Iterator[Path]:
    maps = Path("/proc/self/maps").read_text("utf-8", errors="replace")
    paths = dict.fromkeys(line.split(maxsplit=5)[-1] for line in maps.splitlines() if "/" in line)
    yield from (Path(path) for path in paths if Path(path).name.startswith(("libgomp", "libiomp")))


def _whole(library: Path) -> bool:
    """Whether a library is as it was built: half of one would end the process, without a word."""
    return library.stem.endswith(_digest(library.read_bytes()))


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)


def _fingerprint(compiler: str) -> str:
    """What a library depends on: text, flags, compiler, processor, and the threads of torch."""
    parts = [(Path(__file__).parent / name).read_bytes() for name in SOURCES]
    version = subprocess.run([compiler, "--version"], check=True, capture_output=True, timeout=9)
    parts += [" ".join(FLAGS).encode(), version.stdout, platform.machine().encode(), _processor()]
    parts += [runtime.name.encode() for runtime in threads_of_torch()]
    return _digest(b"\0".join(parts))


def _processor() -> bytes:
    """What the processor can, as the system says it: a cache may be shared by several machines."""
    facts = Path("/proc/cpuinfo")
    if not facts.exists():
        return platform.processor().encode()
    lines = facts.read_text("utf-8", errors="replace").splitlines()
    kept = {line for line in lines if line.startswith(("model name", "flags", "Features"))}
    return "\n".join(sorted(kept)).encode()
