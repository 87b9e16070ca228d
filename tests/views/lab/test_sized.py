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
    assert [each.interval for each in found] == list(zip(known.low, known.high, strict=True))


@pytest.mark.parametrize(
    ("interval", "told"),
    [
        ((0.854, 0.87), "posterior 86.2 % ± 0.8"),
        ((0.8, 0.87), "posterior 86.2 % ± 3.5"),
        (None, "accuracy 86.2 %"),
    ],
)
def test_half_of_the_interval_stands_behind_the_accuracy(interval, told):
    assert Sized(FULL, 1, 2, 0.862, interval).told == told
