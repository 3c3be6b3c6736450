"""Is an editor for rust-analyzer: what it shows of a broken workspace, and which quick fixes it offers.

    editor.py RUST-ANALYZER FOLDER COMMAND..

FOLDER has report.json, which says what there is; COMMAND is rust-analyzer's `check.overrideCommand`.
"""

import json
import pathlib
import queue
import subprocess
import sys
import threading
import time
import urllib.parse

# Seconds.
PATIENCE = 120


def path_of(uri):
    """Two programs may write one URI in two ways."""
    return pathlib.Path(urllib.parse.unquote(urllib.parse.urlsplit(uri).path))


class Server:
    """Speaks the Language Server Protocol."""

    def __init__(self, program, folder):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([program], cwd=folder, **pipes)
        self.said = queue.Queue()
        self.shown = {}
        self.count = 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while header := self.process.stdout.readline():
            length = 0
            while header.strip():
                name, value = header.split(b":", 1)
                if name.lower() == b"content-length":
                    length = int(value)
                header = self.process.stdout.readline()
            self.said.put(json.loads(self.process.stdout.read(length)))

    def send(self, **message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
        self.process.stdin.flush()

    def hear(self, seconds):
        """The next message. What the server asks is answered with nothing, what it shows is kept."""
        message = self.said.get(timeout=seconds)
        if "method" in message and "id" in message:
            asked = message.get("params") or {}
            answer = [None for _ in asked.get("items", [])] if message["method"] == "workspace/configuration" else None
            self.send(id=message["id"], result=answer)
        elif message.get("method") == "textDocument/publishDiagnostics":
            self.shown[path_of(message["params"]["uri"])] = message["params"]["diagnostics"]
        return message

    def ask(self, method, params):
        self.count += 1
        self.send(id=self.count, method=method, params=params)
        while True:
            message = self.hear(PATIENCE)
            if message.get("id") == self.count and "method" not in message:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message["result"]

    def tell(self, method, params):
        self.send(method=method, params=params)

    def shows(self, enough):
        """Waits until enough is shown."""
        end = time.monotonic() + PATIENCE
        while not enough(self.shown):
            try:
                self.hear(max(end - time.monotonic(), 0.01))
            except queue.Empty:
                sys.exit(f"after {PATIENCE} seconds it shows {str(self.shown)[:3000]}")
        return self.shown


def start(program, folder, command):
    server = Server(program, folder)
    resolve = {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
    kinds = {"codeActionKind": {"valueSet": ["quickfix"]}}
    document = {
        "publishDiagnostics": {"relatedInformation": True, "dataSupport": True},
        "codeAction": {"codeActionLiteralSupport": kinds, **resolve},
    }
    server.ask("initialize", {
        "processId": None,
        "rootUri": folder.as_uri(),
        "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
        "capabilities": {"textDocument": document, "workspace": {"configuration": False}},
        # All else that it could tell of the workspace is switched off.
        "initializationOptions": {
            "cachePriming": {"enable": False},
            "cargo": {"buildScripts": {"enable": False}, "sysroot": None},
            "check": {"overrideCommand": command},
            "diagnostics": {"enable": False},
            "procMacro": {"enable": False},
        },
    })
    server.tell("initialized", {})
    return server


def position(span, end):
    """Lines and characters count from 0 here."""
    return {"line": span[f"line_{end}"] - 1, "character": span[f"column_{end}"] - 1}


def place(span):
    return {"start": position(span, "start"), "end": position(span, "end")}


def replaced(text, edits):
    """The text after edits, from the last to the first."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def by_editor(changes):
    """What the files are after an editor's changes."""
    files = {}
    for uri, edits in changes.items():
        path = path_of(uri)
        lines = path.read_text().splitlines(keepends=True)
        starts = [sum(map(len, lines[:n])) for n in range(len(lines) + 1)]
        at = lambda place: starts[place["line"]] + place["character"]
        edits = [(at(edit["range"]["start"]), at(edit["range"]["end"]), edit["newText"]) for edit in edits]
        files[path] = replaced(path.read_text(), edits)
    return files


def by_bytes(folder, edits):
    """What they are after the edits of a way out."""
    files = {}
    for edit in edits:
        part = (edit["byte_start"], edit["byte_end"], edit["replacement"].encode())
        files.setdefault(folder / edit["file"], []).append(part)
    return {path: replaced(path.read_bytes(), edits).decode() for path, edits in files.items()}


def main(program, folder, *command):
    folder = pathlib.Path(folder).resolve()
    findings = json.loads((folder / "report.json").read_text())["findings"]
    by_file = {}
    for finding in findings:
        by_file.setdefault(folder / finding["primary"]["file"], []).append(finding)
    server = start(program, folder, list(command))
    for path in by_file:
        uri = path.as_uri()
        item = {"uri": uri, "languageId": "rust", "version": 1, "text": path.read_text()}
        server.tell("textDocument/didOpen", {"textDocument": item})
        server.tell("textDocument/didSave", {"textDocument": {"uri": uri}})

    def of(shown, path, finding):
        told = finding["explanation"]["claim"][:40]
        return [it for it in shown.get(path, []) if it["range"] == place(finding["primary"]) and told in it["message"]]

    pairs = [(path, finding) for path, all in by_file.items() for finding in all]
    shown = server.shows(lambda shown: all(of(shown, path, finding) for path, finding in pairs))
    fixes = 0
    for path, finding in pairs:
        diagnostic = of(shown, path, finding)[0]
        if (diagnostic.get("code") or None) != finding["code"] or diagnostic["source"] != "rustc":
            sys.exit(f"{finding['rule']} is shown as {diagnostic}")
        asked = {"range": diagnostic["range"], "context": {"diagnostics": [diagnostic], "only": ["quickfix"]}}
        actions = server.ask("textDocument/codeAction", {"textDocument": {"uri": path.as_uri()}, **asked}) or []
        for way in finding["fixes"]:
            if way["verdict"]["status"] != "resolves":
                continue
            offered = [action for action in actions if action["title"].startswith(way["title"])]
            if [by_editor(action["edit"]["changes"]) for action in offered] != [by_bytes(folder, way["edits"])]:
                sys.exit(f"{finding['rule']}: {way['title']} is offered as {offered}")
            fixes += 1
    server.ask("shutdown", None)
    server.tell("exit", None)
    server.process.wait(timeout=PATIENCE)
    print(f"{len(findings)} findings shown, {fixes} quick fixes")


main(*sys.argv[1:])
