"""What is said about a text that cannot be read: line, column, caret, what was expected, help."""

import sys

import pytest

import striate
from striate.errors import LanguageError, OptionError

# text with ^ before the character that is to blame, what is said, and a help line or none
SLIPS = [
    ("CONV 8 3x3 -> ^KONV 8 3x3", "'KONV' is neither a word nor defined", "did you mean 'CONV'?"),
    ("RELU -> ^pol", "'pol' is neither a word nor defined", "did you mean 'POOL'?"),
    ("A(B) = B\nA(^BLOCKK(3))", "'BLOCKK' is neither a word nor defined", None),
    ("A(B=^C(1)) = B\nA", "'C' is neither a word nor defined", None),
    ("CONV 8 3x3 ^RELU", "expected an arrow before 'RELU'", "CONV -> RELU"),
    ("CONV 8 3x3 ^5", "CONV takes only filters and kernel: expected an arrow before '5'",
     "for example CONV 16 5x5 stride=2 pad=2"),
    ("RELU ^3", "RELU takes no numbers: expected an arrow before '3'", None),
    ("CONV 8 ^[RELU]", "expected an arrow or a new line, found '['", None),
    ("RELU ^] -> ID", "expected an arrow or a new line, found ']'", None),
    ("A = RELU ^)", "expected an arrow or a new line, found ')'", None),
    ("RELU^*2", "only a bracket repeats, RELU does not", "put it in brackets: [RELU ...]*n"),
    ("A = ID\n[A^*2]", "only a bracket repeats, A does not", "put it in brackets: [A ...]*n"),
    ("[RELU -> TANH^", "expected ']' to close the '[' of line 1, found the end of the text", None),
    ("[RELU\n(TANH^]", "expected ')' to close the '(' of line 2, found ']'", None),
    ("{ RELU + TANH^", "expected '}' to close the '{' of line 1, or + or |, found the end", None),
    ("{ RELU + TANH ^| ID }", "+ and | do not mix in one brace",
     "put the inner join in braces of its own"),
    ("{ RELU^+TANH }", "write a blank on both sides of '+'", None),
    ("{ RELU ^|TANH }", "write a blank on both sides of '|'", None),
    ("RELU -> ^-> TANH", "expected a word, a name or a bracket, found '->'", None),
    ("RELU ->^", "expected a word, a name or a bracket, found the end of the text", None),
    ("^-> RELU", "expected a word, a name or a bracket, found '->'", None),
    ("a: ^b: RELU", "expected a word, a name or a bracket, found 'b'", None),
    ("RELU ^? 2", "expected an arrow or a new line, found '?'", None),
    ("CONV 8 ^strid=2", "CONV has no option 'strid'", "did you mean 'stride'?"),
    ("POOL 2 ^count=no", "POOL has no option 'count'", "for example POOL 3 stride=2"),
    ("POOL 2 ^bias=no", "POOL has no option 'bias'", "for example POOL 3 stride=2"),
    ("CONV 8 3x3 pad=1 ^pad=2", "pad is given twice", None),
    ("CONV 8 3x3 same ^pad=2", "the padding is given twice", None),
    ("CONV 8 3x3 same ^valid", "the padding is given twice", None),
    ("CONV 8 3x3 pad=^]", "expected a number or a name, found ']'", None),
    ("CONV (2 ^RELU", "expected ')' to close the parenthesis, found 'RELU'", None),
    ("A(c) = CONV c\nA(3 ^4)", "expected ',' or ')' after an argument, found '4'", None),
    ("A(^3) = CONV c\nID", "expected the name of a parameter, found '3'", None),
    ("A = RELU\n^A = TANH", "'A' is defined already, in line 1", None),
    ("^CONV = RELU", "'CONV' is a word of the language: this definition needs another name", None),
    ("A = RELU\nID -> ^A 3", "expected an arrow after 'A', found '3'",
     "a definition takes arguments: A(...)"),
    ("CONV 8 ^3x3y", "cannot read '3x3y'",
     "write numbers of at most 12 digits, a size as 3x224x224, a number and a name apart"),
    ("CONV ^1234567890123 3", "cannot read '1234567890123'", None),
    ("RELU ^% TANH", "cannot read '%'", None),
    ("RELU\n\tTANH -> ^; ID", "cannot read ';'", None),
    ("^1234567890: RELU", "the label 1234567890 is too large a number", None),
    ("^# nothing here", "there is no network in the text",
     "for example INPUT 1x28x28 -> CONV 8 3x3 -> RELU -> POOL -> FC"),
    ("[" * 101 + "^" + "[" * 300 + "RELU", "brackets are nested too deeply here: more than 100",
     None),
    ("{ " * 101 + "^RELU", "brackets are nested too deeply here", None),
    ("CONV " + "(" * 101 + "^8", "brackets are nested too deeply here", None),
    ("CONV (" + "-" * 100 + "^8)", "brackets are nested too deeply here", None),
    ("A(x) = ID\nA" + "(A" * 101 + "(^A", "brackets are nested too deeply here", None),
]  # fmt: skip

