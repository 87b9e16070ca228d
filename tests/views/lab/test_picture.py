"""The still pictures of all views, and that the browser part takes nothing out of them."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

import oneshot_lab as osl
from oneshot_lab.views.common.kept import KEPT, PICTURE, WIDGET
from tests.views.maps import chart, evaluate

CLEANER = Path(__file__).parents[3] / "js/src/common/picture.ts"
VIEWS = {
    "GraphView": "The network lenet: 7 layers",
    "LegoView": "The network lenet: 7 layers",
    "SearchSpaceView": "The search space: 40 candidates",
    "BlockInfoView": "Frequency, fitness and effect of the blocks",
    "Lab": "The Lab. The network lenet: 7 layers",
}


@pytest.fixture(params=VIEWS)
def view(request, session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    masks = chart(session)
    evaluate(session, masks[:9], [0.1 * number for number in range(1, 10)])
    view = getattr(osl, request.param)(session)
    yield view
    view.close()


def picture(view):
    return ElementTree.fromstring(view._repr_mimebundle_()[PICTURE])


def test_a_notebook_keeps_the_view_and_a_picture_that_says_what_it_is(view):
    bundle = view._repr_mimebundle_()
    assert bundle[KEPT]["model_id"] == view.model_id
    assert WIDGET not in bundle
    assert picture(view).get("aria-label").startswith(VIEWS[type(view).__name__])


def listed(name):
    """A set of names in the browser part."""
    (found,) = re.findall(rf"const {name}: ReadonlySet<string> = new Set\(\[(.*?)\]\);", CLEANER.read_text(), re.S)
    return set(re.findall(r"'([^']+)'", found))


def test_the_browser_part_shows_all_of_it(view):
    (reaches_out,) = re.findall(r"const REACHES_OUT = /(.*)/i;", CLEANER.read_text())
    root = picture(view)
    for element in root.iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in listed("ELEMENTS")
        # The one of the outermost element is for pages that show it without an image around it.
        for name, value in element.attrib.items():
            assert name in listed("ATTRIBUTES") or (element is root and name == "style")
            assert name == "aria-label" or not re.search(reaches_out, value, re.I)
    (style,) = root.findall("{http://www.w3.org/2000/svg}style")
    assert not re.search(reaches_out, style.text, re.I)


def test_names_in_it_are_text(session):
    from dataclasses import replace

    named = replace(osl.load_template("lenet"), name='<script>mark()</script>&"')
    for view in (osl.LegoView(named), osl.GraphView(named)):
        root = picture(view)
        assert named.name in root.get("aria-label")
        assert root.find(".//{http://www.w3.org/2000/svg}script") is None
