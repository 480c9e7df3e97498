"""One plain line an epoch where there is no terminal; a bar, seldom moved, where there is one."""

from io import StringIO

from rich.console import Console

from striate.tasks import classify
from striate.training import Manner, fit, progress


def written(network, collection, recipe, folder, **options):
    console = Console(file=StringIO(), width=100, **options)
    fit(network, collection, classify, recipe, folder=folder, manner=Manner(console=console))
    return console.file.getvalue()


def test_a_line_an_epoch(network, collection, recipe, tmp_path):
    lines = written(network, collection, recipe, tmp_path).splitlines()
    assert [line.split("  ")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    assert "val accuracy 0." in lines[0]
    assert "\x1b" not in "".join(lines)


def test_a_terminal_shows_a_bar_and_keeps_the_lines(network, collection, recipe, tmp_path):
    text = written(network, collection, recipe, tmp_path, force_terminal=True)
    assert "step 14/21" in text
    assert text.count("epoch 2/3") == 1


def test_the_bar_moves_now_and_then_and_not_at_every_step(train, recipe, tmp_path, monkeypatch):
    moves = []
    monkeypatch.setattr(progress.Display, "move", lambda _, step, loss: moves.append(step))
    train(recipe, tmp_path / "seldom", look=1e9)
    assert moves == [7, 14, 21]
    moves.clear()
    train(recipe, tmp_path / "often", look=0)
    assert moves == list(range(1, 22))
