"""Networks that are Python: trained as a copy, resumed to the same bits, and opened again."""

import signal
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file
from torch import nn
from torch.nn.parameter import is_lazy

import striate
from striate import runs
from striate.errors import DataError, OptionError, RunError, ShapeError
from striate.inspection.factories import Factory
from striate.runs import Given
from striate.tasks import classify
from striate.training import Manner, RunInterrupted, learner

X = np.random.default_rng(0).integers(0, 256, (60, 8, 8), dtype=np.uint8)
Y = (X[:, :, :4].mean((1, 2)) > X[:, :, 4:].mean((1, 2))).astype(int)
QUIET = Manner(console=Console(quiet=True))


class Counting(nn.Module):
    """A module with all that a run has to remember: a norm, a count, and dropout."""

    def __init__(self, classes=2, width=4):
        super().__init__()
        self.conv = nn.Conv2d(1, width, 3, padding=1)
        self.norm = nn.BatchNorm2d(width)
        self.fc = nn.Linear(width * 64, classes)
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))

    def forward(self, x):
        if self.training:
            self.seen += len(x)
        return self.fc(torch.dropout(self.norm(self.conv(x)).relu().flatten(1), 0.2, self.training))


def module(seed=3, **options):
    torch.manual_seed(seed)
    return Counting(**options)


@pytest.fixture
def train(tmp_path, recipe):
    def run(network, source=(X, Y), **options):
        options = {"project": tmp_path / "runs", "manner": QUIET} | options
        return runs.train(source, network, classify, recipe, **options)

    return run


@pytest.fixture
def stopped(train, monkeypatch, tmp_path):
    """Stop a training in its second step, and give its folder."""

    def run(network, **options):
        step = learner.Learner.step

        def stopping(self, number):
            if number == 1:
                signal.raise_signal(signal.SIGTERM)
            return step(self, number)

        with monkeypatch.context() as patch:
            patch.setattr(learner.Learner, "step", stopping)
            with pytest.raises(RunInterrupted):
                train(network, **options)
        return max((tmp_path / "runs").iterdir(), key=lambda path: path.stat().st_mtime_ns)

    return run


@pytest.fixture
def nets(tmp_path, monkeypatch):
    """A Python file of networks in the current folder."""
    (tmp_path / "mynets.py").write_text(
        textwrap.dedent(
            """
            from torch import nn

            def small(classes, input, width=3):
                channels, height, width_ = input
                return nn.Sequential(
                    nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(),
                    nn.Flatten(), nn.Linear(width * height * width_, classes),
                )

            class Whole(nn.Sequential):
                def __init__(self, num_classes=7):
                    super().__init__(nn.Flatten(), nn.LazyLinear(num_classes))

            ready = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
            number = 3

            def failing(classes):
                raise KeyError("weights")

            def nothing():
                return None
            """
        )
    )
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("mynets", None)


def test_a_copy_is_trained_and_the_module_stays_as_it_is(train):
    given = module().eval()
    before = {key: value.clone() for key, value in given.state_dict().items()}
    run = train(given)
    after = given.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
    assert not given.training
    assert run.model is not given
    assert not torch.equal(run.model.fc.weight, given.fc.weight)
    assert run.model.seen > 0
    assert run.folder.name == "arrays-Counting1"
    assert (run.folder / "net.txt").read_text().startswith("Counting(\n  (conv): Conv2d(1, 4")
    assert not (run.folder / "net.cnn").exists()
    assert "net.txt" in str(run)
    assert "striate plan" not in str(run)


def test_training_begins_with_the_weights_that_were_given(train, monkeypatch):
    begun = []

    def looking(model, *_, **__):
        begun.append({key: value.clone() for key, value in model.state_dict().items()})
        raise ZeroDivisionError

    given = module()
    monkeypatch.setattr("striate.runs.making.fit", looking)
    with pytest.raises(ZeroDivisionError):
        train(given)
    assert all(torch.equal(begun[0][key], value) for key, value in given.state_dict().items())


def test_a_module_resumes_to_the_same_bits(train, stopped):
    whole = train(module())
    folder = stopped(module())
    other = module(seed=8)  # what weights it has does not matter: all are in the checkpoint
    runs.resume(folder, classify, given=Given((X, Y), other), manner=QUIET)
    for name in ("weights/best.safetensors", "weights/last.safetensors"):
        found, expected = load_file(folder / name), load_file(whole.folder / name)
        assert all(torch.equal(found[key], expected[key]) for key in expected)
        assert "seen" in found


