#pragma once

/// `troupe bench events`: from the commit of an event to its WebSocket frame at
/// each of many subscribers.

#include <cstddef>
#include <string>
#include <vector>

namespace troupe::tools::bench {

struct EventsOptions {
  std::vector<std::size_t> subscribers{1, 100, 1000};
  unsigned rate = 100;  ///< Events a second, about.
  unsigned seconds = 10;
  std::string directory = "/var/tmp";  ///< Works in a new directory below it.
};

/// Prints the figures. @return the exit status.
int bench_events(const EventsOptions& options);

}  // namespace troupe::tools::bench
