import pytest

from oneshot_lab.architecture.edits import RemoveBlock
from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import widen_choices
from oneshot_lab.errors import MaskError, SessionError
from oneshot_lab.session.actions import proposing
from oneshot_lab.session.session import SearchSession
from tests.session.actions.test_mapping import every, stayed
from tests.session.sessions import at_batch, small


@pytest.fixture(scope="module")
def mapped(data, tmp_path_factory):
    """Gives copies of two trained sessions with a map: a small space, and one of more than 10,000 networks."""
    paths = {name: tmp_path_factory.mktemp("mapped") / f"{name}.oneshot" for name in ("lenet", "wide")}
    for name, path in paths.items():
        session = small(data, population_size=5 if name == "lenet" else 10)
        if name == "wide":
            session.replace(widen_choices(session.architecture, kernels=(3, 5, 7, 1, 9)))
        session.train(1)
        list(session.evolve(2))
        session.project()
        session.save(path)
    return lambda name: SearchSession.load(paths[name], data=data, bar=False, device="cpu")


@pytest.fixture
def session(mapped):
    return mapped("lenet")


@pytest.fixture
def wide(mapped):
    return mapped("wide")


def edge(session, count):
    """How far right the leftmost so many dots lie."""
    return sorted(session.projection.coordinates()[:, 0])[count - 1]


def drawn(generation, session):
    """The candidates of a generation that are no elites."""
    return generation.population[session.state.strategy.elite :]


# Choosing ------------------------------------------------------------------------------------------------------------


def test_a_region_is_kept_by_its_name(session):
    here = session.region(x=(-1000, edge(session, 12)))
    assert session.regions == {"region 1": here}
    assert len(here) == 12
    assert session.message == "region 1: 12 candidates"
    assert session.log[-1].action == "region"
    assert session.log[-1].arguments == {"name": "region 1", "x": [-1000.0, edge(session, 12)]}
    there = session.region(blocks=["B1"], name="first")
    assert there.masks == {mask for mask in session.projection if "B1" in mask}
    assert list(session.regions) == ["region 1", "first"]
    assert session.region(masks=[]).name == "region 2"
    session.forget("first")
    assert list(session.regions) == ["region 1", "region 2"]
    assert session.focused is None


def test_the_map_is_made_for_the_first_region(data):
    session = small(data)
    assert session.region(x=(-1000, 1000)).masks == set(session.projection)
    assert [entry.action for entry in session.log] == ["create", "region"]
    assert session.status == "idle"


def test_set_operations_come_with_a_region(session):
    here = session.region(masks=[session.best.mask])
    blocks = session.best.mask.blocks
    assert here.union() == here.intersection() == blocks
    assert here.complement() == set(session.architecture.block_ids) - blocks
    assert here.frequency() == {block: int(block in blocks) for block in session.architecture.block_ids}


def test_chosen_candidates_that_are_not_on_the_map_are_placed(session):
    before = session.projection
    lonely = next(mask for mask in every(session) if mask not in before)
    session.region(masks=[lonely])
    assert lonely in session.projection
    assert stayed(before, session.projection)


def test_the_place_where_a_block_is_common(session):
    here = session.where_common("B1", name="with B1")
    assert sum("B1" in mask for mask in here.masks) / len(here) > 0.8
    assert session.regions["with B1"].area == here.area
    assert session.log[-1].arguments == {"blocks": ["B1"], "name": "with B1"}
    with pytest.raises(SessionError, match="there is no block"):
        session.where_common("B99")


def test_bad_regions_leave_everything_as_it_was(session):
    for bad in ({}, {"x": (0, float("nan"))}, {"x": (0, 1), "name": ""}, {"polygon": [(0, 0)]}, {"blocks": ["B99"]}):
        with pytest.raises(SessionError):
            session.region(**bad)
    for missing in ("region 9", 3, Mask.of("B1")):
        with pytest.raises(SessionError, match=r"there is no region .* choose one with region\(\)"):
            session.focus(missing)
    session.region(masks=[], name="upper left")
    with pytest.raises(SessionError, match="did you mean 'upper left'"):
        session.focus("uper left")
    with pytest.raises(SessionError, match="there is no region"):
        session.forget("region 9")
    assert list(session.regions) == ["upper left"]
    assert session.focused is None


# Steering ------------------------------------------------------------------------------------------------------------


