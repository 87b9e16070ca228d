#!/usr/bin/env bash
# nbconvert 7.17.2 leaves out the picture of an output that has a widget as well, if the widget's state is saved.
#
# A guess: in a page, where there is no kernel, a picture that lies beside a widget in the same output is shown, or
# is there for readers without scripts; saving the widgets' state only adds to what is seen.
#
# Seen: without saved state the page has the picture. With it (JupyterLab's "Save Widget State Automatically", and
# whatever `--execute` runs) the page has a script with the widget's id instead. The picture is nowhere in it: without
# a network, from which scripts fetch the code that draws widgets, nothing is seen at all. It is the order of
# `display_data_priority` in the HTML exporter's defaults; the picture is not kept beside the first of them.
#
# A way round it: display the picture as an output of its own.
set -euo pipefail
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
unset PYTHONPATH
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip install --quiet --disable-pip-version-check nbconvert==7.17.2 nbformat==5.10.4
cd "$home"
venv/bin/python - <<'EOF'
import base64
import warnings
from importlib.metadata import version

import nbformat.v4 as nb
from nbconvert import HTMLExporter

warnings.simplefilter("ignore", UserWarning)  # without IPython it has no colours for IPython's own syntax
print("nbconvert", version("nbconvert"))
VIEW, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on: nobody decodes it here").decode()
MODEL = {"model_module": "@jupyter-widgets/controls", "model_module_version": "2.0.0", "model_name": "IntSliderModel"}


def page(is_state_saved):
    shown = {"image/png": PICTURE, VIEW: {"model_id": "a1", "version_major": 2, "version_minor": 0}}
    cell = nb.new_code_cell("figure", outputs=[nb.new_output("display_data", data=shown)])
    notebook = nb.new_notebook(cells=[cell])
    if is_state_saved:
        state = {"a1": {**MODEL, "state": {}}}
        notebook.metadata.widgets = {STATE: {"version_major": 2, "version_minor": 0, "state": state}}
    return HTMLExporter().from_notebook_node(notebook)[0]


seen = {}
for is_state_saved in (False, True):
    html = page(is_state_saved)
    seen[is_state_saved] = PICTURE in html, VIEW in html
    picture, widget = seen[is_state_saved]
    print(f"the widgets' state is saved: {is_state_saved}; the page has the picture: {picture}, the widget: {widget}")
if seen != {False: (True, False), True: (False, True)}:
    raise SystemExit("This has changed")
EOF
