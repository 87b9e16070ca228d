"""The tests' own hands: what they do to a view is what a browser does, and what they find is what is on the page."""

import pytest
from ipywidgets import HTML, HBox, VBox

from tests.views.parts import classes, deliver, find, living, part, update


@pytest.fixture
def told():
    told = HTML("in")
    told.add_class("osl-told")
    yield told
    told.close()


def test_what_a_handler_raises_is_raised(told):
    def fail(widget, content, buffers):
        raise ZeroDivisionError(content)

    told.on_msg(fail)
    with pytest.raises(ZeroDivisionError, match="7"):
        deliver(told, 7)
    with pytest.raises(Exception, match="value"):
        update(told, value=3)


def test_a_message_and_a_value_arrive(told):
    heard = []
    told.on_msg(lambda widget, content, buffers: heard.append(content))
    deliver(told, {"event": "x"})
    update(told, value="new")
    assert (heard, told.value) == ([{"event": "x"}], "new")


def test_a_part_is_found_by_its_class_while_it_is_on_the_page(told):
    box = VBox([HBox([told]), HTML("out")])
    assert part(box, "osl-told") is told
    assert classes(told) == ("osl-told",)
    box.children = ()
    assert find(box, "osl-told") == []


def test_a_closed_widget_lives_no_more():
    before = living()
    made = HTML()
    assert living() - before >= {made.model_id}
    made.close()
    made.layout.close()
    made.style.close()
    assert living() == before
