#pragma once

/// The one place that spawns the control plane. Which actor gets a thread of its
/// own is decided here and nowhere else.

#include "actors/core/figures.hpp"
#include "actors/stage.hpp"
#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <string>

namespace troupe {

struct CastOptions {
  core::Realm realm;
  Limits limits;
  Clock clock;    ///< Wall clock, milliseconds.
  Chance chance;  ///< 64 fresh random bits at each call.
  /// Told, on any thread, which actor died that nothing can go on without: the
  /// journal, the event stream, the registry or the timer. Nothing is acknowledged
  /// from then on; the process is to end and to start anew from the journal.
  std::function<void(const std::string& what)> on_death = [](const std::string&) {};
  /// Threads of their own for the journal, which waits for a disk, and for the registry:
  /// what callers ask passes it first, and must not queue behind thousands of tasks that
  /// are ready to run. Never in simulations: a detached actor escapes the test scheduler.
  bool own_threads = true;
  /// Told, on the journal's thread, what it has done by now, after each commit; be quick.
  std::function<void(const core::JournalFigures&)> on_commit = {};
};

/// The handles that the outside needs.
struct ControlPlane {
  StagePtr stage;
  RegistryActor registry;
  EventStreamActor events;

  /// Ends every actor of it; returns when they have ended. Containers run on.
  void shut_down(caf::actor_system& system);
};

/// CAF set up as measured to be best: policy sharing, throughput bounded.
void configure(caf::actor_system_config& config, std::size_t threads);

/// Reads back what the journal holds and starts the actors on it.
runtime::Result<ControlPlane> start_control_plane(caf::actor_system& system,
                                                  std::shared_ptr<runtime::Journal> journal,
                                                  const CastOptions& options);

}  // namespace troupe
