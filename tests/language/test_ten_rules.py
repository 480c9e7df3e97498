"""The ten rules of the language, each by small texts that planning expands."""

import pytest

import striate
from striate.errors import LanguageError, OptionError, ShapeError
from striate.language import layers as L

LECTURE_ONE = "INPUT -> [[CONV -> RELU] *N -> POOL]*M -> [FC->RELU]*K -> FC"
LECTURE_TWO = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX"


def nodes(text, **options):
    options.setdefault("input", (2, 8, 8))
    return striate.resolve(text, **options).nodes[1:]


def paths(text, **options):
    return [node.path for node in nodes(text, **options)]


def words(text, **options):
    return [row.word for row in striate.plan(text, **{"input": (2, 8, 8), **options}).rows]


def layer(text, place=-1, **options):
    return nodes(text, **options)[place].layer


# ---------------------------------------------------------------- 1. levels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RELU -> TANH", ["0", "1"]),
        ("[RELU -> (TANH)]*2 -> ID", ["0", "1", "2", "3", "4"]),
        ("a: RELU -> TANH -> b: ID", ["a", "1", "b"]),
        ("x: [RELU -> TANH] -> ID", ["x.0", "x.1", "1"]),
        ("x: [RELU]*2 -> ID", ["x.0", "x.1", "1"]),
        ("x.y: RELU -> ID", ["x.y", "1"]),
        ("3: RELU -> ID", ["3", "4"]),
        ("RELU -> 1: [TANH -> 5: ID -> ID] -> ID", ["0", "1.0", "1.5", "1.6", "2"]),
        ("A = RELU -> a: TANH\nID -> A -> x: A", ["0", "1.0", "1.a", "x.0", "x.a"]),
        ("A = RELU\nB = A\nx: B -> B -> ID", ["x.0", "1.0", "2"]),
        ("A = x: RELU\nB = y: A\nB", ["y.x"]),
        ("A = RELU -> TANH\nA", ["0", "1"]),
        ("INPUT 2x8x8 -> RELU -> x: TANH -> @x -> POOL? 9 -> ID", ["0", "x", "2", "3"]),
        ("{ RELU + x: TANH } -> ID", ["0", "x", "+", "2"]),
        ("{ RELU + TANH } -> { ID + ID }", ["0", "1", "+1", "2", "3", "+2"]),
        ("x: { RELU | TANH }", ["x.0", "x.1", "x.|"]),
        ("[a{i}: RELU]*3", ["a1", "a2", "a3"]),
        ("[a{i}: [[b{i}: RELU]*2]]*2", ["a1.b1", "a1.b2", "a2.b1", "a2.b2"]),
        ("[a{i}.b: RELU]*2", ["a1.b", "a2.b"]),
        ("x: [RELU]*0 -> ID", ["1"]),
    ],
)
def test_1_paths_are_labels_and_positions(text, expected):
    assert paths(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("RELU -> ID -> 1: TANH", "the label 1 is below the position, 2"),
        ("x: RELU -> x: TANH", "two layers would have the path 'x'"),
        ("[x: RELU]*2", "two layers would have the path 'x'"),
        ("x: RELU -> x.y: TANH", "'x' would be a layer and hold others"),
        ("x.y: RELU -> x: TANH", "'x' would be a layer and hold others"),
        ("a{i}: RELU", "{i} in 'a{i}' counts no repeat"),
        ("A = a{i}: RELU\n[ID -> A]*2", "{i} in 'a{i}' counts no repeat"),
    ],
)
def test_1_paths_that_cannot_be(text, message):
    with pytest.raises((LanguageError, OptionError)) as caught:
        paths(text)
    assert message in str(caught.value)


# ---------------------------------------------------------------- 2. lines


