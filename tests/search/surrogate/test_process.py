"""The process, against scikit-learn, against direct formulas, and against fits without the candidate held out."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import multivariate_t
from scipy.stats import t as student
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

from oneshot_lab.search.surrogate import process as module
from oneshot_lab.search.surrogate.kernel import CONSTANT, OWN, Setting, Terms
from oneshot_lab.search.surrogate.process import NORMAL, Process, Targets

GRID = tuple(Setting(0.0, length, noise) for length in (0.05, 0.2) for noise in (0.1, 1.0))
SIGNS = np.unique(np.random.default_rng(0).choice([-1.0, 1.0], size=(40, 7)), axis=0)
KNOWN, NEW = SIGNS[:9], SIGNS[9:]
VALUES = np.random.default_rng(1).normal(0, 0.02, len(KNOWN))


def fitted(signs=KNOWN, values=VALUES, *, grid=GRID, **options):
    targets = replace(Targets.single(values, scale=0.02), **options)
    return Process.fit(Terms.between(signs, signs), targets, grid=grid)


def predicted(process, signs=KNOWN, new=NEW):
    return process.predict(Terms.between(signs, new), Terms.alone(len(new)))


def test_one_setting_is_what_scikit_learn_computes():
    setting = Setting(0.0, 0.2, 0.3)
    blocks = KNOWN.shape[1]
    half = ConstantKernel((1 - OWN) / 2)
    kernel = (
        ConstantKernel(CONSTANT)
        + half * ConstantKernel(1 / blocks) * DotProduct(sigma_0=1e-6)
        + half * RBF(length_scale=np.sqrt(4 * blocks * setting.length))
        + WhiteKernel(OWN)  # no candidate of NEW is among KNOWN
    )
    oracle = GaussianProcessRegressor(kernel, alpha=setting.noise, optimizer=None).fit(KNOWN, VALUES)
    means, deviations = oracle.predict(NEW, return_std=True)
    process = fitted(grid=(setting,))
    found = predicted(process)
    assert found[0] == pytest.approx(means, rel=1e-6, abs=1e-9)
    assert found[1] / np.sqrt(process.variances[0]) == pytest.approx(deviations, rel=1e-6)
    _, covariance = oracle.predict(NEW, return_cov=True)
    terms = Terms.between(KNOWN, NEW)
    joint = process.covariance(terms, terms, Terms.between(NEW, NEW))
    assert joint / process.variances[0] == pytest.approx(covariance, rel=1e-5, abs=1e-9)


def test_settings_are_weighed_by_the_likelihood_of_students_t(monkeypatch):
    monkeypatch.setattr(module, "NEGLIGIBLE", 0.0)
    process = fitted()
    logs = []
    for setting in process.settings:
        covariance = Terms.between(KNOWN, KNOWN).weigh(setting.share, setting.length) + setting.noise * np.eye(9)
        logs.append(multivariate_t(shape=0.02**2 * covariance, df=module.FREEDOM).logpdf(VALUES))
    weights = np.exp(np.array(logs) - max(logs))
    assert len(process.settings) == len(GRID)
    assert process.weights == pytest.approx(weights / weights.sum(), rel=1e-9)


def test_the_mixture_has_the_moments_of_its_parts():
    process = fitted()
    parts = [predicted(fitted(grid=(setting,))) for setting in process.settings]
    means = np.array([mean for mean, _ in parts])
    seconds = np.array([mean**2 + deviation**2 for mean, deviation in parts])
    found = predicted(process)
    assert found[0] == pytest.approx(process.weights @ means, abs=1e-9)
    assert found[1] == pytest.approx(np.sqrt(process.weights @ seconds - (process.weights @ means) ** 2), rel=1e-6)


def test_the_covariance_has_the_deviations_on_its_diagonal():
    process = fitted()
    terms = Terms.between(KNOWN, NEW)
    joint = process.covariance(terms, terms, Terms.between(NEW, NEW))
    assert np.sqrt(np.diag(joint)) == pytest.approx(predicted(process)[1], rel=1e-6)
    assert np.linalg.eigvalsh(joint).min() > -1e-9 * joint.max()


@pytest.mark.parametrize("repeated", [False, True])
def test_leaving_one_out_is_fitting_without_it(monkeypatch, repeated):
    monkeypatch.setattr(module, "NEGLIGIBLE", 0.0)
    counts = np.array([2.0, 1, 1, 3, 1, 1, 1, 1, 1]) if repeated else np.ones(9)
    scatter = np.where(counts > 1, 1e-4 * counts, 0.0)
    process = fitted(counts=counts, scatter=scatter)
    means, deviations = process.leave_one_out()
    for at in range(len(KNOWN)):
        rest = np.arange(len(KNOWN)) != at
        without = fitted(KNOWN[rest], VALUES[rest], counts=counts[rest], scatter=scatter[rest])
        parts = [
            (*predicted(_only(without, index), KNOWN[rest], KNOWN[[at]]), setting.noise / counts[at])
            for index, setting in enumerate(without.settings)
        ]
        each = np.array([mean[0] for mean, _, _ in parts])
        variances = without.variances
        spreads = (
            np.array([deviation[0] ** 2 for _, deviation, _ in parts]) + [noise for *_, noise in parts] * variances
        )
        mean = without.weights @ each
        assert means[at] == pytest.approx(mean, abs=1e-8)
        assert deviations[at] ** 2 == pytest.approx(without.weights @ (spreads + (each - mean) ** 2), rel=1e-5)


def _only(process, index):
    """One setting of a process, with its own scale."""
    rows = [index]
    return replace(
        process,
        settings=(process.settings[index],),
        weights=np.ones(1),
        inverse=process.inverse[rows],
        alpha=process.alpha[rows],
        rates=process.rates[rows],
    )


def test_repeats_count_as_so_many_rows(monkeypatch):
    monkeypatch.setattr(module, "NEGLIGIBLE", 0.0)
    pair = np.array([0.01, 0.03])
    rows = fitted(np.vstack([KNOWN, KNOWN[:1]]), np.append(VALUES[1:], pair)[[8, *range(8), 9]])
    values = VALUES.copy()
    values[0] = pair.mean()
    counts, scatter = np.ones(9), np.zeros(9)
    counts[0], scatter[0] = 2, ((pair - pair.mean()) ** 2).sum()
    grouped = fitted(KNOWN, values, counts=counts, scatter=scatter)
    order = [rows.settings.index(setting) for setting in grouped.settings]
    assert grouped.weights == pytest.approx(rows.weights[order], rel=1e-6)
    assert predicted(grouped)[0] == pytest.approx(predicted(rows, np.vstack([KNOWN, KNOWN[:1]]))[0], abs=1e-9)
    assert grouped.noise == pytest.approx(rows.noise, rel=1e-6)


def test_repeats_determine_the_noise():
    rng = np.random.default_rng(2)
    deviations = []
    for noise in (0.001, 0.01):
        repeats = VALUES[:, None] + rng.normal(0, noise, (9, 6))
        means = repeats.mean(axis=1)
        scatter = ((repeats - means[:, None]) ** 2).sum(axis=1)
        grid = tuple(Setting(0.0, 0.1, each) for each in np.geomspace(1e-3, 3, 12))
        deviations.append(fitted(values=means, counts=np.full(9, 6.0), scatter=scatter, grid=grid).noise)
    assert deviations == pytest.approx([0.001, 0.01], rel=0.35)


def test_the_deviation_gives_the_interval_of_students_t():
    """With one observation it is much wider than that of a normal distribution, and still finite."""
    process = fitted(KNOWN[:1], VALUES[:1], grid=(Setting(0.0, 0.1, 0.1),))
    quantile = student.ppf(0.975, df=2)
    scale = process.rates[0] / process.shape
    assert np.sqrt(process.variances[0]) == pytest.approx(np.sqrt(scale) * quantile / NORMAL, rel=1e-9)
