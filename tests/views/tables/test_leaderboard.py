"""The leaderboard without a browser: who is on it, in which order, and what its rows do in the session."""

import json
import math
from dataclasses import replace

import pytest

from oneshot_lab.architecture.edits import AddComponent, RemoveBlock
from oneshot_lab.architecture.mask import Mask, locked_blocks
from oneshot_lab.architecture.shapes import cost
from oneshot_lab.errors import SessionError
from oneshot_lab.session.state.evaluations import Candidate, digest
from oneshot_lab.views.tables import session_table
from oneshot_lab.views.tables.leaderboard import Leaderboard, choices_of
from tests.session.sessions import publish, show, watchers
from tests.session.state.test_calibration import landmark
from tests.views.parts import living

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
    """The candidates of its rows, from their blocks."""
    name = choices_of(board.session.architecture)
    known = {name(mask): mask for mask in (*board.session.candidate_masks, *MASKS)}
    return [known[cells[-1]] for _, cells, *_ in board.rows]


def mask_of(board, key):
    """The candidate of a row."""
    return masks(board)[[row[0] for row in board.rows].index(key)]


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
        session.state.evaluations.add(
            Candidate(mask, loss, accuracy, 1, 1, 0, None, 1, digest(session.architecture, mask))
        )
    publish(session)
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


# With landmarks -------------------------------------------------------------------------------------------------------


def calibrate(session, *accuracies):
    """Notes landmarks rather than training them: `MASKS`, and from the seventh on the same again."""
    notes = []
    for seed, accuracy in enumerate(accuracies):
        mask = MASKS[seed % len(MASKS)]
        size = cost(session.architecture, mask)
        made = landmark(session, mask, accuracy, seed)
        notes.append(replace(made, parameters=size.parameters, macs=size.macs))
    session.state.landmarks = tuple(notes)
    publish(session)


def cells_of(board, key):
    """A column of a board, by its key."""
    place = [column["key"] for column in board.columns].index(key)
    return [cells[place] for _, cells, *_ in board.rows]


@pytest.fixture
def calibrated(session):
    session.train(1)
    session.evaluate(*MASKS)
    session.step()
    calibrate(session, 0.5, 0.8, 0.6)
    board = Leaderboard(session)
    yield board
    board.close()


def test_with_landmarks_it_is_ranked_by_the_posterior_mean(calibrated):
    session = calibrated.session
    known = session.posterior()
    order = [known.masks[row] for row in known.mean.argsort()[::-1]]
    assert masks(calibrated) == order
    assert calibrated.chosen == order[0] == session.best.mask
    assert [mean for mean, _ in cells_of(calibrated, "posterior")] == sorted(known.mean, reverse=True)
    trained = dict(zip(masks(calibrated), cells_of(calibrated, "trained"), strict=True))
    assert {mask: cell for mask, cell in trained.items() if cell} == {
        MASKS[0]: [0.5, None],
        MASKS[1]: [0.8, None],
        MASKS[2]: [0.6, None],
    }
    assert {mask for mask, row in zip(masks(calibrated), calibrated.rows, strict=True) if row[2] == "◆"} == {*MASKS[:3]}
    json.dumps(calibrated.rows, allow_nan=False)


def test_it_can_be_ranked_by_the_lower_bound_and_by_score(calibrated):
    session = calibrated.session
    known, best = session.posterior(), session.best.mask
    assert [name for name, _ in calibrated.orders] == ["mean", "low", "score"]
    calibrated.set_state({"order": "low"})
    lows = dict(zip(known.masks, known.low, strict=True))
    assert [lows[mask] for mask in masks(calibrated)] == sorted(known.low, reverse=True)
    calibrated.set_state({"order": "score"})
    losses = [loss for loss in cells_of(calibrated, "loss") if loss is not None]
    assert losses == sorted(losses)
    # Whatever the order is, the best is what is finalized.
    assert calibrated.chosen == best
    assert [mask_of(calibrated, row[0]) for row in calibrated.rows if "best" in row[3]] == [best]
    calibrated.set_state({"order": "beauty"})
    assert session.log[-1].outcome == "refused: Leaderboard: not an order; expected mean or low or score"
    assert calibrated.order == "score"


