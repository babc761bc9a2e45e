#include "runbook/shell.h"

#include <algorithm>
#include <array>

namespace backout::runbook {
namespace {

constexpr std::array<std::string_view, 9> shells = {
    "", "sh", "bash", "shell", "zsh", "console", "shell-session", "terminal", "text"};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_assignment(const Word& word) {
  const std::size_t equals = word.text.find('=');
  return equals != std::string::npos && equals > 0 &&
         !(word.text[0] >= '0' && word.text[0] <= '9') &&
         std::all_of(word.text.begin(), word.text.begin() + static_cast<std::ptrdiff_t>(equals),
                     is_name);
}

class Lexer {
 public:
  Lexer(std::string_view text, const CodeBlock& block, std::size_t index)
      : text_(text), block_(block), index_(index) {
    prompts_ = std::any_of(block.lines.begin(), block.lines.end(),
                           [&](Span line) { return view(line).starts_with("$ "); });
  }

  std::vector<Command> read() {
    for (line_ = 0; line_ < block_.lines.size(); ++line_) {
      at_ = block_.lines[line_].begin;
      end_ = block_.lines[line_].end;
      if (prompts_) {
        if (!view(block_.lines[line_]).starts_with("$ ")) continue;  // what a command printed
        at_ += 2;
      }
      command_ = {};
      if (!take_line()) break;  // a quote that nothing closes: the rest is guesswork
      finish_command();
      skip_documents();
    }
    return std::move(out_);
  }

 private:
  std::string_view view(Span span) const { return text_.substr(span.begin, span.end - span.begin); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < end_ ? text_[at_ + ahead] : '\0'; }

  bool next_line() {
    if (line_ + 1 >= block_.lines.size()) return false;
    ++line_;
    at_ = block_.lines[line_].begin;
    end_ = block_.lines[line_].end;
    if (prompts_ && view(block_.lines[line_]).starts_with("> ")) at_ += 2;
    return true;
  }

  void finish_command() {
    command_.words.erase(
        command_.words.begin(),
        std::find_if_not(command_.words.begin(), command_.words.end(), is_assignment));
    if (!command_.words.empty() || !command_.writes.empty()) {
      command_.block = index_;
      out_.push_back(std::move(command_));
    }
    command_ = {};
  }

