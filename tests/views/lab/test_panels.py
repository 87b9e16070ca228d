import re
from pathlib import Path
from textwrap import dedent

from ipywidgets import HTML

from oneshot_lab.views.lab import widget
from oneshot_lab.views.lab.panels import PANELS, Panels
from tests.views.parts import living

CONTRIBUTING = Path(__file__).parents[3] / "CONTRIBUTING.md"


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
    before = living()
    panels = Panels(makers([]))
    panels.show("second")
    panels.close()
    for name in [*panels.made]:
        panels.made[name].layout.close()
        panels.made[name].style.close()
    assert living() <= before


def test_a_panel_by_the_recipe_in_contributing_works(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (recipe,) = re.findall(r"## Adding a panel to the Lab\n.*?\n( *```python\n.*?)```", CONTRIBUTING.read_text(), re.S)
    made = {}
    exec(dedent(recipe).removeprefix("```python\n"), made)
    monkeypatch.setattr(widget, "PANELS", PANELS | {"epochs": made["EpochsPanel"]})
    before = living()
    lab = widget.Lab(session)
    panel = lab.panels.show("epochs")
    assert panel.told.value == "0 epochs"
    panel.children[1].click()
    session.wait()
    assert panel.told.value == "1 epochs"
    lab.close()
    assert living() <= before
