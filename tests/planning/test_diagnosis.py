"""Every fix that is shown is made in the text by this file's own hands, and then it fits.

The texts have one item on a line, so that a fix that names a line is an edit of that line.
"""

import re

import pytest

import striate
from striate.errors import OptionError, ShapeError
from striate.planning import fixes
from striate.planning.diagnosis import NO_FIX
from striate.planning.expansion import expand
from striate.planning.misfit import Misfit

SENTENCES = (NO_FIX, "no other single change was found")
KEEP = "or keep it, without --strict: what flooring drops is then only noted"

MISFITS = {
    "window": ("INPUT 1x3x3\nCONV 2 5x5", "a 5x5 window is larger than its input, 3x3"),
    "padded window": ("INPUT 1x3x3\nCONV 2 7x7 pad=1", "larger than its input, 3x3 padded to 5x5"),
    "pool": ("INPUT 1x3x3\nPOOL 4", "a 4x4 window is larger than its input, 3x3"),
    "lone kernel": ("INPUT 1x3x3\nCONV 5x5", "a 5x5 window is larger than its input, 3x3"),
    "one axis": ("INPUT 2x5\nUNSHARED 4 7", "a 7 window is larger than its input, 5"),
    "late window": ("INPUT 1x14x14\nCONV 4 3x3\nPOOL\nCONV 4 3x3\nPOOL\nCONV 4 3x3",
                    "a 3x3 window is larger than its input, 2x2"),
    "far window": ("INPUT 2x8x8\nCONV 4 50x50", "a 50x50 window is larger than its input, 8x8"),
    "channels in groups": ("INPUT 3x8x8\nCONV 4 3x3 groups=2",
                           "3 channels do not fall into 2 groups"),
    "filters in groups": ("INPUT 4x8x8\nCONV 3 3x3 groups=2",
                          "3 filters do not fall into 2 groups"),
    "groups behind": ("INPUT 1x8x8\nCONV 7 3x3\nCONV 8 3x3 groups=4",
                      "7 channels do not fall into 4 groups"),
    "table rows": ("INPUT 4x8x8\nCONV 3 3x3 connect=01/2",
                   "the connection table has 2 rows for 3 filters"),
    "table channels": ("INPUT 2x8x8\nCONV 8 3x3\nCONV 2 3x3 connect=01/9",
                       "the connection table names channel 9, but 8 arrive"),
    "channel pool": ("INPUT 6x8x8\nCHANNELPOOL 4", "6 channels do not fall into groups of 4"),
    "more channels": ("INPUT 6x8x8\nCHANNELPAD 4",
                      "zeros cannot make 4 channels of the 6 that arrive"),
    "more channels behind": ("INPUT 3x8x8\nCONV 9 3x3\nCHANNELPAD 8\nCONV 4 3x3 groups=4",
                             "zeros cannot make 8 channels of the 9 that arrive"),
    "sum of channels": ("INPUT 2x8x8\n{\nCONV 3 3x3 pad=1\n+\nID\n}",
                        "needs equal sizes, found 3x8x8 and 2x8x8"),
    "sum of sizes": ("INPUT 2x8x8\n{\nCONV 3 3x3\n+\nID\n}",
                     "needs equal sizes, found 3x6x6 and 2x8x8"),
    "join of sizes": ("INPUT 2x8x8\n{\nPOOL 2\n|\nCONV 3 3x3\n}",
                      "needs equal sizes but for the channels, found 2x4x4 and 3x6x6"),
    "u-net on odd sizes": ("INPUT 1x25x25\na: CONV 2 3x3 pad=1\nPOOL 2\n{\n@a\n|\n"
                           "DECONV 2 2x2 stride=2\n}\nCONV 3 3x3",
                           "needs equal sizes but for the channels, found 2x25x25 and 2x24x24"),
    "features": ("INPUT 1x15x15\nCONV 16 3x3 pad=1\n{\nFLATTEN\n+\nFC 100\n}",
                 "+ needs equal sizes, found 3600 and 100 (3600 = 16x15x15)"),
    "flat": ("INPUT 2x8x8\nFLATTEN\nCONV 4 3x3", "128 features arrive (128 = 2x8x8)"),
    "nothing to slide along": ("INPUT 20\nPOOL 2", "POOL needs axes to slide along, but 20"),
    "other axes": ("INPUT 2x8x8\nCONV 4 3x3x3", "kernel 3x3x3 does not suit the 2 axes of 2x8x8"),
    "other bins": ("INPUT 2x8x8\nADAPTIVE 3x3x3", "size 3x3x3 does not suit the 2 axes"),
    "crop": ("INPUT 2x8x8\nCROP 9x9", "9x9 cannot be cut out of 8x8"),
    "mirror": ("INPUT 2x3x3\nPAD 4 mode=reflect", "reflect padding is at most 2 beside 3, not 4"),
    "mirrored window": ("INPUT 2x3x3\nCONV 4 3x3 pad=3 mode=reflect", "reflect padding is at most"),
    "round": ("INPUT 2x3x3\nCONV 4 3x3 pad=4 mode=circular", "circular padding is at most 3"),
    "tiles": ("INPUT 3x6x6\nTILED 4 3x3 tiles=5",
              "5x5 tiles for 4x4 places: some kernels would never be used"),
    "tiles of one axis": ("INPUT 3x6x6\nTILED 4 5x3 tiles=2x9", "2x9 tiles for 2x4 places"),
    "default tiles": ("INPUT 3x3x3\nTILED 4 3x3", "2x2 tiles for 1x1 places"),
    "far tiles": ("INPUT 2x999x999\nTILED 4 3x3 tiles=999999999", "for 997x997 places"),
    "far crop": ("INPUT 2x8x8\nCROP 99999999", "cannot be cut out of 8x8"),
    "far channel pool": ("INPUT 6x8x8\nCHANNELPOOL 99999999", "groups of 99999999"),
    "far mirror": ("INPUT 2x99x99\nPAD 999999999 mode=reflect", "at most 98 beside 99"),
    "far bins": ("INPUT 2x8x8\n{\nADAPTIVE 99999999\n+\nID\n}", "found 2x99999999x99999999"),
    "transposed": ("INPUT 2x8x8\nDECONV 4 2x2 stride=2 to=19x19",
                   "cannot turn 8x8 into 19x19: it gives 16 to 17 x 16 to 17"),
    "transposed away": ("INPUT 2x1x1\nDECONV 4 1x1 pad=1", "it gives nothing x nothing"),
}  # fmt: skip
STRICT = {
    "stride": ("INPUT 1x7x7\nCONV 2 3x3 stride=3", "(7 - 3 + 2*0)/3 + 1 = 2.33"),
    "pool": ("INPUT 1x9x9\nPOOL 2", "(9 - 2 + 2*0)/2 + 1 = 4.5"),
    "unequal": ("INPUT 1x9x10\nCONV 3 4x4 stride=3", "(9 - 4 + 2*0)/3 + 1 = 2.67"),
    "alexnet": ("INPUT 1x224x224\nCONV 8 11x11 stride=4", "(224 - 11 + 2*0)/4 + 1 = 54.25"),
    "later": ("INPUT 1x12x12\nCONV 8 3x3\nRELU\nPOOL 3 stride=2", "(10 - 3 + 2*0)/2 + 1 = 4.5"),
}


