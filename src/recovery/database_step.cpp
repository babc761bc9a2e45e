// What a person does around the recovery manifest, in order.
#include <fmt/format.h>

#include "core/quote.h"
#include "recovery/fields.h"
#include "recovery/origin.h"
#include "recovery/plan.h"

namespace backout::recovery {
namespace {

// Options that name the cluster for kubectl.
std::string in_namespace(const Request& request) {
  return request.namespace_name.empty() ? std::string()
                                        : " -n " + shell_quoted(request.namespace_name);
}

Item first_point(const Request& request, const Origin& origin, const std::string& where) {
  const std::string text = fmt::format(
      "the first recoverability point is earlier than {}; there is no way back to before it",
      to_text(request.target));
  switch (origin.kind) {
    case Origin::Kind::backup_object:
      return {fmt::format("the backup was completed before {}; there is no way back to before it",
                          to_text(request.target)),
              fmt::format("kubectl get backups.postgresql.cnpg.io {}{} -o "
                          "jsonpath='{{.status.phase}} {{.status.stoppedAt}}{{\"\\n\"}}'",
                          shell_quoted(origin.name), where)};
    case Origin::Kind::plugin:
      return {text + fmt::format(" (the line of server `{}`)", origin.server),
              fmt::format("kubectl get objectstores.barmancloud.cnpg.io {}{} -o "
                          "jsonpath='{{.status.serverRecoveryWindow}}{{\"\\n\"}}'",
                          shell_quoted(origin.name), where)};
    case Origin::Kind::in_core:
      break;
  }
  return {text, fmt::format("kubectl get clusters.postgresql.cnpg.io {}{} -o "
                            "jsonpath='{{.status.firstRecoverabilityPoint}}{{\"\\n\"}}'",
                            shell_quoted(request.cluster), where)};
}

}  // namespace

Step database_step(const Request& request, const Origin& origin) {
  const std::string where = in_namespace(request);
  const std::string old_name = shell_quoted(request.cluster);
  const std::string new_name = shell_quoted(request.new_name);
  const std::string target = to_text(request.target);
  Step step{fmt::format("restore PostgreSQL cluster `{}` to {} beside the live one",
                        request.cluster, target),
            "15-90 min, most of it copying the base backup and replaying WAL",
            {},
            {},
            {}};
  step.before = {
      {fmt::format("{} lies before the first bad write, a minute is enough", target)},
      first_point(request, origin, where),
      {"WAL is archived beyond the target; when the last minutes matter, close the current segment",
       fmt::format("kubectl cnpg psql {}{} -- -c 'SELECT pg_switch_wal(), now()'", old_name,
                   where)},
      {request.owner.empty()
           ? std::string("the owner of the cut-over is named: NOBODY YET (`--owner NAME`)")
           : fmt::format("the owner of the cut-over is `{}`, and knows it", request.owner)},
      {fmt::format("it is decided where writes after {} go: they are not in the restored cluster. "
                   "Stop the writers now, or export those rows before the cut-over",
                   target)},
      {"the name is free and the server accepts the manifest (saved as recovery.yaml)",
       fmt::format("kubectl apply --dry-run=server{} -f recovery.yaml", where)},
  };
  step.run = {
      {"create the new cluster; the live one is not touched",
       fmt::format("kubectl apply{} -f recovery.yaml", where)},
      {"wait for it",
       fmt::format("kubectl wait{} --for=condition=Ready clusters.postgresql.cnpg.io/{} "
                   "--timeout=90m",
                   where, new_name)},
  };
  const bool plugin = origin.kind == Origin::Kind::plugin;
  step.after = {
      {"it is healthy and archives into a folder of its own",
       fmt::format("kubectl cnpg status {}{}", new_name, where)},
      {"the rows are as they were at the target, and nothing later is there; count the damaged "
       "table and look at its newest row",
       fmt::format("kubectl cnpg psql {}{} -- -c 'SELECT now()'", new_name, where)},
      {"take a base backup at once: until then the new cluster cannot be recovered itself",
       fmt::format("kubectl cnpg backup {}{}{}", new_name, where,
                   plugin ? fmt::format(" --method=plugin --plugin-name={}", barman_plugin)
                          : std::string())},
      {fmt::format("cut over in git: the applications' host changes from `{}-rw` to `{}-rw`; then "
                   "the old cluster is fenced, not deleted",
                   request.cluster, request.new_name),
       fmt::format("kubectl cnpg fencing on {}{} '*'", old_name, where)},
      {"the writes after the target that were exported are replayed, or their loss is written down "
       "as the recovery point"},
  };
  return step;
}

}  // namespace backout::recovery
