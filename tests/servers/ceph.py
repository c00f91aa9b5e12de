"""Ceph's gateway with all that is behind it, on 127.0.0.1: one monitor, one storage daemon that keeps its objects in memory, logins on."""

import shutil
import subprocess
import uuid

from common import HOME, answers, free_port, run

CONFIG = """[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{v2},v1:127.0.0.1:{v1}]
public network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = {home}/admin.keyring
run dir = {home}
admin socket = {home}/$name.asok
log file = {home}/$name.log
pid file = {home}/$name.pid
crash dir = {home}
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
osd objectstore = memstore
memstore device bytes = 2147483648
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw dns name = 127.0.0.1
[mon.a]
mon data = {home}/mon
[osd.0]
osd data = {home}/osd
keyring = {home}/osd/keyring
[client.rgw.a]
keyring = {home}/rgw.keyring
rgw data = {home}
"""


def start(processes, key):
    """Starts all of it; gives the gateway's URL once it answers to that key."""
    home = HOME / "ceph"
    shutil.rmtree(home, ignore_errors=True)
    for folder in ("mon", "osd"):
        (home / folder).mkdir(parents=True)
    fsid, osd, port, v1, v2 = str(uuid.uuid4()), str(uuid.uuid4()), free_port(), free_port(), free_port()
    config = home / "ceph.conf"
    config.write_text(CONFIG.format(home=home, fsid=fsid, port=port, v1=v1, v2=v2))
    log = open(processes.log, "ab")

    def step(*command):
        run(command, stdout=log, stderr=log, timeout=120)

    def ceph(*arguments):
        step("ceph", "-c", config, "--connect-timeout", "60", *arguments)

    mon, admin = home / "mon.keyring", home / "admin.keyring"
    step("ceph-authtool", "--create-keyring", mon, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    step("ceph-authtool", "--create-keyring", admin, "--gen-key", "-n", "client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *")
    step("ceph-authtool", mon, "--import-keyring", admin)
    step("monmaptool", "--create", "--addv", "a", f"[v2:127.0.0.1:{v2},v1:127.0.0.1:{v1}]", "--fsid", fsid, home / "monmap")
    step("ceph-mon", "-c", config, "--mkfs", "-i", "a", "--monmap", home / "monmap", "--keyring", mon)
    processes.start(["ceph-mon", "-c", config, "-i", "a", "-f"])
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    ask = ["ceph", "-c", str(config), "--connect-timeout", "5", "mon", "stat"]
    processes.wait(lambda: subprocess.run(ask, **quiet).returncode == 0)

    ceph("osd", "new", osd)
    ceph("auth", "get-or-create", "osd.0", "mon", "allow profile osd", "osd", "allow *", "mgr", "allow profile osd", "-o", home / "osd" / "keyring")
    ceph("auth", "get-or-create", "client.rgw.a", "mon", "allow rw", "osd", "allow rwx", "-o", home / "rgw.keyring")
    step("ceph-osd", "-c", config, "-i", "0", "--mkfs", "--osd-uuid", osd)
    processes.start(["ceph-osd", "-c", config, "-i", "0", "-f"])
    up = ["ceph", "-c", str(config), "--connect-timeout", "5", "osd", "stat"]
    processes.wait(lambda: "1 up" in subprocess.run(up, capture_output=True, text=True).stdout)

    processes.start(["radosgw", "-c", config, "-n", "client.rgw.a", "-f"])
    url = f"http://127.0.0.1:{port}"
    processes.wait(lambda: answers(url), seconds=180)
    step("radosgw-admin", "-c", config, "-n", "client.rgw.a", "user", "create", "--uid", "test", "--display-name", "test", "--access-key", key, "--secret-key", key)
    return url
