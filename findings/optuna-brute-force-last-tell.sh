#!/usr/bin/env bash
# Optuna 5.0.0 with ask and tell: BruteForceSampler raises in the `tell` that completes the search, after it has
# stored the value.
#
# A guess: `tell` of a valid value returns, and an error from `tell` means that the value was not taken. Then
# one asks again, or finds that there is nothing left to ask for. GridSampler is the like.
#
# Seen: the last `tell` raises RuntimeError "`Study.stop` is supposed to be invoked inside an objective function
# or a callback", yet the trial is complete with its value. A loop that tells again or stops as failed loses or
# doubles the last of all values. `study.optimize` is not affected.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check optuna==5.0.0
cd "$home"
venv/bin/python - <<'EOF'
import warnings

import optuna

warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
optuna.logging.set_verbosity(optuna.logging.WARNING)
print("Optuna", optuna.__version__)
study = optuna.create_study(sampler=optuna.samplers.BruteForceSampler(seed=0))
raised = []
for number in range(3):
    trial = study.ask()
    value = trial.suggest_int("x", 0, 2)
    try:
        study.tell(trial, value)
    except RuntimeError as error:
        raised.append(number)
        print(f"tell number {number + 1} of 3 raises RuntimeError: {error}")
stored = [trial.value for trial in study.trials if trial.state == optuna.trial.TrialState.COMPLETE]
print("stored values:", stored)
if raised != [2] or sorted(stored) != [0.0, 1.0, 2.0]:
    raise SystemExit("This has changed")
EOF