@pytest.mark.parametrize(
    "text",
    [
        "RELU\nTANH\n\n# remark\nID",
        "RELU # a remark -> POOL\n-> TANH -> \n ID",
        "RELU - TANH,ID",
        "RELU→TANH ->\nID",
        "[RELU\nTANH\n]\nID",
        "\r\nRELU\r\n\tTANH\r\nID\r\n",
        "x = RELU\n  TANH\n   \n  ID\nx",
        "x =\n  RELU -> TANH -> ID",
        "x = [\nRELU\nTANH\n] -> ID",
        "x = RELU\n-> TANH\n-> ID",
        "x = RELU\ny = x\n  TANH\ny, ID",
    ],
)
def test_2_a_new_line_is_an_arrow_where_one_may_stand(text):
    assert words(text)[-3:] in (["RELU", "TANH", "ID"],)


def test_2_a_definition_ends_where_a_line_stands_as_far_left_as_its_name():
    assert words("  x = RELU\n    TANH\n  ID\n  x") == ["ID", "RELU", "TANH"]


def test_2_options_go_on_after_a_new_line():
    assert layer("CONV 4\n  3x3\n  pad=1\n  bias=no\nRELU", 0) == layer("CONV 4 3x3 pad=1 bias=no")
    assert words("CONV 4 3x3\n pad=1\nRELU") == ["CONV", "RELU"]


# ---------------------------------------------------------------- 3. numbers


@pytest.mark.parametrize(
    ("number", "filters"),
    [
        *(("3*c", 12), ("c/2", 2), ("(c-1)", 3), ("(c - 1)*2", 6), ("c+1", 5), ("(c/2+1)*3", 9)),
        *(("(1 + (c == 4))", 2), ("1+(c!=4)", 1), ("(1+(c<5)+(c>5))", 2), ("2*in", 4)),
        *(("(1+(c<=4)+(c>=5))", 2), ("(in-1)", 1)),
    ],
)
def test_3_numbers_are_exact(number, filters):
    assert layer(f"A(c) = CONV {number} 1\nA(4)").filters == filters


def test_3_in_is_what_arrives_where_it_is_written_or_called():
    text = "A(c) = CONV 5 1 -> CONV c 1 -> CONV in 1\nCONV 3 1 -> A(in+1)"
    assert [node.size[0] for node in nodes(text)] == [3, 5, 4, 4]


def test_3_a_minus_outside_parentheses_is_an_arrow():
    assert words("CONV 3-RELU") == ["CONV", "RELU"]
    assert words("[RELU]*2-ID") == ["RELU", "RELU", "ID"]
    assert words("[RELU]*(3-1)") == ["RELU", "RELU"]


def test_3_repeats_of_nothing_are_nothing_and_a_branch_of_nothing_is_the_value_itself():
    assert words("ID -> [RELU]*0 -> ID") == ["ID", "ID"]
    assert nodes("TANH -> { RELU + [ID]*0 }")[-1].inputs == (2, 1)
    assert words("A(c) = [RELU]*(in!=c)\nID -> A(2) -> A(3)") == ["ID", "RELU"]


def test_3_plus_sums_and_bar_joins_on_channels_and_the_arrow_binds_tighter():
    summed, joined = nodes("{ RELU -> TANH + ID }")[-1], nodes("{ RELU | CONV 3 1 -> ID }")[-1]
    assert (summed.layer, summed.inputs, summed.size) == (L.Add(), (2, 3), (2, 8, 8))
    assert (joined.layer, joined.inputs, joined.size) == (L.Concatenate(), (1, 3), (5, 8, 8))


def test_3_what_cannot_be_joined_shows_both_sizes():
    with pytest.raises(ShapeError, match="needs equal sizes, found 2x8x8 and 3x8x8"):
        nodes("{ ID + CONV 3 1 }")
    with pytest.raises(ShapeError, match="but for the channels, found 2x8x8 and 2x4x4"):
        nodes("{ ID | POOL }")


# ---------------------------------------------------------------- 4. axes


