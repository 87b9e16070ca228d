import os
import subprocess
import sys
from pathlib import Path

import pytest

from oneshot_lab.session.saving import claim as module
from oneshot_lab.session.saving.claim import Claim, claim, free, kin

HOLDER = """
import sys
from pathlib import Path
from oneshot_lab.session.saving.claim import Claim
claim = Claim(Path(sys.argv[1]))
print(claim.take(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.checkpoint.oneshot"


@pytest.fixture
def holder(path):
    """Another process that has the file."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline().strip() == b"True"
    yield process
    process.kill()
    process.communicate()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_only_one_has_a_file(path):
    one, other = Claim(path), Claim(path)
    assert (one.take(), one.take(), other.take()) == (True, True, False)
    assert other.is_anothers()
    assert not one.is_anothers()
    one.give_back()
    assert not other.is_anothers()
    assert other.take()


def test_what_is_given_back_leaves_nothing(path, tmp_path):
    one = Claim(path)
    one.take()
    assert names(tmp_path) == [".run.checkpoint.oneshot.lock"]
    one.give_back()
    one.give_back()
    assert names(tmp_path) == []


def test_the_claim_of_another_process_ends_when_that_is_killed(path, holder):
    assert Claim(path).is_anothers()
    assert claim(path).path.name == "run-2.checkpoint.oneshot"
    holder.kill()
    holder.wait()
    assert not Claim(path).is_anothers()
    assert claim(path).path == path


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked there")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_the_child_of_a_fork_gives_nothing_back(path):
    one = Claim(path)
    one.take()
    child = os.fork()
    if not child:
        one.give_back()
        os._exit(0)
    os.waitpid(child, 0)
    assert path.with_name(f".{path.name}.lock").exists()
    assert Claim(path).is_anothers()


def test_by_whatever_way_the_folder_is_reached(path, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    one = Claim(path)
    one.take()
    assert Claim(tmp_path / "link" / path.name).is_anothers()


def test_those_that_are_taken_are_passed_over(path):
    claims = [claim(path) for _ in range(3)]
    assert [each.path.name.removesuffix(".checkpoint.oneshot") for each in claims] == ["run", "run-2", "run-3"]
    claims[1].give_back()
    assert claim(path).path == claims[1].path


def test_a_folder_that_is_missing_is_not_made(tmp_path):
    assert Claim(tmp_path / "missing" / "run.oneshot").take() is None
    assert names(tmp_path) == []


@pytest.mark.parametrize("path", [Path("/proc/run.oneshot"), Path("/" + "n" * 300 + ".oneshot")])
def test_where_nothing_can_be_claimed_the_name_is_taken_as_it_is(path):
    assert Claim(path).take() is None
    assert claim(path).path == path
    assert not Claim(path).is_anothers()


def test_if_others_have_all_names_the_first_is_taken_as_it_is(path, monkeypatch):
    monkeypatch.setattr(module, "MOST_FILES", 3)
    held = [claim(path), claim(path)]
    assert [each.take() for each in held] == [True, True]
    assert claim(path).path == path


def test_a_free_name_is_one_where_nothing_is(path):
    assert free(path) == path
    path.touch()
    assert free(path).name == "run-2.checkpoint.oneshot"
    assert free(path.with_name("a.oneshot")).name == "a.oneshot"


def test_kin_are_numbers_of_the_same_name(path):
    kindred = ["run.checkpoint.oneshot", "run-2.checkpoint.oneshot", "run-17.checkpoint.oneshot"]
    others = [
        "run-2.oneshot",
        "run-two.checkpoint.oneshot",
        "run.checkpoint.previous.oneshot",
        "arun.checkpoint.oneshot",
    ]
    for name in (*kindred, *others):
        path.with_name(name).touch()
    assert sorted(found.name for found in kin(path)) == sorted(kindred)
    assert kin(path.parent / "missing" / path.name) == []
