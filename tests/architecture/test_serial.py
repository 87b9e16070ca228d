import copy
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import EDITS, AddLayer, MoveBlock, SetParams, apply
from oneshot_lab.architecture.limits import LONGEST_NAME, MOST_ITEMS
from oneshot_lab.architecture.model import Component, check
from oneshot_lab.architecture.repair import repair
from oneshot_lab.architecture.serial import (
    LONGEST_FILE,
    VERSION,
    component_from_json,
    component_to_json,
    dumps,
    edit_from_json,
    edit_to_json,
    from_json,
    loads,
    to_json,
)
from oneshot_lab.architecture.templates import list_templates, load_template
from oneshot_lab.errors import ArchitectureError, ShapeError
from tests.architecture.networks import network, networks, tried
from tests.strategies import architectures

SMALL, _ = repair(
    network("Conv2d(, 6, (3, 5)) | Conv2d(, 6, 5); ReLU", "GELU(approximate=tanh)", "Linear", links="input-L3")
)


def _refused(data, *, says="", where=""):
    with pytest.raises(ArchitectureError) as caught:
        loads(data, where="saved.json") if isinstance(data, str) else from_json(data, where="saved.json")
    assert says in str(caught.value)
    assert caught.value.where.startswith("saved.json")
    assert where in caught.value.where
    assert caught.value.expected or caught.value.remedy
    assert len(str(caught.value)) < 1000
    return caught.value


def _changed(change):
    data = to_json(SMALL)
    change(data)
    return data


@pytest.mark.parametrize("name", list_templates())
def test_templates_are_read_back_as_they_were(name):
    lego = load_template(name)
    assert loads(dumps(lego)) == lego


@given(networks())
def test_any_network_is_read_back_as_it_was(lego):
    once = loads(dumps(lego))
    assert loads(dumps(once)) == once
    # A pair of equal numbers is written as one; all else is as it was.
    assert repair_or_error(once) == repair_or_error(lego)


def repair_or_error(lego):
    repaired, error = tried(repair, lego)
    return str(error) if error else repaired[0]


@given(architectures())
def test_links_and_ids_are_read_back(lego):
    assert loads(dumps(lego)) == lego


def test_the_text_is_plain_json_with_a_version():
    data = json.loads(dumps(SMALL))
    assert data["oneshot_architecture"] == VERSION == 1
    assert data["layers"][0]["blocks"][0]["components"][0]["params"]["kernel_size"] == [3, 5]
    assert dumps(SMALL) == dumps(loads(dumps(SMALL)))


def test_a_person_may_leave_out_all_but_kinds():
    lego = from_json({"oneshot_architecture": 1, "layers": [{"blocks": [{"components": [{"kind": "Linear"}]}]}]})
    assert (lego.name, lego.input_shape, lego.classes) == ("network", (1, 28, 28), 10)
    assert (lego.layers[0].id, lego.block_ids, lego.layers[0].blocks[0].components) == (
        "L1",
        ("B1",),
        (Component("C1", "Linear"),),
    )
    repair(lego)


def test_ids_that_are_left_out_go_on_after_those_given():
    layers = [
        {"id": "L7", "blocks": [{"components": [{"kind": "ReLU"}]}]},
        {"blocks": [{"components": [{"kind": "Linear"}]}]},
    ]
    lego = from_json({"oneshot_architecture": 1, "layers": layers})
    assert [layer.id for layer in lego.layers] == ["L7", "L8"]
    assert lego.take_id("L")[1] == "L9"


@pytest.mark.parametrize("taken", ["C2", "B2", "L2", "K1"])
def test_an_id_in_use_at_any_level_is_not_given_again(taken):
    layers = [{"id": taken, "blocks": [{"id": "first", "components": [{"id": "only", "kind": "Linear"}]}]}]
    lego = from_json({"oneshot_architecture": 1, "layers": layers})
    for _ in range(3):
        lego = apply(lego, AddLayer("ReLU", index=0))
    check(lego)


def test_numbers_that_the_file_says_are_free_are_believed_when_they_are():
    assert from_json(_changed(lambda data: data.update(next_numbers=[50, 1, 60, 1]))).next_numbers[:3] == (50, 5, 60)
    assert from_json(_changed(lambda data: data.pop("next_numbers"))) == SMALL


