"""An OpenAI-compatible endpoint on loopback that answers prompts of the corpus from a table."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def endpoint(answers: Mapping[str, str]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve chat completions; `answers` are by prompt. Yield the base address and the requests received."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append(request)
            asked = request["messages"][-1]["content"]
            prompt = asked if isinstance(asked, str) else "".join(part["text"] for part in asked)
            # A harness may strip the white space at the end of a prompt.
            answer = next((a for p, a in answers.items() if p.strip() == prompt.strip()), "I do not know this text.")
            message = {"role": "assistant", "content": answer}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            completion = {"id": "1", "object": "chat.completion", "created": 1, "model": "stub", "usage": usage}
            body = json.dumps({**completion, "choices": [choice]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
