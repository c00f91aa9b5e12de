#!/usr/bin/env python3
"""Runs the Action's image as GitHub's runner does, and looks at what came of it: on files of root and of somebody else, passing and
failing; names looked up and TLS spoken with servers of our own; size and time. `check.py IMAGE FOLDER [--judge]`."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import servers  # noqa: E402

IMAGE, WORK, JUDGES = sys.argv[1], Path(sys.argv[2]), "--judge" in sys.argv
ROOT = Path(__file__).resolve().parents[2]
EVENT = {"ref": "refs/heads/main", "repository": {"full_name": "octo-org/packs", "default_branch": "main"}}


def fail(why):
    sys.exit(f"error: {why}")


def expect(truth, why):
    if not truth:
        fail(why)


class Step:
    """A step of a job: a workspace, the runner's folders, and what a run left in them."""

    count = 0

    def __init__(self, source, owner=0):
        Step.count += 1
        self.home = WORK / f"step-{Step.count}"
        self.workspace = self.home / "workspace"
        shutil.copytree(source, self.workspace, ignore=shutil.ignore_patterns(".aegis", "aegis-*", "junit.xml", "report.html"))
        self.commands = self.home / "file_commands"
        for folder in ("github_home", "workflow", "file_commands"):
            (self.home / folder).mkdir()
        for name in ("output", "summary"):
            (self.commands / name).touch()
        (self.home / "workflow/event.json").write_text(json.dumps(EVENT))
        if owner:
            for path in [self.home, *self.home.rglob("*")]:
                os.chown(path, owner, owner)

    def command(self, inputs, env=(), options=(), args=()):
        variables = {
            "HOME": "/github/home", "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_ACTOR": "octocat", "GITHUB_JOB": "pack",
            "GITHUB_API_URL": "https://api.github.com", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_EVENT_NAME": "push",
            "GITHUB_EVENT_PATH": "/github/workflow/event.json", "GITHUB_OUTPUT": "/github/file_commands/output",
            "GITHUB_STEP_SUMMARY": "/github/file_commands/summary", "GITHUB_REF": "refs/heads/main", "GITHUB_RUN_ID": "77",
            "GITHUB_REPOSITORY": "octo-org/packs", "GITHUB_SHA": "6dcb09b5b57875f334f61aebed695e2e4193db5e",
            "GITHUB_WORKFLOW": "AEGIS", "GITHUB_WORKSPACE": "/github/workspace", "RUNNER_OS": "Linux", "RUNNER_TEMP": "/github/runner_temp",
            "INPUT_COMMAND": "ci", "INPUT_PROJECT": "", "INPUT_WORKING-DIRECTORY": "", "INPUT_STORE": "", "INPUT_S3-ENDPOINT": "",
            "INPUT_PUBLISH": "auto", "INPUT_RELEASE": "auto", "INPUT_CHANNEL": "", "INPUT_FAIL-ON": "error", "INPUT_SHARD": "",
            "INPUT_JUNIT": "", "INPUT_SARIF": "", "INPUT_SUMMARY": "true", "INPUT_COMMENT": "false", "INPUT_ARGS": "",
            "INPUT_GITHUB-TOKEN": "", **{f"INPUT_{name.upper()}": value for name, value in inputs.items()}, **dict(env),
        }
        mounts = {"github_home": "home", "workflow": "workflow", "file_commands": "file_commands", "workspace": "workspace"}
        command = ["podman", "run", "--rm", "--runtime", "runc", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024",
                   "--network", "host", "--workdir", "/github/workspace", *options]
        for name, value in variables.items():
            command += ["-e", f"{name}={value}"]
        for name, target in mounts.items():
            command += ["-v", f"{self.home / name}:/github/{target}"]
        return [*command, IMAGE, *args]

    def run(self, inputs=(), env=(), options=(), args=()):
        done = subprocess.run(self.command(dict(inputs), env, options, args), capture_output=True, text=True, check=False, timeout=120)
        self.exit, self.text = done.returncode, done.stdout + done.stderr
        self.summary = (self.commands / "summary").read_text()
        self.outputs, lines = {}, iter((self.commands / "output").read_text().splitlines())
        for head in lines:
            name, end = head.split("<<", 1)
            value = []
            for line in lines:
                if line == end:
                    break
                value.append(line)
            self.outputs[name] = "\n".join(value)
        return self


