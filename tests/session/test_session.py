import os
import subprocess
import sys

import numpy as np
import pytest
import torch

import oneshot_lab
from oneshot_lab.architecture.edits import AddComponent, RemoveBlock, RemoveLayer, SetParams
from oneshot_lab.architecture.mask import Mask, is_valid
from oneshot_lab.architecture.shapes import infer
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.errors import ArchitectureError, DataError, SessionError
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.session.actions import evaluating
from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import load_data
from oneshot_lab.supernet.evaluate import evaluate
from tests.session.sessions import ENDLESS, SMALL, equal, is_usable, portrait, small, weights


@pytest.fixture
def evaluated(monkeypatch):
    """The masks that were evaluated."""
    masks = []

    def counted(supernet, asked, *args, **kwargs):
        masks.extend(asked)
        return evaluate(supernet, asked, *args, **kwargs)

    monkeypatch.setattr(evaluating, "evaluate", counted)
    return masks


# A new session -------------------------------------------------------------------------------------------------------


def test_a_named_template_is_fitted_to_the_data(data):
    session = SearchSession("lenet", data, width=0.5, bar=False)
    assert session.architecture == load_template("lenet", input_shape=(1, 8, 8), classes=10, width=0.5)
    assert repr(session) == "SearchSession(lenet, 12 blocks; data digits; 0 epochs; 0 generations; 0 evaluations)"
    assert (session.status, session.progress, session.finals) == ("idle", 0.0, ())
    assert [entry.action for entry in session.log] == ["create"]
    assert not session.can_undo
    assert not session.can_redo
    assert session.candidates.empty
    assert session.block_fitness == {}


def test_what_a_named_template_gave_up_for_the_data_is_told(data):
    session = SearchSession("vgg16", data, width=0.1, device="cpu", bar=False)
    assert [(repair.item, repair.name, repair.old, repair.new) for repair in session.repairs] == [
        ("C34", "kernel_size", 2, 1),
        ("C44", "kernel_size", 2, 1),
    ]
    assert session.replace("lenet5") == session.repairs != ()
    assert session.architecture == load_template("lenet5", input_shape=(1, 8, 8), width=0.1)


def test_an_architecture_is_fitted_too_and_the_repairs_are_told():
    images = np.random.default_rng(0).random((60, 3, 16, 16), dtype=np.float32)
    labels = np.arange(60) % 3
    session = SearchSession(load_template("lenet", width=0.25), (images, labels), device="cpu", bar=False)
    assert session.architecture.input_shape == (3, 16, 16)
    assert infer(session.architecture).outputs == (3,)
    changed = {(repair.name, repair.new) for repair in session.repairs}
    assert ("in_channels", 3) in changed
    assert ("out_features", 3) in changed
    session.train(1)
    assert session.step().index == 0
    assert session.finalize(epochs=1).module(torch.zeros(2, 3, 16, 16)).shape == (2, 3)


def test_what_is_wrong_is_told_with_a_hint(data):
    with pytest.raises(ArchitectureError, match="did you mean 'lenet'"):
        SearchSession("lennet", data)
    with pytest.raises(DataError, match="did you mean 'digits'"):
        SearchSession("lenet", "digit")
    with pytest.raises(SessionError, match="did you mean 'sandwich'"):
        small(data, recipe="sandwhich")
    with pytest.raises(SessionError, match="crossover"):
        small(data, crossover="unfirm")
    with pytest.raises(SessionError, match="this machine has no 'tpu9'"):
        small(data, device="tpu9")
    for template in ("lenet", load_template("lenet")):
        for width in (0, -1.0, 65, float("inf")):
            with pytest.raises(ArchitectureError, match=r"width: got .*; expected above 0, at most 64"):
                SearchSession(template, data, width=width)
        with pytest.raises(SessionError, match="width: got 'wide'; expected a number above 0, at most 64"):
            SearchSession(template, data, width="wide")
    for name, value in {"seed": -1, "population_size": 10**9, "mutation_rate": float("nan")}.items():
        with pytest.raises(SessionError, match=name):
            small(data, **{name: value})


def test_the_population_has_the_size_that_was_asked_for(data):
    session = small(data, population_size=7)
    session.train(1)
    assert len(session.step().population) == 7
    session = small(data, population_size=None)
    session.train(1)
    assert len(session.step().population) == 12


# The same seed -------------------------------------------------------------------------------------------------------


def searched(data, seed):
    """A search from start to end, with an edit in the middle."""
    session = small(data, seed=seed)
    session.train(1)
    list(session.evolve(2))
    session.edit(AddComponent("B4", "BatchNorm2d"), RemoveBlock("B2"))
    session.train(1)
    session.step()
    session.finalize(epochs=1)
    return session


def everything(session):
    """All of a search in one text: population, losses, candidates, final weights."""
    found = portrait(session)
    finals = [(final.mask, final.runs, final.parameters, final.macs) for final in found.pop("finals")]
    tensors = [*weights(session).items(), *session.finals[0].module.state_dict().items()]
    return repr((found, finals, [(name, tensor.numpy().tobytes()) for name, tensor in tensors]))


