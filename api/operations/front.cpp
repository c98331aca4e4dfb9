/// The front actor: waiting calls by number, which is also the order of their deadlines.

#include "api/operations/front.hpp"

#include <spdlog/spdlog.h>
#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <exception>
#include <map>

namespace troupe::api::operations {
namespace {

struct WaitingCall {
  StartCall call;
  Answers answers;
  std::size_t missing = 0;
  caf::actor_clock::time_point deadline;
};

struct FrontState {
  /// Keeps this from being an aggregate, which CAF would try to make of the actor's pointer.
  FrontState() = default;
  static inline const char* name = "front";
  RegistryActor registry;
  FrontOptions options;
  std::map<std::uint64_t, WaitingCall> waiting;
  std::uint64_t last_number = 0;
  bool ticking = false;
};

using Self = FrontActor::stateful_pointer<FrontState>;

/// Renders; a failure there must not take the actor, and the calls it holds, along.
http::Response finished(const WaitingCall& waiting) {
  try {
    return response_of(waiting.call.plan->finish(waiting.answers));
  } catch (const std::exception& failure) {
    spdlog::error("api renders no response to {}: {}", waiting.call.operation, failure.what());
    return http::error_response(http::server_exception());
  }
}

void on_answer(Self self, std::uint64_t number, std::size_t index, const Answer& answer) {
  auto& state = self->state;
  const auto found = state.waiting.find(number);
  if (found == state.waiting.end()) return;
  auto& waiting = found->second;
  waiting.answers[index] = answer;
  if (--waiting.missing > 0) return;
  waiting.call.reply(finished(waiting));
  state.waiting.erase(found);
}

void on_failure(Self self, std::uint64_t number, const caf::error& error) {
  auto& state = self->state;
  const auto found = state.waiting.find(number);
  if (found == state.waiting.end()) return;
  spdlog::error("api fails {}: {}", found->second.call.operation, self->system().render(error));
  found->second.call.reply(http::error_response(http::server_exception()));
  state.waiting.erase(found);
}

void ask(Self self, std::uint64_t number, std::size_t index, const Question& question) {
  const auto then = [&](const auto& message) {
    self->request(self->state.registry, caf::infinite, message)
        .then([=](const Answer& answer) { on_answer(self, number, index, answer); },
              [=](const caf::error& error) { on_failure(self, number, error); });
  };
  std::visit(then, question);
}

void tick(Self self) {
  if (self->state.ticking || self->state.waiting.empty()) return;
  self->state.ticking = true;
  self->delayed_send(self, self->state.options.tick, CheckDeadlines{});
}

void on_start(Self self, const StartCall& call) {
  auto& state = self->state;
  if (state.waiting.size() >= state.options.calls_max) {
    call.reply(http::error_response({"ThrottlingException", "Rate exceeded"}));
    return;
  }
  const auto number = ++state.last_number;
  const auto& questions = call.plan->questions;
  state.waiting.emplace(number, WaitingCall{call, Answers(questions.size()), questions.size(),
                                            self->clock().now() + state.options.call_timeout});
  for (std::size_t i = 0; i < questions.size(); ++i) ask(self, number, i, questions[i]);
  tick(self);
}

void on_tick(Self self) {
  auto& state = self->state;
  state.ticking = false;
  const auto now = self->clock().now();
  while (!state.waiting.empty() && state.waiting.begin()->second.deadline <= now) {
    const auto late = state.waiting.begin();
    spdlog::error("api gives up {}: no answer within {} ms", late->second.call.operation,
                  state.options.call_timeout.count());
    late->second.call.reply(http::error_response(http::server_exception("The request timed out.")));
    state.waiting.erase(late);
  }
  tick(self);
}

FrontActor::behavior_type front(Self self, RegistryActor registry, FrontOptions options) {
  self->state.registry = std::move(registry);
  self->state.options = options;
  return {
      [=](const StartCall& call) { on_start(self, call); },
      [=](CheckDeadlines) { on_tick(self); },
  };
}

}  // namespace

FrontActor spawn_front(caf::actor_system& system, RegistryActor registry, FrontOptions options) {
  return system.spawn(front, std::move(registry), options);
}

http::Response refusal_response(const core::Error& error) {
  const unsigned status = error.code == core::ErrorCode::server ? 500 : 400;
  return http::error_response({core::exception_name(error.code), error.message, status});
}

http::Response response_of(const Response& response) {
  if (!response) return refusal_response(response.error());
  http::Response out;
  out.body = *response;
  return out;
}

}  // namespace troupe::api::operations
