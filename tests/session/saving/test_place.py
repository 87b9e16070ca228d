import os

import pytest

from oneshot_lab.session.saving.place import Place


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.checkpoint.oneshot"


@pytest.fixture
def place(path):
    place = Place()
    place.take(path)
    yield place
    place.give_back()


def write(path, text, *, time=None):
    path.write_text(text)
    if time is not None:
        os.utime(path, (time, time))
    return path


def test_a_file_is_taken_once_and_another_one_gives_it_back(place, path):
    assert place.take(path) == path
    other = Place()
    assert other.take(path).name == "run-2.checkpoint.oneshot"
    place.take(path.with_name("elsewhere.oneshot"))
    other.give_back()
    assert other.take(path) == path
    other.give_back()


def test_room_is_made_for_our_file_once(place, path):
    place.make_room(path)
    assert place.aside is None
    write(path, "another's")
    place.make_room(path)
    assert place.aside.name == "run.checkpoint.previous.oneshot"
    write(path, "ours")
    place.knows(path)
    place.make_room(path)
    assert place.aside.read_text() == "another's"


def test_a_place_is_lost_to_who_writes_there(place, path):
    assert not place.is_lost(path)
    write(path, "ours")
    # Of a session that has ended: it is put aside.
    assert not place.is_lost(path)
    place.knows(path)
    assert not place.is_lost(path)
    write(path, "another's", time=1000)
    assert place.is_lost(path)
    assert place.elsewhere(path).name == "run-2.checkpoint.oneshot"
    path.unlink()
    place.knows(write(path, "ours"))
    path.unlink()
    assert not place.is_lost(path)


def test_what_was_given_back_is_lost_to_who_has_taken_it_since(place, path):
    place.give_back()
    other = Place()
    other.take(path)
    assert place.is_lost(path)
    other.give_back()
    assert not place.is_lost(path)


def test_the_newest_of_those_that_have_ended_is_told(place, path):
    assert place.ended(path) is None
    write(path, "another's", time=2000)
    second = write(path.with_name("run-2.checkpoint.oneshot"), "a third's", time=1000)
    assert place.ended(path) == path
    place.make_room(path)
    place.knows(write(path, "ours"))
    assert place.ended(path) == place.aside
    os.utime(second, (3000, 3000))
    assert place.ended(path) == second
    other = Place()
    assert other.take(path) == second
    assert place.ended(path) == place.aside
    other.give_back()
