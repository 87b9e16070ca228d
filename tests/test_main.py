"""`python -m oneshot_lab demo`, in small."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from oneshot_lab import __main__ as program
from oneshot_lab.__main__ import leaderboard, main
from oneshot_lab.session.session import SearchSession

TINY = ["demo", "--width", "0.25", "--epochs", "1", "--iterations", "2", "--seed", "3"]


def check(text: str) -> None:
    """Checks what a tiny demo prints: the data, the generations, the best candidates, the final network."""
    assert text.startswith("Data(digits: 1×8×8, 10 classes; train 1,294, validation 144, test 359)")
    assert "Training the lenet supernet, 12 blocks" in text
    assert re.findall(r"^ +(\d)(?: +\d+\.\d{4}){3}$", text, re.MULTILINE) == ["0", "1"]
    best = re.findall(r"^ *(\d\.\d{4}) +(\d+\.\d\d)% +\d+ +\d+ +[01] +B\d.* B12$", text, re.MULTILINE)
    assert len(best) == 5
    assert [float(loss) for loss, _ in best] == sorted(float(loss) for loss, _ in best)
    assert re.search(r"Retrained from scratch for \d+ epochs: test accuracy \d+\.\d\d%, balanced \d+\.\d\d%", text)
    assert re.search(r"\d,?\d* parameters, [\d,]+ multiply-adds; \d+ s in all\n$", text)


def test_the_demo_prints_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    main(TINY)
    check(capsys.readouterr().out)


def test_the_demo_runs_as_a_program() -> None:
    # Long enough for a bar: there is none for what takes less than a second.
    command = [sys.executable, "-m", "oneshot_lab", *TINY, "--epochs", "20"]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=one_thread)
    check(done.stdout)
    assert re.search(r"supernet: epoch \d+ of 20, loss \d.*%.* left", done.stderr), "progress, apart from the tables"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--template", "lennet"], "did you mean 'lenet'?"),
        (["--data", "digit"], "did you mean 'digits'?"),
        (["--epochs", "0"], "epochs: got 0"),
        (["--width", "0"], "width: got 0.0"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(wrong: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*TINY, *wrong])
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "usage: python -m oneshot_lab" in capsys.readouterr().err


def test_an_interrupt_ends_it_quietly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(**settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "demo", interrupted)
    with pytest.raises(SystemExit) as caught:
        main(TINY)
    assert caught.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_the_leaderboard_leaves_out_what_no_longer_holds() -> None:
    session = SearchSession("lenet", "digits", width=0.25, population_size=4, bar=False)
    session.train(1)
    session.step()
    assert len(leaderboard(session, 3).splitlines()) == 4
    session.train(1)
    assert "Empty DataFrame" in leaderboard(session, 3)