@pytest.mark.parametrize(
    ("size", "rank"), [("3x32x32", 2), ("1x8000", 1), ("3x16x112x112", 3), ("2×9×9", 2)]
)
def test_4_the_axes_come_from_input_and_one_number_means_every_axis(size, rank):
    network = striate.resolve(f"INPUT {size} -> CONV 4 3 pad=1")
    assert network.nodes[1].layer.window.kernel == (3,) * rank


def test_4_features_have_no_axes():
    assert striate.resolve("INPUT 784 -> FC 10").output == (10,)


def test_4_a_matrix_prints_a_note():
    plan = striate.plan("INPUT 28x28 -> RELU")
    assert plan.notes == ("28x28 is 28 channels along one axis: a grey image would be 1x28x28",)
    assert plan.notes[0] in str(plan)


@pytest.mark.parametrize(
    ("size", "right"), [("32x32x3", "3x32x32"), ("8000x1", "1x8000"), ("9x8x7x4", "4x9x8x7")]
)
def test_4_channels_at_the_end_are_an_error_that_shows_the_right_order(size, right):
    with pytest.raises(OptionError, match="channels come first") as caught:
        striate.plan(f"INPUT {size} -> RELU")
    assert caught.value.help == [f"write {right}"]


# ---------------------------------------------------------------- 5. lists


@pytest.mark.parametrize(
    ("pad", "sides"),
    [
        ("1", ((1, 1), (1, 1))),
        ("1x2", ((1, 1), (2, 2))),
        ("0/1", ((0, 1), (0, 1))),
        ("0/1x2/3", ((0, 1), (2, 3))),
        ("0/1×2", ((0, 1), (2, 2))),
        ("(4/2)", ((2, 2), (2, 2))),
        ("same", ((1, 1), (1, 1))),
        ("valid", ((0, 0), (0, 0))),
        ("full", ((2, 2), (2, 2))),
    ],
)
def test_5_padding_has_sides(pad, sides):
    assert layer(f"CONV 4 3x3 pad={pad}").window.padding == sides


def test_5_same_valid_and_full_stand_alone_too():
    for word in ("same", "valid", "full"):
        assert layer(f"CONV 4 3x4 {word}") == layer(f"CONV 4 3x4 pad={word}")


@pytest.mark.parametrize("option", ["tiles=4/2", "pad= 4/2", "Pad = 4/2"])
def test_5_a_quotient_takes_parentheses(option):
    with pytest.raises(LanguageError, match="a bare / separates"):
        layer(f"TILED 4 3x3 {option}")


@pytest.mark.parametrize(
    ("connect", "table"),
    [("01/1", ((0, 1), (1,))), ("0.1/1.1", ((0, 1), (1,))), ("10/0", ((0, 1), (0,)))],
)
def test_5_a_connection_table(connect, table):
    assert layer(f"CONV 2 3x3 connect={connect}").connect == table


def test_5_a_connection_table_from_a_file_beside_the_text(tmp_path):
    (tmp_path / "table.txt").write_text("0 1\n\n1\n", "utf-8")
    (tmp_path / "net.cnn").write_text('INPUT 2x8x8\nCONV 2 3x3 connect="table.txt"\n', "utf-8")
    network = striate.resolve(tmp_path / "net.cnn")
    assert network.nodes[1].layer.connect == ((0, 1), (1,))
    assert striate.write(network) == "INPUT 2x8x8 -> CONV 2 3x3 connect=01/1\n"


