#pragma once

/// `troupe bench agents`: many agents connected to one server over loopback: what each of them
/// costs, and how long a large service takes to run on all of them.

#include <cstddef>
#include <string>

namespace troupe::tools::bench {

struct AgentsOptions {
  std::size_t agents = 2'000;
  std::size_t tasks = 20'000;
  unsigned runs = 3;                   ///< Services made one after another.
  unsigned seconds = 40;               ///< Of nothing but heartbeats; two of them are due in 40 s.
  std::string directory = "/var/tmp";  ///< Works in a new directory below it.
};

int bench_agents(const AgentsOptions& options);

}  // namespace troupe::tools::bench
