/// `troupe metrics-token`: admits Prometheus to a server that does not listen on loopback.
/// Tokens are made from the server's own key, so this runs where its data is.

#include "api/metrics/endpoint.hpp"
#include "config/credentials.hpp"
#include "tools/commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace troupe::tools {
namespace {

struct MetricsTokenArguments {
  unsigned days = 365;
  std::string data = "/var/lib/troupe";
};

int print_metrics_token(const MetricsTokenArguments& given) {
  constexpr unsigned days_max = 3'650;
  if (given.days == 0 || given.days > days_max) return fail("days: must be between 1 and 3650");
  const auto kept = config::load_credentials(given.data);
  if (!kept.problem.empty()) return fail(kept.problem);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::cout << api::metrics::token_issuer(kept.token_key).issue("metrics", now, std::chrono::days{given.days})
            << std::endl;
  return 0;
}

}  // namespace

void add_metrics_token_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<MetricsTokenArguments>();
  auto* command = app.add_subcommand("metrics-token", "A bearer token with which Prometheus reads /metrics");
  command->add_option("--days", given->days, "How long it admits, 1-3650")->capture_default_str();
  command->add_option("--data", given->data, "Data directory of the server")
      ->envname("TROUPE_DATA")
      ->capture_default_str();
  command->callback([&chosen, given] { chosen = [given] { return print_metrics_token(*given); }; });
}

}  // namespace troupe::tools
