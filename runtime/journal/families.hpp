#pragma once

// Which of RocksDB's column families a key lies in: the one whose name is a prefix
// of the key, else the default one. A family of its own has tables of its own.
// Where keys come in their order, one table begins where the last one ended, and
// merging rewrites none of the old ones; among keys of all kinds each fresh table
// spans them all.

#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::runtime {

// A part of a walk in the order of keys: those from `from` on that are before
// `end` (empty: all) and in this family.
struct FamilyRange {
  rocksdb::ColumnFamilyHandle* family = nullptr;
  std::string from;
  std::string end;
};

class Families {
 public:
  // Opens the database in `directory`, or makes it, with a family for each of
  // `apart` and those that it has already. No prefix begins with another one.
  // InvalidArgument, and nothing changed, when keys of a new one are there already.
  static rocksdb::Status open(const rocksdb::Options& options, const std::string& directory,
                              const std::vector<std::string>& apart, Families& opened);

  [[nodiscard]] rocksdb::DB& database() const { return *database_; }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* family_of(std::string_view key) const;
  // The ranges that hold the keys of a prefix from `from` on, in their order.
  [[nodiscard]] std::vector<FamilyRange> ranges(std::string_view prefix, std::string_view from) const;

 private:
  struct Close {
    rocksdb::DB* database;
    void operator()(rocksdb::ColumnFamilyHandle* handle) const;
  };
  struct Family {
    std::string prefix;
    std::unique_ptr<rocksdb::ColumnFamilyHandle, Close> handle;
  };

  std::unique_ptr<rocksdb::DB> database_;
  std::vector<Family> families_;  // In the order of their prefixes; the first is the default one.
};

}  // namespace troupe::runtime
