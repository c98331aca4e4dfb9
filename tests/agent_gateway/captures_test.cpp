/// Real frames of Amazon's agent 1.105 against the gateway's readers, and what that agent
/// accepted against our shapes.

#include "actors/core/submissions.hpp"
#include "api/agent_gateway/acs_frames.hpp"
#include "api/agent_gateway/telemetry_reader.hpp"
#include "api/agent_gateway/usage_intervals.hpp"
#include "api/http/sigv4.hpp"
#include "api/wire/agents.hpp"
#include "tests/agent_gateway/realm.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>

namespace troupe::api::agent_gateway {
namespace {

namespace dom = simdjson::dom;

/// With which the captured agent signed.
constexpr const char* access_key = "AKIDEXAMPLE";
constexpr const char* secret_key = "wJalrXUtnFEMI";

/// One line of a capture; `text` is its JSON without white space.
struct Line {
  dom::object json;
  std::string kind;
  std::string text;
  std::string file;

  [[nodiscard]] std::string member(const char* name) const {
    std::string_view value;
    return json[name].get(value) == simdjson::SUCCESS ? std::string{value} : std::string{};
  }
  /// The member's JSON as the capture has it: numbers keep their digits.
  [[nodiscard]] std::string raw(const std::string& name, const std::string& next) const {
    const auto start = text.find("\"" + name + "\":") + name.size() + 3;
    const auto end = next.empty() ? text.size() - 1 : text.rfind(",\"" + next + "\":");
    return text.substr(start, end - start);
  }
};

std::string minified(const std::string& text) {
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  EXPECT_EQ(simdjson::minify(text.data(), text.size(), out.data(), size), simdjson::SUCCESS);
  out.resize(size);
  return out;
}

/// Visits every line; false when the captures are not there.
bool each_line(const std::function<void(const Line&)>& visit) {
  const char* shared = std::getenv("TROUPE_SHARED");
  const std::filesystem::path folder = std::string{shared == nullptr ? "" : shared} + "/agent-captures";
  if (shared == nullptr || !std::filesystem::exists(folder)) {
    std::cout << "skipped: TROUPE_SHARED has no agent-captures\n";
    return false;
  }
  dom::parser parser;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    std::ifstream file{entry.path()};
    for (std::string line; std::getline(file, line);) {
      Line read;
      read.text = minified(line);
      read.json = parser.parse(read.text).get_object();
      read.kind = read.member("kind");
      read.file = entry.path().filename();
      visit(read);
    }
  }
  return true;
}

http::Request upgrade_in(const Line& line) {
  http::Request request;
  request.method = "GET";
  request.target = line.member("path") + "?" + line.member("rawquery");
  for (const auto header : dom::object{line.json["headers"]}) {
    request.headers.push_back({std::string{header.key}, std::string{std::string_view{header.value}}});
  }
  return request;
}

/// Believes the captured agent's key, at the time that the request says.
http::Result<core::Principal> admit(const http::Request& request, std::string_view /*operation*/) {
  static const http::SignatureVerifier verifier{
      [](std::string_view key) {
        return key == access_key
                   ? std::make_shared<const http::Credentials>(http::Credentials{secret_key, {}, {}})
                   : nullptr;
      },
      {.service = "ecs", .region = "us-east-1"}};
  const auto* date = request.header("x-amz-date");
  const auto now = http::from_iso_basic(date != nullptr ? *date : "");
  auto identity = verifier.verify(request, now.value_or(http::Time{}));
  if (!identity) return std::move(identity).error();
  core::Principal who;
  who.access_key = identity->access_key;
  return who;
}

TEST(Captures, EveryUpgradeIsSignedAsWeReckon) {
  int upgrades = 0;
  const bool there = each_line([&](const Line& line) {
    if (line.kind != "ACS upgrade A->S" && line.kind != "TCS upgrade A->S") return;
    ++upgrades;
    const auto sender = admit(upgrade_in(line), work_operation);
    EXPECT_TRUE(sender) << line.file << ": " << (sender ? "" : sender.error().message);
  });
  if (there) {
    EXPECT_GT(upgrades, 30);
  }
}

TEST(Captures, EveryFrameOfTelemetryIsReadVerifiedAndConfirmed) {
  std::map<std::string, std::unique_ptr<TelemetryReader>> readers;
  std::map<std::string, std::deque<std::string>> acks;
  int frames = 0;
  const bool there = each_line([&](const Line& line) {
    if (line.kind == "TCS upgrade A->S") {
      const auto request = upgrade_in(line);
      readers[line.file] =
          std::make_unique<TelemetryReader>(realm, admit, request, *admit(request, telemetry_operation),
                                            request.query_parameter("containerInstance"));
    }
    if (line.kind != "TCS A->S") return;
    ++frames;
    const auto text = line.member("prefix_headers") + "\r\n\r\n" + line.raw("frame", "prefix_headers");
    const auto read = readers.at(line.file)->read(text);
    if (const auto* refused = std::get_if<FrameRefused>(&read)) {
      ADD_FAILURE() << line.file << ": " << refused->why;
      return;
    }
    const auto& arrived = std::get<TelemetryArrived>(read);
    EXPECT_FALSE(arrived.again);
    EXPECT_FALSE(telemetry_ack(arrived.frame).empty());
    const auto again = readers.at(line.file)->read(text);
    EXPECT_TRUE(std::get<TelemetryArrived>(again).again);
    auto changed = text;
    changed.back() = ' ';
    EXPECT_TRUE(std::holds_alternative<FrameRefused>(readers.at(line.file)->read(changed)));
  });
  if (there) {
    EXPECT_EQ(frames, 164);
  }
}

TEST(Captures, EveryFrameOfAcsIsKnown) {
  std::map<std::size_t, int> kinds;
  const bool there = each_line([&](const Line& line) {
    if (line.kind != "ACS A->S") return;
    const auto frame = read_acs_frame(line.raw("frame", ""));
    ASSERT_TRUE(frame) << line.text;
    EXPECT_FALSE(std::holds_alternative<UnknownFrame>(*frame)) << line.text;
    ++kinds[frame->index()];
  });
  // Acks, nacks, heartbeats, credentials, and candidates to stop.
  if (there) {
    EXPECT_EQ(kinds.size(), 5U);
  }
}

TEST(Captures, EveryIntervalOfMetricsIsAReport) {
  int reports = 0;
  double received = 0;
  double greatest_cpu = 0;
  std::map<std::string, UsageIntervals> sessions;
  const bool there = each_line([&](const Line& line) {
    if (line.kind != "TCS A->S" || line.text.find("PublishMetricsRequest") == std::string::npos) return;
    const auto text = line.raw("frame", "prefix_headers");
    const auto start = text.find(R"("containerInstance":")") + 21;
    const auto arn = text.substr(start, text.find('"', start) - start);
    const auto frame = read_telemetry(realm, arn, text);
    ASSERT_TRUE(frame) << frame.error().message << line.text;
    auto& session = sessions.try_emplace(arn, core::CpuUnits{2048}).first->second;
    const auto report = session.take(std::get<InstanceUsage>(*frame));
    if (!report) return;
    ++reports;
    for (const auto& task : report->tasks) {
      for (const auto& container : task.containers) {
        received += container.figures.received_bytes.sum;
        greatest_cpu = std::max(greatest_cpu, static_cast<double>(container.figures.cpu_units.greatest));
      }
    }
  });
  if (there) {
    EXPECT_GT(reports, 50);
    EXPECT_GT(received, 1'000);
    // 1.1 % of two cores in the busiest second.
    EXPECT_GT(greatest_cpu, 20);
    EXPECT_LT(greatest_cpu, 2'048);
  }
}

TEST(Captures, EverySubmissionIsAReport) {
  auto task = core::Task{};
  task.definition = std::make_shared<const core::TaskDefinitionRecord>();
  int submissions = 0;
  const bool there = each_line([&](const Line& line) {
    if (line.kind != "HTTP A->S" || line.member("op") != "SubmitTaskStateChange") return;
    ++submissions;
    const auto body = minified(simdjson::minify(line.json["body"].value()));
    const auto in = wire::decode<wire::SubmitTaskStateChangeRequest>(body);
    ASSERT_TRUE(in) << in.error().message << body;
    core::SubmitTaskState command;
    command.status = in->status.value_or("");
    for (const auto& each : in->containers.value_or(std::vector<wire::ContainerStateChange>{})) {
      core::SubmittedContainer said;
      said.status = each.status.value_or("");
      command.containers.push_back(said);
    }
    EXPECT_TRUE(core::check(command)) << body;
  });
  if (there) {
    EXPECT_GT(submissions, 80);
  }
}

TEST(Captures, OurShapesHoldEverythingThatTheAgentAccepted) {
  // Sent to see them dropped: a text for a number, a list for a map, no name for a status.
  const auto meant_to_fail = [](const std::string& text) {
    return text.find(R"("memory":"32")") != std::string::npos ||
           text.find(R"("environment":[{)") != std::string::npos;
  };
  int payloads = 0;
  const bool there = each_line([&](const Line& line) {
    if (line.kind != "ACS S->A" || line.text.find(R"("type":"PayloadMessage")") == std::string::npos) return;
    const auto frame = wire::read_frame(line.raw("frame", ""));
    ASSERT_TRUE(frame);
    const auto payload = wire::decode<wire::acs::PayloadMessage>(frame->message);
    if (meant_to_fail(line.text)) {
      EXPECT_FALSE(payload) << line.text;
    } else {
      ++payloads;
      EXPECT_TRUE(payload) << payload.error().message << "\n" << line.text;
    }
  });
  if (there) {
    EXPECT_GT(payloads, 40);
  }
}

}  // namespace
}  // namespace troupe::api::agent_gateway
