#pragma once

/// An operation of the API as a value: a row of the operation table.
///
/// A row is two pure functions. `read` checks a decoded request and says what to
/// ask the control plane; `write` makes the response of what it answered. All the
/// rest (JSON, finding the actor, waiting, errors, deadlines) is the same for every
/// operation and lives elsewhere, so a further operation is one row and its two
/// functions:
///
///     core::Result<Question> read_delete(const Call&, const wire::DeleteClusterRequest&);
///     wire::DeleteClusterResponse write_deleted(const Call&, const wire::DeleteClusterRequest&,
///                                               const core::ClusterReply&);
///     …
///     operation("DeleteCluster", read_delete, write_deleted)

#include "actors/core/ids.hpp"
#include "actors/messages.hpp"
#include "api/operations/authority.hpp"
#include "api/wire/codec/codec.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::api::operations {

/// One call, beside its body.
struct Call {
  std::shared_ptr<const core::Realm> place;
  Caller caller;
  std::string authority{};  ///< By which the caller reached us, "host:port".

  [[nodiscard]] const core::Realm& realm() const { return *place; }
};

/// What the control plane is asked: the registry, or through it a cluster.
using Question = std::variant<AskRegistry, AskCluster>;

Question ask_registry(core::RegistryCommand command);
/// `cluster` as the caller wrote it; absent is the cluster "default".
Question ask_cluster(const std::optional<std::string>& cluster, core::ClusterCommand command);

/// The answers to a plan's questions, in their order; none is null.
using Answers = std::vector<Answer>;
/// The response's JSON, or what the caller is told instead.
using Response = core::Result<std::string>;

/// What a call comes down to once its request has been read.
struct Plan {
  std::vector<Question> questions;  ///< At least one; asked all at once.
  std::function<Response(const Answers&)> finish;
};

struct Operation {
  std::string_view name;
  std::function<core::Result<Plan>(const Call&, std::string_view body)> begin;
};

/// The alternative of a reply that an operation expects; another one is a bug of
/// the control plane, told as ServerException.
template <class Reply>
core::Result<const Reply*> reply_of(const Answer& answer) {
  if (!*answer) return answer->error();
  const auto* reply = std::get_if<Reply>(&**answer);
  if (reply == nullptr) {
    return core::Error{core::ErrorCode::server, "The control plane gave an unexpected answer."};
  }
  return reply;
}

/// A row that asks one question.
template <class In, class Reply, class Out>
Operation operation(std::string_view name, core::Result<Question> (*read)(const Call&, const In&),
                    Out (*write)(const Call&, const In&, const Reply&)) {
  return {name, [read, write](const Call& call, std::string_view body) -> core::Result<Plan> {
            auto request = wire::decode<In>(body);
            if (!request) return std::move(request).error();
            auto question = read(call, *request);
            if (!question) return std::move(question).error();
            Plan plan;
            plan.questions.push_back(*std::move(question));
            plan.finish = [call, write, in = *std::move(request)](const Answers& answers) -> Response {
              const auto reply = reply_of<Reply>(answers.front());
              if (!reply) return reply.error();
              return wire::encode(write(call, in, **reply));
            };
            return plan;
          }};
}

/// A row that asks several questions, some of which may be answered by a refusal.
template <class In, class Out>
Operation fan_out(std::string_view name, core::Result<std::vector<Question>> (*read)(const Call&, const In&),
                  core::Result<Out> (*write)(const Call&, const In&, const Answers&)) {
  return {name, [read, write](const Call& call, std::string_view body) -> core::Result<Plan> {
            auto request = wire::decode<In>(body);
            if (!request) return std::move(request).error();
            auto questions = read(call, *request);
            if (!questions) return std::move(questions).error();
            Plan plan;
            plan.questions = *std::move(questions);
            plan.finish = [call, write, in = *std::move(request)](const Answers& answers) -> Response {
              auto out = write(call, in, answers);
              if (!out) return std::move(out).error();
              return wire::encode(*out);
            };
            return plan;
          }};
}

}  // namespace troupe::api::operations
