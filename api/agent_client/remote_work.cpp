/// Frames of ACS as messages to the agent.

#include "api/agent_client/payload_reader.hpp"
#include "api/agent_client/remote_instance.hpp"

#include "actors/core/task_definition/optional_members.hpp"

namespace troupe::api::agent_client {

using core::items;
using core::text;

/// A frame that cannot be read is passed over, as by every agent: the server sends it again.
void RemoteInstance::take_frame(const std::string& frame) {
  const auto read = read_server_frame(frame);
  if (!read) {
    spdlog::error("agent cannot read a frame: {}", read.error().message);
    return;
  }
  std::visit([this](const auto& message) { follow(message); }, *read);
}

void RemoteInstance::follow(const OtherFrame& other) {
  spdlog::debug("agent passes over a {}", other.type);
}

void RemoteInstance::follow(const wire::acs::HeartbeatMessage& heartbeat) {
  say(Session::acs, heartbeat_ack_frame(text(heartbeat.messageId)));
}

/// The runtimes make a task's interface by themselves.
void RemoteInstance::follow(const wire::acs::AttachTaskNetworkInterfacesMessage& attach) {
  say(Session::acs, ack_frame(speaker_, text(attach.messageId)));
}

/// A payload with a task that this host cannot take is not confirmed: its STOPPED report says
/// that it was read.
void RemoteInstance::follow(const wire::acs::PayloadMessage& payload) {
  if (text(payload.containerInstanceArn) != speaker_.arn()) {
    spdlog::error("agent was sent a payload of {}", text(payload.containerInstanceArn));
    return;
  }
  bool all_taken = true;
  for (const auto& task : items(payload.tasks)) {
    all_taken = take_task(task, text(payload.messageId)) && all_taken;
  }
  if (all_taken) say(Session::acs, ack_frame(speaker_, text(payload.messageId)));
  synchronise();
}

bool RemoteInstance::take_task(const wire::acs::Task& said, const std::string& message) {
  const auto id = task_id_of(speaker_.realm, speaker_.cluster, text(said.arn));
  if (!id) {
    spdlog::error("agent cannot read a task: {}", id.error().message);
    return false;
  }
  awaited_.erase(*id);
  if (said.desiredStatus != "STOPPED") return start(said, *id, message);
  parts_.tasks->stop(*id, parts_.clock());
  send(agent_, StopTask{*id});
  return true;
}

bool RemoteInstance::start(const wire::acs::Task& said, const core::TaskId& id, const std::string& message) {
  auto read = read_task(speaker_.realm, speaker_.cluster, said);
  if (!read) {
    auto report = std::make_shared<core::TaskReport>();
    report->task = id;
    report->status = core::TaskStatus::STOPPED;
    report->reason = read.error().message;
    take_report(report);
    return false;
  }
  if (begun_before_.count(id) != 0) read->last_status = core::TaskStatus::RUNNING;
  auto& task = tasks_[id];
  if (!task) task = std::make_shared<const core::Task>(*std::move(read));
  if (!task->attachments.empty()) attachments_[id] = task->attachments;
  parts_.tasks->add(task);
  // Before its containers are planned, which are told where these are.
  if (said.roleCredentials) {
    take_credentials(id, core::TaskRole::TaskApplication, *said.roleCredentials, message);
  }
  if (said.executionRoleCredentials) {
    take_credentials(id, core::TaskRole::TaskExecution, *said.executionRoleCredentials, message);
  }
  send(agent_, StartTask{task});
  return true;
}

/// Renewed ones come under the id that the task's containers know already.
void RemoteInstance::follow(const wire::acs::IAMRoleCredentialsMessage& renewed) {
  const auto id = task_id_of(speaker_.realm, speaker_.cluster, text(renewed.taskArn));
  if (!id || !renewed.roleCredentials || tasks_.count(*id) == 0) {
    spdlog::error("agent was sent credentials of {}, which does not run here", text(renewed.taskArn));
    return;
  }
  take_credentials(*id, renewed.roleType.value_or(core::TaskRole::TaskApplication), *renewed.roleCredentials,
                   text(renewed.messageId));
}

void RemoteInstance::take_credentials(const core::TaskId& task, core::TaskRole role,
                                      const wire::acs::IAMRoleCredentials& said, const std::string& message) {
  if (text(said.credentialsId).empty()) return;
  const metadata::Credentials kept{text(said.roleArn), text(said.accessKeyId), text(said.secretAccessKey),
                                   text(said.sessionToken), text(said.expiration)};
  parts_.credentials->keep(task, role, *said.credentialsId, [kept] { return kept; });
  say(Session::acs, credentials_ack_frame(message, said));
}

/// Tasks that run here and should not are stopped only when the server confirms each of them.
void RemoteInstance::follow(const wire::acs::TaskManifestMessage& manifest) {
  if (manifest.timeline.value_or(0) <= timeline_) return;
  timeline_ = *manifest.timeline;
  say(Session::acs, ack_frame(speaker_, text(manifest.messageId)));
  std::set<core::TaskId> wanted;
  for (const auto& listed : items(manifest.tasks)) {
    const auto id = task_id_of(speaker_.realm, speaker_.cluster, text(listed.taskArn));
    if (id && listed.desiredStatus == "RUNNING") wanted.insert(*id);
  }
  std::vector<core::TaskId> candidates;
  for (const auto& [id, task] : tasks_) {
    if (wanted.count(id) == 0) candidates.push_back(id);
  }
  manifest_ = candidates.empty() ? "" : text(manifest.messageId);
  if (!candidates.empty()) {
    say(Session::acs, stop_candidates_frame(speaker_, manifest_, candidates));
  }
  if (synchronised_) return;
  manifest_came_ = true;
  awaited_ = std::move(wanted);
  for (const auto& [id, task] : tasks_) awaited_.erase(id);
  synchronise();
}

void RemoteInstance::follow(const wire::acs::TaskStopVerificationAck& verified) {
  if (manifest_.empty() || verified.messageId != manifest_) return;
  manifest_.clear();
  for (const auto& stopped : items(verified.stopTasks)) {
    const auto id = task_id_of(speaker_.realm, speaker_.cluster, text(stopped.taskArn));
    if (id) send(agent_, StopTask{*id});
  }
}

/// When every task of the first manifest has come, the agent may clear away what belongs to none.
void RemoteInstance::synchronise() {
  if (synchronised_ || !manifest_came_ || !awaited_.empty()) return;
  synchronised_ = true;
  parts_.credentials->complete();
  auto all = std::make_shared<std::vector<core::TaskPtr>>();
  for (const auto& [id, task] : tasks_) all->push_back(task);
  for (const auto& task : begun_before_) {
    if (tasks_.count(task) == 0) parts_.begun->remove(task);
  }
  send(agent_, TaskManifest{std::move(all)});
}

}  // namespace troupe::api::agent_client
