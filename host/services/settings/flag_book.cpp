#include "host/services/settings/flag_book.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace opsflux::settings_service {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

// A key of its own for each flag, so that their users differ.
std::array<unsigned char, 16> key_of(std::string_view name) {
  static_assert(crypto_generichash_BYTES_MIN == 16 && crypto_shorthash_KEYBYTES == 16);
  std::array<unsigned char, 16> out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(name.data()), name.size(),
                     nullptr, 0);
  return out;
}

// 0 to 99, by SipHash-2-4.
int place_of(std::string_view user_id, const std::array<unsigned char, 16>& key) {
  unsigned char bytes[crypto_shorthash_BYTES];
  crypto_shorthash(bytes, reinterpret_cast<const unsigned char*>(user_id.data()), user_id.size(), key.data());
  std::uint64_t number = 0;
  for (std::size_t i = sizeof bytes; i-- > 0;) number = number << 8 | bytes[i];  // little-endian everywhere
  return static_cast<int>(number % 100);
}

bool in_companies(const Flag& flag, const Caller& caller) {
  if (!caller.company.empty()) return contains(flag.companies, caller.company);
  return std::any_of(caller.companies.begin(), caller.companies.end(),
                     [&](const std::string& one) { return contains(flag.companies, one); });
}

}  // namespace

FlagBook::FlagBook(std::vector<Flag> flags) {
  for (Flag& flag : flags) {
    const auto key = key_of(flag.name);
    std::string name = flag.name;
    entries_.insert_or_assign(std::move(name), Entry{std::move(flag), key});
  }
}

bool FlagBook::on(std::string_view name, const Caller& caller) const {
  const auto found = entries_.find(name);
  return found != entries_.end() && holds(found->second, caller);
}

std::vector<std::string> FlagBook::all_on(const Caller& caller) const {
  std::vector<std::string> out;
  for (const auto& [name, entry] : entries_)
    if (holds(entry, caller)) out.push_back(name);
  std::sort(out.begin(), out.end());
  return out;
}

bool FlagBook::holds(const Entry& entry, const Caller& caller) {
  const Flag& flag = entry.flag;
  if (!flag.enabled) return false;
  if (flag.by_company && !in_companies(flag, caller)) return false;
  if (flag.by_role && std::none_of(flag.roles.begin(), flag.roles.end(),
                                   [&](const std::string& role) { return caller.has_role(role); }))
    return false;
  return in_share(entry, caller);
}

bool FlagBook::in_share(const Entry& entry, const Caller& caller) {
  const int share = entry.flag.share;
  if (share >= 100) return true;
  return share > 0 && !caller.user_id.empty() && place_of(caller.user_id, entry.key) < share;
}

}  // namespace opsflux::settings_service
