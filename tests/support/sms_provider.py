#!/usr/bin/python3
"""An SMS provider for tests, by Python's own HTTP server: takes messages by POST and keeps them.

  sms_provider.py --out FOLDER [--port N]

Prints "port N" when it listens. Each request goes to FOLDER/NNNN.json with its path, fields and body. The path asks for
trouble:

  /refuse     answers 403 and repeats the request in its answer
  /redirect   sends the client elsewhere, to /elsewhere
  /endless    answers without an end
  /slow       takes 30 s
"""
import argparse
import http.server
import json
import pathlib
import time


class Provider(http.server.BaseHTTPRequestHandler):
    out = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        count = len(list(self.out.glob("[0-9]*.json")))
        record = {"path": self.path, "fields": {k.lower(): v for k, v in self.headers.items()}, "body": body}
        part = self.out / f"{count:04}.part"
        part.write_text(json.dumps(record))
        part.rename(self.out / f"{count:04}.json")
        if self.path == "/slow":
            time.sleep(30)
        if self.path == "/redirect":
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(403 if self.path == "/refuse" else 200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        try:
            self.wfile.write(body.encode())
            while self.path == "/endless":
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--out", type=pathlib.Path, required=True)
    words.add_argument("--port", type=int, default=0)
    given = words.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    Provider.out = given.out
    server = http.server.ThreadingHTTPServer(("127.0.0.1", given.port), Provider)
    server.daemon_threads = True
    print(f"port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