def contents():
    """The image holds what it should, and nothing else."""
    archive = WORK / "root.tar"
    name = subprocess.run(["podman", "create", "--network", "host", IMAGE], check=True, capture_output=True, text=True).stdout.strip()
    try:
        subprocess.run(["podman", "export", "--output", archive, name], check=True, capture_output=True)
    finally:
        subprocess.run(["podman", "rm", name], check=True, capture_output=True)
    listed = subprocess.run(["tar", "-tf", archive], check=True, capture_output=True, text=True).stdout.split()
    files = sorted(line for line in listed if not line.endswith("/"))
    # podman itself puts these in when it creates a container.
    own = {"etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab", "run/.containerenv", "dev/console"}
    files = [file for file in files if file not in own]
    expect(files == ["aegis", "etc/nsswitch.conf", "etc/ssl/certs/ca-certificates.crt"], f"the image holds {files}")
    expect("tmp/" in listed, "the image has no /tmp")
    subprocess.run(["tar", "-xf", archive, "-C", WORK, "aegis"], check=True)
    config = json.loads(subprocess.run(["podman", "image", "inspect", IMAGE], check=True, capture_output=True, text=True).stdout)[0]["Config"]
    expect(config["Entrypoint"] == ["/aegis"] and not config.get("User"), f"the image starts as {config}")
    labels = config["Labels"]
    for label in ("title", "description", "source", "licenses", "version", "revision"):
        expect(f"org.opencontainers.image.{label}" in labels, f"the label {label} is missing: {labels}")
    print("content: the binary, certificates, nsswitch.conf, /tmp")


def example(owner):
    step = Step(ROOT / "examples/warehouse", owner).run()
    expect(step.exit == 0, f"ci on the example ended with {step.exit}:\n{step.text}")
    expect(step.outputs.get("status") == "pass", step.outputs)
    expect((step.workspace / step.outputs["pack-path"] / "runtime.1337").is_file(), "there is no runtime.1337")
    expect((step.workspace / step.outputs["junit"]).is_file() and (step.workspace / "report.html").is_file(), "a report is missing")
    expect(step.summary.startswith("## ✅ warehouse"), step.summary[:200])
    expect(list((step.workspace / ".aegis/store/packs/1.0").iterdir()), "nothing was published")
    expect("dubious" not in step.text, step.text)
    print(f"example, files of user {owner}: passed, published")


def broken():
    step = Step(ROOT / "examples/warehouse", 1001)
    source = next(path for path in sorted((step.workspace / "packs").rglob("*.yaml")) if "meaning:" in path.read_text())
    text = source.read_text()
    source.write_text(text.replace("meaning:", "meanign:", 1))
    line = text[: text.index("meaning:")].count("\n") + 1
    step.run()
    expect(step.exit == 1 and step.outputs.get("status") == "fail", f"{step.exit}: {step.text}")
    wanted = f"::error file={source.relative_to(step.workspace)},line={line},"
    expect(wanted in step.text, f"{wanted} is not in\n{step.text}")
    expect("**What to do:**" in step.summary, step.summary)
    print("broken term: refused, on its line")


