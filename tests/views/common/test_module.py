import json
from pathlib import Path

from oneshot_lab.views.common.module import MODULE, MODULE_VERSION

PACKAGE = json.loads((Path(__file__).parents[3] / "js" / "package.json").read_text(encoding="utf-8"))


def test_the_browser_part_has_this_name_and_version():
    assert {name: PACKAGE[name] for name in ("name", "version")} == {"name": MODULE, "version": MODULE_VERSION}
