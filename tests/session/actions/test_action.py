import inspect
import re
import sys
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

import oneshot_lab as osl
from oneshot_lab.session.actions import action as module
from oneshot_lab.session.actions.action import ACTIONS, Action, asked
from oneshot_lab.session.runtime.job import Job
from oneshot_lab.session.session import SearchSession
from tests.session.sessions import ENDLESS


@pytest.mark.parametrize("verb", ACTIONS)
def test_every_action_is_a_value_and_a_method_of_the_session(verb):
    action = ACTIONS[verb]
    assert is_dataclass(action)
    assert action.__dataclass_params__.frozen
    assert action.label
    assert isinstance(inspect.getattr_static(SearchSession, verb), asked)


def test_every_method_that_asks_has_an_action():
    methods = {name for name, each in inspect.getmembers_static(SearchSession) if isinstance(each, asked)}
    assert methods == {*ACTIONS}


def test_a_method_shows_what_it_takes_and_what_it_does(shared):
    assert str(inspect.signature(shared.undo)) == "()"
    assert list(inspect.signature(shared.train).parameters) == ["epochs", "recipe", "stop_after"]
    assert list(inspect.signature(SearchSession.train).parameters) == ["epochs", "recipe", "stop_after"]
    assert "Passes over the training images" in shared.train.__doc__
    assert repr(shared.train).startswith("<train(epochs")


def test_called_it_waits_and_started_it_gives_a_job(session):
    assert len(session.train(1)) == 1
    job = session.train.start(1)
    assert isinstance(job, Job)
    assert len(job.wait()) == 1
    assert [entry.arguments for entry in session.log[-2:]] == [{"epochs": 1}] * 2


def test_what_is_out_of_range_is_refused_at_once(session):
    held = session.train.start(ENDLESS)
    with pytest.raises(osl.SessionError, match="epochs"):
        session.train.start(0)
    held.cancel()


def test_wait_false_means_start_until_the_next_version(session):
    job = session.step(wait=False)
    assert job.wait().index == len(session.generations) - 1


def test_an_action_that_somebody_adds_is_logged_with_what_it_resolved(session, monkeypatch):
    monkeypatch.setattr(module, "ACTIONS", {})

    @dataclass(frozen=True)
    class Count(Action[int]):
        verb = "count"
        label = "Count the blocks"

        what: str
        found: int | None = None

        def run(self, context: Any) -> int:
            context.resolve(found=len(context.state.architecture.blocks))
            return context.action.found

    assert {"count": Count} == module.ACTIONS
    assert asked(lambda _session, what: Count(what))(session, "blocks") == 12
    assert (session.log[-1].action, session.log[-1].arguments) == ("count", {"what": "blocks", "found": 12})
    assert Count.code("count", session.log[-1].arguments) == "session.count(what='blocks', found=12)"


def test_the_recipe_for_an_action_makes_one(session, monkeypatch):
    text = Path(__file__).parents[3].joinpath("CONTRIBUTING.md").read_text("utf-8")
    recipe = text[text.index("## Adding an action") :]
    code = dedent(re.search(r" +```python\n(.*?) +```", recipe, re.DOTALL).group(1))
    monkeypatch.setattr(module, "ACTIONS", dict(ACTIONS))
    made = ModuleType("remark")
    monkeypatch.setitem(sys.modules, "remark", made)  # where the dataclass looks for its types
    exec(code, made.__dict__)
    monkeypatch.setattr(SearchSession, "remark", asked(made.remark), raising=False)
    assert session.remark("good", loudly=True) == "GOOD"
    assert session.remark.start("fine").wait() == "fine"
    assert [entry.arguments for entry in session.log[-2:]] == [
        {"text": "good", "loudly": True},
        {"text": "fine", "loudly": False},
    ]
    assert "Writes a remark" in SearchSession.remark.__doc__
