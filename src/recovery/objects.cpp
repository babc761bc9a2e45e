// Objects in S3 and namespaces in Velero's backups. On a versioned bucket a deletion only puts a
// delete marker on top: removing that very version brings the object back, nothing is copied.
#include <fmt/format.h>

#include "core/quote.h"
#include "recovery/plan.h"

namespace backout::recovery {

Result<Step> plan_s3(const std::string& place, Instant target) {
  constexpr std::string_view scheme = "s3://";
  if (!place.starts_with(scheme) || place.size() == scheme.size() || place[scheme.size()] == '/')
    return fail(
        ErrorKind::usage,
        fmt::format("`--s3` cannot be `{}`; write `s3://bucket` or `s3://bucket/prefix`", place));
  const std::string rest = place.substr(scheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string bucket = shell_quoted(rest.substr(0, slash));
  const std::string prefix = rest.substr(std::min(slash + 1, rest.size()));
  const std::string within = prefix.empty() ? std::string() : " --prefix " + shell_quoted(prefix);
  // Seconds, as the service gives times: both are compared as text.
  const std::string time = to_text(std::chrono::floor<std::chrono::seconds>(target)).substr(0, 19);

  Step step{fmt::format("bring back objects below `{}`", place),
            "2-10 min for some objects; thousands take longer",
            {},
            {},
            {}};
  step.before = {
      {"the bucket keeps versions: `Enabled`; otherwise there is nothing to bring back",
       fmt::format("aws s3api get-bucket-versioning --bucket {}", bucket)},
      {"what was deleted since the target: key, version of the delete marker, time",
       fmt::format("aws s3api list-object-versions --bucket {}{} --output text --query {}", bucket,
                   within,
                   shell_quoted(fmt::format("DeleteMarkers[?IsLatest && LastModified>=`\"{}\"`]."
                                            "[Key,VersionId,LastModified]",
                                            time)))},
      {"what was overwritten since the target; the version to go back to is the newest one before "
       "it",
       fmt::format("aws s3api list-object-versions --bucket {}{} --output text --query {}", bucket,
                   within,
                   shell_quoted(fmt::format("Versions[?LastModified<`\"{}\"`]."
                                            "[Key,VersionId,LastModified,IsLatest]",
                                            time)))},
      {"no lifecycle rule is about to remove older versions",
       fmt::format("aws s3api get-bucket-lifecycle-configuration --bucket {}", bucket)},
      {"nobody writes these keys while they are brought back"},
  };
  step.run = {
      {"deleted: remove the delete marker (KEY and MARKER from the first list)",
       fmt::format("aws s3api delete-object --bucket {} --key \"$KEY\" --version-id \"$MARKER\"",
                   bucket)},
      {"overwritten: copy the old version on top (KEY and VERSION from the second list)",
       fmt::format("aws s3api copy-object --bucket {0} --key \"$KEY\" --copy-source "
                   "{0}/\"$KEY\"'?versionId='\"$VERSION\"",
                   bucket)},
  };
  step.after = {
      {"the object is there, with the size and the checksum it had",
       fmt::format("aws s3api head-object --bucket {} --key \"$KEY\"", bucket)},
      {"the first list is empty now, but for what was meant to be deleted"},
      {"the service reads them: caches and CDNs are purged"},
  };
  return step;
}

Step plan_velero(const std::string& backup, const std::string& namespace_name) {
  const std::string name = shell_quoted(backup);
  const std::string restore = shell_quoted(backup + "-restore");
  const std::string beside = namespace_name + "-restore";
  Step step{fmt::format("restore Velero backup `{}`", backup),
            "5-30 min, with volumes up to hours",
            {},
            {},
            {}};
  step.before = {
      {"the backup is `Completed`, is older than the damage, and holds what is wanted",
       fmt::format("velero backup describe {} --details", name)},
      {"volumes are part of it: snapshots or file-system backups are listed there"},
      {"what exists is not overwritten: Velero skips it. Restore beside the live namespace, or "
       "make "
       "sure that it is gone"},
      {"the owner of the cut-over is named, and Argo CD does not sync into the namespace "
       "meanwhile"},
  };
  std::string run = fmt::format("velero restore create {} --from-backup {}", restore, name);
  if (!namespace_name.empty())
    run += fmt::format(" --include-namespaces {} --namespace-mappings {}",
                       shell_quoted(namespace_name), shell_quoted(namespace_name + ':' + beside));
  step.run = {{namespace_name.empty()
                   ? std::string("restore everything the backup holds, with volumes")
                   : fmt::format("restore namespace `{}` as `{}`, with volumes; leave the mapping "
                                 "out when the namespace is gone",
                                 namespace_name, beside),
               run + " --restore-volumes=true --wait"}};
  step.after = {
      {"no errors, and the warnings are understood",
       fmt::format("velero restore describe {} --details", restore)},
      {"pods run, claims are bound",
       namespace_name.empty() ? std::string("kubectl get pods,pvc --all-namespaces")
                              : fmt::format("kubectl get pods,pvc -n {}", shell_quoted(beside))},
      {"secrets and certificates are the present ones, not those of the day of the backup"},
  };
  return step;
}

}  // namespace backout::recovery