  // False: a quote stays open.
  bool take_line() {
    for (;;) {
      while (at_ < end_ && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
      if (at_ >= end_) return true;
      const char c = peek();
      if (c == '\\' && at_ + 1 >= end_) {
        if (!next_line()) return true;
      } else if (c == '#') {
        return true;
      } else if (c == '|' || c == '&' || c == ';' || c == '(' || c == ')') {
        if (c == '&' && peek(1) == '>') {
          if (!take_redirect()) return false;
          continue;
        }
        const bool continues = c == '|' || (c == '&' && peek(1) == '&');
        ++at_;
        if (at_ < end_ && (peek() == c || (c == '|' && peek() == '&'))) ++at_;
        finish_command();
        if (continues &&
            text_.substr(at_, end_ - at_).find_first_not_of(" \t\r") == std::string_view::npos)
          if (!next_line()) return true;
      } else if (c == '>' || (c == '<' && !is_placeholder())) {
        if (!take_redirect()) return false;
      } else {
        Word word;
        if (!take_word(word)) return false;
        // "2>": the number belongs to the redirection
        if ((peek() == '>' || peek() == '<') && word.text.size() == 1 && word.text[0] >= '0' &&
            word.text[0] <= '9' && !is_placeholder()) {
          if (!take_redirect()) return false;
        } else if (word.text != "{" && word.text != "}" && word.text != "!") {
          command_.words.push_back(std::move(word));
        }
      }
    }
  }

  bool take_redirect() {
    const bool reads = peek() == '<';
    std::size_t marks = 0;
    while (at_ < end_ && (peek() == '>' || peek() == '<' || peek() == '&' || peek() == '|'))
      ++at_, ++marks;
    const bool document = reads && marks == 2;
    if (document && peek() == '-') ++at_;
    while (at_ < end_ && (peek() == ' ' || peek() == '\t')) ++at_;
    Word target;
    if (at_ < end_ && !take_word(target)) return false;
    if (document)
      documents_.push_back(target.text);
    else if (!reads && !target.text.empty())
      command_.writes.push_back(std::move(target));
    return true;
  }

  // Lines of here-documents belong to no command.
  void skip_documents() {
    for (const std::string& end : documents_) {
      while (line_ + 1 < block_.lines.size()) {
        ++line_;
        std::string_view line = view(block_.lines[line_]);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (line == end) break;
      }
    }
    documents_.clear();
  }

  // "<app name>" stands for something to fill in; "< file" is a redirection.
  bool is_placeholder() const {
    if (peek() != '<') return false;
    const char first = peek(1);
    if (!is_name(first) && static_cast<unsigned char>(first) < 0x80) return false;
    for (std::size_t i = at_ + 2; i < end_ && i - at_ < 200; ++i) {
      if (text_[i] == '>') return true;
      if (std::string_view("<|&;$`\"'").find(text_[i]) != std::string_view::npos) return false;
    }
    return false;
  }

  // Skips `$(…)` or `${…}`; behind a bracket that is never closed on this line, the line's end.
  void skip_brackets(char open, char close) {
    std::size_t depth = 0;
    for (; at_ < end_; ++at_) {
      if (text_[at_] == open) ++depth;
      if (text_[at_] == close && --depth == 0) {
        ++at_;
        return;
      }
    }
  }

  void take_dollar(Word& word) {
    word.open = true;
    ++at_;
    if (peek() == '(')
      skip_brackets('(', ')');
    else if (peek() == '{')
      skip_brackets('{', '}');
    else
      while (at_ < end_ && is_name(peek())) ++at_;
  }

  // Up to the closing quote, across lines. False: there is none.
  bool take_quoted(char quote, Word& word) {
    for (++at_;;) {
      if (at_ >= end_) {
        word.text += '\n';
        if (!next_line()) return false;
        continue;
      }
      const char c = peek();
      if (c == quote) {
        ++at_;
        return true;
      }
      if (quote == '"' && c == '\\' && at_ + 1 < end_ &&
          std::string_view("$`\"\\").find(peek(1)) != std::string_view::npos) {
        word.text += peek(1);
        at_ += 2;
      } else if (quote == '"' && c == '$') {
        take_dollar(word);
      } else {
        word.open = word.open || (quote == '"' && c == '`') || c == '<';
        word.text += c;
        ++at_;
      }
    }
  }

  bool take_word(Word& word) {
    word.span.begin = static_cast<std::uint32_t>(at_);
    while (at_ < end_) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '|' || c == '&' || c == ';' || c == '(' ||
          c == ')' || c == '>')
        break;
      if (c == '<') {
        if (!is_placeholder()) break;
        word.open = true;
        at_ = text_.find('>', at_) + 1;
      } else if (c == '\'' || c == '"') {
        if (!take_quoted(c, word)) return false;
      } else if (c == '$') {
        take_dollar(word);
      } else if (c == '`') {
        word.open = true;
        const std::size_t close = text_.find('`', at_ + 1);
        at_ = close < end_ ? close + 1 : end_;
      } else if (c == '\\') {
        if (at_ + 1 >= end_) {
          if (!next_line()) break;
          continue;
        }
        word.text += peek(1);
        at_ += 2;
      } else {
        // globs, `{{ }}`, `[option]`, and the three dots of who was in a hurry
        word.open = word.open || c == '*' || c == '?' || c == '[' || c == ']' || c == '{' ||
                    text_.substr(at_).starts_with("...") || text_.substr(at_).starts_with("…");
        word.text += c;
        ++at_;
      }
    }
    word.span.end = static_cast<std::uint32_t>(std::max<std::size_t>(at_, word.span.begin));
    if (at_ == word.span.begin) ++at_;  // an operator where a word was wanted
    return true;
  }

  const std::string_view text_;
  const CodeBlock& block_;
  const std::size_t index_;
  bool prompts_ = false;
  std::size_t line_ = 0, at_ = 0, end_ = 0;
  Command command_;
  std::vector<std::string> documents_;  // ends of here-documents that begin on this line
  std::vector<Command> out_;
};

}  // namespace

std::vector<Command> commands_of(std::string_view text, const CodeBlock& block, std::size_t index) {
  if (std::find(shells.begin(), shells.end(), block.language) == shells.end()) return {};
  return Lexer(text, block, index).read();
}

}  // namespace backout::runbook
