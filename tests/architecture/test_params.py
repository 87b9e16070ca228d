import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneshot_lab.architecture.catalogue import KINDS, get_kind
from oneshot_lab.architecture.limits import LONGEST_TEXT
from oneshot_lab.architecture.params import check_values, coerce, format_params, hint, parse_params
from oneshot_lab.errors import ArchitectureError
from tests.architecture.networks import values_for

CONV = get_kind("Conv2d")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("6, 16, 5", {"in_channels": 6, "out_channels": 16, "kernel_size": 5}),
        ("(6, 16, 5)", None),
        ("", {}),
        ("  ", {}),
        (",", {}),
        (", 16", {"out_channels": 16}),
        (",, 5,", {"kernel_size": 5}),
        ("kernel_size=5", {"kernel_size": 5}),
        ("6, 16, padding = (1, 2)", {"in_channels": 6, "out_channels": 16, "padding": (1, 2)}),
        (",,[3,5]", {"kernel_size": (3, 5)}),
        (",,(3, 3)", {"kernel_size": 3}),
        ("bias=False", {"bias": False}),
        ("bias=false, groups=2", {"groups": 2, "bias": False}),
        ("None, 16", {"out_channels": 16}),
        ("kernel_size=", {}),
        ("6.0, 16.7, 1e1", {"in_channels": 6.0, "out_channels": 16.7, "kernel_size": 10.0}),
        ("-3, +4, .5", {"in_channels": -3, "out_channels": 4, "kernel_size": 0.5}),
    ],
)
def test_parameters_are_read_as_people_type_them(text, values):
    if values is None:
        with pytest.raises(ArchitectureError, match=r"in_channels cannot be '\(6, 16, 5\)'|in_channels cannot be"):
            parse_params(CONV, text)
    else:
        assert parse_params(CONV, text) == values


@pytest.mark.parametrize("text", ["approximate=tanh", "approximate='tanh'", 'approximate="tanh"'])
def test_words_may_be_quoted(text):
    assert parse_params(get_kind("GELU"), text) == {"approximate": "tanh"}


def test_a_parameter_that_torch_keeps_elsewhere_goes_by_name_only():
    pool = get_kind("MaxPool2d")
    assert parse_params(pool, "2, 2, 0, 1, ceil_mode=True")["ceil_mode"] is True
    with pytest.raises(ArchitectureError, match="at most 4: kernel_size, stride"):
        parse_params(pool, "2, 2, 0, 1, True")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("six", "in_channels cannot be 'six'; expected a number"),
        ("6, 16, five", "kernel_size cannot be 'five'; expected a number or a pair"),
        ("True", "in_channels cannot be True"),
        ("(1, 2)", "in_channels cannot be (1, 2)"),
        (",,(1, 2, 3)", "kernel_size cannot be (1, 2, 3)"),
        (",,()", "kernel_size cannot be ()"),
        (",,(3", "a bracket is not closed"),
        (",,3)", "a closing bracket has no opening one"),
        (",,((3))", "brackets within brackets"),
        (",,(3) (4)", "kernel_size cannot be"),
        ("bias=2", "bias cannot be 2; expected True or False"),
        ("bias=maybe", "bias cannot be 'maybe'"),
        ("kernal_size=3", "no parameter 'kernal_size'; did you mean 'kernel_size'?"),
        ("kernel_size=3, 4", "'4' stands after a named parameter; name it"),
        ("6, in_channels=6", "in_channels is given twice"),
        ("1,2,3,4,5,6,7,True,9", "9 parameters; expected at most 8: in_channels, out_channels, kernel_size, stride=1"),
        ("nan", "in_channels cannot be 'nan'"),
        ("inf", "in_channels cannot be 'inf'"),
        ("1e999", "in_channels cannot be inf"),
        ("9" * 400, "in_channels cannot be 9999"),
        ("a=b=c", "no parameter 'a=b'"),
        ("__import__('os')", "in_channels cannot be"),
        ("x" * (LONGEST_TEXT + 1), f"{LONGEST_TEXT + 1} characters"),
    ],
)
def test_what_cannot_be_read_is_named(text, says):
    with pytest.raises(ArchitectureError) as caught:
        parse_params(CONV, text)
    assert says in str(caught.value)
    assert caught.value.where == "Conv2d"
    assert len(str(caught.value)) < 400


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=40))
def test_any_text_is_read_or_refused(kind, text):
    try:
        parse_params(KINDS[kind], text)
    except ArchitectureError:
        return