def test_ties_have_a_bracket_and_say_how_likely_they_are_better(calibrated):
    session = calibrated.session
    calibrate(session, *[0.301, 0.901, 0.3, 0.9, 0.299, 0.899] * 3)
    ties = session.posterior().posterior.ties(session.posterior().masks)
    rows = dict(zip(masks(calibrated), calibrated.rows, strict=True))
    assert 1 < len(ties) < len(rows)
    assert {mask for mask, row in rows.items() if "tied" in row[3]} == set(ties)
    assert calibrated.note == f"The {len(ties)} candidates in the bracket cannot be told apart."
    assert rows[ties[0]][3:] == ["best tied", rows[ties[0]][4]]
    assert "The best by the posterior mean." in rows[ties[0]][4]
    assert "It cannot be told apart from the best: it is better with a probability of " in rows[ties[1]][4]
    assert all(len(row) == 4 for mask, row in rows.items() if mask not in {*ties, *MASKS})


def test_a_clear_winner_has_no_bracket(session):
    for seed in range(3):
        session.state.landmarks += tuple(
            replace(landmark(session, mask, accuracy + seed / 1e5), seed=seed)
            for mask, accuracy in zip(MASKS[:2], (0.2, 0.9), strict=True)
        )
    publish(session)
    board = Leaderboard(session)
    best, other = board.rows
    assert (best[3], other[3]) == ("best", "")
    assert board.note == "No other candidate is tied with the best."
    board.close()


def test_a_landmark_has_a_row_without_an_evaluation_and_the_limit_counts_for_it(session):
    calibrate(session, 0.5, 0.8)
    board = Leaderboard(session)
    assert [cells_of(board, key) for key in ("loss", "accuracy", "generation")] == [[None, None]] * 3
    assert board.chosen == MASKS[1] == session.best.mask
    sizes = sorted(cells_of(board, "parameters"))
    assert sizes[0] < sizes[1]
    session.constrain(limit=sizes[0])
    assert [row[2] for row in board.rows] == ["◆", "◆ too large"]
    assert cells_of(board, "parameters") == sizes
    assert session.best.mask == board.chosen
    board.close()


def test_without_landmarks_there_is_no_posterior_and_no_choice(trained):
    calibration, trained.state.calibration = trained.state.calibration, None
    board = Leaderboard(trained, order="low")
    assert (board.orders, board.note, len(board.columns)) == ([], "", 7)
    board.close()
    trained.state.calibration = calibration


def test_an_edit_that_removes_the_landmarks_takes_all_of_it_back(calibrated):
    session, columns = calibrated.session, len(calibrated.columns)
    session.edit(AddComponent("B4", "MaxPool2d", "2"))
    assert (calibrated.orders, calibrated.note, len(calibrated.columns)) == ([], "", columns - 2)
    session.undo()
    assert len(calibrated.columns) == columns
    assert len(calibrated.orders) == 3


def test_an_order_that_is_none_is_refused(trained):
    with pytest.raises(SessionError, match="Leaderboard: order 'beauty'; expected mean or low or score"):
        Leaderboard(trained, order="beauty")


# Its rows -------------------------------------------------------------------------------------------------------------


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
    assert board.empty.startswith("Training or an edit made all evaluations out of date")


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
    assert mask_of(board, board.hovered) == MASKS[0]
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
    assert [mask_of(board, key) for key in board.selected] == [MASKS[2], MASKS[0]]
    later = Leaderboard(trained)
    assert [mask_of(later, key) for key in later.selected] == [MASKS[2], MASKS[0]]
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
    show(session, candidates=session.candidates.copy(), message="there")
    show(session, message="still there")
    assert len(drawn) == 1
    monkeypatch.setattr(session_table, "REDRAW_SECONDS", 1000.0)
    show(session, status="searching")
    for _ in range(5):
        show(session, candidates=session.candidates.copy())
    assert len(drawn) == 1
    # The end of the action is drawn in any case.
    show(session, status="idle")
    assert len(drawn) == 2
    board.close()


def test_three_thousand_candidates_are_ranked_in_a_moment(session):
    session.train(1)
    blocks = session.architecture.block_ids
    every = [Mask(frozenset(b for i, b in enumerate(blocks) if n >> i & 1)) for n in range(3000)]
    for number, mask in enumerate(every):
        session.state.evaluations.add(Candidate(mask, 1.0, number / 3000, 1, 1, None, None, 1, str(number)))
    table = session.state.evaluations.table(session.architecture, 1).assign(stale=False)
    show(session, candidates=table)
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
    assert session.log[-1].outcome == "refused: Leaderboard: not a list of rows; expected up to 2 keys"


def test_closing_leaves_nothing_behind(trained):
    before, watched = living(), watchers(trained)
    for _ in range(10):
        Leaderboard(trained).close()
    assert living() == before
    assert watchers(trained) == watched
