#pragma once

/// Names under which the tasks of services reach each other.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/container_definition.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

struct ServiceConnectTestTrafficHeaderMatchRules {
  std::optional<std::string> exact;
  friend bool operator==(const ServiceConnectTestTrafficHeaderMatchRules&,
                         const ServiceConnectTestTrafficHeaderMatchRules&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectTestTrafficHeaderMatchRules, (), (exact))

struct ServiceConnectTestTrafficHeaderRules {
  std::optional<std::string> name;
  std::optional<ServiceConnectTestTrafficHeaderMatchRules> value;
  friend bool operator==(const ServiceConnectTestTrafficHeaderRules&,
                         const ServiceConnectTestTrafficHeaderRules&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectTestTrafficHeaderRules, (), (name, value))

struct ServiceConnectTestTrafficRules {
  std::optional<ServiceConnectTestTrafficHeaderRules> header;
  friend bool operator==(const ServiceConnectTestTrafficRules&,
                         const ServiceConnectTestTrafficRules&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectTestTrafficRules, (), (header))

struct ServiceConnectClientAlias {
  std::optional<std::int32_t> port;
  std::optional<std::string> dnsName;
  std::optional<ServiceConnectTestTrafficRules> testTrafficRules;
  friend bool operator==(const ServiceConnectClientAlias&, const ServiceConnectClientAlias&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectClientAlias, (), (port, dnsName, testTrafficRules))

struct TimeoutConfiguration {
  std::optional<std::int32_t> idleTimeoutSeconds;
  std::optional<std::int32_t> perRequestTimeoutSeconds;
  friend bool operator==(const TimeoutConfiguration&, const TimeoutConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(TimeoutConfiguration, (), (idleTimeoutSeconds, perRequestTimeoutSeconds))

struct ServiceConnectTlsCertificateAuthority {
  std::optional<std::string> awsPcaAuthorityArn;
  friend bool operator==(const ServiceConnectTlsCertificateAuthority&,
                         const ServiceConnectTlsCertificateAuthority&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectTlsCertificateAuthority, (), (awsPcaAuthorityArn))

struct ServiceConnectTlsConfiguration {
  std::optional<ServiceConnectTlsCertificateAuthority> issuerCertificateAuthority;
  std::optional<std::string> kmsKey;
  std::optional<std::string> roleArn;
  friend bool operator==(const ServiceConnectTlsConfiguration&,
                         const ServiceConnectTlsConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectTlsConfiguration, (), (issuerCertificateAuthority, kmsKey, roleArn))

struct ServiceConnectService {
  std::optional<std::string> portName;
  std::optional<std::string> discoveryName;
  std::optional<std::vector<ServiceConnectClientAlias>> clientAliases;
  std::optional<std::int32_t> ingressPortOverride;
  std::optional<TimeoutConfiguration> timeout;
  std::optional<ServiceConnectTlsConfiguration> tls;
  friend bool operator==(const ServiceConnectService&, const ServiceConnectService&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectService, (),
                      (portName, discoveryName, clientAliases, ingressPortOverride, timeout, tls))

enum class ServiceConnectAccessLoggingFormat : std::uint8_t { TEXT, JSON };
BOOST_DESCRIBE_ENUM(ServiceConnectAccessLoggingFormat, TEXT, JSON)

enum class ServiceConnectIncludeQueryParameters : std::uint8_t { DISABLED, ENABLED };
BOOST_DESCRIBE_ENUM(ServiceConnectIncludeQueryParameters, DISABLED, ENABLED)

struct ServiceConnectAccessLogConfiguration {
  std::optional<ServiceConnectAccessLoggingFormat> format;
  std::optional<ServiceConnectIncludeQueryParameters> includeQueryParameters;
  friend bool operator==(const ServiceConnectAccessLogConfiguration&,
                         const ServiceConnectAccessLogConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectAccessLogConfiguration, (), (format, includeQueryParameters))

struct ServiceConnectConfiguration {
  std::optional<bool> enabled;
  std::optional<std::string> namespace_;
  std::optional<std::vector<ServiceConnectService>> services;
  std::optional<LogConfiguration> logConfiguration;
  std::optional<ServiceConnectAccessLogConfiguration> accessLogConfiguration;
  friend bool operator==(const ServiceConnectConfiguration&, const ServiceConnectConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectConfiguration, (),
                      (enabled, namespace_, services, logConfiguration, accessLogConfiguration))

struct ServiceConnectServiceResource {
  std::optional<std::string> discoveryName;
  std::optional<std::string> discoveryArn;
  friend bool operator==(const ServiceConnectServiceResource&,
                         const ServiceConnectServiceResource&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceConnectServiceResource, (), (discoveryName, discoveryArn))

}  // namespace troupe::core
