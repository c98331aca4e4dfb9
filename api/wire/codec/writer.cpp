/// Writes a value as JSON by its shape.

#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"
#include "api/wire/codec/escape.hpp"
#include "api/wire/codec/shape.hpp"
#include "api/wire/codec/timestamp.hpp"

#include <charconv>
#include <cmath>

namespace troupe::api::wire {
namespace {

class Writer {
 public:
  Writer(Form form, std::string& out) : form_(form), out_(out) {}

  void write(const Shape& shape, const void* value);

 private:
  void write_structure(const Shape& shape, const void* value);
  void write_list(const Shape& shape, const void* value);
  void write_map(const Shape& shape, const void* value);
  void write_enumeration(const Shape& shape, const void* value);
  void write_real(double value);

  template <class Number>
  void write_number(Number value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, static_cast<std::size_t>(end - digits));
  }

  Form form_;
  std::string& out_;
};

void Writer::write(const Shape& shape, const void* value) {
  switch (shape.kind) {
    case Kind::boolean:
      out_ += *static_cast<const bool*>(value) ? "true" : "false";
      return;
    case Kind::integer:
      return write_number(*static_cast<const std::int32_t*>(value));
    case Kind::long_integer:
      return write_number(*static_cast<const std::int64_t*>(value));
    case Kind::real:
      return write_real(*static_cast<const double*>(value));
    case Kind::text:
      return write_string(*static_cast<const std::string*>(value), out_);
    case Kind::timestamp:
      if (form_ == Form::event) return write_string(iso_millis(*static_cast<const core::Time*>(value)), out_);
      return write_epoch_seconds(*static_cast<const core::Time*>(value), out_);
    case Kind::enumeration:
      return write_enumeration(shape, value);
    case Kind::optional:
      if (const void* held = shape.at(value, 0)) return write(*shape.element, held);
      out_ += "null";
      return;
    case Kind::list:
      return write_list(shape, value);
    case Kind::map:
      return write_map(shape, value);
    case Kind::structure:
      return write_structure(shape, value);
    case Kind::document:
      out_ += *static_cast<const std::string*>(shape.at(value, 0));
      return;
  }
}

void Writer::write_structure(const Shape& shape, const void* value) {
  out_ += '{';
  for (const Member& member : shape.members) {
    // The member's address is asked for only to read from it.
    const void* held = member.of(const_cast<void*>(value));
    const Shape* inner = member.shape;
    if (inner->kind == Kind::optional) {
      held = inner->at(held, 0);
      if (held == nullptr) continue;
      inner = inner->element;
    }
    if (out_.back() != '{') out_ += ',';
    out_ += '"';
    out_ += member.name;
    out_ += "\":";
    write(*inner, held);
  }
  out_ += '}';
}

void Writer::write_list(const Shape& shape, const void* value) {
  out_ += '[';
  for (std::size_t i = 0; const void* element = shape.at(value, i); ++i) {
    if (i > 0) out_ += ',';
    write(*shape.element, element);
  }
  out_ += ']';
}

void Writer::write_map(const Shape& shape, const void* value) {
  struct Context {
    Writer* writer;
    const Shape* element;
  };
  Context context{this, shape.element};
  out_ += '{';
  shape.each(value, &context, [](void* raw, std::string_view key, const void* element) {
    const auto& [writer, element_shape] = *static_cast<Context*>(raw);
    if (writer->out_.back() != '{') writer->out_ += ',';
    write_string(key, writer->out_);
    writer->out_ += ':';
    writer->write(*element_shape, element);
  });
  out_ += '}';
}

void Writer::write_enumeration(const Shape& shape, const void* value) {
  const std::int64_t number = shape.load(value);
  for (const Choice& choice : shape.choices) {
    if (choice.number == number) return write_string(choice.name, out_);
  }
  out_ += "null";
}

/// The shortest decimal that reads back the same. JSON knows no infinity; AWS writes text.
void Writer::write_real(double value) {
  if (std::isnan(value)) {
    out_ += "\"NaN\"";
  } else if (std::isinf(value)) {
    out_ += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  } else {
    const std::size_t before = out_.size();
    write_number(value);
    if (out_.find_first_of(".e", before) == std::string::npos) out_ += ".0";
  }
}

}  // namespace

void write_json(const Shape& shape, const void* value, Form form, std::string& out) {
  Writer{form, out}.write(shape, value);
}

}  // namespace troupe::api::wire
