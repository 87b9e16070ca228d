import pytest

from oneshot_lab.views.lab.widget import Lab


@pytest.fixture
def lab(session, tmp_path, monkeypatch):
    # Where the session is kept.
    monkeypatch.chdir(tmp_path)
    lab = Lab(session)
    yield lab
    lab.close()


def test_it_names_the_lab_that_it_is_in(lab):
    assert lab.tab in lab.children
    assert lab.tab.get_state()["lab"] == lab.model_id


def test_the_browser_sets_nothing(lab):
    lab.tab.set_state({"lab": "another"})
    assert lab.tab.lab == lab.model_id


def test_it_goes_with_the_lab(lab):
    lab.close()
    assert lab.tab.comm is None
    assert lab.tab.layout.comm is None
