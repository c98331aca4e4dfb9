/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/joining.hpp"

#include "api/wire/codec/build_shape.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<IssueJoinTokenRequest>() {
  return BuiltShape<IssueJoinTokenRequest>::value;
}
template <>
const Shape& shape_of<IssueJoinTokenResponse>() {
  return BuiltShape<IssueJoinTokenResponse>::value;
}
template <>
const Shape& shape_of<JoinClusterRequest>() {
  return BuiltShape<JoinClusterRequest>::value;
}
template <>
const Shape& shape_of<JoinClusterResponse>() {
  return BuiltShape<JoinClusterResponse>::value;
}

}  // namespace troupe::api::wire
