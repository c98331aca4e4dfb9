/// `troupe events`: follows what happens, one JSON event a line.

#include "tools/commands.hpp"
#include "tools/connection.hpp"

#include <simdjson.h>
#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <optional>

namespace troupe::tools {
namespace {

struct EventsArguments {
  std::string data = "/var/lib/troupe";
  std::optional<std::uint64_t> from;
  std::vector<std::string> filters;
  bool snapshot = false;
  std::optional<std::uint64_t> count;
};

/// Parameters of the handshake: from, and the filters as they were given.
std::string target_of(const EventsArguments& given) {
  std::string target = "/events";
  char separator = '?';
  const auto add = [&](const std::string& parameter) {
    target += separator;
    for (const char c : parameter) {
      if (c == ' ') {
        target += "%20";
      } else {
        target += c;
      }
    }
    separator = '&';
  };
  if (given.from) add("from=" + std::to_string(*given.from));
  for (const auto& filter : given.filters) add(filter);
  return target;
}

/// Prints the events of one frame. @return how many; or nothing when the frame
/// cannot be read.
std::optional<std::uint64_t> print_frame(const std::string& frame, const EventsArguments& given) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view type;
  if (parser.parse(frame).get(root) != simdjson::SUCCESS || root["type"].get(type) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  if (type == "gap") std::cerr << "troupe: events are missing: " << frame << std::endl;
  const bool wanted = type == "events" || (type == "snapshot" && given.snapshot);
  std::uint64_t printed = 0;
  simdjson::dom::array events;
  if (!wanted || root["events"].get(events) != simdjson::SUCCESS) return printed;
  for (const auto event : events) {
    std::cout << simdjson::minify(event) << "\n";
    ++printed;
  }
  std::cout.flush();
  return printed;
}

int follow(const EventsArguments& given) {
  const auto server = find_server(given.data);
  if (!server.problem.empty()) return fail(server.problem);
  api::http::Request request;
  request.method = "GET";
  request.target = target_of(given);
  request.headers.push_back({"Host", server.endpoint.authority()});
  api::http::sign(request, server.signer,
                  std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  auto socket = api::http::WebSocketClient::connect(server.endpoint, request.target, request.headers,
                                                    std::chrono::seconds{10});
  if (!socket) return fail("cannot follow " + server.url + ": " + socket.error().message);
  std::uint64_t printed = 0;
  while (!given.count || printed < *given.count) {
    const auto frame = (*socket)->read(std::chrono::seconds{60});
    if (!frame) return fail("the stream ended: " + frame.error().message);
    const auto more = print_frame(*frame, given);
    if (!more) return fail("the server sent what is no event: " + *frame);
    printed += *more;
  }
  return 0;
}

}  // namespace

void add_events_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<EventsArguments>();
  auto* command = app.add_subcommand("events", "Follow state changes, one JSON event a line");
  command->add_option("--data", given->data, "Data directory of a server on this machine")
      ->envname("TROUPE_DATA")
      ->capture_default_str();
  command->add_option("--from", given->from, "Go on after this sequence number");
  command->add_option("--filter", given->filters,
                      "cluster=NAME, service=NAME, group=NAME, task=ID or detail-type=TEXT; repeatable");
  command->add_flag("--snapshot", given->snapshot, "Print what exists first");
  command->add_option("--count", given->count, "End after so many events");
  command->callback([&chosen, given] { chosen = [given] { return follow(*given); }; });
}

}  // namespace troupe::tools
