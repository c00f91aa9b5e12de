"""Servers of our own for the image's tests: a DNS server that knows *.aegis.test, and an HTTPS server whose authority only we trust."""

import http.server
import random
import socket
import ssl
import struct
import subprocess
import threading

NAMES = {name: "127.0.0.1" for name in ("sources.aegis.test", "github.aegis.test", "s3.aegis.test")}
WORDS = """aegis: cache/v1
oid: "1.0"
title: Words
version: 1.0.0
entries:
  - oid: "1.0.2"
    kind: lexicon
    title: Words
    version: 1.0.0
    terms:
      - {term: dock, meaning: where trucks are unloaded}
"""
EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><KeyCount>0</KeyCount>
<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>"""


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """Who refuses our certificate hangs up: that is what some tests want."""


class Site:
    """Both servers, as long as it is entered."""

    def __init__(self, folder):
        self.folder, self.seen, self.asked = folder, [], []

    def __enter__(self):
        self.folder.mkdir()
        self.authority = self.folder / "ca.pem"
        self._certificates()
        self._dns()
        self._https()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.socket.close()

    def saw(self, start):
        return any(line.startswith(start) for line in self.seen)

    def looked_up(self, name):
        return name in self.asked

    def _certificates(self):
        def openssl(*args):
            subprocess.run(["openssl", *args], cwd=self.folder, check=True, capture_output=True)

        new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        openssl(*new, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "request.pem",
                "-subj", "/CN=aegis.test")
        (self.folder / "names").write_text("subjectAltName=DNS:*.aegis.test\nextendedKeyUsage=serverAuth\n")
        openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", "names", "-out", "cert.pem")

    def _dns(self):
        # resolv.conf names no port: a loopback address that is ours alone, at the port that everybody asks.
        for _ in range(50):
            address = f"127.{random.randrange(50, 250)}.{random.randrange(1, 250)}.{random.randrange(2, 250)}"
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                self.socket.bind((address, 53))
                break
            except OSError:
                self.socket.close()
        else:
            raise SystemExit("error: no address is free for a DNS server at port 53")
        self.resolv = self.folder / "resolv.conf"
        self.resolv.write_text(f"nameserver {address}\noptions timeout:2 attempts:1\n")
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            at, labels = 12, []
            while query[at]:
                labels.append(query[at + 1 : at + 1 + query[at]].decode())
                at += 1 + query[at]
            name, kind = ".".join(labels).lower(), struct.unpack(">H", query[at + 1 : at + 3])[0]
            question = query[12 : at + 5]
            self.asked.append(name)
            address = NAMES.get(name)
            answers = [socket.inet_aton(address)] if address and kind == 1 else []
            flags = 0x8580 if address else 0x8583
            head = query[:2] + struct.pack(">HHHHH", flags, 1, len(answers), 0, 0)
            records = b"".join(struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + data for data in answers)
            self.socket.sendto(head + question + records, peer)

    def _https(self):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                host = self.headers["host"].split(":")[0]
                site.seen.append(f"GET https://{host}{self.path}")
                body, kind = {
                    "github.aegis.test": ("[]", "application/json"),
                    "s3.aegis.test": (EMPTY, "application/xml"),
                }.get(host, (WORDS, "text/yaml"))
                body = body.encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "cert.pem", self.folder / "key.pem")
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
