from dataclasses import replace

import pytest

from oneshot_lab.errors import DataError
from oneshot_lab.supernet.data import Data
from oneshot_lab.views.lab.data_panel import DataPanel
from tests.views.parts import living


@pytest.fixture
def panel_of(session):
    made = []

    def make(**changes):
        session.settings.data = replace(session.data, **changes)
        made.append(DataPanel(session))
        return made[-1].shown.value

    yield make
    for panel in made:
        panel.close()


def test_it_shows_the_report_with_everything_of_note(session, panel_of):
    shown = panel_of(notes=("one thing", "another"))
    assert shown == session.data.report()._repr_html_()
    assert "digits: 200 images" in shown
    assert "<li>one thing</li><li>another</li>" in shown
    assert shown.count("<img") == 10


def test_names_and_notes_of_files_are_text(session, panel_of):
    names = ("<script>x</script>", *session.data.class_names[1:])
    shown = panel_of(name="<img src=x> \ud800", notes=("<b>a</b>.png \ud800 left out",), class_names=names)
    assert "&lt;img src=x&gt; ?" in shown
    assert "<li>&lt;b&gt;a&lt;/b&gt;.png ? left out</li>" in shown
    assert "<script" not in shown
    shown.encode()


def test_images_that_cannot_be_read_for_the_report_are_told_with_what_is_known(panel_of, monkeypatch):
    def report(data):
        raise DataError("it cannot be read", where="<b>.png")

    monkeypatch.setattr(Data, "report", report)
    assert panel_of(notes=("a & b",)) == "<p>digits</p><p>a &amp; b</p><p>&lt;b&gt;.png: it cannot be read</p>"


def test_closing_leaves_nothing_behind(session):
    before = living()
    for _ in range(3):
        DataPanel(session).close()
    assert living() == before
