#include "host/services/identity/setting_values.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::identity {
namespace {

using modules::SettingsOf;
using namespace std::chrono_literals;

std::size_t count(const SettingsOf& s, std::string_view key) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, s.integer(key)));
}

std::vector<std::string> texts(const SettingsOf& s, std::string_view key) {
  std::vector<std::string> out;
  for (const Json& one : s.json(key))
    if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

SettingValues::SignIn sign_in(const SettingsOf& s) {
  return {.access = s.duration("access_minutes", 1min),
          .refresh = s.duration("refresh_days", 24h),
          .idle = s.duration("idle_minutes", 1min),
          .absolute = s.duration("absolute_days", 24h),
          .confirm = s.duration("confirm_minutes", 1min),
          .see_as = s.duration("see_as_minutes", 1min),
          .magic_link = s.boolean("magic_link"),
          .site_closed = s.boolean("site_closed")};
}

SettingValues::Passwords passwords(const SettingsOf& s) {
  return {.min_length = count(s, "min_length"),
          .min_score = static_cast<int>(s.integer("min_score")),
          .expiry = s.duration("expiry_days", 24h),
          .history = count(s, "history"),
          .breached_file = s.text("breached_file"),
          .own_words = texts(s, "own_words"),
          .argon2_memory = static_cast<std::uint64_t>(s.number("argon2_memory_mib") * (1 << 20)),
          .argon2_passes = count(s, "argon2_passes"),
          .admin_password_temporary = s.boolean("admin_password_temporary")};
}

SettingValues::SecondFactor second_factor(const SettingsOf& s) {
  return {.roles = texts(s, "second_factor_roles"),
          .kinds = texts(s, "second_factor_kinds"),
          .trusted_device = s.duration("trusted_device_days", 24h),
          .sms = {s.text("sms_url"), s.text("sms_token"), s.text("sms_body"), s.boolean("sms_plain_http")}};
}

SettingValues::Defence defence(const SettingsOf& s) {
  return {.login_failures = count(s, "login_failures"),
          .login_window = s.duration("login_window_minutes", 1min),
          .export_confirm_rows = s.integer("export_confirm_rows"),
          .anonymous_requests = static_cast<std::uint32_t>(count(s, "anonymous_requests"))};
}

}  // namespace

SettingValues read_settings(const SettingsOf& s) {
  return {sign_in(s), passwords(s), second_factor(s), defence(s)};
}

SignInRules rules_of(const SettingValues& settings) {
  const auto days = [](SettingValues::Time time) { return std::chrono::duration_cast<Days>(time); };
  SignInRules out;
  out.passwords = {.min_length = settings.passwords.min_length,
                   .min_score = settings.passwords.min_score,
                   .history = settings.passwords.history,
                   .expiry = days(settings.passwords.expiry),
                   .set_by_others_is_temporary = settings.passwords.admin_password_temporary,
                   .breached_file = settings.passwords.breached_file,
                   .own_words = settings.passwords.own_words};
  out.factors.obliged_roles = settings.second_factor.roles;
  out.factors.kinds = settings.second_factor.kinds;
  out.factors.trusted_device = days(settings.second_factor.trusted_device);
  return out;
}

IdentitySettings::IdentitySettings(modules::Settings& settings,
                                   std::shared_ptr<const package::Manifest> manifest)
    : settings_(settings, std::move(manifest)),
      values_(std::make_shared<const SettingValues>(read_settings(settings_))) {
  settings.on_change([this](std::string_view module) {
    if (module != "identity") return;
    auto next = std::make_shared<const SettingValues>(read_settings(settings_));
    values_.store(next, std::memory_order_release);
    for (const Listener& listener : listeners_) listener(*next);
  });
}

}  // namespace opsflux::identity
