"""What check_manifests.py finds, by types of the test's own; and names and labels of all kept manifests."""

import unittest

import check_manifests
from check_manifests import Types, kept_manifests, label_problems, objects_of

META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
OPENAPI = {
    "definitions": {
        META: {"type": "object", "properties": {"name": {"type": "string"}, "labels": {
            "type": "object", "additionalProperties": {"type": "string"}}}},
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": "string"},
        "Spec": {"type": "object", "required": ["count"], "properties": {
            "count": {"type": "integer"}, "on": {"type": "boolean"},
            "most": {"$ref": "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"},
            "mounts": {"type": "array", "items": {"$ref": "#/definitions/Mount"}}}},
        "Mount": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        "Thing": {
            "type": "object",
            "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"},
                           "metadata": {"$ref": f"#/definitions/{META}"}, "spec": {"$ref": "#/definitions/Spec"}},
            "x-kubernetes-group-version-kind": [{"group": "test", "version": "v1", "kind": "Thing"}]},
    }
}
CRD = {"spec": {"group": "more", "names": {"kind": "Other"}, "versions": [{"name": "v2", "schema": {"openAPIV3Schema": {
    "type": "object", "properties": {
        "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
        "spec": {"type": "object", "properties": {"mode": {"type": "string", "enum": ["a", "b"]}, "priority": {
            "type": "integer", "nullable": True}}}}}}}]}}


def problems(spec, version="test/v1", kind="Thing", **metadata):
    item = {"apiVersion": version, "kind": kind, "metadata": {"name": "x", **metadata}, "spec": spec}
    return Types(OPENAPI, [CRD]).problems(item)


class CheckManifests(unittest.TestCase):
    def test_what_is_as_its_types_say_is_no_problem(self):
        self.assertEqual(problems({"count": 1, "on": True, "most": "10%", "mounts": [{"name": "a"}]}), [])
        self.assertEqual(problems({"count": 1, "most": 3}, labels={"a": "b"}), [])
        self.assertEqual(problems({"mode": "a", "priority": None}, "more/v2", "Other"), [])

    def test_unknown_fields_are_found_at_every_depth(self):
        self.assertEqual(problems({"count": 1, "counts": 2}), ["Thing.spec.counts: unknown field"])
        self.assertEqual(problems({"count": 1, "mounts": [{"name": "a"}, {"name": "b", "path": "/"}]}),
                         ["Thing.spec.mounts[1].path: unknown field"])
        self.assertEqual(problems({"mode": "a", "x": 1}, "more/v2", "Other"), ["Other.spec.x: unknown field"])
        self.assertIn("Other.metadata.label: unknown field", problems({}, "more/v2", "Other", label={}))

    def test_wrong_types_values_and_missing_fields_are_found(self):
        for spec, problem in (
            ({"count": "1"}, "Thing.spec.count: '1' is no integer"),
            ({"count": True}, "Thing.spec.count: True is no integer"),
            ({"count": 1, "on": "true"}, "Thing.spec.on: 'true' is no boolean"),
            ({"count": 1, "most": True}, "Thing.spec.most: True is no IntOrString"),
            ({"on": True}, "Thing.spec.count: missing"),
            ({"count": 1, "mounts": {}}, "Thing.spec.mounts: {} is no array"),
        ):
            self.assertEqual(problems(spec), [problem])
        self.assertEqual(problems({"mode": "c"}, "more/v2", "Other"), ["Other.spec.mode: 'c' is none of ['a', 'b']"])
        self.assertIn("Thing.metadata.labels.a: 1 is no string", problems({"count": 1}, labels={"a": 1}))

    def test_a_kind_without_types_is_a_problem(self):
        self.assertIn("no types for test/v2", problems({}, "test/v2")[0])

    def test_names_and_labels_that_do_not_fit_are_found(self):
        self.assertEqual(label_problems({"kind": "Service", "metadata": {"name": "a", "labels": {"b/c": "d"}}}), [])
        wrong = [("A", {}), ("a" * 64, {}), *(("a", labels) for labels in ({"b": "x" * 64}, {"b": "x/y"}, {"b!": "c"}))]
        for name, labels in wrong:
            self.assertEqual(len(label_problems({"kind": "Service", "metadata": {"name": name, "labels": labels}})), 1)

    def test_names_and_labels_of_all_kept_manifests_fit(self):
        count = 0
        for name, text in kept_manifests():
            for item in objects_of(text):
                count += 1
                self.assertEqual(label_problems(item), [], name)
        self.assertGreater(count, 100)

    def test_it_says_where_the_types_are_to_be_had(self):
        self.assertIn("swagger.json", check_manifests.__doc__)


if __name__ == "__main__":
    unittest.main()
