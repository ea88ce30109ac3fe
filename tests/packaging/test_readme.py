"""What people read first: its configurations are accepted, its commands exist, and its links lead somewhere."""

import glob
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

import yaml

from e2e_support import BUILD, REPOSITORY

AGENT = os.path.join(BUILD, "supercargo")
PAGES = sorted(
    os.path.relpath(path, REPOSITORY)
    for pattern in ("*.md", "*/*.md", "*/*/*.md") for path in glob.glob(os.path.join(REPOSITORY, pattern))
    if not os.path.relpath(path, REPOSITORY).startswith("build"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def read(page):
    with open(os.path.join(REPOSITORY, page), encoding="utf-8") as file:
        return file.read()


def without_blocks(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page):
    """As GitHub makes them of headings."""
    titles = re.findall(r"^#+ (.*)$", without_blocks(read(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def commands(page):
    """Lines of indented or shell blocks, joined where a backslash says so, without remarks."""
    text = read(page).replace("\\\n", " ")
    for line in re.findall(r"^(?: {4}|\$ )(\S.*)$", text, re.MULTILINE):
        yield re.sub(r"\s+#.*", "", line).strip()


class ReadmeTest(unittest.TestCase):
    def test_the_configurations_of_the_readme_are_accepted(self):
        blocks = re.findall(r"^```yaml\n(.*?)^```", read("README.md"), re.MULTILINE | re.DOTALL)
        self.assertGreater(len(blocks), 1)
        for block in blocks:
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(block)
                file.flush()
                done = subprocess.run(
                    [AGENT, "check", "--config", file.name], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""), block)

    def test_verbs_of_dev_and_of_the_agent_exist(self):
        helped = subprocess.run(["./dev", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
        verbs = set(re.findall(r"^ +(?:\./dev )?(\w+) ", helped, re.MULTILINE))
        told = subprocess.run([AGENT, "--help"], capture_output=True, text=True, check=False).stdout
        found = 0
        for page in PAGES:
            for line in commands(page):
                words = line.split()
                if words[0] == "./dev" and len(words) > 1:
                    self.assertIn(words[1], verbs, f"{page}: {line}")
                    found += 1
                if words[0] == "supercargo" and len(words) > 1 and words[1].isalpha():
                    self.assertRegex(told, rf"\b{words[1]}\b", f"{page}: {line}")
                    found += 1
        self.assertGreater(found, 15)

    def test_links_lead_to_files_and_headings(self):
        lost = []
        for page in PAGES:
            for link in LINK.findall(without_blocks(read(page))):
                path, _, anchor = link.partition("#")
                if "://" in link or link.startswith("mailto:"):
                    continue
                target = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
                if not os.path.exists(os.path.join(REPOSITORY, target)):
                    lost.append(f"{page}: {link}")
                elif anchor and target.endswith(".md") and anchor not in anchors(target):
                    lost.append(f"{page}: {link}: no such heading")
        self.assertEqual(lost, [])

    def test_helm_takes_the_commands_that_are_shown(self):
        if shutil.which("helm") is None:
            self.skipTest("there is no helm on the PATH")
        shown = [line for page in PAGES for line in commands(page)
                 if re.match(r"helm (install|upgrade|template) ", line)]
        self.assertGreater(len(shown), 1)
        mine = re.search(r"^```yaml\n# my-values.yaml\n(.*?)^```", read("helm/supercargo/README.md"), re.M | re.S)[1]
        with tempfile.TemporaryDirectory() as directory:
            values = os.path.join(directory, "my-values.yaml")
            with open(values, "w", encoding="utf-8") as out:
                yaml.safe_dump(yaml.safe_load(mine), out)
            for line in shown:
                words = [values if word == "my-values.yaml" else word for word in shlex.split(line)]
                words[1] = "template"
                words = [word for word in words if word != "--install"]
                done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), line)


if __name__ == "__main__":
    unittest.main()
