// Markdown and shell text as people write it, and as somebody writes it who wants to be overlooked.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runbook/markdown.h"
#include "runbook/names.h"
#include "runbook/runbook.h"
#include "runbook/shell.h"

namespace backout::runbook {
namespace {

std::string anchors(std::string_view text) {
  std::string out;
  for (const Heading& heading : read_markdown(text).headings) out += heading.anchor + ' ';
  return out;
}

TEST(RunbookMarkdown, HeadingsHaveGitHubsAnchors) {
  for (const auto& [text, expected] : {
           std::pair<std::string_view, std::string_view>{"# Step 1: check (< 60 s)\n",
                                                         "step-1-check--60-s "},
           {"Title\n=====\n\nBelow\n---\n", "title below "},
           {"# A\n# A\n## A\n", "a a-1 a-2 "},
           {"## `code` and *words* ##\n", "code-and-words "},
           {"# [Link](x.md) here\n", "link-here "},
           {"#no heading\n####### nor this\n", ""},
           {"```\n# in code\n```\n<!--\n# in a comment\n-->\n# out\n", "out "},
           {"text\n\n    # indented code\n", ""},
           {"---\ntitle: x\n---\n# After\n", "after "},
           {"- item\n\n  # In a list\n", "in-a-list "},
           {"~~~\n```\n# still code\n~~~\n# out\n", "out "},
           {"# Über uns\n", "Über-uns "},
       })
    EXPECT_EQ(anchors(text), expected) << text;
}

std::string words_of(std::string_view block) {
  const std::string text = "```sh\n" + std::string(block) + "\n```\n";
  const Markdown markdown = read_markdown(text);
  std::string out;
  for (const Command& command : commands_of(text, markdown.code.at(0), 0)) {
    for (const Word& word : command.words) out += (word.open ? "?" : "") + word.text + ' ';
    for (const Word& word : command.writes) out += '>' + word.text + ' ';
    out += "; ";
  }
  return out;
}

TEST(RunbookShell, CommandsAreWordsAsAShellPartsThem) {
  for (const auto& [block, expected] : {
           std::pair<std::string_view, std::string_view>{"a b  c", "a b c ; "},
           {"a | b && c; d & e", "a ; b ; c ; d ; e ; "},
           {"a \\\n  b \\\n  c\nd", "a b c ; d ; "},
           {"a |\nb", "a ; b ; "},
           {"a 'b c' \"d e\"f", "a b c d ef ; "},
           {"a $X ${Y} $(c d) `e f` <app name> *.yaml", "a ? ? ? ? ? ?*.yaml ; "},
           {"A=1 B=2 cmd x=y", "cmd x=y ; "},
           {"a > out 2>&1 < in", "a >out >1 ; "},
           {"a # comment | b", "a ; "},
           {"cat > x <<EOF\nb c\nEOF\nd", "cat >x ; d ; "},
           {"cat <<'A' <<-B\n1\nA\n2\n  B\nd", "cat ; d ; "},
           {"(a; b)", "a ; b ; "},
           {"a 'never closed\nb", ""},
           {"a <<EOF\nnever closed", "a ; "},
           {"$ a b\nprinted c\n$ d", "a b ; d ; "},
           {"", ""},
           {"\\", ""},
           {"a $(never closed\nb", "a ? ; b ; "},
       })
    EXPECT_EQ(words_of(block), expected) << block;
}

std::string mentions(std::string_view line) {
  const std::string text = "```\n" + std::string(line) + "\n```\n";
  const Markdown markdown = read_markdown(text);
  std::string out;
  for (const Command& command : commands_of(text, markdown.code.at(0), 0)) {
    const Mentions found = mentions_of(command);
    for (const Mention& one : found.names)
      out += std::string(words(one.what)) + '=' + std::string(one.name) + ' ';
    for (const PathMention& one : found.paths) out += "path=" + one.path + ' ';
  }
  return out;
}

TEST(RunbookShell, CommandsNameObjectsAndFiles) {
  for (const auto& [line, expected] : {
           std::pair<std::string_view, std::string_view>{"kubectl get rollout a -n shop",
                                                         "namespace=shop Rollout=a "},
           {"kubectl get ro/a ns", "Rollout=a "},
           {"kubectl argo rollouts abort a", "Rollout=a "},
           {"kubectl argo rollouts set image a c=i:1", "Rollout=a "},
           {"kubectl-argo-rollouts status a --namespace=shop", "namespace=shop Rollout=a "},
           {"kubectl argo rollouts list rollouts", ""},
           {"kubectl annotate application a key=value", "Argo CD application=a "},
           {"kubectl get rollout $R", ""},
           {"kubectl get rollout YOUR_ROLLOUT", ""},
           {"kubectl -n argocd get applications.argoproj.io a", "Argo CD application=a "},
           {"kubectl exec -it p -- argocd app get a", ""},
           {"kubectl describe analysistemplate t", "analysis template=t "},
           {"sudo argocd app rollback ns/a 3", "Argo CD application=a "},
           {"argocd app create a -f x", ""},
           {"argocd app list", ""},
           {"kubectl apply -f a.yaml --filename=b.yaml -k deploy/",
            "path=a.yaml path=b.yaml path=deploy/ "},
           {"kubectl logs -f pod/a", ""},
           {"kubectl apply -f -", ""},
           {"helm upgrade r charts/r -f values.yaml -n shop", "namespace=shop path=values.yaml "},
           {"velero restore create --include-namespaces shop", "namespace=shop "},
           {"psql -f fix.sql", "path=fix.sql "},
           {"./run.sh ../x/y", "path=./run.sh path=../x/y "},
           {"cat docs/a.md https://x/y.yaml s3://b/c.json k=v/x.yaml", "path=docs/a.md "},
           {"backout rollback --app shop/a --rollout b", "Argo CD application=a Rollout=b "},
           {"echo kubectl get rollout a", ""},
           {"tail -f file.log", ""},
       })
    EXPECT_EQ(mentions(line), expected) << line;
}

TEST(RunbookText, HostileTextTakesLinearTime) {
  for (const std::string_view piece : {"`",           "](",      "[a](",  "|",    "| a |\n|---|\n",
                                       "```\n",       "#",       "# a\n", "<!--", "<a id=",
                                       "> STALE\n",   "    x\n", "- ",    "\\",   "'",
                                       "\"",          "$(",      "<x",    "a |",  "<<a ",
                                       "```\na \\\n", "---\n",   "\xff",  "\t"}) {
    std::string text = "# T\n\n";
    while (text.size() < 300'000) text += piece;
    const Source source{"runbooks/a.md", text, 0};
    const Runbook runbook = read_runbook(source, *parse_date("2026-03-01"));
    for (const Command& command : runbook.commands) (void)mentions_of(command);
    std::string code = "```sh\n";
    while (code.size() < 300'000) code += piece;
    const Source block{"runbooks/b.md", code, 0};
    (void)read_runbook(block, *parse_date("2026-03-01"));
  }
}

}  // namespace
}  // namespace backout::runbook
