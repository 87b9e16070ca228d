from ipywidgets import HTML
from ipywidgets.widgets.widget import _instances

from oneshot_lab.views.panels import Panels


def makers(made):
    def maker(name):
        return lambda: made.append(name) or HTML(name)

    return {name: maker(name) for name in ("first", "second")}


def test_a_panel_is_made_when_it_is_first_looked_at():
    made = []
    panels = Panels(makers(made))
    assert (panels.chosen, made) == ("first", ["first"])
    panels.names.value = "second"
    panels.names.value = "first"
    assert panels.show("second").value == "second"
    assert (panels.chosen, made) == ("second", ["first", "second"])
    panels.close()


def test_closing_leaves_nothing_behind():
    before = {*_instances}
    panels = Panels(makers([]))
    panels.show("second")
    panels.close()
    for name in [*panels.made]:
        panels.made[name].layout.close()
        panels.made[name].style.close()
    assert {*_instances} <= before
