"""The command line: one file for each verb; a verb's module is loaded when the verb is used."""

import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Parameter

from striate.cli.failing import fail, speaks
from striate.errors import OptionError, StriateError

VERBS = {
    "plan": (
        "Print what a network will cost before it is built, and why.",
        "striate plan lenet5 --explain c3",
    ),
    "compare": (
        "Print what networks cost side by side, and how many times as much as the first.",
        "striate compare bottleneck-direct bottleneck",
    ),
    "check": (
        "Look through a folder of images before training: every file, decoded in full.",
        "striate check photos/",
    ),
    "train": (
        "Train a network on images, and show how well it does.",
        "striate train photos/ --net 'INPUT -> [CONV -> RELU -> POOL]*N -> FC' N=3 --epochs 20",
    ),
    "resume": (
        "Go on with a run that was interrupted, exactly where it stopped.",
        "striate resume runs/digits-small1",
    ),
    "evaluate": (
        "Measure a trained network on images that it was not trained on.",
        "striate evaluate runs/digits-small1 --json",
    ),
    "predict": (
        "Name what is on images.",
        "striate predict runs/photos-small1 cat.jpg dog.jpg",
    ),
    "shard": (
        "Write a folder of images as WebDataset shards.",
        "striate shard photos/ --output shards, then striate train shards",
    ),
    "filter": (
        "Slide a classical kernel over a photo, and save what it finds.",
        "striate filter photo.jpg --kernel edge -o out.png",
    ),
    "draw": (
        "Draw a window sliding over its input with its numbers, a layer, or a network.",
        "striate draw conv --input 7 --kernel 3 --stride 2 --padding 1 -o conv.html",
    ),
    "matrix": (
        "Write a convolution as the matrix that it is.",
        "striate matrix --input 5x5 --kernel 3x3 --stride 2",
    ),
    "zoo": (
        "List the networks that have a name with what they cost, or print the text of one.",
        "striate zoo resnet50 > mine.cnn",
    ),
    "weights": (
        "List the published weights that have a name, and where they are.",
        "striate weights resnet18",
    ),
}


def application() -> App:
    """The command line as an object; verbs are imported when they are called."""
    from striate import __version__

    app = App(
        name="striate",
        help="Convolutional networks: understand one, size one, train one, look inside it.",
        help_epilogue="For example: striate plan lenet5, then striate train digits",
        version=__version__,
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
        default_parameter=Parameter(negative_bool=(), negative_iterable=()),
    )
    for verb, (help, example) in VERBS.items():
        path = f"striate.cli.{verb}:{verb}"
        app.command(path, name=verb, help=help, help_epilogue=f"For example: {example}")
    return app


def main(tokens: Sequence[str] | None = None) -> None:
    """Run a command; what went wrong is one sentence, and the exit code 2."""
    given = list(sys.argv[1:] if tokens is None else tokens)
    json = "--json" in given
    try:
        application()(given)
    except StriateError as error:
        sys.exit(fail(error, json=json))
    except CycloptsError as error:
        sys.exit(fail(_as_option_error(error), json=json))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt as stopped:
        if str(stopped) and speaks():
            print(stopped, file=sys.stderr)
        sys.exit(getattr(stopped, "code", 130))


def _as_option_error(error: CycloptsError) -> OptionError:
    command = " ".join(("striate", *(error.command_chain or ())))
    return OptionError(" ".join(str(error).split()), help=[f"{command} --help shows what it takes"])
