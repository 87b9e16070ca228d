"""The npm module in which JupyterLab finds the views' browser part."""

from importlib.metadata import version

MODULE = "oneshot-lab"
MODULE_VERSION = version("oneshot-lab")
"""That of js/package.json, which is the package's own."""