def test_candidates_come_from_the_focused_region(wide):
    here = wide.region(x=(-1000, edge(wide, 25)))
    wide.focus(here)
    assert wide.focused == here
    assert wide.message == "the search is focused on region 1: 25 candidates"
    for _ in range(4):
        before, known = wide.projection, set(wide.candidate_masks)
        new = drawn(wide.step(), wide)
        assert all(here.area.holds(mask, wide.projection[mask]) for mask in new)
        assert not known & set(new)
        assert stayed(before, wide.projection)
        assert "new candidates from region 1" in wide.message
    assert len(wide.focused) > 25, "what was bred belongs to it"
    wide.focus(None)
    assert wide.focused is None
    assert wide.message == "the search has no focus"
    wide.step()
    assert "from region" not in wide.message


def test_without_children_the_dots_that_nobody_evaluated_come_first(wide):
    here = wide.region(x=(-1000, edge(wide, 25)))
    wide.focus(here)
    wide.state.strategy.offers = lambda count: []
    assert set(drawn(wide.step(), wide)) <= here.masks


def test_the_searchs_own_children_come_before_them(wide):
    here = wide.region(x=(-1000, edge(wide, 25)))
    wide.focus(here)
    offered, known, ask = [], set(wide.candidate_masks), wide.state.strategy.offers
    wide.state.strategy.offers = lambda count: offered.extend(children := ask(count)) or children
    new = drawn(wide.step(), wide)
    inside = [child for child in offered if child in wide.projection and here.area.holds(child, wide.projection[child])]
    expected = list(dict.fromkeys(child for child in inside if child not in known))[: len(new)]
    assert expected
    assert list(new[: len(expected)]) == expected


@pytest.mark.parametrize("shape", ["polygon", "masks", "blocks"])
def test_every_kind_of_region_steers(wide, shape):
    right = edge(wide, 20)
    chosen = {
        "polygon": {"polygon": [(-1000, -1000), (right, -1000), (right, 1000), (-1000, 1000)]},
        "masks": {"masks": [mask for mask in wide.projection if wide.projection[mask][0] <= right]},
        "blocks": {"blocks": ["B1", "B5"]},
    }[shape]
    wide.focus(wide.region(**chosen))
    for _ in range(4):
        generation = wide.step()
        inside = [mask in wide.focused for mask in drawn(generation, wide)]
        assert sum(inside) / len(inside) >= 0.9


def test_the_same_seed_steers_the_same_way(data):
    populations = []
    for _ in range(2):
        session = small(data)
        session.train(1)
        session.focus(session.region(blocks=["B1"]))
        populations.append([generation.population for generation in session.evolve(3)])
    assert populations[0] == populations[1]


def test_one_dot_is_a_region_to_breed_from(wide):
    wide.focus(wide.region(masks=[next(iter(wide.projection))]))
    assert wide.message == "the search is focused on region 1: 1 candidate"
    wide.step()
    assert len(wide.focused) > 1
    assert "new candidates from region 1" in wide.message


def test_a_region_without_dots_is_told_and_the_search_goes_on(session):
    here = session.region(x=(500, 600), y=(500, 600), name="nowhere")
    assert len(here) == 0
    assert session.message == "nowhere: no candidates"
    session.focus(here)
    assert session.message == "the search is focused on nowhere: no candidates"
    generation = session.step()
    assert len(generation.population) == 5
    assert session.message.endswith("; 0 of 4 new candidates from nowhere, which has no candidates")


def test_a_region_of_which_all_is_known_gives_that_and_tells(session, monkeypatch):
    known = sorted(set(session.candidate_masks), key=str)
    session.focus(session.region(masks=known[:1]))
    before = len(session.candidates)
    monkeypatch.setattr(proposing, "random_mask", lambda architecture, **options: known[0])
    session.state.strategy.offers = lambda count: known[:1]
    session.step()
    assert session.message.endswith(
        "; 0 of 4 new candidates from region 1, which gives no more: widen it, or focus elsewhere"
    )
    assert known[0] in session.generations[-1].population
    assert len(session.candidates) <= before + 4


def test_a_waiting_population_is_evaluated_first(session):
    session.train(1)
    session.focus(session.region(blocks=["B1"]))
    assert session.message.endswith("; the waiting population is evaluated first")


# Edits ---------------------------------------------------------------------------------------------------------------


