/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/capacity_providers.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<CreateCapacityProviderRequest>() {
  return BuiltShape<CreateCapacityProviderRequest>::value;
}
template <>
const Shape& shape_of<CreateCapacityProviderResponse>() {
  return BuiltShape<CreateCapacityProviderResponse>::value;
}
template <>
const Shape& shape_of<UpdateCapacityProviderRequest>() {
  return BuiltShape<UpdateCapacityProviderRequest>::value;
}
template <>
const Shape& shape_of<UpdateCapacityProviderResponse>() {
  return BuiltShape<UpdateCapacityProviderResponse>::value;
}
template <>
const Shape& shape_of<DeleteCapacityProviderRequest>() {
  return BuiltShape<DeleteCapacityProviderRequest>::value;
}
template <>
const Shape& shape_of<DeleteCapacityProviderResponse>() {
  return BuiltShape<DeleteCapacityProviderResponse>::value;
}
template <>
const Shape& shape_of<DescribeCapacityProvidersRequest>() {
  return BuiltShape<DescribeCapacityProvidersRequest>::value;
}
template <>
const Shape& shape_of<DescribeCapacityProvidersResponse>() {
  return BuiltShape<DescribeCapacityProvidersResponse>::value;
}
template <>
const Shape& shape_of<PutClusterCapacityProvidersRequest>() {
  return BuiltShape<PutClusterCapacityProvidersRequest>::value;
}
template <>
const Shape& shape_of<PutClusterCapacityProvidersResponse>() {
  return BuiltShape<PutClusterCapacityProvidersResponse>::value;
}

}  // namespace troupe::api::wire
