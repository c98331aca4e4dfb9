#pragma once

/// Where the adapter keeps things below its data directory; README.md draws it.

#include <string>

namespace troupe::runtime::oci {

/// Where a container in a user namespace has its root in its monitor's private mounts:
/// the way there must be open to users of the host that are nobody.
inline constexpr const char* kOpenRoot = "/run/troupe/root";

class Layout {
 public:
  explicit Layout(std::string root) : root_(std::move(root)) {}

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] std::string lock() const { return root_ + "/oci.lock"; }
  [[nodiscard]] std::string images() const { return root_ + "/images"; }
  [[nodiscard]] std::string networks() const { return root_ + "/networks"; }
  [[nodiscard]] std::string containers() const { return root_ + "/containers"; }
  [[nodiscard]] std::string container(const std::string& id) const { return containers() + "/" + id; }
  [[nodiscard]] std::string sandboxes() const { return root_ + "/sandboxes"; }
  [[nodiscard]] std::string sandbox(const std::string& id) const { return sandboxes() + "/" + id; }
  /// Its user namespace, mounted.
  [[nodiscard]] std::string user_namespace(const std::string& id) const { return sandbox(id) + "/user"; }
  /// The file of its limited storage, and where that is seen in the private mounts of
  /// its containers' monitors: as it is, and with the ids of the user namespace.
  [[nodiscard]] std::string storage(const std::string& id) const { return sandbox(id) + "/storage"; }
  [[nodiscard]] std::string disk(const std::string& id) const { return sandbox(id) + "/disk"; }
  [[nodiscard]] std::string mapped_disk(const std::string& id) const { return sandbox(id) + "/mapped"; }
  [[nodiscard]] std::string volumes() const { return root_ + "/volumes"; }
  [[nodiscard]] std::string logs() const { return root_ + "/logs"; }
  [[nodiscard]] std::string log(const std::string& sandbox, const std::string& id) const {
    return logs() + "/" + sandbox + "/" + id + ".log";
  }
  /// conmon writes an exit code here, in a file with the container's id.
  [[nodiscard]] std::string exits() const { return root_ + "/exits"; }
  [[nodiscard]] std::string exit(const std::string& id) const { return exits() + "/" + id; }
  /// The state of crun or runc.
  [[nodiscard]] std::string runtime_state() const { return root_ + "/state"; }
  [[nodiscard]] std::string sockets() const { return root_ + "/sockets"; }

 private:
  std::string root_;
};

}  // namespace troupe::runtime::oci
