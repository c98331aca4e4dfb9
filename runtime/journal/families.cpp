// Column families by prefix.

#include "runtime/journal/families.hpp"

#include <algorithm>
#include <iterator>

namespace troupe::runtime {
namespace {

// The first key after all that start with `prefix`; empty when there is none.
std::string end_of_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) {
    end.pop_back();
  }
  if (!end.empty()) {
    end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  }
  return end;
}

// Fails when keys that are to be apart are among the rest, where nothing would find
// them. The database stays as it is, for whoever wrote it.
rocksdb::Status check(const rocksdb::Options& options, const std::string& directory,
                      const std::vector<std::string>& names, const std::vector<std::string>& apart) {
  std::vector<rocksdb::ColumnFamilyDescriptor> known;
  for (const std::string& name : names) {
    known.emplace_back(name, rocksdb::ColumnFamilyOptions(options));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, directory, known, &handles, &opened);
  if (!status.ok()) {
    return status;
  }
  const std::unique_ptr<rocksdb::DB> database(opened);
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    database->DestroyColumnFamilyHandle(handle);
  }
  const std::unique_ptr<rocksdb::Iterator> entry(database->NewIterator(rocksdb::ReadOptions()));
  for (const std::string& prefix : apart) {
    entry->Seek(prefix);
    if (entry->Valid() && entry->key().starts_with(prefix)) {
      return rocksdb::Status::InvalidArgument("keys of " + prefix +
                                              " lie among others in it: another version wrote it");
    }
  }
  return entry->status();
}

}  // namespace

void Families::Close::operator()(rocksdb::ColumnFamilyHandle* handle) const {
  database->DestroyColumnFamilyHandle(handle);
}

rocksdb::Status Families::open(const rocksdb::Options& options, const std::string& directory,
                               const std::vector<std::string>& apart, Families& opened) {
  std::vector<std::string> names;
  // Fails where there is no database yet.
  (void)rocksdb::DB::ListColumnFamilies(options, directory, &names);
  std::vector<std::string> added;
  std::copy_if(apart.begin(), apart.end(), std::back_inserter(added), [&](const std::string& prefix) {
    return std::find(names.begin(), names.end(), prefix) == names.end();
  });
  if (names.empty()) {
    names.push_back(rocksdb::kDefaultColumnFamilyName);
  } else if (!added.empty()) {
    if (rocksdb::Status status = check(options, directory, names, added); !status.ok()) {
      return status;
    }
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> known;
  for (const std::string& name : names) {
    known.emplace_back(name, rocksdb::ColumnFamilyOptions(options));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* database = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, directory, known, &handles, &database);
  if (!status.ok()) {
    return status;
  }
  opened.database_.reset(database);
  std::vector<rocksdb::ColumnFamilyHandle*> made;
  if (!added.empty()) {
    // All at once: each call, and each family that DB::Open makes, costs syncs of its own.
    status = database->CreateColumnFamilies(options, added, &made);
    names.insert(names.end(), added.begin(), added.begin() + static_cast<std::ptrdiff_t>(made.size()));
    handles.insert(handles.end(), made.begin(), made.end());
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool rest = names[i] == rocksdb::kDefaultColumnFamilyName;
    opened.families_.push_back(Family{rest ? "" : names[i], {handles[i], Close{database}}});
  }
  std::sort(opened.families_.begin(), opened.families_.end(),
            [](const Family& left, const Family& right) { return left.prefix < right.prefix; });
  return status;
}

rocksdb::ColumnFamilyHandle* Families::family_of(std::string_view key) const {
  const auto own = std::find_if(families_.begin() + 1, families_.end(),
                                [&](const Family& family) { return key.starts_with(family.prefix); });
  return own == families_.end() ? families_.front().handle.get() : own->handle.get();
}

std::vector<FamilyRange> Families::ranges(std::string_view prefix, std::string_view from) const {
  std::vector<FamilyRange> ranges;
  std::string at(std::max(prefix, from));
  const std::string end = end_of_prefix(prefix);
  rocksdb::ColumnFamilyHandle* rest = families_.front().handle.get();
  for (auto family = families_.begin() + 1; family != families_.end(); ++family) {
    if (prefix.starts_with(family->prefix)) {
      return {{family->handle.get(), at, end}};
    }
    if (!family->prefix.starts_with(prefix)) {
      continue;
    }
    const std::string its_end = end_of_prefix(family->prefix);
    if (!its_end.empty() && at >= its_end) {
      continue;
    }
    if (at < family->prefix) {
      ranges.push_back({rest, at, family->prefix});
      at = family->prefix;
    }
    ranges.push_back({family->handle.get(), at, its_end});
    if (its_end.empty()) {
      return ranges;
    }
    at = its_end;
  }
  ranges.push_back({rest, at, end});
  return ranges;
}

}  // namespace troupe::runtime
