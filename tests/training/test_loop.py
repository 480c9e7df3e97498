"""What fit leaves behind, what it puts back, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn.functional import mse_loss

from striate.data import Collection
from striate.errors import RunError
from striate.tasks import classify
from striate.training import Task, conditions, evaluating, fit
from striate.training.batches import Preparation
from striate.training.checkpoint import NAME
from striate.training.journal import read_journal
from striate.training.loop import BEST, LAST
from striate.training.results import best_row, read_results


def test_there_is_one_row_for_every_epoch(train, recipe, tmp_path):
    rows, _ = train(recipe, tmp_path)
    names = ["epoch", "step", "seconds", "rate", "loss", "val_loss", "val_accuracy"]
    names += ["val_balanced_accuracy"]
    assert [list(row) for row in rows] == [names] * 3
    assert [(row["epoch"], row["step"]) for row in rows] == [(1, 7), (2, 14), (3, 21)]
    assert [row["seconds"] for row in rows] == sorted(row["seconds"] for row in rows)
    written = read_results(tmp_path)
    assert [row["step"] for row in written] == [7, 14, 21]
    assert written[1]["val_loss"] == pytest.approx(rows[1]["val_loss"], rel=1e-5)
    events = [entry["event"] for entry in read_journal(tmp_path)]
    assert events == ["begun", "epoch", "epoch", "epoch", "trained"]


def test_it_learns(train, recipe, tmp_path):
    rows, _ = train(replace(recipe, epochs=15), tmp_path)
    assert rows[-1]["val_accuracy"] >= 0.9
    assert rows[-1]["loss"] < rows[0]["loss"] / 2


def test_the_row_tells_the_loss_and_accuracy_of_the_weights(train, collection, recipe, tmp_path):
    rows, model = train(recipe, tmp_path)
    prepare = Preparation.of(collection.mean, collection.std, recipe)
    val = collection.splits["val"]
    found = evaluating.evaluate(model, val, classify, recipe, prepare)
    assert {f"val_{name}": value for name, value in found.items()}.items() <= rows[-1].items()


def test_the_loss_of_an_epoch_is_the_mean_over_its_images(train, recipe, tmp_path):
    batches = []

    def loss(output, target, of):
        value = classify.loss(output, target, of)
        batches.append((value.mean().item(), len(target)))
        return value

    rows, _ = train(recipe, tmp_path, task=replace(classify, loss=loss))
    for epoch, row in enumerate(rows):
        values, counts = zip(*batches[7 * epoch : 7 * epoch + 7], strict=True)
        assert sorted(counts) == [7, 7, 7, 7, 7, 7, 8]
        assert row["loss"] == pytest.approx(np.average(values, weights=counts))


def test_the_last_weights_are_those_of_the_model(train, recipe, tmp_path):
    _, model = train(recipe, tmp_path)
    last = load_file(tmp_path / LAST)
    assert last.keys() == model.state_dict().keys()
    assert all(torch.equal(last[key], value) for key, value in model.state_dict().items())


def test_the_best_weights_are_those_of_the_best_row(train, collection, recipe, tmp_path):
    rows, model = train(replace(recipe, epochs=6, lr=0.1, schedule="constant"), tmp_path)
    model.load_state_dict(load_file(tmp_path / BEST))
    prepare = Preparation.of(collection.mean, collection.std, recipe)
    found = evaluating.evaluate(model, collection.splits["val"], classify, recipe, prepare)
    assert found["loss"] == pytest.approx(best_row(rows, "accuracy", 20)["val_loss"])


def test_random_state_and_threads_are_as_before(network, collection, recipe, tmp_path):
    threads = torch.get_num_threads()
    recipe = replace(recipe, threads=threads + 1)
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    fit(network, collection, classify, recipe, folder=tmp_path)
    assert torch.equal(torch.rand(3), expected)
    assert torch.get_num_threads() == threads


def test_a_network_draws_anew_at_each_step_and_the_same_in_each_run(collection, recipe, tmp_path):
    class Drawing(torch.nn.Linear):
        def forward(self, x):
            drawn[-1].append(torch.rand(()).item())
            return super().forward(x)

    drawn = []
    for name, seed in (("one", 0), ("same", 0), ("other", 1)):
        drawn.append([])
        model = torch.nn.Sequential(torch.nn.Flatten(), Drawing(64, 3))
        training = replace(recipe, seed=seed)
        fit(model, collection, classify, training, folder=tmp_path / name)
    assert drawn[0] == drawn[1]
    in_steps, other = drawn[0][:7], drawn[2][:7]
    assert len({*in_steps, *other}) == 14


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_threads_precision_and_layout_are_those_of_the_recipe(
    network, collection, recipe, tmp_path, precision
):
    seen = set()

    def look(layer, _, output):
        seen.add((torch.get_num_threads(), output.dtype, layer.training))

    network[8].register_forward_hook(look)
    recipe = replace(recipe, threads=2, layout="channels_last", precision=precision)
    fit(network, collection, classify, recipe, folder=tmp_path)
    dtype = getattr(torch, precision)
    assert seen == {(2, dtype, True), (2, dtype, False)}
    assert network[0].weight.stride() == (9, 1, 3, 1)
    assert network[0].weight.dtype == torch.float32


def test_a_loss_that_is_not_finite_stops_with_a_sentence(train, recipe, tmp_path):
    with pytest.raises(RunError, match=r"loss is not finite after step \d+ \(learning") as stopped:
        train(replace(recipe, lr=1e30, optimizer="sgd"), tmp_path, settle=1e9)
    assert stopped.value.message.endswith("the last whole checkpoint is of step 0")
    assert stopped.value.help == ["train anew with a lower learning rate, such as lr = 2.5e+29"]


def test_weights_that_are_not_finite_are_never_saved(train, recipe, tmp_path):
    diverging = replace(recipe, lr=1e30, optimizer="sgd", precision="bfloat16")
    with pytest.raises(RunError, match="is not finite after step") as stopped:
        train(diverging, tmp_path, save=0)
    assert stopped.value.help[1] == "or with precision = float32"
    tensors = load_file(tmp_path / NAME)
    assert all(value.isfinite().all() for key, value in tensors.items() if "weight" in key)


@pytest.mark.parametrize("name", ["torch", "processor", "device"])
def test_other_conditions_are_refused_unless_inexact(train, recipe, tmp_path, monkeypatch, name):
    train(recipe, tmp_path)
    known = conditions.conditions
    other = lambda *given: known(*given) | {name: "another"}  # noqa: E731
    monkeypatch.setattr("striate.training.loop.conditions", other)
    with pytest.raises(RunError, match=f"{name}: then .*, now another") as refused:
        train(recipe, tmp_path)
    assert "--inexact" in refused.value.help[1]
    train(recipe, tmp_path, inexact=True)


def test_another_recipe_is_refused_unless_inexact(train, recipe, tmp_path):
    train(recipe, tmp_path)
    slower = replace(recipe, lr=0.001)
    with pytest.raises(RunError, match=r"recipe\.lr: then 0\.01, now 0\.001"):
        train(slower, tmp_path)
    train(slower, tmp_path, inexact=True)


@pytest.mark.parametrize("inexact", [False, True])
def test_other_images_are_refused_always(train, collection, recipe, tmp_path, inexact):
    train(recipe, tmp_path)
    splits = {**collection.splits, "val": collection.splits["test"]}
    others = Collection("blots", "blots", collection.classes, splits)
    with pytest.raises(RunError, match="images: then "):
        train(recipe, tmp_path, images=others, inexact=inexact)


def test_a_folder_that_cannot_be_written_is_named(train, recipe, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="file cannot be written"):
        train(recipe, tmp_path / "file")


def test_another_kind_of_task_needs_no_change_here(collection, recipe, tmp_path):
    """Reconstructing the image: the target is the input, and the measure has no upper end."""
    task = Task(
        name="reconstruct",
        open=classify.open,
        target=lambda x, _: x,
        loss=lambda output, target, _: mse_loss(output, target),
        measures=lambda output, target: {
            "loss": (output - target).square().mean((1, 2, 3)).sum(),
            "closeness": -(output - target).abs().mean((1, 2, 3)).sum(),
        },
        best="closeness",
        check=lambda *_: None,
        head=False,
    )
    model = torch.nn.Conv2d(1, 1, 3, padding=1)
    rows = fit(model, collection, task, recipe, folder=tmp_path)
    assert rows[-1]["val_closeness"] > rows[0]["val_closeness"]
    assert (tmp_path / NAME).exists()
