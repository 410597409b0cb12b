"""A web site on 127.0.0.1 whose pages are functions, so that they can be slow, broken, endless or rude."""

import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """`site.pages[path]` is called with the request and its number on that path; `site.log` says what was asked when."""

    def __init__(self, port=0, context=None):
        self.pages, self.log, self.hits, self.statuses = {}, [], Counter(), defaultdict(list)
        self.busy, self.most_busy, self.guard = Counter(), Counter(), threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                host = self.headers["Host"].partition(":")[0]
                with site.guard:
                    site.hits[self.path] += 1
                    number = site.hits[self.path]
                    site.log.append((time.monotonic(), host, self.path, dict(self.headers)))
                    site.busy[host] += 1
                    site.most_busy[host] = max(site.most_busy[host], site.busy[host])
                try:
                    page = site.pages.get(self.path, site.pages.get("*", missing))
                    page(self, number)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the client has hung up, as it may
                finally:
                    self.close_connection = True
                    with site.guard:
                        site.busy[host] -= 1

            def log_request(self, code="-", _size="-"):
                site.statuses[self.path].append(int(code))

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *_: None  # a client that breaks off a handshake
        self.port = self.server.server_address[1]

    def url(self, path="/", host="127.0.0.1", scheme="http"):
        return f"{scheme}://{host}:{self.port}{path}"

    def times(self, host=None):
        return [moment for moment, asked, *_ in self.log if host in (None, asked)]

    def asked(self):
        return [path for _, _, path, _ in self.log]


@contextmanager
def running(context=None):
    site = Site(context=context)
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()


def missing(request, _number):
    answer(request, b"no", status=404)


def answer(request, body=b"", status=200, length=None, **headers):
    """Answer; names of headers have _ for -."""
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(body) if length is None else length))
    request.end_headers()
    request.wfile.write(body)


def page(body, status=200, **headers):
    """A page that is always the same."""
    return lambda request, _number: answer(request, body, status, **headers)


def redirect(target, status=302):
    return page(b"", status, Location=target)


def in_turn(*pages):
    """The first page first, and so on; the last one for ever."""
    return lambda request, number: pages[min(number, len(pages)) - 1](request, number)


def raw(*pieces, pause=0.0, repeat=1):
    """Bytes as they are, headers and all, with a pause after each piece."""

    def send(request, _number):
        for _ in range(repeat):
            for piece in pieces:
                request.wfile.write(piece)
                request.wfile.flush()
                time.sleep(pause)

    return send
