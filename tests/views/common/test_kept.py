from __future__ import annotations

from nbconvert.exporters import HTMLExporter

from oneshot_lab.views.common.kept import KEPT, PICTURE, WIDGET, keep

VIEW = {"version_major": 2, "version_minor": 0, "model_id": "x"}


def test_the_picture_is_all_that_other_programs_know_of_a_view() -> None:
    kept = keep({"text/plain": "GraphView(…)", WIDGET: VIEW}, "<svg/>")
    assert kept == {"text/plain": "GraphView(…)", KEPT: VIEW, PICTURE: "<svg/>"}


def test_a_view_that_was_closed_leaves_nothing() -> None:
    assert keep(None, "<svg/>") is None


def test_exporters_would_take_the_widget_first() -> None:
    """Why it is not there: see `keep`. Where this is true no more, it can be."""
    order = HTMLExporter().default_config.NbConvertBase.display_data_priority
    assert order.index(WIDGET) < order.index(PICTURE)
