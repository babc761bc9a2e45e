// Whether a commit is signed by a certain person. The signature is taken out of the commit and
// given to ssh-keygen or gpg with the list of signers that the caller read; no configuration of
// the repository has a word in it.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "git/object.h"
#include "git/repository.h"

namespace backout::git {

struct SignatureCheck {
  bool good = false;
  std::string words;  // good: the key; otherwise what is wrong, a clause behind "commit abc …"
};

// `signers`: lines as in ssh-keygen's list of allowed signers (`PRINCIPALS [OPTIONS] KEY`), or
// `PRINCIPALS gpg FINGERPRINT` for a key of gpg's own keyring. Only lines that name `person` itself
// count; patterns (`*@acme.example`) do not. Keys must be valid at `today`: the commit's own date
// is what its author wrote. undecided: the program is missing, or the commit.
Result<SignatureCheck> check_signature(const Repository& repository, const Oid& commit,
                                       std::string_view signers, const std::string& person,
                                       Day today);

}  // namespace backout::git
