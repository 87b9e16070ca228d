import os
import subprocess
import sys
import time

import pytest

from oneshot_lab.session.saving import replacing
from oneshot_lab.session.saving.replacing import copy, sweep

unix = pytest.mark.skipif(sys.platform == "win32", reason="there an open file cannot be removed, nor signals be sent")


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Nobody waits for a file to be old enough."""
    monkeypatch.setattr(replacing, "LEFT_BEHIND_SECONDS", 0.0)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "a.oneshot"
    path.write_bytes(b"old")
    return path


SLOW_WRITER = """
import sys
from pathlib import Path
from oneshot_lab.session.saving.replacing import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("in the middle", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def start():
    """Has another process write to a file, and gives it when it is in the middle of that."""
    started = []

    def begin(path):
        command = [sys.executable, "-c", SLOW_WRITER, str(path)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout.readline() == b"in the middle\n"
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def names(path):
    return sorted(os.listdir(path.parent))


def test_it_takes_the_place_when_it_is_complete(path):
    with replacing.replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert names(path) == ["a.oneshot"]


def test_after_an_error_the_old_one_is_there_and_no_other(path):
    def write():
        with replacing.replacing(path) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_bytes() == b"old"
    assert names(path) == ["a.oneshot"]


@unix
def test_what_a_killed_writer_has_left_goes_with_the_next_writing(path, start):
    process = start(path)
    process.kill()
    process.wait()
    assert len(names(path)) == 2
    with replacing.replacing(path) as file:
        file.write(b"new")
    assert names(path) == ["a.oneshot"]


@unix
def test_what_a_living_writer_writes_is_left_alone(path, start):
    start(path)
    (temporary,) = (name for name in names(path) if name != path.name)
    sweep(path)
    assert names(path) == [temporary, "a.oneshot"]


def test_one_that_was_made_a_moment_ago_is_left_alone(path, monkeypatch):
    monkeypatch.setattr(replacing, "LEFT_BEHIND_SECONDS", 3600.0)
    path.with_name(".a.oneshot.0123abcd").touch()
    sweep(path)
    assert len(names(path)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there an open file cannot be removed")
def test_where_nothing_can_be_held_only_age_tells(path, monkeypatch):
    monkeypatch.setattr(replacing, "hold", lambda file: None)
    left = path.with_name(".a.oneshot.0123abcd")
    left.touch()
    sweep(path)
    assert left.exists()
    yesterday = time.time() - replacing.ABANDONED_SECONDS - 1
    os.utime(left, (yesterday, yesterday))
    sweep(path)
    assert not left.exists()


@pytest.mark.parametrize(
    "name",
    [".b.oneshot.0123abcd", ".a.oneshot.lock", "a.oneshot.0123abcd", ".a.oneshot.0123abcde", ".aXoneshot.0123abcd"],
)
def test_what_is_not_ours_is_left_alone(path, name):
    path.with_name(name).touch()
    sweep(path)
    assert path.with_name(name).exists()


def test_a_copy_has_the_times_and_is_complete_or_not_there(path, monkeypatch):
    os.utime(path, (1000, 1000))
    aside = path.with_name("a.previous.oneshot")
    copy(path, aside)
    assert aside.read_bytes() == b"old"
    assert aside.stat().st_mtime == 1000
    path.write_bytes(b"newer")

    def fail(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        copy(path, aside)
    assert aside.read_bytes() == b"old"
    assert names(path) == ["a.oneshot", "a.previous.oneshot"]
