#pragma once

/// Texts within a task: the parts of the Docker Engine API's container that agents are
/// told as JSON in `dockerConfig`.
/// Source: Docker Engine API 1.41, ContainerCreate.

#include "actors/core/describe.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire::docker {

/// Times in nanoseconds.
struct Healthcheck {
  std::optional<std::vector<std::string>> Test;
  std::optional<std::int64_t> Interval;
  std::optional<std::int64_t> Timeout;
  std::optional<std::int64_t> StartPeriod;
  std::optional<std::int32_t> Retries;
  friend bool operator==(const Healthcheck&, const Healthcheck&) = default;
};
BOOST_DESCRIBE_STRUCT(Healthcheck, (), (Test, Interval, Timeout, StartPeriod, Retries))

/// What a container is.
struct Config {
  std::optional<std::string> Hostname;
  std::optional<std::string> User;
  std::optional<std::string> WorkingDir;
  std::optional<bool> Tty;
  std::optional<bool> OpenStdin;
  std::optional<bool> NetworkDisabled;
  std::optional<std::map<std::string, std::string>> Labels;
  std::optional<docker::Healthcheck> Healthcheck;
  friend bool operator==(const Config&, const Config&) = default;
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (Hostname, User, WorkingDir, Tty, OpenStdin, NetworkDisabled, Labels, Healthcheck))

struct LogConfig {
  std::optional<std::string> Type;
  std::optional<std::map<std::string, std::string>> Config;
  friend bool operator==(const LogConfig&, const LogConfig&) = default;
};
BOOST_DESCRIBE_STRUCT(LogConfig, (), (Type, Config))

struct Ulimit {
  std::optional<std::string> Name;
  std::optional<std::int64_t> Soft;
  std::optional<std::int64_t> Hard;
  friend bool operator==(const Ulimit&, const Ulimit&) = default;
};
BOOST_DESCRIBE_STRUCT(Ulimit, (), (Name, Soft, Hard))

struct DeviceMapping {
  std::optional<std::string> PathOnHost;
  std::optional<std::string> PathInContainer;
  std::optional<std::string> CgroupPermissions;
  friend bool operator==(const DeviceMapping&, const DeviceMapping&) = default;
};
BOOST_DESCRIBE_STRUCT(DeviceMapping, (), (PathOnHost, PathInContainer, CgroupPermissions))

/// How a host runs it. Sizes in bytes.
struct HostConfig {
  std::optional<std::string> NetworkMode;
  std::optional<docker::LogConfig> LogConfig;
  std::optional<std::vector<std::string>> CapAdd;
  std::optional<std::vector<std::string>> CapDrop;
  std::optional<bool> Privileged;
  std::optional<bool> ReadonlyRootfs;
  std::optional<bool> Init;
  std::optional<std::vector<DeviceMapping>> Devices;
  std::optional<std::vector<Ulimit>> Ulimits;
  std::optional<std::int64_t> ShmSize;
  std::optional<std::map<std::string, std::string>> Tmpfs;
  std::optional<std::map<std::string, std::string>> Sysctls;
  std::optional<std::vector<std::string>> SecurityOpt;
  std::optional<std::vector<std::string>> Dns;
  std::optional<std::vector<std::string>> DnsSearch;
  std::optional<std::vector<std::string>> ExtraHosts;
  std::optional<std::int64_t> MemoryReservation;
  std::optional<std::int64_t> MemorySwap;
  std::optional<std::int64_t> MemorySwappiness;
  friend bool operator==(const HostConfig&, const HostConfig&) = default;
};
BOOST_DESCRIBE_STRUCT(HostConfig, (),
                      (NetworkMode, LogConfig, CapAdd, CapDrop, Privileged, ReadonlyRootfs, Init, Devices,
                       Ulimits, ShmSize, Tmpfs, Sysctls, SecurityOpt, Dns, DnsSearch, ExtraHosts,
                       MemoryReservation, MemorySwap, MemorySwappiness))

}  // namespace troupe::api::wire::docker

namespace troupe::api::wire {

template <>
const Shape& shape_of<docker::Config>();
template <>
const Shape& shape_of<docker::HostConfig>();

}  // namespace troupe::api::wire
