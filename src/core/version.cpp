// The only file that is rebuilt when the commit changes.
#include "core/version.h"

#include <pg_query.h>

#include "commit.h"

namespace backout {

std::string_view version() { return BACKOUT_VERSION; }
std::string_view commit() { return BACKOUT_COMMIT; }
std::string_view grammar() { return PG_VERSION; }

}  // namespace backout
