"""The journal keeps every whole line and drops a torn one."""

from striate.training.journal import NAME, mend_journal, note, read_journal


def test_a_torn_line_is_dropped_and_the_next_one_stands_alone(tmp_path):
    note(tmp_path, "begun", step=0)
    with (tmp_path / NAME).open("a") as file:
        file.write('{"event": "epo')
    assert [entry["event"] for entry in read_journal(tmp_path)] == ["begun"]
    mend_journal(tmp_path)
    note(tmp_path, "begun", step=3)
    assert [entry["step"] for entry in read_journal(tmp_path)] == [0, 3]


def test_a_journal_without_any_whole_line_is_empty(tmp_path):
    mend_journal(tmp_path)
    (tmp_path / NAME).write_text('{"event"')
    mend_journal(tmp_path)
    assert read_journal(tmp_path) == []


def test_a_sentence_may_hold_anything(tmp_path):
    note(tmp_path, "chosen", sentence="“a”\u2028b\nc")
    assert read_journal(tmp_path)[0]["sentence"] == "“a”\u2028b\nc"
