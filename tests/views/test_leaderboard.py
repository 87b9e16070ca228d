"""The leaderboard without a browser: who is on it, in which order, and what its rows do in the session."""

import json
import math

import pytest
from ipywidgets.widgets.widget import _instances

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.architecture.mask import Mask, locked_blocks
from oneshot_lab.errors import SessionError
from oneshot_lab.session.candidates import Candidate, digest
from oneshot_lab.views import session_table
from oneshot_lab.views.leaderboard import Leaderboard, choices_of

MASKS = [Mask.of(one, "B4", other, "B8", "B9", "B11", "B12") for one in ("B1", "B2", "B3") for other in ("B5", "B7")]


@pytest.fixture(scope="module")
def made(data):
    from tests.session.sessions import small

    session = small(data)
    session.train(1)
    session.step()
    session.evaluate(*MASKS)
    return session


@pytest.fixture
def trained(made):
    """The same session for all tests, which leave nothing in it but what people look at."""
    made.hovered_candidate, made.pinned_candidates = None, ()
    return made


@pytest.fixture
def board(trained):
    board = Leaderboard(trained)
    yield board
    board.close()


def masks(board):
    return list(board._masks.values())


def test_the_best_comes_first(trained, board):
    table = trained.candidates
    assert len(board.rows) == table["mask"].nunique()
    losses = [cells[2] for _, cells, *_ in board.rows]
    assert losses == sorted(table.drop_duplicates("mask")["loss"])
    assert [cells[0] for _, cells, *_ in board.rows] == list(range(1, len(board.rows) + 1))
    # What the map's ring and the final model mean by it.
    assert board.chosen == masks(board)[0] == trained.best.mask
    json.dumps(board.rows, allow_nan=False)


def test_a_loss_that_is_not_finite_comes_last_and_of_equal_ones_the_more_accurate_first(session):
    session.train(1)
    numbers = [(math.nan, 0.9), (0.5, 0.2), (math.inf, 1.0), (0.25, 0.1), (0.5, 0.3)]
    for mask, (loss, accuracy) in zip(MASKS, numbers, strict=False):
        session._ledger.add(Candidate(mask, loss, accuracy, 1, 1, 0, None, 1, digest(session.architecture, mask)))
    session._publish()
    board = Leaderboard(session)
    assert masks(board) == [MASKS[index] for index in (3, 4, 1, 2, 0)]
    assert board.chosen == session.best.mask == MASKS[3]
    json.dumps(board.rows, allow_nan=False)
    board.close()


def test_what_is_above_the_limit_comes_after_the_rest_and_is_marked(session):
    session.train(1)
    session.evaluate(*MASKS)
    board = Leaderboard(session)
    sizes = {each.mask: each.parameters for each in session.current_candidates()}
    best = session.best.mask
    limit = sorted(set(sizes.values()))[-2]
    assert (board.chosen, {row[2] for row in board.rows}) == (best, {""})
    session.constrain(limit=limit)
    marked = [mask for mask, row in zip(masks(board), board.rows, strict=True) if row[2] == "too large"]
    assert 0 < len(marked) < len(MASKS)
    assert {*marked} == {mask for mask in MASKS if sizes[mask] > limit}
    assert masks(board)[-len(marked) :] == marked
    assert board.chosen == session.best.mask == masks(board)[0]
    session.constrain(limit=None)
    assert (board.chosen, {row[2] for row in board.rows}) == (best, {""})
    board.close()


def test_a_row_tells_what_is_known_of_a_candidate(trained, board):
    for (_, cells, badge, tone), mask in zip(board.rows, masks(board), strict=True):
        (found,) = [row for row in trained.candidates.itertuples() if Mask.parse(row.mask) == mask]
        assert cells[1:5] == [found.accuracy, found.loss, found.parameters, found.macs]
        assert cells[5] == (found.generation if mask not in MASKS else None) or cells[5] == 0
        assert (badge, tone) == ("", "")


def test_blocks_that_every_candidate_has_are_left_out(trained, board):
    locked = locked_blocks(trained.architecture)
    assert locked == {"B4", "B8", "B11", "B12"}
    assert choices_of(trained.architecture)(MASKS[1]) == "B1 B7 B9"
    for (_, cells, *_), mask in zip(board.rows, masks(board), strict=True):
        assert set(cells[6].split()) == mask.blocks - locked


def test_what_no_longer_holds_is_left_out(session):
    board = Leaderboard(session)
    assert (board.rows, board.chosen) == ([], None)
    assert board.empty == "Train the supernet, then step the search, to see candidates."
    session.train(1)
    assert board.empty == "Step the search to see candidates."
    session.step()
    assert len(board.rows) == session.candidates["mask"].nunique()
    session.edit(RemoveBlock("B3"))
    assert len(board.rows) == (~session.candidates["stale"]).sum() < len(session.candidates)
    session.train(1)
    assert board.rows == []
    assert board.empty.startswith("No evaluation holds since the last training or edit")


def test_the_row_under_the_pointer_is_everybodys_candidate(trained, board):
    other = Leaderboard(trained)
    key = board.rows[2][0]
    board.set_state({"hovered": key})
    assert trained.hovered_candidate == masks(board)[2]
    assert other.hovered == other.rows[2][0]
    board.set_state({"hovered": ""})
    assert trained.hovered_candidate is None
    assert other.hovered == ""
    other.close()


