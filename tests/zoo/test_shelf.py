"""What is on the shelf, judged by reading every text in full, and the costs kept, by planning."""

import json
import re
from pathlib import Path

import pytest

import striate
from striate import zoo
from striate.errors import LanguageError
from striate.language import read
from striate.zoo import costs

ENTRIES = zoo.entries()
TEXTS = sorted(Path(zoo.__file__).parent.glob("*.cnn"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_networks_are_the_definitions_without_parameters_in_lower_case(path):
    found = read(path.read_text("utf-8")).definitions.values()
    names = [one.name for one in found if one.name == one.name.lower() and not one.parameters]
    assert zoo.families().get(path.stem, ()) == tuple(names)
    on_shelf = {entry.name for entry in ENTRIES if entry.file == path.name}
    assert on_shelf == ({*names} or {path.stem})


def test_no_name_is_that_of_two_networks():
    families = zoo.families()
    names = [name for members in families.values() for name in members]
    names += [path.stem for path in TEXTS if path.stem not in families]
    assert len(names) == len({*names}) == len(ENTRIES)
    assert [entry.name for entry in ENTRIES if entry.name.startswith("resnet")] == [
        *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
    ]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_network_says_what_it_is_who_published_it_and_when(entry):
    assert len(entry.about.split()) > 4
    assert re.fullmatch(r"[A-Za-z].* (19[5-9]\d|20[0-2]\d)", entry.origin), entry.origin


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_text_by_itself_is_the_network_that_was_asked_for(entry):
    text, named = zoo.text(entry.name), zoo.find(entry.name)
    assert named.name == entry.name
    assert named.source == entry.file
    alone = read(text)
    assert (alone.body, alone.definitions) == (named.body, named.definitions)
    if entry.family in zoo.families():
        assert alone.name == entry.name
        own = read((Path(zoo.__file__).parent / entry.file).read_text("utf-8"), network=entry.name)
        assert own.definitions == named.definitions


def test_a_last_line_opens_no_level():
    """Its paths are those of the definition asked for: names of published weights."""
    path = Path(zoo.__file__).parent / "resnet.cnn"
    asked = striate.plan(striate.read(path, network="resnet34"))
    named = striate.plan("resnet34")
    assert [row.as_dict() for row in named.rows] == [row.as_dict() for row in asked.rows]


def test_a_depth_that_has_no_name_is_a_line_away():
    text = zoo.text("resnet50") + "resnet14 = RESNET(BASIC, 1, 2, 2, 1)\n"
    made = striate.plan(text, input=(3, 64, 64))
    assert made.network.name == "resnet14"
    assert made.rows[-1].path == "fc"


@pytest.mark.parametrize("name", ["resnet", "squeezenet"])
def test_the_name_of_a_family_says_who_is_in_it(name):
    with pytest.raises(LanguageError, match=f"{name} is a family: it has {name}1") as caught:
        zoo.find(name)
    assert f"striate plan {name}1" in str(caught.value)


# ---------------------------------------------------------------- costs


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_what_is_kept_is_what_planning_gives(entry):
    """If it is not: `python -m striate.zoo` writes `facts.json` anew."""
    assert json.loads(costs.KEPT.read_text("utf-8"))[entry.name] == costs.planned(entry.name)


def test_what_is_kept_is_not_planned_and_what_changed_is(monkeypatch):
    right = costs.planned("lenet5")
    monkeypatch.setattr(costs, "_kept", lambda: {"lenet5": {**right, "parameters": 1}})
    assert costs.costs_of("lenet5")["parameters"] == 1
    monkeypatch.setattr(costs, "_kept", lambda: {"lenet5": {**right, "text": "", "parameters": 1}})
    assert costs.costs_of("lenet5") == right


def test_networks_that_are_gone_are_not_kept():
    kept = json.loads(costs.KEPT.read_text("utf-8"))
    assert list(kept) == [entry.name for entry in ENTRIES]


@pytest.mark.parametrize("name", ["unet", "c3d", "fcn_resnet50", "nin_imagenet", "lenet5"])
def test_planning_counts_with_the_same_classes(name):
    costs_of, made = costs.costs_of(name), striate.plan(name)
    assert list(made.network.output) == costs_of["output"]
    assert made.totals["parameters"].value == costs_of["parameters"]
    assert striate.plan(name, classes=7).network.output[0] == 7


def test_a_network_is_counted_for_the_classes_of_its_paper():
    assert costs.costs_of("cifar_resnet20")["output"] == [10]
    assert costs.costs_of("r2plus1d_18")["output"] == [400]
    assert costs.costs_of("resnet50")["output"] == [1000]
