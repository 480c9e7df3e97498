"""Two and three processes against one: the same metrics, weights within rounding, and the same end.

The processes are real and meet on this machine; ranked.py is what each of them runs.
"""

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from striate.errors import OptionError, RunError
from striate.training import joining, ranks
from striate.training.checkpoint import NAME, read_facts
from striate.training.interruption import SIGNALS, Interruption
from striate.training.journal import read_journal
from striate.training.loop import BEST, LAST
from striate.training.results import read_results

PROGRAM = Path(__file__).with_name("ranked.py")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
VALS = (31, 101, 5)  # none can be divided by two; five images are one large batch
WEIGHTS = {
    "plain": {"net": "plain"},
    "batch norm": {"net": "with_batch_norm"},
    "in parts": {"net": "with_batch_norm", "accumulate": 2, "batch": 17},
    "some frozen, some unused": {"net": "Aside", "optimizer": "adamw", "lr": 0.003},
    "a frozen body": {"net": "with_frozen_body", "layer_decay": 0.5, "views": 2},
    "place-major": {"net": "unshared", "optimizer": "adamw", "lr": 0.003},
    "mean, mixed and clipped": {
        "net": "plain",
        "ema": 0.99,
        "clip": 0.5,
        "mixup": 0.5,
        "layout": "channels_last",
    },
}


def environment(rank, count, port):
    names = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "MASTER_PORT": port}
    values = {name: str(value) for name, value in names.items()}
    return os.environ | values | {"MASTER_ADDR": "127.0.0.1", "OMP_NUM_THREADS": "1"}


