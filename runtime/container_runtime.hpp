#pragma once

/// The port to what runs containers: images, sandboxes and containers in the
/// words of the OCI specifications. An adapter (oci, docker, simulated) makes
/// them real. Nothing here knows ECS.
///
/// Thread rule: every method may be called from any thread, several at once.
/// Methods block until they are done; each has its own deadline, so none blocks
/// for ever. Identifiers are chosen by the caller and match [A-Za-z0-9_.-]{1,128}.
///
/// Crash rule: what a method has returned survives the end of this process. A
/// new adapter on the same directory finds it through list(). Every `remove_…`
/// may be repeated and succeeds when the thing is gone already.

#include "runtime/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::runtime {

using Time = std::chrono::system_clock::time_point;

// ---- Images -----------------------------------------------------------------

/// A password that cannot be printed by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  /// The text itself, for the one place that must hand it on.
  [[nodiscard]] const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

struct RegistryCredentials {
  std::string username;
  Secret password;
};

enum class PullPolicy : std::uint8_t {
  always,      ///< Ask the registry; keep the local image when it is the same.
  if_missing,  ///< Ask only when the reference is not in the store.
  never,       ///< Fail with not_found when it is not in the store.
};

/// `reference` is as in a container definition: `busybox`, `host:5000/a/b:tag`,
/// `a/b@sha256:…`; or `oci:DIR[:TAG]`, `docker-archive:FILE` for local files.
struct PullRequest {
  std::string reference;
  PullPolicy policy = PullPolicy::if_missing;
  std::optional<RegistryCredentials> credentials;
  std::chrono::seconds deadline{600};
};

/// The part of an OCI image configuration that starts a container.
struct ImageConfig {
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string working_directory;
  std::string user;
  std::string stop_signal;           ///< "SIGTERM" when the image says nothing.
  std::vector<std::string> volumes;  ///< Absolute paths.
};

struct Image {
  std::string reference;            ///< Normalised: registry/name:tag or …@digest.
  std::string digest;               ///< Of the manifest, "sha256:…".
  std::vector<std::string> layers;  ///< diff ids, lowest first.
  std::uint64_t size_bytes = 0;     ///< Unpacked.
  Time pulled_at{};
  ImageConfig config;
};

// ---- Sandboxes: what the containers of one task share -------------------------

enum class Protocol : std::uint8_t { tcp, udp };

struct PortBinding {
  std::uint16_t container_port = 0;
  std::uint16_t host_port = 0;  ///< 0 in a request: the runtime picks a free one.
  Protocol protocol = Protocol::tcp;
  std::string host_ip = "0.0.0.0";
};

enum class NetworkKind : std::uint8_t {
  none,     ///< Only a loopback interface.
  host,     ///< The host's own.
  bridge,   ///< A namespace behind the host's bridge, ports mapped.
  address,  ///< A namespace with an address of its own, reachable from the host.
};

/// One network namespace (or the host's), known by a name inside its sandbox.
struct NetworkSpec {
  std::string name;
  NetworkKind kind = NetworkKind::bridge;
  std::vector<PortBinding> ports;  ///< bridge only.
  /// What the kernel calls the host in it, for adapters whose networks have the name
  /// (docker); others take the container's. Empty: the adapter's choice.
  std::string hostname{};
};

struct Network {
  std::string name;
  NetworkKind kind = NetworkKind::bridge;
  std::string address;  ///< IPv4, empty for none and host.
  std::string gateway;
  std::string mac;
  std::string subnet;              ///< CIDR
  std::vector<PortBinding> ports;  ///< As bound, host ports filled in.
};

/// Limits of a cgroup. Absent means no limit of its own.
struct ResourceLimits {
  std::optional<std::uint64_t> cpu_shares;    ///< 2…262144, relative weight.
  std::optional<double> cpu_cores;            ///< Hard limit (CFS quota).
  std::optional<std::uint64_t> memory_bytes;  ///< Hard limit.
  std::optional<std::uint64_t> memory_reservation_bytes;
  std::optional<std::uint64_t> swap_bytes;  ///< Beside memory; 0 = none.
  std::optional<std::uint64_t> swappiness;  ///< 0…100
  std::optional<std::uint64_t> processes;   ///< pids limit.
};

struct SandboxSpec {
  std::string id;
  std::vector<NetworkSpec> networks;
  std::vector<std::string> volumes;  ///< Named volumes that end with the sandbox.
  bool share_pid_namespace = false;  ///< One pid namespace for all its containers.
  bool share_ipc_namespace = false;
  ResourceLimits limits;  ///< For all containers together.
  std::map<std::string, std::string> labels;
  /// All its containers in one user namespace of its own: their 65,536 user and
  /// group ids are ids of the host that nobody else has, also not another living
  /// sandbox after a restart of this process. Image and volumes look as without it.
  /// invalid with a network, pid or ipc namespace of the host's, a device of the
  /// host's or a privileged container. oci does it; failed where the kernel or the
  /// disk's file system cannot map ids. docker refuses it: invalid. simulated
  /// accepts it.
  bool user_namespace = false;
  /// Bytes that its containers may write to their root file systems, its own
  /// volumes and the images' anonymous volumes together; beyond them writes end with
  /// ENOSPC, for this sandbox only. They are taken from the host's disk as they are
  /// written. Mounts from elsewhere, named volumes of others and logs do not count.
  /// invalid below kMinimumStorageBytes. oci does it; failed where the kernel has no
  /// loop devices. docker refuses it: invalid. simulated accepts it.
  std::optional<std::uint64_t> storage_bytes;
};

