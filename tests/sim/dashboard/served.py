"""The command `quantacore dashboard` in a process of its own."""

import http.client
import re
import signal
import subprocess
import sys


class Served:
    """A live page of a log; use it as ``with``.

    Parameters
    ----------
    log : path
    *flags : object
        Of the command.
    """

    def __init__(self, log, *flags):
        words = [sys.executable, "-m", "quantacore.sim.cli.main", "dashboard", log, *flags]
        if "--port" not in flags:
            words += ["--port", 0]
        self.process = subprocess.Popen(
            [str(word) for word in words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = self.process.stdout.readline()
        found = re.search(r"http://\S+:(\d+)/", self.said)
        if found is None:
            raise AssertionError(self.process.communicate())
        self.url, self.port = found.group(), int(found.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_for(self, text):
        """Read the stream of the page until something is said there."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/stream")
        answer = connection.getresponse()
        while text.encode() not in answer.readline():
            pass
        connection.close()

    def stop(self):
        """End it as Ctrl-C does; return its exit code and what it complained about."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            _, complaints = self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, complaints
