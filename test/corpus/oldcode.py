#!/usr/bin/env python3
"""oldcode.py BACKOUT CORPUS [PROJECT]: the gate's errors against what really broke.

../truth/X.oldcode.jsonl, beside CORPUS, lists, for each migration of a public project, statements of old code that a real server refused after
it. Every unconditional break must be met by a compat or data-loss error on its object (recall, which must be complete);
errors that no broken statement confirms are counted by rule (precision: read them, they are not all wrong, because the probes
do not try everything old code may do). Exit code 1 when a break is missed that is not explained below.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

# Findings about data, not about statements: no probe can confirm them.
UNPROBED = ("data-loss/",)


def breaks(path):
    """mig → [(record, unconditional)]"""
    out = collections.defaultdict(list)
    for line in path.read_text().splitlines():
        record = as_judged(json.loads(line))
        if record["kind"] not in ("file", "unprobeable") and not record.get("soft"):
            out[record["mig"]].append(record)
    return out


def unprobed(path):
    """mig → tables of which the probes could not build a valid row: nothing there can be confirmed"""
    out = collections.defaultdict(set)
    for record in map(json.loads, path.read_text().splitlines()):
        if record["kind"] == "unprobeable":
            out[record["mig"]].add(record.get("table"))
    return out


def files_of(path):
    """mig → file"""
    return {r["mig"]: r["file"] for r in map(json.loads, path.read_text().splitlines())}


def as_judged(record):
    """supabase-auth's schema is a placeholder, which the truth filled with `auth` and the gate resolves on the search path."""
    if record["project"] == "supabase-auth":
        for key in ("table", "object", "via"):
            if record.get(key):
                record[key] = record[key].replace("auth.", "public.")
    return record


def objects_of(record):
    """Names a finding may have to count as one about the record's object."""
    table, thing = record.get("table"), record.get("object") or ""
    if record["kind"] == "enum_label":
        return {thing, thing.rpartition(".")[0]}
    if not table:
        return {thing, thing.replace('"', "")}  # a function's name may be quoted
    names = {table, thing, f"{table}.{thing}"}
    if record.get("via"):
        names.add(record["via"])
    return names


def is_about(finding, record):
    name = finding["object"]["name"]
    wanted = objects_of(record)
    if name in wanted:
        return True
    if record.get("class") == "missing type" and f'"{name}"' in record["message"]:
        return True  # the statement names the type in a cast
    if record["kind"] == "table" and name == re.sub(r"_\d+$", "", record["object"]):
        return True  # a partition that a function names at run time goes with its parent
    table = record.get("table")
    # Keys and triggers of the table: the probe knows only the table that refused.
    on_table = table and (record["object"] == table or record["kind"].startswith(("on_conflict", "insert", "update_row")))
    return bool(on_table and name.startswith(table + "."))


def confirmed(finding, records):
    name = finding["object"]["name"]
    for record in records:
        if is_about(finding, record):
            return True
        table = record.get("table")
        if table and (name.startswith(table + ".") or name == table):
            return True
        if record.get("via") and name.startswith(record["via"]):
            return True
    return False


OUTBOX = (
    "writes to `outbox.messages`, which no migration makes, failed before this change too: triggers of v1_0_120 and v1_0_122, "
    "where the gate reports it, make them"
)
# Breaks that the gate does not report, and why. They count as missed; only others fail the run.
EXPLAINED = {
    "20260313020631_v1_0_85_durable_event_log.sql": "the function is made anew with one more argument that has a default: old calls still work",
    "20260424205453_v1_0_100.sql": "a loop over names builds the DROP and RENAME statements (reported as txn/dynamic-sql)",
    "20260702145450_v1_0_123.sql": OUTBOX,
    "20260703125435_v1_0_124.sql": OUTBOX,
    "20260715180517_v1_0_129.sql": OUTBOX,
    "20260722000000_batching_consolidated_v1_0_133.sql": OUTBOX,
    "20260812191000_v1_0_140.sql": OUTBOX,
    "20260817211000_v1_0_144.sql": OUTBOX,
    "20260820185000_v1_0_147.sql": OUTBOX,
}

