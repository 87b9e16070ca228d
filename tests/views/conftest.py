from collections.abc import Iterator

import pytest
import torch

from oneshot_lab.session.session import SearchSession
from oneshot_lab.supernet.data import Data, load_data
from tests.session.sessions import small


@pytest.fixture(scope="package", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small are only slowed down by a second thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="package")
def data() -> Data:
    return load_data("digits", limit=200)


@pytest.fixture
def session(data: Data) -> SearchSession:
    return small(data)
