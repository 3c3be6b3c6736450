"""Helps `run`: counts findings with readers that are not ours, and takes YAML out of the action and the pages."""

import html.parser
import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree as xml

import cmarkgfm
import junitparser
import ruamel.yaml
from cmarkgfm.cmark import Options
from sarif import loader

YAML = ruamel.yaml.YAML(typ="safe")


# What our Markdown may become; a source has none of it.
ELEMENTS = set("h1 h2 p table thead tbody tr th td code pre details summary strong em ul li br".split())


class Page(html.parser.HTMLParser):
    """The elements of a page, and the rows of its table."""

    def __init__(self, text):
        super().__init__()
        self.found, self.attributes, self.cells, self.words = [], set(), [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag == "tr":
            self.cells.append(0)
        elif tag in ("td", "th"):
            self.cells[-1] += 1

    def handle_data(self, data):
        self.words += data


def markdown(path):
    """How many rows of findings GitHub's own reader of Markdown sees, HTML being what it is on GitHub."""
    text = cmarkgfm.github_flavored_markdown_to_html(path.read_text(), Options.CMARK_OPT_UNSAFE)
    page = Page(text)
    foreign = set(page.found) - ELEMENTS
    if foreign or page.attributes - {"lang", "open"} or set(page.cells) - {4}:
        sys.exit(f"{path}: elements {foreign}, attributes {page.attributes}, cells {page.cells}")
    sections = page.found.count("h2")
    rows = max(len(page.cells) - 1, 0)
    if rows != sections:
        sys.exit(f"{path}: {rows} rows and {sections} sections")
    return rows


COMMAND = re.compile(r"^\s*::(?P<name>[^\s:]+)(?: (?P<pairs>.*?))?::(?P<data>.*)$")


def annotations(path):
    """How many errors and warnings the log of a step annotates, read as the runner reads it."""
    seal, found = None, []
    for line in path.read_text().splitlines():
        command = COMMAND.match(line)
        if command is None:
            if seal is None and ("##[" in line or line.strip()):
                sys.exit(f"{path}: not sealed: {line}")
            continue
        name, data = command["name"], command["data"]
        if seal is not None:
            seal = None if name == seal else seal
        elif name == "stop-commands":
            seal = data
        elif name in ("error", "warning"):
            pairs = dict(pair.split("=", 1) for pair in command["pairs"].split(","))
            # Its escapes are those of a URL, and no others.
            texts = [urllib.parse.unquote(text) for text in (*pairs.values(), data)]
            if re.search(r"%(?!25|0D|0A|3A|2C)", "".join(pairs.values()) + data) or not texts[-1].startswith(name):
                sys.exit(f"{path}: {line}")
            if not (path.parent / urllib.parse.unquote(pairs["file"])).is_file():
                sys.exit(f"{path}: no file {pairs['file']}")
            found.append(data)
        elif name not in ("group", "endgroup"):
            sys.exit(f"{path}: a command of somebody else's: {line}")
    if seal is not None:
        sys.exit(f"{path}: ends sealed")
    return len(found)


def cargos(path):
    """How many of cargo's messages hold our words."""
    messages = [json.loads(line) for line in path.read_text().splitlines()]
    if messages[-1]["reason"] != "build-finished":
        sys.exit(f"{path}: cargo ends otherwise")
    drawn = [it["message"]["rendered"] for it in messages if it["reason"] == "compiler-message"]
    return sum("The rule " in text for text in drawn)


def counts(folder):
    """Every format tells of as many findings as the JSON report, each GitLab issue under its own fingerprint."""
    folder = pathlib.Path(folder)
    report = json.loads((folder / "report.json").read_text())
    findings = len(report["findings"])
    issues = json.loads((folder / "gitlab.json").read_text())
    found = {
        "sarif-tools": len(loader.load_sarif_file(str(folder / "report.sarif")).get_results()),
        "gitlab": len({issue["fingerprint"] for issue in issues}),
        "junitparser": sum(suite.failures for suite in junitparser.JUnitXml.fromfile(str(folder / "junit.xml"))),
        "cmark-gfm": markdown(folder / "page.md"),
        "annotations": annotations(folder / "github.log"),
        "cargo": cargos(folder / "cargo.json"),
        "lines": len((folder / "short.txt").read_text().splitlines()),
        "checkstyle": len(xml.parse(folder / "checkstyle.xml").getroot().findall("file/error")),
    }
    # What nobody explains is one more case that failed.
    found["junitparser"] -= report["others"]["errors"] > 0
    wrong = {reader: number for reader, number in found.items() if number != findings}
    if wrong or len(issues) != findings:
        sys.exit(f"{folder}: {findings} findings, but {wrong or len(issues)}")
    print(f"{findings} findings each: {', '.join(found)}")


def bacon(folder):
    """bacon's own exports: all findings are shown in our words, and known by their places."""
    folder = pathlib.Path(folder)
    findings = json.loads((folder / "report.json").read_text())["findings"]
    shown = json.loads((folder / "shown.json").read_text())
    lines = ("".join(part["raw"] for part in line["content"]["strings"]) for line in shown["lines"])
    text = " ".join(" ".join(lines).split())
    places = (folder / "places.txt").read_text()
    errors = [finding for finding in findings if finding["level"] == "error"]
    if shown["stats"]["errors"] != len(errors):
        sys.exit(f"bacon counts {shown['stats']}")
    for finding in errors:
        at = f"{finding['primary']['file']}:{finding['primary']['line_start']}:"
        words = " ".join(finding["explanation"]["claim"].split())
        if at not in places or words not in text:
            sys.exit(f"bacon does not show {finding['rule']} at {at}:\n{places}\n{text}")


def step(action, wanted):
    """The script of a step of the action."""
    steps = YAML.load(pathlib.Path(action))["runs"]["steps"]
    print(next(step["run"] for step in steps if step.get("id") == wanted))


def blocks(page, folder):
    """Writes each fenced block with a file name behind its language, such as ```yaml .gitlab-ci.yml."""
    text = pathlib.Path(page).read_text()
    for name, body in re.findall(r"^```\w+ (\S+)\n(.*?)^```$", text, re.M | re.S):
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            sys.exit(f"{page} has two blocks for {name}")
        path.write_text(body)


{"counts": counts, "bacon": bacon, "step": step, "blocks": blocks}[sys.argv[1]](*sys.argv[2:])
