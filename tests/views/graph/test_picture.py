"""The still picture: well-formed, safe, complete."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from oneshot_lab.architecture.edits import AddLink, RemoveBlock, revise
from oneshot_lab.architecture.templates import list_templates, load_template
from oneshot_lab.views.common.info import network_info
from oneshot_lab.views.graph.layout import lay_out
from oneshot_lab.views.graph.picture import to_svg
from tests.strategies import architectures

SVG = "{http://www.w3.org/2000/svg}"
LENET = load_template("lenet")


def picture(architecture, **options):
    return ElementTree.fromstring(to_svg(lay_out(network_info(architecture)), title=architecture.name, **options))


def texts(element):
    return ["".join(text.itertext()) for text in element.iter(f"{SVG}text")]


def translation(group):
    return tuple(map(float, group.get("transform").removeprefix("translate(").removesuffix(")").split()))


@pytest.mark.parametrize("name", list_templates())
def test_every_template_is_a_picture_of_all_its_blocks(name):
    architecture = load_template(name)
    found = texts(picture(architecture))
    assert set(architecture.block_ids) <= set(found)
    assert {"in 1×28×28", "10 classes", "convolution"} <= set(found)


@settings(max_examples=40)
@given(architectures())
def test_everything_lies_inside(architecture):
    root = picture(architecture)
    _, _, width, height = map(float, root.get("viewBox").split())
    outer, _ = root.findall(f"{SVG}g")
    (group,) = outer
    places = [translation(outer), translation(group)]
    left, top = map(sum, zip(*places, strict=True))
    for rect in group.iter(f"{SVG}rect"):
        x, y = left + float(rect.get("x")), top + float(rect.get("y"))
        assert 0 <= x <= x + float(rect.get("width")) <= width
        assert 0 <= y <= y + float(rect.get("height")) <= height


def test_a_link_is_an_arc_above_what_it_skips():
    architecture, _ = revise(LENET, AddLink("L1", "L4"))
    root = picture(architecture)
    (link,) = [path for path in root.iter(f"{SVG}path") if path.get("class") == "edge link"]
    peak = float(link.get("d").split("Q")[1].split()[1])
    tops = [float(rect.get("y")) for rect in root.iter(f"{SVG}rect") if rect.get("class") == "box"]
    assert peak < min(tops)
    assert "AdaptiveAvgPool2d" in " ".join(texts(root))


def test_scores_are_bars():
    drawing = lay_out(network_info(LENET, fitness={"B1": 0.5}))
    root = ElementTree.fromstring(to_svg(drawing, title="lenet"))
    (bar,) = [rect for rect in root.iter(f"{SVG}rect") if rect.get("height") == "4"]
    (block,) = [node for node in drawing.nodes if node.id == "B1"]
    assert float(bar.get("width")) == pytest.approx((block.width - 6) / 2)
    assert bar.get("fill") == block.colour


def test_the_candidate_stands_below():
    candidate = lay_out(network_info(LENET), active={"B1", "B4", "B5", "B8", "B9", "B11", "B12"})
    root = picture(LENET, candidate=candidate)
    network, below, _ = root.findall(f"{SVG}g")
    assert [group[0].get("class") for group in (network, below)] == ["network", "candidate"]
    assert {"B5"} <= set(texts(below))
    assert "B6" not in texts(below)
    assert translation(below)[1] > translation(network)[1]


def test_names_never_become_markup():
    architecture, _ = revise(LENET, RemoveBlock("B3"))
    name = '"><script>alert(1)</script>'
    root = ElementTree.fromstring(to_svg(lay_out(network_info(architecture)), title=name))
    assert root.get("aria-label") == root.find(f"{SVG}title").text == name
    assert not list(root.iter(f"{SVG}script"))
