/// Signals by the names that images give them (OCI image configuration,
/// "StopSignal").

#include "actors/node/task_run.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <csignal>
#include <string_view>

namespace troupe::node {
namespace {

struct NamedSignal {
  std::string_view name;
  int number;
};

constexpr std::array named_signals{
    NamedSignal{"ABRT", SIGABRT},   NamedSignal{"ALRM", SIGALRM},     NamedSignal{"CHLD", SIGCHLD},
    NamedSignal{"CONT", SIGCONT},   NamedSignal{"HUP", SIGHUP},       NamedSignal{"INT", SIGINT},
    NamedSignal{"IO", SIGIO},       NamedSignal{"KILL", SIGKILL},     NamedSignal{"PIPE", SIGPIPE},
    NamedSignal{"PROF", SIGPROF},   NamedSignal{"PWR", SIGPWR},       NamedSignal{"QUIT", SIGQUIT},
    NamedSignal{"STOP", SIGSTOP},   NamedSignal{"TERM", SIGTERM},     NamedSignal{"TRAP", SIGTRAP},
    NamedSignal{"TSTP", SIGTSTP},   NamedSignal{"TTIN", SIGTTIN},     NamedSignal{"TTOU", SIGTTOU},
    NamedSignal{"URG", SIGURG},     NamedSignal{"USR1", SIGUSR1},     NamedSignal{"USR2", SIGUSR2},
    NamedSignal{"WINCH", SIGWINCH}, NamedSignal{"VTALRM", SIGVTALRM}, NamedSignal{"XCPU", SIGXCPU},
};

constexpr int first_realtime = 34;  // As the C library counts: it keeps 32 and 33.
constexpr int last_realtime = 64;

std::optional<int> parse_int(std::string_view text) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<int> realtime(std::string_view name) {
  if (name == "RTMIN") return first_realtime;
  if (name == "RTMAX") return last_realtime;
  if (name.substr(0, 6) == "RTMIN+") {
    if (const auto offset = parse_int(name.substr(6))) return first_realtime + *offset;
  }
  if (name.substr(0, 6) == "RTMAX-") {
    if (const auto offset = parse_int(name.substr(6))) return last_realtime - *offset;
  }
  return std::nullopt;
}

}  // namespace

int signal_number(const std::string& name) {
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string_view text = upper;
  if (text.substr(0, 3) == "SIG") text.remove_prefix(3);
  const auto known = std::find_if(named_signals.begin(), named_signals.end(),
                                  [&](const NamedSignal& signal) { return signal.name == text; });
  if (known != named_signals.end()) return known->number;
  const auto number = realtime(text) ? realtime(text) : parse_int(text);
  return number && *number >= 1 && *number <= last_realtime ? *number : SIGTERM;
}

}  // namespace troupe::node
