import copy as copies
import json
import re
import zipfile
from functools import partial

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneshot_lab.architecture.edits import AddBlock, AddComponent, RemoveBlock
from oneshot_lab.architecture.model import Architecture
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import DataError, SessionError
from oneshot_lab.session.saving import snapshot, storage
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.recipes import Recipe
from tests.session.sessions import equal, portrait, small, weights, write_checkpoint


@pytest.fixture(scope="module")
def content(saved):
    """What the saved session holds."""
    return storage.read(saved)


def attic(session):
    return {
        f"{component}.{name}": tensor.clone()
        for component, module in session.state.weights.retired.items()
        for name, tensor in module.state_dict().items()
    }


def test_everything_comes_back(data, tmp_path):
    session = small(data, seed=5, recipe="paper", population_size=6, mutation_rate=0.2, crossover="uniform")
    session.train(1)
    list(session.evolve(2))
    session.edit(RemoveBlock("B3"))
    session.edit(AddComponent("B4", "BatchNorm2d"))
    session.undo()
    session.step()
    session.finalize(epochs=1, seeds=2)
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")

    assert portrait(back) == portrait(session)
    assert equal(weights(back), weights(session))
    assert attic(session)
    assert equal(attic(back), attic(session))
    assert back.log == session.log[:-1], "all but the entry of saving itself"
    assert (back.state.drawing.past, back.state.drawing.future) == (
        session.state.drawing.past,
        session.state.drawing.future,
    )
    assert (back.seed, back.recipe, back.generations) == (5, session.recipe, session.generations)
    assert (back.status, back.can_undo, back.can_redo) == ("idle", True, True)
    one, other = (which.finals[0].module for which in (session, back))
    assert equal(one.state_dict(), other.state_dict())
    assert torch.equal(one(torch.ones(2, 1, 8, 8)), other(torch.ones(2, 1, 8, 8)))


def test_a_loaded_session_goes_on_exactly_as_the_saved_one(data, tmp_path):
    session = small(data)
    session.train(1)
    list(session.evolve(2))
    session.edit(RemoveBlock("B3"))
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")
    for each in (session, back):
        each.step()
        each.undo()
        each.train(1)
        list(each.evolve(2))
        each.edit(AddComponent("B4", "MaxPool2d"))
        each.step()
        each.finalize(epochs=1)
    assert portrait(back) == portrait(session)
    assert equal(weights(back), weights(session))
    assert equal(back.finals[0].module.state_dict(), session.finals[0].module.state_dict())


def test_a_session_that_has_done_nothing_comes_back(data, tmp_path):
    session = small(data)
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")
    assert portrait(back) == portrait(session)
    assert equal(weights(back), weights(session))


def test_saving_twice_over_changes_nothing(session, content, data, tmp_path):
    session.save(tmp_path / "a.oneshot")
    again = storage.read(tmp_path / "a.oneshot")
    assert again[0] == content[0]
    assert equal(again[1], content[1])


def test_a_waiting_population_and_a_recipe_of_ones_own_come_back(session, data, tmp_path):
    recipe = Recipe("own", ("whole", "single"), learning_rate=0.01, draw="epoch", distil=True)
    session = small(data, recipe=recipe)
    session.train(1)
    population = session.state.strategy.ask()
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")
    assert back.recipe == recipe
    assert back.step().population == tuple(population)


def test_it_is_told_long_before_a_file_can_hold_no_more(data, tmp_path, monkeypatch):
    session = small(data)
    session.save(tmp_path / "a.oneshot")
    assert session.message == "saved as a.oneshot"
    with zipfile.ZipFile(tmp_path / "a.oneshot") as archive:
        size = archive.getinfo(storage.STATE).file_size
    monkeypatch.setattr(storage, "LARGEST_STATE", round(size * 1.5))
    session.save(tmp_path / "a.oneshot")
    assert re.match(r"saved as a\.oneshot; the session's record fills [67]\d% of what a file may hold", session.message)
    # What it says to do about it.
    other = session.with_data(session.data)
    assert other.architecture == session.architecture
    monkeypatch.setattr(storage, "LARGEST_STATE", size // 2)
    with pytest.raises(SessionError, match="the session's record is too long for a file"):
        session.save(tmp_path / "b.oneshot")
    assert not (tmp_path / "b.oneshot").exists()


def test_so_is_it_by_a_checkpoint_once(data, tmp_path, monkeypatch):
    session = small(data)
    session.checkpoint = tmp_path / "run.checkpoint.oneshot"
    monkeypatch.setattr(storage, "TELLING", 0.0)
    said = []
    session.observe(lambda change: said.append(change.new), "message")
    for _ in range(2):
        session.submit("checkpoint", partial(write_checkpoint, session)).wait()
    assert sum("the session's record fills" in message for message in said) == 1


def test_a_network_of_ones_own_comes_back_with_the_numbers_of_its_next_ids(data, tmp_path):
    own = Architecture("own", load_template("lenet", width=0.25).layers)
    session = SearchSession(own, data, device="cpu", bar=False)
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, device="cpu", bar=False)
    assert back.architecture == session.architecture
    for each in (session, back):
        each.edit(AddBlock("L1", "Conv2d", ", 3, 3"))
    assert back.architecture == session.architecture


# Damaged and hostile files -------------------------------------------------------------------------------------------


