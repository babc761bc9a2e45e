// Manifests: which files and objects are found, what is a template or a patch, how they are judged
// by `lint` and `check`, and what comments accept.
#include "argo/manifest.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "argo/template.h"
#include "program.h"
#include "repo.h"

namespace backout::test {
namespace {

using argo::Interest;
using Words = std::vector<std::string>;

constexpr std::string_view argo_template =
    "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: rate}\nspec:\n"
    "  metrics:\n  - name: rate\n    successCondition: true\n    provider: {job: {spec: {}}}\n";
constexpr std::string_view good_template =
    "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: rate}\nspec:\n"
    "  metrics:\n  - name: rate\n    provider: {job: {spec: {}}}\n";
const std::string found = " analysis/condition-not-string@";

std::string objects_of(std::string_view text) {
  const Source source{"x.yaml", std::string(text), 0};
  const argo::File file = argo::read_file(source, {}, Interest::surroundings);
  std::string out = file.state == argo::File::State::unclear ? file.advice() : "";
  const argo::Objects objects({&file});
  for (const argo::Object& object : objects.all())
    out += fmt::format("{} {}\n", to_string(object.kind), object.full_name());
  for (const yaml::Document& document : file.documents)
    if (document.defect) out += document.defect->message + "\n";
  return out;
}

TEST(Manifest, ObjectsAreFoundWhereverTheyLie) {
  EXPECT_EQ(objects_of("kind: Rollout\napiVersion: argoproj.io/v1alpha1\n"
                       "metadata: {name: a, namespace: shop}\n---\n"
                       "apiVersion: rollouts.kruise.io/v1alpha1\nkind: Rollout\n"
                       "metadata: {name: kruise}\n---\n"
                       "apiVersion: v1\nkind: List\nitems:\n"
                       "- {apiVersion: v1, kind: Service, metadata: {name: s}}\n"
                       "- {apiVersion: v1, kind: List, items: [{apiVersion: batch/v1, kind: Job, "
                       "metadata: {name: j}}]}\n---\n"
                       "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: k}\n"),
            "Rollout shop/a\nService s\nJob j\n");
  EXPECT_EQ(objects_of("{\"apiVersion\": \"argoproj.io\\/v1alpha1\",\n\t\"kind\": \"Experiment\",\n"
                       "\t\"metadata\": {\"name\": \"e\"}}\n"),
            "Experiment e\n");
  EXPECT_EQ(objects_of("api: &v argoproj.io/v1alpha1\nk: &k Rollout\napiVersion: *v\nkind: *k\n"),
            "Rollout \n");
  using std::string_view_literals::operator""sv;
  std::string wide = "\xFF\xFE";
  for (const char c : std::string_view("apiVersion: argoproj.io/v1alpha1\nkind: AppProject\n"))
    wide += {c, '\0'};
  EXPECT_EQ(objects_of(wide), "AppProject \n");
}

TEST(Manifest, BytesTellWhatMatters) {
  const struct {
    std::string_view text;
    Interest interest;
  } cases[] = {
      {"apiVersion: argoproj.io/v1alpha1", Interest::argo},
      {"apiVersion: \"argoproj.i\\x6f/v1alpha1\"", Interest::argo},
      {"apiVersion: \"argoproj\\u002eio/v1alpha1\"", Interest::argo},
      {"apiVersion: \"argoproj.\\\n  io/v1alpha1\"", Interest::argo},
      {"name: rollouts.argoproj.io\ngroup: argoproj.io\n", Interest::none},
      {"annotations: {argocd.argoproj.io/hook: PreSync}", Interest::surroundings},
      {"kind: Service", Interest::surroundings},
      {"\"kind\" : \"Job\"", Interest::surroundings},
      {"kind: Services", Interest::none},
      {"run: |\n  echo \"a\" \\\n  b\n", Interest::none},
      {"text: \"\\u003cb\\u003e\"", Interest::none},
      {"", Interest::none},
  };
  for (const auto& one : cases) EXPECT_EQ(argo::interest(one.text), one.interest) << one.text;
}

TEST(Manifest, TemplatesAreToldFromArgosOwnPlaceholders) {
  using argo::TemplateOf;
  const std::string head = "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nspec: ";
  const std::string set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: ";
  const std::string rules = "kind: ConfigMap\ndata: ";
  const struct {
    std::string text;
    TemplateOf expected;
  } cases[] = {
      {head + "\"{{args.name}}\"", TemplateOf::nothing},
      {head + "\"{{ args.name }} {{inputs.parameters.x}}\"", TemplateOf::nothing},
      {head + "'{{\"{{args.name}}\"}}'", TemplateOf::helm},
      {head + "'{{`{{args.name}}`}}'", TemplateOf::helm},
      {head + "\"{{ .Values.address }}\"", TemplateOf::helm},
      {head + "{{- toYaml .Values.spec | nindent 2 }}", TemplateOf::helm},
      {head + "1\n{{- end }}", TemplateOf::helm},
      {head + "1\n# {{ .Values.x }}", TemplateOf::nothing},
      {head + "${{ values.name }}", TemplateOf::another},
      {head + "\"{{arg.name}}\"", TemplateOf::nothing},  // a mistake, which others report
      {set + "'{{.path.basename}} {{ if .x }}'", TemplateOf::nothing},
      {set + "'{{values.revision}} {{name}}'", TemplateOf::nothing},
      {rules + "'{{ $labels.job }} {{.app.metadata.name}}'", TemplateOf::nothing},
      {rules + "'{{ include \"x\" . }}'", TemplateOf::helm},
      {rules + "'a mail: ${{ \"%.2f\"|format(cost) }} {{ \"%d\"|format(n) }}'",
       TemplateOf::nothing},
  };
  for (const auto& one : cases) EXPECT_EQ(argo::template_of(one.text), one.expected) << one.text;
  EXPECT_EQ(objects_of(head + "{a: {{args.x}}}"),
            "`{{` without quotes begins a map, not a placeholder\n");
  EXPECT_EQ(objects_of(set + "{a: {{.path}}}"),
            "`{{` without quotes begins a map, not a placeholder\n");
  EXPECT_EQ(objects_of(head + "{a: {{ parameters.x }}}"),
            "template: render first (`render … | backout lint -`)");
  EXPECT_EQ(argo::chart_of("a/b/templates/x.yaml", {"a/b"}), "a/b");
  EXPECT_EQ(argo::chart_of("a/charts/b/templates/x.yaml", {"a", "a/charts/b"}), "a");
  EXPECT_EQ(argo::chart_of("templates/x.yaml", {"."}), ".");
  EXPECT_EQ(argo::chart_of("a/b/values.yaml", {"a/b"}), "");
}

// Of the rules about manifests two are on: the path to a finding is what is tested here.
constexpr std::string_view two_rules =
    "rules: {analysis: off, rollout: off, argocd: off, release: off, "
    "analysis/condition-not-string: error, rollout/unreadable-manifest: error}\n";

class ManifestLint : public testing::Test {
 protected:
  ManifestLint() { write(".backout.yaml", two_rules); }
  void write(const std::string& path, std::string_view content) const {
    write_file(directory.path() + "/" + path, content);
  }
  nlohmann::json seen(Words words, const Setting& setting = {}) const {
    words.insert(words.begin(), "lint");
    return report(directory.path(), words, setting);
  }
  std::string lint(Words words, const Setting& setting = {}) const {
    return gist(seen(std::move(words), setting));
  }
  static std::string account(const nlohmann::json& run) {
    std::string out;
    for (const auto& input : run["inputs"])
      out += fmt::format("{}: {}{}{}\n", input["path"].get<std::string>(),
                         input["judged"].get<bool>() ? "judged, " : "",
                         input["use"].get<std::string>(), input["reason"].get<std::string>());
    return out;
  }
  TemporaryDirectory directory;
};

TEST_F(ManifestLint, JudgesWhatIsNamed) {
  write("k8s/rate.yaml", argo_template);
  write("k8s/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n");
  write("k8s/values.yaml", "replicas: 3\n");
  write("db/migrations/0001_a.up.sql", "CREATE TABLE a (id int);\n");
  const nlohmann::json run = seen({"."});
  EXPECT_EQ(gist(run), "block" + found + "k8s/rate.yaml:7");
  EXPECT_EQ(run["findings"][0]["object"]["name"], "rate");
  EXPECT_EQ(run["findings"][0]["object"]["field"], "spec.metrics[0].successCondition");
  EXPECT_EQ(account(run),
            "db/migrations/0001_a.up.sql: judged, golang-migrate, up\n"
            "k8s/rate.yaml: judged, manifest: AnalysisTemplate\n"
            "k8s/service.yaml: judged, manifest: Service\n");
  EXPECT_EQ(account(seen({"k8s/rate.yaml"})),
            "k8s/rate.yaml: judged, manifest: AnalysisTemplate\n"
            "k8s/service.yaml: manifest: Servicenot named\n");
  EXPECT_EQ(lint({"k8s/values.yaml"}), "undecided");
  EXPECT_EQ(lint({"-"}, {.input = std::string(argo_template)}), "block" + found + "-:7");
  EXPECT_EQ(lint({"-"}, {.input = std::string(good_template)}), "pass");
}

TEST_F(ManifestLint, SaysWhatToRender) {
  write("charts/shop/Chart.yaml", "name: shop\n");
  write("charts/shop/templates/rate.yaml", std::string(good_template) + "{{- if .Values.x }}\n");
  write("charts/shop/templates/plain.yaml", good_template);
  write("over/kustomization.yaml", "patches:\n- path: ../over/patch.yaml\n- patch: |-\n    a\n");
  write("over/patch.yaml", argo_template);
  const nlohmann::json run = seen({"."});
  EXPECT_EQ(gist(run), "undecided");
  EXPECT_EQ(account(run),
            "charts/shop/templates/plain.yaml: judged, manifest: AnalysisTemplate\n"
            "charts/shop/templates/rate.yaml: template: render first (`helm template charts/shop "
            "| backout lint -`)\n"
            "over/patch.yaml: kustomize patch: render first (`kustomize build over | backout lint "
            "-`)\n");
}

// Tools of our own in the place of helm and kustomize: they say what they were given.
TEST_F(ManifestLint, RendersWhenAsked) {
  write("charts/shop/Chart.yaml", "name: shop\n");
  write("charts/shop/values.yaml", "condition: true\n");
  write("charts/shop/templates/rate.yaml",
        std::string(good_template) + "# \n{{- if .Values.x }}\n");
  const auto tool = [&](const std::string& name, std::string_view script) {
    write("bin/" + name, "#!/bin/sh\n" + std::string(script));
    std::filesystem::permissions(directory.path() + "/bin/" + name,
                                 std::filesystem::perms::owner_all);
  };
  const Setting setting{.environment = {{"PATH", directory.path() + "/bin:/usr/bin:/bin"}}};
  tool("helm",
       "test \"$1\" = template -a -f \"$2/templates/rate.yaml\" -a \"$HOME\" != / || exit 1\n"
       "sed 's/^    provider/    successCondition: true\\n    provider/; /{{/d' "
       "\"$2/templates/rate.yaml\"\n");
  const nlohmann::json run = seen({"charts", "--render"}, setting);
  EXPECT_EQ(gist(run), "block" + found + "charts/shop (helm template):7");
  EXPECT_EQ(account(run),
            "charts/shop (helm template): judged, manifest: AnalysisTemplate\n"
            "charts/shop/templates/rate.yaml: judged, part of charts/shop (helm template)\n");
  tool("helm", "echo 'Error: no dependency' >&2; exit 1\n");
  const nlohmann::json failed = seen({"charts", "--render"}, setting);
  EXPECT_EQ(gist(failed), "undecided");
  EXPECT_NE(account(failed).find("`helm template` fails: Error: no dependency"), std::string::npos);
  std::filesystem::remove(directory.path() + "/bin/helm");
  EXPECT_NE(account(seen({"charts", "--render"}, {.environment = {{"PATH", "/nowhere"}}}))
                .find("there is no `helm` on the path"),
            std::string::npos);
}

TEST_F(ManifestLint, CommentsAcceptWhatTheyStandAt) {
  const auto with = [&](std::string_view before, std::string_view mark, std::string_view comment) {
    std::string text(before);
    text += argo_template;
    text.insert(text.find(mark), comment);
    write("a.yaml", text);
    return lint({"a.yaml"});
  };
  const std::string ignore = "# backout:ignore analysis/condition-not-string because\n";
  EXPECT_EQ(with(ignore, "apiVersion", ""), "pass");
  EXPECT_EQ(with("", "  - name", "  " + ignore), "pass");
  EXPECT_EQ(with("", "    successC", ignore), "pass");
  EXPECT_EQ(with("", "\n    provider", " " + ignore.substr(0, ignore.size() - 1)), "pass");
  EXPECT_NE(with("", "metadata", "x: |\n  " + ignore).find(found + "a.yaml:9"),
            std::string::npos);  // text, not a comment
  EXPECT_EQ(with("", "    provider", "    " + ignore),
            "block" + found + "a.yaml:7 hygiene/ignore-unused@a.yaml:8");
  EXPECT_EQ(with("", "    successC", "    # backout:ignore analysis/condition-not-string\n"),
            "block hygiene/ignore-without-reason@a.yaml:7" + found + "a.yaml:8");
  write("a.yaml", std::string(argo_template)
                      .replace(std::string(argo_template).find("{name: rate}"), 12,
                               "\n  name: rate\n  annotations: {backout/ignore: "
                               "analysis/condition-not-string because}"));
  EXPECT_EQ(lint({"a.yaml"}), "pass");
}

TEST_F(ManifestLint, HostileFilesAreUndecided) {
  std::string bomb(good_template);
  bomb += "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i)
    bomb +=
        fmt::format("a{0}: &a{0} [*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1}]\n", i, i - 1);
  write("a.yaml", bomb);
  EXPECT_EQ(lint({"a.yaml"}), "undecided rollout/unreadable-manifest@a.yaml:14");
  write("a.yaml", std::string(good_template) + "b: " + std::string(100'000, '['));
  EXPECT_EQ(lint({"a.yaml"}).substr(0, 39), "undecided rollout/unreadable-manifest@a");
  write("a.yaml", std::string(good_template) + std::string("b: \0", 4));
  EXPECT_EQ(lint({"a.yaml"}), "block rollout/unreadable-manifest@a.yaml:8");
}

TEST_F(ManifestLint, BoundsAreConfigured) {
  write("a.yaml", good_template);
  EXPECT_EQ(lint({"a.yaml"}), "pass");
  const struct {
    const char* limit;
    const char* reached;
  } cases[] = {
      {"yaml_bytes: 20", "a.yaml: more than 20 bytes in one document (`limits.yaml_bytes`)"},
      {"yaml_values: 5", "a.yaml: more than 5 values, aliases followed (`limits.yaml_values`)"},
      {"yaml_nesting: 2", "a.yaml: nested deeper than 2, aliases followed (`limits.yaml_nesting`)"},
  };
  for (const auto& [limit, reached] : cases) {
    write(".backout.yaml", fmt::format("{}limits: {{{}}}\n", two_rules, limit));
    const nlohmann::json report = seen({"a.yaml"});
    EXPECT_EQ(report["verdict"]["decision"], "undecided") << limit;
    ASSERT_EQ(report["limits"].size(), 1U) << limit;
    EXPECT_EQ(report["limits"][0], reached);
  }
}

TEST_F(ManifestLint, LinksAreAccountedFor) {
  write("a.yaml", good_template);
  std::filesystem::create_symlink("a.yaml", directory.path() + "/b.yaml");
  const nlohmann::json inputs = seen({"."})["inputs"];
  ASSERT_EQ(inputs.size(), 2U) << inputs.dump();
  EXPECT_EQ(inputs[0]["path"], "a.yaml");
  EXPECT_EQ(inputs[1]["path"], "b.yaml");
  EXPECT_EQ(inputs[1]["judged"], false);
  EXPECT_EQ(inputs[1]["reason"], "symbolic link: not followed");
}

TEST(ManifestCheck, RendersWhatGitHolds) {
  Repo repo;
  repo.commit_file(".backout.yaml", two_rules);
  repo.commit_file("shop/Chart.yaml", "name: shop\n");
  repo.commit_file("shop/templates/rate.yaml",
                   std::string(good_template) + "{{- include \"x\" . }}\n");
  repo.commit_file("shop/values.yaml", "a: 1\n");
  repo.git({"branch", "-q", "base"});
  repo.commit_file("shop/values.yaml", "a: 2\n");
  write_file(repo.path() + "/shop/values.yaml", "a: 3\n");  // not committed: not judged
  const std::string helm = repo.path() + "/helm";
  write_file(helm,
             "#!/bin/sh\n"
             "sed '/{{/d' \"$2/templates/rate.yaml\"\n"
             "sed 's/^a/    successCondition/' \"$2/values.yaml\"\n");
  std::filesystem::permissions(helm, std::filesystem::perms::owner_all);
  const nlohmann::json run = report(repo.path(), {"check", "--base", "base", "--render"},
                                    {.environment = {{"PATH", repo.path() + ":/usr/bin:/bin"}}});
  EXPECT_EQ(gist(run), "block" + found + "shop (helm template):8");
  EXPECT_NE(run["findings"][0]["message"].get<std::string>().find("(`2`)"), std::string::npos);
}

TEST(ManifestCheck, JudgesWhatChanged) {
  Repo repo;
  repo.commit_file(".backout.yaml", two_rules);
  repo.commit_file("old.yaml", std::string(argo_template));
  repo.commit_file("rate.yaml", std::string(good_template));
  repo.git({"branch", "-q", "base"});
  const auto check = [&] { return gist(report(repo.path(), {"check", "--base", "base"})); };
  repo.commit_file("readme.md", "nothing\n");
  EXPECT_EQ(check(), "pass");
  repo.commit_file("rate.yaml", std::string(argo_template) + "# edited\n");
  EXPECT_EQ(check(), "block" + found + "rate.yaml:7");
  repo.git({"rm", "-q", "rate.yaml"});
  repo.git({"commit", "-qm", "gone"});
  EXPECT_EQ(check(), "pass");
}

TEST(ManifestCheck, WhatWasSoBeforeIsNotTheChangesFault) {
  const std::string rollout = R"(apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: checkout}
spec:
  replicas: 10
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec: {containers: [{name: checkout, image: "checkout:1"}]}
  strategy:
    canary:
      steps: [{setWeight: 10}, {pause: {duration: 10m}}]
)";
  Repo repo;
  repo.commit_file("rollout.yaml", rollout);
  repo.git({"branch", "-q", "base"});
  const auto check = [&] { return report(repo.path(), {"check", "--base", "base"}); };

  std::string next = rollout;
  next.replace(next.find("checkout:1"), 10, "checkout:2");
  repo.commit_file("rollout.yaml", next);
  const nlohmann::json image = check();
  EXPECT_EQ(image["verdict"]["exit_code"], 0) << image.dump(2);
  EXPECT_NE(image.dump().find("rollout/no-analysis"), std::string::npos);
  EXPECT_NE(image.dump().find("was so before this change"), std::string::npos);
  EXPECT_EQ(image.dump().find("rollout/min-ready-zero"), std::string::npos)
      << "a note that is not new is left out";

  next.replace(next.find("name: checkout}"), 15, "name: new}");
  repo.commit_file("rollout.yaml", next);
  EXPECT_EQ(check()["verdict"]["exit_code"], 1) << "a new rollout answers for itself";
}

}  // namespace
}  // namespace backout::test
