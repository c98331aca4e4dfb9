#pragma once

/// Sessions in a world of actors: the real control plane, the real sessions, and
/// connections that a test plays.

#include "api/agent_gateway/acs_session.hpp"
#include "api/agent_gateway/tcs_session.hpp"
#include "tests/control/control_world.hpp"

#include <simdjson.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe::testing {

namespace gateway = api::agent_gateway;

/// What became of one connection.
struct ConnectionNotes {
  std::vector<std::string> sent;
  std::optional<std::uint16_t> closed;
  std::optional<api::http::Response> refused;
  bool accepted = false;
};
using ConnectionPtr = std::shared_ptr<ConnectionNotes>;

template <class Session>
gateway::PendingUpgrade<Session> upgrade_into(const ConnectionPtr& notes) {
  gateway::PendingUpgrade<Session> upgrade;
  upgrade.accept = [notes](const Session&) {
    notes->accepted = true;
    return std::optional{
        gateway::AgentSocket{[notes](std::string frame) { notes->sent.push_back(std::move(frame)); },
                             [notes](std::uint16_t code, const std::string&) { notes->closed = code; }}};
  };
  upgrade.refuse = [notes](api::http::Response response) { notes->refused = std::move(response); };
  return upgrade;
}

/// Issues to every task a role, until it is told not to.
struct ScriptedCredentials {
  std::optional<gateway::RoleCredentials> issue(const core::Task& task, core::TaskRole role) {
    if (!issues || role != core::TaskRole::TaskApplication) return std::nullopt;
    ++issued;
    return gateway::RoleCredentials{
        "cid-" + core::to_string(task.id), "arn:role", "AK", "SK", "TOK", expires};
  }
  bool issues = false;
  int issued = 0;
  core::Time expires{};
};

class SessionTest : public ControlTest {
 protected:
  SessionTest();
  /// Registers a host through the API, as an agent does.
  core::InstancePtr register_host(const std::string& instance = "", const std::string& token = "");
  ConnectionPtr open_acs(const core::InstanceId& id, bool has_no_credentials = false);
  ConnectionPtr open_tcs(const core::InstanceId& id);
  /// The agent says something on its last session.
  void say(gateway::AcsFrame frame);
  void tell(gateway::Telemetry frame, bool again = false);
  void lose(std::uint16_t code = 1006);
  Answer submit(const core::TaskId& task, const std::string& status,
                std::vector<core::SubmittedContainer> containers = {});

  /// Types of the frames that were sent, heartbeats left out.
  static std::vector<std::string> types(const ConnectionPtr& connection);
  /// A member of the message of frame number `index`, by JSON pointer.
  static std::string member(const ConnectionPtr& connection, std::size_t index, const std::string& pointer);
  static std::int64_t number(const ConnectionPtr& connection, std::size_t index, const std::string& pointer);

  std::shared_ptr<ScriptedCredentials> credentials = std::make_shared<ScriptedCredentials>();
  gateway::AcsSessionActor acs;
  gateway::TcsSessionActor tcs;
};

}  // namespace troupe::testing
