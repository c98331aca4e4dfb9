#pragma once

/// The actor between the HTTP edge and the control plane: asks a call's questions,
/// waits for the answers, and replies. Every call it takes is answered: by its
/// response, by a refusal, or when the deadline has passed by ServerException.

#include "actors/interfaces.hpp"
#include "api/http/server.hpp"
#include "api/operations/operation.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace troupe::api::operations {

/// A call whose request has been read.
struct StartCall {
  std::string_view operation;  ///< For the log; of the table's row.
  std::shared_ptr<const Plan> plan;
  std::function<void(http::Response)> reply;
};

struct CheckDeadlines {};

using FrontActor = caf::typed_actor<
    // Takes a call.
    caf::reacts_to<StartCall>,
    // Its own tick while calls wait.
    caf::reacts_to<CheckDeadlines>>;

struct FrontOptions {
  /// From taking the call to the ServerException. Less than the HTTP server's own.
  std::chrono::milliseconds call_timeout{30'000};
  std::chrono::milliseconds tick{1'000};
  /// Beyond: ThrottlingException.
  std::size_t calls_max = 10'000;
};

FrontActor spawn_front(caf::actor_system& system, RegistryActor registry, FrontOptions options = {});

/// The answer to a client: the response's JSON, or the error envelope.
http::Response response_of(const Response& response);
http::Response refusal_response(const core::Error& error);

}  // namespace troupe::api::operations

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::operations::StartCall)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::operations::CheckDeadlines)
