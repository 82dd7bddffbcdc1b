// Feature flags: records of the entity settings.flag, kept by administrators, and the book made of them that
// every check asks. What changes them swaps the book with the commit.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/entities/engine.hpp"
#include "host/services/settings/flag_book.hpp"

namespace opsflux::settings_service {

inline constexpr std::string_view kFlagEntity = "settings.flag";

class Flags {
 public:
  // Runs after a change of the book, on the thread of the commit, and must be quick: the name of the flag
  // that differs, the book until then, and the one that holds now.
  using Told = std::function<void(std::string_view name, const FlagBook& before, const FlagBook& now)>;
  explicit Flags(Told told = {}) : told_(std::move(told)), book_(std::make_shared<const FlagBook>()) {}

  // At the start, before anybody changes a flag.
  Result<void> load(store::Session& session);
  // Any thread; no database, no lock that is held for long.
  bool on(std::string_view name, const Caller& caller) const { return book()->on(name, caller); }
  std::shared_ptr<const FlagBook> book() const { return book_.load(); }

  // In the transaction of a change to a flag. With its commit, in the order of commits and before its writer
  // hears of it, the book has it.
  Result<void> changed(store::Transaction& transaction, const entities::RecordChange& change);

 private:
  void take(const std::string& id, const std::string& name, std::shared_ptr<const Flag> flag);
  void make_book();

  const Told told_;
  std::map<std::string, std::shared_ptr<const Flag>> flags_;  // by identifier; the thread of commits
  std::atomic<std::shared_ptr<const FlagBook>> book_;
};

// Hooks of the entity: the name of a flag has its form ("settings.flag_name") and stays
// ("settings.flag_name_fixed").
entities::Hooks flag_guards();
// What keeps `flags`, which must outlive it, as its records are.
entities::Watches flag_watches(Flags& flags);

}  // namespace opsflux::settings_service