def diagnosed(text, **options):
    with pytest.raises(ShapeError) as caught:
        striate.plan(text, **options)
    return caught.value


# -------------------------------------------------------------- making a fix by hand


def with_option(line, name, value):
    line = without_option(line, name)
    return f"{line} {name}={value}"


def without_option(line, name):
    line = re.sub(rf" {name}=\S+", "", line)
    return re.sub(r" (same|valid|full)\b", "", line) if name == "pad" else line


def with_numbers(line, *, filters=None, kernel=None):
    """The numbers that stand first behind a word: filters and kernel, or a pool's kernel."""
    start, numbers, rest = re.fullmatch(r"((?:\w+: )?\w+\??)((?: [\dx]+)*)(.*)", line).groups()
    numbers = numbers.split()
    if "POOL" in start:
        return f"{start} {kernel}{rest}"
    if len(numbers) == 1 and "x" in numbers[0]:
        lone = "x".join([str(kernel)] * (numbers[0].count("x") + 1)) if kernel else numbers[0]
        return " ".join([start, *([str(filters)] if filters else []), lone]) + rest
    numbers[0] = str(filters or numbers[0])
    if kernel:
        numbers[1:] = [str(kernel)]
    return f"{start} {' '.join(numbers)}{rest}"


def with_word(line, word):
    label, _, _ = line.rpartition(": ")
    return f"{label}: {word}" if label else word


