"""From C to a library that can be called: compiled once for each machine, and kept."""

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
        built = cache() / f"tiled-{_fingerprint(compiler)}.so"
        if not built.exists():
            build(compiler, built)
        for runtime in threads_of_torch():
            ctypes.CDLL(str(runtime), ctypes.RTLD_GLOBAL)
        return ctypes.CDLL(str(built))
    except (OSError, subprocess.SubprocessError):
        return None


def build(compiler: str, to: Path) -> None:
    """Compile the sources into a library; raises SubprocessError where the compiler cannot."""
    folder = Path(__file__).parent
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=to.parent) as work:
        made, whole = Path(work) / "tiled.o", Path(work) / to.name
        _run(compiler, *FLAGS, "-c", str(folder / SOURCES[0]), "-o", str(made))
        threads = () if threads_of_torch() else ("-fopenmp",)
        _run(compiler, "-shared", *threads, str(made), "-o", str(whole))
        whole.replace(to)


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


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)


def _fingerprint(compiler: str) -> str:
    """What the library depends on: its text, its flags, the compiler and the processor."""
    parts = [(Path(__file__).parent / name).read_bytes() for name in SOURCES]
    version = subprocess.run([compiler, "--version"], check=True, capture_output=True, timeout=9)
    parts += [" ".join(FLAGS).encode(), version.stdout, platform.machine().encode(), _processor()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _processor() -> bytes:
    """What the processor can, as the system says it: a cache may be shared by several machines."""
    facts = Path("/proc/cpuinfo")
    if not facts.exists():
        return platform.processor().encode()
    lines = facts.read_text("utf-8", errors="replace").splitlines()
    kept = {line for line in lines if line.startswith(("model name", "flags", "Features"))}
    return "\n".join(sorted(kept)).encode()
