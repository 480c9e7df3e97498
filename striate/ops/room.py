"""Room: how much memory is free on a device, as its system tells it."""

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

import torch


def free(device: str) -> int | None:
    """The bytes of memory that are free for a device; None where nobody tells."""
    if device == "cuda":
        return torch.cuda.mem_get_info()[0]
    if device == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    told = [*_told_by_linux(), *_told_by_windows()] or [*_told_by_posix()]
    return min(told, default=None)


def gigabytes(count: float) -> str:
    """A number of bytes as people say it.

    >>> gigabytes(2.5e9), gigabytes(3e6)
    ('2.5 GB', '3 MB')
    """
    return f"{count / 1e9:.3g} GB" if count >= 1e9 else f"{count / 1e6:.3g} MB"


def _told_by_linux() -> Iterator[int]:
    """What is available on the machine, and what its container leaves."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        yield from (int(line.split()[1]) * 1024 for line in lines if "MemAvailable" in line)
        group = Path("/sys/fs/cgroup")
        most, now = ((group / name).read_text("utf-8") for name in ("memory.max", "memory.current"))
        facts = (group / "memory.stat").read_text(encoding="utf-8").split()
        if most.strip().isdecimal():  # files that were read stay only as long as there is room
            yield int(most) - int(now) + int(facts[facts.index("inactive_file") + 1])
    except OSError:  # not Linux, or not in a container
        return


def _told_by_windows() -> Iterator[int]:
    """What the system says is available."""
    windows = getattr(ctypes, "windll", None)
    if windows is None:
        return
    status = (ctypes.c_uint64 * 8)()
    status[0] = ctypes.sizeof(status)  # two numbers of 32 bits: the length, and the load
    if windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        yield status[2]


def _told_by_posix() -> Iterator[int]:
    """Half of what the machine has, where it does not say what is available."""
    names: dict[str, int] = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" in names and "SC_PAGE_SIZE" in names:
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
