#!/usr/bin/env bash
# Optuna 5.0.0: NSGAIISampler breeds from no solution that it is given, neither with `enqueue_trial` nor with `add_trial`.
#
# A guess: known good solutions, enqueued and evaluated as trials of the study, or added as finished ones, are the first
# parents; TPESampler learns from both.
#
# Seen: after 50 trials that hold the best value there is, the next 50 proposals of NSGA-II are random (about half of the
# bits are right), those of TPE have about 80 % either way. Nothing is said. Only trials whose values the sampler drew
# itself belong to a generation, so a warm start with NSGA-II costs its evaluations and changes nothing.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check optuna==5.0.0
cd "$home"
venv/bin/python -W ignore - <<'EOF'
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
print("optuna", optuna.__version__)
NAMES = [f"x{number}" for number in range(20)]
BITS = dict.fromkeys(NAMES, optuna.distributions.CategoricalDistribution([0, 1]))
BEST, KNOWN = dict.fromkeys(NAMES, 1), 50


def next_one(study):
    """Asks for a trial and tells its value, the number of zeros. Returns the share of ones in it."""
    trial = study.ask()
    bits = [trial.suggest_categorical(name, [0, 1]) for name in NAMES]
    study.tell(trial, bits.count(0))
    return sum(bits) / len(bits)


def share(sampler, *, added):
    """Returns the share of ones in the 50 proposals after 50 solutions that are all ones."""
    study = optuna.create_study(sampler=sampler)
    for _ in range(KNOWN):
        if added:
            study.add_trial(optuna.trial.create_trial(params=BEST, distributions=BITS, value=0.0))
        else:
            study.enqueue_trial(BEST)
            next_one(study)
    return sum(next_one(study) for _ in range(50)) / 50


def nsga2():
    return optuna.samplers.NSGAIISampler(population_size=KNOWN, seed=0)


def tpe():
    return optuna.samplers.TPESampler(seed=0)


found = {}
for sampler in (nsga2, tpe):
    for added in (True, False):
        found[sampler, added] = share(sampler(), added=added)
        how = "added" if added else "enqueued"
        print(f"right bits of {sampler.__name__} after 50 {how} solutions: {found[sampler, added]:.0%}")
if max(found[nsga2, True], found[nsga2, False]) > 0.6 or min(found[tpe, True], found[tpe, False]) < 0.7:
    raise SystemExit("This has changed")
EOF
