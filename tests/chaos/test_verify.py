"""The verifier notices what it should: each test breaks one thing in a small world that was fine."""

import types
import unittest

import verify
from truth import Key, Record, Truth

KEY = Key("shop", "web", "app", "stdout")


class Receiver:
    lost_silently = 0

    def __init__(self, lines, refused=()):
        self.lines = lines
        self.refusals = refused

    def refused(self):
        return iter(self.refusals)

    def stored(self):
        return iter(self.lines)


def loki_line(number, text, **changes):
    labels = dict(zip(Key._fields, KEY))
    line = {"labels": labels, "tenant": "life-1", "time_ns": 1000 + number, "line": text}
    return {**line, "metadata": {}, "received_ns": number, **changes}


def graylog_line(number, text):
    line = {"_" + name: value for name, value in zip(Key._fields, KEY)}
    line.update(timestamp=f"0.00000{1000 + number:04d}", short_message=text, _life="life-1")
    return {**line, "received_ns": number}


class VerifierTest(unittest.TestCase):
    def setUp(self):
        self.truth = Truth()
        self.truth.kinds["shop/web/app"] = "cri"
        self.file = self.truth.new_file("shop/web/app", "/0.log", 0.0)
        for number in range(5):
            record = Record(1000 + number, [f"{number}.0 hello".encode()], [0], 40, True)
            self.truth.records[KEY].append(record)
        self.loki = [loki_line(number, f"{number}.0 hello") for number in range(5)]
        self.graylog = [graylog_line(number, f"{number}.0 hello") for number in range(5)]
        self.timeline = [(0, "start"), (0, "ready")]
        self.agent = types.SimpleNamespace(
            timeline=self.timeline, lives=1, peak_kib=0, sanitized=False, log_text=lambda: ""
        )
        self.account = {"namespace": "shop", "pod": "web", "container": "app", "output": "loki"}
        self.account.update(delivered_lines=5, delivered_bytes=200, repeated_lines=0, dropped={}, lost={})
        self.plan = {"no_inotify": False, "seconds": 9, "batch_kib": 32, "rate_limit": None, "bounds": {}}
        self.plan.update(agent=[], loki=[], graylog=[], spare=None, loki_limits=[])
        self.refused = []

    def verify(self):
        world = types.SimpleNamespace(
            start_ns=0,
            plan=self.plan,
            agent=self.agent,
            troubles={"loki": [], "graylog": []},
            stalls=[],
            receivers={"loki": Receiver(self.loki, self.refused), "graylog": Receiver(self.graylog)},
            ledgers={1: [self.account, {**self.account, "output": "graylog"}]},
        )
        return verify.verify(world, self.truth)

    def expect_problem(self, text):
        problems = self.verify().problems
        self.assertTrue(any(text in problem for problem in problems), problems)

    def test_a_deaf_graylog_may_be_overtaken_by_its_spare_alone(self):
        self.graylog = self.graylog[1:] + [self.graylog[0]]
        self.assertTrue(self.verify().problems)
        self.plan.update(graylog=[{"kind": "deaf"}])
        self.assertTrue(self.verify().problems)
        self.plan.update(spare=[])
        self.assertEqual(self.verify().problems, [])
        self.loki = self.loki[1:] + [self.loki[0]]
        self.assertTrue(self.verify().problems)

    def test_what_was_let_go_of_may_be_late_once_a_checkpoint_was_lost(self):
        self.loki = self.loki[1:] + [self.loki[0]]
        self.file.packed = True
        self.plan.update(bounds={"deleted_budget_bytes": 0})
        self.expect_problem("order")
        self.timeline += [(1, "killed"), (1, "checkpoint damaged"), (1, "start"), (1, "ready")]
        self.assertFalse(any("order" in problem for problem in self.verify().problems))

    def test_a_line_that_fills_a_message_by_http_may_be_cut(self):
        text = "2.0 " + "x" * 70_000
        self.truth.records[KEY][2].pieces = [text.encode()]
        self.loki[2]["line"] = text
        self.graylog[2]["short_message"] = text[:65_000] + verify.GELF_CUT_MARKER
        self.expect_problem("altered")
        self.plan.update(gelf="http")
        self.assertEqual(self.verify().problems, [])
        self.graylog[2]["short_message"] = text[:24_000] + verify.GELF_CUT_MARKER
        self.expect_problem("altered")
        self.plan["graylog"] = [{"kind": "body", "begin": 1, "end": 2, "bytes": 45_000}]
        self.assertEqual(self.verify().problems, [])
        self.graylog[2]["short_message"] = text[:5_000] + verify.GELF_CUT_MARKER
        self.expect_problem("altered")

    def test_a_line_that_was_cut_tells_its_size_unless_metadata_was_refused(self):
        self.truth.records[KEY][2].pieces = [b"2.0 hello world"]
        self.loki[2]["line"] = "2.0 he" + verify.loki_limits.CUT_MARKER
        self.graylog[2]["short_message"] = "2.0 hello world"
        self.plan["loki_limits"] = [{"kind": "line"}]
        self.expect_problem("altered")
        self.plan["loki_limits"] += [{"kind": "metadata"}]
        self.assertEqual(self.verify().problems, [])

    def test_a_run_where_all_arrived_is_fine(self):
        self.assertEqual(self.verify().problems, [])

    def test_a_missing_line_is_a_problem(self):
        del self.loki[2]
        self.expect_problem("missing")

    def refuse_a_line(self, **counted):
        self.plan["loki_limits"] = [{"kind": "behind"}]
        self.refused = [{**self.loki.pop(2), "reason": "too_far_behind"}]
        self.account.update(delivered_lines=4, delivered_bytes=160, dropped=counted)

    def verify_outputs_apart(self):
        return [text for text in self.verify().problems if "graylog" not in text]

    def test_a_line_that_loki_refuses_for_good_is_in_the_ledger(self):
        self.refuse_a_line(too_far_behind={"lines": 1, "bytes": 40})
        self.assertEqual(self.verify_outputs_apart(), [])

    def test_a_line_that_loki_refuses_and_the_ledger_does_not_know_of_is_a_problem(self):
        self.refuse_a_line()
        self.expect_problem("Loki refused 1 lines, and the ledger names 0")

    def test_a_drop_for_a_reason_that_no_limit_has_is_a_problem(self):
        self.refuse_a_line(too_far_behind={"lines": 1, "bytes": 40}, http_400={"lines": 1, "bytes": 40})
        self.expect_problem("dropped, which no fault here asks for")

    def test_a_line_that_is_refused_for_a_while_may_not_be_missing(self):
        self.refuse_a_line()
        self.refused[0]["reason"] = "per_stream_rate_limit"
        self.expect_problem("missing")

    def test_a_line_may_be_cut_where_loki_limits_lines(self):
        cut = {"supercargo_original_bytes": "9"}
        self.loki[2].update(line="2.0 h...[cut by supercargo]", metadata=cut)
        self.expect_problem("altered")
        self.plan["loki_limits"] = [{"kind": "line"}]
        self.assertEqual(self.verify().problems, [])
        self.loki[2]["line"] = "2.0 x...[cut by supercargo]"
        self.expect_problem("altered")

    def test_lines_that_loki_throws_away_silently_are_a_problem(self):
        Receiver.lost_silently = 1
        self.addCleanup(setattr, Receiver, "lost_silently", 0)
        self.expect_problem("thrown away")

    def lose_a_line(self):
        del self.loki[2]
        self.account.update(delivered_lines=4, delivered_bytes=160)
        self.timeline += [(1, "killed"), (3, "start"), (3, "ready")]
        self.file.gone, self.file.fate = 2, "deleted"

    def test_a_missing_line_of_a_file_deleted_while_the_agent_was_down_is_allowed(self):
        self.lose_a_line()
        self.account["gaps"] = {"deleted_while_down": 1}
        result = self.verify()
        self.assertEqual(result.missing["loki/gone_while_down"], 1)
        self.assertFalse([text for text in result.problems if text.startswith("loki")])
        self.assertEqual(result.unfounded, {"graylog/deleted_while_down": 1})

    def test_a_missing_line_of_which_the_ledger_says_nothing_is_not(self):
        self.lose_a_line()
        self.expect_problem("says nothing")

    def test_a_missing_line_of_a_file_deleted_while_the_agent_drained_needs_no_count(self):
        self.lose_a_line()
        self.timeline[2:] = [(1, "asked to end"), (2.5, "ended"), (3, "start"), (3, "ready")]
        self.assertEqual(self.verify().missing["loki/gone_while_ending"], 1)
        self.assertFalse([text for text in self.verify().problems if "says nothing" in text])

    def test_a_missing_line_of_a_file_deleted_before_its_eyes_is_not(self):
        del self.graylog[4]
        self.file.gone, self.file.fate = 2, "deleted"
        self.expect_problem("missing")

    def test_a_repeat_without_a_reason_is_a_problem(self):
        self.loki += self.loki
        self.expect_problem("came again")

    def test_a_repeat_after_a_kill_is_fine(self):
        self.timeline += [(1, "killed"), (2, "start"), (2, "ready")]
        self.loki += [{**line, "received_ns": 2 * 10**9} for line in self.loki]
        self.account["repeated_lines"] = 5
        self.assertEqual(self.verify().repeats["loki"], 5)

    def test_a_repeat_of_what_was_settled_long_before_the_kill_is_a_problem(self):
        self.timeline += [(8, "killed"), (9, "start"), (9, "ready")]
        self.loki += [{**line, "received_ns": 9 * 10**9} for line in self.loki]
        self.expect_problem("came again")

    def test_a_first_delivery_after_a_later_one_is_a_problem(self):
        self.graylog[1], self.graylog[2] = self.graylog[2], self.graylog[1]
        self.expect_problem("order")

    def test_what_another_address_was_slow_to_read_is_fine(self):
        self.graylog[1].update(received_ns=9, place="spare")
        self.graylog.sort(key=lambda message: message["received_ns"])
        self.assertEqual(self.verify().problems, [])

    def test_an_altered_text_is_a_problem(self):
        self.loki[0]["line"] = "0.0 hallo"
        self.expect_problem("altered")

    def test_an_altered_time_is_a_problem(self):
        self.loki[0]["time_ns"] += 1
        self.expect_problem("time of")

    def test_a_text_that_nobody_wrote_is_a_problem(self):
        self.graylog.append(graylog_line(5, "hello"))
        self.expect_problem("nobody wrote")

    def test_lines_of_nobody_are_a_problem(self):
        self.loki.append(loki_line(0, "0.0 hello", labels={"namespace": "other"}))
        self.expect_problem("nobody wrote")

    def test_a_torn_record_is_a_problem(self):
        self.truth.records[KEY][3].pieces.append(b"3.1 more")
        self.truth.records[KEY][3].files.append(0)
        self.expect_problem("torn")

    def tear_at_a_rotation(self):
        self.truth.new_file("shop/web/app", "/0.log", 1.0)
        self.truth.records[KEY][4].pieces.append(b"4.1 more")
        self.truth.records[KEY][4].files.append(1)
        self.loki.append(loki_line(4, "4.1 more"))
        self.graylog[4] = graylog_line(4, "4.0 hello4.1 more")

    def test_a_record_that_ends_with_its_file_is_a_problem(self):
        self.tear_at_a_rotation()
        self.expect_problem("torn")

    def test_a_record_that_ends_where_a_file_may_be_missing_is_fine(self):
        self.tear_at_a_rotation()
        self.account["gaps"] = {"deleted_unseen": 1}
        self.assertFalse([text for text in self.verify().problems if "torn" in text])

    def test_a_ledger_that_is_off_by_one_is_a_problem(self):
        self.account["delivered_lines"] = 6
        self.expect_problem("ledger")

    def test_too_much_memory_is_a_problem(self):
        self.agent.peak_kib = (64 << 10) + 1
        self.expect_problem("memory")

    def test_a_sanitizers_report_is_a_problem(self):
        self.agent.log_text = lambda: "WARNING: ThreadSanitizer: data race"
        self.expect_problem("ThreadSanitizer")

    def test_a_dropped_line_is_a_problem(self):
        self.account["dropped"] = {"http_400": {"bytes": 40, "lines": 1}}
        self.expect_problem("dropped")


if __name__ == "__main__":
    unittest.main()