def test_the_same_seed_gives_the_same_session_twice_over_and_another_another(data):
    one, again, other = searched(data, 3), searched(data, 3), searched(data, 4)
    assert everything(one) == everything(again)
    assert portrait(one)["candidates"] != portrait(other)["candidates"]
    assert one.training_losses != other.training_losses
    assert not equal(weights(one), weights(other))
    assert one.finals[0].runs != other.finals[0].runs


def test_the_same_seed_gives_the_same_session_in_a_fresh_process(data):
    code = (
        "from oneshot_lab.supernet.data import load_data\n"
        "from tests.session.test_session import everything, searched\n"
        "print(everything(searched(load_data('digits', limit=400), 3)))"
    )
    # Results depend on the number of threads: the other process has that of this one.
    environment = os.environ | {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, capture_output=True, check=True, text=True, env=environment).stdout
    assert printed.rstrip("\n") == everything(searched(data, 3))


# Edits in the middle of a search -------------------------------------------------------------------------------------


def test_another_template_has_no_scores_until_it_is_searched_and_undo_brings_the_old_ones_back(session):
    scores = session.block_fitness
    session.replace(load_template("lenet5", width=0.25))
    assert set(scores) & set(session.architecture.block_ids)
    assert session.block_fitness == {}
    session.undo()
    assert session.block_fitness == scores


def test_removing_a_block_goes_on_from_what_there_is(session, evaluated):
    before, history = weights(session), session.generations
    assert session.edit(RemoveBlock("L1.B3")) == ()
    assert "B3" not in session.architecture.block_ids
    assert equal(weights(session), {name: tensor for name, tensor in before.items() if not name.startswith("C3.")})
    assert session.untrained_blocks == ()
    assert session.generations == history
    assert set(session.block_fitness) == set(session.architecture.block_ids)
    stale = session.candidates["stale"].tolist()
    assert stale == ["B3" in mask for mask in session.candidate_masks]
    assert True in stale
    assert False in stale

    known = {mask for mask in session.candidate_masks if "B3" not in mask}
    generation = session.step()
    assert generation.index == len(history)
    assert all("B3" not in mask for mask in generation.population)
    assert set(evaluated) == set(generation.population) - known
    assert set(generation.population) & known, "the elites are carried over, and known"


def test_pooling_after_the_activations_goes_on(session):
    before, history, rows = weights(session), session.generations, len(session.candidates)
    repairs = session.edit(AddComponent("B4", "MaxPool2d", "2"), AddComponent("B8", "MaxPool2d", "2"))
    # The first linear layer of each branch reads fewer features now; all other weights are as they were.
    assert {repair.item for repair in repairs} >= {"C9", "C10"}
    assert session.repairs == repairs
    assert session.untrained_blocks == ("B9", "B10")
    after = weights(session)
    fresh = {"C9.weight", "C9.bias", "C10.weight", "C10.bias"}
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], before[name]) for name in before if name not in fresh)
    assert session.generations == history
    assert len(session.candidates) == rows
    assert session.candidates["stale"].all()
    assert session.step().index == len(history)
    session.train(1)
    assert session.untrained_blocks == ()
    assert [generation.index for generation in session.evolve(2)] == [len(history) + 1, len(history) + 2]
    assert session.finalize(epochs=1).module(torch.zeros(1, 1, 8, 8)).shape == (1, 10)


def test_batch_norm_after_each_convolution_goes_on(session):
    before, history = weights(session), session.generations
    blocks = ["B1", "B2", "B3", "B5", "B6", "B7"]
    session.edit(*(AddComponent(block, "BatchNorm2d") for block in blocks))
    after = weights(session)
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    assert session.untrained_blocks == tuple(blocks)
    assert session.candidates["stale"].all()
    assert session.step().index == len(history)
    session.train(1)
    assert session.untrained_blocks == ()
    trained = weights(session)
    session.step()
    assert equal(weights(session), trained), "a candidate's statistics are its own"
    module = session.finalize(epochs=1).module
    assert any(isinstance(part, torch.nn.BatchNorm2d) for part in module.modules())


def test_undo_brings_back_architecture_and_weights_bit_for_bit(session):
    architecture, before, stale = session.architecture, weights(session), session.candidates["stale"].tolist()
    session.edit(
        RemoveBlock("B3"),
        AddComponent("B4", "MaxPool2d", "2"),
        AddComponent("B1", "BatchNorm2d"),
        SetParams("C5", "2, 3, 3"),
    )
    edited, after = session.architecture, weights(session)
    assert (session.can_undo, session.can_redo) == (True, False)
    session.undo()
    assert session.architecture == architecture
    assert equal(weights(session), before)
    assert session.candidates["stale"].tolist() == stale
    assert session.untrained_blocks == ()
    assert (session.can_undo, session.can_redo) == (False, True)
    session.redo()
    assert session.architecture == edited
    assert equal(weights(session), after)
    assert (session.can_undo, session.can_redo) == (True, False)
    session.undo()
    assert equal(weights(session), before)


