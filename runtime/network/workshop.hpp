#pragma once

/// Makes namespaces complete with interface and address, and takes them down
/// again; each step leaves a trace on disk before it is taken, so that a crash
/// between any two is cleaned up at the next start.
///
/// Thread rule: any thread.

#include "runtime/network/address_space.hpp"
#include "runtime/network/attacher.hpp"
#include "runtime/network/records.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace troupe::runtime {

class Workshop {
 public:
  Workshop(const NetworkOptions& options, const AddressPart& part);

  /// A new namespace, `ready` (or `used` and without a path, for the host's own).
  /// `owner`: the user namespace it belongs to; empty: ours.
  Result<NetworkRecord> make(NetworkKind kind, const std::string& owner = {});

  /// Detaches, unmounts, forgets. May be repeated.
  Result<void> destroy(const NetworkRecord& record) const;

  /// Whether a record from an earlier process still describes what there is.
  [[nodiscard]] bool is_intact(const NetworkRecord& record) const;

  /// Tells of a record from an earlier process that stays.
  void keep(const NetworkRecord& record);

  [[nodiscard]] const Records& records() const { return records_; }

  /// Removes mounts that no record names.
  void remove_strays(const std::vector<NetworkRecord>& known) const;

  /// Where the host's firewall forwards nothing by default (Docker and ufw see
  /// to that), asks it to forward for our bridges. Does nothing elsewhere.
  void open_firewall();
  void close_firewall() const;

 private:
  [[nodiscard]] Attacher* attacher_of(NetworkKind kind) const;
  [[nodiscard]] std::string path_of(const std::string& id) const;
  Result<void> furnish(NetworkRecord& record, const std::string& owner);

  std::string namespaces_;
  Records records_;
  std::unique_ptr<Attacher> bridge_;
  std::unique_ptr<Attacher> address_;
  std::atomic<std::chrono::steady_clock::time_point> firewall_checked_{};
};

}  // namespace troupe::runtime
