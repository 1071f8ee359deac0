"""What every entry uses: the program as a process, a folder of its own, what a store holds, the table of entries."""
import glob
import gzip
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

PATIENCE = 180  # seconds: a process that takes longer hangs
ENTRIES = []
NO_ACCOUNT = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1"}
ACCOUNT = dict(NO_ACCOUNT, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")


def entry(name, title, expected):
    """Registers a function that gets a Program and returns whether the entry holds, and what was seen."""
    def add(run):
        ENTRIES.append((name, title, expected, run))
        return run
    return add


class Ended:
    """How a command ended: its exit code (None where it had to be killed), both outputs, and the seconds that it took."""

    def __init__(self, code, out, seconds):
        self.code, self.out, self.seconds = code, out, seconds

    def has(self, *words):
        return all(word in self.out for word in words)


class Running:
    """A command that runs; its output goes to a file."""

    def __init__(self, argv, folder, env, limits):
        self.path = os.path.join(folder, f"log-{time.monotonic_ns()}")
        self.began = time.monotonic()
        with open(self.path, "wb") as log:
            self.process = subprocess.Popen(argv, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, preexec_fn=limits)

    @property
    def out(self):
        with open(self.path, errors="replace") as log:
            return log.read()

    @property
    def is_alive(self):
        return self.process.poll() is None

    def wait(self, seconds=PATIENCE):
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        return Ended(code, self.out, time.monotonic() - self.began)

    def stop(self, sign=signal.SIGTERM, seconds=PATIENCE):
        """Sends a signal and waits; the seconds are those from the signal on."""
        asked = time.monotonic()
        if self.is_alive:
            self.process.send_signal(sign)
        ended = self.wait(seconds)
        ended.seconds = time.monotonic() - asked
        return ended


class Program:
    """One build of the program, and a folder of its own for one entry."""

    def __init__(self, path):
        self.argv = ["dotnet", path] if path.endswith(".dll") else [path]
        self.folder = tempfile.mkdtemp(prefix="ingester-faults-")
        self.started = []

    def close(self):
        for running in self.started:
            if running.is_alive:
                running.process.kill()
                running.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def start(self, *args, env=NO_ACCOUNT, descriptors=None):
        limits = None if descriptors is None else lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "INGESTER"))}
        running = Running([*self.argv, *map(str, args)], self.folder, {**own, **env}, limits)
        self.started.append(running)
        return running

    def run(self, *args, seconds=PATIENCE, **more):
        return self.start(*args, **more).wait(seconds)

    def record(self, *exchanges, port=None, store="data", more=(), **options):
        """Starts a recorder of the trades of servers, each an Exchange."""
        args = ["record", "--store", store, "--set", f"Ingester:Status:Listen=http://127.0.0.1:{port or free_port()}"]
        for exchange in exchanges:
            place = f"Ingester:Exchanges:{exchange.name}"
            args += ["--exchange", f"{exchange.name}=*", "--set", f"{place}:Datasets:0=trades", "--set", f"{place}:Rest=http://127.0.0.1:{exchange.port}",
                     "--set", f"{place}:WebSocket=ws://127.0.0.1:{exchange.port}", "--set", f"{place}:DiscoveryInterval=00:00:01"]
        return self.start(*args, *more, **options)

    def imports(self, exchange, lines, *args, name="feed.ws.tsv", **more):
        return self.run("import", exchange, self.file(name, "".join(line + "\n" for line in lines)), "--store", "data", *args, **more)

    def rows(self, exchange="*", dataset="trades", store="data"):
        """Every row of a dataset, whole objects and fragments together, in the order of names."""
        return [json.loads(line) for path in self.objects(exchange, dataset, store) for line in gzip.open(path, "rt")]

    def objects(self, exchange="*", dataset="trades", store="data", places=("", "fragments")):
        return sorted(path for place in places for path in glob.glob(os.path.join(self.folder, store, place, dataset, f"exchange={exchange}", "**", "*.json.gz"), recursive=True))

    def gaps(self, store="data"):
        return [json.loads(line) for path in glob.glob(os.path.join(self.folder, store, "gaps", "**", "*.json.gz"), recursive=True) for line in gzip.open(path, "rt")]

    def causes(self):
        return sorted({gap["cause"] for gap in self.gaps()})


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def get(port, path, headers=None):
    """The status and text of a page; None where nothing answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError:
        return None, ""


def until(condition, seconds=90):
    """True once something is so; False when it is not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False