def test_what_another_view_points_at_is_shown_and_left_alone(trained, board):
    trained.hovered_candidate = MASKS[0]
    assert board._masks[board.hovered] == MASKS[0]
    # As a late message of a pointer that has left.
    board.set_state({"hovered": board.rows[0][0]})
    trained.hovered_candidate = MASKS[3]
    board.set_state({"hovered": ""})
    assert trained.hovered_candidate == MASKS[3]
    trained.hovered_candidate = Mask.of("B1")
    assert board.hovered == ""


def test_a_click_compares_two_at_most(trained, board):
    keys = [row[0] for row in board.rows]
    board.set_state({"selected": [keys[1]]})
    assert trained.pinned_candidates == (masks(board)[1],)
    board.set_state({"selected": [keys[1], keys[3]]})
    assert trained.pinned_candidates == (masks(board)[1], masks(board)[3])
    assert board.chosen == masks(board)[3]
    board.set_state({"selected": [keys[3]]})
    assert trained.pinned_candidates == (masks(board)[3],)
    board.set_state({"selected": []})
    assert trained.pinned_candidates == ()
    assert board.chosen == masks(board)[0]


def test_a_row_may_be_pointed_at_and_selected_in_one_message(trained, board):
    key = board.rows[1][0]
    board.set_state({"hovered": key, "selected": [key]})
    assert trained.hovered_candidate == masks(board)[1]
    assert trained.pinned_candidates == (masks(board)[1],)


def test_what_is_compared_elsewhere_is_shown(trained, board):
    trained.pinned_candidates = (MASKS[2], MASKS[0])
    assert [board._masks[key] for key in board.selected] == [MASKS[2], MASKS[0]]
    later = Leaderboard(trained)
    assert [later._masks[key] for key in later.selected] == [MASKS[2], MASKS[0]]
    later.close()


def test_a_pinned_candidate_without_a_row_stays_pinned_until_there_are_newer_ones(trained, board):
    hidden = Mask.of("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12")
    assert hidden not in masks(board)
    trained.pinned_candidates = (hidden,)
    assert board.selected == []
    keys = [row[0] for row in board.rows]
    board.set_state({"selected": [keys[0]]})
    assert trained.pinned_candidates == (hidden, masks(board)[0])
    board.set_state({"selected": [keys[0], keys[1]]})
    assert trained.pinned_candidates == tuple(masks(board)[:2])


def test_a_candidate_keeps_its_row_while_others_come(session):
    session.train(1)
    session.evaluate(*MASKS[:3])
    board = Leaderboard(session)
    session.pinned_candidates, session.hovered_candidate = (MASKS[0],), MASKS[1]
    before = board.hovered, board.selected
    session.evaluate(*MASKS[3:])
    assert (board.hovered, board.selected) == before
    assert len(board.rows) == 6
    assert session.pinned_candidates == (MASKS[0],)
    assert session.hovered_candidate == MASKS[1]


def test_it_is_drawn_once_for_each_change_and_seldom_while_an_action_runs(session, monkeypatch):
    board, drawn = Leaderboard(session), []
    monkeypatch.setattr(board, "show", drawn.append)
    session._set(candidates=session.candidates.copy(), message="there")
    session._set(message="still there")
    assert len(drawn) == 1
    monkeypatch.setattr(session_table, "PAUSE", 1000.0)
    session._set(status="searching")
    for _ in range(5):
        session._set(candidates=session.candidates.copy())
    assert len(drawn) == 1
    # The end of the action is drawn in any case.
    session._set(status="idle")
    assert len(drawn) == 2
    board.close()


def test_three_thousand_candidates_are_ranked_in_a_moment(session):
    session.train(1)
    blocks = session.architecture.block_ids
    every = [Mask(frozenset(b for i, b in enumerate(blocks) if n >> i & 1)) for n in range(3000)]
    for number, mask in enumerate(every):
        session._ledger.add(Candidate(mask, 1.0, number / 3000, 1, 1, None, None, 1, str(number)))
    table = session._ledger.table(session.architecture, 1).assign(stale=False)
    session._set(candidates=table)
    board = Leaderboard(session)
    assert len(board.rows) == 3000
    assert board.rows[0][1][1] == 2999 / 3000


def test_something_else_than_a_session_is_refused():
    with pytest.raises(SessionError, match="Leaderboard: a str; expected a search session"):
        Leaderboard("lenet")


def test_what_the_browser_may_not_send_is_refused_in_the_sessions_log(session):
    board = Leaderboard(session)
    board.set_state({"selected": [{}]})
    assert session.log[-1].action == "Leaderboard"
    assert session.log[-1].outcome == "refused: Leaderboard: no rows; expected up to 2 keys"


def test_closing_leaves_nothing_behind(trained):
    before, watched = set(_instances), len(trained._trait_notifiers["candidates"]["change"])
    for _ in range(10):
        Leaderboard(trained).close()
    assert set(_instances) == before
    assert len(trained._trait_notifiers["candidates"]["change"]) == watched
