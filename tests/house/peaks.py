"""The most memory that a program held: a fresh Python that runs it, and says so at its end.

Linux tells the peak of the program alone; elsewhere it is that of the process, which remembers who
started it.
"""

import json
import subprocess
import sys

VGG19 = """
import striate
made = striate.plan("vgg19", classes=1000)
assert made.totals["parameters"].value == 143_667_240
"""
"""Planning a network of 143.7 million parameters, 575 MB of them."""

_PEAK = """
import json, sys
from pathlib import Path

def peak():
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return 1024 * int(next(one.split()[1] for one in lines if one.startswith("VmHWM")))
    import resource
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most
"""


def peak_of(program: str) -> int:
    """The most bytes that a fresh Python held that ran a program."""
    command = [sys.executable, "-c", f"{_PEAK}{program}\nprint(json.dumps(peak()))"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(json.loads(done.stdout.splitlines()[-1]))
