"""A server over TLS on 127.0.0.1 that serves a folder, and misbehaves where its paths say so. Prints its port."""

import gzip
import http.server
import pathlib
import ssl
import sys

ROOT, HERE = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent
seen = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", length=None, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        count = seen[self.path] = seen.get(self.path, 0) + 1
        parts = self.path.split("?")[0].strip("/").split("/")
        file = ROOT / parts[-1]
        if parts[0] == "count":
            self.answer(200, str(sum(seen.values()) - seen[self.path]).encode())
        elif parts[0] == "moved":
            self.answer(302, Location="/" + parts[-1])
        elif parts[0] == "away":
            self.answer(302, Location="http://127.0.0.1:1/" + parts[-1])
        elif parts[0] == "loop":
            self.answer(302, Location=self.path)
        elif parts[0] == "known":
            self.answer(302, Location=f"https://ann:secret@127.0.0.1:{server.server_port}/{parts[-1]}")
        elif parts[0] == "packed":
            self.answer(200, gzip.compress(file.read_bytes()), **{"Content-Encoding": "gzip"})
        elif parts[0] == "closed":
            self.answer(403)
        elif parts[0] == "vast":
            # The length alone is enough: nothing more comes.
            self.answer(200, b"#", length=1 << 40)
        elif parts[0] == "flaky" and count < 3:
            self.answer(503)
        elif parts[0] == "cut":
            body = file.read_bytes()
            self.answer(200, body[: len(body) // 2], length=len(body))
            self.close_connection = True
        elif file.is_file():
            self.answer(200, file.read_bytes())
        else:
            self.answer(404)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(HERE / "cert.pem", HERE / "key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
