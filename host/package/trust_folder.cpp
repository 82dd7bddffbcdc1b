#include "host/package/trust_folder.hpp"

#include <set>

#include "host/base/log.hpp"

namespace opsflux::package {
namespace fs = std::filesystem;

Result<std::unique_ptr<TrustFolder>> TrustFolder::open(fs::path folder) {
  std::unique_ptr<TrustFolder> out(new TrustFolder(std::move(folder)));
  out->seen_ = out->picture();
  TRY_ASSIGN(store, TrustStore::open(out->folder_));
  out->store_ = std::make_shared<const TrustStore>(std::move(store));
  return out;
}

std::shared_ptr<const TrustStore> TrustFolder::current() {
  const std::lock_guard lock(mutex_);
  std::string now = picture();
  if (now == seen_) return store_;
  seen_ = std::move(now);
  if (auto store = TrustStore::open(folder_)) {
    store_ = std::make_shared<const TrustStore>(std::move(*store));
    log::info("trust.read_again",
              {{"keys", store_->keys().size()}, {"revocations", store_->revocations_version()}});
  } else {
    log::error("trust.not_readable", store.error());
  }
  return store_;
}

std::string TrustFolder::picture() const {
  std::set<std::string> files;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder_, ec)) {
    std::error_code gone;
    const auto time = entry.last_write_time(gone).time_since_epoch().count();
    const auto size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
    files.insert(entry.path().filename().string() + " " + std::to_string(size) + " " + std::to_string(time));
  }
  std::string out;
  for (const std::string& file : files) out += file + "\n";
  return out;
}

}  // namespace opsflux::package