def network():
    """Names by DNS and by /etc/hosts, TLS by the certificates that SSL_CERT_FILE names: sources, GitHub, S3."""
    with servers.Site(WORK / "site") as site:
        folder = WORK / "linked"
        folder.mkdir()
        for name in ("sources.aegis.test", "hosts.aegis.test"):
            (folder / "aegis.yaml").write_text(
                "aegis: project/v1\npack:\n  name: linked\n  oid: \"1.0\"\n"
                f"  layers: {{domain: [\"https://{name}:{site.port}/words.yaml\"]}}\n")
            own = ["-v", f"{site.resolv}:/etc/resolv.conf:ro", "-v", f"{site.authority}:/ca.pem:ro"]
            own += ["--add-host", "hosts.aegis.test:127.0.0.1"]
            trusted = {"SSL_CERT_FILE": "/ca.pem"}
            step = Step(folder).run({"command": "build"}, trusted, own)
            expect(step.exit == 0 and (step.workspace / "aegis-runtime/runtime.1337").is_file(), f"{name}: {step.exit}\n{step.text}")
            expect(site.saw(f"GET https://{name}"), f"{name}: {site.seen}")
        expect(site.looked_up("sources.aegis.test"), f"DNS was not asked: {site.asked}")
        expect(not site.looked_up("hosts.aegis.test"), "what /etc/hosts knows was asked of DNS")
        print("sources over TLS: names by DNS and by /etc/hosts")
        # The image's own certificates do not know this authority.
        step = Step(folder).run({"command": "build"}, {}, own)
        expect(step.exit == 3 and "certificate" in step.text.lower(), f"an unknown authority: {step.exit}\n{step.text}")
        (folder / "aegis.yaml").write_text((folder / "aegis.yaml").read_text().replace("hosts.aegis", "nowhere.aegis"))
        step = Step(folder).run({"command": "build"}, trusted, own)
        expect(step.exit == 3 and "nowhere.aegis.test" in step.text, f"an unknown name: {step.exit}\n{step.text}")
        print("an unknown authority and an unknown name: refused with exit code 3")
        step = Step(ROOT / "examples/warehouse").run(
            {"github-token": "ghs_ThisIsNoRealToken", "publish": "false"},
            {**trusted, "GITHUB_API_URL": f"https://github.aegis.test:{site.port}/api/v3"}, own)
        expect(step.exit == 0, f"with a server for GitHub: {step.exit}\n{step.text}")
        expect(site.saw("GET https://github.aegis.test/api/v3/repos/octo-org/packs/git/matching-refs/tags/v"), site.seen)
        keys = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1"}
        step = Step(folder).run({"command": "list", "args": "s3://bucket/x --pack 1.0", "s3-endpoint": f"https://s3.aegis.test:{site.port}"},
                                {**trusted, **keys}, own)
        expect(site.saw("GET https://s3.aegis.test/bucket"), f"S3 was not asked: {step.exit} {site.seen}\n{step.text}")
        expect(step.exit == 0, f"an empty bucket: {step.exit}\n{step.text}")
        print("GitHub's API and S3 over TLS: reached by name")


def size():
    target = WORK / "compressed"
    subprocess.run(["skopeo", "copy", "--quiet", "--dest-compress", f"containers-storage:{IMAGE}:latest", f"dir:{target}"],
                   check=True, capture_output=True)
    manifest = json.loads((target / "manifest.json").read_text())
    total = sum(part["size"] for part in [manifest["config"], *manifest["layers"]]) / 1e6
    print(f"size, compressed: {total:.1f} MB (at most 25); the binary has {(WORK / 'aegis').stat().st_size / 1e6:.1f} MB")
    return [("size", total, 25)]


def times():
    step = Step(ROOT / "examples/warehouse")

    def first_line(args=(), inputs=()):
        start = time.monotonic()
        child = subprocess.Popen(step.command(dict(inputs), args=args), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        child.stdout.readline()
        first = time.monotonic() - start
        child.stdout.read()
        child.wait(60)
        return first, time.monotonic() - start

    starts = [first_line(["--version"]) for _ in range(7)]
    runs = [first_line(inputs={"publish": "false"}) for _ in range(7)]
    alone = []
    for _ in range(50):
        start = time.monotonic()
        subprocess.run([WORK / "aegis", "--version"], check=True, stdout=subprocess.DEVNULL)
        alone.append(time.monotonic() - start)
    first = statistics.median(first for first, _ in starts) * 1000
    ci = (statistics.median(all for _, all in runs) - statistics.median(all for _, all in starts)) * 1000
    version = min(alone) * 1000
    print(f"podman run to the first line: {first:.0f} ms (at most 400)")
    print(f"aegis ci on the example in it, but for its start: {ci:.0f} ms (at most 1000)")
    print(f"aegis --version, with the start of its process: {version:.1f} ms (at most 5)")
    return [("podman run to the first line", first, 400), ("aegis ci", ci, 1000), ("aegis --version", version, 5)]


contents()
for owner in (0, 1001):
    example(owner)
broken()
network()
figures = size() + times()
late = [name for name, value, most in figures if value > most]
if JUDGES and late:
    fail(f"too much: {', '.join(late)}")
