"""Files of results: a line that was cut off costs nothing but itself."""

from tests.benchmarks.written import entries, open_for_more, write


def test_what_is_written_after_a_line_that_was_cut_off_is_read(tmp_path):
    path = tmp_path / "some.jsonl"
    assert [*entries(path)] == []
    for start, end in ((1, '{"number": 2'), (3, ""), (4, '{"nu')):
        with open_for_more(path) as file:
            write({"number": start}, file)
            assert [*entries(path)][-1] == {"number": start}  # at once
            file.write(end)
    assert [entry["number"] for entry in entries(path)] == [1, 3, 4]
