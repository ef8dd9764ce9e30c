"""One request, one answer, over real HTTP; and every way in which there is none."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from prunella.errors import Fault, ProviderError
from prunella.providers.http import HttpRequest
from prunella.providers.transport import Limits, Transport
from prunella.testing import Delivery, Play, ScriptedServer, fault

BODY = json.dumps({"model": "m", "input": "hi"}).encode()


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport(Limits(connect_s=2.0, read_s=5.0))
    yield transport
    transport.close()


def post(url: str, headers: dict[str, str] | None = None) -> HttpRequest:
    return HttpRequest(url, {"authorization": "Bearer k", **(headers or {})}, BODY)


def failure(transport: Transport, request: HttpRequest, setting: str = "") -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        transport.send(request, setting=setting)
    return caught.value


def test_an_answer_comes_back_as_it_was_sent(transport: Transport) -> None:
    seen: list[int] = []
    chunks = tuple(f"data: {number}\n\n".encode() for number in range(5))
    with ScriptedServer([Play(200, {"X-Request-ID": "req_9"}, chunks=chunks)]) as server:
        response = transport.send(post(server.openai_url + "/responses"), on_bytes=seen.append)
    assert (response.status, response.body, response.complete) == (200, b"".join(chunks), True)
    assert response.headers["x-request-id"] == "req_9"
    assert seen == sorted(seen)
    assert seen[-1] == len(response.body)
    (received,) = server.requests
    assert (received.method, received.body) == ("POST", BODY)


def test_a_request_without_a_body_is_a_get(transport: Transport) -> None:
    with ScriptedServer() as server:
        response = transport.send(HttpRequest(f"{server.url}/v1/models/m", {"authorization": "Bearer k"}, b""))
    assert json.loads(response.body)["id"] == "m"
    assert server.requests[0].method == "GET"


def test_error_statuses_and_redirects_are_answers_too(transport: Transport) -> None:
    away = Play(307, {"location": "http://127.0.0.1:1/elsewhere"})
    with ScriptedServer([fault(529), away]) as server:
        url = server.openai_url + "/responses"
        assert [transport.send(post(url)).status for _ in range(2)] == [529, 307]


@pytest.mark.parametrize("chunks", [(b"event: a\n", b"data: 1\n\n", b"data: 2\n\n"), ()])
def test_a_connection_that_breaks_gives_what_came_before(transport: Transport, chunks: tuple[bytes, ...]) -> None:
    play = Play(200, {"content-type": "text/event-stream"}, b"{" * 64, chunks, Delivery(cut_after=12))
    with ScriptedServer([play]) as server:
        response = transport.send(post(server.openai_url + "/responses"))
    assert response.status == 200
    assert response.body == (b"".join(chunks) or b"{" * 64)[:12]
    assert not response.complete


def test_a_connection_that_closes_without_an_answer_may_have_been_billed(transport: Transport) -> None:
    with ScriptedServer([Play(delivery=Delivery(hang_up=True))]) as server:
        error = failure(transport, post(server.openai_url + "/responses"))
    assert (error.fault, error.status, error.billed) == (Fault.TRANSIENT, 0, True)


def test_a_connection_that_is_reset_may_have_been_billed(transport: Transport) -> None:
    with ScriptedServer([Play(delivery=Delivery(hang_up=True, reset=True))]) as server:
        error = failure(transport, post(server.openai_url + "/responses"))
    assert (error.fault, error.status, error.billed) == (Fault.TRANSIENT, 0, True)
    assert "reset" in error.message.lower()


def test_a_small_answer_that_unpacks_to_a_giant_one_is_refused() -> None:
    transport = Transport(Limits(body_bytes=100_000))
    bomb = gzip.compress(b" " * 30_000_000)
    with ScriptedServer([Play(200, {"content-encoding": "gzip"}, bomb)]) as server:
        error = failure(transport, post(server.openai_url + "/responses"))
    transport.close()
    assert len(bomb) < 100_000
    assert (error.fault, error.billed) == (Fault.MALFORMED, True)


def test_silence_before_an_answer_ends_in_time() -> None:
    transport = Transport(Limits(read_s=0.1))
    with ScriptedServer([Play(delivery=Delivery(delay_s=30))]) as server:
        error = failure(transport, post(server.openai_url + "/responses"))
    transport.close()
    assert (error.fault, error.billed) == (Fault.TRANSIENT, True)
    assert "did not answer in time" in error.message


def test_silence_within_an_answer_gives_what_came_before() -> None:
    transport = Transport(Limits(read_s=0.2))
    with ScriptedServer([Play(chunks=(b"one", b"two"), delivery=Delivery(pause_s=30))]) as server:
        response = transport.send(post(server.openai_url + "/responses"))
    transport.close()
    assert (response.body, response.complete) == (b"one", False)


def test_slow_bytes_are_waited_for_up_to_the_time_for_the_whole() -> None:
    slow = Play(chunks=tuple(b"x" for _ in range(10)), delivery=Delivery(pause_s=0.02))
    with ScriptedServer([slow, slow]) as server:
        patient, hasty = Transport(Limits(read_s=5)), Transport(Limits(read_s=5, total_s=0.05))
        whole = patient.send(post(server.openai_url + "/responses"))
        part = hasty.send(post(server.openai_url + "/responses"))
        patient.close()
        hasty.close()
    assert (whole.body, whole.complete) == (b"x" * 10, True)
    assert not part.complete
    assert 0 < len(part.body) < 10


def test_an_answer_without_end_is_refused() -> None:
    transport = Transport(Limits(body_bytes=1_000))
    with ScriptedServer([Play(body=b"x" * 100_000)]) as server:
        error = failure(transport, post(server.openai_url + "/responses"))
    transport.close()
    assert (error.fault, error.billed, error.status) == (Fault.MALFORMED, True, 200)


def test_compressed_answers_are_unpacked_and_broken_ones_are_malformed(transport: Transport) -> None:
    packed = gzip.compress(b"hello")
    plays = [Play(200, {"content-encoding": "gzip"}, body) for body in (packed, b"not gzip at all")]
    with ScriptedServer(plays) as server:
        url = server.openai_url + "/responses"
        assert transport.send(post(url)).body == b"hello"
        assert failure(transport, post(url)).fault is Fault.MALFORMED
        assert server.requests[0].headers["accept-encoding"] == "identity"


def test_nobody_listening_names_the_address_and_the_setting(transport: Transport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = failure(transport, post(f"http://127.0.0.1:{port}/v1/messages?key=secret"), "ANTHROPIC_BASE_URL")
    assert (error.fault, error.billed, error.status) == (Fault.TRANSIENT, False, 0)
    assert f"http://127.0.0.1:{port}" in error.message
    assert "secret" not in str(error)
    assert "ANTHROPIC_BASE_URL" in error.remedy


@pytest.mark.parametrize(
    "url",
    ["api.anthropic.com/v1/messages", "ftp://host/x", "http://", "http://[::1", "http://host:port/"],
)
def test_an_address_that_is_none_is_a_bad_request_and_names_the_setting(transport: Transport, url: str) -> None:
    error = failure(transport, post(url), "OPENAI_BASE_URL")
    assert error.fault is Fault.BAD_REQUEST
    assert "OPENAI_BASE_URL" in error.remedy


@pytest.mark.parametrize("value", ["Bearer sk-ant-abc\ndef", "Bearer sk-ant-é", "Bearer sk-ant-\x00"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(transport: Transport, value: str) -> None:
    error = failure(transport, post("http://127.0.0.1:9/", {"authorization": value}))
    assert error.fault is Fault.AUTH
    assert "sk-ant" not in str(error)
    assert "authorization" in error.message


def test_a_proxy_variable_that_is_no_address_names_the_variable(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://user:secret@proxy.example")
    error = failure(transport, post("https://api.example.invalid/v1/messages"))
    assert error.fault is Fault.BAD_REQUEST
    assert "HTTPS_PROXY" in error.message
    assert "secret" not in str(error)


def test_a_proxy_that_is_down_names_the_variable(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://user:secret@127.0.0.1:{port}")
    error = failure(transport, post("http://api.example.invalid/v1/messages"))
    assert error.fault is Fault.TRANSIENT
    assert "HTTP_PROXY" in error.message
    assert "secret" not in str(error)


def test_this_machine_is_never_asked_through_a_proxy(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with ScriptedServer([Play(body=b"ok")]) as server:
        assert transport.send(post(server.openai_url + "/responses")).body == b"ok"


def test_a_proxy_is_used_for_other_hosts(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([Play(body=b"ok")], checks=False) as server:
        monkeypatch.setenv("HTTP_PROXY", server.url)
        response = transport.send(post("http://api.example.invalid/v1/responses"))
    assert response.status == 404
    assert server.requests[0].path == "http://api.example.invalid/v1/responses"


@pytest.fixture
def tls_port(tmp_path: Path) -> Iterator[int]:
    """An https server with a certificate that nobody vouches for."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *names]
    subprocess.run([*new, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    received = b""
                    while not received.endswith(BODY):  # closing on unread bytes would break the connection
                        received += secure.recv(65536) or BODY
                    secure.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
            except OSError:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.mark.needs("openssl")
def test_a_certificate_that_is_not_trusted_says_what_to_install(transport: Transport, tls_port: int) -> None:
    error = failure(transport, post(f"https://localhost:{tls_port}/v1/messages"))
    assert error.fault is Fault.BAD_REQUEST
    assert "certificate" in error.message
    assert "ca-certificates" in error.remedy
    assert "SSL_CERT_FILE" in error.remedy


@pytest.mark.needs("openssl")
def test_ssl_cert_file_makes_a_certificate_trusted(
    transport: Transport, tls_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    assert transport.send(post(f"https://localhost:{tls_port}/v1/messages")).body == b"ok"


def test_a_missing_certificate_file_says_so(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/roots.pem")
    error = failure(transport, post("https://localhost:1/v1/messages"))
    assert error.fault is Fault.BAD_REQUEST
    assert "SSL_CERT_FILE" in error.remedy


def test_warming_up_opens_no_connection_and_closing_may_be_followed_by_more(transport: Transport) -> None:
    with ScriptedServer([Play(body=b"one"), Play(body=b"two")]) as server:
        url = server.openai_url + "/responses"
        transport.warm(url)
        transport.warm("https://api.example.invalid")
        assert server.requests == []
        assert transport.send(post(url)).body == b"one"
        transport.close()
        assert transport.send(post(url)).body == b"two"


def test_threads_share_a_transport(transport: Transport) -> None:
    answers: list[bytes] = []
    with ScriptedServer(lambda received: Play(body=received.body)) as server:
        url = server.openai_url + "/responses"

        def ask(number: int) -> None:
            body = json.dumps({"model": "m", "input": str(number)}).encode()
            answers.append(transport.send(HttpRequest(url, {"authorization": "Bearer k"}, body)).body)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(json.loads(answer)["input"] for answer in answers) == [str(number) for number in range(8)]
