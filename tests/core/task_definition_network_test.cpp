/// Network modes, port mappings, volumes and dependencies.

#include "tests/core/task_definition_refusal.hpp"

namespace troupe::core::sample {
namespace {

class TaskDefinitionNetwork : public ::testing::TestWithParam<Refusal> {};

TEST_P(TaskDefinitionNetwork, IsRefused) {
  expect_refused(definition(), GetParam());
}

constexpr Refusal network_refusals[] = {
    {"PortsWithNone",
     [](auto& d) {
       d.networkMode = NetworkMode::none;
       web(d).portMappings = {port(80)};
     },
     "Port mappings are not supported when networkMode=none."},
    {"LinksWithAwsvpc",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       web(d).links = {"db"};
     },
     "Links are not supported when networkMode=awsvpc."},
    {"LinksWithHost",
     [](auto& d) {
       d.networkMode = NetworkMode::host;
       web(d).links = {"db"};
     },
     "Links are not supported when networkMode=host."},
    {"LinksWithBridge", [](auto& d) { web(d).links = {"db"}; },
     "Links are not supported by Troupe: each container of a bridge task has a network namespace of its own. "
     "Remove 'links' from container 'web' and use networkMode=awsvpc or published ports instead."},
    {"HostnameWithAwsvpc",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       web(d).hostname = "web";
     },
     "hostname is not supported on container when networkMode=awsvpc."},
    {"ExtraHostsWithAwsvpc",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       web(d).extraHosts = {HostEntry{.hostname = "db", .ipAddress = "10.0.0.1"}};
     },
     "Extra hosts are not supported on container when networkMode=awsvpc."},
    {"ExtraHostIncomplete",
     [](auto& d) { web(d).extraHosts = {HostEntry{.hostname = "db", .ipAddress = {}}}; },
     "Extra hosts of container 'web' require 'hostname' and 'ipAddress'."},
    {"DnsWithAwsvpc",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       web(d).dnsServers = {"10.0.0.2"};
     },
     "DNS servers are not supported on container when networkMode=awsvpc."},
    {"DnsSearchWithAwsvpc",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       web(d).dnsSearchDomains = {"local"};
     },
     "DNS search domains are not supported on container when networkMode=awsvpc."},
    {"DisableNetworkingWithAwsvpc",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       web(d).disableNetworking = true;
     },
     "Disable Networking is not supported on container when networkMode=awsvpc."},
    {"WindowsWithBridge",
     [](auto& d) {
       d.networkMode = NetworkMode::bridge;
       d.runtimePlatform = {.cpuArchitecture = {},
                            .operatingSystemFamily = OSFamily::WINDOWS_SERVER_2022_CORE};
     },
     "Windows task definitions support no network mode other than awsvpc."},
    {"ContainerPortMissing", [](auto& d) { web(d).portMappings = {PortMapping{}}; },
     "Invalid 'containerPort' setting for container 'web'."},
    {"ContainerPortZero", [](auto& d) { web(d).portMappings = {port(0)}; },
     "Invalid 'containerPort' setting for container 'web'."},
    {"ContainerPortLarge", [](auto& d) { web(d).portMappings = {port(65'536)}; },
     "Invalid 'containerPort' setting for container 'web'."},
    {"HostPortLarge", [](auto& d) { web(d).portMappings = {port(80, 65'536)}; },
     "Invalid 'hostPort' setting for container 'web'."},
    {"HostPortNegative", [](auto& d) { web(d).portMappings = {port(80, -1)}; },
     "Invalid 'hostPort' setting for container 'web'."},
    {"PortsDifferWithAwsvpc",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       web(d).portMappings = {port(80, 8080)};
     },
     "When networkMode=awsvpc, the host ports and container ports in port mappings must match."},
    {"PortsDifferWithHost",
     [](auto& d) {
       d.networkMode = NetworkMode::host;
       web(d).portMappings = {port(80, 8080)};
     },
     "When networkMode=host, the host ports and container ports in port mappings must match."},
    {"RangeAndPort",
     [](auto& d) {
       PortMapping mapping = port(80);
       mapping.containerPortRange = "8000-8010";
       web(d).portMappings = {mapping};
     },
     "Invalid 'portMappings' setting for container 'web'. cannot specify both single port and port range."},
    {"RangeReversed",
     [](auto& d) {
       PortMapping mapping;
       mapping.containerPortRange = "8010-8000";
       web(d).portMappings = {mapping};
     },
     "Invalid 'containerPortRange' setting for container 'web'."},
    {"RangeOfWords",
     [](auto& d) {
       PortMapping mapping;
       mapping.containerPortRange = "http-https";
       web(d).portMappings = {mapping};
     },
     "Invalid 'containerPortRange' setting for container 'web'."},
    {"RangeWithHost",
     [](auto& d) {
       PortMapping mapping;
       mapping.containerPortRange = "8000-8010";
       d.networkMode = NetworkMode::host;
       web(d).portMappings = {mapping};
     },
     "containerPortRange is not supported when networkMode=host."},
    {"RangesOverlap",
     [](auto& d) {
       PortMapping mapping;
       mapping.containerPortRange = "8000-8010";
       web(d).portMappings = {port(8005), mapping};
     },
     "TCP container port '8005' is used multiple times in task."},
    {"TooManyRanges",
     [](auto& d) {
       PortMapping mapping;
       mapping.containerPortRange = "8000-8001";
       web(d).portMappings = std::vector<PortMapping>(101, mapping);
     },
     "Container 'web' has more than 100 port ranges."},
    {"TcpHostPortTwice",
     [](auto& d) {
       web(d).portMappings = {port(80, 3000)};
       add_container(d, "side").portMappings = {port(81, 3000)};
     },
     "TCP host port '3000' is mapped multiple times in task."},
    {"UdpHostPortTwice",
     [](auto& d) {
       web(d).portMappings = {port(53, 53), port(54, 53)};
       for (auto& mapping : *web(d).portMappings) mapping.protocol = TransportProtocol::udp;
     },
     "UDP host port '53' is mapped multiple times in task."},
    {"AwsvpcPortTwice",
     [](auto& d) {
       d.networkMode = NetworkMode::awsvpc;
       web(d).portMappings = {port(3000)};
       add_container(d, "side").portMappings = {port(3000)};
     },
     "TCP host port '3000' is mapped multiple times in task."},
    {"PortNameTwice",
     [](auto& d) {
       web(d).portMappings = {port(80), port(81)};
       for (auto& mapping : *web(d).portMappings) mapping.name = "http";
     },
     "The port mapping name 'http' is already used."},
    {"PortNameCharacters",
     [](auto& d) {
       web(d).portMappings = {port(80)};
       web(d).portMappings->front().name = "-http";
     },
     "The port mapping name '-http' of container 'web' is invalid. Up to 64 lowercase letters, numbers, "
     "underscores and hyphens are allowed, and a hyphen cannot be the first."},
};
INSTANTIATE_TEST_SUITE_P(Rules, TaskDefinitionNetwork, ::testing::ValuesIn(network_refusals), rule_name);

TEST(TaskDefinitionPorts, TheSamePortMayServeTcpAndUdp) {
  TaskDefinition one = definition();
  web(one).portMappings = {port(53, 53), port(53, 53)};
  web(one).portMappings->back().protocol = TransportProtocol::udp;
  EXPECT_TRUE(registered(one));
}

TEST(TaskDefinitionPorts, DynamicHostPortsMayRepeat) {
  TaskDefinition one = definition();
  web(one).portMappings = {port(80), port(80)};
  EXPECT_TRUE(registered(one));
}

TEST(TaskDefinitionPorts, DisjointRangesAreAccepted) {
  TaskDefinition one = definition();
  PortMapping low;
  low.containerPortRange = "8000-8010";
  PortMapping high;
  high.containerPortRange = "8011-8020";
  web(one).portMappings = {low, high};
  const auto stored = registered(one);
  ASSERT_TRUE(stored);
  EXPECT_FALSE(stored->containerDefinitions->front().portMappings->front().hostPort);
}

}  // namespace
}  // namespace troupe::core::sample