def write(path, state, tensors):
    storage.write(path, state, tensors)
    return path


def load(path, data):
    return SearchSession.load(path, data=data, bar=False, device="cpu")


def test_a_later_version_is_refused(content, data, tmp_path):
    state, tensors = content
    path = write(tmp_path / "a.oneshot", state | {"oneshot_session": 5}, tensors)
    with pytest.raises(SessionError, match="the file has version 5; expected version 4 or earlier; update oneshot-lab"):
        load(path, data)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("evolution", "population_size"), 10**9),
        (("evolution", "population_size"), 2.5),
        (("evolution", "elite"), 1.5),
        (("evolution", "mutation_rate"), "high"),
        (("evolution", "generator"), {"bit_generator": "PCG64", "state": {"state": -1, "inc": 10**99}}),
        (("history", "blocks", 0), 1),
        (("history", "blocks"), ["B1"]),
        (("history", "orders"), []),
        (("history", "orders", 0), ["B1"]),
        (("generator", "bit_generator"), "MT19937"),
        (("seed",), -1),
        (("seed",), "0"),
        (("version",), -1),
        (("recipe", "learning_rate"), "fast"),
        (("recipe", "batch_size"), 0),
        (("recipe", "batch_size"), 1.5),
        (("recipe", "paths"), ["whole", "everywhere"]),
        (("recipe", "schedule"), None),
        (("recipe",), []),
        (("data_source",), ["digits"]),
        (("training_losses",), ["low"]),
        (("untrained",), 3),
        (("future", 0, "layers", 0), 10**9),
        (("future", 0, "layers", 0), -1),
        (("future", 0, "layers"), 3),
        (("future", 0), "lenet"),
        (("layers", 0), {}),
        (("layers",), {}),
        (("log", 0, "arguments"), "epochs"),
        (("attic", 0, "kind"), "Eval"),
        (("attic", 0, "params", "out_channels"), 60_000),
        (("architecture", "layers", 0, "blocks", 0, "components", 0, "params", "out_channels"), 60_000),
        (("architecture", "layers"), []),
        (("future", 0, "input_shape"), [3, 8, 8]),
        (("version",), 10**40),
        (("future", 0, "classes"), 7),
        (("finals", 0, "runs"), [{}]),
        (("finals", 0, "architecture", "layers"), {}),
    ],
)
def test_a_value_that_cannot_be_is_refused(content, data, tmp_path, place, value):
    state, tensors = copies.deepcopy(content[0]), content[1]
    *path, last = place
    inner = state
    for step in path:
        inner = inner[step]
    inner[last]  # it is there
    inner[last] = value
    with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
        load(write(tmp_path / "a.oneshot", state, tensors), data)


@pytest.mark.parametrize("draft", [{}, "lenet", "fits"])
def test_a_draft_that_cannot_be_one_is_refused(content, data, tmp_path, draft):
    state, tensors = content
    draft = state["architecture"] if draft == "fits" else draft
    with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
        load(write(tmp_path / "a.oneshot", state | {"draft": draft}, tensors), data)


@pytest.mark.parametrize("prefix", ["net.", "attic.0.", "final.0."])
def test_weights_must_be_those_of_the_architecture(content, data, tmp_path, prefix):
    state, tensors = content
    name = next(name for name in tensors if name.startswith(prefix) and name.endswith("weight"))
    missing = {other: tensor for other, tensor in tensors.items() if other != name}
    wrong = [missing, tensors | {name: torch.zeros(3, 3)}, tensors | {f"{prefix}C99.weight": torch.zeros(1)}]
    for other in wrong:
        with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
            load(write(tmp_path / "a.oneshot", state, other), data)


VALUES = st.sampled_from(
    [None, True, -1, 0, 1, 3.5, 10**9, 10**40, float("nan"), "", "B1", "..", [], [[]], {}, {"a": 1}]
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(way=st.lists(st.integers(0, 10**6), min_size=1, max_size=8), value=VALUES, remove=st.booleans())
def test_values_of_any_type_at_any_place_are_refused_or_harmless(way, value, remove, content, data, tmp_path):
    """The way leads from the top into the JSON; by depth, since most of its values are ids of blocks."""
    state = copies.deepcopy(content[0])
    parent, name, inner = None, None, state
    for turn in way:
        if not isinstance(inner, (dict, list)) or not inner:
            break
        names = sorted(inner) if isinstance(inner, dict) else range(len(inner))
        parent, name = inner, names[turn % len(names)]
        inner = parent[name]
    if remove:
        del parent[name]
    else:
        parent[name] = value
    path = write(tmp_path / "a.oneshot", state, content[1])
    try:
        session = load(path, data)
    except (SessionError, DataError):
        return
    # What was taken can be worked with.
    session.step()
    repr(session)
    session.save(path)


@pytest.mark.parametrize("value", [None, True, 3, "text", [], {}])
def test_json_that_is_no_session_is_refused(content, data, tmp_path, value):
    with pytest.raises(SessionError, match="not a saved session, or the file is damaged"):
        load(write(tmp_path / "a.oneshot", value, content[1]), data)


def test_nothing_is_pickled(saved):
    with zipfile.ZipFile(saved) as archive:
        assert archive.namelist() == ["session.json", "weights.safetensors"]
        state = json.loads(archive.read("session.json"))
    assert state["oneshot_session"] == snapshot.WITHOUT_LANDMARKS
