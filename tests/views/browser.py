"""The browser's side of a view: its comm leads nowhere, and messages are handed to it as ipywidgets does."""

import itertools
import json

from oneshot_lab.architecture.serial import edit_to_json
from tests.session.sessions import pump
from tests.views.parts import deliver


class Browser:
    """Sends messages as the editor does, and keeps what comes back; what observers raise as well."""

    def __init__(self, view):
        self.view = view
        self.answers = []
        self.states = []
        self.errors = []
        view.send = self.answers.append
        view.observe(lambda change: self.states.append(change.new), "state")
        self.numbers = itertools.count(1)

    def ask(self, kind, **content):
        """Sends a message and returns its answer, which carries its number."""
        number, before = next(self.numbers), len(self.answers)
        message = {"kind": kind, "request": number, "revision": self.view.state["revision"], **content}
        deliver(self.view, json.loads(json.dumps(message)))
        self.settle()
        assert len(self.answers) == before + 1
        answer = self.answers[-1]
        assert answer.pop("request") == number
        json.dumps(answer)
        return answer

    def settle(self):
        """Has the main thread do what the kernel's event loop does: deliver, until the worker has nothing to do."""
        pump(self.view.target, errors=self.errors)

    def edit(self, *edits):
        return self.ask("edit", edits=[edit_to_json(edit) for edit in edits])


DONE = {"kind": "answer", "ok": True}


def deep(levels):
    """Lists within lists."""
    inner = []
    for _ in range(levels):
        inner = [inner]
    return inner
