/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/clusters.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<CreateClusterRequest>() {
  return BuiltShape<CreateClusterRequest>::value;
}
template <>
const Shape& shape_of<CreateClusterResponse>() {
  return BuiltShape<CreateClusterResponse>::value;
}
template <>
const Shape& shape_of<DescribeClustersRequest>() {
  return BuiltShape<DescribeClustersRequest>::value;
}
template <>
const Shape& shape_of<DescribeClustersResponse>() {
  return BuiltShape<DescribeClustersResponse>::value;
}
template <>
const Shape& shape_of<ListClustersRequest>() {
  return BuiltShape<ListClustersRequest>::value;
}
template <>
const Shape& shape_of<ListClustersResponse>() {
  return BuiltShape<ListClustersResponse>::value;
}
template <>
const Shape& shape_of<DeleteClusterRequest>() {
  return BuiltShape<DeleteClusterRequest>::value;
}
template <>
const Shape& shape_of<DeleteClusterResponse>() {
  return BuiltShape<DeleteClusterResponse>::value;
}

}  // namespace troupe::api::wire
