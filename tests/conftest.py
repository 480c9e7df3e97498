"""How tests run: a thread for each worker, and the same random cases every time.

`HYPOTHESIS_PROFILE=search pytest` draws new ones, and more of them. Tests in all folders import
the strategies of `drawn.py`, beside this file.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers share the cores: before torch is there

import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", settings.get_profile("ci"), derandomize=False, max_examples=500)
settings.register_profile("unshrunk", settings.get_profile("ci"), phases=[Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
