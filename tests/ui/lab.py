"""The Lab in a real page: what a person does with it, and what they see."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator

from tests.ui.notebook import Notebook, eventually


class Lab:
    """A Lab that is shown as the variable `lab`."""

    def __init__(self, notebook: Notebook, code: str) -> None:
        self.notebook, self.page = notebook, notebook.page
        notebook.run_cell(f"import oneshot_lab as osl\n{code}\nlab")
        self.root = self.page.locator(".osl-lab").last
        self.root.locator(".osl-lego .osl-item").first.wait_for()

    def button(self, text: str) -> Locator:
        return self.root.locator(f"button.osl-lab-button:has-text('{text}')").first

    def press(self, text: str) -> None:
        """Presses a button of the bar, as soon as it can be pressed."""
        self.button(text).click()

    def panel(self, name: str) -> Locator:
        """Turns to a panel."""
        self.root.locator(f".osl-panels .widget-toggle-button:text-is('{name}')").click()
        return self.root.locator(".osl-panels-stack")

    def number(self, index: int, value: int) -> None:
        """Types into one of the bar's two numbers: epochs, generations."""
        field = self.root.locator(".osl-lab-number input").nth(index)
        field.fill(str(value))
        field.press("Enter")

    def said(self) -> str:
        return self.root.locator(".osl-lab-said").inner_text()

    def value(self, expression: str) -> Any:
        return self.notebook.value(f"lab.session.{expression}")

    def reaches(self, expression: str, wanted: Any) -> None:
        """Waits until the session has a value."""
        eventually(lambda: self.value(expression), wanted)

    def rests(self) -> None:
        """Waits until nothing runs or waits any more."""
        self.reaches("_worker.is_idle()", True)
