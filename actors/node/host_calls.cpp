/// One function for each effect that the container runtime performs.

#include "actors/node/host_calls.hpp"

#include <algorithm>
#include <exception>

namespace troupe::node {
namespace {

using runtime::FailureKind;

runtime::PullRequest request_for(const std::string& reference, const NodeOptions& options) {
  runtime::PullRequest request;
  request.reference = reference;
  request.deadline = options.pull_deadline;
  request.policy = options.pull_behavior == PullBehavior::prefer_cached ? runtime::PullPolicy::if_missing
                                                                        : runtime::PullPolicy::always;
  const auto server = registry_of(reference);
  for (const auto& login : options.registry_logins) {
    if (login.server == server) request.credentials = login.credentials;
  }
  return request;
}

/// The containers' distinct references in the plan's order, as in TaskRun::images.
const std::string& reference_of(const TaskPlan& plan, ImageIndex index) {
  std::vector<const std::string*> seen;
  for (const auto& container : plan.containers) {
    const bool known = std::any_of(seen.begin(), seen.end(),
                                   [&](const std::string* image) { return *image == container.image; });
    if (!known) seen.push_back(&container.image);
  }
  return *seen.at(index);
}

/// Performs one effect with the runtime.
struct Performer {
  runtime::ContainerRuntime& host;
  const TaskPlan& plan;
  const NodeOptions& options;

  using Outcome = std::optional<TaskEvent>;

  const std::string& id(ContainerIndex index) const { return plan.containers.at(index).spec.id; }

  Outcome operator()(const PullImage& effect) const {
    const auto& reference = reference_of(plan, effect.image);
    auto image = host.pull(request_for(reference, options));
    if (!image && options.pull_behavior == PullBehavior::refresh) {
      if (auto cached = host.find_image(reference)) image = std::move(cached);
    }
    if (!image) return ImagePullFailed{effect.image, image.error()};
    return ImagePulled{effect.image, image->digest};
  }

  Outcome operator()(const CreateSandbox&) const {
    auto sandbox = host.create_sandbox(plan.sandbox);
    if (!sandbox) return SandboxFailed{sandbox.error()};
    return SandboxCreated{std::move(*sandbox)};
  }

  Outcome operator()(const CreateContainer& effect) const {
    const auto done = host.create(plan.containers.at(effect.container).spec);
    if (!done) return ContainerCreateFailed{effect.container, done.error()};
    return ContainerCreated{effect.container};
  }

  Outcome operator()(const StartContainer& effect) const {
    auto status = host.start(id(effect.container));
    if (!status) return ContainerStartFailed{effect.container, status.error()};
    return ContainerStarted{effect.container, std::move(*status)};
  }

  Outcome operator()(const LaunchContainer& effect) const {
    const auto done = host.create(plan.containers.at(effect.container).spec);
    if (!done) return ContainerCreateFailed{effect.container, done.error()};
    return (*this)(StartContainer{effect.container});
  }

  /// A signal that fails is not the end: SIGKILL and inspection follow.
  Outcome operator()(const SignalContainer& effect) const {
    const auto done = host.signal(id(effect.container), effect.signal);
    if (!done && done.error().kind == FailureKind::not_found) return ContainerGone{effect.container};
    return std::nullopt;
  }

  Outcome operator()(const InspectContainer& effect) const {
    const auto status = host.status(id(effect.container));
    if (status && status->exit) return ContainerExited{effect.container, *status->exit};
    const bool never_began = status && status->state == runtime::ContainerState::created;
    const bool missing = !status && status.error().kind == FailureKind::not_found;
    if (never_began || missing) return ContainerGone{effect.container};
    return std::nullopt;
  }

  Outcome operator()(const ProbeHealth& effect) const {
    const auto& health = plan.containers.at(effect.container).health;
    if (!health) return std::nullopt;
    runtime::ExecRequest request;
    request.command = health->command;
    request.deadline = health->timeout;
    const auto result = host.exec(id(effect.container), request);
    return HealthProbed{effect.container, effect.incarnation, result && result->exit_code == 0};
  }

  Outcome operator()(const ReleaseSandbox&) const {
    const auto done = host.release_sandbox(plan.sandbox.id);
    if (!done && done.error().kind != FailureKind::not_found) return SandboxReleaseFailed{done.error()};
    return SandboxReleased{};
  }

  Outcome operator()(const SetTimer&) const { return std::nullopt; }
  Outcome operator()(const Report&) const { return std::nullopt; }
};

/// What to say when the runtime threw while it performed an effect.
struct Broken {
  runtime::Failure failure;

  using Outcome = std::optional<TaskEvent>;

  Outcome operator()(const PullImage& effect) const { return ImagePullFailed{effect.image, failure}; }
  Outcome operator()(const CreateSandbox&) const { return SandboxFailed{failure}; }
  Outcome operator()(const CreateContainer& effect) const {
    return ContainerCreateFailed{effect.container, failure};
  }
  Outcome operator()(const StartContainer& effect) const {
    return ContainerStartFailed{effect.container, failure};
  }
  Outcome operator()(const LaunchContainer& effect) const {
    return ContainerStartFailed{effect.container, failure};
  }
  Outcome operator()(const ProbeHealth& effect) const {
    return HealthProbed{effect.container, effect.incarnation, false};
  }
  Outcome operator()(const ReleaseSandbox&) const { return SandboxReleaseFailed{failure}; }
  template <class Other>
  Outcome operator()(const Other&) const {
    return std::nullopt;
  }
};

}  // namespace

Lane lane_of(const TaskEffect& effect) {
  if (std::holds_alternative<PullImage>(effect)) return Lane::pull;
  if (std::holds_alternative<ProbeHealth>(effect)) return Lane::probe;
  return Lane::host;
}

Urgency urgency_of(const TaskEffect& effect) {
  if (std::holds_alternative<StartContainer>(effect)) return Urgency::starting;
  if (std::holds_alternative<CreateContainer>(effect)) return Urgency::creating;
  if (std::holds_alternative<LaunchContainer>(effect)) return Urgency::creating;
  if (std::holds_alternative<CreateSandbox>(effect)) return Urgency::preparing;
  return Urgency::ending;
}

std::optional<TaskEvent> perform(runtime::ContainerRuntime& host, const TaskPlan& plan,
                                 const TaskEffect& effect, const NodeOptions& options) {
  try {
    return std::visit(Performer{host, plan, options}, effect);
  } catch (const std::exception& thrown) {
    return std::visit(Broken{{FailureKind::failed, thrown.what()}}, effect);
  }
}

std::string registry_of(const std::string& reference) {
  const auto slash = reference.find('/');
  if (slash == std::string::npos) return "docker.io";
  const auto first = reference.substr(0, slash);
  const bool names_host = first.find_first_of(".:") != std::string::npos || first == "localhost";
  return names_host ? first : "docker.io";
}

}  // namespace troupe::node