def free_port():
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def run(count, *jobs):
    """(what it printed, its exit code) of each of `count` processes that do these jobs."""
    port, command = free_port(), [sys.executable, str(PROGRAM), json.dumps(jobs)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    processes = [
        subprocess.Popen(command, env=environment(rank, count, port), **options)
        for rank in range(count)
    ]
    return [(process.communicate(timeout=120)[0], process.returncode) for process in processes]


def jobs(folder, pieces, vals=VALS, weights=WEIGHTS):
    """Everything that is compared, each into a file of its own."""
    return [
        *({"job": "steps", "out": str(folder / name), **case} for name, case in weights.items()),
        *({"job": "measured", "out": str(folder / f"{val}"), "val": val} for val in vals),
        {"job": "normalised", "out": str(folder / "normalised"), "pieces": pieces},
    ]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folders of what one process did, and two, and three; and of two that trained."""
    folders = [tmp_path_factory.mktemp(name) for name in ("none", "one", "two", "three")]
    program = runpy.run_path(str(PROGRAM))
    for job in jobs(folders[1], [5]):
        program["JOBS"][job.pop("job")](**job)
    apart = {"job": "steps", "out": str(folders[2] / "apart"), "net": "with_batch_norm"}
    training = {"job": "train", "folder": str(folders[2] / "run")}
    words = [{"job": "words", "out": str(folder / "words")} for folder in folders]
    kept = {"job": "kept", "folder": str(folders[2] / "kept")}
    two = (*jobs(folders[2], [3, 2]), words[2], training, kept, {**apart, "apart": True})
    assert run(2, *two) == [("", 0)] * 2
    few = {"batch norm": WEIGHTS["batch norm"]}
    assert run(3, *jobs(folders[3], [3, 2, 0], (5, 31), few), words[3]) == [("", 0)] * 3
    return folders


def distance(folder, other, name):
    """The largest difference of two sets of tensors, each against its largest number."""
    found, expected = load_file(folder / name), load_file(other / name)
    assert found.keys() == expected.keys()
    return max(
        float((found[key] - value).abs().max() / value.abs().max().clamp(min=1e-6))
        for key, value in expected.items()
    )


@pytest.mark.parametrize("val", VALS)
def test_two_processes_measure_what_one_does_to_the_last_bit(done, val):
    _, one, two, three = done
    expected = (one / f"{val}").read_text()
    assert (two / f"{val}").read_text() == expected
    assert val == 101 or (three / f"{val}").read_text() == expected


@pytest.mark.parametrize("case", WEIGHTS)
def test_fifty_steps_of_two_processes_give_the_weights_of_one(done, case):
    """A sum in another order is rounded otherwise, by 6e-8; fifty steps make 4e-7 to 3e-6 of it."""
    _, one, two, _ = done
    assert distance(two, one, case) < 1e-5


def test_three_processes_give_the_weights_of_one(done):
    _, one, _, three = done
    assert distance(three, one, "batch norm") < 1e-5


def test_statistics_of_its_own_for_each_process_would_be_seen(done):
    _, one, two, _ = done
    found, expected = load_file(two / "apart"), load_file(one / "batch norm")
    assert max(float((found[key] - expected[key]).abs().max()) for key in expected) > 1e-2


def test_what_each_process_finds_by_itself_is_that_of_the_first(done):
    """The statistics of an instance norm, and buffers of types that gloo does not know."""
    first, other = (load_file(done[2] / "kept" / f"kept{rank}") for rank in range(2))
    assert "norm.running_mean" in first
    assert all(torch.equal(other[key], value) for key, value in first.items())


@pytest.mark.parametrize("count", [2, 3])
def test_batch_norm_over_processes_is_that_of_the_whole_batch(done, count):
    """In float64, with gradients and running statistics; the third process has no image."""
    found, expected = load_file(done[count] / "normalised"), load_file(done[1] / "normalised")
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        torch.testing.assert_close(found[key], value, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("count", [2, 3])
def test_all_hear_what_the_first_decides_and_who_fails(done, count):
    words = [json.loads((done[count] / f"words{rank}").read_text()) for rank in range(count)]
    gone = "the images are gone\n  help: bring them back"
    same = "process 1 finds other images than process 0: digest1, not digest0"
    expected = {"decided": {"rank": 0, "ranks": 1}, "nowhere": "fine", "same": same}
    assert words == [expected | {"everywhere": gone, "first": gone}] * count


@POSIX
@pytest.mark.slow
def test_two_processes_that_are_killed_and_stopped_end_with_the_same_bits(done, tmp_path):
    folder, whole = tmp_path / "run", done[2] / "run"
    job = {"job": "train", "folder": str(folder)}
    killed = run(2, job | {"do": "die", "at": 8, "rank": 1})
    assert killed[1][1] == -signal.SIGKILL
    assert killed[0][1] == 2
    assert killed[0][0].startswith("another process ended without a word (")
    assert read_facts(folder)["step"] == 8
    for name, step, rank in (("SIGTERM", 11, 1), ("SIGUSR1", 17, 0)):
        stopped = run(2, job | {"do": name, "at": step, "rank": rank, "save": 1e9})
        assert [code for _, code in stopped] == [143, 143], stopped
        assert all(f"stopped after step {step + 1}" in printed for printed, _ in stopped)
        assert read_facts(folder)["step"] == step + 1
    assert run(2, job) == [("", 0)] * 2
    for name in (BEST, LAST, NAME):
        found, expected = load_file(folder / name), load_file(whole / name)
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[key], expected[key]) for key in expected), name
    assert [row | {"seconds": 0} for row in read_results(folder)] == [
        row | {"seconds": 0} for row in read_results(whole)
    ]
    events = [entry["event"] for entry in read_journal(folder)]
    assert [events.count(name) for name in ("begun", "stopped", "trained")] == [4, 2, 1]
    assert events.count("epoch") == 4, "one process writes"


@POSIX
@pytest.mark.slow
def test_twenty_kills_of_two_processes_change_nothing(tmp_path):
    options = {"job": "train", "mixup": 0.5, "ema": 0.99, "accumulate": 2, "augment": "strong"}
    whole, killed = ({**options, "folder": str(tmp_path / name)} for name in ("whole", "killed"))
    assert run(2, whole) == [("", 0)] * 2
    for kill in range(20):
        dead = run(2, killed | {"do": "die", "at": kill + 2, "rank": kill % 2})
        assert dead[kill % 2][1] == -signal.SIGKILL, kill
    assert run(2, killed) == [("", 0)] * 2
    for name in (BEST, LAST, NAME):
        found, expected = (load_file(tmp_path / run / name) for run in ("killed", "whole"))
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[key], expected[key]) for key in expected), name


def test_a_process_alone_does_not_go_on_where_two_were(done, tmp_path):
    program, folder = runpy.run_path(str(PROGRAM)), tmp_path / "run"
    folder.mkdir()
    (folder / NAME).write_bytes((done[2] / "run" / NAME).read_bytes())
    with pytest.raises(RunError, match="processes: then 2, now 1") as refused:
        program["train"](folder)
    assert "--inexact" in str(refused.value)
    program["train"](folder, inexact=True)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("refuse", "process 1 failed: the images are gone\n  help: bring them back\n"),
        ("break down", "process 1 failed: ZeroDivisionError: an accident\n"),
    ],
    ids=["with a sentence", "with an accident"],
)
def test_where_one_fails_all_end_and_the_first_says_why(tmp_path, act, said):
    job = {"job": "train", "folder": str(tmp_path / "run")}
    first, other = run(2, job | {"do": act, "at": 3, "rank": 1})
    assert first == (said, 2)
    assert other[1] == (2 if act == "refuse" else 1)


def test_torchrun_trains_into_one_folder_and_prints_once(tmp_path):
    options = ["--nproc_per_node", "2", "--master_port", str(free_port()), "-m", "striate"]
    way = ["--epochs", "1", "--precision", "float32", "--layout", "contiguous"]
    train = ["train", "digits", *way, "--project", str(tmp_path), "--json"]
    command = [sys.executable, "-m", "torch.distributed.run", *options, *train]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (folder,) = tmp_path.iterdir()
    assert json.loads(done.stdout)["run"] == str(folder)
    assert done.stderr.count("2 processes share each batch, 1 thread in each.") == 1
    assert done.stderr.count("epoch 1/1") == 1
    assert json.loads((folder / "environment.json").read_text())["processes"] == 2
    assert read_journal(folder)[-1]["event"] == "finished"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"RANK": "x"}, "RANK = 'x' is no number of processes"),
        ({"WORLD_SIZE": "0"}, "WORLD_SIZE = '0' is no number of processes"),
        ({"RANK": "2"}, "RANK = 2, and WORLD_SIZE = 2"),
        ({"LOCAL_RANK": "-1"}, "LOCAL_RANK = '-1'"),
        ({"MASTER_ADDR": None}, "no MASTER_ADDR where they could meet"),
    ],
)
def test_an_environment_that_cannot_be_is_refused(given, said):
    usual = {"RANK": "0", "WORLD_SIZE": "2", "LOCAL_RANK": "0", "MASTER_ADDR": "127.0.0.1"}
    names = {name: value for name, value in (usual | given).items() if value is not None}
    with pytest.raises(OptionError, match=said) as refused:
        joining.read_environment(names)
    assert "torchrun --nproc_per_node" in str(refused.value)


def test_one_process_joins_nothing(monkeypatch):
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "1")
    with ranks.joined() as alone:
        assert alone == ranks.ALONE
        assert not torch.distributed.is_initialized()


def test_threads_are_shared_by_the_processes_of_a_machine(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert ranks.Ranks(ranks=3, near=3).threads is None, "OMP_NUM_THREADS says it"
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert [ranks.Ranks(ranks=9, near=near).threads for near in (1, 3, 9)] == [None, 2, 1]


def test_of_several_signals_the_first_in_rank_counts():
    asked = Interruption(noted=signal.SIGINT)
    assert [number for number, flag in zip(SIGNALS, asked.flags(), strict=True) if flag] == [
        signal.SIGINT
    ]
    with ranks.as_ranks(ranks.Ranks(ranks=2)):
        assert asked.signal is None, "the others do not know yet"
        asked.agree([1] * len(SIGNALS))
        assert asked.signal == signal.SIGTERM
        asked.agree([0] * len(SIGNALS))
        assert asked.signal is None