def test_a_region_that_an_edit_emptied_is_told_and_comes_back(session):
    here = session.region(masks=[mask for mask in session.projection if "B3" in mask], name="with B3")
    session.focus(here)
    session.edit(RemoveBlock("B3"))
    assert session.message == "the edit took all candidates of with B3; undo brings them back"
    assert len(session.focused) == 0
    assert "B3" not in session.focused.complement()
    session.step()
    assert session.step().population
    assert session.message.endswith("from with B3, which has no candidates")
    session.undo()
    assert session.focused.masks == here.masks


def test_a_new_map_keeps_what_was_inside(session):
    square, blocks = session.region(x=(-1000, edge(session, 20))), session.region(blocks=["B1"])
    session.project()
    assert session.regions["region 1"].area is None
    assert session.regions["region 1"].masks == square.masks
    assert session.regions["region 2"].area == blocks.area


def test_a_replaced_region_stays_the_focus(session):
    session.focus(session.region(blocks=["B1"], name="here"))
    there = session.region(blocks=["B2"], name="here")
    assert session.focused == there
    session.forget(there)
    assert session.focused is None
    assert session.regions == {}


# While another action runs -------------------------------------------------------------------------------------------


def test_an_observer_that_waits_for_a_brush_while_a_generation_runs_is_refused(session):
    session.train(1)

    def brush(change):
        session.unobserve_all("status")
        with pytest.raises(SessionError, match=r"step has not ended yet .* wait for its end"):
            session.region(x=(0, 1))
        with pytest.raises(SessionError, match="step has not ended yet"):
            session.focus(None)

    session.observe(brush, "status")
    session.step()
    assert session.regions == {}


def test_a_brush_while_a_generation_runs_waits_for_its_end(session):
    session.train(1)
    brushed = []
    at_batch(session, 1, lambda: brushed.append(session.region.start(x=(0, 1), name="here")))
    session.step()
    assert brushed[0].wait() == session.regions["here"]
    assert [entry.action for entry in session.log[-2:]] == ["step", "region"]


def test_two_brushes_that_wait_get_names_of_their_own(session):
    brushed = []

    def brush():
        brushed.extend(session.region.start(x=(0, 1)) for _ in range(2))

    at_batch(session, 1, brush)
    session.train(1)
    assert [job.wait().name for job in brushed] == ["region 1", "region 2"]
    assert [entry.arguments["name"] for entry in session.log[-2:]] == ["region 1", "region 2"]


def test_a_region_of_candidates_that_an_edit_takes_away_before_its_turn_is_refused(session):
    lost = next(mask for mask in session.projection if "B3" in mask)
    jobs = []

    def act():
        jobs.append(session.edit.start(RemoveBlock("B3")))
        jobs.append(session.region.start(masks=[lost]))

    at_batch(session, 1, act)
    session.train(1)
    with pytest.raises(MaskError, match="no block B3"):
        jobs[1].wait()
    assert session.regions == {}


# Files ---------------------------------------------------------------------------------------------------------------


def test_the_map_and_its_regions_come_back_from_a_file(session, data, tmp_path):
    session.region(x=(-1000, edge(session, 20)), name="left")
    session.focus(session.region(blocks=["B1"]))
    session.edit(RemoveBlock("B3"))
    session.save(tmp_path / "a.oneshot")
    back = SearchSession.load(tmp_path / "a.oneshot", data=data, bar=False, device="cpu")
    for action in ("step", "undo", "step", "step"):
        assert back.projection == session.projection
        assert back.regions == session.regions
        assert back.focused == session.focused
        for each in (session, back):
            getattr(each, action)()
    assert back.generations == session.generations


def test_who_looks_at_a_region_that_is_forgotten_looks_at_everything(session):
    session.region(blocks=["B1"], name="good")
    session.selected_region, session.set_operation = "good", "union"
    assert "B1" in session.region_blocks()
    session.forget("good")
    assert session.selected_region == ""
    assert session.region_blocks() == frozenset()


def test_who_watches_candidates_hears_nothing_of_regions(session):
    session.project()
    told = []
    session.observe(lambda change: told.append(change.name), ["candidates", "regions", "focused"])
    session.focus(session.region(x=(-1e6, 1e6), name="all"))
    assert (told, session.focused.name) == (["regions", "focused"], "all")
    session.forget("all")
    assert session.focused is None
    assert not session.regions
