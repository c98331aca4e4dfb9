/// `troupe top`: what a cluster's instances and tasks use, again and again.

#include "tools/commands.hpp"
#include "tools/connection.hpp"
#include "tools/usage_table.hpp"

#include <CLI/CLI.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <iostream>
#include <memory>

namespace troupe::tools {
namespace {

struct TopArguments {
  std::string cluster = "default";
  std::string by = "cpu";
  std::string data = "/var/lib/troupe";
  unsigned interval = 5;
  std::int32_t minutes = 0;
  bool once = false;
  bool json = false;
};

// What a terminal does: another page, and back; to the corner, to the line's end, to the page's.
constexpr const char* other_page = "\x1b[?1049h\x1b[?25l";
constexpr const char* first_page = "\x1b[?25h\x1b[?1049l";
constexpr const char* to_corner = "\x1b[H";
constexpr const char* clear_line = "\x1b[K\n";
constexpr const char* clear_rest = "\x1b[J";

/// A page of a terminal that is given back whatever happens.
class Screen {
 public:
  explicit Screen(bool used) : used_(used) {
    if (used_) std::cout << other_page;
  }
  ~Screen() {
    if (used_) std::cout << first_page << std::flush;
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// In place; what does not fit is cut off.
  void show(const std::vector<std::string>& lines) const {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1 && size.ws_col > 1;
    const std::size_t rows = known ? size.ws_row - 1U : 23U;
    const std::size_t columns = known ? size.ws_col : 80U;
    std::cout << to_corner;
    for (std::size_t i = 0; i < std::min(rows, lines.size()); ++i) {
      std::cout << lines[i].substr(0, columns) << clear_line;
    }
    std::cout << clear_rest << std::flush;
  }

 private:
  bool used_;
};

std::string request_of(const TopArguments& given) {
  std::string body = R"({"cluster":)";
  api::http::append_json_string(body, given.cluster);
  return body + R"(,"minutes":)" + std::to_string(given.minutes) + "}";
}

/// What went wrong, or nothing.
std::string show_once(const TopArguments& given, const Connection& server, UsageOrder order,
                      const Screen* screen) {
  const auto answer = call(server, "Troupe.ReadUsage", request_of(given));
  if (!answer.problem.empty()) return answer.problem;
  if (given.json) {
    std::cout << answer.body << std::endl;
    return {};
  }
  const auto usage = api::wire::decode<api::wire::ReadUsageResponse>(answer.body);
  if (!usage) return "the server answered " + answer.body;
  const auto lines = usage_table(*usage, order);
  if (screen != nullptr) {
    screen->show(lines);
  } else {
    for (const auto& line : lines) std::cout << line << "\n";
    std::cout << std::flush;
  }
  return {};
}

/// True when it is to go on. A window of another size is drawn at once.
bool wait(unsigned seconds, const sigset_t& signals) {
  const timespec patience{static_cast<std::time_t>(seconds), 0};
  const int came = sigtimedwait(&signals, nullptr, &patience);
  return came < 0 || came == SIGWINCH;
}

int run_top(const TopArguments& given) {
  const auto order = parse_usage_order(given.by);
  if (!order) return fail("by: '" + given.by + "' is not cpu, memory, network, io or name");
  if (given.interval == 0) return fail("interval: must be 1 or more seconds");
  const auto server = find_server(given.data);
  if (!server.problem.empty()) return fail(server.problem);
  if (given.once) {
    const auto problem = show_once(given, server, *order, nullptr);
    return problem.empty() ? 0 : fail(problem);
  }
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  std::string problem;
  {
    const bool in_place = isatty(STDOUT_FILENO) == 1 && !given.json;
    const Screen screen{in_place};
    do {
      problem = show_once(given, server, *order, in_place ? &screen : nullptr);
      if (problem.empty() && !in_place && !given.json) std::cout << std::endl;
    } while (problem.empty() && std::cout.good() && wait(given.interval, signals));
  }
  return problem.empty() ? 0 : fail(problem);
}

}  // namespace

void add_top_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<TopArguments>();
  auto* command =
      app.add_subcommand("top", "What instances, tasks and containers use, beside what is reserved");
  command->add_option("--cluster", given->cluster, "Name or ARN")->capture_default_str();
  command->add_option("--by", given->by, "Order of the tasks: cpu, memory, network, io or name")
      ->capture_default_str();
  command->add_option("--interval", given->interval, "Seconds between two looks")->capture_default_str();
  command->add_flag("--once", given->once, "One look, and the end");
  command->add_flag("--json", given->json, "The server's answers as they are, one a line");
  command->add_option("--minutes", given->minutes, "With --json: so many of the last minutes as well, 0-60")
      ->capture_default_str();
  command->add_option("--data", given->data, "Data directory")->envname("TROUPE_DATA")->capture_default_str();
  command->callback([&chosen, given] { chosen = [given] { return run_top(*given); }; });
}

}  // namespace troupe::tools
