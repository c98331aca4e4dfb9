#pragma once

/// The line between one host and the control plane: each message takes its time,
/// in order as on one connection; the line can be blocked for a while, or cut, and
/// then what is under way is lost and each end learns of it in its own time.
///
/// Both ends are the actors that they are without it: the host's agent is given
/// a registry and a container instance to talk to, the control plane an agent.

#include "actors/interfaces.hpp"
#include "runtime/simulated/timeline.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace troupe::simulation {

/// How long messages and bad news take.
struct LinkTiming {
  std::chrono::milliseconds delay_min{1};
  std::chrono::milliseconds delay_max{20};
  std::chrono::milliseconds notice_max{20'000};  ///< Until an end hears that the line is cut.
};

/// What passes, for those who watch.
struct LinkWatch {
  std::function<void(const StartTask&)> on_start = [](const StartTask&) {};
  std::function<void(const troupe::StopTask&)> on_stop = [](const troupe::StopTask&) {};
  /// Changes a manifest on its way: planted to see that it is found.
  std::function<TaskManifest(const TaskManifest&)> through = [](const TaskManifest& manifest) {
    return manifest;
  };
};

class Link : public std::enable_shared_from_this<Link> {
 public:
  /// @param chance  64 fresh random bits at each call.
  Link(caf::actor_system& system, std::shared_ptr<runtime::Timeline> agenda, LinkTiming timing,
       std::function<std::uint64_t()> chance, LinkWatch watch);

  /// The registry as the host sees it. It ends with end().
  [[nodiscard]] const RegistryActor& registry() const { return registry_; }

  /// The control plane is there (again).
  void connect_server(RegistryActor server);
  /// It is gone: every session with it is over.
  void lose_server();
  /// Messages wait until then, new ones too.
  void block_for(std::chrono::milliseconds duration);
  /// What is under way is lost. The host's end hears of it unless it is `host_gone`.
  enum class HostEnd : std::uint8_t { hears, gone };
  void cut(HostEnd host = HostEnd::hears);
  /// Ends its actors.
  void end();

  [[nodiscard]] bool blocked() const { return agenda_->now() < blocked_until_; }
  void set_timing(LinkTiming timing) { timing_ = timing; }

  // For its actors.
  struct Session;
  using SessionPtr = std::shared_ptr<Session>;
  void open(const ConnectAgent& ask, std::function<void(AgentConnected)> done, std::function<void()> refused);
  void carry_down(const SessionPtr& session, std::function<void()> deliver);
  void carry_up(const SessionPtr& session, std::function<void()> deliver);
  /// The instance that this session speaks to has ended.
  void lose_instance(const SessionPtr& session);
  [[nodiscard]] const LinkWatch& watch() const { return watch_; }

 private:
  [[nodiscard]] std::chrono::milliseconds draw(std::chrono::milliseconds least,
                                               std::chrono::milliseconds most);
  void carry(const SessionPtr& session, runtime::Time& last, std::function<void()> deliver);
  void notice(std::chrono::milliseconds within, std::function<void()> what);

  caf::actor_system& system_;
  std::shared_ptr<runtime::Timeline> agenda_;
  LinkTiming timing_;
  std::function<std::uint64_t()> chance_;
  LinkWatch watch_;
  RegistryActor registry_;
  RegistryActor server_;  ///< Null while it is gone.
  SessionPtr session_;    ///< The last one; null when there is none.
  runtime::Time blocked_until_{};
};

}  // namespace troupe::simulation
