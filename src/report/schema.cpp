// JSON Schemas (draft 2020-12), for tools that read reports and editors that know `.backout.yaml`.
// Tests hold them against what json.cpp writes and what core/config.cpp accepts.
#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/rule.h"
#include "report/report.h"

namespace backout::report {
namespace {

constexpr std::string_view report_text = R"schema({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "backout report",
  "description": "What one run of backout found, decided and looked at. Within one schema_version members are only added.",
  "type": "object",
  "required": ["schema_version", "tool", "mode", "base", "head", "configuration", "verdict", "counts", "findings", "overrides", "ignores", "histories", "inputs", "limits", "errors"],
  "properties": {
    "schema_version": {"const": 1},
    "tool": {
      "type": "object",
      "required": ["name", "version", "commit", "grammar"],
      "properties": {
        "name": {"const": "backout"},
        "version": {"type": "string"},
        "commit": {"type": "string"},
        "grammar": {"type": "string", "description": "version of the PostgreSQL grammar that statements were parsed with"}
      }
    },
    "mode": {"enum": ["lint", "check", "staged", "runbooks"]},
    "base": {"$ref": "#/$defs/revision", "description": "what is released; null when files are judged without git"},
    "head": {"$ref": "#/$defs/revision", "description": "what is judged"},
    "configuration": {
      "type": ["object", "null"],
      "description": "null: the defaults",
      "required": ["ref", "path", "blob"],
      "properties": {
        "ref": {"type": "string", "description": "revision it was read from; empty: the working folder"},
        "path": {"type": "string"},
        "path_base64": {"$ref": "#/$defs/path_base64"},
        "blob": {"type": "string"}
      }
    },
    "verdict": {
      "type": "object",
      "required": ["decision", "exit_code", "reasons"],
      "properties": {
        "decision": {"enum": ["pass", "block", "undecided"]},
        "exit_code": {"enum": [0, 1, 2, 3]},
        "reasons": {"type": "array", "items": {"type": "string"}}
      }
    },
    "counts": {
      "type": "object",
      "required": ["error", "warning", "note", "omitted", "overridden", "by_rule"],
      "properties": {
        "error": {"$ref": "#/$defs/count"},
        "warning": {"$ref": "#/$defs/count"},
        "note": {"$ref": "#/$defs/count"},
        "omitted": {"$ref": "#/$defs/count", "description": "findings beyond limits.findings; counted by level, not listed"},
        "overridden": {"$ref": "#/$defs/count", "description": "in none of the others"},
        "by_rule": {"type": "object", "additionalProperties": {"$ref": "#/$defs/count"}}
      }
    },
    "findings": {"type": "array", "items": {"$ref": "#/$defs/finding"}, "description": "sorted by path, place and rule"},
    "overrides": {
      "type": "array",
      "description": "breaks that pass because they are announced, signed off and documented; no findings any more",
      "items": {
        "type": "object",
        "required": ["finding", "settled", "reason", "approval", "evidence"],
        "properties": {
          "finding": {"$ref": "#/$defs/finding", "description": "as it was found"},
          "settled": {"type": "boolean", "description": "false: something could not be looked at, and the verdict is no pass"},
          "unsettled": {"type": "string", "description": "what that is"},
          "reason": {"type": "string", "description": "of the migration's header"},
          "approval": {
            "type": "object",
            "description": "the entry of the ledger",
            "required": ["file", "rule", "sha256", "approver", "reason", "date", "expires", "location"],
            "properties": {
              "file": {"type": "string"},
              "rule": {"type": "string"},
              "sha256": {"type": "string", "description": "of the file's bytes"},
              "approver": {"type": "string"},
              "reason": {"type": "string"},
              "date": {"type": "string", "description": "2026-03-01"},
              "expires": {"type": "string", "description": "the last day on which it counts"},
              "location": {"$ref": "#/$defs/location"}
            }
          },
          "evidence": {"type": "array", "items": {"type": "string"}, "description": "what was checked, and claims that were not trusted"}
        }
      }
    },
    "ignores": {
      "type": "array",
      "description": "ignore comments that took findings out",
      "items": {
        "type": "object",
        "required": ["rule", "reason", "location", "hidden"],
        "properties": {
          "rule": {"type": "string"},
          "reason": {"type": "string"},
          "location": {"$ref": "#/$defs/location"},
          "hidden": {"type": "array", "items": {"$ref": "#/$defs/object"}}
        }
      }
    },
    "histories": {
      "type": "array",
      "description": "the migrations of one database each",
      "items": {
        "type": "object",
        "required": ["path", "framework", "evidence", "migrations", "judged", "statements", "complete"],
        "properties": {
          "path": {"type": "string"},
          "path_base64": {"$ref": "#/$defs/path_base64"},
          "framework": {"type": "string"},
          "evidence": {"type": "string", "description": "why it was taken for this framework's"},
          "migrations": {"$ref": "#/$defs/count"},
          "judged": {"$ref": "#/$defs/count", "description": "migrations that are new or changed"},
          "statements": {"$ref": "#/$defs/count", "description": "of the judged migrations"},
          "complete": {"type": "boolean", "description": "false: statements name objects that none of the files creates"}
        }
      }
    },
    "inputs": {
      "type": "array",
      "description": "every file that was looked at",
      "items": {
        "type": "object",
        "required": ["path", "judged", "use", "reason", "blob"],
        "properties": {
          "path": {"type": "string"},
          "path_base64": {"$ref": "#/$defs/path_base64"},
          "judged": {"type": "boolean"},
          "use": {"type": "string", "description": "what it was taken for; empty: nothing"},
          "reason": {"type": "string", "description": "why it was not judged"},
          "blob": {"type": "string", "description": "git's id of its bytes; empty outside git"}
        }
      }
    },
    "limits": {"type": "array", "items": {"type": "string"}, "description": "bounds that were reached; any makes the verdict undecided unless it blocks"},
    "errors": {
      "type": "array",
      "items": {
        "type": "object",
        "required": ["kind", "message"],
        "properties": {
          "kind": {"enum": ["usage", "input", "undecided", "internal"]},
          "message": {"type": "string"}
        }
      }
    }
  },
  "$defs": {
    "count": {"type": "integer", "minimum": 0},
    "path_base64": {"type": "string", "description": "the path's bytes; present when they are not UTF-8, `path` then shows them escaped"},
    "revision": {
      "type": ["object", "null"],
      "required": ["name", "id", "chosen_by"],
      "properties": {
        "name": {"type": "string"},
        "id": {"type": "string", "description": "of the commit or tree; empty for the index"},
        "chosen_by": {"type": "string"}
      }
    },
    "position": {
      "type": "object",
      "required": ["line", "column", "offset"],
      "properties": {
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1, "description": "in bytes of UTF-8"},
        "offset": {"type": "integer", "minimum": 0, "description": "byte in the stored file"}
      }
    },
    "location": {
      "type": ["object", "null"],
      "description": "null: no place; without start and end: the whole file",
      "required": ["path"],
      "properties": {
        "path": {"type": "string"},
        "path_base64": {"$ref": "#/$defs/path_base64"},
        "start": {"$ref": "#/$defs/position"},
        "end": {"$ref": "#/$defs/position", "description": "exclusive"}
      }
    },
    "object": {
      "type": "object",
      "required": ["kind", "name"],
      "properties": {
        "kind": {"type": "string"},
        "name": {"type": "string", "description": "qualified, as the previous release knows it"},
        "field": {"type": "string", "description": "of a manifest's object: the path of the field"}
      }
    },
    "finding": {
      "type": "object",
      "required": ["rule", "level", "message", "object", "location", "notes", "fingerprint"],
      "properties": {
        "rule": {"type": "string", "description": "`backout explain RULE` tells more"},
        "level": {"enum": ["error", "warning", "note"]},
        "message": {"type": "string"},
        "object": {"$ref": "#/$defs/object"},
        "location": {"$ref": "#/$defs/location"},
        "statement": {"$ref": "#/$defs/location", "description": "the whole statement around `location`"},
        "notes": {
          "type": "array",
          "items": {
            "type": "object",
            "required": ["text"],
            "properties": {
              "text": {"type": "string"},
              "location": {"$ref": "#/$defs/location"}
            }
          }
        },
        "fingerprint": {"type": "string", "description": "stays when the statement moves or its blanks, case and comments change"}
      }
    }
  }
}
)schema";

