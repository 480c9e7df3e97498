"""`striate draw`: what is typed is drawn and written, and what cannot be is one sentence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import striate as library
from striate.drawing.films import Film
from striate.drawing.films.scenes.options import KINDS
from striate.errors import OptionError

WRITTEN = {
    ".html": b"<!doctype html>",
    ".svg": b"<svg",
    ".png": b"\x89PNG",
}


def test_a_film_is_written_and_said(striate):
    options = "--input 7 --kernel 3 --stride 2 --padding 1 -o conv.html"
    printed = striate("draw", "conv", *options.split())
    size = Path("conv.html").stat().st_size
    assert (printed.code, printed.err) == (0, "")
    assert printed.out == f"conv.html: {size / 1000:.1f} kB, 16 frames\n"
    assert "floor((7 - 3 + 2*1)/2) + 1 = 4" in Path("conv.html").read_text("utf-8")


def test_json_says_what_was_written(striate):
    found = json.loads(striate("draw", "conv", "--input", "3x7x9", "--filters", "2", "--json").out)
    assert found == {
        "file": "conv.html",
        "bytes": Path("conv.html").stat().st_size,
        "frames": 70,
        "output": [[5, 7], [5, 7]],
    }


@pytest.mark.parametrize("suffix", WRITTEN)
def test_what_the_name_ends_in_is_written_in_place_of_what_was_there(striate, suffix):
    target = Path(f"film{suffix.upper()}")
    target.write_text("old", "utf-8")
    assert striate("draw", "pool", "--input", "4", "-o", str(target)).code == 0
    assert target.read_bytes().lower().lstrip().startswith(WRITTEN[suffix].lower())


def test_one_frame_alone_is_a_still(striate):
    assert striate("draw", "pool", "--input", "4", "--frame", "0").code == 0
    first = Path("pool.svg").read_bytes()
    assert ", frame 3 of 0 to 3" in striate("draw", "pool", "--input", "4", "--frame", "-1").out
    assert Path("pool.svg").read_bytes() != first
    printed = striate("draw", "pool", "--input", "4", "--frame", "4")
    assert printed.code == 2
    assert "the film has 4 frames, and no frame 4" in printed.err


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_into_a_file_of_its_name(striate, kind):
    assert striate("draw", kind, "--input", "5", "--json").code == 0
    assert Path(f"{kind}.html").is_file()


def test_every_option_of_a_film_can_be_typed(striate, tmp_path):
    typed = {
        "conv": "--input 2x5x5 --kernel 3x3 --stride 2x1 --padding 0/1x1 --dilation 1 "
        "--border edge --filters 2 --groups 2 --bias -1,2 --title Mine",
        "tiled": "--tiles 2 --channels 2 --axes 1 --input 6",
        "transpose": "--stride 2 --to 8 --input 3",
        "pool": "--pool average --no-count --ceil --padding 1",
        "adaptive": "--to 2x3",
        "channels": "--group 3",
        "gradients": "--matrix 1,2,3 --kernel -1,1 --upstream -1,1 --rate 0.1",
        "shift": "--shift 1x2",
        "matrix": "--kernel 2",
    }
    for kind, options in typed.items():
        assert striate("draw", kind, *options.split()).code == 0, kind
    assert striate("draw", "conv", "--connect", "0,1/1,2", "--input", "4").code == 0
    assert striate("draw", "conv", "--rows", "--input", "4").code == 0


def test_a_photo_is_drawn(striate):
    noise = np.random.default_rng(1).integers(0, 255, (30, 40, 3), np.uint8)
    Image.fromarray(noise).save("cat.png")
    tokens = ("draw", "conv", "--image", "cat.png", "--kernel", "sobel", "--json")
    assert json.loads(striate(*tokens).out)["output"] == [[19, 26]]
    tokens = (*tokens, "--colour", "--size", "10")
    assert json.loads(striate(*tokens).out)["frames"] == 6 * 8


def test_a_layer_of_a_network_is_a_film(striate):
    found = json.loads(striate("draw", "lenet5#c3", "--json").out)
    assert (found["file"], found["frames"], found["output"]) == ("lenet5-c3.html", 18, [[3, 3]] * 2)


def test_a_network_is_drawn_with_the_numbers_of_its_text(striate):
    text = "INPUT 1x16x16 -> [CONV 4 -> RELU]*N -> FC 10"
    assert json.loads(striate("draw", text, "N=2", "--json").out)["layers"] == 5
    assert Path("network.html").is_file()
    assert striate("draw", "lenet5", "-o", "net.svg").code == 0
    assert Path("net.svg").read_bytes().lstrip().startswith(b"<svg")
    assert striate("draw", "lenet5", "--unit", "c3", "4", "4").code == 0
    Path("mine.cnn").write_text("INPUT -> a: CONV 4 3x3 -> FC 10", "utf-8")
    assert striate("draw", "mine.cnn#a", "--input", "1x9x9").code == 0
    assert Path("mine-a.html").is_file()


def test_a_window_that_does_not_fit_is_drawn_and_said(striate):
    printed = striate("draw", "conv", "--input", "3x4", "--kernel", "5")
    assert printed.code == 2
    assert printed.err.splitlines() == [
        "ShapeError: a 5x5 window is larger than its input, 3x4",
        "  help: padding 1 gives 1x2",
        "  help: a kernel of 3x4 gives 1x1",
        "  help: an input of 5x5 gives 1x1",
        "  help: conv.html shows it",
    ]
    shown = Path("conv.html").read_text("utf-8")
    assert "a 5x5 window is larger than its input, 3x4" in shown
    assert "an input of 5x5 gives 1x1" in shown
    for name in ("misfit.svg", "misfit.png"):
        assert striate("draw", "pool", "--input", "1", "-o", name).code == 2
        assert Path(name).is_file()
    found = json.loads(striate("draw", "pool", "--input", "1", "--json").out)
    assert found["error"]["help"][-1] == "pool.html shows it"


def test_a_network_that_does_not_fit_is_drawn_up_to_there(striate):
    text = "INPUT 1x5x5 -> CONV 2 5x5 -> POOL 2 -> FC 3"
    printed = striate("draw", text)
    assert printed.code == 2
    assert "1 (line 1): a 2x2 window is larger than its input, 1x1" in printed.err
    assert "pad=1 gives 2x1x1" in printed.err
    assert "a 2x2 window is larger than its" in Path("network.html").read_text("utf-8")
    printed = striate("draw", text, "--json")
    assert printed.code == 2
    found = json.loads(printed.out)
    assert (found["layers"], found["error"]["kind"]) == (1, "ShapeError")


@pytest.mark.parametrize(
    ("tokens", "says"),
    [
        ("conv -o film.gif", "film.gif is no name for a drawing"),
        ("conv -o film", ".html or .svg or .png"),
        ("conv -o no/where/film.html", "there is no folder no/where for film.html"),
        ("conv -o film.html --frame 2", "one frame alone is no page"),
        ("conv --tiles 2", "tiles is no option of a film of conv"),
        ("pool --filters 2", "it belongs to conv, unshared"),
        ("conv --unit a 1", "unit is no option of a film"),
        ("conv --classes 3", "classes is no option of a film"),
        ("conv N=2", "'N=2' is for the text of a network"),
        ("conv --kernel soble", "'soble' is not a kernel"),
        ("conv --matrix 1,2;3", "differ in length"),
        ("conv --border mirror", "mirror"),
        ("pool --pool median", "median"),
        ("conv --filters many", "many"),
        ("conv --image nowhere.png", "there is no file nowhere.png"),
        ("conv --matrix nowhere.csv", "there is no file nowhere.csv"),
        ("convolve", "there is no network 'convolve'"),
        ("convolve", "kinds of film are conv, unshared"),
        ("lenet5#c9", "there is no layer 'c9' in lenet5"),
        ("lenet5 --kernel 3", "kernel is for films, not for a network"),
        ("lenet5#c3 --kernel 3", "kernel is for films"),
        ("lenet5#c3 --unit c3 1 1", "unit is no option of a film"),
        ("lenet5 --frame 2", "a network has no frames"),
        ("lenet5 --unit c9 1 1", "there is no layer 'c9'"),
        ("lenet5 --unit c3 99 99", "c3 has no unit 99, 99"),
        ("lenet5 -o net.gif", "net.gif is no name"),
        ("lenet5 --input x", "'x' is not a size"),
        ("lenet5 N=2", "the text has no number 'N'"),
        ("gallery --kernel 3", "kernel is no option of a gallery"),
        ("gallery --frame 3", "the gallery has no frame"),
        ("", "WHAT"),
    ],
)
def test_a_slip_is_one_sentence_and_exit_code_2(striate, tokens, says):
    printed = striate("draw", *tokens.split())
    assert printed.code == 2
    assert says.lower() in printed.err.lower()
    assert "Traceback" not in printed.err


def test_python_draws_the_same(striate, tmp_path):
    film = library.draw("conv", input=7, kernel=3, stride=2, padding=1)
    assert isinstance(film, Film)
    assert film.save(tmp_path / "mine.html") == tmp_path / "mine.html"
    striate("draw", "conv", "--input", "7", "--kernel", "3", "--stride", "2", "--padding", "1")
    assert Path("conv.html").read_bytes() == (tmp_path / "mine.html").read_bytes()
    assert film.html() == (tmp_path / "mine.html").read_text("utf-8")
    assert film.svg(0) == film.svg(-16) != film.svg()
    with pytest.raises(OptionError, match="no name for a drawing"):
        film.save("film.pdf")
    with pytest.raises(OptionError, match="kernel is no option of a drawing of a network"):
        library.draw("lenet5", kernel="3x3")


def test_in_a_notebook_a_film_is_a_page_in_a_frame():
    film = library.draw("conv", input=3)
    shown = film._repr_html_()
    assert shown.startswith('<iframe srcdoc="')
    assert shown.count("<") == 2
    assert '"' not in shown.split('srcdoc="')[1].split('" title=')[0]


def test_a_module_is_drawn_too():
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, stride=2), torch.nn.ReLU())
    assert library.draw(module, input=(3, 16, 16)).plan.rows[0].size == (8, 7, 7)


def test_torch_is_not_loaded_nor_is_the_planner_for_a_film(tmp_path):
    code = (
        "import sys; from striate.cli import main;"
        "main('draw conv --input 7 --kernel 3 -o x.html'.split());"
        "unused = {'torch', 'striate.planning', 'striate.arithmetic.reach', 'matplotlib', 'PIL'};"
        "print(sorted(unused & set(sys.modules)));"
        "main('draw lenet5 -o net.svg'.split());"
        "print(sorted({'torch', 'matplotlib', 'PIL'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert run.stdout.splitlines()[1::2] == ["[]", "[]"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ([""], "there is nothing to draw"),
        (["gallery", "N=3"], "'N=3' is for the text of a network, not for the gallery"),
        (["lenet5", "--unit"], "'' is not a unit"),
        (["lenet5", "--input", "1x32x32,1x3x3"], "a text has one input"),
        (["lenet5", "--input", "1xHxW"], "a drawing needs a size in numbers, not '1xHxW'"),
        (["lenet5#"], "'' behind 'lenet5#' is no path of a layer"),
        (["INPUT 1x8x8 -> CONV 8 9x9#0"], "a 9x9 window is larger than its input, 8x8"),
    ],
)
def test_nothing_is_written_where_nothing_was_drawn(striate, typed, says):
    before = set(Path().iterdir())
    printed = striate("draw", *typed)
    assert (printed.code, printed.out) == (2, "")
    assert says in printed.err
    assert set(Path().iterdir()) == before


def test_one_is_not_said_as_several(striate):
    assert striate("draw", "conv", "--input", "3").out.endswith("kB, 1 frame\n")
    assert striate("draw", "INPUT 5 -> FC 3").out.endswith("kB, 1 layer\n")


def test_a_huge_window_is_a_sentence_and_no_picture(striate):
    printed = striate("draw", "conv", "--kernel", "99999999")
    assert printed.code == 2
    assert "a 99999999x99999999 window is larger than its input, 7x7" in printed.err
    assert "shows it" not in printed.err
    assert not Path("conv.html").exists()


def test_a_title_stands_above_networks_and_layers_too(striate):
    for what in ("lenet5", "lenet5#c3"):
        assert striate("draw", what, "--title", "So it is", "-o", "a.html").code == 0
        assert "<h1>So it is</h1>" in Path("a.html").read_text("utf-8")