EDITS = [
    (r"(pad|stride|to|groups|tiles)=(\w+)",
     lambda line, name, value: with_option(line, name, value)),
    (r"groups=(\d+) with (\d+) filters",
     lambda line, groups, n: with_numbers(with_option(line, "groups", groups), filters=n)),
    (r"leaving out (\w+)=", without_option),
    (r"ceil", lambda line: f"{line} ceil"),
    (r"a kernel of (\d+)", lambda line, n: with_numbers(line, kernel=n)),
    (r"kernel=(\d+)", lambda line, n: with_numbers(line, kernel=n)),
    (r"(\d+) filters", lambda line, n: with_numbers(line, filters=n)),
    (r"(?:filters|features)=(\d+)", lambda line, n: with_numbers(line, filters=n)),
    (r"filters=(\d+) pad=same",
     lambda line, n: with_numbers(with_option(line, "pad", "same"), filters=n)),
    (r"(\w+)\?, which leaves it out,", lambda line, word: line.replace(word, f"{word}?")),
    (r"ID in place of (\w+)", lambda line, word: with_word(line, "ID")),
    (r"((?:CHANNELPOOL|CHANNELPAD|ADAPTIVE|CROP|LRN) \d+)", with_word),
    (r"PAD (\d+)", lambda line, n: with_numbers(line, filters=n)),
    (r"UNSHARED in place of TILED",
     lambda line: without_option(line, "tiles").replace("TILED", "UNSHARED")),
]  # fmt: skip


def applied(text, error, says):
    """The text in which somebody did what a fix says, and the input size to plan it with."""
    if size := re.fullmatch(r"an input of ([\dx]+)", says):
        return text, tuple(map(int, size[1].split("x")))
    if says == "| in place of +":
        return text.replace("\n+\n", "\n|\n"), None
    where = re.fullmatch(r"(.*) in \S+ \(line (\d+)\)", says)
    says, number = (where[1], int(where[2])) if where else (says, error.line)
    lines = text.split("\n")
    [edit] = [(edit, m) for pattern, edit in EDITS if (m := re.fullmatch(pattern, says))]
    lines[number - 1] = edit[0](lines[number - 1], *edit[1].groups())
    return "\n".join(lines), None


def assert_works(text, error, fix, **options):
    """A fix, made by hand, gives a network in which the layer has the size that was promised."""
    says, promised = re.fullmatch(r"(.*) gives ([\dx]+)", fix).groups()
    changed, size = applied(text, error, says)
    assert (changed, size) != (text, None), fix
    network = striate.resolve(changed, input=size, **options)
    path = re.sub(r"[+|]", "[+|]", error.message.split(" (line")[0])
    sizes = [node.size for node in network.nodes if re.fullmatch(path, node.path)]
    assert tuple(map(int, promised.split("x"))) in (*sizes, network.output), (changed, fix)


@pytest.mark.parametrize("name", MISFITS)
def test_two_fixes_that_work_or_a_sentence(name):
    text, message = MISFITS[name]
    error = diagnosed(text)
    assert message in error.message
    assert error.excerpt == text.split("\n")[error.line - 1]
    fixes = [fix for fix in error.help if " gives " in fix]
    assert len(fixes) >= 2 or error.help[-1] in SENTENCES
    assert len(fixes) == len({*fixes}) <= 4
    for fix in fixes:
        assert_works(text, error, fix)


@pytest.mark.parametrize("name", STRICT)
def test_strict_refuses_what_flooring_drops_and_says_what_would_tile(name):
    text, working = STRICT[name]
    striate.plan(text)
    error = diagnosed(text, strict=True)
    assert "does not tile" in error.message
    assert working in error.message
    assert error.help[-1] == KEEP
    assert len(error.help) >= 3
    for fix in error.help[:-1]:
        assert_works(text, error, fix, strict=True)