constexpr std::string_view config_text = R"schema({{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "backout configuration",
  "description": "`.backout.yaml` at the repository's root, read from the base of a change",
  "type": ["object", "null"],
  "additionalProperties": false,
  "properties": {{
    "migrations": {{
      "type": ["array", "null"],
      "description": "where migrations lie; without it they are found by what they are",
      "items": {{
        "type": "object",
        "additionalProperties": false,
        "properties": {{
          "path": {{"$ref": "#/$defs/paths", "description": "folders, files or globs of one database's migrations"}},
          "paths": {{"$ref": "#/$defs/paths", "description": "another word for `path`"}},
          "framework": {{"enum": [{frameworks}]}},
          "transaction": {{"enum": ["per-file", "whole-run", "none-split", "none-one-message"], "description": "how the text reaches the server"}},
          "postgres": {{"type": "integer", "minimum": 9, "maximum": 99, "description": "lowest major version in use"}},
          "code": {{"$ref": "#/$defs/paths", "description": "application code that uses this database"}},
          "schema": {{"type": "string", "description": "a dump (pg_dump, structure.sql) to start from"}}
        }},
        "anyOf": [{{"required": ["path"]}}, {{"required": ["paths"]}}]
      }}
    }},
    "schema": {{"type": "string", "description": "a dump for histories that name none of their own"}},
    "rules": {{
      "type": ["object", "null"],
      "description": "levels by rule or family",
      "propertyNames": {{"enum": [{rules}]}},
      "additionalProperties": {{"enum": ["error", "warning", "note", "off"]}}
    }},
    "caches": {{"$ref": "#/$defs/names", "description": "tables whose rows may be lost"}},
    "app_roles": {{"$ref": "#/$defs/names", "description": "roles the application connects as"}},
    "argo": {{
      "type": ["object", "null"],
      "additionalProperties": false,
      "properties": {{
        "rollouts": {{
          "type": ["string", "number"],
          "description": "the release of Argo Rollouts in use, 1.9 by default"
        }},
        "empty_as_zero": {{"type": "boolean", "default": false, "description": "also judge a query's empty result as if it were 0"}}
      }}
    }},
    "releases": {{
      "type": ["object", "null"],
      "description": "the releases a rollback may still go back to; without tags the base alone",
      "additionalProperties": false,
      "properties": {{
        "tags": {{"$ref": "#/$defs/names", "description": "globs of release tags, as in v*"}},
        "window": {{"type": "integer", "minimum": 1, "maximum": 100, "default": 3, "description": "the newest so many tags"}},
        "days": {{"type": "integer", "minimum": 1, "maximum": 3650, "description": "instead of `window`: the tags of the last so many days, at least one"}},
        "exclude": {{"$ref": "#/$defs/paths", "description": "globs of files that are no code of ours"}}
      }}
    }},
    "services": {{
      "type": ["object", "null"],
      "description": "deployed programs by name: their images, commits and cluster objects",
      "additionalProperties": {{
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {{
          "image": {{"$ref": "#/$defs/names", "description": "without tag: ghcr.io/acme/catalog"}},
          "images": {{"$ref": "#/$defs/names", "description": "another word for `image`"}},
          "repository": {{"type": "string", "description": "a clone's folder; this repository by default"}},
          "tags": {{"type": "string", "default": "v{{version}}", "description": "how a release is tagged: v{{version}}, sha-{{commit}}, {{commit}}"}},
          "migrations": {{"$ref": "#/$defs/paths", "description": "folders of its database's migrations"}},
          "code": {{"$ref": "#/$defs/paths", "description": "its source; everything by default"}},
          "app": {{"type": "string", "description": "Argo CD application, name or namespace/name"}},
          "gitops": {{"type": "string", "description": "folder of a clone of the repository that the application is deployed from"}},
          "rollout": {{"type": "string", "description": "Argo Rollout, name or namespace/name"}},
          "cluster": {{"type": "string", "description": "CloudNativePG cluster, name or namespace/name"}},
          "rps": {{"type": "number", "exclusiveMinimum": 0, "description": "requests a second it serves"}},
          "recovery": {{
            "type": "array",
            "description": "what proves that it has recovered",
            "items": {{
              "type": "object",
              "additionalProperties": false,
              "required": ["query", "expect"],
              "properties": {{
                "name": {{"type": "string"}},
                "query": {{"type": "string", "description": "PromQL"}},
                "expect": {{"type": "string", "description": "as in < 0.01"}},
                "for": {{"type": "string", "default": "2m", "description": "how long it must hold"}},
                "within": {{"type": "string", "default": "10m", "description": "until when"}}
              }}
            }}
          }}
        }}
      }}
    }},
    "flags": {{"$ref": "#/$defs/paths", "description": "globs of feature-flag definitions"}},
    "approvals": {{
      "type": ["object", "null"],
      "description": "who may let a break pass, and where that is written down",
      "additionalProperties": false,
      "properties": {{
        "ledger": {{"type": "string", "default": ".backout/approvals.yaml"}},
        "approvers": {{"$ref": "#/$defs/names", "description": "as in the ledger: ana@acme.example"}},
        "runbook": {{"type": "string", "description": "the data-recovery runbook that a break must update"}},
        "signers": {{"type": "string", "description": "an allowed-signers file; given: an approval's commit must be signed"}}
      }}
    }},
    "runbooks": {{
      "type": ["object", "null"],
      "additionalProperties": false,
      "properties": {{
        "paths": {{"$ref": "#/$defs/paths", "description": "folders or globs of Markdown files; `runbooks` by default"}},
        "stale_days": {{"type": "integer", "minimum": 1, "maximum": 3650, "default": 90, "description": "since a runbook last worked"}},
        "tasks": {{
          "type": "object",
          "description": "the file for each way back",
          "propertyNames": {{"enum": [{tasks}]}},
          "additionalProperties": {{"type": "string"}}
        }},
        "rotation": {{"type": "array", "minItems": 1, "items": {{"enum": [{tasks}]}}, "description": "the order of drills"}},
        "drills": {{"type": "string", "description": "folder of drill records; beside the runbooks by default"}}
      }}
    }},
    "thresholds": {{
      "type": ["object", "null"],
      "description": "where rules about manifests draw their lines",
      "additionalProperties": false,
      "properties": {{
        {thresholds}
      }}
    }},
    "limits": {{
      "type": ["object", "null"],
      "additionalProperties": false,
      "properties": {{
        "file_bytes": {{"$ref": "#/$defs/limit"}},
        "statement_bytes": {{"$ref": "#/$defs/limit"}},
        "statements": {{"$ref": "#/$defs/limit", "description": "of one file"}},
        "nesting": {{"$ref": "#/$defs/limit", "description": "of one statement"}},
        "terms": {{"$ref": "#/$defs/limit", "description": "of one expression"}},
        "yaml_bytes": {{"$ref": "#/$defs/limit", "description": "of one document of a manifest"}},
        "yaml_values": {{"$ref": "#/$defs/limit", "description": "of one document, aliases counted as often as they are used"}},
        "yaml_nesting": {{"$ref": "#/$defs/limit", "description": "of one document"}},
        "findings": {{"$ref": "#/$defs/limit", "description": "listed; the rest is counted"}}
      }}
    }}
  }},
  "$defs": {{
    "paths": {{"type": ["string", "array"], "items": {{"type": "string"}}, "minItems": 1}},
    "names": {{"type": ["string", "array"], "items": {{"type": "string"}}}},
    "limit": {{"type": "integer", "minimum": 1}}
  }}
}}
)schema";

}  // namespace

std::string report_schema() { return std::string(report_text); }

std::string config_schema() {
  std::set<std::string_view> known;
  for (const std::string_view id : rule_ids()) known.insert({id, id.substr(0, id.find('/'))});
  const auto quoted = [](const auto& words) {
    return fmt::format("\"{}\"", fmt::join(words, "\", \""));
  };
  std::vector<std::string> thresholds;
  for (const ThresholdKey& key : threshold_keys)
    thresholds.push_back(fmt::format(
        R"("{}": {{"type": "integer", "minimum": 0, "maximum": {}, "default": {}, "description": "{}"}})",
        key.name, key.most, Thresholds().*key.field, key.description));
  return fmt::format(config_text, fmt::arg("frameworks", quoted(framework_names)),
                     fmt::arg("rules", quoted(known)), fmt::arg("tasks", quoted(runbook_tasks)),
                     fmt::arg("thresholds", fmt::join(thresholds, ",\n        ")));
}

}  // namespace backout::report