def test_what_is_read_can_be_written_edited_and_read_again():
    lego = from_json(_changed(lambda data: data["layers"][0].update(id="L999999999")))
    lego = apply(apply(lego, AddLayer("ReLU", index=0)), AddLayer("ReLU", index=0))
    assert loads(dumps(lego)) == lego


# Files that are broken ---------------------------------------------------------------------------------------------


def test_a_truncated_file_is_refused_wherever_it_ends():
    text = dumps(SMALL)
    for end in range(0, len(text) - 1, 7):
        _refused(text[:end], says="it may be truncated")


@pytest.mark.parametrize("text", ["", "null", "[]", "7", '"lenet"', "true", "{}", "\x00", "PK\x03\x04", "'lenet'"])
def test_a_file_of_another_kind_is_refused(text):
    _refused(text)


def test_a_later_version_is_refused_with_what_to_do():
    error = _refused(_changed(lambda data: data.update(oneshot_architecture=2)), says="the file has version 2")
    assert (error.expected, error.remedy) == ("version 1", "update oneshot-lab")


@pytest.mark.parametrize("opening", ["[", '{"layers":', '{"oneshot_architecture": 1, "layers": [', '{"a":[{"b":'])
def test_a_deeply_nested_file_is_refused(opening):
    _refused(opening * 100_000)


def test_deeply_nested_data_is_refused():
    nest = []
    for _ in range(100_000):
        nest = [nest]
    for entry in ("layers", "name", "input_shape", "next_numbers", "links", "classes", "oneshot_architecture"):
        _refused(_changed(lambda data, entry=entry: data.update({entry: nest})), where=entry)


def test_a_gigantic_file_is_refused_unread():
    _refused(" " * (LONGEST_FILE + 1), says="4,000,001 characters; expected at most 4,000,000")


