// Which words of a command name something of the repository: the few programs that runbooks are
// written for, by the forms of their arguments. A program that is not known mentions nothing but
// paths that cannot be anything else.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "runbook/names.h"
#include "sql/framework/parts.h"

namespace backout::runbook {
namespace {

using sql::framework::base_of;

template <std::size_t n>
bool one_of(const std::array<std::string_view, n>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::array<std::string_view, 14> prefixes = {"sudo", "time",  "watch",   "nohup", "exec",
                                                       "env",  "do",    "then",    "if",    "while",
                                                       "else", "until", "command", "xargs"};

// Options of kubectl, its plugins, argocd, helm and velero whose value is a word of its own.
constexpr std::array<std::string_view, 62> with_value = {"-n",
                                                         "--namespace",
                                                         "--context",
                                                         "--kube-context",
                                                         "--kubeconfig",
                                                         "--cluster",
                                                         "--user",
                                                         "-l",
                                                         "--selector",
                                                         "-o",
                                                         "--output",
                                                         "-c",
                                                         "--container",
                                                         "--field-selector",
                                                         "--timeout",
                                                         "--for",
                                                         "-p",
                                                         "--patch",
                                                         "--patch-file",
                                                         "--type",
                                                         "--replicas",
                                                         "--as",
                                                         "--as-group",
                                                         "--request-timeout",
                                                         "--image",
                                                         "--since",
                                                         "--since-time",
                                                         "--tail",
                                                         "-f",
                                                         "--filename",
                                                         "--values",
                                                         "-k",
                                                         "--kustomize",
                                                         "--revision",
                                                         "--to-revision",
                                                         "-s",
                                                         "--server",
                                                         "--sort-by",
                                                         "-t",
                                                         "--token",
                                                         "--certificate-authority",
                                                         "--grace-period",
                                                         "--field-manager",
                                                         "--app-namespace",
                                                         "-N",
                                                         "--resource",
                                                         "--sync-policy",
                                                         "--project",
                                                         "--dest-namespace",
                                                         "--helm-set",
                                                         "--set",
                                                         "--set-string",
                                                         "--version",
                                                         "--repo",
                                                         "--from-backup",
                                                         "--include-namespaces",
                                                         "--namespace-mappings",
                                                         "--restore-volumes",
                                                         "--target-port",
                                                         "-w",
                                                         "--overrides",
                                                         "--auth-token"};

std::optional<What> kind_of(std::string_view word) {
  constexpr std::pair<std::string_view, What> table[] = {
      {"rollout", What::rollout},
      {"rollouts", What::rollout},
      {"ro", What::rollout},
      {"rollout.argoproj.io", What::rollout},
      {"rollouts.argoproj.io", What::rollout},
      {"application", What::application},
      {"applications", What::application},
      {"app", What::application},
      {"apps", What::application},
      {"application.argoproj.io", What::application},
      {"applications.argoproj.io", What::application},
      {"analysistemplate", What::analysis_template},
      {"analysistemplates", What::analysis_template},
      {"analysistemplates.argoproj.io", What::analysis_template},
      {"at", What::analysis_template},
      {"clusteranalysistemplate", What::analysis_template},
      {"clusteranalysistemplates", What::analysis_template},
      {"cat", What::analysis_template},
      {"namespace", What::name_space},
      {"namespaces", What::name_space},
      {"ns", What::name_space},
  };
  for (const auto& [name, what] : table)
    if (name == word) return what;
  return std::nullopt;
}

// Namespaces that the cluster's own tools bring along: no application's manifests hold them.
bool is_of_tools(std::string_view name) {
  constexpr std::array<std::string_view, 12> table = {
      "default",       "argocd",       "argo-cd",       "argo",
      "argo-rollouts", "monitoring",   "cnpg-system",   "velero",
      "istio-system",  "cert-manager", "ingress-nginx", "crossplane-system"};
  return one_of(table, name) || name.starts_with("kube-");
}

// A name as Kubernetes allows them. Others stand for something: NAME, your_app.
bool is_object_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

class Reader {
 public:
  explicit Reader(const Command& command) {
    std::size_t first = 0;
    while (first < command.words.size() && one_of(prefixes, command.words[first].text)) ++first;
    for (std::size_t i = first; i < command.words.size(); ++i) all_.push_back(&command.words[i]);
  }

  Mentions read() {
    if (all_.empty() || all_[0]->open) return {};
    program_ = base_of(all_[0]->text);
    part_options();
    if (program_ == "kubectl" || program_ == "oc") take_kubectl();
    if (program_ == "kubectl-argo-rollouts") take_rollouts(0);
    if (program_ == "argocd") take_argocd();
    if (program_ == "backout") take_own();
    for (const Word* word : all_) take_path(*word);
    return std::move(out_);
  }

 private:
  void name(What what, const Word& word, std::string_view part) {
    if (word.open || !is_object_name(part)) return;
    if (what == What::name_space && is_of_tools(part)) return;
    out_.names.push_back({what, part, word.span});
  }
  void file(const Word& word, std::string_view path) {
    if (word.open || path.empty() || path == "-" || path.find("://") != std::string_view::npos)
      return;
    if (path.starts_with('/') || path.starts_with('~')) return;  // not of the repository
    out_.paths.push_back({std::string(path), word.span});
  }

  // Options and their values apart from the words that are arguments.
  void part_options() {
    for (std::size_t i = 1; i < all_.size(); ++i) {
      const std::string_view word = all_[i]->text;
      if (word == "--") return;  // behind it stands the command of another program
      if (!word.starts_with('-') || word.size() == 1) {
        arguments_.push_back(all_[i]);
        continue;
      }
      const std::size_t equals = word.find('=');
      if (equals != std::string_view::npos) {
        take_option(word.substr(0, equals), *all_[i], word.substr(equals + 1));
      } else if (one_of(with_value, word) && !is_flag_here(word) && i + 1 < all_.size()) {
        ++i;
        take_option(word, *all_[i], all_[i]->text);
      }
    }
  }

  // `-f` follows in `kubectl logs -f`, and `-p`, `-w`, `-t` are no kubectl options everywhere.
  bool is_flag_here(std::string_view option) const {
    const bool kubectl = program_ == "kubectl" || program_ == "oc";
    if (option == "-w") return kubectl;
    if (option == "-t") return kubectl;
    const bool logs = !arguments_.empty() && arguments_[0]->text == "logs";
    if (option == "-f" || option == "-p") return logs;
    return false;
  }

  void take_option(std::string_view option, const Word& word, std::string_view value) {
    const bool cluster = program_ == "kubectl" || program_ == "oc" || program_ == "helm" ||
                         program_ == "kubectl-argo-rollouts";
    if (cluster && (option == "-n" || option == "--namespace")) name(What::name_space, word, value);
    if (program_ == "velero" && option == "--include-namespaces" &&
        value.find(',') == std::string_view::npos)
      name(What::name_space, word, value);
    const bool names_file = option == "-f" || option == "--filename" || option == "--values" ||
                            option == "-k" || option == "--kustomize" || option == "--patch-file";
    if (names_file && (cluster || program_ == "psql")) file(word, value);
  }

  void take_kubectl() {
    if (arguments_.size() >= 2 && arguments_[0]->text == "argo" &&
        arguments_[1]->text == "rollouts")
      return take_rollouts(2);
    if (arguments_.empty() || arguments_[0]->text == "create" || arguments_[0]->text == "config")
      return;
    for (std::size_t i = 1; i < arguments_.size(); ++i) {
      const std::string_view word = arguments_[i]->text;
      const std::size_t slash = word.find('/');
      if (slash != std::string_view::npos) {
        if (const auto what = kind_of(word.substr(0, slash)))
          name(*what, *arguments_[i], word.substr(slash + 1));
        continue;
      }
      const auto what = kind_of(word);
      if (!what || arguments_[i]->open) continue;
      // "get rollout a b", "annotate app a key=value"; the rest belongs to this kind
      for (++i; i < arguments_.size(); ++i)
        if (arguments_[i]->text.find_first_of("=/") == std::string::npos)
          name(*what, *arguments_[i], arguments_[i]->text);
    }
  }

  // `verb` is the index of "abort", "get" … among the arguments.
  void take_rollouts(std::size_t verb) {
    if (verb >= arguments_.size()) return;
    const std::string_view what = arguments_[verb]->text;
    constexpr std::array<std::string_view, 7> direct = {"abort",   "promote", "undo",  "pause",
                                                        "restart", "status",  "resume"};
    std::size_t at = verb + 1;
    if (what == "get" || what == "retry" || what == "set") {
      if (at >= arguments_.size()) return;
      const std::string_view kind = arguments_[at]->text;
      if (kind != "rollout" && kind != "ro" && kind != "rollouts" && kind != "image") return;
      ++at;
    } else if (!one_of(direct, what)) {
      return;
    }
    if (at < arguments_.size()) name(What::rollout, *arguments_[at], arguments_[at]->text);
  }

  void take_argocd() {
    if (arguments_.size() < 3 || arguments_[0]->text != "app") return;
    const std::string_view verb = arguments_[1]->text;
    if (verb == "create" || verb == "list") return;
    const std::string_view word = arguments_[2]->text;
    name(What::application, *arguments_[2], word.substr(word.rfind('/') + 1));
  }

  void take_own() {
    for (std::size_t i = 1; i + 1 < all_.size(); ++i) {
      const std::string_view option = all_[i]->text;
      const std::string_view value = all_[i + 1]->text;
      const std::string_view last = value.substr(value.rfind('/') + 1);
      if (option == "--app") name(What::application, *all_[i + 1], last);
      if (option == "--rollout") name(What::rollout, *all_[i + 1], last);
    }
  }

  // "./x", "../x", and "folder/file.yaml": nothing but a path looks like that.
  void take_path(const Word& word) {
    const std::string_view text = word.text;
    if (text.find_first_of(" \n=:@,") != std::string_view::npos) return;
    const bool explicit_path = text.starts_with("./") || text.starts_with("../");
    constexpr std::array<std::string_view, 6> endings = {".yaml", ".yml", ".sh",
                                                         ".sql",  ".md",  ".json"};
    const bool by_name = text.find('/') != std::string_view::npos && !text.starts_with('-') &&
                         std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
                           return text.ends_with(ending);
                         });
    const bool known = std::any_of(out_.paths.begin(), out_.paths.end(),
                                   [&](const PathMention& one) { return one.span == word.span; });
    if ((explicit_path || by_name) && !known) file(word, text);
  }

  std::vector<const Word*> all_, arguments_;
  std::string_view program_;
  Mentions out_;
};

}  // namespace

Mentions mentions_of(const Command& command) { return Reader(command).read(); }

}  // namespace backout::runbook
