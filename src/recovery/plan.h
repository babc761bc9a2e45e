// A plan for getting data back: a CloudNativePG manifest that restores beside the live cluster, the
// commands for versions in S3 and for Velero, and around each what a person has to look at. Pure
// text; nothing here runs anything. Expected times are the playbook's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "recovery/source.h"

namespace backout::recovery {

struct Request {
  std::string cluster;         // to recover; empty: no database
  std::string namespace_name;  // empty: the manifest's, else that of the kubectl context
  std::string new_name;        // of the restored cluster; empty: "<cluster>-restore"
  std::string owner;           // of the cut-over; empty: nobody named yet
  std::string backup;          // a Backup object to start from
  std::string object_store;    // "s3://bucket/path", or the name of an ObjectStore
  std::string server_name;     // folder of the backups in the store; empty: the manifest's, else
                               // the cluster's name
  std::optional<Manifest> manifest;
  Instant target;
  std::vector<std::string> s3;      // "s3://bucket/prefix"
  std::vector<std::string> velero;  // names of backups
};

struct Item {
  std::string text;
  std::string command{};  // one line for a shell; empty: for the eyes alone
};

struct Step {
  std::string title;
  std::string expected;  // "15-90 min"
  std::vector<Item> before, run, after;
};

struct Plan {
  Request request;          // with its defaults filled in
  std::string manifest;     // YAML; empty: no database
  std::vector<Step> steps;  // in the order they are done
  std::vector<std::string> notes;
};

// usage: names Kubernetes does not allow, or nothing says where the backups lie.
[[nodiscard]] Result<Plan> make_plan(Request request);

// The parts, one file each.
struct Database {
  std::string manifest;
  Step step;
  std::vector<std::string> notes;
};
[[nodiscard]] Result<Database> plan_database(const Request& request);
// `place`: "s3://bucket/prefix". usage: it is none.
[[nodiscard]] Result<Step> plan_s3(const std::string& place, Instant target);
[[nodiscard]] Step plan_velero(const std::string& backup, const std::string& namespace_name);

// ---- formats

[[nodiscard]] std::string as_text(const Plan& plan);
[[nodiscard]] std::string as_markdown(const Plan& plan);
[[nodiscard]] std::string as_json(const Plan& plan);
[[nodiscard]] std::string as_yaml(const Plan& plan);  // the manifest, what to check in comments

}  // namespace backout::recovery