def test_a_resumed_run_needs_its_images_and_its_module(stopped):
    folder = stopped(module())
    with pytest.raises(RunError, match="was given as a module"):
        runs.resume(folder, classify, given=Given((X, Y)), manner=QUIET)
    with pytest.raises(DataError, match="were given from memory"):
        runs.resume(folder, classify, given=Given(None, module()), manner=QUIET)
    with pytest.raises(DataError, match="are not those that the network was trained on"):
        runs.resume(folder, classify, given=Given((255 - X, Y), module()), manner=QUIET)
    with pytest.raises(RunError, match=r"conv.* is \(4.*\) there, and \(5.*\) here"):
        runs.resume(folder, classify, given=Given((X, Y), module(width=5)), manner=QUIET)
    (folder / "checkpoint.safetensors").unlink()
    with pytest.raises(RunError, match="before its first checkpoint"):
        runs.resume(folder, classify, given=Given((X, Y), module()), manner=QUIET)


@pytest.mark.parametrize("content", [b"", b"\xff" * 99])
def test_a_damaged_checkpoint_is_said(stopped, content):
    folder = stopped(module())
    (folder / "checkpoint.safetensors").write_bytes(content)
    with pytest.raises(RunError, match=r"checkpoint\.safetensors cannot be read"):
        runs.resume(folder, classify, given=Given((X, Y), module()), manner=QUIET)


def test_a_finished_run_is_used_with_its_module_given_again(train):
    run = train(module())
    again = striate.load(run.folder, network=module(seed=9))
    images = torch.from_numpy(X[:5, None])
    torch.testing.assert_close(again.answers(images), run.answers(images))
    assert again.evaluate((X, Y)).as_dict() == run.evaluate().as_dict()
    assert again.evaluate((X[:20], Y[:20])).count == 20
    with pytest.raises(RunError, match=r"striate.load\(.*, network=module\)"):
        striate.load(run.folder).answers(images)
    with pytest.raises(DataError, match="were given from memory"):
        again.evaluate()
    with pytest.raises(RunError, match="does not hold the weights of the module that was given"):
        striate.load(run.folder, network=nn.Flatten()).answers(images)
    with pytest.raises(RunError, match="is a module, not a text"):
        _ = run.network


def test_a_factory_is_found_again(train, stopped, nets):
    factory = Factory("mynets:small", {"width": 5})
    run = train(factory)
    assert run.folder.name == "arrays-small1"
    assert run.model[0].weight.shape == (5, 1, 3, 3)
    again = striate.load(run.folder)
    assert again.record.factory == factory
    assert again.evaluate((X, Y)).as_dict() == run.evaluate().as_dict()
    folder = stopped(factory)
    runs.resume(folder, classify, given=Given((X, Y)), manner=QUIET)
    found, expected = (load_file(f / "weights/last.safetensors") for f in (folder, run.folder))
    assert all(torch.equal(found[key], expected[key]) for key in expected)
    (nets / "mynets.py").unlink()
    sys.modules.pop("mynets")
    with pytest.raises(OptionError, match="there is no module 'mynets'"):
        striate.load(run.folder).evaluate((X, Y))


def test_a_class_with_lazy_layers_and_a_module_by_name_are_trained(train, nets):
    whole = train(Factory("mynets:Whole"))
    assert whole.model[1].weight.shape == (2, 64)
    assert striate.load(whole.folder).evaluate((X, Y)).count == 12
    ready = train(Factory("mynets:ready"))
    assert ready.evaluate().count == 12
    assert sys.path[0] != str(nets)


