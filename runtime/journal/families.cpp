// Column families by prefix.

#include "runtime/journal/families.hpp"

#include <algorithm>

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

}  // namespace

void Families::Close::operator()(rocksdb::ColumnFamilyHandle* handle) const {
  database->DestroyColumnFamilyHandle(handle);
}

rocksdb::Status Families::open(const rocksdb::Options& options, const std::string& directory,
                               const std::vector<std::string>& apart, Families& opened) {
  std::vector<std::string> names;
  // Fails where there is no database yet.
  (void)rocksdb::DB::ListColumnFamilies(options, directory, &names);
  names.insert(names.end(), apart.begin(), apart.end());
  names.push_back(rocksdb::kDefaultColumnFamilyName);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
  for (const std::string& name : names) {
    wanted.emplace_back(name, rocksdb::ColumnFamilyOptions(options));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* database = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, directory, wanted, &handles, &database);
  if (!status.ok()) {
    return status;
  }
  opened.database_.reset(database);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool rest = names[i] == rocksdb::kDefaultColumnFamilyName;
    const auto at = rest ? opened.families_.begin() : opened.families_.end();
    opened.families_.insert(at, Family{rest ? "" : names[i], {handles[i], Close{database}}});
  }
  return opened.check();
}

rocksdb::Status Families::check() const {
  const std::unique_ptr<rocksdb::Iterator> entry(
      database_->NewIterator(rocksdb::ReadOptions(), families_.front().handle.get()));
  for (auto family = families_.begin() + 1; family != families_.end(); ++family) {
    entry->Seek(family->prefix);
    if (entry->Valid() && entry->key().starts_with(family->prefix)) {
      return rocksdb::Status::InvalidArgument("keys of " + family->prefix + " are not kept apart in it");
    }
  }
  return entry->status();
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
