#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/rule.h"
#include "core/words.h"

namespace backout {
namespace {

void check(const sql::ExtensionDifference& extension, const NetContext& context, Report& report) {
  if (!extension.before || extension.after || extension.moved) return;
  std::vector<std::string> fallen;
  const auto collect = [&](const auto& differences) {
    for (const auto& d : differences)
      if (d.before && !d.after && !d.moved && d.cause && extension.cause &&
          d.cause->source == extension.cause->source &&
          d.cause->statement == extension.cause->statement)
        fallen.push_back(d.object.name);
  };
  collect(context.differences.columns);
  collect(context.differences.views);
  collect(context.differences.functions);
  collect(context.differences.indexes);
  report(extension,
         fmt::format("extension `{}` is dropped{}: what the previous release uses of it "
                     "fails at once; first release code that uses nothing of it",
                     extension.object.name,
                     fallen.empty() ? std::string()
                                    : fmt::format(" and takes {} with it", quoted_list(fallen))));
}

}  // namespace

namespace rules {
extern constinit const Rule compat_drop_extension{
    .id = "compat/drop-extension",
    .summary = "an extension that the previous release uses is dropped",
    .letters = "a, c",
    .severity = Severity::error,
    .why =
        "Functions, operators and types of the extension are gone for the previous release. "
        "CASCADE drops every column of its types with the values, every index on its operator "
        "classes and every default that calls it.",
    .instead =
        "1. Release code that uses nothing of the extension.\n2. Move columns to other types (new "
        "column, both written, back-fill).\n3. After the rollback window drop the extension, "
        "without CASCADE.",
    .references = "https://www.postgresql.org/docs/15/sql-dropextension.html",
    .check = Check{&check}};
}  // namespace rules
}  // namespace backout