# the same, for what is only seen when sizes are known
LATER = [
    ("RELU -> ^INPUT 1x8x8", "INPUT stands only at the beginning", None),
    ("INPUT head=^3 -> RELU", "INPUT: head is one of yes, no", None),
    ("INPUT classes=^no -> FC", "INPUT: classes is a whole number, at least 1", None),
    ("INPUT classes=^0 -> FC", "INPUT: classes is a whole number, at least 1", None),
    ("^SOFTMAX -> RELU", "SOFTMAX stands only at the end",
     "the loss applies it in training and predict afterwards: move it to the end"),
    ("ID -> ^@x", "no item labelled 'x' stands before this", None),
    ("CONV ^n 3x3", "'n' has no value here", "give it a number: n=2"),
    ("A(num) = CONV ^nun 1\nID -> A(3)", "'nun' has no value here", "did you mean 'num'?"),
    ("[RELU]*(1^/2)", "1/2 is not a whole number",
     "numbers in the language are exact: nothing is rounded"),
    ("[RELU]*(1^-3)", "-2 is not a whole number", None),
    ("CONV (4^/(2-2)) 3", "this divides by 0", None),
    ("[RELU]*^3x3", "expected a number here", None),
    ("A = ID\nCONV ^A 3", "CONV: filters is a number, but this is a definition", None),
    ("A(c) = CONV c 1\nID -> ^A", "A needs 'c'", "it is defined as A(c)"),
    ("A(c) = CONV c 1\nID -> ^A(1, 2)", "A takes 1 arguments, found 2", "it is defined as A(c)"),
    ("A(c) = CONV c 1\nID -> ^A(d=2)", "A: 'd' is no parameter of it", "it is defined as A(c)"),
    ("A(c) = CONV c 1\nID -> ^A(1, c=2)", "A: 'c' is given twice", "it is defined as A(c)"),
    ("^A(n) = [RELU]*n", "A needs 'n'", "give it a number: n=2"),
    ("A = ID -> ^A\nID -> A", "'A' calls itself without an end", None),
    ("B = ID\nA(c) = ID -> ^c\nID -> A(3)", "'c' is a number here, not a definition", None),
    ("B = ID\nA(C) = ID -> ^C(1)\nID -> A(B(2))", "'C' holds a call: it takes no arguments", None),
    ("RELU -> 0: ^TANH", "the label 0 is below the position, 1", "from 1 on labels are free"),
    ("ID -> a{i}: ^RELU", "{i} in 'a{i}' counts no repeat", None),
    ("^CONV 3x3 5", "CONV: the kernel is given twice",
     "the number of filters stands before the kernel: CONV 16 5x5"),
    ("[^[ID]*0]*999999999", "more than 100,000 items when repeats are unrolled", None),
]  # fmt: skip


def marked(text):
    """The text without its mark, and the line and column that the mark stood at."""
    before, _, after = text.partition("^")
    return before + after, before.count("\n") + 1, len(before) - before.rfind("\n")


def says_where(error, text, line, column):
    """The message carries the place, its line of the text, and a caret below the column."""
    shown = str(error).splitlines()
    assert shown[0].startswith(f"{line}:{column}: ")
    assert shown[1] == "    " + text.split("\n")[line - 1].replace("\t", " ")
    assert shown[2] == " " * (column + 3) + "^"
    assert (error.line, error.column) == (line, column)


@pytest.mark.parametrize(("text", "message", "help"), SLIPS)
def test_a_slip_is_shown_where_it_is(text, message, help):
    text, line, column = marked(text)
    with pytest.raises(LanguageError) as caught:
        striate.read(text)
    assert message in caught.value.message
    assert help is None or help in caught.value.help
    says_where(caught.value, text, line, column)


@pytest.mark.parametrize("limit", [1000, 20_000])
def test_how_deep_brackets_may_be_does_not_follow_from_python(limit):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, before))
    try:
        deepest = striate.resolve("INPUT 1x8x8 -> " + "[" * 100 + "RELU" + "]" * 100)
        with pytest.raises(LanguageError, match="more than 100"):
            striate.read("[" * 101 + "RELU" + "]" * 101)
    finally:
        sys.setrecursionlimit(before)
    assert [node.path for node in deepest.nodes] == ["input", "0"]