/// A file system that is smaller has no room beside its own tables.
inline constexpr std::uint64_t kMinimumStorageBytes = 1U << 20U;

struct Sandbox {
  std::string id;
  std::vector<Network> networks;
  std::map<std::string, std::string> labels;
};

// ---- Containers ---------------------------------------------------------------

/// A directory or file seen inside a container.
struct Mount {
  std::string source;  ///< A host path, or the name of a volume.
  bool named_volume = false;
  std::string target;  ///< Absolute path in the container.
  bool read_only = false;
};

struct VolumesFrom {
  std::string container;  ///< Id of a container created earlier in the same sandbox.
  bool read_only = false;
};

struct Tmpfs {
  std::string target;
  std::uint64_t size_bytes = 0;
  std::vector<std::string> options;  ///< Linux mount options; unknown ones are invalid.
};

struct Rlimit {
  std::string name;  ///< "nofile", "nproc", …
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

struct Device {
  std::string host_path;
  std::string container_path;  ///< Empty: the same.
  std::string permissions = "rwm";
};

enum class NamespaceMode : std::uint8_t { own, sandbox, host };

struct DnsConfig {
  std::vector<std::string> servers;  ///< Empty: the host's.
  std::vector<std::string> searches;
};

struct HostEntry {
  std::string hostname;
  std::string address;
};

/// Bounds of a container's log: rotated at `max_size_bytes`, `max_files` kept. An
/// adapter that keeps fewer says so in the log; oci keeps one, as conmon does.
struct LogLimits {
  std::uint64_t max_size_bytes = 64ULL << 20U;
  std::uint32_t max_files = 1;
};

/// Everything a container needs. Absent `entrypoint` and `command` come from the
/// image by Docker's rule: an entrypoint given here drops the image's command.
struct ContainerSpec {
  std::string id;
  std::string sandbox;
  std::string network;  ///< Name of a network of the sandbox.
  std::string image;    ///< Reference or digest, in the store already.
  std::optional<std::vector<std::string>> entrypoint;
  std::optional<std::vector<std::string>> command;
  std::vector<std::string> environment;  ///< "NAME=value"; wins over the image's.
  std::string working_directory;         ///< Empty: the image's.
  std::string user;                      ///< "user", "uid", "uid:gid", …; empty: the image's.
  std::string hostname;
  std::vector<Mount> mounts;
  std::vector<VolumesFrom> volumes_from;
  std::vector<Tmpfs> tmpfs;
  std::vector<Rlimit> rlimits;
  std::vector<std::string> add_capabilities;  ///< "NET_ADMIN", "ALL"
  std::vector<std::string> drop_capabilities;
  std::vector<Device> devices;
  std::map<std::string, std::string> sysctls;
  std::map<std::string, std::string> labels;
  DnsConfig dns;
  std::vector<HostEntry> extra_hosts;
  ResourceLimits limits;
  LogLimits log;
  std::optional<std::uint64_t> shm_size_bytes;  ///< Default 64 MiB.
  NamespaceMode pid = NamespaceMode::own;
  NamespaceMode ipc = NamespaceMode::own;
  bool privileged = false;
  bool read_only_root = false;
  bool no_new_privileges = false;
  bool init_process = false;  ///< A small init reaps zombies and forwards signals.
  bool interactive = false;   ///< Keep standard input open.
  bool terminal = false;
};

enum class ContainerState : std::uint8_t { created, running, exited };

/// How a container ended. `exit_code` is 128 + signal when a signal ended it.
struct Exit {
  int exit_code = 0;
  bool out_of_memory = false;
  Time finished_at{};
};

/// What is known of one container, also after a restart of this process.
struct ContainerStatus {
  std::string id;
  std::string sandbox;
  ContainerState state = ContainerState::created;
  int pid = 0;  ///< In the host's pid namespace; 0 unless running.
  std::string image_digest;
  std::string stop_signal;  ///< What the image wants instead of SIGTERM.
  std::string log_path;
  Time created_at{};
  Time started_at{};
  std::optional<Exit> exit;
  std::map<std::string, std::string> labels;
};

struct ContainerExited {
  std::string id;
  Exit exit;
};

/// What one interface carried since it was made.
struct InterfaceStats {
  std::string name;
  std::uint64_t rx_bytes = 0;
  std::uint64_t rx_packets = 0;
  std::uint64_t rx_errors = 0;
  std::uint64_t rx_dropped = 0;
  std::uint64_t tx_bytes = 0;
  std::uint64_t tx_packets = 0;
  std::uint64_t tx_errors = 0;
  std::uint64_t tx_dropped = 0;
};

/// Use of resources since the container started.
struct Stats {
  Time read_at{};
  std::uint64_t cpu_ns = 0;
  std::uint64_t cpu_user_ns = 0;                 ///< In steps of the kernel's clock.
  std::uint64_t cpu_system_ns = 0;               ///< So too.
  std::vector<std::uint64_t> cpu_per_core_ns;    ///< Empty where the kernel does not tell (cgroup v2).
  std::uint64_t memory_bytes = 0;                ///< The working set: without cache that can go at once.
  std::uint64_t memory_inactive_file_bytes = 0;  ///< That cache.
  std::uint64_t memory_limit_bytes = 0;
  std::uint64_t memory_max_bytes = 0;
  /// Of its network namespace, which containers of a sandbox may share; without the
  /// loopback. Empty on the host's network, whose traffic is not the container's.
  std::vector<InterfaceStats> interfaces;
  std::uint64_t block_read_bytes = 0;
  std::uint64_t block_write_bytes = 0;
  std::uint64_t processes = 0;
};

struct ExecRequest {
  std::vector<std::string> command;
  std::chrono::milliseconds deadline{30'000};  ///< Then it is killed: unavailable.
  std::size_t output_limit_bytes = 4096;
};

struct ExecResult {
  int exit_code = 0;
  std::string output;  ///< Standard output and error together, the last bytes.
};

struct RuntimeInfo {
  std::string name;     ///< "oci", "docker", "simulated"
  std::string version;  ///< "crun 1.8.1, conmon 2.1.6"
};

class ContainerRuntime {
 public:
  ContainerRuntime() = default;
  ContainerRuntime(const ContainerRuntime&) = delete;
  ContainerRuntime& operator=(const ContainerRuntime&) = delete;
  virtual ~ContainerRuntime() = default;

