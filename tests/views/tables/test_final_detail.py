"""One final network, class by class, without a browser."""

import math
from dataclasses import replace
from html import escape

import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.architecture.mask import Mask, locked_blocks
from oneshot_lab.views.lab.finalize import FinalizePanel
from oneshot_lab.views.tables.final_detail import OLD, FinalDetail
from tests.session.sessions import publish
from tests.views.parts import classes, living

SINGLE = Mask.of("B1", "B4", "B5", "B8", "B9", "B11", "B12")


@pytest.fixture
def finished(session):
    session.finalize(SINGLE, epochs=1)
    session.finalize(SINGLE, epochs=2, seeds=2)
    return session


@pytest.fixture
def shown(finished):
    """What is chosen, to be changed, and the detail that shows it."""
    chosen = [finished.finals[0]]
    detail = FinalDetail(finished, lambda: chosen[0])
    yield chosen, detail
    detail.close()


def changed(final, **changes):
    return replace(final, runs=tuple(replace(run, **changes) for run in final.runs))


def test_it_tells_accuracy_and_balanced_accuracy_and_shows_the_matrix(finished, shown):
    (final,), detail = shown
    assert detail.title.value.startswith(f"<b>lenet 1</b>: {final.test_accuracy:.2%} of the test images are correct; ")
    assert f"{final.balanced_accuracy:.2%}" in detail.title.value
    assert detail.matrix.counts == [list(row) for row in final.confusion]
    assert detail.matrix.names == list(finished.data.class_names)
    # The matrix says it all, and nothing waits.
    assert detail.classes.layout.display == detail.measure.layout.display == "none"


def test_another_one_is_shown_when_it_is_chosen(finished, shown):
    chosen, detail = shown
    chosen[0] = finished.finals[1]
    detail.show()
    assert detail.title.value.startswith("<b>lenet 2</b>")
    assert detail.title.value.endswith("(all 2 runs)")
    assert detail.matrix.counts == [list(row) for row in finished.finals[1].confusion]
    chosen[0] = None
    detail.show()
    assert detail.layout.display == "none"


def test_what_an_accuracy_hides_is_said(finished, shown):
    chosen, detail = shown
    chosen[0] = changed(finished.finals[0], confusion=tuple((7, *[0] * 9) for _ in range(10)))
    finished.state.finals = (chosen[0],)
    publish(finished)
    assert detail.warning.value == "It predicts only class &#x27;0&#x27;."
    assert detail.warning.layout.display is None


def test_a_final_of_before_classes_were_counted_shows_its_accuracy_and_says_why(finished, shown):
    chosen, detail = shown
    chosen[0] = changed(finished.finals[0], confusion=())
    finished.state.finals = (chosen[0],)
    publish(finished)
    assert detail.title.value == f"<b>lenet 1</b>: {chosen[0].test_accuracy:.2%} of the test images are correct"
    assert detail.warning.value == escape(OLD)
    assert (detail.matrix.names, detail.matrix.counts) == ([], [])


def test_many_classes_have_a_table(finished, shown):
    chosen, detail = shown
    counts = tuple(tuple(2 if row == column else 0 for column in range(40)) for row in range(40))
    names = tuple(f"<b>{number}</b>" for number in range(40))
    chosen[0] = replace(changed(finished.finals[0], confusion=counts), class_names=names)
    finished.state.finals = (chosen[0],)
    publish(finished)
    assert detail.matrix.compact
    assert len(detail.classes.rows) == 40
    assert detail.classes.layout.display is None


def test_one_that_waits_to_be_measured_can_be(finished, shown):
    chosen, detail = shown
    final = finished.finals[0]
    blank = {"test_accuracy": math.nan, "test_loss": math.nan, "confusion": ()}
    waiting = replace(changed(final, **blank), problem="<b>.png: it cannot be read", unmeasured=(final.module,))
    chosen[0] = waiting
    finished.state.finals = (waiting,)
    publish(finished)
    assert detail.title.value == "<b>lenet 1</b> is trained and saved"
    assert detail.warning.value == "It could not be measured: &lt;b&gt;.png: it cannot be read"
    assert detail.measure.layout.display is None
    detail.measure.click()
    finished.wait()
    assert finished.finals[0] == final
    chosen[0] = finished.finals[0]
    detail.show()
    assert detail.measure.layout.display == "none"
    assert finished.log[-1].action == "measure"


def test_names_from_a_file_are_text(finished, shown):
    chosen, detail = shown
    final = finished.finals[0]
    chosen[0] = replace(final, architecture=replace(final.architecture, name="<img src=x>"))
    finished.state.finals = (chosen[0],)
    publish(finished)
    assert "&lt;img src=x&gt; 1" in detail.title.value


def test_the_panel_shows_what_is_selected_else_the_best(finished):
    panel = FinalizePanel(finished)
    best = max(finished.finals, key=lambda final: final.test_accuracy)
    assert panel.detail.matrix.counts == [list(row) for row in best.confusion]
    for key, final in zip(("final 1", "final 2"), finished.finals, strict=True):
        panel.finals.set_state({"selected": [key]})
        assert panel.detail.matrix.counts == [list(row) for row in final.confusion]
    panel.close()


def test_a_panel_without_finals_has_none_until_there_is_one(session):
    panel = FinalizePanel(session)
    assert panel.detail.layout.display == "none"
    assert "osl-finished" not in classes(panel)
    session.finalize(SINGLE, epochs=1)
    assert panel.detail.layout.display is None
    assert "osl-finished" in classes(panel)
    panel.close()


def test_with_landmarks_it_tells_what_the_posterior_expects(session):
    session.train(1)
    session.step()
    session.finalize(epochs=1)
    (final,) = session.finals
    assert final.mask != SINGLE
    detail = FinalDetail(session, lambda: final)
    # Without landmarks there is no interval to tell.
    assert detail.posterior.layout.display == "none"
    session.landmarks(masks=[final.mask, SINGLE], epochs=1)
    known = session.posterior([final.mask])
    own = session.trained_landmarks[0].accuracy
    assert detail.posterior.value == (
        f"Posterior {100 * known.mean[0]:.1f} % ± {50 * (known.high - known.low)[0]:.1f} on the validation split, "
        f"by 2 landmarks; it is one of them, trained {100 * own:.1f} %."
    )
    assert detail.posterior.layout.display is None
    # Of a network that an edit has taken, it tells nothing.
    session.edit(RemoveBlock(next(iter(final.mask.blocks - locked_blocks(session.architecture)))))
    assert detail.posterior.layout.display == "none"
    detail.close()


def test_closing_leaves_nothing_behind(finished):
    before = living()
    for _ in range(3):
        FinalDetail(finished, lambda: finished.finals[0]).close()
    assert living() == before
