#pragma once

/// The volumes of a task definition.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

struct HostVolumeProperties {
  std::optional<std::string> sourcePath;
  friend bool operator==(const HostVolumeProperties&, const HostVolumeProperties&) = default;
};
BOOST_DESCRIBE_STRUCT(HostVolumeProperties, (), (sourcePath))

enum class Scope : std::uint8_t { task, shared };
BOOST_DESCRIBE_ENUM(Scope, task, shared)

struct DockerVolumeConfiguration {
  std::optional<Scope> scope;
  std::optional<bool> autoprovision;
  std::optional<std::string> driver;
  std::optional<std::map<std::string, std::string>> driverOpts;
  std::optional<std::map<std::string, std::string>> labels;
  friend bool operator==(const DockerVolumeConfiguration&, const DockerVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(DockerVolumeConfiguration, (), (scope, autoprovision, driver, driverOpts, labels))

enum class EFSTransitEncryption : std::uint8_t { ENABLED, DISABLED };
BOOST_DESCRIBE_ENUM(EFSTransitEncryption, ENABLED, DISABLED)

enum class EFSAuthorizationConfigIAM : std::uint8_t { ENABLED, DISABLED };
BOOST_DESCRIBE_ENUM(EFSAuthorizationConfigIAM, ENABLED, DISABLED)

struct EFSAuthorizationConfig {
  std::optional<std::string> accessPointId;
  std::optional<EFSAuthorizationConfigIAM> iam;
  friend bool operator==(const EFSAuthorizationConfig&, const EFSAuthorizationConfig&) = default;
};
BOOST_DESCRIBE_STRUCT(EFSAuthorizationConfig, (), (accessPointId, iam))

struct EFSVolumeConfiguration {
  std::optional<std::string> fileSystemId;
  std::optional<std::string> rootDirectory;
  std::optional<EFSTransitEncryption> transitEncryption;
  std::optional<std::int32_t> transitEncryptionPort;
  std::optional<EFSAuthorizationConfig> authorizationConfig;
  friend bool operator==(const EFSVolumeConfiguration&, const EFSVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(EFSVolumeConfiguration, (),
                      (fileSystemId, rootDirectory, transitEncryption, transitEncryptionPort,
                       authorizationConfig))

struct S3FilesVolumeConfiguration {
  std::optional<std::string> fileSystemArn;
  std::optional<std::string> rootDirectory;
  std::optional<std::int32_t> transitEncryptionPort;
  std::optional<std::string> accessPointArn;
  friend bool operator==(const S3FilesVolumeConfiguration&, const S3FilesVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(S3FilesVolumeConfiguration, (),
                      (fileSystemArn, rootDirectory, transitEncryptionPort, accessPointArn))

struct FSxWindowsFileServerAuthorizationConfig {
  std::optional<std::string> credentialsParameter;
  std::optional<std::string> domain;
  friend bool operator==(const FSxWindowsFileServerAuthorizationConfig&,
                         const FSxWindowsFileServerAuthorizationConfig&) = default;
};
BOOST_DESCRIBE_STRUCT(FSxWindowsFileServerAuthorizationConfig, (), (credentialsParameter, domain))

struct FSxWindowsFileServerVolumeConfiguration {
  std::optional<std::string> fileSystemId;
  std::optional<std::string> rootDirectory;
  std::optional<FSxWindowsFileServerAuthorizationConfig> authorizationConfig;
  friend bool operator==(const FSxWindowsFileServerVolumeConfiguration&,
                         const FSxWindowsFileServerVolumeConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(FSxWindowsFileServerVolumeConfiguration, (),
                      (fileSystemId, rootDirectory, authorizationConfig))

struct Volume {
  std::optional<std::string> name;
  std::optional<HostVolumeProperties> host;
  std::optional<DockerVolumeConfiguration> dockerVolumeConfiguration;
  std::optional<EFSVolumeConfiguration> efsVolumeConfiguration;
  std::optional<S3FilesVolumeConfiguration> s3filesVolumeConfiguration;
  std::optional<FSxWindowsFileServerVolumeConfiguration> fsxWindowsFileServerVolumeConfiguration;
  std::optional<bool> configuredAtLaunch;
  friend bool operator==(const Volume&, const Volume&) = default;
};
BOOST_DESCRIBE_STRUCT(Volume, (),
                      (name, host, dockerVolumeConfiguration, efsVolumeConfiguration,
                       s3filesVolumeConfiguration, fsxWindowsFileServerVolumeConfiguration,
                       configuredAtLaunch))

/// Fargate only: 21–200 GiB.
struct EphemeralStorage {
  std::optional<std::int32_t> sizeInGiB;
  friend bool operator==(const EphemeralStorage&, const EphemeralStorage&) = default;
};
BOOST_DESCRIBE_STRUCT(EphemeralStorage, (), (sizeInGiB))

}  // namespace troupe::core
