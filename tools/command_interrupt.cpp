/// `troupe interrupt`: a task of FARGATE_SPOT loses its capacity, as it may in AWS.

#include "tools/commands.hpp"
#include "tools/connection.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace troupe::tools {
namespace {

struct InterruptArguments {
  std::string task;
  std::string cluster = "default";
  std::string data = "/var/lib/troupe";
};

int interrupt(const InterruptArguments& given) {
  const auto server = find_server(given.data);
  if (!server.problem.empty()) return fail(server.problem);
  std::string body = R"({"cluster":)";
  api::http::append_json_string(body, given.cluster);
  body += R"(,"task":)";
  api::http::append_json_string(body, given.task);
  const auto answer = call(server, "Troupe.InterruptTask", body + "}");
  if (!answer.problem.empty()) return fail(answer.problem);
  std::cout << given.task << ": its containers are told to end; what has not ended after its stopTimeout is "
            << "killed\n";
  return 0;
}

}  // namespace

void add_interrupt_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<InterruptArguments>();
  auto* command = app.add_subcommand("interrupt", "Take the capacity of a FARGATE_SPOT task away");
  command->add_option("TASK", given->task, "Id or ARN")->required();
  command->add_option("--cluster", given->cluster, "Name or ARN")->capture_default_str();
  command->add_option("--data", given->data, "Data directory")->envname("TROUPE_DATA")->capture_default_str();
  command->callback([&chosen, given] { chosen = [given] { return interrupt(*given); }; });
}

}  // namespace troupe::tools
