"""A classification is measured by its answers: any number of classes, some of them absent."""

import csv
import json
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image
from sklearn import metrics as oracle

from striate.errors import OptionError
from striate.runs import Answers
from striate.tasks import classify
from striate.tasks.classification.learning import finish, measures
from striate.training import Recipe
from striate.training.batches import Preparation

PREPARE = Preparation.of((0.5,), (0.25,), Recipe(device="cpu", layout="contiguous"))


def answers(logits, *, names=None):
    images = torch.zeros(len(logits), 1, 4, 4, dtype=torch.uint8)
    files = tuple(f"{place}.png" for place in range(len(logits)))
    names = names or tuple(f"class {k}" for k in range(logits.shape[1]))
    return Answers(images, files, logits, PREPARE, names)


def drawn(count, classes, *, seed=0, sharp=3.0):
    """Logits that are mostly right, and labels among which the last class does not occur."""
    draw = torch.Generator().manual_seed(seed)
    labels = torch.randint(classes - 1, (count,), generator=draw)
    logits = torch.randn(count, classes, generator=draw)
    logits[torch.arange(count), labels] += sharp
    return logits, labels


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_the_form_has_its_old_names_first_and_says_what_the_records_say():
    logits, labels = drawn(500, 12)
    found = classify.judge(answers(logits), labels)
    form = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    first = ["accuracy", "interval", "count", "loss", "baseline", "classes"]
    assert list(form)[:6] == first
    said = logits.argmax(1)
    assert form["balanced_accuracy"] == pytest.approx(oracle.balanced_accuracy_score(labels, said))
    assert form["macro_f1"] == pytest.approx(oracle.f1_score(labels, said, average="macro"))
    assert form["top5"] == pytest.approx(
        oracle.top_k_accuracy_score(labels, logits, k=5, labels=range(12))
    )
    low, high = form["balanced_interval"]
    assert low < form["balanced_accuracy"] < high
    calibration = form["calibration"]
    assert sum(one["count"] for one in calibration["bins"]) == 500
    assert calibration["accuracy"] == pytest.approx(form["accuracy"])
    sureness = logits.double().softmax(1).max(1).values
    assert calibration["confidence"] == pytest.approx(float(sureness.mean()))
    assert form["confused"][0]["count"] == max(pair["count"] for pair in form["confused"])


@pytest.mark.parametrize(("classes", "told"), [(10, False), (11, True)])
def test_the_first_five_answers_count_where_there_are_more_than_ten(classes, told):
    found = classify.judge(answers(drawn(80, classes)[0]), drawn(80, classes)[1])
    assert (found.top5 is not None) is told
    assert ("among the first 5" in str(found)) is told
    assert found.top(1) == found.accuracy
    assert found.top(classes) == 1
    assert found.top(2) <= found.top(3)
    for k in (0, classes + 1, 2.5, "3", None):
        with pytest.raises(OptionError, match=f"the first {k} answers of {classes} classes"):
            found.top(k)


@pytest.mark.parametrize(
    ("sharp", "verdict"),
    [(40.0, "too sure"), (0.3, "less sure than it may be"), (1.0, "as it may be")],
)
def test_whether_it_is_too_sure_is_said(sharp, verdict):
    """Of each hundred answers 80 are right; how sure of each it is depends on `sharp`."""
    logits = torch.zeros(1000, 2)
    logits[:, 0] = sharp * float(torch.tensor(0.8).logit())
    labels = (torch.arange(1000) % 5 == 0).long()
    assert verdict in str(classify.judge(answers(logits), labels))


def test_a_thousand_classes_are_told_and_drawn():
    logits, labels = drawn(3000, 1000, sharp=5.0)
    found = classify.judge(answers(logits), labels)
    assert "the 30 of 1000 classes that are recognised worst" in " ".join(str(found).split())
    assert found.accuracy < found.top5 < 1
    pictures = classify.draw(answers(logits), labels)
    assert set(pictures) == {"confusion.png", "reliability.png", "worst.png"}
    for picture in pictures.values():
        assert min(Image.open(BytesIO(picture)).size) > 300


def test_every_answer_is_saved(tmp_path):
    logits = torch.tensor([[2.0, 0.0], [0.0, 2.0]])
    found = classify.judge(answers(logits, names=("ant", "bee, or wasp")), torch.tensor([0, 0]))
    found.save(tmp_path / "predictions.csv")
    with (tmp_path / "predictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [list(row.values())[:3] for row in rows] == [
        ["0.png", "ant", "ant"],
        ["1.png", "ant", "bee, or wasp"],
    ]
    assert [float(row["probability"]) for row in rows] == pytest.approx([0.880797] * 2)
    with pytest.raises(OptionError, match="cannot be written"):
        found.save(tmp_path / "nowhere" / "predictions.csv")


@given(
    pairs=some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3)), min_size=1),
    parts=some.integers(1, 4),
)
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@pytest.mark.filterwarnings("ignore:A single label was found")
def test_measures_of_the_parts_finish_as_those_of_the_whole(pairs, parts):
    labels, said = (torch.tensor(column) for column in zip(*pairs, strict=True))
    logits = torch.nn.functional.one_hot(said, 4).float()
    sums = {}
    for place in range(parts):
        part = measures(logits[place::parts], labels[place::parts])
        sums = {name: sums.get(name, 0) + value for name, value in part.items()}
    found = finish(sums, len(pairs))
    assert list(found) == ["loss", "accuracy", "balanced_accuracy"]
    assert found["accuracy"] == pytest.approx(oracle.accuracy_score(labels, said))
    assert found["balanced_accuracy"] == pytest.approx(oracle.balanced_accuracy_score(labels, said))


def test_balanced_accuracy_chooses_where_balance_is_asked_for():
    plain, recipe = Recipe(), Recipe(balance="weights")
    assert (classify.best, classify.under(plain).best) == ("accuracy", "accuracy")
    assert classify.under(recipe).best == "balanced_accuracy"
    assert classify.under(replace(recipe, balance="sampling")).best == "balanced_accuracy"
    assert (classify.aside, classify.under(recipe).aside) == ("balanced_accuracy", None)


def test_the_rare_class_counts_as_much_as_the_frequent():
    labels = torch.tensor([0] * 98 + [1] * 2)
    found = finish(measures(torch.tensor([[1.0, 0.0]] * 100), labels), 100)
    assert (found["accuracy"], found["balanced_accuracy"]) == (pytest.approx(0.98), 0.5)
    assert np.isclose(found["loss"], 0.98 * 0.3133 + 0.02 * 1.3133, atol=1e-3)