# One database, whose migrations lie in two folders.
CONFIGURATIONS = {
    "kratos": "migrations: [{path: [persistence/sql/migrations/sql, oryx/networkx/migrations/sql]}]\n",
}


def lint(backout, folder):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as configuration:
        configuration.write(CONFIGURATIONS.get(folder.name, "{}\n"))
        configuration.flush()
        command = [backout, "lint", "--format", "json", "--config", configuration.name, "."]
        return subprocess.run(command, cwd=folder, capture_output=True)


def main():
    backout, corpus = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve()
    truth = corpus.parent / "truth"
    only = sys.argv[3] if len(sys.argv) > 3 else None
    reports = {}
    total = collections.Counter()
    unconfirmed, errors_by_rule, missed_all = collections.Counter(), collections.Counter(), []
    print(f"{'history':24} {'broken':>7} {'found':>6} {'recall':>7} {'errors':>7} {'confirmed':>9}")
    for path in sorted(truth.glob("*.oldcode.jsonl")):
        history = path.name[: -len(".oldcode.jsonl")]
        project = history.split(".")[0] if history.split(".")[0] != "crates" else "crates.io"
        if only and only not in (history, project):
            continue
        if project not in reports:
            run = lint(backout, corpus / "sql" / project)
            reports[project] = collections.defaultdict(list)
            for finding in json.loads(run.stdout)["findings"]:
                reports[project][finding["location"]["path"]].append(finding)
        broken, files, blind = breaks(path), files_of(path), unprobed(path)
        counts = collections.Counter()
        for mig, file in files.items():
            findings = [f for f in reports[project][file] if f["level"] == "error" and f["rule"].startswith(("compat/", "data-loss/"))]
            hard = [r for r in broken[mig] if not r.get("conditional")]
            if hard:
                counts["broken"] += 1
                missed = [r for r in hard if not any(is_about(f, r) for f in findings)]
                if missed:
                    missed_all.append((history, file, missed))
                else:
                    counts["found"] += 1
            for finding in findings:
                if finding["rule"].startswith(UNPROBED) or any(finding["object"]["name"].startswith(f"{t}.") for t in blind[mig]):
                    continue
                counts["errors"] += 1
                errors_by_rule[finding["rule"]] += 1
                if confirmed(finding, broken[mig]):
                    counts["confirmed"] += 1
                else:
                    unconfirmed[finding["rule"]] += 1
                    if only:
                        print("  unconfirmed", finding["rule"], finding["object"]["name"], file)
        total += counts
        recall = f"{100 * counts['found'] / counts['broken']:.1f}%" if counts["broken"] else "-"
        print(f"{history:24} {counts['broken']:7} {counts['found']:6} {recall:>7} {counts['errors']:7} {counts['confirmed']:9}")
    if total["broken"]:
        print(f"{'all':24} {total['broken']:7} {total['found']:6} {100 * total['found'] / total['broken']:6.1f}% {total['errors']:7} {total['confirmed']:9}")
    print("\nerrors that no probe confirms, by rule")
    for rule, count in unconfirmed.most_common():
        print(f"{count:6} of {errors_by_rule[rule]:4}  {rule}")
    if missed_all:
        print("\nmissed")
    for history, file, missed in missed_all:
        print(f"  {history} {file}")
        if reason := EXPLAINED.get(pathlib.Path(file).name):
            print(f"      explained: {reason}")
            continue
        for record in missed[: 20 if only else 3]:
            print(f"      {record['kind']}: {record['class']}: {record.get('table')} {record['object']}")
    return 1 if any(pathlib.Path(file).name not in EXPLAINED for _, file, _ in missed_all) else 0


if __name__ == "__main__":
    sys.exit(main())
