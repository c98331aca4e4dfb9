/// Noting signals.

#include "tools/bench/interrupt.hpp"

#include <csignal>

namespace troupe::tools::bench {
namespace {

volatile std::sig_atomic_t noted = 0;

void note(int /*signal*/) {
  noted = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = note;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() {
  return noted != 0;
}

runtime::Result<void> unless_interrupted() {
  if (interrupted()) return runtime::Failure{runtime::FailureKind::failed, "interrupted"};
  return {};
}

}  // namespace troupe::tools::bench
