"""A training that is asked to stop saves within the step, says how to go on, and can."""

import json
import os
import signal
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "striate"]
TRAIN = ["train", "digits", "--epochs", "400", "--net", "INPUT -> CONV 8 3x3 -> RELU -> GAP -> FC"]


@pytest.mark.skipif(os.name == "nt", reason="signals reach a process as POSIX has them")
@pytest.mark.parametrize(("asked", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_saves_and_the_run_goes_on(tmp_path, asked, code):
    training = subprocess.Popen(
        [*COMMAND, *TRAIN], cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert training.stderr is not None
    for line in training.stderr:
        if line.startswith("epoch 2/"):
            training.send_signal(asked)
            break
    _, rest = training.communicate(timeout=60)
    assert training.returncode == code
    assert "striate resume runs/digits-network1" in rest
    assert "Traceback" not in rest
    run = tmp_path / "runs" / "digits-network1"
    assert (run / "checkpoint.safetensors").exists()
    events = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    assert events[-1]["event"] == "stopped"
    refused = subprocess.run(
        [*COMMAND, "evaluate", str(run), "--json"], capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "striate resume" in json.loads(refused.stdout)["error"]["help"][0]
