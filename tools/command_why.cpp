/// `troupe why`: what is known of a task or a service, and what one more task
/// like it would find on each instance.

#include "tools/commands.hpp"
#include "tools/connection.hpp"

#include <simdjson.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <memory>

namespace troupe::tools {
namespace {

struct WhyArguments {
  std::string subject;
  std::string cluster = "default";
  std::string data = "/var/lib/troupe";
  bool json = false;
};

/// ARNs say what they are; a bare name of 32 hexadecimal digits is a task's.
bool names_task(const std::string& subject) {
  if (subject.starts_with("arn:")) return subject.find(":task/") != std::string::npos;
  constexpr std::size_t id_digits = 32;
  return subject.size() == id_digits &&
         std::ranges::all_of(subject, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::string request_body(const WhyArguments& given) {
  std::string body = R"({"cluster":)";
  api::http::append_json_string(body, given.cluster);
  body += names_task(given.subject) ? R"(,"task":)" : R"(,"service":)";
  api::http::append_json_string(body, given.subject);
  return body + "}";
}

std::string text_of(const simdjson::dom::element& element, const char* name) {
  std::string_view text;
  return element[name].get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

/// "   cpu: needs 2048 CPU units, 512 are available; give the task 512 CPU units or fewer"
void print_refusal(const simdjson::dom::element& refusal) {
  std::cout << "    " << text_of(refusal, "reason");
  std::int64_t needed = 0;
  std::int64_t available = 0;
  if (refusal["needed"].get(needed) == simdjson::SUCCESS &&
      refusal["available"].get(available) == simdjson::SUCCESS) {
    const auto unit = text_of(refusal, "unit");
    std::cout << ": needs " << needed << " " << unit << ", has " << available;
  } else if (const auto detail = text_of(refusal, "detail"); !detail.empty()) {
    std::cout << ": " << detail;
  }
  if (const auto change = text_of(refusal, "change"); !change.empty()) std::cout << "; " << change;
  std::cout << "\n";
}

void print_instances(const simdjson::dom::array& instances) {
  std::size_t fitting = 0;
  for (const auto instance : instances) {
    bool fits = false;
    if (instance["fits"].get(fits) == simdjson::SUCCESS && fits) ++fitting;
  }
  std::cout << "One more such task fits on " << fitting << " of " << instances.size() << " instances.\n";
  for (const auto instance : instances) {
    simdjson::dom::array refusals;
    if (instance["refusals"].get(refusals) != simdjson::SUCCESS || refusals.size() == 0) continue;
    std::cout << "  " << text_of(instance, "containerInstanceArn") << "\n";
    for (const auto refusal : refusals) print_refusal(refusal);
  }
}

int print_why(const WhyArguments& given) {
  const auto server = find_server(given.data);
  if (!server.problem.empty()) return fail(server.problem);
  const auto answer = call(server, "Troupe.ExplainPlacement", request_body(given));
  if (!answer.problem.empty()) return fail(answer.problem);
  if (given.json) {
    std::cout << answer.body << "\n";
    return 0;
  }
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array instances;
  if (parser.parse(answer.body).get(root) != simdjson::SUCCESS ||
      root["containerInstances"].get(instances) != simdjson::SUCCESS) {
    return fail("the server answered " + answer.body);
  }
  std::cout << text_of(root, "arn") << ": " << text_of(root, "status") << "\n";
  if (const auto reason = text_of(root, "reason"); !reason.empty()) std::cout << "  " << reason << "\n";
  print_instances(instances);
  if (const auto closest = text_of(root, "closestMatch"); !closest.empty()) std::cout << closest << "\n";
  return 0;
}

}  // namespace

void add_why_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<WhyArguments>();
  auto* command =
      app.add_subcommand("why", "Why a task or a service stands where it does, instance by instance");
  command->add_option("TASK|SERVICE", given->subject, "Id of a task, name of a service, or an ARN")
      ->required();
  command->add_option("--cluster", given->cluster, "Name or ARN")->capture_default_str();
  command->add_option("--data", given->data, "Data directory")->envname("TROUPE_DATA")->capture_default_str();
  command->add_flag("--json", given->json, "The server's answer as it is");
  command->callback([&chosen, given] { chosen = [given] { return print_why(*given); }; });
}

}  // namespace troupe::tools
