"""Messages of a real kernel to a client that does not read for a while."""

from collections.abc import Iterator

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from oneshot_lab.views.common.delivery import keep_messages

COUNT = 8000
"""Of 4 KB each they are more than the operating system's buffers hold besides the 1,000 of each socket."""

SEND = f"""
from comm import create_comm
comm = create_comm(target_name="burst")
for number in range({COUNT}):
    comm.send({{"number": number, "text": "x" * 4096}})
"""

LIMIT = """
import zmq
from concurrent.futures import Future
thread = get_ipython().kernel.iopub_thread
def limit():
    found = Future()
    thread.schedule(lambda: found.set_result(thread.socket.getsockopt(zmq.SNDHWM)))
    return found.result(60)
"""


@pytest.fixture
def client() -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel(kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def received(client: BlockingKernelClient, code: str) -> list[int]:
    """Has the kernel run code, and reads what it has sent only when that is over."""
    request = client.execute(code)
    reply = client.get_shell_msg(timeout=60)
    assert reply["parent_header"]["msg_id"] == request
    assert reply["content"]["status"] == "ok", reply["content"]
    numbers = []
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "comm_msg":
            numbers.append(message["content"]["data"].get("number"))
        elif message["content"].get("execution_state") == "idle" and message["parent_header"]["msg_id"] == request:
            return numbers


def test_a_burst_of_messages_arrives_whole(client):
    keep = "from oneshot_lab.views.common.delivery import keep_messages\nkeep_messages()\n"
    assert received(client, keep + SEND) == list(range(COUNT))


def test_the_first_view_sees_to_it(client):
    code = """
import oneshot_lab as osl
view = osl.GraphView("lenet")
"""
    received(client, code + LIMIT + "assert limit() == 100_000")


def test_a_larger_limit_and_none_at_all_stay(client):
    code = """
from oneshot_lab.views.common.delivery import keep_messages
for before, after in ((0, 0), (200_000, 200_000), (1000, 100_000)):
    thread.schedule(lambda: thread.socket.setsockopt(zmq.SNDHWM, before))
    keep_messages()
    assert limit() == after
"""
    received(client, LIMIT + code)


def test_without_a_kernel_nothing_happens():
    assert keep_messages() is None
