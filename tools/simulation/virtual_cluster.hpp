#pragma once

/// A whole cluster in virtual time: control plane, disk, hosts and the lines
/// between them, all on one thread. Every message's order is drawn from the seed;
/// whatever else happens is on the agenda. The same seed and the same calls give
/// the same run, byte for byte of its chronicle.
///
/// Time passes only between messages: when all is handled, the world goes on to
/// the next instant at which a timer fires or the agenda has something.

#include "actors/cast.hpp"
#include "tools/simulation/chronicle.hpp"
#include "tools/simulation/disk.hpp"
#include "tools/simulation/simulated_host.hpp"
#include "tools/simulation/virtual_actors.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace troupe::simulation {

struct ClusterSetup {
  std::uint64_t seed = 1;
  core::Realm realm;
  Limits limits;
  LinkTiming link;
  JobTimings jobs{{{std::chrono::milliseconds{5}, std::chrono::milliseconds{80}},
                   {std::chrono::milliseconds{200}, std::chrono::milliseconds{8'000}},
                   {std::chrono::milliseconds{5}, std::chrono::milliseconds{200}}}};
  runtime::SimulatedOptions scripts;  ///< Of images, on every host.
};

/// Whoever watches a world. Called in the midst of things: it may look, not touch.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void durable(const runtime::WriteBatch& /*batch*/) {}
  virtual void event(const core::EventPtr& /*event*/) {}
  /// A caller was answered.
  virtual void told(const core::Reply& /*reply*/) {}
  virtual void start_sent(const core::Task& /*task*/) {}
  virtual void stop_sent(const core::TaskId& /*task*/) {}
  virtual void container_began(const std::string& /*host*/, const std::string& /*container*/) {}
  virtual void server_started() {}
  virtual void server_lost() {}
  /// A message has been handled.
  virtual void stepped() {}
};

class VirtualCluster : public VirtualActors {
 public:
  using Command = std::variant<core::RegistryCommand, core::ClusterCommand>;
  /// The answer; null: there was none, so nobody knows what became of the call.
  using Then = std::function<void(const core::Outcome*)>;

  explicit VirtualCluster(ClusterSetup setup);
  ~VirtualCluster() override;

  /// Starts the control plane from what the disk has.
  void start_server();
  /// It dies at once, as by kill -9.
  void crash_server();
  [[nodiscard]] bool server_runs() const { return static_cast<bool>(plane_.registry); }

  SimulatedHost& add_host(HostSetup setup);
  [[nodiscard]] const std::map<std::string, std::unique_ptr<SimulatedHost>>& hosts() const { return hosts_; }
  [[nodiscard]] SimulatedHost& host(const std::string& name) { return *hosts_.at(name); }

  /// Asks the control plane; `then` is called when it has answered, or died.
  void call(Command command, Then then, const std::string& cluster = {});
  /// Asks, and lets the world go on until there is an answer (or for `limit`).
  core::Outcome ask(Command command, const std::string& cluster = {},
                    core::Millis limit = std::chrono::minutes{2});

  /// Delivers one message, or goes on to the next instant, at most to `limit`;
  /// false when nothing is left until then.
  bool step_once(core::Time limit);
  void run_until(core::Time end);
  void run_for(core::Millis duration) { run_until(now() + duration); }
  /// Does `work` when that time has passed.
  void after(core::Millis delay, std::function<void()> work);
  /// Does `work` after so many more messages: in the midst of what goes on then.
  void in_the_midst(std::uint64_t messages, std::function<void()> work);

  /// What the wall clocks of all hosts show.
  [[nodiscard]] core::Time wall() const { return now() + skew_; }
  void step_clock(core::Millis by) { skew_ += by; }

  [[nodiscard]] Disk& disk() { return *disk_; }
  [[nodiscard]] const EventStreamActor& events() const { return plane_.events; }
  [[nodiscard]] const RegistryActor& registry() const { return plane_.registry; }
  [[nodiscard]] runtime::SimulatedOptions& scripts() { return *scripts_; }
  [[nodiscard]] JobTimings& jobs() { return *jobs_; }
  [[nodiscard]] LinkWatch& link_watch() { return link_watch_; }
  [[nodiscard]] std::uint64_t chance() { return dice_.next(); }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] Chronicle& chronicle() { return chronicle_; }
  void note(const std::string& text) { chronicle_.note(steps_, now(), text); }
  void watch(Watcher* watcher) { watchers_.push_back(watcher); }
  /// The number of the last event that a subscriber got.
  [[nodiscard]] std::uint64_t last_event() const { return last_event_; }

  /// Told of what should not be, whatever was asked of the world.
  void on_trouble(std::function<void(const std::string&)> told) { on_trouble_ = std::move(told); }

 protected:
  void trouble(const std::string& what) override;

 private:
  void bury_server();
  void subscribe();
  void take_event(const core::EventPtr& event);
  [[nodiscard]] HostSurroundings surroundings();
  template <class Tell>
  void tell_watchers(Tell tell) {
    for (auto* watcher : watchers_) tell(*watcher);
  }

  std::function<void(const std::string&)> on_trouble_ = [](const std::string&) {};
  ClusterSetup setup_;
  core::Dice dice_;
  Chronicle chronicle_;
  std::vector<Watcher*> watchers_;
  std::shared_ptr<runtime::Timeline> agenda_;
  std::shared_ptr<runtime::SimulatedOptions> scripts_;
  std::shared_ptr<JobTimings> jobs_;
  LinkWatch link_watch_;
  std::shared_ptr<Disk> disk_ = std::make_shared<Disk>();
  std::weak_ptr<runtime::Journal> journal_;  ///< Of the last process.
  ControlPlane plane_;
  TimerActor host_timer_;
  std::uint64_t process_ = 0;  ///< Number of the server's process.
  bool dying_ = false;         ///< The server is to be buried after this message.
  bool closing_ = false;
  core::Millis skew_{0};
  std::uint64_t steps_ = 0;
  std::uint64_t last_event_ = 0;
  std::multimap<std::uint64_t, std::function<void()>> midst_;  ///< By step.
  std::map<std::string, std::unique_ptr<SimulatedHost>> hosts_;
};

}  // namespace troupe::simulation