# ---------------------------------------------------------------- 6. taps


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("a: RELU -> TANH -> @a -> ID", (1,)),
        ("a: [RELU -> TANH] -> ID -> @a -> ID", (2,)),
        ("a: [b: RELU] -> @a.b -> ID", (1,)),
        ("a: { RELU + TANH } -> ID -> @a -> ID", (3,)),
        ("RELU -> a: [TANH]*0 -> ID -> @a -> ID", (1,)),
        ("a: RELU -> b: @a -> TANH -> @b -> ID", (1,)),
        ("image: INPUT 2x8x8 -> RELU -> @image -> ID", (0,)),
        ("[a{i}: RELU]*3 -> @a2 -> ID", (2,)),
        ("[RELU -> a{i}: TANH -> { @a{i} + ID }]*2 -> @a1 -> ID", (2,)),
        ("a: RELU -> x: [a: TANH -> ID -> @a -> ID]", (2,)),
        ("a: RELU -> x: [TANH -> @a -> ID]", (1,)),
        ("A = a: RELU -> TANH -> @a\nx: A -> ID -> @x.a -> ID", (1,)),
    ],
)
def test_6_a_tap_is_the_value_that_leaves_the_labelled_item(text, inputs):
    assert nodes(text)[-1].inputs == inputs


def test_6_a_tap_tells_a_size():
    text = "a: CONV 3 3x3 -> POOL 2 -> DECONV 4 2x2 stride=2 to=@a"
    assert nodes(text)[-1].size == (4, 6, 6)
    assert nodes("a: CONV 3 3x3 -> UP 2 to=@a")[-1].size == (3, 6, 6)
    assert nodes("a: CONV 3 3x3 -> UP 2 -> CROP to=@a")[-1].size == (3, 6, 6)


def test_6_a_label_stands_earlier():
    with pytest.raises(LanguageError, match="no item labelled 'b' stands before this") as caught:
        nodes("a: RELU -> @b -> b: TANH")
    assert caught.value.help == ["labels so far: a"]


def test_6_only_to_takes_a_tap():
    with pytest.raises(LanguageError, match="only `to` takes a tap"):
        nodes("a: RELU -> CONV 3 3x3 stride=@a")


# ---------------------------------------------------------------- 7. head


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CONV 4 3x3 -> FC", ["CONV", "FC"]),
        ("CONV 4 3x3 -> FC -> SOFTMAX", ["CONV", "FC"]),
        ("FC 5 -> RELU", ["FC", "RELU", "FC"]),
        ("FC 5", ["FC"]),
        ("FC -> FC", ["FC", "FC"]),
        ("CONV 4 3x3 -> SOFTMAX", ["CONV", "FC"]),
        ("CONV 4 3x3", ["CONV"]),
        ("CONV classes 3x3 -> GAP -> SOFTMAX", ["CONV", "GAP", "FLATTEN"]),
        ("CONV 7 3x3 -> GAP -> SOFTMAX", ["CONV", "GAP", "FLATTEN"]),
        ("CONV 7 3x3 -> RELU -> GAP -> FLATTEN -> SOFTMAX", ["CONV", "RELU", "GAP", "FLATTEN"]),
        ("CONV 7 3x3 -> GAP", ["CONV", "GAP"]),
        ("CONV 8 3x3 -> GAP -> SOFTMAX", ["CONV", "GAP", "FC"]),
        ("CONV 7 3x3 -> SOFTMAX", ["CONV", "FC"]),
        ("FC 7 -> RELU", ["FC", "RELU", "FC"]),
        ("INPUT head=no -> CONV 8 3x3 -> GAP -> SOFTMAX", ["CONV", "GAP"]),
        ("INPUT head=no -> FC 7 -> RELU", ["FC", "RELU"]),
        ("INPUT head=yes -> FC 5 -> RELU", ["FC", "RELU", "FC"]),
        ("[FC]*1", ["FC"]),
    ],
)
def test_7_a_head_is_added_where_nothing_names_the_classes(text, expected):
    assert words(text, classes=7) == expected


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("FC", 7),
        ("FC - SOFTMAX", 7),
        ("x: [RELU -> FC] -> SOFTMAX", 7),
        ("x: [y: [FC]]", 7),
        ("A = FC\nRELU -> A", 7),
        ("[FC]*1", 128),
        ("FC -> RELU -> FC 3", 3),
    ],
)
def test_7_fc_without_a_number_is_the_head_if_it_stands_last_and_in_no_repeat(text, size):
    assert nodes(text, classes=7)[-1].size == (size,)


