import pytest

from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, load_data
from oneshot_lab.views.lego.widget import LegoView
from tests.session.sessions import small
from tests.views.browser import Browser


@pytest.fixture(scope="package")
def data() -> Data:
    return load_data("digits", limit=200)


@pytest.fixture
def session(data: Data) -> SearchSession:
    return small(data)


@pytest.fixture
def browser() -> Browser:
    """The browser's side of a Lego View by itself."""
    return Browser(LegoView("lenet"))


@pytest.fixture
def on_session(session: SearchSession) -> Browser:
    """The browser's side of a session's Lego View."""
    return Browser(LegoView(session))
