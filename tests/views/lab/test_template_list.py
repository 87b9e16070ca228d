import pytest

import oneshot_lab as osl
from oneshot_lab.architecture.edits import AddLink, RemoveBlock
from oneshot_lab.views.lab import template_list
from oneshot_lab.views.lab.template_list import TemplateList


@pytest.fixture
def asked():
    return []


@pytest.fixture
def names(session, asked):
    made = TemplateList(session, asked.append)
    made.show()
    yield made
    made.close()


def test_the_template_that_is_drawn_is_chosen_and_nobody_is_asked(names, asked):
    assert names.value == "lenet"
    assert names.options == osl.list_templates()
    assert asked == []


def test_what_is_chosen_is_asked_for_and_shown_when_it_is_there(names, asked, session):
    names.value = "lenet5"
    assert (asked, names.value) == (["lenet5"], "lenet")
    session.replace(names.load("lenet5"))
    names.show()
    assert (asked, names.value) == (["lenet5"], "lenet5")


def test_a_template_is_fitted_to_data_and_width_and_read_once(names, session, monkeypatch):
    now = session.architecture
    fitted = osl.load_template("lenet5", input_shape=now.input_shape, classes=now.classes, width=session.width)
    assert names.load("lenet5") == fitted
    monkeypatch.setattr(template_list, "load_template", None)
    assert names.load("lenet5") == fitted


def test_an_edited_network_is_an_entry_of_its_own(names, session, asked):
    session.edit(RemoveBlock("B1"))
    names.show()
    assert names.value == names.options[0] == "lenet · edited"
    assert "lenet" in names.options[1:]
    session.edit(AddLink("L1", "L3"))
    names.show()
    assert names.value == "lenet · edited"
    session.undo()
    session.undo()
    names.show()
    assert (names.value, "lenet · edited" in names.options, asked) == ("lenet", False, [])
