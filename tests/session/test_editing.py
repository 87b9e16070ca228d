import inspect

import pytest

import oneshot_lab as osl
from oneshot_lab.errors import SessionError
from oneshot_lab.session.editing import Editing
from oneshot_lab.session.session import SearchSession
from oneshot_lab.session.sketch import Sketch


@pytest.mark.parametrize("kind", [SearchSession, Sketch])
def test_the_chain_has_one_base_class_of_our_own(kind):
    ours = [base for base in inspect.getmro(kind) if base.__module__.startswith("oneshot_lab.")]
    assert ours == [kind, Editing]


def test_it_says_whether_it_is_closed():
    sketch = Sketch("lenet")
    assert not sketch.is_closed
    sketch.close()
    assert sketch.is_closed
    with pytest.raises(SessionError, match="the session is closed"):
        sketch.edit(osl.RemoveBlock("B1"))
    assert sketch.architecture.block_ids
