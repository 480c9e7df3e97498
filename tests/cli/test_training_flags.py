"""The flags of `striate train`: units, groups, several seeds, and a learning rate to be found."""

import json
import shlex
import tomllib
from dataclasses import fields
from typing import Annotated

import pytest
from cyclopts import App, Parameter
from hypothesis import given
from hypothesis import strategies as some

from striate.cli.flags import GROUPS, Flags, as_flags
from striate.cli.values import seconds_of
from striate.errors import OptionError
from striate.training import Recipe
from striate.training.journal import read_journal

TINY = ("--net", "INPUT -> CONV 8 3x3 -> RELU -> GAP -> FC", "--precision", "float32")
USUAL = Flags()


def test_every_field_of_a_recipe_is_a_flag_in_a_group_with_its_help(striate):
    printed = striate("train", "--help").out
    for field in fields(Recipe):
        assert f"--{field.name.replace('_', '-')} " in printed
    assert [printed.index(f"─ {title} ─") for title in ("Training", *GROUPS)] == sorted(
        printed.index(f"─ {title} ─") for title in ("Training", *GROUPS)
    )
    known = {field.name for field in fields(Recipe)}
    assert {name for names in GROUPS.values() for name in names} <= known
    assert "How strongly weights are drawn to zero" in printed
    assert "such as 90s, 2m or 1h" in " ".join(printed.replace("│", " ").split())


def test_flags_are_those_of_a_recipe():
    assert Flags().as_dict() == Recipe().as_dict()
    assert [field.name for field in fields(Recipe)] == list(Recipe().as_dict())
    assert all(field.default is getattr(Recipe(), field.name) for field in fields(Recipe))


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [("90", 90), ("90s", 90), ("2m", 120), ("2 min", 120), ("0.5h", 1800), ("1e2s", 100)],
)
def test_times_have_units(typed, seconds):
    assert seconds_of(typed) == seconds


@pytest.mark.parametrize("typed", ["", "m", "soon", "2d", "-1s", "inf", "nan", "1:30", "2mm"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(OptionError, match="is not a time"):
        seconds_of(typed)


@given(
    epochs=some.none() | some.integers(1, 99),
    flip=some.none() | some.booleans(),
    lr=some.none() | some.sampled_from([0.1, 3e-4]),
    time=some.sampled_from([0.0, 90.0, 1234.5]),
    nesterov=some.booleans(),
    balance=some.sampled_from(["none", "weights"]),
)
def test_a_recipe_is_typed_and_read_again(**values):
    app, recipe = App(result_action="return_value"), Recipe(**values)

    def read(*, recipe: Annotated[Flags, Parameter(name="*", negative_bool="no-")] = USUAL):
        return Recipe.from_dict(recipe.as_dict())

    app.default(read)
    assert app(as_flags(recipe)) == recipe


def test_a_learning_rate_is_found_and_the_command_to_use_it_runs(striate, tmp_path):
    printed = striate("train", "digits", *TINY, "--find-lr", "--balance", "weights")
    assert printed.code == 0
    assert (tmp_path / "runs" / "find-lr.png").is_file()
    last = printed.out.rstrip().splitlines()[-1]
    words = shlex.split(last.removeprefix("Next: striate "))
    assert words[:2] == ["train", "digits"]
    assert words[words.index("--balance") + 1] == "weights"
    assert float(words[words.index("--lr") + 1]) > 0
    trained = json.loads(striate(*words, "--epochs", "1", "--json").out)
    recipe = tomllib.loads((tmp_path / trained["run"] / "recipe.toml").read_text())["recipe"]
    assert recipe["lr"] == float(words[words.index("--lr") + 1])
    assert recipe["balance"] == "weights"
    found = json.loads(striate("train", "digits", *TINY, "--find-lr", "--json").out)
    assert found["suggested"] > 0


def test_several_seeds_are_trained_and_told_on_the_whole(striate, tmp_path):
    options = ("--epochs", "1", "--layout", "contiguous", "--repeat", "2", "--json")
    printed = striate("train", "digits", *TINY, *options)
    told = json.loads(printed.out)
    assert [run["seed"] for run in told["runs"]] == [0, 1]
    assert told["interval"][0] <= told["mean"] <= told["interval"][1]
    assert (tmp_path / told["runs"][1]["run"] / "weights" / "best.safetensors").is_file()


def test_what_is_on_is_said_and_written(striate, tmp_path):
    options = ("--epochs", "2", "--ema", "0.9", "--clip", "1", "--patience", "1", "--json")
    printed = striate("train", "digits", *TINY, *options, "--accumulate", "2")
    run = tmp_path / json.loads(printed.out)["run"]
    sentence = next(e["sentence"] for e in read_journal(run) if e["event"] == "chosen")
    assert sentence in printed.err
    for part in ("ema 0.9", "no longer than 1;", "in 2 parts", "at most 1 epoch without"):
        assert part in sentence


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        (("--time", "soon"), "'soon' is not a time"),
        (("--time", "0.01s"), "the shortest is time ="),
        (("--repeat", "0"), "at least two runs, and repeat = 0"),
        (("--ema", "1"), "ema = 1.0 cannot be"),
        (("--accumulate", "0"), "accumulate = 0 cannot be"),
    ],
)
def test_slips_are_one_sentence(striate, tokens, says):
    printed = striate("train", "digits", *TINY, *tokens)
    assert printed.code == 2
    assert says in printed.err
    assert "Traceback" not in printed.err
