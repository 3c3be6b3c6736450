"""Helps `run`: counts findings with readers that are not ours, and takes YAML out of the action and the pages."""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

import junitparser
import ruamel.yaml
from sarif import loader

YAML = ruamel.yaml.YAML(typ="safe")


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
        "checkstyle": len(xml.parse(folder / "checkstyle.xml").getroot().findall("file/error")),
    }
    # What nobody explains is one more case that failed.
    found["junitparser"] -= report["others"]["errors"] > 0
    wrong = {reader: number for reader, number in found.items() if number != findings}
    if wrong or len(issues) != findings:
        sys.exit(f"{folder}: {findings} findings, but {wrong or len(issues)}")
    print(f"{findings} findings each: {', '.join(found)}")


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


{"counts": counts, "step": step, "blocks": blocks}[sys.argv[1]](*sys.argv[2:])
