"""A real server: what it lets in and what it tells."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.app import answering, free_port, start
from pages.lessons import PAGES
from tests.support import ROOT
from tests.support.browser import serving

pytestmark = pytest.mark.browser
BOUNDARY = "x"
FILE = (
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\n%s\r\n--x--\r\n'  # as a form
)
RAW = (
    "%ff%fe=%zz&&=&;&chain_depth=%00&chain_seed=%e2%80%ae1",
    "chain_seed=1e400&chain_depth=5&chain_depth=6&chain_layer=" + "9" * 65536,
    "lang=%3Cscript%3E&lang[]=zh&__proto__=1&embed_options=x&" + "&".join(f"a{i}=" for i in range(900)),
    "a&" * 2000,
    "chain_set=" + "w1%3D" * 20000,
)


@contextmanager
def session(address, query="", page="", **options):
    """Open a page as a browser does; yield the id of the session and what the server has sent."""
    address = address.replace("http", "ws", 1)
    with connect(f"{address}/_stcore/stream", subprotocols=["streamlit"], max_size=None, **options) as socket:
        asked = BackMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_name = query, page
        socket.send(asked.SerializeToString())
        sent, answer = [], ForwardMsg()
        while answer.WhichOneof("type") != "script_finished":
            answer = ForwardMsg.FromString(socket.recv(timeout=60))
            sent.append(answer)
        (new,) = [message.new_session for message in sent if message.HasField("new_session")]
        yield new.initialize.session_id, sent


def told(address, **page):
    """The exceptions on a page, and all that the server has sent to be shown."""
    with session(address, **page) as (_, sent):
        elements = [message.delta.new_element for message in sent if message.HasField("delta")]
        exceptions = [element.exception for element in elements if element.HasField("exception")]
        return exceptions, b"".join(element.SerializeToString() for element in elements)


def status(address, path, body=None, method="GET", headers=(), opener=None):
    try:
        with (opener or build_opener()).open(
            Request(address + path, body, dict(headers), method=method)
        ) as answer:
            return answer.status
    except HTTPError as refusal:
        return refusal.code


@pytest.mark.parametrize("query", RAW)
def test_a_raw_query_breaks_nothing(app, query):
    exceptions, shown = told(app, query=query, page="single_neuron_chain")
    assert exceptions == []
    assert str(ROOT).encode() not in shown


def test_all_pages_at_once_are_the_first_that_a_fresh_server_is_asked_for():
    paths = ["" if name == "home" else Path(script).stem[2:] for name, script in PAGES.items()] * 2
    with serving() as address, ThreadPoolExecutor(len(paths)) as readers:
        found = readers.map(lambda path: told(address, page=path)[0], paths)
        assert not any(found)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_stranger_uploads_nothing(app, method):
    for path in ("/_stcore/upload_file/a/b", "/_stcore/upload_file", "/upload", "/"):
        assert status(app, path, FILE % b"1", method) in (403, 404, 405)


@pytest.mark.parametrize(("size", "answer"), [(1, 204), (4_900_000, 204), (6_000_000, 413)])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_reader_with_a_session_and_its_token_uploads_five_megabytes_at_most(app, size, answer, chunked):
    cookies = HTTPCookieProcessor()
    opener = build_opener(cookies)
    assert status(app, "/_stcore/health", opener=opener) == 200
    (token,) = [cookie.value for cookie in cookies.cookiejar if cookie.name == "_streamlit_xsrf"]
    headers = {"X-Xsrftoken": token, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    body = FILE % (b"1" * size)
    with session(app) as (name, _):
        sent = iter([body]) if chunked else body
        try:
            found = status(app, f"/_stcore/upload_file/{name}/1", sent, "PUT", headers, opener)
        except URLError as hung_up:  # the server does not wait for the end of what says it is too long
            found = 413 if isinstance(hung_up.reason, ConnectionError) else None
        assert found == answer


def test_another_site_opens_no_session(app):
    with session(app, origin=app):
        pass
    with pytest.raises(InvalidStatus) as refused, session(app, origin="http://elsewhere.example"):
        pass
    assert refused.value.response.status_code == 403


def test_who_closes_the_tab_leaves_nothing_running():
    port = free_port()
    with start(port) as process:
        try:
            answering(port)
            query = "matrix_hidden=50&matrix_width=300&matrix_seeds=20"
            with session(f"http://127.0.0.1:{port}", query=query, page="matrix_form"):
                pass
            time.sleep(2.0)
            spent = _cpu(process.pid)
            time.sleep(1.0)
            assert _cpu(process.pid) - spent < 0.1
        finally:
            process.terminate()


def _cpu(pid):
    """The seconds that a process has worked; Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A copy of the project whose home raises."""
    root = tmp_path_factory.mktemp("copy") / "explainer"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".git", "tests", "docs", "__pycache__"))
    (root / "streamlit_app.py").write_text("open(__file__ + '/secret')\n", "utf-8")
    return root


def test_an_error_shows_a_reader_nothing_of_the_server(broken):
    with serving(root=broken) as address:
        (error,), shown = told(address)
    assert "redacted" in error.message
    assert error.type == ""
    assert not error.stack_trace
    assert str(broken).encode() not in shown
    assert b"secret" not in shown


def test_an_error_shows_whoever_edits_where_it_is(broken):
    with serving("--client.showErrorDetails", "full", root=broken) as address:
        (error,), _ = told(address)
    assert "secret" in error.message
    assert str(broken) in "".join(error.stack_trace)
