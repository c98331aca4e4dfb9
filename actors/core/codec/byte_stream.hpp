#pragma once

/// Varints, byte strings and length-prefixed frames: what the byte codec is made of.
///
/// Numbers are LEB128 varints, seven bits a byte, least significant first; signed ones
/// are zigzagged before. A frame is its length in bytes, then its content. The reader
/// trusts nothing: a length that reaches beyond the bytes, or a number that does not fit,
/// fails it, and a failed reader yields zeros until it is asked for its failure.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace troupe::core {

/// Appends to a string it does not own.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }

  void varint(std::uint64_t value) {
    if (value < 0x80) {
      byte(static_cast<std::uint8_t>(value));
      return;
    }
    char digits[10];
    out_.append(digits, spell(value, digits));
  }

  void zigzag(std::int64_t value) {
    varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
  }

  /// Eight bytes, the least significant first.
  void word(std::uint64_t value) {
    char digits[8];
    for (char& digit : digits) {
      digit = static_cast<char>(value);
      value >>= 8;
    }
    out_.append(digits, sizeof digits);
  }

  void text(std::string_view value) {
    varint(value.size());
    out_.append(value);
  }

  /// Opens a frame; what is written until `close` with the returned mark is its content.
  [[nodiscard]] std::size_t open() {
    out_.push_back('\0');
    return out_.size();
  }
  void close(std::size_t mark) {
    const std::size_t length = out_.size() - mark;
    char digits[10];
    const std::size_t count = spell(length, digits);
    if (count > 1) out_.insert(mark, count - 1, '\0');
    std::memcpy(out_.data() + mark - 1, digits, count);
  }

 private:
  static std::size_t spell(std::uint64_t value, char* digits) {
    std::size_t count = 0;
    for (; value >= 0x80; value >>= 7) digits[count++] = static_cast<char>(value | 0x80);
    digits[count++] = static_cast<char>(value);
    return count;
  }

  std::string& out_;
};

/// Reads from bytes that it does not own; they must outlive it.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes)
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

  /// Null, or what is wrong with the bytes, as a clause.
  [[nodiscard]] const char* failure() const { return failure_; }
  [[nodiscard]] std::size_t failed_at() const { return failed_at_; }

  /// The first failure is the one that is kept.
  void fail(const char* reason) {
    if (failure_ == nullptr) {
      failure_ = reason;
      failed_at_ = offset();
    }
    at_ = end_;
  }

  std::uint8_t byte() {
    if (at_ == end_) {
      fail("they end inside a value");
      return 0;
    }
    return static_cast<std::uint8_t>(*at_++);
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t digit = byte();
      if (shift == 63 && digit > 1) break;
      value |= static_cast<std::uint64_t>(digit & 0x7F) << shift;
      if ((digit & 0x80) == 0) return value;
    }
    fail("a number has too many digits");
    return 0;
  }

  std::int64_t zigzag() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }

  std::uint64_t word() {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) value |= static_cast<std::uint64_t>(byte()) << (8 * i);
    return value;
  }

  std::string_view text() {
    const std::size_t length = size();
    const char* first = at_;
    at_ += length;
    return {first, length};
  }

  /// A length or a count, never more than the bytes that are left: each element of a
  /// collection takes at least one.
  std::size_t size() {
    const std::uint64_t value = varint();
    if (value > left()) {
      fail("a length reaches beyond their end");
      return 0;
    }
    return static_cast<std::size_t>(value);
  }

  /// Narrows the reader to the frame that begins here; `close` with the returned mark
  /// steps behind it, whatever of it was read.
  [[nodiscard]] const char* open() {
    const char* outer_end = end_;
    const std::size_t length = size();
    if (failure_ == nullptr) end_ = at_ + length;
    return outer_end;
  }
  void close(const char* outer_end) {
    at_ = failure_ == nullptr ? end_ : outer_end;
    end_ = outer_end;
  }

 private:
  const char* begin_;
  const char* at_;
  const char* end_;
  const char* failure_ = nullptr;
  std::size_t failed_at_ = 0;
};

}  // namespace troupe::core
