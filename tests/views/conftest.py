import pytest

from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, load_data
from tests.session.sessions import small


@pytest.fixture(scope="package")
def data() -> Data:
    return load_data("digits", limit=200)


@pytest.fixture
def session(data: Data) -> SearchSession:
    return small(data)