def test_7_the_head_that_was_added_is_shown_and_stands_before_the_softmax():
    network = striate.resolve("FC 5 - RELU, SOFTMAX", input=(2, 8, 8), classes=7)
    assert network.notes == ("FC classes was added at the end, as '2'",)
    assert striate.write(network).endswith("RELU -> FC 7 -> SOFTMAX\n")


def test_7_a_flat_end_that_was_added_is_shown_too():
    network = striate.resolve("CONV classes 1 - GAP - SOFTMAX", input=(2, 8, 8), classes=7)
    assert network.notes == ("FLATTEN was added at the end, as '2'",)
    assert network.output == (7,)


def test_7_classes_is_a_name_until_somebody_gives_a_number():
    network = striate.resolve("INPUT 1x28x28 -> FC")
    assert network.output == (10,)
    assert network.notes == ("classes = 10, as none were given",)
    assert striate.write(network) == "INPUT 1x28x28 -> FC classes\n"


def test_7_input_says_how_many_classes_there_are_until_somebody_gives_a_number():
    text = "A = INPUT 3x256x256 classes=2 -> CONV 4 1x1 -> CONV classes 1x1\nA"
    assert striate.resolve(text).output == (2, 256, 256)
    assert striate.resolve(text, classes=5).output == (5, 256, 256)
    assert striate.plan(text, input="3xHxW").row("1").size[0] == 2
    assert striate.write(text) == ("INPUT 3x256x256 classes=2 -> CONV 4 1x1 -> CONV classes 1x1\n")
    assert "classes=" not in striate.write(striate.resolve(text, classes=5))
    bent = "INPUT 3x8x8 classes=2 -> FC classes -> RELU\n"
    assert striate.write(bent) == bent


def test_7_softmax_is_no_module_and_stands_at_the_end():
    assert striate.resolve("INPUT 3 -> FC 2 -> SOFTMAX").softmax
    with pytest.raises(LanguageError, match="SOFTMAX stands only at the end"):
        nodes("SOFTMAX -> RELU")


# ---------------------------------------------------------------- 8. X?


def test_8_a_word_is_kept_when_its_window_is_no_larger_than_the_padded_input():
    for word in ("POOL? 9", "CONV? 4 9x9", "AVGPOOL? 9", "UNSHARED? 4 9x9"):
        assert words(word) == ["ID"]
        assert words(word, input=(2, 9, 9)) != ["ID"]
        assert words(f"{word} pad=1") != ["ID"]


def test_8_one_left_out_keeps_its_number_does_not_double_the_filters_and_is_noted():
    plan = striate.plan("CONV -> POOL? 9 -> CONV -> POOL? 8 -> CONV", input=(1, 8, 8))
    assert [row.size[0] for row in plan.rows] == [32, 32, 32, 32, 64]
    assert [row.path for row in plan.rows] == ["0", "1", "2", "3", "4"]
    assert plan.rows[1].notes == ("POOL? is left out: its window is larger than 8x8",)


# ---------------------------------------------------------------- 9. names


def test_9_words_are_case_blind_and_labels_and_definitions_are_not():
    assert words("relu -> Tanh -> maxPool 2") == ["RELU", "TANH", "POOL"]
    assert paths("a: RELU -> A: TANH -> conv: ID -> CONV: BN") == ["a", "A", "conv", "CONV"]
    assert words("R = RELU\nr = TANH\nR -> r") == ["RELU", "TANH"]


def test_9_a_parameter_goes_before_a_definition_and_hides_a_word_of_its_spelling():
    assert layer("n = RELU\nA(n) = CONV n 1\nA(3)").filters == 3
    assert words("A(bn) = [BN]*bn -> ID\nA(2)") == ["BN", "BN", "ID"]


