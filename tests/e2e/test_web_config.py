"""TLS and passwords of the agent's own server, by Prometheus' web configuration file; Prometheus scrapes it."""

import base64
import http.client
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest

import e2e_support
from e2e_support import Agent, Process, free_port, get, wait_until

# "correct horse" and "other", at bcrypt's lowest cost.
ALICE = "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"
BOB = "$2b$04$ABCDEFGHIJKLMNOPQRSTUOcPgI1F8tutGoTYt1wfsuySS7J2IHA0W"


NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    """Certificates by the openssl program."""

    def __init__(self, directory):
        self.directory = directory
        named = ("-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.crt")
        self._openssl("req", "-x509", *NEW_KEY, "-days", "2", *named)

    def _openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.directory, check=True, capture_output=True)

    def issue(self, name, alternative):
        with open(os.path.join(self.directory, f"{name}.ext"), "w", encoding="ascii") as extensions:
            extensions.write(f"subjectAltName={alternative}\n")
        named = ("-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self._openssl("req", *NEW_KEY, *named)
        by = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext")
        self._openssl("x509", "-req", "-in", f"{name}.csr", *by, "-out", f"{name}.crt")


class WebAgent(Agent):
    def wait_until_ready(self):
        ready = lambda: self.running() and "Ready." in self.output("stderr")  # noqa: E731
        wait_until(ready, lambda: self.output("stderr"))


class WebConfigTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="supercargo-e2e-web-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.authority = Authority(self.directory)
        self.authority.issue("server", "DNS:localhost,IP:127.0.0.1")

    def path(self, name):
        return os.path.join(self.directory, name)

    def configure(self, **web):
        with open(self.path("web.yml"), "w", encoding="utf-8") as out:
            json.dump(web, out)  # JSON is YAML

    def start(self, **web):
        self.configure(**web)
        self.port = free_port()
        config = {"listen": f"127.0.0.1:{self.port}", "web_config_file": self.path("web.yml")}
        agent = WebAgent(http=config, logs={"sources": []})
        self.addCleanup(agent.remove)
        return agent

    def tls(self, **more):
        return {"cert_file": "server.crt", "key_file": "server.key", **more}

    def client(self, certificate=None, newest=None):
        context = ssl.create_default_context(cafile=self.path("ca.crt"))
        if newest:
            context.maximum_version = newest
        if certificate:
            context.load_cert_chain(self.path(f"{certificate}.crt"), self.path(f"{certificate}.key"))
        return context

    def ask(self, path, context=None, user=None, password=None):
        """(status, headers, text)."""
        headers = {}
        if user:
            word = base64.b64encode(f"{user}:{password}".encode()).decode()
            headers["Authorization"] = f"Basic {word}"
        kind = http.client.HTTPSConnection if context else http.client.HTTPConnection
        connection = kind("localhost", self.port, timeout=10, **({"context": context} if context else {}))
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def test_tls_serves_whole_answers_and_nothing_in_plain(self):
        self.start(tls_server_config=self.tls(), http_server_config={"headers": {"X-Frame-Options": "deny"}})
        status, headers, text = self.ask("/metrics", self.client())
        self.assertEqual((status, headers["X-Frame-Options"]), (200, "deny"))
        self.assertIn("node_cpu_seconds_total", text)
        with self.assertRaises((http.client.HTTPException, OSError)):
            self.ask("/metrics")
        old = self.client(newest=ssl.TLSVersion.TLSv1_1)
        with self.assertRaises((ssl.SSLError, OSError)):
            self.ask("/metrics", old)

    def test_a_kept_connection_carries_many_requests(self):
        self.start(tls_server_config=self.tls())
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=10, context=self.client())
        for path in ("/healthz", "/metrics/self", "/metrics/cadvisor", "/ledger", "/"):
            connection.request("GET", path)
            answer = connection.getresponse()
            self.assertEqual((answer.status, len(answer.read()) > 0), (200, True), path)
        connection.close()

    def test_passwords_guard_all_but_the_probes(self):
        agent = self.start(basic_auth_users={"alice": ALICE, "bob": BOB})
        self.assertEqual(self.ask("/metrics/self", user="alice", password="correct horse")[0], 200)
        self.assertEqual(self.ask("/ledger", user="bob", password="other")[0], 200)
        for user, password in ((None, None), ("alice", "other"), ("carol", "other"), ("alice", "")):
            status, headers, _ = self.ask("/metrics", user=user, password=password)
            self.assertEqual((status, headers["WWW-Authenticate"][:6]), (401, "Basic "), user)
        self.assertEqual(self.ask("/healthz")[0], 200)
        self.assertEqual(self.ask("/readyz")[0], 200)
        self.configure(basic_auth_users={"bob": BOB})
        alice = {"user": "alice", "password": "correct horse"}
        wait_until(lambda: self.ask("/ledger", **alice)[0] == 401, "alice is out")
        self.assertEqual(self.ask("/ledger", user="bob", password="other")[0], 200)
        self.assertNotIn("correct horse", agent.output("stderr"))

    def probe(self, path, *options, **environment):
        return subprocess.run(
            [os.path.join(e2e_support.BUILD, "supercargo"), "probe", f"https://localhost:{self.port}{path}",
             "--timeout", "30s", *options],
            env=environment, capture_output=True, text=True, check=False,
        )

    def test_the_probe_brings_certificates_and_passwords(self):
        self.start(tls_server_config=self.tls(), basic_auth_users={"alice": ALICE})
        alice = {"SUPERCARGO_PROBE_USERNAME": "alice", "SUPERCARGO_PROBE_PASSWORD": "correct horse"}
        trusted = self.probe("/metrics/self", "--ca-file", self.path("ca.crt"), **alice)
        self.assertEqual((trusted.returncode, trusted.stderr), (0, ""))
        self.assertEqual(trusted.stdout, f"https://localhost:{self.port}/metrics/self: 200\n")
        self.assertEqual(self.probe("/readyz", "--insecure").returncode, 0)
        for options, wrong in (((), "certificate"), (("--insecure",), "answered 401")):
            refused = self.probe("/metrics/self", *options)
            self.assertEqual((refused.returncode, refused.stdout, refused.stderr.count("\n")), (1, "", 1))
            self.assertIn(wrong, refused.stderr)

    def test_guessing_passwords_does_not_stop_the_probes(self):
        self.start(basic_auth_users={"alice": ALICE.replace("$04$", "$13$")})  # about a second of CPU each
        slow = []
        for _ in range(6):
            connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
            connection.request("GET", "/metrics", headers={"Authorization": "Basic YWxpY2U6b3RoZXI="})
            slow.append(connection)
        started = time.monotonic()
        self.assertEqual(self.ask("/healthz")[0], 200)
        self.assertLess(time.monotonic() - started, 0.5)
        for connection in slow:
            connection.close()

    def test_client_certificates_are_demanded_and_their_names_checked(self):
        self.authority.issue("prometheus", "DNS:prometheus.test")
        self.authority.issue("stranger", "DNS:stranger.test")
        self.start(
            tls_server_config=self.tls(
                client_auth_type="RequireAndVerifyClientCert",
                client_ca_file="ca.crt",
                client_allowed_sans=["prometheus.test"],
            )
        )
        self.assertEqual(self.ask("/metrics/self", self.client("prometheus"))[0], 200)
        for certificate in (None, "stranger"):
            with self.assertRaises((ssl.SSLError, http.client.HTTPException, OSError)):
                self.ask("/metrics/self", self.client(certificate))

    def test_a_renewed_certificate_is_served_without_a_restart(self):
        self.start(tls_server_config=self.tls())
        address = ("localhost", self.port)
        first = ssl.get_server_certificate(address)
        self.authority.issue("server", "DNS:localhost")
        wait_until(lambda: ssl.get_server_certificate(address) != first, "the renewed certificate")
        self.assertEqual(self.ask("/metrics/self", self.client())[0], 200)

    def test_what_is_wrong_is_named_with_its_place(self):
        self.configure(tls_server_config={"cert_file": "nowhere.crt", "key_file": "server.key"})
        with open(self.path("supercargo.yml"), "w", encoding="utf-8") as out:
            json.dump({"http": {"web_config_file": self.path("web.yml")}}, out)
        checked = subprocess.run(
            [os.path.join(e2e_support.BUILD, "supercargo"), "check", "--config", self.path("supercargo.yml")],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(checked.returncode, 2)
        self.assertIn(f"{self.path('web.yml')}:1:", checked.stderr)
        self.assertIn("tls_server_config.cert_file", checked.stderr)

    def test_prometheus_scrapes_with_certificate_and_password(self):
        if e2e_support.program_is_missing("prometheus")():
            self.skipTest("no prometheus")
        self.start(tls_server_config=self.tls(), basic_auth_users={"alice": ALICE})
        port = free_port()
        job = {
            "job_name": "supercargo",
            "scheme": "https",
            "scrape_interval": "1s",
            "scrape_timeout": "1s",
            "tls_config": {"ca_file": self.path("ca.crt")},
            "basic_auth": {"username": "alice", "password": "correct horse"},
            "static_configs": [{"targets": [f"localhost:{self.port}"]}],
        }
        with open(self.path("prometheus.yml"), "w", encoding="utf-8") as out:
            json.dump({"scrape_configs": [job]}, out)
        command = [
            "prometheus",
            f"--config.file={self.path('prometheus.yml')}",
            f"--storage.tsdb.path={self.path('data')}",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        prometheus = Process("prometheus", command)
        self.addCleanup(prometheus.remove)
        up = "/api/v1/query?query=up%7Bjob%3D%22supercargo%22%7D%3D%3D1"
        wait_until(lambda: '"value"' in get(port, up)[1], lambda: get(port, "/api/v1/targets")[1])


if __name__ == "__main__":
    e2e_support.main(e2e_support.program_is_missing("openssl"))
