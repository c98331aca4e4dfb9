/// Spawns the control plane.

#include "actors/cast.hpp"

#include "actors/control/direct_traffic.hpp"
#include "actors/control/journal_actor.hpp"
#include "actors/control/recovery.hpp"
#include "actors/timer.hpp"
#include "actors/watch.hpp"

#include <caf/scoped_actor.hpp>

namespace troupe {
namespace {

template <class Actor, class... Parts>
auto spawn_on(caf::actor_system& system, bool own_thread, Parts&&... parts) {
  return own_thread ? system.spawn<Actor, caf::detached>(std::forward<Parts>(parts)...)
                    : system.spawn<Actor>(std::forward<Parts>(parts)...);
}

}  // namespace

void configure(caf::actor_system_config& config, std::size_t threads) {
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", threads);
  config.set("scheduler.max-throughput", std::size_t{100});
}

runtime::Result<ControlPlane> start_control_plane(caf::actor_system& system,
                                                  std::shared_ptr<runtime::Journal> journal,
                                                  const CastOptions& options) {
  auto recovered = control::recover(*journal, options.realm);
  if (!recovered) return recovered.error();
  ControlPlane plane;
  auto stage = std::make_shared<Stage>();
  stage->realm = options.realm;
  stage->limits = options.limits;
  stage->clock = options.clock;
  stage->chance = options.chance;
  stage->timer = system.spawn<Timer>();
  stage->traffic = system.spawn<control::DirectTraffic>();
  const auto last_sequence = recovered->events.last_sequence;
  const auto& retained = recovered->events.retained;
  const auto trimmed_up_to = retained.empty() ? last_sequence : retained.front()->sequence - 1;
  plane.events = system.spawn<control::EventStream>(options.limits, options.clock, stage->timer,
                                                    std::move(recovered->events));
  stage->journal =
      spawn_on<control::JournalWriter>(system, options.own_threads, std::move(journal), trimmed_up_to,
                                       last_sequence, plane.events, options.on_commit);
  plane.stage = stage;
  plane.registry =
      spawn_on<control::Registry>(system, options.own_threads, plane.stage, std::move(recovered->world));
  watch_over(system, stage->timer, "timer", options.on_death);
  watch_over(system, plane.events, "event stream", options.on_death);
  watch_over(system, stage->journal, "journal", options.on_death);
  watch_over(system, plane.registry, "registry", options.on_death);
  return plane;
}

void ControlPlane::shut_down(caf::actor_system& system) {
  caf::scoped_actor self{system};
  const auto end = [&](const auto& handle) {
    self->send_exit(handle, caf::exit_reason::user_shutdown);
    self->wait_for(handle);
  };
  end(registry);
  end(events);
  end(stage->traffic);
  end(stage->timer);
  end(stage->journal);
  *this = {};
}

}  // namespace troupe
