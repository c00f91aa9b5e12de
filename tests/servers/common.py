"""What all servers have in common: where they live, free ports, processes that end with us, tools that are installed once."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
HOME = TOP / "target" / "servers"
KEY = "test-test-test"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": KEY, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run(command, **options):
    """A step that has to work."""
    subprocess.run([str(part) for part in command], check=True, **options)


def tried(command, attempts=3):
    """A step over the network, which may need a second try."""
    for attempt in range(1, attempts + 1):
        result = subprocess.run([str(part) for part in command])
        if result.returncode == 0:
            return
        print(f"attempt {attempt} failed: {' '.join(map(str, command))}", flush=True)
        time.sleep(5 * attempt)
    sys.exit(f"error: {command[0]} failed {attempts} times")


def apt(programs, packages):
    """Debian's packages, where one of the programs is missing."""
    missing = [program for program in programs if not shutil.which(program)]
    if not missing:
        return
    before = [] if os.geteuid() == 0 else ["sudo"]
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    tried([*before, "apt-get", "update", "-q"])
    tried([*before, "apt-get", "install", *wait, "-qy", "--no-install-recommends", *packages])
    still = [program for program in programs if not shutil.which(program)]
    if still:
        sys.exit(f"error: {', '.join(still)} missing after apt-get install {' '.join(packages)}")


def marked(home, content, install):
    """Installs something unless that was done before, with the same content."""
    mark = home / "installed"
    if not mark.exists() or mark.read_text() != content:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        install()
        mark.write_text(content)


def venv(name, packages):
    """A virtual environment of its own, as their requirements exclude each other; gives its Python."""
    home = HOME / name
    python = home / "bin" / "python"

    def install():
        run([sys.executable, "-m", "venv", home])
        tried([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages])

    marked(home, "\n".join(packages), install)
    return python


def npm(name, package):
    """A program from npm; gives its path."""
    home = HOME / name
    if not shutil.which("npm"):
        apt(["npm"], ["npm"])
    marked(home, package, lambda: tried(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", home, package]))
    return home / "node_modules" / ".bin" / name


class Processes:
    """What was started, each in a session of its own, and is ended again: the last one first, by its id."""

    def __init__(self, name):
        self.name = name
        self.log = HOME / f"{name}.log"
        self.started = []
        self.log.write_bytes(b"")

    def start(self, command, env=None):
        log = open(self.log, "ab")
        process = subprocess.Popen(
            [str(part) for part in command], env=dict(os.environ) | (env or {}), stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True,
        )
        self.started.append(process)
        return process

    def fail(self, why):
        tail = self.log.read_text(errors="replace").splitlines()[-20:]
        sys.exit("\n".join([f"error: {self.name} {why}; the end of {self.log}:", *tail]))

    def wait(self, ready, seconds=90):
        """Until `ready` is true of it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for process in self.started:
                if process.poll() is not None:
                    self.fail(f"ended with {process.returncode}")
            if ready():
                return
            time.sleep(0.2)
        self.fail(f"was not ready after {seconds} seconds")

    def end(self):
        for process in reversed(self.started):
            for kill, seconds in ((signal.SIGTERM, 20), (signal.SIGKILL, 10)):
                try:
                    os.killpg(process.pid, kill)
                    process.wait(timeout=seconds)
                    break
                except ProcessLookupError:
                    break
                except subprocess.TimeoutExpired:
                    continue


def answers(url):
    """Whether a server answers at all."""
    try:
        urllib.request.urlopen(url, timeout=2).close()
        return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