@given(st.data(), st.sampled_from(sorted(KINDS)))
def test_what_is_written_is_read_back(data, kind):
    values = check_values(KINDS[kind], dict(data.draw(values_for(kind))))
    assert parse_params(KINDS[kind], format_params(KINDS[kind], values)) == values


def test_values_are_written_by_position_as_far_as_that_goes():
    assert format_params(CONV, {"in_channels": 6, "out_channels": 16, "kernel_size": 5}) == "6, 16, 5"
    values = {"in_channels": 6, "kernel_size": (3, 5), "padding": 1}
    assert format_params(CONV, values) == "6, kernel_size=(3, 5), padding=1"
    assert format_params(get_kind("GELU"), {"approximate": "tanh"}) == "approximate=tanh"
    assert format_params(get_kind("ReLU"), {}) == ""


def test_the_hint_gives_names_and_defaults_in_order():
    assert hint(CONV).startswith("in_channels, out_channels, kernel_size, stride=1, padding=0")
    assert hint(get_kind("ReLU")) == "no parameters"


def test_checked_values_stand_in_the_catalogues_order_in_one_spelling():
    assert list(check_values(CONV, {"padding": 1, "kernel_size": (3, 3)}).items()) == [
        ("kernel_size", 3),
        ("padding", 1),
    ]


@pytest.mark.parametrize("value", [True, "3", None, [3], {}, (1,), float("nan"), float("inf"), 10**400, (1, "2"), b"3"])
def test_values_of_another_type_are_refused(value):
    with pytest.raises(ArchitectureError, match="kernel_size cannot be"):
        check_values(CONV, {"kernel_size": value})


@pytest.mark.parametrize(
    ("name", "value", "nearest", "reason"),
    [
        ("kernel_size", 3, 3, None),
        ("kernel_size", 3.0, 3, None),
        ("kernel_size", 2.5, 3, "the nearest whole number"),
        ("kernel_size", 2.4, 2, "the nearest whole number"),
        ("kernel_size", (2.5, 4.4), (3, 4), "the nearest whole number"),
        ("kernel_size", (2.6, 3.1), 3, "the nearest whole number"),
        ("kernel_size", 0, 1, "it must be between 1 and 65536"),
        ("kernel_size", -7, 1, "it must be between 1 and 65536"),
        ("out_channels", 1e300, 65536, "it must be between 1 and 65536"),
        ("padding", -0.5, 0, "the nearest whole number"),
        ("padding", -1, 0, "it must be between 0 and 65536"),
        ("bias", 1, True, None),
        ("bias", 0, False, None),
    ],
)
def test_numbers_become_the_nearest_legal_ones(name, value, nearest, reason):
    got = coerce(CONV.param(name), value)
    assert got == (nearest, reason)
    assert type(got[0]) is type(nearest)


def test_shares_stay_fractions_within_their_range():
    drop = get_kind("Dropout").param("p")
    assert coerce(drop, 0.25) == (0.25, None)
    assert coerce(drop, 7) == (1.0, "it must be between 0 and 1")


@given(st.data(), st.sampled_from([(kind, param) for kind in KINDS.values() for param in kind.params]))
def test_a_legal_value_is_its_own_nearest(data, kind_and_param):
    kind, param = kind_and_param
    drawn = data.draw(values_for(kind.name))
    for name, value in drawn:
        if name == param.name:
            nearest = coerce(param, value)[0]
            assert coerce(param, nearest) == (nearest, None)
            assert check_values(kind, {name: nearest}) == {name: nearest}


@pytest.mark.parametrize("given", [{"kernel_size": 3}, (1, 6, 3), 3, None])
def test_what_is_no_text_is_refused(given):
    with pytest.raises(ArchitectureError, match=r"Conv2d: a \w+; expected parameters as text, such as 'kernel_size=3'"):
        parse_params(get_kind("Conv2d"), given)
