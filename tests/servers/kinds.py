"""The servers: how each is installed and started, what the tests have to know of it, and what it cannot do.

Each is a function that takes `Processes`, and gives the variables for the tests once the server is ready. `CANNOT` has what is known
not to work, as `{test: why}`: each is a difference of the server, not of ours.
"""

import shutil

import ceph
from common import CREDENTIALS, HOME, KEY, Processes, answers, apt, free_port, npm, run, venv

BOTO = ["boto3==1.44.8"]
LOCALSTACK = ["localstack-core[base-runtime]==4.7.0", "cbor2<5.8", "cryptography<46", "pyopenssl<25.2", "service_identity<25"]
MOTO = ["moto[server]==5.2.2"]
GCS = ["gcp-storage-emulator==2026.7.19"]
AZURITE = "azurite@3.35.0"


def bucket(url):
    """Makes the bucket of the tests by another client than ours."""
    script = "import boto3, sys; boto3.client('s3', endpoint_url=sys.argv[1]).create_bucket(Bucket='contract')"
    run([venv("boto", BOTO), "-c", script, url], env={"PATH": "/usr/bin:/bin"} | CREDENTIALS)
    return CREDENTIALS | {"AEGIS_TEST_S3": url}


def localstack(processes: Processes):
    python, port = venv("localstack", LOCALSTACK), free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        "GATEWAY_SERVER": "hypercorn", "GATEWAY_LISTEN": f"127.0.0.1:{port}", "SERVICES": "s3", "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1", "DNS_ADDRESS": "0", "FILESYSTEM_ROOT": str(HOME / "localstack-data"),
    }
    processes.start([python, "-m", "localstack.runtime.main"], env)
    processes.wait(lambda: answers(url))
    return bucket(url)


def moto(processes: Processes):
    python, port = venv("moto", MOTO), free_port()
    url = f"http://127.0.0.1:{port}"
    processes.start([python, "-m", "moto.server", "-H", "127.0.0.1", "-p", port])
    processes.wait(lambda: answers(url))
    return bucket(url)


def radosgw(processes: Processes):
    apt(["ceph-mon", "ceph-osd", "radosgw", "ceph"], ["ceph-mon", "ceph-osd", "radosgw", "ceph-common"])
    return bucket(ceph.start(processes, KEY))


def azurite(processes: Processes):
    program = npm("azurite", AZURITE)
    blob, queue, table = free_port(), free_port(), free_port()
    url = f"http://127.0.0.1:{blob}"
    processes.start([
        program, "--silent", "--blobHost", "127.0.0.1", "--blobPort", blob, "--queueHost", "127.0.0.1", "--queuePort", queue,
        "--tableHost", "127.0.0.1", "--tablePort", table, "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry",
    ])
    processes.wait(lambda: answers(url))
    # The key of the emulator is the same everywhere.
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
    make_container(url, "devstoreaccount1", key)
    return {"AEGIS_TEST_AZURE": url}


def make_container(url, account, key):
    """Put Container, signed with the key of the account."""
    import base64, hashlib, hmac, urllib.request
    from email.utils import formatdate
    date, version = formatdate(usegmt=True), "2021-12-02"
    headers = f"x-ms-date:{date}\nx-ms-version:{version}\n"
    resource = f"/{account}/{account}/contract\nrestype:container"
    signed = "PUT" + "\n" * 12 + headers + resource
    signature = base64.b64encode(hmac.new(base64.b64decode(key), signed.encode(), hashlib.sha256).digest()).decode()
    request = urllib.request.Request(f"{url}/{account}/contract?restype=container", method="PUT", headers={
        "x-ms-date": date, "x-ms-version": version, "authorization": f"SharedKey {account}:{signature}", "content-length": "0",
    })
    urllib.request.urlopen(request, timeout=10).close()


# Who may enter the second registry, as `htpasswd -B` writes it: `ann`, with the password `not-a-secret`.
PASSWORDS = "ann:$2y$05$abcdefghijklmnopqrstuuVPNOToLP9MHdthRCXkVoiIF0qNKnk2G\n"


def registry(processes: Processes):
    apt(["docker-registry", "skopeo"], ["docker-registry", "skopeo"])
    ports = {}
    for name in ("open", "closed"):
        ports[name] = free_port()
        config, data = HOME / f"registry-{name}.yml", HOME / f"registry-{name}"
        # Not in memory: there a large upload is copied again with every piece.
        shutil.rmtree(data, ignore_errors=True)
        lines = [
            "version: 0.1", "log: {level: warn}", f"storage: {{filesystem: {{rootdirectory: '{data}'}}, delete: {{enabled: true}}}}",
            f"http: {{addr: '127.0.0.1:{ports[name]}', secret: none}}",
        ]
        if name == "closed":
            passwords = HOME / "registry-passwords"
            passwords.write_text(PASSWORDS)
            lines.append(f"auth: {{htpasswd: {{realm: tests, path: '{passwords}'}}}}")
        config.write_text("\n".join(lines) + "\n")
        processes.start(["docker-registry", "serve", config])
    processes.wait(lambda: all(answers(f"http://127.0.0.1:{port}/v2/") for port in ports.values()))
    return {"AEGIS_TEST_OCI": f"127.0.0.1:{ports['open']}", "AEGIS_TEST_OCI_LOGIN": f"127.0.0.1:{ports['closed']}"}


def gcs(processes: Processes):
    python, port = venv("gcs", GCS), free_port()
    url = f"http://127.0.0.1:{port}"
    # One request at a time would stop whoever asks for something while an answer is still read.
    script = (
        "import sys, http.server; http.server.HTTPServer = http.server.ThreadingHTTPServer; from gcp_storage_emulator.server import create_server; "
        "create_server('127.0.0.1', int(sys.argv[1]), in_memory=True, default_bucket='contract').run()"
    )
    processes.start([python, "-c", script, port])
    processes.wait(lambda: answers(url))
    return {"AEGIS_TEST_GCS": url}


CONDITIONS = "it ignores ifGenerationMatch; the strict server of the tests in process does not"

# Name: (start, the tests that are for it, what it cannot do).
SERVERS = {
    "localstack": (localstack, "s3", {}),
    "moto": (moto, "s3", {}),
    "ceph": (radosgw, "s3", {}),
    "azurite": (azurite, "azure", {}),
    "registry": (registry, "oci", {
        "one_of_many_creators_wins": "it lets tags move, and knows no conditions: of those who write in the same moment the last one stands",
    }),
    "gcs": (gcs, "gcs", {
        "a_pack_lives_in_it": CONDITIONS,
        "a_second_create_is_refused": CONDITIONS,
        "an_empty_object_is_an_object": CONDITIONS,
        "one_of_many_creators_wins": CONDITIONS,
        "the_probe_is_honoured": CONDITIONS,
        "lists_come_in_byte_order_page_by_page": "it knows no pages",
    }),
}
