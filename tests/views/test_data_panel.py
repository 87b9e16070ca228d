from dataclasses import replace

import pytest
from ipywidgets.widgets.widget import _instances

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import Data
from oneshot_lab.views.data_panel import DataPanel


@pytest.fixture
def panel_of(session):
    made = []

    def make(**changes):
        session.data = replace(session.data, **changes)
        made.append(DataPanel(session))
        return made[-1]

    yield make
    for panel in made:
        panel.close()


def test_it_says_what_the_data_are_and_everything_of_note(session, panel_of):
    panel = panel_of()
    sizes = [
        f"{split.name} {len(split):,}" for split in (session.data.train, session.data.validation, session.data.test)
    ]
    assert panel.facts.value == f"<b>digits</b>: images 1×8×8, 10 classes; {', '.join(sizes)}"
    assert session.data.notes
    assert panel.notes.value.count("<li>") == len(session.data.notes)


def test_without_notes_that_is_said(panel_of):
    assert panel_of(notes=()).notes.value == "<p>Nothing was changed, passed over or left in doubt.</p>"


def test_names_and_notes_of_files_are_text(panel_of):
    panel = panel_of(name="<img src=x> \ud800", notes=("<b>a</b>.png \ud800 left out",))
    assert "<b>&lt;img src=x&gt; ?</b>" in panel.facts.value
    assert panel.notes.value == "<ul><li>&lt;b&gt;a&lt;/b&gt;.png ? left out</li></ul>"


def test_images_that_cannot_be_read_for_the_report_are_told(panel_of, monkeypatch):
    def report(data):
        raise DataError("it cannot be read", where="<b>.png")

    monkeypatch.setattr(Data, "report", report, raising=False)
    assert panel_of().report.value == "<p>&lt;b&gt;.png: it cannot be read</p>"


def test_closing_leaves_nothing_behind(session):
    before = {*_instances}
    for _ in range(3):
        DataPanel(session).close()
    assert {*_instances} == before