def test_endless_lists_are_refused():
    part = {"kind": "ReLU"}
    many = [{"blocks": [{"components": [part]}]}] * (MOST_ITEMS // 3 + 1)
    _refused({"oneshot_architecture": 1, "layers": many}, says=f"more than {MOST_ITEMS} entries")
    long = [{"blocks": [{"components": [part] * (MOST_ITEMS + 1)}]}]
    _refused({"oneshot_architecture": 1, "layers": long}, where="layers[0].blocks[0].components")


@pytest.mark.parametrize(
    ("entry", "given_value", "says"),
    [
        ("input_shape", [3, 10**6, 10**6], "the input shape"),
        ("input_shape", [3, 10**30, 4], "a number out of range"),
        ("input_shape", [28, 28], "2 sizes"),
        ("input_shape", [1] * 100_000, "100000 sizes"),
        ("input_shape", [1, -28, 28], "a number out of range"),
        ("input_shape", [1, 28.0, 28], "a number; expected a whole number"),
        ("input_shape", "1x28x28", "text; expected a list"),
        ("classes", True, "true or false; expected a whole number"),
        ("classes", 0, "a number out of range"),
        ("classes", float("nan"), "expected a whole number"),
        ("classes", None, "nothing; expected a whole number"),
        ("name", "", "0 characters"),
        ("name", "x" * (LONGEST_NAME + 1), "101 characters"),
        ("name", "le\nnet", "printable characters"),
        ("name", "\ud800", "printable characters"),
        ("name", {"lenet": 1}, "an object; expected text"),
        ("next_numbers", [10**30], "a number out of range"),
        ("layers", {}, "an object; expected a list"),
        ("layers", [], "there are no layers"),
        ("links", [None], "nothing; expected an object"),
        ("layres", [], "unknown entry 'layres'; did you mean 'layers'?"),
        ("x" * 1000, 1, "unknown entry"),
    ],
)
def test_a_wrong_entry_is_named(entry, given_value, says):
    _refused(_changed(lambda data: data.update({entry: given_value})), says=says)


PARTS = {
    "an unknown kind": (("kind", "Conv2D"), "did you mean 'Conv2d'?", "kind"),
    "a kind that is no text": (("kind", ["Conv2d"]), "a list; expected text", "kind"),
    "no kind": (("kind", None), "nothing; expected text", "kind"),
    "an unknown parameter": (("params", {"kernal_size": 3}), "did you mean 'kernel_size'?", "params"),
    "parameters as text": (("params", "6, 16"), "text; expected an object", "params"),
    "a word for a number": (("params", {"kernel_size": "3"}), "kernel_size cannot be '3'", "params"),
    "true for a number": (("params", {"kernel_size": True}), "kernel_size cannot be True", "params"),
    "true in a pair": (
        ("params", {"kernel_size": [3, True]}),
        "true or false; expected a number",
        "params.kernel_size",
    ),
    "a triple": (("params", {"kernel_size": [3, 3, 3]}), "kernel_size cannot be (3, 3, 3)", "params"),
    "a long list": (("params", {"kernel_size": [3] * 10**5}), "kernel_size cannot be", "params"),
    "an empty list": (("params", {"kernel_size": []}), "kernel_size cannot be ()", "params"),
    "a nested list": (("params", {"kernel_size": [[3]]}), "a list; expected a number", "params.kernel_size"),
    "NaN": (("params", {"kernel_size": float("nan")}), "a number that is too large", "params.kernel_size"),
    "infinity": (("params", {"kernel_size": float("-inf")}), "a number that is too large", "params.kernel_size"),
    "a gigantic number": (("params", {"kernel_size": 10**400}), "a number that is too large", "params.kernel_size"),
    "a duplicate id": (("id", "C2"), "the id 'C2' is used twice", "net"),
    "the input's id": (("id", "input"), "the id 'input'", "layers[0].blocks[0].components[0]"),
    "a path for an id": (("id", "L1.B1"), "the id 'L1.B1'; expected letters and digits", "components[0]"),
    "a number for an id": (("id", 1), "a number; expected text", "id"),
    "letters of other scripts": (("id", "Ω1"), "expected letters and digits", "components[0]"),
    "an unknown entry": (("weights", [1]), "unknown entry 'weights'", "layers[0].blocks[0].components[0]"),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_wrong_component_is_named_with_its_place(name):
    (entry, given_value), says, where = PARTS[name]

    def change(data):
        data["layers"][0]["blocks"][0]["components"][0][entry] = given_value

    _refused(_changed(change), says=says, where=where)


def test_a_wrong_layer_block_or_link_is_named_with_its_place():
    _refused(_changed(lambda d: d["layers"][1].update(merge="max")), says="use one of sum", where="layer L2")
    _refused(_changed(lambda d: d["layers"][1].update(blocks=[])), says="it has no blocks", where="layer L2")
    _refused(_changed(lambda d: d["layers"][1].pop("blocks")), where="layers[1].blocks")
    _refused(_changed(lambda d: d["layers"][0]["blocks"][1].update(components=[])), where="layer L1, block B2")
    _refused(_changed(lambda d: d["links"][0].update(target="L9")), says="no layer 'L9'", where="link input→L9")
    _refused(_changed(lambda d: d["links"].append(d["links"][0])), says="used twice")
    _refused(_changed(lambda d: d["links"][0].update(projection=[{"kind": "Nope"}])), where="links[0].projection[0]")


def test_endless_blocks_in_a_file_are_repaired_without_a_wait():
    chain = [{"kind": "Conv2d", "params": {"kernel_size": 9}}] * 600
    data = {"blocks": [{"components": chain}, {"components": [{"kind": "ReLU"}]}]}
    start = time.process_time()
    with pytest.raises(ShapeError):
        repair(from_json({"oneshot_architecture": 1, "layers": [data]}))
    assert time.process_time() - start < 10


def test_gigantic_sizes_in_a_file_end_in_an_error_not_in_a_wait():
    def grow(data):
        data["input_shape"] = [1, 4096, 4096]
        data["layers"][0]["blocks"][0]["components"][0]["params"] = {"kernel_size": 10**9, "dilation": 10**9}

    with pytest.raises(ShapeError):
        repair(from_json(_changed(grow)))


_JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 40),
        st.sampled_from([10**30, -1.5, 2.5, float("nan"), float("inf"), "", "L1", "input", "Conv2d", "sum", "\x00"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=2)),
    max_leaves=4,
)


def _places(data, path=()):
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, part in items:
        yield from _places(part, (*path, key))


PLACES = [path for path in _places(to_json(SMALL)) if path]


@given(st.sampled_from(PLACES), _JSON)
@settings(max_examples=250)
def test_any_value_at_any_place_is_read_or_refused(path, replacement):
    data = copy.deepcopy(to_json(SMALL))
    *parents, last = path
    place = data
    for key in parents:
        place = place[key]
    place[last] = replacement
    lego, error = tried(from_json, data)
    if error is None:
        assert loads(dumps(lego)) == lego
        _, error = tried(repair, lego)
    assert error is None or error.where


