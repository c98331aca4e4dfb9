/// Rolling replacement: the newest deployment gets its tasks while the older
/// ones lose theirs, never more than maximumPercent, never fewer healthy ones
/// than minimumHealthyPercent by our own act.
///
/// Tasks on draining instances are replaced in the same way; a RUNNING one goes
/// when the lower limit allows, a PENDING one at once. Unhealthy tasks are
/// replaced first where the upper limit allows, else stopped one by one.

#include "actors/core/service/work.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

class Rolling {
 public:
  Rolling(Work& work, const Deployment& primary)
      : work_(work),
        primary_(primary),
        crew_(work.crew(primary.id)),
        bounds_(bounds_of(work.service())),
        young_of_others_(young_of_others()),
        allowance_(work.census.healthy, young_of_others_ + crew_.young, bounds_.lower) {}

  void run() {
    scale_in();
    leave_draining();
    replace_unhealthy();
    if (!halted()) retire_old();
    if (!halted()) start_missing();
    if (blocked()) complain();
  }

 private:
  [[nodiscard]] int desired() const { return work_.service().desired_count; }
  [[nodiscard]] int room() const { return bounds_.upper - work_.census.live; }
  [[nodiscard]] int missing() const { return desired() - crew_.fit - crew_.starting; }
  [[nodiscard]] bool halted() const { return primary_.rollout == DeploymentRolloutState::FAILED; }
  [[nodiscard]] std::string reason() const { return scaling_reason(primary_.id); }

  [[nodiscard]] int young_of_others() const {
    int young = 0;
    for (const auto& [id, crew] : work_.census.crews) {
      if (id != primary_.id) young += crew.young;
    }
    return young;
  }

  /// While zones are balanced one task more is wanted, until it is healthy.
  void scale_in() {
    const auto fit =
        members_of(crew_, [](const Member& m) { return !m.draining && m.standing != Standing::unhealthy; });
    const bool balancing = !work_.service().balancing_zone.empty();
    const int extra = (balancing ? crew_.fit_healthy : crew_.fit + crew_.starting) - desired();
    const auto gone = dismiss_in_ratio(work_, primary_.revision, fit, extra, Shield::holds, allowance_);
    for (const auto* member : gone) work_.stop(*member, reason());
    const auto shielded = std::ranges::count_if(fit, [](const Member* m) { return m->shielded; });
    if (static_cast<int>(gone.size()) < extra && shielded > desired()) {
      work_.draft.say_once(
          "was unable to scale in due to (deployment " + std::to_string(primary_.id) +
              "). Reason: The number of protected tasks are more than the desired count of tasks.",
          work_.view.timing.repeat_event_after);
    }
  }

  void leave_draining() {
    for (const auto& member : crew_.live) {
      if (!member.draining || !allowance_.covers(member.standing)) continue;
      allowance_.spend(member.standing);
      work_.stop(member, reason());
    }
  }

  void replace_unhealthy() {
    const auto unhealthy =
        members_of(crew_, [](const Member& m) { return !m.draining && m.standing == Standing::unhealthy; });
    const auto count = static_cast<int>(unhealthy.size());
    auto to_stop = std::clamp(crew_.fit_healthy + count - desired(), 0, count);
    const bool no_room = room() <= 0 && crew_.leaving == 0 && work_.plan.stop.empty();
    if (to_stop == 0 && no_room) to_stop = std::min(1, count);
    for (int i = 0; i < to_stop; ++i) {
      const auto& member = *unhealthy[static_cast<std::size_t>(i)];
      work_.draft.say("(task " + to_string(member.task->id) + ") failed container health checks.");
      work_.stop(member, failed_container_checks);
    }
  }

  void retire_old() {
    std::vector<const Member*> old;
    for (const auto& [id, crew] : work_.census.crews) {
      if (id == primary_.id) continue;
      const auto all = members_of(crew, [](const Member&) { return true; });
      old.insert(old.end(), all.begin(), all.end());
    }
    Allowance allowance{allowance_.healthy(), young_of_others_, bounds_.lower};
    // What does not serve, and what must leave anyway, goes before the rest.
    const auto first = [&](auto condition) {
      const auto middle = std::stable_partition(old.begin(), old.end(), condition);
      const std::vector<const Member*> part{old.begin(), middle};
      for (const auto* member : dismiss(part, static_cast<int>(part.size()), Shield::holds, allowance)) {
        work_.stop(*member, reason());
      }
      old.erase(old.begin(), middle);
    };
    first([](const Member* m) {
      return m->standing == Standing::pending || m->standing == Standing::unhealthy;
    });
    first([](const Member* m) { return m->draining; });
    first([](const Member* m) { return m->standing == Standing::young; });
    first([](const Member*) { return true; });
  }

  void start_missing() {
    const int count = std::min(missing(), room());
    if (count > 0 && may_launch(work_, primary_.failures)) {
      launch(work_, crew_, primary_.revision, count);
    }
  }

  /// Nothing can be started, nothing stopped, and nothing will change that.
  [[nodiscard]] bool blocked() const {
    const bool at_rest = crew_.leaving == 0 && crew_.pending == 0 && crew_.young == 0 &&
                         young_of_others_ == 0 && work_.census.leaving_on.empty();
    return missing() > 0 && room() <= 0 && at_rest && work_.plan.stop.empty() && !halted();
  }

  void complain() {
    work_.draft.say_once(
        "was unable to stop or start tasks during a deployment because of the service deployment "
        "configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
        work_.view.timing.repeat_event_after);
  }

  Work& work_;
  Deployment primary_;
  const Crew& crew_;
  Bounds bounds_;
  int young_of_others_;
  Allowance allowance_;
};

}  // namespace

void roll(Work& work) {
  if (const auto* primary = work.draft.primary()) Rolling{work, *primary}.run();
}

}  // namespace troupe::core
