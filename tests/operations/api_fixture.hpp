#pragma once

/// The API without connections: a request in, the answer out, and a registry
/// that the test plays.

#include "api/operations/api.hpp"
#include "tests/operations/fake_registry.hpp"
#include "tests/support/actor_world.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>
#include <boost/mp11/algorithm.hpp>

#include <memory>
#include <optional>
#include <string>

namespace troupe::testing {

/// A cluster's command, whichever of the groups it belongs to.
template <class Command>
const Command& command_in(const core::ClusterCommand& command) {
  using boost::mp11::mp_contains;
  if constexpr (mp_contains<core::ServiceCommand, Command>::value) {
    return std::get<Command>(std::get<core::ServiceCommand>(command));
  } else if constexpr (mp_contains<core::InstanceCommand, Command>::value) {
    return std::get<Command>(std::get<core::InstanceCommand>(command));
  } else if constexpr (mp_contains<core::AgentCommand, Command>::value) {
    return std::get<Command>(std::get<core::AgentCommand>(command));
  } else if constexpr (mp_contains<core::HostCommand, Command>::value) {
    return std::get<Command>(std::get<core::HostCommand>(command));
  } else {
    return std::get<Command>(command);
  }
}

class ApiTest : public ActorTest {
 protected:
  explicit ApiTest(api::operations::FrontOptions front = {}) {
    using namespace api::operations;
    registry = std::make_shared<RegistryScript>();
    const auto actor = world.spawn<FakeRegistry>(registry);
    const auto front_actor = world.track(spawn_front(world.system(), RegistryActor{actor}, front));
    AccessOptions options;
    options.mode = AccessMode::any;
    api = std::make_unique<Api>(ApiOptions{}, std::make_shared<const Access>(core::Realm{}, options),
                                std::vector<FrontActor>{front_actor});
  }

  /// Starts a call; `answered` holds the response once there is one.
  std::shared_ptr<std::optional<api::http::Response>> start(const std::string& operation,
                                                            const std::string& body) {
    api::http::Request request;
    // Operations of our own are given with their prefix.
    const bool own = operation.starts_with("Troupe.");
    request.headers = {{"Host", "127.0.0.1:4566"},
                       {"X-Amz-Target", own ? operation : "AmazonEC2ContainerServiceV20141113." + operation}};
    request.body = body;
    auto answered = std::make_shared<std::optional<api::http::Response>>();
    api->handle(request, [answered](api::http::Response response) { *answered = std::move(response); });
    world.settle();
    return answered;
  }

  api::http::Response call(const std::string& operation, const std::string& body) {
    const auto answered = start(operation, body);
    EXPECT_TRUE(answered->has_value()) << operation << " is not answered";
    return answered->value_or(
        api::http::Response{.status = 0, .body = {}, .content_type = {}, .headers = {}});
  }

  /// The single command that a cluster was asked.
  template <class Command>
  const Command& only_command() {
    EXPECT_EQ(registry->cluster_questions.size(), 1U);
    return command_in<Command>(*registry->cluster_questions.at(0).command);
  }

  std::shared_ptr<RegistryScript> registry;
  std::unique_ptr<api::operations::Api> api;
};

/// The envelope of a refusal.
inline std::string refusal_body(const std::string& exception, const std::string& message) {
  return R"({"__type":")" + exception + R"(","message":")" + message + R"("})";
}

}  // namespace troupe::testing
