"""Who calls observers, when, and what they find."""

import asyncio
import itertools
import math
import threading
import time

import pytest
from traitlets import Bunch, HasTraits, Int

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import SessionError
from oneshot_lab.session.runtime import notifications
from oneshot_lab.session.runtime.notifications import Notifications, show_error
from oneshot_lab.session.sketch import Sketch
from tests.session.sessions import ENDLESS, at_batch, small, until


@pytest.fixture
def new(data):
    return small(data)


def watch(session, *names):
    """What observers are told, and on which thread."""
    seen = []
    session.observe(
        lambda change: seen.append((threading.current_thread(), time.monotonic(), change)), list(names) or None
    )
    return seen


# In a script, which has no event loop --------------------------------------------------------------------------------


def test_values_are_there_at_once_and_observers_are_called_by_who_waits(new):
    seen = watch(new, "training_losses", "status")
    job = new.train.start(1)
    until(lambda: job.done)
    assert len(new.training_losses) == 1
    assert seen == []
    new.wait()
    # What has come back to what observers know is not told.
    assert [(thread, change.name, change.old, change.new) for thread, _, change in seen] == [
        (threading.main_thread(), "training_losses", (), new.training_losses)
    ]


def test_of_several_changes_the_first_old_and_the_last_new_value_are_told(new):
    seen = watch(new, "training_losses")
    before = new.training_losses
    jobs = [new.train.start(epochs) for epochs in (1, 2, 3)]
    until(lambda: all(job.done for job in jobs))
    new.wait()
    ((_, _, change),) = seen
    assert (change.old, change.new) == (before, new.training_losses)
    assert len(change.new) == 6


def test_observers_are_called_on_the_main_thread_alone(new):
    seen = []
    new.observe(lambda change: seen.append(threading.current_thread()))
    new.train(2)
    new.step()
    new.edit(RemoveBlock("B3"))
    new.project.start().wait()
    assert set(seen) == {threading.main_thread()}
    assert len(seen) > 20


def test_what_is_set_here_is_told_here_together_with_what_is_on_its_way():
    class Owner(HasTraits):
        number = Int()

    owner = Owner()
    box = Notifications(owner)
    box.put([Bunch(name="number", old=0, new=1, owner=owner, type="change")])
    merged = box.merged(Bunch(name="number", old=1, new=2, owner=owner, type="change"))
    assert (merged.old, merged.new) == (0, 2)
    seen = []
    owner.observe(seen.append, "number")
    assert box.deliver() == []
    assert seen == []


def test_an_error_in_an_observer_reaches_who_waits_and_hides_nothing(new, capsys):
    told = watch(new, "log")

    def fail(change):
        raise ZeroDivisionError(change.name)

    new.observe(fail, ["training_losses", "untrained_blocks"])
    new.train.start(1)
    with pytest.raises(ZeroDivisionError) as raised:
        new.wait()
    assert len(told) == 1
    # Only one can be raised. The other is shown.
    shown = capsys.readouterr().err.splitlines()[-1]
    assert {str(raised.value), shown} in (
        {"training_losses", "ZeroDivisionError: untrained_blocks"},
        {"untrained_blocks", "ZeroDivisionError: training_losses"},
    )


def test_an_error_is_shown_where_there_is_no_notebook(capsys):
    show_error(ZeroDivisionError("by nobody"))
    assert capsys.readouterr().err == "ZeroDivisionError: by nobody\n"


def test_an_observer_may_act_when_nothing_runs(new):
    """One thing leads to another: each of these waits within an observer."""
    seen = []

    def go_on(change):
        seen.append(change.new)
        if len(seen) == 1:
            new.step()
        elif len(seen) == 2:
            new.edit(RemoveBlock("B3"))

    # An action is in the log when it has ended.
    new.observe(go_on, "log")
    new.train(1)
    assert [entry.action for entry in new.log[1:]] == ["train", "step", "edit"]