@given(st.text(alphabet='{}[]":,01aL \\\n', max_size=60))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(ArchitectureError):
        loads(text)


# Components and edits ----------------------------------------------------------------------------------------------


def test_a_component_is_read_back_by_itself():
    for part in SMALL.components():
        assert component_from_json(json.loads(json.dumps(component_to_json(part)))) == part
    with pytest.raises(ArchitectureError, match=r"saved\.json, component\.kind"):
        component_from_json({"kind": "Nope"}, where="saved.json")


EXAMPLES = {
    "kind": "Conv2d",
    "params": ", 16, 5",
    "index": 2,
    "layer": "L1",
    "block": "L1.B3",
    "component": "C1",
    "to": "L2",
    "merge": "mean",
    "source": "input",
    "target": "L3",
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_is_read_back(name):
    fields = EDITS[name].__dataclass_fields__
    edit = EDITS[name](**{field: EXAMPLES[field] for field in fields})
    data = json.loads(json.dumps(edit_to_json(edit)))
    assert data == {"edit": name, **{field: EXAMPLES[field] for field in fields}}
    assert edit_from_json(data) == edit


def test_fields_with_a_default_may_be_left_out():
    assert edit_from_json({"edit": "AddLayer", "kind": "ReLU"}) == AddLayer("ReLU")
    assert edit_from_json({"edit": "MoveBlock", "block": "B1", "to": None, "index": 0}) == MoveBlock("B1", None, 0)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "nothing; expected an object"),
        ([], "a list; expected an object"),
        ({}, "nothing; expected text"),
        ({"edit": "addLayer", "kind": "ReLU"}, "did you mean 'AddLayer'?"),
        ({"edit": "Edit"}, "unknown edit 'Edit'"),
        ({"edit": "__import__"}, "unknown edit"),
        ({"edit": 7}, "a number; expected text"),
        ({"edit": "AddLayer"}, "AddLayer.kind: this field is missing"),
        ({"edit": "AddLayer", "kind": 3}, "AddLayer.kind: a number; expected text"),
        ({"edit": "AddLayer", "kind": None}, "nothing; expected text"),
        ({"edit": "AddLayer", "kind": "ReLU", "index": True}, "true or false; expected a whole number"),
        ({"edit": "AddLayer", "kind": "ReLU", "index": -1}, "expected 0 to 1,000,000"),
        ({"edit": "AddLayer", "kind": "ReLU", "index": 0.0}, "a number; expected a whole number"),
        ({"edit": "AddLayer", "kind": "ReLU", "index": 10**30}, "expected 0 to 1,000,000"),
        ({"edit": "AddLayer", "kind": "ReLU", "index": "0"}, "text; expected a whole number"),
        ({"edit": "AddLayer", "kind": "ReLU", "where": 0}, "unknown entry 'where'"),
        ({"edit": "AddLayer", "kind": "ReLU", "params": None}, "nothing; expected text"),
        ({"edit": "MoveLayer", "layer": "L1", "index": None}, "nothing; expected a whole number"),
        ({"edit": "RemoveBlock", "block": "B" * 1000}, "1000 characters"),
        ({"edit": "RemoveBlock", "block": ["B1"]}, "a list; expected text"),
        ({"edit": "RemoveBlock", "block": "B1", 3: 4}, "unknown entry '3'"),
    ],
)
def test_a_hostile_edit_is_refused(data, says):
    with pytest.raises(ArchitectureError) as caught:
        edit_from_json(data)
    assert says in str(caught.value)
    assert caught.value.where.startswith("edit")
    assert len(str(caught.value)) < 1000


def test_a_huge_text_of_parameters_is_refused_before_it_is_logged_or_applied():
    with pytest.raises(ArchitectureError, match=r"SetParams\.params: 1000000 characters; expected at most 500"):
        edit_from_json({"edit": "SetParams", "component": "C1", "params": "9" * 10**6})
    assert edit_from_json({"edit": "SetParams", "component": "C1", "params": "9" * 500}) == SetParams("C1", "9" * 500)


@given(st.dictionaries(st.sampled_from(["edit", *EXAMPLES]), st.one_of(_JSON, st.sampled_from(sorted(EDITS)))))
def test_any_data_is_an_edit_that_can_be_tried_or_is_refused(data):
    edit, error = tried(edit_from_json, data)
    if error is None:
        _, error = tried(apply, SMALL, edit)
    assert error is None or error.where is not None
