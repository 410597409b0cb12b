"""Takes turns: one request at a time to a host, with a pause after each."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from pipeline.sources.download import Stopped


class Turns:
    """Whose turn it is. For use by several threads.

    Parameters
    ----------
    pause
        Seconds from the end of one request to the beginning of the next to the same host.
    stop
        Set where the run is interrupted: whoever waits then raises Stopped.
    """

    def __init__(self, pause: float, stop: Event) -> None:
        self._pauses: defaultdict[str, float] = defaultdict(lambda: pause)
        self._ready: defaultdict[str, float] = defaultdict(float)  # monotonic time of the next turn
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._guard = Lock()  # of the three
        self._stop = stop

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait until the host may be asked, and keep it from others until the block ends."""
        with self._guard:
            lock = self._locks[host]
        with lock:
            self.wait(self._ready[host] - time.monotonic())
            try:
                yield
            finally:
                self.rest(host, self._pauses[host])

    def rest(self, host: str, seconds: float) -> None:
        """Let the host rest for so long from now, or for longer where that was said before."""
        with self._guard:
            self._ready[host] = max(self._ready[host], time.monotonic() + seconds)

    def slow_down(self, host: str, pause: float) -> None:
        """Lengthen the pauses of a host that asks for it."""
        with self._guard:
            self._pauses[host] = max(self._pauses[host], pause)

    def wait(self, seconds: float) -> None:
        """Wait, unless the run is interrupted."""
        if self._stop.wait(max(seconds, 0.0)):
            raise Stopped
