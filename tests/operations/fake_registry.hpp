#pragma once

/// A registry that answers what a test tells it to.

#include "actors/interfaces.hpp"
#include "api/http/server.hpp"
#include "api/operations/operation.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace troupe::testing {

/// What a fake registry was asked, and how it answers.
struct RegistryScript {
  /// No answer: the question stays open for ever.
  std::function<std::optional<Answer>(const AskRegistry&)> on_registry;
  std::function<std::optional<Answer>(const AskCluster&)> on_cluster;
  std::vector<core::RegistryCommand> registry_commands;
  std::vector<AskCluster> cluster_questions;
  bool broken = false;  ///< Answers with an error of the machinery.
};

class FakeRegistry : public RegistryActor::base {
 public:
  FakeRegistry(caf::actor_config& config, std::shared_ptr<RegistryScript> script)
      : RegistryActor::base(config), script_(std::move(script)) {}

  behavior_type make_behavior() override {
    return {
        [this](const AskRegistry& question) -> caf::result<Answer> {
          script_->registry_commands.push_back(*question.command);
          return answered(script_->on_registry, question);
        },
        [this](const AskCluster& question) -> caf::result<Answer> {
          script_->cluster_questions.push_back(question);
          return answered(script_->on_cluster, question);
        },
        [](const ConnectAgent&) -> caf::result<AgentConnected> {
          return caf::make_error(caf::sec::unexpected_message);
        },
        [](const ResumeAgent&) -> caf::result<SessionOpened> {
          return caf::make_error(caf::sec::unexpected_message);
        },
        [](const FindInstance&) -> caf::result<SessionOpened> {
          return caf::make_error(caf::sec::unexpected_message);
        },
        [](const ClusterStatusChanged&) {},
        [](const ServiceNamespaceChanged&) {},
        [](const ReadParts&) -> caf::result<ClusterRead> {
          return caf::make_error(caf::sec::unexpected_message);
        },
    };
  }

 private:
  template <class Question>
  caf::result<Answer> answered(const std::function<std::optional<Answer>(const Question&)>& script,
                               const Question& question) {
    if (script_->broken) return caf::make_error(caf::sec::runtime_error, "the disk is gone");
    auto given = script ? script(question) : std::nullopt;
    if (given) return *given;
    open_.push_back(make_response_promise<Answer>());
    return open_.back();
  }

  std::shared_ptr<RegistryScript> script_;
  std::deque<caf::typed_response_promise<Answer>> open_;
};

inline Answer cluster_answer(const std::string& name) {
  auto record = std::make_shared<core::Cluster>();
  record->name = name;
  record->settings = {{core::ClusterSettingName::containerInsights, "disabled"}};
  record->tags = {{"team", "blue"}};
  return answer(core::Reply{core::ClusterReply{record, {1, 2, 3, 0, {{2, 3}, 0, 0}}}});
}

inline Answer refusal(core::ErrorCode code, const std::string& message) {
  return answer(core::Error{code, message});
}

}  // namespace troupe::testing
