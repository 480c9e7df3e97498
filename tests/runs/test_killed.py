"""Real processes, really killed: what they leave goes on to the bits of a run never interrupted."""

import csv
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from striate.training.checkpoint import read_facts

PROGRAM = Path(__file__).with_name("killed.py")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals or limits")


def start(project, *limit, epochs=4, threads=1, task="classify"):
    options = map(str, (project, epochs, threads, task, *limit))
    command = [sys.executable, str(PROGRAM), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process):
    """What it printed and its exit code."""
    printed, _ = process.communicate(timeout=300)
    return printed, process.returncode


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of the run that is never interrupted."""
    return run_whole(tmp_path_factory.mktemp("whole"))


def run_whole(project, **options):
    assert finish(start(project, **options)) == ("", 0)
    return project / "digits-net1"


def wait_for_training(process, folder):
    """Until the process has begun to train, or has ended."""
    journal = folder / "journal.jsonl"
    begun = journal.read_text().count('"begun"') if journal.exists() else 0
    while process.poll() is None:
        if journal.exists() and journal.read_text().count('"begun"') > begun:
            return
        time.sleep(0.005)


def assert_same(folder, whole):
    for name in ("weights/best.safetensors", "weights/last.safetensors"):
        found, expected = load_file(folder / name), load_file(whole / name)
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[key], expected[key]) for key in expected)
    rows, expected = rows_of(folder), rows_of(whole)
    assert rows == expected
    assert [int(row["epoch"]) for row in rows] == list(range(1, len(rows) + 1))
    names = {path.relative_to(folder) for path in folder.rglob("*")}
    assert names == {path.relative_to(whole) for path in whole.rglob("*")}


def rows_of(folder):
    """The rows of results.csv without the one column that a clock decides."""
    with (folder / "results.csv").open(newline="") as file:
        return [row | {"seconds": ""} for row in csv.DictReader(file)]


def test_two_kills_at_random_moments_change_nothing(tmp_path, whole):
    kill_and_go_on(tmp_path, kills=2)
    assert_same(tmp_path / "digits-net1", whole)


@pytest.mark.slow
def test_a_kill_changes_nothing_of_another_task(tmp_path):
    whole = run_whole(tmp_path / "whole", task="reconstruct")
    kill_and_go_on(tmp_path / "killed", kills=1, task="reconstruct")
    assert_same(tmp_path / "killed" / "digits-net1", whole)


@pytest.mark.slow
def test_twenty_kills_at_random_moments_change_nothing(tmp_path):
    options = {"epochs": 60, "threads": 2}
    whole = run_whole(tmp_path / "whole", **options)
    kill_and_go_on(tmp_path / "killed", kills=20, **options)
    assert_same(tmp_path / "killed" / "digits-net1", whole)


def kill_and_go_on(project, kills, **options):
    moment = random.Random(kills)
    for kill in range(kills):
        process = start(project, **options)
        if kill % 4 != 3:  # every fourth is killed anywhere, while it starts too
            wait_for_training(process, project / "digits-net1")
        time.sleep(moment.uniform(0, 0.2))
        process.kill()
        assert finish(process)[1] != 0, "it was over before it was killed"
    assert finish(start(project, **options)) == ("", 0)


@POSIX
def test_a_signal_saves_the_step_and_sets_the_exit_code(tmp_path, whole):
    folder = tmp_path / "digits-net1"
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        process = start(tmp_path)
        wait_for_training(process, folder)
        process.send_signal(number)
        printed, found = finish(process)
        assert found == code
        assert f"stopped after step {read_facts(folder)['step']}" in printed
    assert finish(start(tmp_path)) == ("", 0)
    assert_same(folder, whole)


@POSIX
@pytest.mark.slow
def test_a_full_file_system_leaves_the_last_whole_checkpoint(tmp_path, whole):
    folder = tmp_path / "digits-net1"
    process = start(tmp_path)
    wait_for_training(process, folder)
    process.terminate()
    finish(process)
    checkpoint = folder / "checkpoint.safetensors"
    before = checkpoint.read_bytes()
    printed, code = finish(start(tmp_path, len(before) - 100))
    assert code == 2
    step = read_facts(folder)["step"]
    assert f"File too large; the last whole checkpoint is of step {step}" in printed
    assert f"striate resume {folder}" in printed
    assert checkpoint.read_bytes() == before
    assert not list(folder.rglob("*.part"))
    assert finish(start(tmp_path)) == ("", 0)
    assert_same(folder, whole)
