"""Tests of this folder import `drawn_networks.py`, beside this file."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
