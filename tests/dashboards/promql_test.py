#!/usr/bin/env python3
"""That tests of queries see what an expression asks for."""
import unittest

import promql


class PromqlTest(unittest.TestCase):
    def test_the_sides_of_an_or_that_no_bracket_encloses(self):
        self.assertEqual(promql.sides('a{x="b or c"} > 0 or (d or e) or f'), ['a{x="b or c"} > 0', "(d or e)", "f"])

    def test_or_on_is_what_else_to_show_and_no_side(self):
        self.assertEqual(promql.sides("a or b or on (x) c"), ["a", "b or on (x) c"])

    def test_without_join_leaves_what_is_joined(self):
        self.assertEqual(promql.without_join("(a or b) * on (x) group_left (n) c or on (x) (a or b)"), "a or b")
        self.assertEqual(promql.without_join("(a) or (b) * on (x) c"), "(a) or (b) * on (x) c")

    def test_without_topk_leaves_what_the_largest_are_taken_of(self):
        self.assertEqual(promql.without_topk('topk(10, a{x=")"} or (b))'), 'a{x=")"} or (b)')
        self.assertEqual(promql.without_topk("topk(10, a) or topk(5, b)"), "topk(10, a) or topk(5, b)")

    def test_thresholds_go_but_for_those_of_what_is_taken_away(self):
        self.assertEqual(promql.without_thresholds('sum(a{b="> 1"}) > 0.5'), 'sum(a{b="> 1"})')
        self.assertEqual(promql.without_thresholds("(a > 0 unless a offset 10m) or b >= 2"), "(a unless a) or b")
        self.assertEqual(promql.without_thresholds("absent(a)"), "(a)")


if __name__ == "__main__":
    unittest.main()
