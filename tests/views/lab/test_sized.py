import pytest

from oneshot_lab.architecture.mask import Mask
from oneshot_lab.views.lab.sized import Sized, sized
from tests.session.sessions import small

FULL = Mask.of("B1")


def test_without_landmarks_it_has_the_scores(session):
    session.train(1)
    session.step()
    candidates = session.current_candidates()
    assert [(each.mask, each.accuracy, each.parameters, each.macs, each.interval) for each in sized(session)] == [
        (each.mask, each.accuracy, each.parameters, each.macs, None) for each in candidates
    ]


def test_with_landmarks_it_has_the_posterior_of_both(data):
    session = small(data)
    session.landmarks(2, epochs=1)
    known = session.posterior()
    found = sized(session)
    assert [each.mask for each in found] == list(known.masks)
    assert [each.accuracy for each in found] == pytest.approx(known.mean)
    assert [each.margin for each in found] == pytest.approx(1.96 * known.deviation, rel=1e-3)


@pytest.mark.parametrize(
    ("accuracy", "margin", "ends", "told"),
    [
        (0.862, 0.008, (0.854, 0.87), "posterior 86.2 % ± 0.8"),
        (0.05, 0.2, (0.0, 0.25), "posterior 5.0 % ± 20.0"),
        (0.95, 0.1, (0.85, 1.0), "posterior 95.0 % ± 10.0"),
        (0.862, None, None, "accuracy 86.2 %"),
    ],
)
def test_an_interval_ends_where_accuracies_do(accuracy, margin, ends, told):
    one = Sized(FULL, 1, 2, accuracy, margin)
    assert one.interval == (ends and pytest.approx(ends))
    assert one.told == told
