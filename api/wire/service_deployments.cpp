/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/service_deployments.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<DescribeServiceDeploymentsRequest>() {
  return BuiltShape<DescribeServiceDeploymentsRequest>::value;
}
template <>
const Shape& shape_of<DescribeServiceDeploymentsResponse>() {
  return BuiltShape<DescribeServiceDeploymentsResponse>::value;
}
template <>
const Shape& shape_of<ListServiceDeploymentsRequest>() {
  return BuiltShape<ListServiceDeploymentsRequest>::value;
}
template <>
const Shape& shape_of<ListServiceDeploymentsResponse>() {
  return BuiltShape<ListServiceDeploymentsResponse>::value;
}
template <>
const Shape& shape_of<StopServiceDeploymentRequest>() {
  return BuiltShape<StopServiceDeploymentRequest>::value;
}
template <>
const Shape& shape_of<StopServiceDeploymentResponse>() {
  return BuiltShape<StopServiceDeploymentResponse>::value;
}
template <>
const Shape& shape_of<ContinueServiceDeploymentRequest>() {
  return BuiltShape<ContinueServiceDeploymentRequest>::value;
}
template <>
const Shape& shape_of<ContinueServiceDeploymentResponse>() {
  return BuiltShape<ContinueServiceDeploymentResponse>::value;
}
template <>
const Shape& shape_of<DescribeServiceRevisionsRequest>() {
  return BuiltShape<DescribeServiceRevisionsRequest>::value;
}
template <>
const Shape& shape_of<DescribeServiceRevisionsResponse>() {
  return BuiltShape<DescribeServiceRevisionsResponse>::value;
}

}  // namespace troupe::api::wire
