/// Connections that a test plays.

#include "tests/agent_gateway/session_world.hpp"

namespace troupe::testing {

SessionTest::SessionTest() {
  start();
  create_cluster();
  register_definition();
}

core::InstancePtr SessionTest::register_host(const std::string& instance, const std::string& token) {
  core::RegisterContainerInstance command;
  command.instance = instance;
  command.client_token = token;
  command.said.capacity.cpu = {4096};
  command.said.capacity.memory = {4096};
  const auto described = reply<core::TaskDefinitionReply>(ask(core::DescribeTaskDefinition{"web"}));
  command.said.attributes = core::placement_attributes(described.record->definition);
  core::Attribute full_sync;
  full_sync.name = "ecs.capability.full-sync";
  command.said.attributes.push_back(full_sync);
  return reply<core::InstanceReply>(ask(core::AgentCommand{command})).instance;
}

ConnectionPtr SessionTest::open_acs(const core::InstanceId& id, bool has_no_credentials) {
  const auto connection = std::make_shared<ConnectionNotes>();
  auto parts = std::make_shared<const gateway::AcsParts>(
      gateway::AcsParts{options.realm, plane.registry, plane.stage->timer, world.clock(),
                        [script = credentials](const core::Task& task, core::TaskRole role) {
                          return script->issue(task, role);
                        },
                        gateway::AcsTiming{}});
  gateway::AcsHello hello;
  hello.cluster = "default";
  hello.instance = id;
  hello.version.agentVersion = "1.105.1";
  hello.has_no_credentials = has_no_credentials;
  hello.acks_heartbeats = true;
  acs = world.track(gateway::spawn_acs_session(world.system(), std::move(parts), hello,
                                               upgrade_into<gateway::AcsSessionActor>(connection)));
  world.settle();
  return connection;
}

ConnectionPtr SessionTest::open_tcs(const core::InstanceId& id) {
  const auto connection = std::make_shared<ConnectionNotes>();
  tcs = world.track(gateway::spawn_tcs_session(world.system(), plane.registry, {"default", id, {}},
                                               upgrade_into<gateway::TcsSessionActor>(connection)));
  world.settle();
  return connection;
}

void SessionTest::say(gateway::AcsFrame frame) {
  world.tell(acs, gateway::AcsFrameArrived{std::move(frame)});
  world.settle();
}

void SessionTest::tell(gateway::Telemetry frame, bool again) {
  world.tell(tcs, gateway::TelemetryArrived{std::move(frame), again});
  world.settle();
}

void SessionTest::lose(std::uint16_t code) {
  world.tell(acs, gateway::SocketClosed{code, "gone"});
  world.settle();
}

Answer SessionTest::submit(const core::TaskId& id, const std::string& status,
                           std::vector<core::SubmittedContainer> containers) {
  core::SubmitTaskState command;
  command.task = core::to_string(id);
  command.status = status;
  command.containers = std::move(containers);
  return ask(core::AgentCommand{std::move(command)});
}

std::vector<std::string> SessionTest::types(const ConnectionPtr& connection) {
  std::vector<std::string> found;
  simdjson::dom::parser parser;
  for (const auto& frame : connection->sent) {
    const std::string_view type = parser.parse(frame)["type"];
    if (type != "HeartbeatMessage") found.emplace_back(type);
  }
  return found;
}

std::string SessionTest::member(const ConnectionPtr& connection, std::size_t index,
                                const std::string& pointer) {
  simdjson::dom::parser parser;
  std::string_view text;
  const auto found = parser.parse(connection->sent.at(index)).at_pointer("/message" + pointer).get(text);
  EXPECT_EQ(found, simdjson::SUCCESS) << pointer << " in " << connection->sent.at(index);
  return std::string{text};
}

std::int64_t SessionTest::number(const ConnectionPtr& connection, std::size_t index,
                                 const std::string& pointer) {
  simdjson::dom::parser parser;
  std::int64_t value = 0;
  const auto found = parser.parse(connection->sent.at(index)).at_pointer("/message" + pointer).get(value);
  EXPECT_EQ(found, simdjson::SUCCESS) << pointer << " in " << connection->sent.at(index);
  return value;
}

}  // namespace troupe::testing
