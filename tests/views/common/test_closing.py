import gc

import pytest
from bqplot import Figure, LinearScale, Lines, OrdinalScale
from ipywidgets import Box, Button, HBox, Layout
from traitlets import HasTraits, Int

from oneshot_lab.views.common.closing import OwningWidget, close_all
from tests.views.parts import living


class Source(HasTraits):
    value = Int()
    other = Int()


class Watcher(OwningWidget, Box):
    """Counts what it is told of."""

    def __init__(self, source, *, aside=(), **kwargs):
        self.told = []
        super().__init__([HBox([Button()])], **kwargs)
        self._adopt(*aside)
        self._watch(source, ("value", "value"))

    def _changed(self, change):
        self.told.append(change.new)


@pytest.fixture
def before():
    return living()


def chart():
    scales = {"x": LinearScale(), "y": LinearScale()}
    return Figure(marks=[Lines(x=[1, 2], y=[3, 4], scales=scales)], scale_x=OrdinalScale())


def test_all_that_is_held_is_closed(before):
    box = HBox([Button(), HBox([Button(layout=Layout(width="1px"))]), chart()])
    assert len(living() - before) > 12
    close_all(box)
    assert living() <= before


def test_a_widget_closes_what_it_owns_and_its_own_layout(before):
    aside = HBox([Button()])
    watcher = Watcher(Source(), aside=[aside])
    watcher.close()
    watcher.close()
    assert living() <= before
    assert aside.comm is None


def test_within_another_one_it_closes_what_it_owns_too(before):
    close_all(HBox([Watcher(Source(), aside=[HBox()])]))
    assert living() <= before


def test_a_layout_that_was_given_stays(before):
    layout = Layout()
    Watcher(Source(), layout=layout).close()
    assert living() - before == {layout.model_id}
    layout.close()
    Watcher(Source(), layout={"width": "1px"}).close()
    assert living() <= before


def test_closed_it_watches_nothing():
    source = Source()
    watcher = Watcher(source)
    source.other = 1
    source.value = 2
    watcher.close()
    source.value = 3
    assert watcher.told == [2]


def test_one_that_could_not_be_made_can_be_closed(before):
    class Broken(Watcher):
        def __init__(self):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Broken()
    # ipywidgets closes it then; an error there would be a warning, and so fail the test.
    gc.collect()
    assert living() <= before