  [[nodiscard]] virtual RuntimeInfo info() const = 0;

  /// Makes the image local and unpacked. Concurrent pulls of one reference
  /// happen once, and each caller gets the answer.
  virtual Result<Image> pull(const PullRequest& request) = 0;
  /// The image as it is in the store; not_found when it is not.
  virtual Result<Image> find_image(const std::string& reference) = 0;
  virtual Result<std::vector<Image>> list_images() = 0;
  /// conflict when a container uses it.
  virtual Result<void> remove_image(const std::string& reference) = 0;

  /// Makes networks, namespaces, volumes and the cgroup. All or nothing:
  /// after a failure nothing is left. conflict: a host port is taken.
  virtual Result<Sandbox> create_sandbox(const SandboxSpec& spec) = 0;
  /// Frees what a finished sandbox holds of the host: networks and their ports,
  /// mounts, cgroups, writable layers, volumes. What is known of its containers
  /// stays until remove_sandbox: list(), status(), exit codes and logs.
  /// conflict when one of them still runs. May be repeated. The default is for
  /// adapters whose finished containers hold nothing.
  virtual Result<void> release_sandbox(const std::string& /*id*/) { return {}; }
  /// Removes its containers first.
  virtual Result<void> remove_sandbox(const std::string& id) = 0;
  virtual Result<std::vector<Sandbox>> list_sandboxes() = 0;

  /// Prepares a root file system and everything up to, but not including, the
  /// first instruction of the container's own program.
  virtual Result<void> create(const ContainerSpec& spec) = 0;
  /// Runs the container's program. One that has ended begins anew in place: what
  /// it wrote to its root file system is there, its log goes on, its earlier exit
  /// is forgotten, and watch() reports its next one. When that fails it has ended
  /// as before. conflict when it runs; not_found after release_sandbox.
  virtual Result<ContainerStatus> start(const std::string& id) = 0;
  /// not_found when it does not exist; success when it has ended already.
  virtual Result<void> signal(const std::string& id, int signal_number) = 0;
  /// Kills what still runs, frees mounts, cgroup and state. Its log stays until
  /// its sandbox is removed.
  virtual Result<void> remove(const std::string& id) = 0;
  virtual Result<ContainerStatus> status(const std::string& id) = 0;
  virtual Result<std::vector<ContainerStatus>> list() = 0;

  /// Calls `on_exit` once for each container that ends from now on, on a thread
  /// of the adapter, soon after it ended (never by polling). An exit that
  /// happened before is in list().
  virtual void watch(std::function<void(const ContainerExited&)> on_exit) = 0;

  /// Leads what containers send to 169.254.170.2:80, where they look for their
  /// metadata, to 127.0.0.1:`port` of the host; 0: not any more. A runtime
  /// without networks of its own has nothing to do.
  virtual Result<void> serve_metadata(std::uint16_t port) {
    (void)port;
    return {};
  }

  /// Removes every sandbox and all that was made ahead of them from the host.
  /// Images stay.
  virtual Result<void> dismantle() { return {}; }

  /// Cheap enough to be asked for each container every few seconds.
  virtual Result<Stats> stats(const std::string& id) = 0;
  virtual Result<ExecResult> exec(const std::string& id, const ExecRequest& request) = 0;
};

}  // namespace troupe::runtime
