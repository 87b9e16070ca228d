"""A view's own settings and a person's, at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from oneshot_lab.views.common.following import Following


def test_it_is_true_within_and_false_after_also_after_an_error() -> None:
    following = Following()
    assert not following
    with following:
        with following:
            assert following
        assert following
    assert not following
    try:
        with following:
            raise ValueError
    except ValueError:
        pass
    assert not following


def test_another_thread_is_not_said_to_follow() -> None:
    following = Following()
    with following, ThreadPoolExecutor() as pool:
        assert pool.submit(bool, following).result() is False
        assert following
