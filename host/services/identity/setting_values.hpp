// The settings of this service as typed values, always those that hold now.
//
// How another part of the service uses them:
//
//   const auto s = settings.now();               // shared_ptr, one atomic load; any thread, never blocks
//   if (password.size() < s->passwords.min_length) …
//   settings.on_change([this](const SettingValues& s) { limits_.set(s.defence.login_failures); });
//
// Keep no copy longer than one piece of work: ask again, or listen. Which key is what, in which unit and with
// which bounds stands in manifest.json; a new setting is a line there, its texts in i18n (label and help), a
// member here and a line in setting_values.cpp. Values are within the manifest's bounds.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/modules/settings.hpp"
#include "host/services/identity/factors/sms.hpp"
#include "host/services/identity/login/rules.hpp"

namespace opsflux::identity {

struct SettingValues {
  using Time = std::chrono::milliseconds;
  struct SignIn {
    Time access{}, refresh{};  // lives of an access token and of an unused session
    Time idle{};               // of an unused session of a browser that is not to be remembered
    Time absolute{};           // of any session from its log-in
    Time confirm{};            // how long a proof of who one is lasts; 0: nothing is asked for again
    Time see_as{};             // how long one sees as somebody else
    bool magic_link = false;
    bool site_closed = false;  // who has no account may ask for one
  } sign_in;
  struct Passwords {
    std::size_t min_length = 8;  // code points
    int min_score = 3;           // 0 to 4
    Time expiry{};               // 0: never
    std::size_t history = 5;     // earlier ones that are refused
    std::string breached_file;   // empty: none
    std::vector<std::string> own_words;
    std::uint64_t argon2_memory = 64ull << 20, argon2_passes = 2;  // bytes, passes
    bool admin_password_temporary = false;
  } passwords;
  struct SecondFactor {
    std::vector<std::string> roles;  // keys of those who must have one
    std::vector<std::string> kinds;  // which may be set up: "totp", "email", "sms"
    Time trusted_device{};           // 0: none is trusted
    SmsProvider sms;
  } second_factor;
  struct Defence {
    std::size_t login_failures = 5;
    Time login_window{};
    std::int64_t export_confirm_rows = 1'000;  // more leave as a file only with a fresh proof; 0: any number
    std::uint32_t anonymous_requests = 300;    // a minute and address; 0: any number
  } defence;
};

SettingValues read_settings(const modules::SettingsOf& settings);
// What a log-in and a new password are judged by.
SignInRules rules_of(const SettingValues& settings);

// Listens to `settings`, which must outlive the writes of its database, as must this.
class IdentitySettings {
 public:
  using Listener = std::function<void(const SettingValues&)>;

  IdentitySettings(modules::Settings& settings, std::shared_ptr<const package::Manifest> manifest);
  IdentitySettings(const IdentitySettings&) = delete;
  IdentitySettings& operator=(const IdentitySettings&) = delete;

  std::shared_ptr<const SettingValues> now() const { return values_.load(std::memory_order_acquire); }
  // Called after each change, with the values that hold then, on the store's completion thread: short,
  // without throwing. Add listeners before the server listens.
  void on_change(Listener listener) { listeners_.push_back(std::move(listener)); }

 private:
  const modules::SettingsOf settings_;
  std::atomic<std::shared_ptr<const SettingValues>> values_;
  std::vector<Listener> listeners_;
};

}  // namespace opsflux::identity
