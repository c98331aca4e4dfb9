#pragma once

/// Which machines managed instances may be.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class CpuManufacturer : std::uint8_t { intel, amd, amazon_web_services };
BOOST_DESCRIBE_ENUM(CpuManufacturer, intel, amd, amazon_web_services)

enum class InstanceGeneration : std::uint8_t { current, previous };
BOOST_DESCRIBE_ENUM(InstanceGeneration, current, previous)

enum class BareMetal : std::uint8_t { included, required, excluded };
BOOST_DESCRIBE_ENUM(BareMetal, included, required, excluded)

enum class BurstablePerformance : std::uint8_t { included, required, excluded };
BOOST_DESCRIBE_ENUM(BurstablePerformance, included, required, excluded)

enum class LocalStorage : std::uint8_t { included, required, excluded };
BOOST_DESCRIBE_ENUM(LocalStorage, included, required, excluded)

enum class LocalStorageType : std::uint8_t { hdd, ssd };
BOOST_DESCRIBE_ENUM(LocalStorageType, hdd, ssd)

enum class AcceleratorType : std::uint8_t { gpu, fpga, inference };
BOOST_DESCRIBE_ENUM(AcceleratorType, gpu, fpga, inference)

enum class AcceleratorManufacturer : std::uint8_t { amazon_web_services, amd, nvidia, xilinx, habana };
BOOST_DESCRIBE_ENUM(AcceleratorManufacturer, amazon_web_services, amd, nvidia, xilinx, habana)

enum class AcceleratorName : std::uint8_t {
  a100,
  inferentia,
  k520,
  k80,
  m60,
  radeon_pro_v520,
  t4,
  vu9p,
  v100,
  a10g,
  h100,
  t4g
};
BOOST_DESCRIBE_ENUM(AcceleratorName, a100, inferentia, k520, k80, m60, radeon_pro_v520, t4, vu9p, v100, a10g,
                    h100, t4g)

struct VCpuCountRangeRequest {
  std::optional<std::int32_t> min;
  std::optional<std::int32_t> max;
  friend bool operator==(const VCpuCountRangeRequest&, const VCpuCountRangeRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(VCpuCountRangeRequest, (), (min, max))

struct MemoryMiBRequest {
  std::optional<std::int32_t> min;
  std::optional<std::int32_t> max;
  friend bool operator==(const MemoryMiBRequest&, const MemoryMiBRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(MemoryMiBRequest, (), (min, max))

struct MemoryGiBPerVCpuRequest {
  std::optional<double> min;
  std::optional<double> max;
  friend bool operator==(const MemoryGiBPerVCpuRequest&, const MemoryGiBPerVCpuRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(MemoryGiBPerVCpuRequest, (), (min, max))

struct NetworkInterfaceCountRequest {
  std::optional<std::int32_t> min;
  std::optional<std::int32_t> max;
  friend bool operator==(const NetworkInterfaceCountRequest&, const NetworkInterfaceCountRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkInterfaceCountRequest, (), (min, max))

struct TotalLocalStorageGBRequest {
  std::optional<double> min;
  std::optional<double> max;
  friend bool operator==(const TotalLocalStorageGBRequest&, const TotalLocalStorageGBRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(TotalLocalStorageGBRequest, (), (min, max))

struct BaselineEbsBandwidthMbpsRequest {
  std::optional<std::int32_t> min;
  std::optional<std::int32_t> max;
  friend bool operator==(const BaselineEbsBandwidthMbpsRequest&,
                         const BaselineEbsBandwidthMbpsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(BaselineEbsBandwidthMbpsRequest, (), (min, max))

struct AcceleratorCountRequest {
  std::optional<std::int32_t> min;
  std::optional<std::int32_t> max;
  friend bool operator==(const AcceleratorCountRequest&, const AcceleratorCountRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(AcceleratorCountRequest, (), (min, max))

struct AcceleratorTotalMemoryMiBRequest {
  std::optional<std::int32_t> min;
  std::optional<std::int32_t> max;
  friend bool operator==(const AcceleratorTotalMemoryMiBRequest&,
                         const AcceleratorTotalMemoryMiBRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(AcceleratorTotalMemoryMiBRequest, (), (min, max))

struct NetworkBandwidthGbpsRequest {
  std::optional<double> min;
  std::optional<double> max;
  friend bool operator==(const NetworkBandwidthGbpsRequest&, const NetworkBandwidthGbpsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkBandwidthGbpsRequest, (), (min, max))

struct InstanceRequirementsRequest {
  std::optional<VCpuCountRangeRequest> vCpuCount;
  std::optional<MemoryMiBRequest> memoryMiB;
  std::optional<std::vector<CpuManufacturer>> cpuManufacturers;
  std::optional<MemoryGiBPerVCpuRequest> memoryGiBPerVCpu;
  std::optional<std::vector<std::string>> excludedInstanceTypes;
  std::optional<std::vector<InstanceGeneration>> instanceGenerations;
  std::optional<std::int32_t> spotMaxPricePercentageOverLowestPrice;
  std::optional<std::int32_t> onDemandMaxPricePercentageOverLowestPrice;
  std::optional<BareMetal> bareMetal;
  std::optional<BurstablePerformance> burstablePerformance;
  std::optional<bool> requireHibernateSupport;
  std::optional<NetworkInterfaceCountRequest> networkInterfaceCount;
  std::optional<LocalStorage> localStorage;
  std::optional<std::vector<LocalStorageType>> localStorageTypes;
  std::optional<TotalLocalStorageGBRequest> totalLocalStorageGB;
  std::optional<BaselineEbsBandwidthMbpsRequest> baselineEbsBandwidthMbps;
  std::optional<std::vector<AcceleratorType>> acceleratorTypes;
  std::optional<AcceleratorCountRequest> acceleratorCount;
  std::optional<std::vector<AcceleratorManufacturer>> acceleratorManufacturers;
  std::optional<std::vector<AcceleratorName>> acceleratorNames;
  std::optional<AcceleratorTotalMemoryMiBRequest> acceleratorTotalMemoryMiB;
  std::optional<NetworkBandwidthGbpsRequest> networkBandwidthGbps;
  std::optional<std::vector<std::string>> allowedInstanceTypes;
  std::optional<std::int32_t> maxSpotPriceAsPercentageOfOptimalOnDemandPrice;
  friend bool operator==(const InstanceRequirementsRequest&, const InstanceRequirementsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(InstanceRequirementsRequest, (),
                      (vCpuCount, memoryMiB, cpuManufacturers, memoryGiBPerVCpu, excludedInstanceTypes,
                       instanceGenerations, spotMaxPricePercentageOverLowestPrice,
                       onDemandMaxPricePercentageOverLowestPrice, bareMetal, burstablePerformance,
                       requireHibernateSupport, networkInterfaceCount, localStorage, localStorageTypes,
                       totalLocalStorageGB, baselineEbsBandwidthMbps, acceleratorTypes, acceleratorCount,
                       acceleratorManufacturers, acceleratorNames, acceleratorTotalMemoryMiB,
                       networkBandwidthGbps, allowedInstanceTypes,
                       maxSpotPriceAsPercentageOfOptimalOnDemandPrice))

}  // namespace troupe::core
