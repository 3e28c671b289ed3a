"""A stub of an OpenAI-compatible endpoint on loopback, whose replies are scripted; HTTP and client are real."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """A response to one request; `delay` is in seconds."""

    body: str
    status: int = 200
    type: str = "application/json"
    delay: float = 0.0


def completion(content: str | None, finish: str = "stop", **message: Any) -> Reply:
    """Return a chat completion with this content, of 100 tokens in and 20 out."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    found = {"id": "1", "object": "chat.completion", "created": 1, "model": "stub", "choices": [choice], "usage": usage}
    return Reply(json.dumps(found))


def error(status: int, message: str) -> Reply:
    return Reply(json.dumps({"error": {"message": message, "code": status}}), status)


class ChatServer:
    """The running stub: `answer` makes the reply to a request, `requests` are the bodies so far, in order."""

    def __init__(self, answer: Callable[[dict[str, Any]], Reply]):
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.url = ""

    def script(self, *replies: Reply) -> None:
        """Give these replies in order, and the last one from then on."""
        left = list(replies)
        self.answer = lambda _: left.pop(0) if len(left) > 1 else left[0]


@contextlib.contextmanager
def chat_server(answer: Callable[[dict[str, Any]], Reply]) -> Iterator[ChatServer]:
    """Serve the stub while the context lasts."""
    server = ChatServer(answer)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                server.requests.append(body)
                reply = server.answer(body)
            time.sleep(reply.delay)
            self._send(reply)

        def do_GET(self) -> None:
            models = [{"id": "stub", "object": "model", "created": 1, "owned_by": "tests"}]
            self._send(Reply(json.dumps({"object": "list", "data": models})))

        def _send(self, reply: Reply) -> None:
            data = reply.body.encode()
            # A client that has given up waiting has closed the connection.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.type)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
