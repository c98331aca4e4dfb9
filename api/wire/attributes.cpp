/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/attributes.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<PutAttributesRequest>() {
  return BuiltShape<PutAttributesRequest>::value;
}
template <>
const Shape& shape_of<PutAttributesResponse>() {
  return BuiltShape<PutAttributesResponse>::value;
}
template <>
const Shape& shape_of<DeleteAttributesRequest>() {
  return BuiltShape<DeleteAttributesRequest>::value;
}
template <>
const Shape& shape_of<DeleteAttributesResponse>() {
  return BuiltShape<DeleteAttributesResponse>::value;
}
template <>
const Shape& shape_of<ListAttributesRequest>() {
  return BuiltShape<ListAttributesRequest>::value;
}
template <>
const Shape& shape_of<ListAttributesResponse>() {
  return BuiltShape<ListAttributesResponse>::value;
}

}  // namespace troupe::api::wire
