#!/usr/bin/env python3
"""Starts the demo, links devices to it, and lets schemathesis look for requests whose answers the OpenAPI document does
not describe. Run in the environment that script/bootstrap --tests makes; ends with schemathesis's own status."""

import http.cookiejar
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
DEVICES = 40
PATIENCE = 120
# what a device or seller that came out of nowhere has no occasion for
NEVER_DONE = {
    "GET /api/v1/offers/{offer}",
    "POST /api/v1/reinstall",
    "POST /api/v1/reserve/activation",
    "POST /api/v1/commands/{id}/confirmation",
    "POST /api/v1/webhooks/{id}/replay",
    "POST /oauth/token",
}
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance"
)


class Demo:
    """The server with the demo office, on ports that were free."""

    def __init__(self, binary, site, data):
        self.binary, self.data = binary, data
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = environment
        self.log = open(data / "log", "wb")
        self.process = subprocess.Popen(
            [binary, "serve", "--demo", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--data", data / "demo",
             "--site", site, "--trusted-proxy", "127.0.0.1"],
            env=environment, stdout=subprocess.DEVNULL, stderr=self.log,
        )
        self.origin = self.wait()

    def wait(self):
        noted = self.data / "demo" / "serving.json"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process.poll() is not None:
                sys.exit(f"the server ended by itself; its log is {self.log.name}")
            if noted.exists():
                origin = json.loads(noted.read_text())["origin"]
                try:
                    urllib.request.urlopen(f"{origin}/api/v1/openapi.json", timeout=1).read()
                    return origin
                except OSError:
                    pass
            time.sleep(0.1)
        sys.exit("the server did not answer in time")

    def facts(self):
        told = subprocess.run(
            [self.binary, "demo", "--json", "--data", self.data / "demo"],
            env=self.environment, stdout=subprocess.PIPE, check=True,
        )
        return json.loads(told.stdout)

    def seller_key(self):
        made = subprocess.run(
            [self.binary, "create-seller-key", "--seller", "NW-IN", "--data", self.data / "demo"],
            env=self.environment, stdout=subprocess.PIPE, check=True, text=True,
        )
        return next(line.split()[-1] for line in made.stdout.splitlines() if line.startswith("Key:"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def poster(origin):
    """Posts forms as a browser does, and keeps its cookies; answers no redirect."""
    jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), Stay())

    def post(path, fields, address="127.0.0.1", accept="application/json"):
        headers = {"origin": origin, "accept": accept, "x-forwarded-for": address, "x-country": "IN"}
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(origin + path, body, headers)
        try:
            return opener.open(request, timeout=10).read()
        except urllib.error.HTTPError as answer:
            if answer.code == 303:
                return b""
            sys.exit(f"{path}: {answer.code} {answer.read().decode()}")

    return post


def link_devices(demo, owner):
    """Devices of the owner, each with its token."""
    post = poster(demo.origin)
    post("/sign-in?do=sign_in", {"email": owner["email"], "password": owner["password"]}, accept="text/html")
    tokens = []
    for number in range(DEVICES):
        address = f"10.0.0.{number + 1}"
        client = {"client_id": "latchkey-client"}
        asked = json.loads(post("/oauth/device_authorization", client | {"device_name": f"Device {number}"}, address))
        post("/api/link_device", {"user_code": asked["user_code"]})
        grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": asked["device_code"]}
        tokens.append(json.loads(post("/oauth/token", client | grant, address))["access_token"])
    return tokens


def sell_a_subscription(demo, key):
    """An order that can be renewed, suspended and resumed; the example of the document is one that can be cancelled."""
    order = {
        "order_number": "S-1", "channel": "provider", "ordered_at": "2026-01-05T10:00:00Z",
        "items": [{"product": "NSOS", "kind": "subscription", "seats": {"desktop": 3}, "term_days": 30}],
    }
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    request = urllib.request.Request(f"{demo.origin}/api/v1/orders", json.dumps(order).encode(), headers)
    urllib.request.urlopen(request, timeout=10).close()


def fuzz(demo, tokens, key, codes, mode, seconds):
    environment = demo.environment | {
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "FUZZ_TOKENS": " ".join(tokens),
        "FUZZ_SELLER_KEY": key,
        "FUZZ_CODES": " ".join(codes),
        "PYTHONDONTWRITEBYTECODE": "1",
        "FUZZ_SEEN": str(demo.data / "seen"),
    }
    command = [
        pathlib.Path(sys.executable).parent / "schemathesis", "run", f"{demo.origin}/api/v1/openapi.json",
        "--checks", CHECKS, "--mode", mode, "--phases", "examples,coverage,fuzzing", "--max-examples", "40",
        "--seed", "1", "--generation-database", "none", "--continue-on-failure", "--warnings", "off", "--no-color",
        "--request-timeout", "10", "--workers", "1",
    ]
    if mode == "negative":
        # a form's fields are texts whatever is sent, so nothing of another kind can be made for them
        command += ["--exclude-path-regex", "^/oauth/"]
    return subprocess.run(command, cwd=demo.data, env=environment, timeout=seconds, check=False).returncode


def never_done(demo):
    """Operations that were not carried out once, though they could have been."""
    with urllib.request.urlopen(f"{demo.origin}/api/v1/openapi.json", timeout=10) as answer:
        paths = json.load(answer)["paths"]
    all_of_them = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    return sorted(all_of_them - NEVER_DONE - set((demo.data / "seen").read_text().split("\n")))


def main():
    binary, site = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory(prefix="latchkey-fuzz-") as folder:
        data = pathlib.Path(folder)
        # PostgreSQL runs as another user when this runs as root, and must be able to pass
        data.chmod(0o755)
        demo = Demo(binary, site, data)
        try:
            facts = demo.facts()
            owner = next(person for person in facts["people"] if person["name"].startswith("Anna "))
            codes = [code["code"] for code in facts["codes"] if "IN" in code["countries"]]
            tokens = link_devices(demo, owner)
            key = demo.seller_key()
            sell_a_subscription(demo, key)
            # what fits comes first: wrong codes would soon be too many tries
            half = len(tokens) // 2
            status = fuzz(demo, tokens[:half], key, codes, "positive", 90)
            if status == 0 and (missing := never_done(demo)):
                sys.exit(f"no request carried out {', '.join(missing)}")
            status = status or fuzz(demo, tokens[half:], key, [], "negative", 90)
        finally:
            demo.stop()
    return status


if __name__ == "__main__":
    sys.exit(main())
