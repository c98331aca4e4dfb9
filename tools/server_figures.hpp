#pragma once

/// Where the parts of a server leave their figures, and GET /metrics finds them. Any
/// thread may do either.

#include "actors/core/figures.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace troupe::tools {

class ServerFiguresBoard {
 public:
  void set(const core::JournalFigures& journal) {
    const std::lock_guard lock{mutex_};
    figures_.journal = journal;
  }
  void set(const core::EventGatewayFigures& events) {
    const std::lock_guard lock{mutex_};
    figures_.events = events;
  }
  void set(const core::ProviderReservation& reservation) {
    const std::lock_guard lock{mutex_};
    reservations_[{reservation.cluster, reservation.provider}] = reservation.percent;
  }
  [[nodiscard]] core::ServerFigures read() const {
    const std::lock_guard lock{mutex_};
    auto figures = figures_;
    for (const auto& [name, percent] : reservations_) {
      figures.reservations.push_back({name.first, name.second, percent});
    }
    return figures;
  }

 private:
  mutable std::mutex mutex_;
  core::ServerFigures figures_;
  std::map<std::pair<std::string, std::string>, double> reservations_;
};

}  // namespace troupe::tools
