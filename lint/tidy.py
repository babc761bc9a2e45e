#!/usr/bin/env python3
"""clang-tidy over all sources, many files at a time: usage lint/tidy.py BUILD_FOLDER [FILE...]

Reading the headers takes most of clang-tidy's time, so files are joined and the headers read once
for all of them: rules and tests each in a namespace of its own, others with files that have no
local name in common. A join that does not compile is halved until it does. Findings are printed with
their place in the source; the exit code is 1 when there are any.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

MOST = 20  # files in a join
LOCAL = re.compile(r"(\w+)\s*(?:[({=\[;]|: )")
OUTER = re.compile(r"namespace (backout[\w:]*) \{")


class Join:
    def __init__(self, entry, files=()):
        self.entry, self.files, self.names = entry, list(files), set()


def local_names(lines):
    """(namespace, name) of what is declared in the anonymous namespaces of a file."""
    found, scopes = set(), []
    for line in lines:
        if match := re.match(r"namespace ?([\w:]*) ?\{", line):
            scopes.append(match[1])
        elif line.startswith("}  // namespace"):
            scopes.pop()
        elif scopes and not scopes[-1] and re.match(r"[\w\[]", line):
            if match := LOCAL.search(line):
                found.add(("::".join(scopes), match[1]))
    return found


def kind(path):
    """Only files of one kind are compiled alike."""
    return "tests" if path.endswith("_test.cpp") else path.split("/")[0]


def is_apart(path):
    """Nothing in it is declared elsewhere: it may stand in a namespace of its own."""
    return kind(path) in ("rules", "tests")


def is_alone(path, lines):
    """Macros, `main` and what stands in no namespace cannot be joined."""
    return (any(re.match(r"#(?!include|pragma once)|int main\(", line) for line in lines)
            or is_apart(path) and not any(OUTER.match(line) for line in lines))


def joins_of(entries, root):
    joins, open_joins = [], {}
    for entry in entries:
        path = os.path.relpath(entry["file"], root)
        lines = pathlib.Path(entry["file"]).read_text().splitlines()
        alone = is_alone(path, lines)
        names = set() if is_apart(path) else local_names(lines)
        # The newest first: files of one folder need the same headers.
        candidates = [] if alone else open_joins.setdefault(kind(path), [])
        join = next((join for join in reversed(candidates)
                     if len(join.files) < MOST and not names & join.names), None)
        if join is None:
            join = Join(entry)
            joins.append(join)
            candidates.append(join)
        join.files.append((path, lines))
        join.names |= names
    return joins


def written(join, path):
    """Writes the join; the (file, line) that each of its lines stands for."""
    text, places = [], []

    def put(line, file, number):
        text.append(line)
        places.append((file, number))

    seen = set()
    for file, lines in join.files:
        for number, line in enumerate(lines, 1):
            if line.startswith("#include") and line not in seen:
                seen.add(line)
                quoted = re.match(r'#include "([^"/]+)"', line)
                beside = quoted and pathlib.Path(file).parent / quoted[1]
                if beside and beside.exists():
                    line = f'#include "{beside.resolve()}"'
                put(line, file, number)
    for at, (file, lines) in enumerate(join.files):
        for number, line in enumerate(lines, 1):
            if line.startswith(("#include", "#pragma once")):
                continue
            if is_apart(file):
                line = OUTER.sub(rf"namespace \1::file_{at} {{", line)
            put(line, file, number)
    path.write_text("\n".join(text) + "\n")
    return places


def tidy(folder, files):
    return subprocess.run(["clang-tidy", "-p", str(folder), "--quiet", *files],
                          capture_output=True, text=True).stdout


def check(join, folder, build):
    """What clang-tidy has to say about a join."""
    if len(join.files) == 1:
        return tidy(build, [join.files[0][0]])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "join.cpp"
    places = written(join, path)
    command = join.entry["command"].replace(join.entry["file"], str(path)) + " -Wno-shadow"
    entry = dict(join.entry, file=str(path), command=command)
    (folder / "compile_commands.json").write_text(json.dumps([entry]))
    said = tidy(folder, [str(path)])
    if "[clang-diagnostic-" in said:
        if "-v" in sys.argv:
            print(f"does not compile: {path}\n{said}", flush=True)
        middle = len(join.files) // 2
        return "".join(check(Join(join.entry, files), folder / half, build)
                       for half, files in (("a", join.files[:middle]), ("b", join.files[middle:])))
    return re.sub(rf"(?m)^{re.escape(str(path))}:(\d+):",
                  lambda match: "{}:{}:".format(*places[int(match[1]) - 1]), said)


def included_twice(join):
    """The one check that joining hides."""
    for file, lines in join.files:
        includes = [line for line in lines if line.startswith("#include")]
        for line in {line for line in includes if includes.count(line) > 1}:
            yield f"{file}: error: {line} stands there twice\n"


def main():
    root = pathlib.Path.cwd()
    build = pathlib.Path(sys.argv[1]).resolve()
    wanted = {str(pathlib.Path(name).resolve()) for name in sys.argv[2:] if name != "-v"}
    entries = json.loads((build / "compile_commands.json").read_text())
    entries = [entry for entry in entries if entry["file"].startswith(str(root))
               and not entry["file"].startswith(str(build))
               and (not wanted or entry["file"] in wanted)]
    unknown = wanted - {entry["file"] for entry in entries}
    if unknown:
        sys.exit(f"not compiled, says compile_commands.json: {' '.join(sorted(unknown))}")
    joins = joins_of(sorted(entries, key=lambda entry: entry["file"]), root)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        checks = [pool.submit(check, join, build / "tidy" / str(at), build)
                  for at, join in enumerate(joins)]
        for join, said in zip(joins, checks):
            text = "".join(included_twice(join)) + said.result()
            if text.strip():
                failed = True
                print(text, end="", flush=True)
    print(f"clang-tidy: {sum(len(join.files) for join in joins)} files in {len(joins)} joins")
    sys.exit(failed)


main()