@pytest.mark.parametrize(("text", "message", "help"), LATER)
def test_what_is_seen_when_it_is_expanded_is_shown_where_it_is(text, message, help):
    text, line, column = marked(text)
    with pytest.raises(LanguageError) as caught:
        striate.plan(text, input=(1, 8, 8))
    assert message in caught.value.message
    assert help is None or help in caught.value.help
    says_where(caught.value, text, line, column)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CONV 0 3x3", "CONV: filters is a whole number, at least 1, found 0"),
        ("CONV (3/2) 3x3", "CONV: filters is a whole number, at least 1, found 3/2"),
        ("CONV 4 0x3", "CONV: kernel is at least 1 everywhere, found 0x3"),
        ("CONV 4 3 stride=0", "CONV: stride is a whole number, at least 1, found 0"),
        ("CONV 4 3 pad=1//2", "pad=1//2 is not before/after for each axis"),
        ("CONV 4 3 pad=1x1x1", "padding has 3 entries for 2 axes"),
        ("CONV 4 3 pad=edge", "CONV: pad is a number or one of same, valid, full"),
        ("CONV 4 3 bias=3", "CONV: bias is one of yes, no, found 3"),
        ("CONV 4 3 mode=nearest", "CONV: mode is one of zeros, edge, reflect, circular"),
        ("CONV 4 3 connect=0/0//0", "connect=0/0//0: a filter needs channels"),
        ("CONV 4 3 connect=0..1", "connect=0..1 holds something that is not a number"),
        ('CONV 4 3 connect="no.txt"', "there is no connection table no.txt"),
        ("CONV 4 3 connect=(2)", "CONV: connect is a table, and no groups beside it"),
        ("CONV 4 3 groups=2 connect=0/1", "CONV: connect is a table, and no groups beside it"),
        ("DROPOUT 1", "DROPOUT: the rate is at least 0 and below 1, found 1"),
        ("BN eps=same", "BN: eps is a number"),
        ("BN eps=1e99", "BN: eps is a number, at most"),
        ("CROP", "CROP: size is a number or a size, which is missing"),
        ("FC 0x3", "FC: a shape is at least 1 in every number, found 0x3"),
        ("UP 2 mode=edge", "UP: mode is one of nearest, linear, found edge"),
        ("CHANNELPAD 0", "CHANNELPAD: channels is a whole number, at least 1, found 0"),
        ("ADAPTIVE 0", "ADAPTIVE: size is a whole number, at least 1, found 0"),
        ("x: RELU -> x: RELU", "two layers would have the path 'x'"),
        ("[RELU]*20000", "the network has more than 10,000 layers"),
    ],
)
def test_a_number_or_word_that_cannot_be_names_the_layer_and_its_line(text, message):
    with pytest.raises(OptionError) as caught:
        striate.plan(f"\n{text}", input=(1, 8, 8))
    assert message in caught.value.message
    assert "(line 2): " in caught.value.message
    assert caught.value.line == 2
    assert caught.value.excerpt == text


@pytest.mark.parametrize("size", ["n", "3.5", "(2+1)", "same"])
def test_the_size_of_an_input_is_written_in_whole_numbers(size):
    with pytest.raises(LanguageError, match="the size of INPUT is written in whole numbers"):
        striate.plan(f"INPUT {size} -> RELU")


def test_a_network_without_a_size_says_how_to_give_one():
    with pytest.raises(LanguageError, match="the network has no input size") as caught:
        striate.plan("CONV 8 3x3")
    assert caught.value.help == [
        "write it in the text, INPUT 3x224x224, or give it: --input 3x224x224"
    ]
    with pytest.raises(OptionError, match="at least 1 in every number, found 3x0x4"):
        striate.plan("INPUT 3x0x4 -> RELU")


def test_a_definition_that_is_not_there_names_those_that_are():
    with pytest.raises(LanguageError, match="the text does not define 'C'") as caught:
        striate.read("A = RELU\nB = TANH", network="C")
    assert caught.value.help == ["it defines A, B"]


def test_a_file_is_named_with_the_place(tmp_path):
    path = tmp_path / "mine.cnn"
    path.write_text("INPUT 1x8x8\nRELU -> KONV 8 3x3\n", "utf-8")
    with pytest.raises(LanguageError) as caught:
        striate.read(path)
    assert str(caught.value).startswith(f"{path}:2:9: 'KONV'")


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "there is no such file"), (b"\xff\xfe", "codec can't decode")],
)
def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path, content, message):
    if content is not None:
        (tmp_path / "net.cnn").write_bytes(content)
    with pytest.raises(LanguageError, match=message):
        striate.read(str(tmp_path / "net.cnn"))


def test_a_name_that_the_zoo_does_not_have_suggests_one_that_it_has():
    with pytest.raises(LanguageError, match="there is no network 'lenet6' in the zoo") as caught:
        striate.read("lenet6")
    assert caught.value.help == ["did you mean 'lenet5'?"]