def test_the_textbooks_own_example():
    """(7 - 3)/3 + 1 = 2.33: does not fit."""
    error = diagnosed("INPUT 1x7x7 -> conv2: CONV 2 3x3 stride=3", strict=True)
    assert error.message.startswith(
        "conv2 (line 1): a 3x3 window with stride 3x3 does not tile 7x7"
    )
    assert error.help[:2] == ["pad=1 gives 2x3x3", "stride=2 gives 2x3x3"]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("window", ["pad=1", "a kernel of 3", "CONV?", "an input of 1x5x5"]),
        ("pool", ["pad=1", "ceil", "a kernel of 3", "POOL?"]),
        ("filters in groups", ["2 filters", "groups=1", "ID"]),
        ("transposed", ["to=17", "leaving out to=", "a kernel of 4", "an input of 2x9x9"]),
        ("features", ["features=3600", "| in place of +"]),
        ("flat", ["ID in place of FLATTEN", "ID in place of CONV"]),
        ("channel pool", ["CHANNELPOOL 3", "ID in place of"]),
        ("more channels", ["CHANNELPAD 6", "ID in place of"]),
        ("groups behind", ["filters=8 in 0 (line 2)"]),
    ],
)
def test_what_is_nearest_to_the_trouble_stands_first(name, kinds):
    fixes = diagnosed(MISFITS[name][0]).help
    if len(kinds) == 1:
        assert any(fix.startswith(kinds[0]) for fix in fixes)
    else:
        assert all(fix.startswith(kind) for fix, kind in zip(fixes, kinds, strict=True)), fixes


def test_a_fix_that_only_moves_the_trouble_is_not_shown():
    """pad=1 would fit the first window and make the join fail: only what mends both is shown."""
    error = diagnosed("INPUT 1x3x3\n{\nCONV 1 5x5\n+\nGAP\n}\nFC 3")
    assert "pad=2 gives 1x3x3" not in error.help
    assert error.help[0] == "pad=1 gives 1x1x1"
    error = diagnosed("INPUT 1x3x3\n{\nCONV 1 5x5\n+\nID\n}\nFC 3")
    assert error.help[0] == "pad=2 gives 1x3x3"


def test_a_word_in_a_definition_is_changed_wherever_it_is_used():
    text = "A(c) = CONV c 5x5 -> RELU\nINPUT 1x9x9 -> [A(4)]*4"
    error = diagnosed(text)
    assert (error.line, error.column) == (1, 8)
    assert error.help[0] == "pad=1 gives 4x3x3"
    assert striate.plan(text.replace("5x5", "5x5 pad=1")).row("2.0").size == (4, 3, 3)


def test_where_no_single_change_helps_that_is_said():
    error = diagnosed("INPUT 20\n{\nFC 3x4x5\n+\nFC 2x7x9\n}")
    assert error.help == [
        "no single change of a number in the text, or of the input size, "
        "was found that makes it fit"
    ]


def test_errors_that_are_no_misfit_keep_their_own_help():
    with pytest.raises(OptionError) as caught:
        striate.plan("INPUT 3\nx: RELU\nx: TANH")
    assert caught.value.help == ["give one of them another label"]


# -------------------------------------------------------------- no part of a fix is idle


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        # channels agree already: pad=same alone
        ("INPUT 3x9x9\n{\nCONV 3 3x3\n+\nID\n}", ["pad=same", "kernel=1"]),
        # axes agree already: filters alone
        ("INPUT 3x9x9\n{\nCONV 5 3x3 pad=1\n+\nID\n}", ["filters=3", "| in place of +"]),
        # both differ
        ("INPUT 3x9x9\n{\nCONV 5 3x3\n+\nID\n}", ["filters=3 pad=same", "no other"]),
        # a join of channels never asks for filters
        ("INPUT 3x9x9\n{\nCONV 5 3x3\n|\nID\n}", ["pad=same", "kernel=1"]),
        # groups=2 stand there already, and four filters are enough
        ("INPUT 4x9x9\nCONV 3 3x3 groups=2", ["2 filters", "groups=1", "ID in place"]),
        # so it is where they are far from what was written
        ("INPUT 100x9x9\nCONV 7 3x3 groups=50", ["50 filters", "groups=1", "ID in place"]),
        # neither other groups nor other filters are enough
        ("INPUT 9x9x9\nCONV 7 3x3 groups=4", ["groups=3 with 9 filters", "groups=1", "ID"]),
    ],
)
def test_a_fix_has_no_part_that_changes_nothing(text, kinds):
    fixes = diagnosed(text).help
    assert all(fix.startswith(kind) for fix, kind in zip(fixes, kinds, strict=True)), fixes


