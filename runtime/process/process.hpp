#pragma once

/// Runs other programs: argv only, never a shell; every descriptor but the
/// standard three is closed; the environment is small and known.

#include "runtime/result.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::runtime {

struct Mounting {
  std::string source;
  std::string target;
  std::string type;
  unsigned long flags = 0;
  std::string data;
  std::string
      directory;  ///< Current directory while mounting, for short relative paths in `data`; empty: "/".
  /// A mount that is attached nowhere (open_tree, fsmount); it goes to `target` and
  /// the other members do not count. Owned by the caller until run() returns.
  int detached = -1;
};

/// Raises a hard limit to `at_least`, as far as we may (CAP_SYS_RESOURCE), for programs
/// that hand on what they have.
struct RaisedLimit {
  int resource = 0;  ///< RLIMIT_…
  std::uint64_t at_least = 0;
};

/// What happens between fork and exec, in a mount namespace of the child's own
/// that ends with its last process. Nothing of it is seen by the host.
struct PrivateMounts {
  std::vector<std::string> unmount;  ///< Lazily, first; absent ones are no error.
  std::vector<Mounting> mount;       ///< Then these, in order.
};

/// Which part of a long output is kept, and whether standard error has a place of its own.
enum class Keep : std::uint8_t { first, last };
enum class Streams : std::uint8_t { separate, joined };

struct Command {
  std::vector<std::string> argv;                   ///< argv[0]: a name looked up in PATH, or a path.
  std::map<std::string, std::string> environment;  ///< Added to PATH and HOME.
  std::string working_directory;                   ///< Empty: "/".
  std::string input;                               ///< Written to its standard input, then closed.
  std::chrono::milliseconds deadline{30'000};      ///< Then its process group is killed: unavailable.
  std::size_t output_limit_bytes = 1 << 20;        ///< Of each stream; the rest is dropped.
  Keep keep = Keep::first;                         ///< Which part survives that limit.
  Streams streams = Streams::separate;             ///< joined: both end in Finished::out.
  std::optional<PrivateMounts> mounts;
  std::vector<RaisedLimit> limits;
  std::map<int, int> descriptors;  ///< Child's number → ours; inherited beside 0, 1, 2.
  std::string network_namespace;   ///< Path to enter with setns; empty: ours.
};

struct Finished {
  int exit_code = 0;  ///< 128 + signal when a signal ended it.
  std::string out;
  std::string err;
};

/// Runs it to its end: the end of the program itself, not of what it left in the
/// background (a daemon may keep its pipes). A failure only when it could not be started or had to be
/// killed; a non-zero exit is a Finished like another.
Result<Finished> run(const Command& command);

/// As run(), and a non-zero exit is a failure whose text is the last line of
/// what it said.
Result<std::string> run_checked(const Command& command);

/// The full path of a program in PATH and the sbin directories; not_found
/// names the Debian package that has it when we know it.
Result<std::string> find_program(const std::string& name);

}  // namespace troupe::runtime
