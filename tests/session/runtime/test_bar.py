import threading
from types import SimpleNamespace

import pytest

from oneshot_lab.session.runtime import bar
from oneshot_lab.session.runtime.bar import showing
from tests.session.sessions import small


@pytest.fixture
def at_once(monkeypatch):
    """Bars that do not wait for a second."""
    make = bar.tqdm
    monkeypatch.setattr(bar, "tqdm", lambda **options: make(**{**options, "delay": 0, "mininterval": 0}))


def test_one_line_tells_what_how_much_and_how_long(at_once, capsys):
    job = SimpleNamespace(progress=0.0, said="train")
    with showing(job, shown=True) as update:
        job.progress, job.said = 0.25, "supernet: epoch 1 of 4, loss 2.301"
        update()
    shown = capsys.readouterr().err
    assert "train   0%|" in shown
    assert "supernet: epoch 1 of 4, loss 2.301  25%|" in shown
    assert "left" in shown


def test_a_session_shows_one_to_who_waits_unless_it_is_turned_off(at_once, capsys, data):
    small(data, bar=True).train(1)
    assert "left" in capsys.readouterr().err
    small(data, bar=False).train(1)
    assert capsys.readouterr().err == ""


def test_another_thread_shows_none(at_once, capsys, data):
    thread = threading.Thread(target=small(data, bar=True).train, args=(1,))
    thread.start()
    thread.join()
    assert capsys.readouterr().err == ""


def test_what_takes_less_than_a_second_shows_none(capsys):
    with showing(SimpleNamespace(progress=0.5, said="edit"), shown=True) as update:
        update()
    assert "edit" not in capsys.readouterr().err