def test_no_half_of_a_double_fix_would_do():
    """Of `A pad=same` and `G with F filters` each half alone, made by hand, does not fit."""
    for text in ("INPUT 3x9x9\n{\nCONV 5 3x3\n+\nID\n}", "INPUT 9x9x9\nCONV 7 3x3 groups=4"):
        error = diagnosed(text)
        says = error.help[0].split(" gives ")[0]
        where = f" in {says.split(' in ')[1]}" if " in " in says else ""
        for half in re.split(" (?:with )?", says.removesuffix(where), maxsplit=1):
            changed, _ = applied(text, error, half + where)
            assert changed != text
            diagnosed(changed)


# -------------------------------------------------------------- how much is tried

BLOCKS = "B = CONV 8 3x3 pad=1 -> BN -> RELU\nA = [B]*5\nC = [A]*10\n"
FAR = {
    "input": "INPUT 3x100000x100000\nCONV 4 200000x200000",
    "crop": "INPUT 3x100000x100000\nCROP 99999999",
    "to": "INPUT 3x8x8\nDECONV 4 2x2 stride=2 to=99999999",
    "channels": "INPUT 3x8x8\nCHANNELPOOL 99999999",
    "groups": "INPUT 1000000000x8x8\nCONV 7 3x3 groups=999999999",
    "filters": "INPUT 3x8x8\nCONV 1000000000 1x1\nCONV 7 3x3 groups=999999999",
    "dilation": "INPUT 3x8x8\nCONV 4 999999999 dilation=99999",
    "wide": "INPUT 3x999999999x6\nDECONV 4 1 to=16x4\nPOOL 3",
    "prime": "INPUT 999999937x9x9\nCONV 4 3 groups=2",
    "150 layers": f"{BLOCKS}INPUT 3x32x32\nC\nCONV 7 3x3 groups=5",
    "150 layers, a join": f"{BLOCKS}INPUT 3x32x32\nC\n{{\nC\n+\nPOOL\n}}",
    "5000 layers": "INPUT 3x100x100\n[CONV 4 3x3 pad=1]*5000\nCONV 4 500x500",
    "50000 items": "INPUT 3x8x8\n[[ID]*0]*50000\nCONV 4 50x50",
}


@pytest.mark.parametrize("name", FAR)
def test_the_work_of_trying_is_bounded_and_something_is_found(name, monkeypatch):
    """All tries together go through 20,000 items, or through three times those of the text."""
    work = []

    def counting(tree, settings):
        try:
            made = expand(tree, settings)
        except Misfit as misfit:
            work.append(misfit.visited)
            raise
        work.append(len(made.nodes))
        return made

    monkeypatch.setattr(fixes, "expand", counting)
    error = diagnosed(FAR[name])
    assert sum(work) <= max(20_000, 3 * max(work))
    assert " gives " in error.help[0]


def test_the_last_resort_is_tried_even_where_the_tries_run_out():
    error = diagnosed("INPUT 3x100x100\n[CONV 4 3x3 pad=1]*3000\nCONV 4 500x500")
    assert "ID in place of CONV gives 4x100x100" in error.help


def test_what_stands_in_a_block_costs_no_tries():
    """60 strides within blocks would use them up, before the input that helps is reached."""
    error = diagnosed("INPUT 3x32x32\n[RESIDUAL(8, 2) -> UP 2]*60\nCONV 4 33x33")
    assert any(fix.startswith("an input of ") for fix in error.help)
