/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/services.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<CreateServiceRequest>() {
  return BuiltShape<CreateServiceRequest>::value;
}
template <>
const Shape& shape_of<CreateServiceResponse>() {
  return BuiltShape<CreateServiceResponse>::value;
}
template <>
const Shape& shape_of<UpdateServiceRequest>() {
  return BuiltShape<UpdateServiceRequest>::value;
}
template <>
const Shape& shape_of<UpdateServiceResponse>() {
  return BuiltShape<UpdateServiceResponse>::value;
}
template <>
const Shape& shape_of<DeleteServiceRequest>() {
  return BuiltShape<DeleteServiceRequest>::value;
}
template <>
const Shape& shape_of<DeleteServiceResponse>() {
  return BuiltShape<DeleteServiceResponse>::value;
}
template <>
const Shape& shape_of<DescribeServicesRequest>() {
  return BuiltShape<DescribeServicesRequest>::value;
}
template <>
const Shape& shape_of<DescribeServicesResponse>() {
  return BuiltShape<DescribeServicesResponse>::value;
}
template <>
const Shape& shape_of<ListServicesRequest>() {
  return BuiltShape<ListServicesRequest>::value;
}
template <>
const Shape& shape_of<ListServicesResponse>() {
  return BuiltShape<ListServicesResponse>::value;
}
template <>
const Shape& shape_of<ListServicesByNamespaceRequest>() {
  return BuiltShape<ListServicesByNamespaceRequest>::value;
}
template <>
const Shape& shape_of<ListServicesByNamespaceResponse>() {
  return BuiltShape<ListServicesByNamespaceResponse>::value;
}

}  // namespace troupe::api::wire
