// Text that becomes a manifest only when a tool has rendered it: Helm charts, Backstage skeletons
// and the like. What Argo replaces itself (`{{args.x}}`, an ApplicationSet's `{{.path.basename}}`)
// is no such text: it stands in strings of a valid object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace backout::argo {

// The chart that a file is a template of, by where it lies: below `templates/` of a folder with a
// Chart.yaml; of nested charts the outermost. Empty: none.
[[nodiscard]] std::string_view chart_of(std::string_view path,
                                        const std::vector<std::string>& charts);

enum class TemplateOf : std::uint8_t { nothing, helm, another };
// What a document is a template of, whether or not it happens to be valid YAML.
[[nodiscard]] TemplateOf template_of(std::string_view document);
// Whether what keeps a document from being YAML are placeholders that are not Argo's own.
[[nodiscard]] bool has_foreign_placeholders(std::string_view document);

}  // namespace backout::argo
