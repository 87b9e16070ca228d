import errno
import json
import os
import stat
import struct
import zipfile

import pytest
import torch
from safetensors import safe_open

from oneshot_lab.errors import SessionError
from oneshot_lab.session.saving import storage
from oneshot_lab.session.saving.storage import STATE, WEIGHTS, read, refusing, write

TENSORS = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.tensor([1, 2])}
VALUES = {"text": "naïve \udc80", "list": [1, 2.5, None, True], "number": float("inf"), "big": 2**127}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.oneshot"


def zipped(path, entries, **settings):
    with zipfile.ZipFile(path, "w", **settings) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def entries(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_was_written_is_read_back(path):
    write(path, VALUES, TENSORS)
    values, tensors = read(path)
    assert values == VALUES
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], tensor) for name, tensor in TENSORS.items())


def test_it_is_json_and_safetensors_and_nothing_else(path):
    write(path, VALUES, TENSORS)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [STATE, WEIGHTS]
        assert archive.testzip() is None
        json.loads(archive.read(STATE))
        archive.extract(WEIGHTS, path.parent)
    with safe_open(path.parent / WEIGHTS, "pt") as file:
        assert set(file.keys()) == {"a", "b"}


def test_others_may_read_it_if_the_umask_lets_them(path):
    for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
        path.unlink(missing_ok=True)
        before = os.umask(mask)
        try:
            write(path, VALUES, TENSORS)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_file_that_is_there_keeps_its_permissions_and_its_place(path):
    write(path, VALUES, TENSORS)
    path.chmod(0o640)
    link = path.with_name("link.oneshot")
    link.symlink_to(path)
    write(link, {"new": 1}, TENSORS)
    assert link.is_symlink()
    assert read(path)[0] == {"new": 1}
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("failing", ["replace", "fsync"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failing_write_leaves_the_old_file_and_no_other(path, monkeypatch, failing, error):
    write(path, VALUES, TENSORS)

    def fail(*args):
        raise error

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises((SessionError, KeyboardInterrupt)) as caught:
        write(path, {"new": 1}, TENSORS)
    monkeypatch.undo()
    if isinstance(error, OSError):
        assert isinstance(caught.value, SessionError)
        assert "it cannot be written" in str(caught.value)
        assert "No space left" in str(caught.value)
    assert read(path)[0] == VALUES
    assert os.listdir(path.parent) == [path.name]


def test_a_disk_that_is_full_in_the_middle(path, monkeypatch):
    class Full(zipfile.ZipFile):
        def writestr(self, name, *args, **kwargs):
            if name == WEIGHTS:
                raise OSError(errno.ENOSPC, "No space left on device")
            super().writestr(name, *args, **kwargs)

    monkeypatch.setattr(zipfile, "ZipFile", Full)
    with pytest.raises(SessionError, match="No space left"):
        write(path, VALUES, TENSORS)
    assert os.listdir(path.parent) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    for place in (tmp_path, tmp_path / "missing" / "a.oneshot"):
        with pytest.raises(SessionError, match="it cannot be written") as caught:
            write(place, VALUES, TENSORS)
        assert caught.value.where == str(place)
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_not_there(path):
    with pytest.raises(SessionError, match=r"a\.oneshot: there is no such file"):
        read(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
        read(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip", b"\x80\x04K\x01.", bytes(1000)])
def test_something_else_than_a_zip(path, content):
    path.write_bytes(content)
    with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
        read(path)


def test_wherever_it_is_cut_it_is_refused(path):
    write(path, VALUES, TENSORS)
    whole = path.read_bytes()
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
            read(path)


@pytest.mark.parametrize("missing", [STATE, WEIGHTS])
def test_both_entries_must_be_there(path, missing):
    write(path, VALUES, TENSORS)
    kept = entries(path)
    del kept[missing]
    zipped(path, kept)
    with pytest.raises(SessionError, match="damaged"):
        read(path)


@pytest.mark.parametrize("text", ["", "{", '{"a": }', "[" * 100_000, "nul", '"\\ud8', "1" * 5000])
def test_what_is_no_json_is_refused(path, text):
    write(path, VALUES, TENSORS)
    zipped(path, entries(path) | {STATE: text})
    with pytest.raises(SessionError, match="damaged"):
        read(path)


def test_what_is_no_safetensors_is_refused(path):
    write(path, VALUES, TENSORS)
    good = entries(path)
    header = json.dumps({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}).encode()
    gigantic = struct.pack("<Q", len(header)) + header
    for weights in (b"", b"\x80\x04K\x01.", good[WEIGHTS][:-4], struct.pack("<Q", 2**60), gigantic):
        zipped(path, good | {WEIGHTS: weights})
        with pytest.raises(SessionError, match="damaged"):
            read(path)


def test_a_small_file_with_gigantic_contents_is_refused(path, monkeypatch):
    monkeypatch.setattr(storage, "LARGEST_STATE", 10_000)
    write(path, VALUES, TENSORS)
    zipped(path, entries(path) | {STATE: " " * 10_001}, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(SessionError, match=r"session\.json has 10,001 bytes"):
        read(path)
    # Weights do not compress: they are never more than the file.
    write(path, VALUES, TENSORS)
    zipped(path, entries(path) | {WEIGHTS: bytes(10**6)}, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(SessionError, match=r"weights\.safetensors has 1,000,000 bytes"):
        read(path)


def test_an_entry_that_lies_about_its_size_is_refused(path):
    write(path, VALUES, TENSORS)
    zipped(path, entries(path) | {STATE: " " * 10**6 + "{}"}, compression=zipfile.ZIP_DEFLATED)
    content = path.read_bytes().replace(struct.pack("<L", 10**6 + 2), struct.pack("<L", 2))
    path.write_bytes(content)
    with pytest.raises(SessionError, match="damaged"):
        read(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(path, compression):
    """Python unpacks these whole, however little is asked for."""
    write(path, VALUES, TENSORS)
    zipped(path, entries(path), compression=compression)
    with pytest.raises(SessionError, match="damaged"):
        read(path)


def test_errors_about_the_file_itself_pass(path):
    with pytest.raises(SessionError, match="the file has version 2"), refusing(path):
        raise SessionError("the file has version 2", where=str(path))
    with pytest.raises(SessionError, match=r"damaged.*population"), refusing(path):
        raise SessionError("too many", where="population")
    with pytest.raises(KeyboardInterrupt), refusing(path):
        raise KeyboardInterrupt


def test_how_full_a_file_is_is_told_long_before_it_is(path, monkeypatch):
    monkeypatch.setattr(storage, "LARGEST_STATE", 1000)
    assert write(path, {"log": "x" * 400}, TENSORS) == ""
    told = write(path, {"log": "x" * 600}, TENSORS)
    assert told.startswith("the session's record fills 61% of what a file may hold; continue in a new session")
    assert "fills 70% of" in write(path, {"log": ""}, TENSORS, share=0.7)
    read(path)


@pytest.mark.parametrize(("state", "share"), [({"log": "x" * 1001}, 0.0), ({"log": ""}, 1.01)])
def test_what_could_not_be_read_is_not_written(path, monkeypatch, state, share):
    monkeypatch.setattr(storage, "LARGEST_STATE", 1000)
    write(path, {"log": "the one before"}, TENSORS)
    with pytest.raises(SessionError, match=r"too long for a file \(10[12]% of what that may hold\); continue in a new"):
        write(path, state, TENSORS, share=share)
    assert read(path)[0] == {"log": "the one before"}


@pytest.mark.parametrize(
    "change",
    [
        lambda good: {STATE: good[STATE].replace(b"2.5", b"2.6")},
        lambda good: {WEIGHTS: good[WEIGHTS][:-1] + b"\x01"},
        lambda good: {},
    ],
)
def test_parts_that_were_not_written_together_are_refused(path, change):
    """Also where somebody has packed them anew, so that all checksums are right."""
    write(path, VALUES, TENSORS)
    good = entries(path)
    zipped(path, good | change(good))
    with pytest.raises(SessionError, match="its parts were not written together"):
        read(path)


@pytest.mark.parametrize("version", [1, 2])
def test_files_of_before_there_was_a_seal_have_none(path, version):
    write(path, VALUES, TENSORS)
    zipped(path, entries(path) | {STATE: json.dumps({"oneshot_session": version})})
    assert read(path)[0] == {"oneshot_session": version}


@pytest.mark.parametrize("value", [object(), {1, 2}, 10**5000], ids=["object", "set", "number"])
def test_what_no_file_can_hold_is_refused_and_the_old_file_kept(path, value):
    write(path, VALUES, TENSORS)
    with pytest.raises(SessionError, match="the session holds a value that cannot be saved"):
        write(path, {"value": value}, TENSORS)
    assert read(path)[0] == VALUES
