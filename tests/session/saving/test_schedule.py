import math

import pytest

from oneshot_lab.session.saving import schedule
from oneshot_lab.session.saving.schedule import RETRY_SECONDS, SETTLE_SECONDS, SHARE, UNSAVED_SECONDS, Schedule


class Clock:
    """A clock that stands still until it is told to go."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(schedule, "monotonic", clock)
    return clock


@pytest.fixture
def made(clock):
    return Schedule()


def test_what_has_not_changed_is_never_due(made):
    assert not made.is_unsaved
    assert math.isinf(made.left(busy=True))
    assert not made.take()


def test_at_rest_it_waits_for_the_last_change_of_a_burst(made, clock):
    made.changed()
    clock.now += SETTLE_SECONDS / 2
    made.changed()
    assert made.left(busy=False) == pytest.approx(SETTLE_SECONDS)
    clock.now += SETTLE_SECONDS
    assert made.left(busy=False) <= 0


def test_a_burst_that_does_not_end_is_kept_all_the_same(made, clock):
    began = clock.now
    while made.left(busy=False) > 0:
        made.changed()
        clock.now += SETTLE_SECONDS / 2
    assert clock.now - began <= UNSAVED_SECONDS + SETTLE_SECONDS


def test_while_it_is_busy_no_more_than_so_many_seconds_wait(made, clock):
    made.changed()
    clock.now += UNSAVED_SECONDS - 1
    made.changed()
    assert made.left(busy=True) == pytest.approx(1)
    # What comes after a long rest is no reason to write at once.
    assert made.take()
    made.wrote(computed=0.01, waited=0.0)
    clock.now += 1000
    made.changed()
    assert made.left(busy=True) == pytest.approx(UNSAVED_SECONDS)


def test_with_a_batch_and_the_writing_no_more_than_five_seconds_are_lost():
    assert UNSAVED_SECONDS <= 5 - 1


def test_writing_takes_two_per_cent_of_the_time_at_most(made, clock):
    made.changed()
    made.take()
    made.wrote(computed=1.0, waited=0.0)
    made.changed()
    assert made.left(busy=True) == pytest.approx(SHARE)
    assert SHARE >= 1 / 0.02
    # At rest it is in nobody's way.
    assert made.left(busy=False) == pytest.approx(SETTLE_SECONDS)


def test_a_slow_disk_counts_and_a_busy_moment_does_not(made):
    for waited in (3.0, 3.0, 0.2, 3.0, 0.2):
        made.changed()
        assert made.left(busy=True) <= SHARE * 0.1
        made.take()
        made.wrote(computed=0.1, waited=waited)
    made.changed()
    assert made.left(busy=True) == pytest.approx(SHARE * 0.3)


def test_what_is_being_written_is_unsaved_until_it_is_there(made):
    made.changed()
    made.take()
    assert made.is_unsaved
    assert math.isinf(made.left(busy=True))
    made.wrote(computed=0.0, waited=0.0)
    assert not made.is_unsaved


def test_what_changes_meanwhile_is_written_the_next_time(made):
    made.changed()
    made.take()
    made.changed()
    made.wrote(computed=0.0, waited=0.0)
    assert made.is_unsaved
    assert made.left(busy=True) == pytest.approx(UNSAVED_SECONDS)


def test_what_failed_is_tried_again_later(made, clock):
    made.changed()
    clock.now += 100
    made.take()
    made.failed(computed=0.0)
    assert made.is_unsaved
    assert made.left(busy=True) == made.left(busy=False) == pytest.approx(RETRY_SECONDS)
    clock.now += RETRY_SECONDS
    assert made.left(busy=True) <= 0
    # What cannot be written for its size takes its time all the same.
    made.take()
    made.failed(computed=1.0)
    assert made.left(busy=False) == pytest.approx(SHARE)


def test_a_session_that_a_file_has_is_forgotten(made):
    made.changed()
    made.forget()
    assert not made.is_unsaved