@pytest.mark.parametrize(
    ("name", "numbers", "says"),
    [
        ("nothere:make", {}, "there is no module 'nothere'"),
        ("mynets:nothere", {}, "mynets has no nothere"),
        ("mynets:number", {}, "mynets:number is int"),
        ("mynets:nothing", {}, "gave NoneType, not a torch module"),
        ("mynets:failing", {}, r"mynets:failing\(classes=2\) failed: KeyError: 'weights'"),
        ("mynets:small", {"depth": 2}, r"depth=2\) failed: TypeError"),
        ("broken:make", {}, "broken cannot be imported: SyntaxError"),
    ],
)
def test_a_factory_that_makes_nothing_is_refused(train, nets, tmp_path, name, numbers, says):
    (nets / "broken.py").write_text("def make(:")
    with pytest.raises(OptionError, match=says) as refused:
        train(Factory(name, numbers))
    assert refused.value.help
    assert not (tmp_path / "runs").exists()


class Pair(nn.Flatten):
    def forward(self, x):
        return super().forward(x), None


class Raising(nn.Linear):
    def forward(self, x):
        return x.nothing


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(64, 7)), "gives 7 for each image, and arrays has 2"),
        (nn.Sequential(nn.Flatten(), nn.Linear(63, 2)), "cannot learn from"),
        (nn.Flatten(), "has nothing to learn"),
        (nn.Sequential(nn.Conv2d(1, 2, 3), Pair()), "gives tuple, not a tensor"),
        (Raising(2, 2), "cannot learn from .*nothing"),
        (nn.Sequential(nn.Flatten(), nn.Linear(64, 2)).double(), "cannot learn from"),
    ],
)
def test_a_module_that_does_not_fit_is_refused_before_anything_is_written(
    train, tmp_path, network, says
):
    with pytest.raises(ShapeError, match=says):
        train(network)
    assert not (tmp_path / "runs").exists()


def test_a_module_that_cannot_be_copied_is_refused(train):
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
    network.open = Path(__file__).open()  # noqa: SIM115
    try:
        with pytest.raises(OptionError, match="Sequential cannot be copied"):
            train(network)
    finally:
        network.open.close()


def test_a_word_that_is_no_option_is_refused_beside_a_module():
    with pytest.raises(OptionError, match="a recipe has no field 'epoch'"):
        striate.train(X, Y, nn.Flatten(), epoch=3)


def test_a_module_with_lazy_layers_is_copied_and_told_its_sizes(train):
    lazy = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))
    run = train(lazy)
    assert run.model[1].running_mean.shape == (4,)
    assert is_lazy(lazy[1].running_mean), "the one that was given stays as it is"


@pytest.mark.parametrize("layer", [nn.Conv2d(1, 4, 9), Raising(2, 2)])
def test_lazy_layers_that_cannot_be_told_their_sizes_are_refused(train, tmp_path, layer):
    with pytest.raises(ShapeError, match="the network does not take images of 1x8x8"):
        train(nn.Sequential(layer, nn.Flatten(), nn.LazyLinear(2)))
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("network", [Counting, module, {}, 5, module().state_dict()])
def test_what_is_no_network_is_refused(network):
    with pytest.raises(OptionError, match="is no network") as refused:
        striate.train(X, Y, network)
    assert refused.value.help


def test_what_is_no_module_is_not_given_again(train, finished):
    run = train(module())
    with pytest.raises(RunError, match="is a module, and str is given"):
        striate.load(run.folder, network="lenet5").evaluate((X, Y))
    with pytest.raises(RunError, match="is a text, and Counting is given"):
        striate.load(finished.folder, network=module()).evaluate()


def test_a_misspelled_option_is_guessed_beside_a_text():
    with pytest.raises(OptionError, match="no number 'epoch'") as refused:
        striate.train(X, Y, "INPUT -> FC", epoch=3)
    assert refused.value.help == ["did you mean 'epochs'?"]


@pytest.mark.parametrize("verb", [striate.train, striate.repeat])
def test_what_is_no_recipe_is_refused(verb):
    with pytest.raises(OptionError, match="recipe is dict") as refused:
        verb(X, Y, "INPUT -> FC", recipe={"epochs": 3})
    assert "epochs=5" in refused.value.help[0]


def test_predictions_are_made_of_whatever_holds_images(train):
    run = striate.load(train(module()).folder, network=module())
    expected = run.predict(X[:2]).as_dict()
    assert run.predict([X[0], X[1]]).as_dict() == expected
    for none in (None, X[0], [None]):
        with pytest.raises(DataError):
            run.predict(none)
    for top in (-1, "3", None):
        with pytest.raises(OptionError, match="classes cannot be named"):
            run.predict(X[:2], top=top)