def test_what_observers_ask_for_is_waited_for_as_well(new):
    new.observe(lambda change: new.step.start(), "training_losses")
    job = new.train.start(1)
    until(lambda: job.done)
    new.wait()
    assert len(new.generations) == 1


def test_who_begins_to_wait_delivers_at_once(monkeypatch):
    monkeypatch.setattr(notifications, "PROGRESS_SECONDS", 1000.0)
    done = []
    box = Notifications(HasTraits())
    box.call(lambda: done.append(1))
    box.pump(lambda: bool(done), errors=[])
    assert done == [1]


def test_a_callback_comes_after_what_its_job_has_changed(new):
    order = []
    new.observe(lambda change: order.append(change.name), ["training_losses", "status"])
    job = new.train.start(1)
    job.on_done(lambda job: order.append((job.state, threading.current_thread())))
    until(lambda: job.done)
    job.on_done(lambda job: order.append("late"))
    assert order == []
    new.wait()
    assert order == ["training_losses", ("done", threading.main_thread()), "late"]


# With an event loop, as in a kernel ----------------------------------------------------------------------------------


def test_an_event_loop_delivers_while_nobody_waits(new, monkeypatch):
    monkeypatch.setattr(notifications, "PROGRESS_SECONDS", 0.05)
    seen = watch(new, "progress", "status")

    async def main():
        new.train.start(ENDLESS)
        while len(seen) < 8:
            await asyncio.sleep(0.01)
        # Progress is told seldom, the end at once.
        monkeypatch.setattr(notifications, "PROGRESS_SECONDS", 1000.0)
        # A timer of the short pause goes off before this one.
        await asyncio.sleep(0.5)
        new.stop()
        while seen[-1][2].name != "status":
            await asyncio.sleep(0.001)

    asyncio.run(main())
    assert {thread for thread, _, _ in seen} == {threading.main_thread()}
    passing = [at for _, at, change in seen if change.name == "progress"][1:-1]
    assert all(later - earlier >= 0.05 for earlier, later in itertools.pairwise(passing))
    # The loop is gone; who waits delivers, as in a script.
    new.train(1)
    assert seen[-1][2].new == "idle"


class Owner(HasTraits):
    candidates, status = Int(), Int()


def pacing():
    """Notifications, a way to change a result or a status, and what observers are told."""
    owner, seen = Owner(), []
    owner.observe(lambda change: seen.append((change.name, change.new)), ["candidates", "status"])
    box = Notifications(owner)

    def put(name, new):
        # It keeps the owner alive, which notifications do not.
        box.put([Bunch(name=name, old=new - 1, new=new, owner=owner, type="change")])

    return box, put, seen