@pytest.mark.parametrize("name", ["CONV", "POOL", "in", "classes"])
def test_9_definitions_and_parameters_are_no_words(name):
    for text in (f"{name} = RELU", f"A({name}) = RELU"):
        with pytest.raises(LanguageError, match=f"'{name}' is a word of the language"):
            striate.read(text)


@pytest.mark.parametrize(
    "call", ["A(8, 3)", "A(8)", "A(c=8)", "A(8, k=3)", "A(k=3, c=8)", "A(\n8,\n3\n)"]
)
def test_9_arguments_by_position_by_name_and_by_default(call):
    assert layer(f"A(c, k=3) = CONV c k\nID -> {call}") == layer("CONV 8 3")


def test_9_an_argument_is_a_number_a_size_a_definition_or_a_call():
    assert layer("A(k) = CONV 4 k\nID -> A(1x7)").window.kernel == (1, 7)
    assert words("R = RELU\nA(B) = B -> ID\nA(R)") == ["RELU", "ID"]
    assert layer("C(c, k=1) = CONV c k\nA(B) = B(5, 3)\nID -> A(C)") == layer("CONV 5 3")
    assert layer("C(c, k=1) = CONV c k\nA(B) = B\nID -> A(C(5, k=3))") == layer("CONV 5 3")
    assert layer("C(c) = CONV c 1\nA(B=C(6)) = B\nID -> A").filters == 6
    assert layer("A(c, d=2*c) = CONV d 1\nID -> A(3)").filters == 6


def test_9_an_argument_that_is_a_call_belongs_to_where_it_was_written():
    text = "C(c) = CONV c 1\nA(B, c) = B -> CONV c 1\nD(c) = A(C(c), 7)\nID -> D(3)"
    assert [node.size[0] for node in nodes(text)] == [2, 3, 7]


def test_9_a_network_is_the_last_item_or_the_definition_asked_for():
    text = "a = RELU\nb = TANH\n"
    assert words(text) == ["TANH"]
    assert words(striate.read(text, network="a")) == ["RELU"]
    assert words(f"{text}a -> b\nc = ID\n") == ["ID"]
    assert words(f"{text}c = ID\na -> b") == ["RELU", "TANH"]


def test_9_numbers_from_outside_go_into_the_text_and_into_the_network_s_own_definition():
    assert words("[RELU]*N", N=2) == ["RELU"] * 2
    assert words("A(N, M=1) = [RELU]*N -> [ID]*M", N=1, M=2) == ["RELU", "ID", "ID"]
    assert words("B = [RELU]*N\nID -> B", N=2) == ["ID", "RELU", "RELU"]


def test_9_a_number_that_the_text_does_not_ask_for_is_an_error():
    with pytest.raises(OptionError, match="no number 'M' that could be given"):
        striate.read("[RELU]*N", N=1, M=2)


def test_9_an_input_may_stand_in_a_definition():
    assert striate.plan("net = INPUT 3x9x9 -> CONV 2 3x3").rows[0].size == (2, 7, 7)


# ---------------------------------------------------------------- 10. words


def test_10_only_a_left_out_kernel_means_3x3_same():
    assert layer("CONV") == L.Convolution(32, layer("CONV 32 3x3 same").window)
    assert layer("CONV 5") == layer("CONV 5 3x3 pad=1")
    assert layer("CONV 5 3x3").window.padding == ((0, 0), (0, 0))
    assert layer("CONV 5 stride=2") == layer("CONV 5 3x3 pad=1 stride=2")


def test_10_a_pool_steps_by_its_kernel_and_nothing_else_does():
    assert layer("POOL").window.stride == layer("POOL").window.kernel == (2, 2)
    assert layer("POOL 3x2").window.stride == (3, 2)
    assert layer("CONV 4 2x2").window.stride == layer("DECONV 4 2x2").window.stride == (1, 1)


