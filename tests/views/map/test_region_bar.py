"""The row of controls for regions: what it asks of a session, and how it follows one."""

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.space.area import Having, Polygon
from oneshot_lab.views.common.asking import Requests
from oneshot_lab.views.map.region_bar import EVERYTHING, RegionBar
from tests.views.maps import chart
from tests.views.parts import living


@pytest.fixture
def masks(session):
    return chart(session)


@pytest.fixture
def said():
    return []


@pytest.fixture
def bar(session, masks, said):
    bar = RegionBar(session, Requests(session, said.append), renamed=lambda old, new: None)
    session.observe(lambda _: bar.follow(), ["regions", "focused", "selected_region", "set_operation"])
    bar.follow()
    return bar


def look_at(session, name, **area):
    session.region(**area, name=name)
    session.selected_region = name


def rename(bar, name):
    bar.name.value = name
    bar.session.wait()


def test_without_a_region_there_is_nothing_to_do_with_one(bar):
    assert bar.chosen.options == ((EVERYTHING, ""),)
    assert all(button.disabled for button in (*bar.operations.values(), bar.search, bar.clear, bar.common))
    assert bar.name.layout.display == "none"


def test_the_dropdown_chooses_and_follows(session, bar):
    look_at(session, "one", x=(0, 1))
    session.region(x=(0, 2), name="two")
    assert bar.chosen.options == ((EVERYTHING, ""), ("one · 10", "one"), ("two · 15", "two"))
    assert (bar.chosen.value, bar.name.value) == ("one", "one")
    bar.chosen.value = "two"
    assert session.selected_region == "two"


@pytest.mark.parametrize(
    "area",
    [
        {"x": (0, 1), "y": (0, 2)},
        {"x": (0, 1)},
        {"y": (0, 2)},
        {"polygon": [(-1, -1), (3, -1), (-1, 3)]},
        {"blocks": ["B1", "B5"]},
    ],
)
def test_a_new_name_keeps_what_was_chosen_and_where_the_search_goes(session, bar, area):
    look_at(session, "old", **area)
    session.focus("old")
    before = session.regions["old"]
    rename(bar, " new ")
    (region,) = session.regions.values()
    assert (region.name, region.area, region.masks) == ("new", before.area, before.masks)
    assert (session.focused.name, session.selected_region) == ("new", "new")


def test_chosen_candidates_get_a_new_name_as_well(session, bar, masks):
    look_at(session, "old", masks=masks[:3])
    rename(bar, "new")
    assert session.regions["new"].masks == frozenset(masks[:3])


def test_a_name_that_is_taken_or_none_is_refused(session, bar, said):
    session.region(polygon=[(0, 0), (1, 0), (0, 1)], name="taken")
    look_at(session, "old", x=(0, 1))
    for name, reason in (("taken", "already"), ("x" * 61, "a line of 1 to 60"), ("a\tb", "a line of 1 to 60")):
        rename(bar, name)
        assert reason in said[-1]
        assert (list(session.regions), bar.name.value) == (["taken", "old"], "old")
    assert isinstance(session.regions["taken"].area, Polygon)
    rename(bar, "  ")
    assert list(session.regions) == ["taken", "old"]


def test_what_an_undo_brings_back_keeps_its_name(session, bar, masks, said):
    look_at(session, "ones", masks=[mask for mask in masks if "B1" in mask][:2])
    session.edit(RemoveBlock("B1"))
    rename(bar, "new")
    assert "ones has no candidates now; undo the edit" in said[-1]
    session.undo()
    assert len(session.regions["ones"]) == 2


def test_the_search_is_sent_and_called_back(session, bar):
    look_at(session, "one", x=(0, 1))
    bar.search.value = True
    session.wait()
    assert session.focused.name == "one"
    session.focus(None)
    assert not bar.search.value


def test_clearing_forgets_the_region(session, bar):
    look_at(session, "one", x=(0, 1))
    bar.clear.click()
    session.wait()
    assert (dict(session.regions), session.selected_region) == ({}, "")


def test_where_blocks_are_common_becomes_a_region_of_theirs(session, bar):
    session.selected_blocks = ("B1", "B5")
    bar.follow()
    bar.common.click()
    session.wait()
    assert session.selected_region == "most B1 B5"


def test_blocks_that_no_candidate_has_together_are_a_region_too(session, bar):
    chart(session, 1)
    absent = next(block for block in session.architecture.block_ids if block not in next(iter(session.projection)))
    session.selected_blocks = (absent,)
    bar.follow()
    bar.common.click()
    session.wait()
    assert isinstance(session.regions[f"most {absent}"].area, Having)


def test_many_blocks_leave_the_naming_to_the_session(session, bar):
    session.selected_blocks = session.architecture.block_ids * 3
    bar.follow()
    bar.common.click()
    session.wait()
    assert session.selected_region == "region 1"


def test_closing_leaves_nothing_behind(session, bar):
    before = living()
    RegionBar(session, Requests(session, print), renamed=lambda old, new: None).close()
    assert living() == before
