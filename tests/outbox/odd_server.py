"""A mail server on loopback as some are: it reads commands in one piece, is slow, takes few lines, answers oddly."""

import socketserver
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any


@dataclass
class Ways:
    """How the server behaves, and what it has seen."""

    pipelining: bool = False
    seconds: float = 0  # before each answer
    lines_at_most: int = 100
    greeting: str = "220 odd"
    rcpt: dict[str, str] = field(default_factory=dict)  # other answers than 250, by address
    data: str = "354 go on"
    end: str = "250 ok"
    hangs_up_after: str = ""  # the command after whose answer it hangs up
    got: Counter[str] = field(default_factory=Counter)
    content: list[bytes] = field(default_factory=list)
    said_at_once: list[int] = field(default_factory=list)
    empty_ones: int = 0
    open_now: int = 0
    most_open: int = 0
    turned_away: int = 0
    lock: Any = field(default_factory=Lock)


class Handler(socketserver.BaseRequestHandler):
    server: "Server"

    def handle(self) -> None:
        ways = self.server.ways
        with ways.lock:
            too_many = ways.open_now >= ways.lines_at_most
            ways.turned_away += too_many
            ways.open_now += 1
            ways.most_open = max(ways.most_open, ways.open_now)
        try:
            if too_many:
                self.say("421 too many lines")
            else:
                self.say(ways.greeting)
                self.talk(ways)
        except OSError:
            pass  # the other end has hung up
        finally:
            with ways.lock:
                ways.open_now -= 1

    def talk(self, ways: Ways) -> None:
        self.rest, self.to = b"", ""
        for line in self.lines(ways):
            word = line[:4].upper().decode()
            self.say(self.answer(word, line, ways))
            if word == "DATA" and ways.data.startswith("354"):
                self.say(self.take(ways))
            if word in {"QUIT", ways.hangs_up_after}:
                return

    def lines(self, ways: Ways) -> Iterator[bytes]:
        while True:
            while b"\r\n" not in self.rest:
                piece = self.request.recv(65536)
                if not piece:
                    return
                self.rest += piece
                ways.said_at_once.append(piece.count(b"\r\n"))
            line, _end, self.rest = self.rest.partition(b"\r\n")
            yield line

    def answer(self, word: str, line: bytes, ways: Ways) -> str:
        match word:
            case "EHLO":
                return "250-odd\r\n250 PIPELINING" if ways.pipelining else "250 odd"
            case "RCPT":
                self.to = line.partition(b"<")[2].rstrip(b">").decode()
                return ways.rcpt.get(self.to, "250 ok")
            case "DATA":
                return ways.data
        return "221 bye" if word == "QUIT" else "250 ok"

    def take(self, ways: Ways) -> str:
        content = []
        for line in self.lines(ways):
            if line == b".":
                break
            content.append(line)
        with ways.lock:
            if not content:
                ways.empty_ones += 1
                return "554 no valid recipients"
            ways.content.append(b"\r\n".join(content))
            if ways.end.startswith("250"):
                ways.got[self.to] += 1
        return ways.end

    def say(self, answer: str) -> None:
        time.sleep(self.server.ways.seconds)
        self.request.sendall(f"{answer}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, ways: Ways) -> None:
        self.ways = ways
        super().__init__(("127.0.0.1", 0), Handler)


@contextmanager
def odd_server(settings: Any) -> Iterator[Ways]:
    """The server that the product then sends to."""
    ways = Ways()
    with Server(ways) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        settings.EMAIL_TIMEOUT = 5
        yield ways
        server.shutdown()
        thread.join()