def test_several_edits_are_undone_one_after_the_other(session):
    seen = [session.architecture]
    for edit in (RemoveBlock("B3"), RemoveBlock("B6"), SetParams("C1", "1, 3, 3")):
        session.edit(edit)
        seen.append(session.architecture)
        session.step()
    for architecture in reversed(seen[:-1]):
        session.undo()
        assert session.architecture == architecture
    for architecture in seen[1:]:
        session.redo()
        assert session.architecture == architecture
    session.undo()
    session.edit(RemoveBlock("B2"))
    assert not session.can_redo
    assert is_usable(session)
    assert all(is_valid(session.architecture, mask) for mask in session.step().population)


def test_there_may_be_nothing_to_undo_or_redo(data):
    session = small(data)
    with pytest.raises(SessionError, match="undo: there is nothing to undo"):
        session.undo()
    with pytest.raises(SessionError, match="redo: there is nothing to redo"):
        session.redo()


def test_an_edit_that_changes_nothing_is_no_step_of_undo(session):
    session.edit(RemoveBlock("B3"))
    session.undo()
    portrayed = portrait(session)
    assert session.edit() == ()
    assert session.edit(SetParams("C1", "1, 2, 3")) == ()
    assert portrait(session) == portrayed
    assert session.can_redo


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ((RemoveBlock("B99"),), "B99"),
        ((RemoveBlock("B3"), AddComponent("B4", "MaxPoool2d")), "did you mean 'MaxPool2d'"),
        ((RemoveBlock("B3"), SetParams("C1", "1, 2, zwei")), "zwei"),
        ((SetParams("C1", "1, 2, 999"),), "999|kernel"),
        (tuple(RemoveLayer(f"L{number}") for number in range(1, 8)), "no layer would be left"),
    ],
)
def test_a_failed_edit_leaves_everything_as_it_was(session, edits, message):
    session.edit(RemoveBlock("B2"))
    session.undo()
    before, portrayed = weights(session), portrait(session)
    repairs, supernet, known = session.repairs, session.state.weights.supernet, len(session.log)
    with pytest.raises(ArchitectureError, match=message):
        session.edit(*edits)
    assert portrait(session) == portrayed
    assert equal(weights(session), before)
    assert session.state.weights.supernet is supernet
    assert session.repairs == repairs
    assert session.log[known].outcome.startswith("failed: ")
    assert session.log[known].arguments["edits"][0]["edit"] == type(edits[0]).__name__
    session.redo()


def test_something_else_than_an_edit_is_refused(shared):
    with pytest.raises(ArchitectureError, match=r"'B3' is no edit; expected a value such as RemoveBlock"):
        shared.edit("B3")


def test_an_edited_session_is_finalized_as_it_is_now(session):
    session.edit(RemoveBlock("B3"))
    final = session.finalize(Mask.full(session.architecture), epochs=1)
    assert "B3" not in final.mask
    with pytest.raises(oneshot_lab.MaskError, match="no block B3"):
        session.finalize(Mask.of("B3"))


def test_the_names_of_the_contract(data):
    """The listing of the README: ten lines from template and data to a retrained network."""
    session = oneshot_lab.SearchSession("lenet", data="digits", seed=0, **SMALL)
    session.train(epochs=1)
    for generation in session.evolve(2):
        assert generation.loss_min > 0
        assert generation.block_fitness
    session.edit(oneshot_lab.RemoveBlock("L1.B3"))
    session.step()
    final = session.finalize(epochs=1)
    assert 0 <= final.test_accuracy <= 1
    assert isinstance(final.module, torch.nn.Module)


def test_other_data_are_searched_with_the_same_settings(data, tmp_path):
    settings = {"recipe": "paper", "mutation_rate": 0.3, "crossover": "uniform", "population_size": 7}
    session = SearchSession("lenet", data, **SMALL | settings, log_file=tmp_path / "log.jsonl")
    session.edit(RemoveBlock("B3"))
    session.constrain(measure="macs", weight=0.5)
    session.auto_train = False
    other = session.with_data(load_data("digits", size=16, limit=200))
    assert (other.architecture.block_ids, other.width) == (session.architecture.block_ids, 0.25)
    assert other.data.input_shape == (1, 16, 16)
    before, after = session.state.strategy.state(), other.state.strategy.state()
    names = ("population_size", "mutation_rate", "crossover", "constraint")
    assert [after[name] for name in names] == [before[name] for name in names]
    assert (other.recipe, other.log_file, other.auto_train) == (session.recipe, session.log_file, False)
    session.constrain(limit=session.state.strategy.sizing.size(Mask.full(session.architecture)))
    assert session.with_data(load_data("digits", size=28, limit=200)).constraint == Constraint()


def test_what_finalize_is_asked_for_by_threshold_is_not_taken_for_another(session):
    session.train.start(ENDLESS)
    jobs = [session.finalize.start(threshold=threshold) for threshold in (0.0, 0.9, None, 0.0)]
    assert jobs[0] is jobs[3]
    assert len({id(job) for job in jobs}) == 3
    session.close()


def test_the_best_is_within_the_limit(session):
    smallest = min(session.current_candidates(), key=lambda candidate: candidate.parameters)
    session.constrain(limit=smallest.parameters)
    assert session.best.parameters == smallest.parameters
