from oneshot_lab.architecture.mask import Mask
from oneshot_lab.architecture.templates import load_template
from oneshot_lab.search.constraint import Constraint
from oneshot_lab.search.guided import Guided
from oneshot_lab.search.operators import every_mask
from oneshot_lab.search.surrogate import Observations, Training, fit

LENET = load_template("lenet", width=0.25)
EVERY = every_mask(LENET, most=10**6)


class Noting(Guided):
    """Notes what is known best of all whenever it draws."""

    name = "noting"

    def __init__(self, architecture, *, seed, population_size=None):
        super().__init__(architecture, seed=seed, label="a search", population_size=population_size)
        self.noted = []

    def fill(self, population):
        assert self.rating() is self.rating(), "it is fitted once"
        self.noted.append(self.rating())
        self.complete(population)
        return {}


def told(search, **options):
    """The ratings that it had, when it was then told the number of blocks as losses."""
    search.tell([float(len(mask)) for mask in search.ask(**options)])
    return search.noted[-1]


def test_ratings_follow_losses_landmarks_and_size():
    search = Noting(LENET, seed=0)
    assert told(search) is None
    smallest, largest = min(map(len, search.generations[0].population)), max(map(len, EVERY))
    assert len(told(search).known[0]) == smallest
    posterior = fit(Observations(trainings=[Training(mask, 0.5 + 0.02 * len(mask)) for mask in EVERY[::7]]), LENET)
    assert len(told(search, calibrated=lambda: posterior).known[0]) >= largest - 1
    assert len(told(search).known[0]) <= smallest, "the posterior holds while a population is drawn"
    search.constrain(Constraint("parameters", limit=search.sizing.size(Mask.full(LENET)) // 2))
    known = told(search).known
    assert known
    assert all(map(search.sizing.fits, known))


def test_after_a_training_nothing_is_known_but_landmarks():
    search = Noting(LENET, seed=0)
    told(search)
    search.adapt(LENET)
    assert told(search) is None
    search.adapt(LENET)
    posterior = fit(Observations(trainings=[Training(EVERY[0], 0.8), Training(EVERY[1], 0.9)]), LENET)
    assert told(search, calibrated=lambda: posterior).known == (EVERY[1], EVERY[0])
    assert told(search, calibrated=lambda: None).known


def test_while_a_population_waits_the_posterior_is_not_asked_for():
    search = Noting(LENET, seed=0)
    search.ask()

    def fail():
        raise AssertionError

    assert search.ask(calibrated=fail) == search.ask()
    assert len(search.noted) == 1