def test_10_filters_double_after_each_pool():
    assert [n.size[0] for n in nodes("CONV - POOL - CONV - AVGPOOL - CONV")] == [
        32,
        32,
        64,
        64,
        128,
    ]


def test_10_fc_may_give_a_shape_and_is_128_by_default():
    assert nodes("FC 16x7x7 -> CONV 3 3x3")[1].size == (3, 5, 5)
    assert nodes("FC -> RELU -> FC 3")[0].size == (128,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MAXPOOL 2", L.Pool("max", L.Window.of(2, rank=2, stride=2))),
        (
            "AVGPOOL 2 count=no",
            L.Pool("average", L.Window.of(2, rank=2, stride=2), count_padding=False),
        ),
        ("MINPOOL 2 ceil", L.Pool("min", L.Window.of(2, rank=2, stride=2), ceil=True)),
        ("ADAPTIVE 3", L.Adaptive((3, 3))),
        ("ADAPTIVE 3x2 mode=max", L.Adaptive((3, 2), "max")),
        ("DENSE 5 bias=no", L.Dense(5, bias=False)),
        ("CHANNELPOOL 2", L.ChannelPool(2)),
        ("CHANNELPAD 7", L.ChannelPad(7)),
        ("LRN", L.LocalResponse(5)),
        ("LRN 3 alpha=0.5 beta=1 k=2", L.LocalResponse(3, 0.5, 1.0, 2.0)),
        ("SCALE 0.000001", L.Scale(1e-6)),
        ("SCALE 1e-6", L.Scale(1e-6)),
        ("DROPOUT", L.Dropout(0.5)),
        ("DROPOUT .2", L.Dropout(0.2)),
        ("BN eps=0.001", L.BatchNorm(0.001)),
        ("LAYERNORM", L.LayerNorm(1e-6)),
        ("UP", L.Upsample(2)),
        ("UP 3 mode=linear", L.Upsample(3, "linear")),
        ("CROP 4x3", L.Crop((4, 3))),
        ("PAD 2 mode=reflect", L.Pad(((2, 2), (2, 2)), "reflect")),
        ("PAD pad=1/0", L.Pad(((1, 0), (1, 0)))),
        ("LEAKYRELU", L.Activation("leakyrelu", 0.01)),
        ("ID - gelu", L.Activation("gelu")),
        ("CONV 4 3x3 groups=2 dilation=2 mode=edge pad=1 bias=no",
         L.Convolution(4, L.Window.of(3, rank=2, padding=1, dilation=2), 2, None, False, "edge")),
        ("TILED 4 3x3 tiles=2x3", L.Tiled(4, L.Window.of(3, rank=2), (2, 3))),
        ("DECONV", L.Transposed(32, L.Window.of(2, rank=2, stride=2))),
        ("SEPARABLE 4 3x3", L.Separable(4, L.Window.of(3, rank=2))),
    ],
)  # fmt: skip
def test_10_words_and_options(text, expected):
    assert layer(text) == expected


# ---------------------------------------------------------------- the lectures' spellings


@pytest.mark.parametrize("convolutions", [1, 2, 5])
@pytest.mark.parametrize("hidden", [0, 1, 2])
def test_both_lectures_patterns_read_as_they_stand(convolutions, hidden):
    one = words(LECTURE_ONE, N=convolutions, M=3, K=hidden)
    assert one == (["CONV", "RELU"] * convolutions + ["POOL"]) * 3 + ["FC", "RELU"] * hidden + [
        "FC"
    ]
    two = words(LECTURE_TWO, N=convolutions, M=5, K=hidden)
    pools = [["POOL"], ["POOL"], ["POOL"], ["ID"], ["ID"]]
    body = [word for pool in pools for word in ["CONV", "RELU"] * convolutions + pool]
    assert two == body + ["FC", "RELU"] * hidden + ["FC"]
