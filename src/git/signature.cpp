#include "git/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "core/ledger.h"
#include "core/private_folder.h"
#include "git/command.h"
#include "git/libgit2.h"

namespace backout::git {
namespace {

constexpr std::size_t output_limit = std::size_t{1} << 20;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    if (out.back().ends_with('\r')) out.back().remove_suffix(1);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return word;
}

bool names(std::string_view principals, std::string_view person) {
  while (!principals.empty()) {
    const std::size_t end = std::min(principals.find(','), principals.size());
    if (same_address(principals.substr(0, end), person)) return true;
    principals.remove_prefix(std::min(end + 1, principals.size()));
  }
  return false;
}

// What the list says of one person.
struct Keys {
  std::string ssh;               // lines with this person as the only principal
  std::vector<std::string> gpg;  // fingerprints, upper case
  [[nodiscard]] bool any() const { return !ssh.empty() || !gpg.empty(); }
};

Keys keys_of(std::string_view signers, std::string_view person) {
  Keys out;
  for (std::string_view line : lines_of(signers)) {
    const std::string_view principals = take_word(line);
    if (principals.starts_with('#') || !names(principals, person)) continue;
    std::string_view rest = line;
    if (take_word(rest) == "gpg") {
      std::string fingerprint;
      for (const char c : rest)
        if (c != ' ') fingerprint += c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
      if (fingerprint.size() >= 40) out.gpg.push_back(std::move(fingerprint));
    } else {
      out.ssh += fmt::format("{} {}\n", person, line);
    }
  }
  return out;
}

struct Signature {
  std::string text, payload;
};

std::optional<Signature> signature_of(const Repository& repository, const Oid& commit) {
  git_oid id = to_libgit2(commit);
  git_buf signature = GIT_BUF_INIT, payload = GIT_BUF_INIT;
  std::optional<Signature> out;
  if (git_commit_extract_signature(&signature, &payload, repository.handle.get(), &id, "gpgsig") ==
      0)
    out = Signature{std::string(signature.ptr, signature.size),
                    std::string(payload.ptr, payload.size)};
  git_buf_dispose(&signature);
  git_buf_dispose(&payload);
  return out;
}

SignatureCheck bad(std::string words) { return {false, std::move(words)}; }

std::string last_line(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  return lines.empty() ? std::string("no reason given") : std::string(lines.back());
}

Result<SignatureCheck> check_ssh(const Keys& keys, const Signature& signature,
                                 const std::string& person, Day today) {
  const PrivateFolder folder;
  const std::string list = folder.write("signers", keys.ssh),
                    text = folder.write("signature", signature.text),
                    payload = folder.write("payload", signature.payload);
  if (list.empty() || text.empty() || payload.empty())
    return fail(ErrorKind::undecided, "cannot write temporary files to check a signature");
  std::string date = to_text(today);
  std::erase(date, '-');
  TRY(const CommandResult ran, run_program({"ssh-keygen", "-Y", "verify", "-f", list, "-I", person,
                                            "-n", "git", "-s", text, "-Overify-time=" + date},
                                           {{"TZ", "UTC"}}, output_limit, payload));
  const std::string good = fmt::format("Good \"git\" signature for {} with ", person);
  if (ran.status == 0 && ran.output.starts_with(good))
    return SignatureCheck{true, last_line(std::string_view(ran.output).substr(good.size()))};
  return bad(fmt::format("is not signed by a key listed for `{}` ({})", person,
                         last_line(ran.errors.empty() ? ran.output : ran.errors)));
}

Result<SignatureCheck> check_gpg(const Keys& keys, const Signature& signature,
                                 const std::string& person) {
  const PrivateFolder folder;
  const std::string text = folder.write("signature", signature.text),
                    payload = folder.write("payload", signature.payload);
  if (text.empty() || payload.empty())
    return fail(ErrorKind::undecided, "cannot write temporary files to check a signature");
  TRY(const CommandResult ran,
      run_program({"gpg", "--no-options", "--batch", "--no-tty", "--no-auto-key-retrieve",
                   "--no-auto-check-trustdb", "--trust-model", "always", "--status-fd", "1",
                   "--verify", text, payload},
                  {}, output_limit));
  unsigned good = 0;
  std::string fingerprint;  // of the primary key
  for (std::string_view line : lines_of(ran.output)) {
    if (take_word(line) != "[GNUPG:]") continue;
    const std::string_view word = take_word(line);
    if (word == "NO_PUBKEY")
      return bad(
          fmt::format("is signed with the gpg key {}, which this machine does not have; "
                      "import the public key of `{}` before the check",
                      line.substr(0, 40), person));
    if (word == "BADSIG" || word == "ERRSIG" || word == "EXPSIG" || word == "EXPKEYSIG" ||
        word == "REVKEYSIG")
      return bad(fmt::format("has a signature that does not count ({})", word));
    good += word == "GOODSIG";
    if (word == "VALIDSIG") fingerprint = line.substr(line.rfind(' ') + 1);
  }
  if (ran.status != 0 || good != 1 || fingerprint.empty())
    return bad(fmt::format("has a signature that gpg does not accept ({})", last_line(ran.errors)));
  if (std::find(keys.gpg.begin(), keys.gpg.end(), fingerprint) == keys.gpg.end())
    return bad(fmt::format("is signed with the gpg key {}, which is not listed for `{}`",
                           fingerprint, person));
  return SignatureCheck{true, fmt::format("gpg key {}", fingerprint)};
}

}  // namespace

Result<SignatureCheck> check_signature(const Repository& repository, const Oid& commit,
                                       std::string_view signers, const std::string& person,
                                       Day today) {
  const std::optional<Signature> signature = signature_of(repository, commit);
  if (!signature) return bad("is not signed");
  const Keys keys = keys_of(signers, person);
  if (!keys.any()) return bad(fmt::format("cannot be checked: no key is listed for `{}`", person));
  if (signature->text.starts_with("-----BEGIN SSH SIGNATURE-----")) {
    if (keys.ssh.empty())
      return bad(fmt::format("has an SSH signature, and no SSH key is listed for `{}`", person));
    return check_ssh(keys, *signature, person, today);
  }
  if (signature->text.starts_with("-----BEGIN PGP SIGNATURE-----")) {
    if (keys.gpg.empty())
      return bad(fmt::format("has a gpg signature, and no gpg key is listed for `{}`", person));
    return check_gpg(keys, *signature, person);
  }
  return bad("has a signature of a kind that is not accepted (SSH and gpg are)");
}

}  // namespace backout::git
