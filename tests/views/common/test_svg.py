from xml.etree import ElementTree

from oneshot_lab.views.common.svg import MARGIN, Piece, stacked

SVG = "{http://www.w3.org/2000/svg}"
ONE, OTHER = Piece(("<rect/>",), 30.0, 20.0), Piece(("<circle/>", "<circle/>"), 50.0, 10.0)


def test_pieces_lie_below_each_other_and_there_is_room_for_all():
    root = ElementTree.fromstring(stacked([ONE, OTHER], title="two"))
    groups = root.findall(f"{SVG}g")
    assert [len(group) for group in groups] == [1, 2]
    assert [group.get("transform") for group in groups] == ["translate(12 12)", "translate(12 44)"]
    assert root.get("viewBox") == f"0 0 {50 + 2 * MARGIN:g} {20 + 10 + 3 * MARGIN:g}"


def test_a_title_is_text_whatever_it_says():
    title = '"><script>mark()</script>&'
    root = ElementTree.fromstring(stacked([ONE], title=title))
    assert root.get("aria-label") == title
    assert root.find(f"{SVG}title").text == title
    assert root.find(f".//{SVG}script") is None