def test_results_in_quick_succession_are_told_together_and_what_ends_at_once(monkeypatch):
    """A search among known candidates has hundreds of generations in a second."""
    monkeypatch.setattr(notifications, "RESULT_SECONDS", 1000.0)

    async def main():
        _, put, seen = pacing()
        put("candidates", 1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert seen == [("candidates", 1)]
        put("candidates", 2)
        put("candidates", 3)
        await asyncio.sleep(0.05)
        assert seen == [("candidates", 1)]
        put("status", 1)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert sorted(seen[1:]) == [("candidates", 3), ("status", 1)]

    asyncio.run(main())


def test_results_that_wait_are_told_though_nothing_follows(monkeypatch):
    monkeypatch.setattr(notifications, "RESULT_SECONDS", 0.02)

    async def main():
        _, put, seen = pacing()
        for number in range(1, 4):
            put("candidates", number)
            await asyncio.sleep(0)
        while seen[-1:] != [("candidates", 3)]:
            await asyncio.sleep(0.001)

    asyncio.run(main())


def test_who_waits_is_told_of_results_at_the_same_pace(monkeypatch):
    monkeypatch.setattr(notifications, "RESULT_SECONDS", 0.05)
    box, put, seen = pacing()
    ended = threading.Event()

    def work():
        for number in range(1, 500):
            put("candidates", number)
        until(lambda: ("candidates", 499) in seen)
        ended.set()
        box.ring()

    worker = threading.Thread(target=work)
    worker.start()
    box.pump(ended.is_set, errors=[])
    worker.join()
    # All come before the pause is over, but for a machine that needs longer than that for 500 of them.
    assert len(seen) < 250
    assert seen[-1] == ("candidates", 499)


def test_a_search_among_known_candidates_is_not_slowed_down_by_who_watches(new, monkeypatch):
    """Neither does an action wait for its results to be told."""
    monkeypatch.setattr(notifications, "RESULT_SECONDS", 1000.0)
    new.train(1)
    seen = watch(new, "generations")
    new.evolve.start(5).wait()
    assert len(new.generations) == 5
    assert [len(change.new) for _, _, change in seen] in ([5], [1, 5])


def test_a_new_loop_takes_over_what_an_old_one_has_left(new):
    seen = watch(new, "progress")

    async def begin():
        new.train.start(ENDLESS)
        until(lambda: new.progress > 0)
        first = new.progress
        # Once there is a second one, the first was handed to this loop.
        until(lambda: new.progress > first)

    async def go_on():
        new.undo.start()  # anything that is asked for here
        before = len(seen)
        while len(seen) < before + 2:
            await asyncio.sleep(0.01)

    asyncio.run(begin())
    asyncio.run(go_on())
    new.stop()


def test_another_thread_never_calls_observers_where_there_is_a_loop(new):
    seen = watch(new, "training_losses", "hovered_block")

    async def main():
        def act():
            new.train(1)
            new.hovered_block = "B1"

        thread = threading.Thread(target=act)
        await asyncio.to_thread(lambda: (thread.start(), thread.join()))
        assert new.training_losses
        while len(seen) < 2:
            await asyncio.sleep(0.001)

    asyncio.run(looped(new, main))
    assert [thread for thread, _, _ in seen] == [threading.main_thread()] * 2


async def looped(session, main):
    """Whoever asks for something on the main thread has the session know the loop that runs there."""
    session.submit("nothing", lambda: None).wait()
    await main()


# What observers find -------------------------------------------------------------------------------------------------


def test_an_observer_never_finds_a_mixture(monkeypatch):
    """The worker sets four traits for each edit, as fast as it can; an observer takes its time to look."""
    monkeypatch.setattr(notifications, "OBSERVER_SECONDS", 60.0)
    sketch, mixtures, looks = Sketch(load_template("lenet")), [], []

    def look(change):
        blocks, past = len(sketch.architecture.block_ids), sketch.can_undo
        time.sleep(0.002)
        looks.append(change.name)
        if (blocks, past) != (len(sketch.architecture.block_ids), sketch.can_undo) or (blocks < 12) != past:
            mixtures.append((blocks, past))

    sketch.observe(look)
    for _ in range(40):
        sketch.edit.start(RemoveBlock("B3"))
        sketch.undo.start()
    sketch.wait()
    assert looks
    assert mixtures == []


def test_an_observer_that_waits_for_what_waits_for_it_holds_the_worker_up_for_a_moment_only(new, monkeypatch):
    monkeypatch.setattr(notifications, "OBSERVER_SECONDS", 0.05)
    done = []

    def wait_elsewhere(change):
        new.unobserve_all("status")
        thread = threading.Thread(target=lambda: done.append(new.step()))
        thread.start()
        thread.join()

    new.observe(wait_elsewhere, "status")
    new.train(1)
    assert len(done) == 1


def test_traits_may_be_held_while_the_worker_publishes(new):
    go_on, seen = threading.Event(), []
    new.observe(lambda change: seen.append(change.name), ["hovered_block", "selected_blocks", "training_losses"])
    at_batch(new, 1, go_on.wait)
    job = new.train.start(1)
    with new.hold_trait_notifications():
        new.hovered_block = "B1"
        go_on.set()
        until(lambda: job.done)
        new.selected_blocks = ("B1",)
    assert seen == ["hovered_block", "selected_blocks"]
    new.wait()
    assert seen == ["hovered_block", "selected_blocks", "training_losses"]


def test_what_is_not_known_is_not_told_over_and_over(new):
    seen = watch(new, "eta")
    new.train(1)
    assert all(not (math.isnan(change.old) and math.isnan(change.new)) for _, _, change in seen)


# What may wait -------------------------------------------------------------------------------------------------------


async def delivered(*calls):
    """An event loop delivers these calls; returns when it has nothing more to draw."""
    box, drawn = Notifications(HasTraits()), asyncio.Event()
    for call in (*calls, lambda box: box.defer(drawn.set)):
        box.call(lambda call=call: call(box))
    await drawn.wait()


def test_what_nobody_delivers_from_a_loop_is_done_at_once():
    done = []
    Notifications(HasTraits()).defer(lambda: done.append(1))
    assert done == [1]

    async def cell():
        # As in a cell: a loop runs, and does nothing else until the cell ends.
        Notifications(HasTraits()).defer(lambda: done.append(2))
        assert done == [1, 2]

    asyncio.run(cell())


def test_from_a_loop_one_after_another_with_room_for_others_in_between():
    seen = []

    def first():
        seen.append("first")
        # What a browser sends during the first drawing.
        asyncio.get_running_loop().call_soon(seen.append, "message")

    def second():
        seen.append("second")

    def observe(box):
        for draw in (first, second, first):
            box.defer(draw)
        assert seen == []

    asyncio.run(delivered(observe))
    assert seen == ["first", "message", "second"]


def test_a_drawing_that_fails_is_shown_and_the_next_is_done(monkeypatch):
    shown, done = [], []
    monkeypatch.setattr(notifications, "show_error", shown.append)

    def fail():
        raise ValueError("no")

    asyncio.run(delivered(lambda box: box.defer(fail), lambda box: box.defer(lambda: done.append(1))))
    assert [str(error) for error in shown] == ["no"]
    assert done == [1]


def test_while_a_caller_waits_it_is_done_at_once():
    done = []
    box = Notifications(HasTraits())

    async def cell():
        box.pump(lambda: bool(done), errors=[], timeout=5, each=lambda: done or box.defer(lambda: done.append(1)))

    asyncio.run(cell())
    assert done == [1]


def test_what_another_thread_wants_drawn_is_drawn_on_the_main_thread_once():
    drawn = []

    def draw():
        drawn.append(threading.current_thread())

    async def cell():
        box = Notifications(HasTraits())
        # As a kernel's subshell takes a message while a cell runs.
        other = threading.Thread(target=lambda: [box.defer(draw) for _ in range(3)])
        other.start()
        other.join()
        assert drawn == []
        while not drawn:
            await asyncio.sleep(0)

    asyncio.run(cell())
    assert drawn == [threading.main_thread()]


def test_an_interrupt_among_observers_loses_nothing(new):
    seen = []

    def first(change):
        if not seen:
            seen.append("interrupted")
            raise KeyboardInterrupt

    new.observe(first, "training_losses")
    new.observe(lambda change: seen.append(len(change.new)), "training_losses")
    job = new.train.start(1)
    job.on_done(lambda _: seen.append("done"))
    until(lambda: job.done)
    with pytest.raises(KeyboardInterrupt):
        new.wait()
    new.wait()
    assert seen == ["interrupted", 1, "done"]


def test_what_is_told_at_once_is_told_to_all(new):
    seen = []

    def fail(change):
        raise ValueError("no")

    new.observe(fail, "message")
    new.observe(lambda change: seen.append(change.new[-1].outcome), "log")
    with pytest.raises(ValueError, match="no"):
        new.refuse("view", SessionError("a message that is none"))
    assert seen == ["refused: a message that is none"]
