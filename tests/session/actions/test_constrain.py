import numpy as np
import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.errors import SessionError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.state.evaluations import Candidate
from oneshot_lab.session.state.finding import front
from tests.session.sessions import small


def test_what_is_left_out_stays(data):
    session = small(data)
    assert session.constraint == Constraint()
    session.constrain(measure="macs", weight=0.5)
    whole = cost(session.architecture, Mask.full(session.architecture)).macs
    assert session.constrain(limit=whole - 1) == session.constraint == Constraint("macs", 0.5, whole - 1)
    session.constrain(limit=None, weight=0)
    assert session.constraint == Constraint("macs", 0.0, None)
    assert session.log[-1].arguments == {"measure": "macs", "weight": 0.0, "limit": None}


def test_the_search_keeps_the_limit(data):
    session = small(data)
    session.train(1)
    session.step()
    limit = cost(session.architecture, Mask.full(session.architecture)).parameters // 2
    session.constrain(limit=limit)
    for generation in session.evolve(3):
        assert all(cost(session.architecture, mask).parameters <= limit for mask in generation.population)
    known = session.candidates
    assert (known["parameters"][known["generation"] > 0] <= limit).all()


def test_a_limit_that_no_network_keeps_is_refused_and_logged(data):
    session = small(data)
    with pytest.raises(SessionError, match="the size of the smallest network"):
        session.constrain(limit=1)
    assert session.constraint == Constraint()
    assert session.log[-1].outcome.startswith("failed: limit")
    with pytest.raises(SessionError, match="weight: got -1"):
        session.constrain(weight=-1)


def test_a_constraint_is_kept_in_the_file(data, tmp_path):
    session = small(data)
    session.constrain(measure="macs", weight=0.25)
    session.save(tmp_path / "run.oneshot")
    back = SearchSession.load(tmp_path / "run.oneshot", data=data, bar=False, device="cpu")
    assert back.constraint == Constraint("macs", 0.25)


def candidate(parameters, accuracy, loss=1.0):
    return Candidate(Mask.of(f"B{parameters}"), loss, accuracy, parameters, parameters, 0, None, 1, "")


def test_the_front_is_what_no_other_candidate_equals():
    front_ones = [candidate(1, 0.5), candidate(3, 0.6), candidate(9, 0.9)]
    others = [candidate(2, 0.5), candidate(3, 0.4), candidate(10, 0.9), candidate(4, 0.99, loss=np.nan)]
    assert list(front([*others, *reversed(front_ones)], "parameters")) == front_ones


def test_the_front_of_a_session(data):
    session = small(data)
    assert session.pareto() == ()
    session.train(1)
    list(session.evolve(3))
    found = session.pareto("macs")
    assert found
    for one in session.current_candidates():
        assert any(best.macs <= one.macs and best.accuracy >= one.accuracy for best in found)
    with pytest.raises(SessionError, match="measure: got 'bytes'"):
        session.pareto("bytes")
