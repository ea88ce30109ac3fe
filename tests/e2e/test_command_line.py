"""The agent as its operators meet it: what it says of bad input, its exit codes, reload, and a clean end."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

import e2e_support
from e2e_support import Agent, free_port, get, wait_until

BINARY = os.path.join(e2e_support.BUILD, "supercargo")


def run(*arguments, timeout=30):
    return subprocess.run(
        [BINARY, *arguments], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, check=False
    )


class TheTabKey(unittest.TestCase):
    def completions(self, *words):
        """What bash offers for the last of the words."""
        script = (
            f'source <("{BINARY}" completion); COMP_WORDS=(supercargo "$@"); COMP_CWORD=$#; _supercargo;'
            ' printf "%s\\n" "${COMPREPLY[@]}"'
        )
        result = subprocess.run(
            ["bash", "-euc", script, "bash", *words], capture_output=True, text=True, timeout=30, check=False
        )
        self.assertEqual(result.stderr, "")
        return result.stdout.split()

    def test_completes_commands(self):
        self.assertEqual(self.completions("ch"), ["check"])
        self.assertLessEqual({"run", "check", "probe", "--help"}, set(self.completions("")))

    def test_completes_the_options_of_a_command(self):
        self.assertEqual(self.completions("run", "--ho"), ["--host-root"])
        self.assertEqual(self.completions("check", "--ho"), [])
        self.assertEqual(self.completions("probe", "http://x/", "--wa"), ["--wait"])


class WrongConfigurations(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="supercargo-e2e-cli-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.file = os.path.join(self.directory, "supercargo.yaml")

    def write(self, text):
        with open(self.file, "w", encoding="utf-8") as out:
            out.write(text)

    def errors_of(self, text, command="check"):
        self.write(text)
        result = run(command, "--config", self.file)
        self.assertEqual(result.returncode, 2, result.stderr)
        return result.stderr

    def test_all_errors_are_reported_at_once_each_with_its_place(self):
        stderr = self.errors_of(
            "data_dirr: /tmp/x\n"
            "shutdown_timeout: soon\n"
            "outputs:\n"
            "  - {name: loki, type: loki, ulr: 'http://127.0.0.1:3100'}\n"
            "  - {name: g, type: gelf, url: 'tcp://127.0.0.1:12201', max_in_flight: 100000}\n"
        )
        self.assertIn(f"{self.file}:1:1: ", stderr)
        self.assertIn('did you mean "data_dir"', stderr)
        self.assertIn(f"{self.file}:2:", stderr)
        self.assertIn('did you mean "url"', stderr)
        self.assertIn(f"{self.file}:5:", stderr)
        self.assertIn("max_in_flight", stderr)

    def test_run_refuses_what_check_refuses(self):
        self.assertIn("unknown key", self.errors_of("nonsense: 1\n", command="run"))

    def test_a_collector_that_is_nobodys_is_named_with_its_place(self):
        for command in ("check", "run"):
            stderr = self.errors_of("metrics:\n  node: {disabled_collectors: [nfss]}\n", command)
            self.assertIn(f"{self.file}:2:31: metrics.node.disabled_collectors: ", stderr)
            self.assertIn('did you mean "nfs"?', stderr)

    def test_a_file_that_cannot_be_read_is_named(self):
        result = run("check", "--config", "/nonexistent/supercargo.yaml")
        self.assertEqual(result.returncode, 2)
        self.assertIn("/nonexistent/supercargo.yaml", result.stderr)
        self.assertIn("No such file", result.stderr)

    def test_a_syntax_error_has_its_place(self):
        self.assertIn(f"{self.file}:3:1: not valid YAML", self.errors_of("outputs:\n  - {name: x\n"))

    def test_a_port_in_use_is_named_with_what_to_do(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.write(f"http: {{listen: '127.0.0.1:{port}'}}\nhost_root: {self.directory}\nhost: {{proc: /proc, sys: /sys}}\n")
            result = run("run", "--config", self.file)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn(f"127.0.0.1:{port}", result.stderr)
        self.assertIn("Address already in use", result.stderr)
        self.assertIn(f"{self.file}:1:16: http.listen: ", result.stderr)

    def test_a_data_directory_that_cannot_be_made_is_named(self):
        blocker = os.path.join(self.directory, "file")
        with open(blocker, "w", encoding="utf-8"):
            pass
        self.write(
            f"data_dir: {blocker}/data\nhttp: {{listen: '127.0.0.1:0'}}\nhost_root: {self.directory}\n"
            "outputs:\n  - {name: screen, type: stdout}\n"
        )
        result = run("run", "--config", self.file)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn(f"{blocker}/data", result.stderr)
        self.assertIn(f"{self.file}:1:11: data_dir: ", result.stderr)
        self.assertIn("data_dir", result.stderr)

    def test_the_nodes_name_is_the_hosts_where_nobody_sets_it(self):
        self.write("node_name: ${NODE_NAME}\n")
        result = run("check", "--config", self.file)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_an_unknown_command_is_a_usage_error(self):
        self.assertEqual(run("fly").returncode, 2)
        self.assertEqual(run().returncode, 2)

    def test_printed_defaults_are_a_valid_configuration(self):
        self.write(run("defaults").stdout)
        result = run("check", "--config", self.file)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_schema_is_json_and_the_references_are_not_empty(self):
        self.assertIn("properties", json.loads(run("schema").stdout))
        self.assertIn("container_cpu_usage_seconds_total", run("metrics").stdout)
        self.assertIn("data_dir", run("defaults", "--markdown").stdout)
        self.assertRegex(run("version").stdout, r"^supercargo \d+\.\d+\.\d+\n$")


class RunningAgent(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="supercargo-e2e-root-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.log = os.path.join(self.root, "var/log/pods/shop_cart-0_11111111-2222-3333-4444-555555555555/app/0.log")
        os.makedirs(os.path.dirname(self.log))
        self.write_lines(range(10))
        self.host = {"host_root": self.root, "host": {"proc": "/proc", "sys": "/sys"}}

    def write_lines(self, numbers):
        with open(self.log, "a", encoding="utf-8") as out:
            out.writelines(f"2026-11-22T10:00:00.{number:09d}Z stdout F line {number}\n" for number in numbers)

    def agent(self, **config):
        agent = Agent(**self.host, **config)
        self.addCleanup(agent.remove)
        return agent

    def config_file(self, agent):
        return os.path.join(agent.data_directory, "supercargo.yaml")

    def rewrite(self, agent, **changes):
        with open(self.config_file(agent), encoding="utf-8") as file:
            settings = json.load(file)
        settings.update(changes)
        with open(self.config_file(agent), "w", encoding="utf-8") as out:
            json.dump(settings, out)

    def lines_on_screen(self, agent):
        return [json.loads(line)["line"] for line in agent.output().splitlines()]

    def reloaded(self, agent):
        return [value for _, value in agent.samples("supercargo_config_last_reload_successful")]

    screen = {"name": "screen", "type": "stdout", "format": "json", "batch_wait": "100ms"}

    def test_without_outputs_it_serves_metrics_and_keeps_nothing(self):
        agent = self.agent()
        self.assertIn("node_load1", agent.metrics())
        self.assertFalse(os.path.exists(os.path.join(agent.data_directory, "data")))
        self.assertEqual(agent.stop(), 0)

    def test_lines_are_printed_once_also_after_a_restart(self):
        agent = self.agent(outputs=[self.screen])
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 10, "ten lines")
        self.assertEqual(agent.stop(), 0)
        self.write_lines(range(10, 15))
        agent.restart_after_kill()
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 15, "fifteen lines")
        self.assertEqual(agent.stop(), 0)
        self.assertEqual(self.lines_on_screen(agent), [f"line {number}" for number in range(15)])

    def test_what_is_written_right_before_the_end_is_still_delivered(self):
        agent = self.agent(outputs=[{**self.screen, "batch_wait": "10s"}])
        self.write_lines(range(10, 1000))
        self.assertEqual(agent.stop(), 0)
        self.assertEqual(self.lines_on_screen(agent), [f"line {number}" for number in range(1000)])

    def test_an_unreachable_receiver_is_no_start_error_and_shows_on_the_status_page(self):
        dead = f"http://127.0.0.1:{free_port()}"
        agent = self.agent(
            outputs=[{"name": "loki", "type": "loki", "url": dead}, self.screen], shutdown_timeout="1s"
        )
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 10, "the other output goes on")
        wait_until(lambda: agent.samples("supercargo_output_retrying", output="loki")[0][1] == 1, "the metric")
        self.assertIn(dead, get(agent.port, "/")[1])
        self.assertIn("Failed to connect", get(agent.port, "/")[1])
        self.assertEqual(get(agent.port, "/readyz")[0], 200)
        self.assertEqual(get(agent.port, "/healthz")[0], 200)
        self.assertEqual(agent.stop(), 0)

    def test_sighup_takes_over_a_new_configuration_and_keeps_the_offsets(self):
        agent = self.agent(outputs=[self.screen])
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 10, "ten lines")
        self.rewrite(agent, outputs=[{**self.screen, "batch_wait": "200ms"}])
        agent.child.send_signal(signal.SIGHUP)
        wait_until(lambda: "Configuration taken over" in agent.output("stderr"), agent.output("stderr"))
        self.assertIn("200ms", get(agent.port, "/config")[1])
        self.write_lines(range(10, 15))
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 15, "fifteen lines")
        self.assertEqual(self.lines_on_screen(agent), [f"line {number}" for number in range(15)])

    def test_a_change_during_a_reload_is_taken_over_after_it(self):
        agent = self.agent(outputs=[self.screen])
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 10, "ten lines")
        for number, wait in enumerate(("200ms", "300ms"), start=1):
            self.rewrite(agent, outputs=[{**self.screen, "batch_wait": wait}])
            agent.child.send_signal(signal.SIGHUP)
            wait_until(lambda n=number: agent.output("stderr").count("SIGHUP: reloading") == n, "the signal")
        wait_until(lambda: "300ms" in get(agent.port, "/config")[1], lambda: agent.output("stderr"))
        self.assertNotIn("Nothing to reload", agent.output("stderr"))

    def test_a_changed_file_is_taken_over_without_a_signal(self):
        agent = self.agent(outputs=[self.screen])
        self.rewrite(agent, outputs=[{**self.screen, "batch_wait": "300ms"}])
        wait_until(lambda: "300ms" in get(agent.port, "/config")[1], lambda: agent.output("stderr"))
        self.assertEqual(agent.stop(), 0)

    def test_sighup_with_a_wrong_configuration_changes_nothing(self):
        agent = self.agent(outputs=[self.screen])
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 10, "ten lines")
        self.rewrite(agent, shutdown_timeout="nonsense")
        agent.child.send_signal(signal.SIGHUP)
        wait_until(lambda: self.reloaded(agent) == [0], lambda: agent.output("stderr"))
        self.write_lines(range(10, 15))
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 15, "fifteen lines")
        self.rewrite(agent, shutdown_timeout="9s")
        wait_until(lambda: self.reloaded(agent) == [1], lambda: agent.output("stderr"))
        self.assertEqual(agent.stop(), 0)

    def test_an_output_whose_journal_cannot_be_made_leaves_the_old_configuration_in_force(self):
        agent = self.agent(outputs=[self.screen])
        wait_until(lambda: len(self.lines_on_screen(agent)) >= 10, "ten lines")
        with open(os.path.join(agent.data_directory, "data", "second"), "w", encoding="utf-8"):
            pass  # where its journal's directory would be
        self.rewrite(agent, outputs=[self.screen, {**self.screen, "name": "second"}])
        agent.child.send_signal(signal.SIGHUP)
        wait_until(lambda: "not taken over" in agent.output("stderr"), lambda: agent.output("stderr"))
        self.write_lines(range(10, 15))
        wait_until(lambda: agent.running() and len(self.lines_on_screen(agent)) >= 15, "fifteen lines")
        self.assertEqual(self.lines_on_screen(agent), [f"line {number}" for number in range(15)])
        self.assertNotIn("name: second", get(agent.port, "/config")[1])
        self.assertEqual(get(agent.port, "/healthz")[0], 200)
        self.assertEqual(agent.stop(), 0)

    def test_a_second_agent_on_the_same_data_directory_waits_for_the_first(self):
        first = self.agent(outputs=[self.screen])
        wait_until(lambda: len(self.lines_on_screen(first)) >= 10, "ten lines")
        port = free_port()
        command = [BINARY, "run", "--config", self.config_file(first), "--listen", f"127.0.0.1:{port}"]
        second = e2e_support.Process("second", command)
        self.addCleanup(second.remove)
        wait_until(lambda: "Another agent uses this data_dir" in second.output("stderr"), "the warning")
        self.assertEqual(get(port, "/readyz")[0], 503)
        self.assertEqual(first.stop(), 0)
        wait_until(lambda: get(port, "/readyz")[0] == 200, "the second takes over")
        self.write_lines(range(10, 15))
        wait_until(lambda: len(self.lines_on_screen(second)) >= 5, "the new lines")
        self.assertEqual(self.lines_on_screen(second), [f"line {number}" for number in range(10, 15)])
        self.assertEqual(second.stop(), 0)

    def test_the_effective_configuration_shows_no_secret(self):
        agent = self.agent(
            outputs=[
                {
                    "name": "loki",
                    "type": "loki",
                    "url": f"http://127.0.0.1:{free_port()}",
                    "auth": {"username": "user", "password": "hunter2"},
                }
            ],
            shutdown_timeout="1s",
        )
        text = get(agent.port, "/config")[1]
        self.assertIn("***", text)
        self.assertNotIn("hunter2", text + agent.output("stderr"))


class Demo(unittest.TestCase):
    def test_the_demo_shows_lines_and_leaves_nothing_behind(self):
        temporary = tempfile.mkdtemp(prefix="supercargo-e2e-demo-")
        self.addCleanup(shutil.rmtree, temporary, ignore_errors=True)
        port = free_port()
        demo = e2e_support.Process(
            "demo", ["env", f"TMPDIR={temporary}", BINARY, "run", "--demo", "--listen", f"127.0.0.1:{port}"]
        )
        self.addCleanup(demo.remove)
        wait_until(lambda: "lines/s" in demo.output("stderr") and demo.output(), "lines, and the line a second")
        self.assertIn(f"http://localhost:{port}/metrics", demo.output("stderr"))
        self.assertIn("container_", get(port, "/metrics")[1])
        demo.child.send_signal(signal.SIGINT)
        self.assertEqual(demo.child.wait(30), 0)
        self.assertEqual(os.listdir(temporary), [])


if __name__ == "__main__":
    e2e_support.main()
