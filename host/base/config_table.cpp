#include "host/base/config_table.hpp"

#include <arpa/inet.h>

#include "host/base/text.hpp"

namespace opsflux {
namespace {

bool is_address(std::string_view text) {
  const std::string copy(text);
  unsigned char bytes[16];
  return inet_pton(AF_INET, copy.c_str(), bytes) == 1 || inet_pton(AF_INET6, copy.c_str(), bytes) == 1;
}

bool is_database_url(std::string_view text) {
  for (const std::string_view scheme : {"sqlite:", "postgresql://"})
    if (text.starts_with(scheme)) return text.size() > scheme.size();
  return false;
}

bool is_origin(std::string_view text) {
  std::size_t scheme = 0;
  if (text.starts_with("https://")) scheme = 8;
  if (text.starts_with("http://")) scheme = 7;
  if (scheme == 0) return false;
  std::string_view host = text.substr(scheme);
  if (host.ends_with('/')) host.remove_suffix(1);
  return !host.empty() && host.find_first_of("/?#@ \t\\") == std::string_view::npos;
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.size() <= 254 &&
         text.find('@', at + 1) == std::string_view::npos && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

bool is_password(std::string_view text) {
  const std::size_t length = utf8_length(text);
  return is_utf8(text) && length >= 8 && length <= 128;
}

constexpr std::int64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;
constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr ConfigUnit kBytes = ConfigUnit::kBytes;

const ConfigKey kKeys[] = {
    {.group = "Where things are", .name = "config", .target = std::monostate{}, .fallback = "",
     .description = "The configuration file. When it is not given, opsflux.toml in the data folder is read if it is there.",
     .from = ConfigFrom::kOutsideFile},
    {.group = "Where things are", .name = "data", .target = &Config::data, .fallback = "data",
     .description = "The data folder: all that the server writes lies in it. It is made when it is missing."},
    {.group = "Where things are", .name = "database", .target = &Config::database, .fallback = "",
     .valid = is_database_url, .wanted = "a database address: sqlite:<file>, or postgresql://<user>:<password>@<host>:<port>/<database>",
     .description = "The database. When it is not given, the file opsflux.db in the data folder is used by SQLite. "
                    "An address with a password belongs in the environment, not in a file that others can read."},
    {.group = "Where things are", .name = "resources", .target = &Config::resources, .fallback = "",
     .description = "The folder of what ships with the program: translations, the core services' definitions and "
                    "migrations, the web application. When it is not given, the one that belongs to the program is used."},
    {.group = "Where things are", .name = "trusted_keys", .target = &Config::trusted_keys, .fallback = "",
     .description = "The folder of public keys whose signatures on module packages are accepted. "
                    "When it is not given: trusted-keys in the data folder."},
    {.group = "Where things are", .name = "spool", .target = &Config::spool, .fallback = "",
     .description = "The folder for uploads that are still arriving. It should be on the same file system as the data "
                    "folder. When it is not given: spool in the data folder."},

    {.group = "Network", .name = "address", .target = &Config::address, .fallback = "127.0.0.1",
     .valid = is_address, .wanted = "an IPv4 or IPv6 address, for instance 127.0.0.1, or 0.0.0.0 for all interfaces",
     .description = "The address that the server listens on."},
    {.group = "Network", .name = "port", .target = &Config::port, .fallback = "8080", .low = 0, .high = 65535,
     .description = "The port that the server listens on; 0 takes any free one."},
    {.group = "Network", .name = "public_url", .target = &Config::public_url, .fallback = "",
     .valid = is_origin, .wanted = "http:// or https:// with a host, and nothing after it",
     .description = "The address under which browsers reach the server, when a proxy stands in front of it. It decides "
                    "which origin may send requests, and whether cookies are for HTTPS only."},
    {.group = "Network", .name = "tls.certificate", .target = &Config::tls_certificate, .fallback = "",
     .description = "The certificate chain (PEM). With it and its key the server speaks HTTPS itself."},
    {.group = "Network", .name = "tls.key", .target = &Config::tls_key, .fallback = "",
     .description = "The private key of the certificate (PEM)."},

    {.group = "Log", .name = "log.level", .target = &Config::log_level, .fallback = "info",
     .choices = "trace|debug|info|warn|error|off", .description = "The least important events that are still written."},
    {.group = "Log", .name = "log.format", .target = &Config::log_format, .fallback = "text", .choices = "text|json",
     .description = "text is for people, json for collectors; one line an event in both."},
    {.group = "Log", .name = "log.file", .target = &Config::log_file, .fallback = "",
     .description = "The file that the log is appended to. When it is not given: standard error."},

    {.group = "Limits", .name = "limits.body", .target = &Config::limit_body, .fallback = "1MiB", .low = 1 * kKiB, .high = 64 * kMiB,
     .description = "The largest body of a request that is held in memory.", .unit = kBytes},
    {.group = "Limits", .name = "limits.upload", .target = &Config::limit_upload, .fallback = "256MiB", .low = 1 * kMiB, .high = 16 * kGiB,
     .description = "The largest upload, which goes to the spool folder.", .unit = kBytes},
    {.group = "Limits", .name = "limits.header", .target = &Config::limit_header, .fallback = "16KiB", .low = 4 * kKiB, .high = 256 * kKiB,
     .description = "The largest head of a request: request line and header fields together.", .unit = kBytes},
    {.group = "Limits", .name = "limits.connections", .target = &Config::limit_connections, .fallback = "4096", .low = 8, .high = 100'000,
     .description = "The number of connections open at once; more are answered with 503."},
    {.group = "Limits", .name = "limits.idle_time", .target = &Config::limit_idle_time, .fallback = "75s",
     .low = 1 * kSecond, .high = 1 * kHour, .description = "The time that a connection without a request is kept open."},
    {.group = "Limits", .name = "limits.stop_time", .target = &Config::limit_stop_time, .fallback = "15s",
     .low = 0, .high = 10 * kMinute, .description = "The time that running requests are given to end when the server stops."},

    {.group = "Threads", .name = "threads.io", .target = &Config::io_threads, .fallback = "0", .low = 0, .high = 256,
     .description = "The threads that read and write connections; 0: one for each processor."},
    {.group = "Threads", .name = "threads.workers", .target = &Config::worker_threads, .fallback = "0", .low = 0, .high = 1024,
     .description = "The threads that run what may wait; 0: two for each processor, four at least."},
    {.group = "Threads", .name = "threads.database_readers", .target = &Config::database_readers, .fallback = "0", .low = 0, .high = 256,
     .description = "The database connections that read; 0: as many as there are threads that use them."},

    {.group = "Sessions and passwords", .name = "session.access_lifetime", .target = &Config::session_access, .fallback = "15m",
     .low = 1 * kMinute, .high = 1 * kDay, .description = "How long an access token is valid."},
    {.group = "Sessions and passwords", .name = "session.refresh_lifetime", .target = &Config::session_refresh, .fallback = "7d",
     .low = 5 * kMinute, .high = 365 * kDay,
     .description = "How long a session lives that is not used; each use of the browser session and each refresh starts it anew."},
    {.group = "Sessions and passwords", .name = "login.failures", .target = &Config::login_failures, .fallback = "5", .low = 1, .high = 1000,
     .description = "The failed log-ins, counted for an account and for a client address, after which further ones are refused for a while."},
    {.group = "Sessions and passwords", .name = "login.window", .target = &Config::login_window, .fallback = "15m",
     .low = 1 * kMinute, .high = 1 * kDay, .description = "The time in which failed log-ins are counted."},
    {.group = "Sessions and passwords", .name = "argon2.memory", .target = &Config::argon2_memory, .fallback = "64MiB",
     .low = 8 * kMiB, .high = 1 * kGiB,
     .description = "The memory that hashing one password takes (Argon2id). Stored passwords are hashed anew at the next log-in after a change.",
     .unit = kBytes},
    {.group = "Sessions and passwords", .name = "argon2.passes", .target = &Config::argon2_passes, .fallback = "2", .low = 1, .high = 20,
     .description = "The passes over that memory."},
    {.group = "Sessions and passwords", .name = "password.threads", .target = &Config::password_threads, .fallback = "2", .low = 1, .high = 16,
     .description = "How many passwords are hashed at once. Each takes argon2.memory and one processor for its time."},
    {.group = "Sessions and passwords", .name = "password.queue", .target = &Config::password_queue, .fallback = "32", .low = 1, .high = 1000,
     .description = "How many log-ins may wait for their turn; more are asked to come again."},

    {.group = "First start", .name = "admin.email", .target = &Config::admin_email, .fallback = "",
     .valid = is_mail_address, .wanted = "an e-mail address",
     .description = "With admin.password: the first administrator is made at the first start, and no set-up link is shown. "
                    "It has no effect once there is a user.",
     .from = ConfigFrom::kEnvironmentOnly},
    {.group = "First start", .name = "admin.password", .target = &Config::admin_password, .fallback = "",
     .valid = is_password, .wanted = "a password of 8 to 128 characters",
     .description = "The first administrator's password.", .from = ConfigFrom::kEnvironmentOnly, .secret = true},
    {.group = "First start", .name = "development", .target = &Config::development, .fallback = "false",
     .description = "Accepts modules signed by development keys, and shows so on every page. Not for data that matters."},
};

// "64MiB" -> number and unit, with at most one space between them.
std::optional<std::pair<std::int64_t, std::string_view>> number_and_unit(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  if (end == 0 || text.empty()) return std::nullopt;
  const std::optional<std::int64_t> number = parse_int(text.substr(0, end));
  if (!number) return std::nullopt;
  std::string_view unit = end == std::string_view::npos ? std::string_view() : text.substr(end);
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  return std::pair(*number, unit);
}

std::optional<std::int64_t> times(std::int64_t number, std::int64_t factor) {
  std::int64_t out = 0;
  if (__builtin_mul_overflow(number, factor, &out)) return std::nullopt;
  return out;
}

constexpr std::pair<std::string_view, std::int64_t> kByteUnits[] = {{"GiB", kGiB}, {"MiB", kMiB}, {"KiB", kKiB}, {"B", 1}};
constexpr std::pair<std::string_view, std::int64_t> kTimeUnits[] = {
    {"d", kDay}, {"h", kHour}, {"m", kMinute}, {"s", kSecond}, {"ms", 1}};

template <std::size_t N>
std::string format_with(const std::pair<std::string_view, std::int64_t> (&units)[N], std::int64_t value) {
  for (const auto& [unit, factor] : units)
    if (value != 0 && value % factor == 0) return std::to_string(value / factor) + std::string(unit);
  return "0" + std::string(units[N - 1].first);
}

bool in_range(const ConfigKey& key, std::int64_t value) { return value >= key.low && value <= key.high; }

bool text_fits(const ConfigKey& key, std::string_view text) {
  if (!is_utf8(text) || has_nul(text)) return false;
  if (!key.choices.empty()) {
    for (const std::string_view choice : split(key.choices, '|'))
      if (choice == text) return true;
    return false;
  }
  return key.valid == nullptr || text.empty() || key.valid(text);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

template <class... Ts>
struct Overloaded : Ts... { using Ts::operator()...; };
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

const ConfigKey* find_config_key(std::string_view name) {
  for (const ConfigKey& key : kKeys)
    if (key.name == name) return &key;
  return nullptr;
}

std::string ConfigKey::flag() const {
  std::string out(name);
  for (char& c : out)
    if (c == '.' || c == '_') c = '-';
  return out;
}

std::string ConfigKey::variable() const {
  std::string out = "OPSFLUX_";
  for (const char c : name) out += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

std::string ConfigKey::type() const {
  if (!choices.empty()) return "choice";
  if (unit == ConfigUnit::kBytes) return "size";
  return std::visit(Overloaded{[](std::string Config::*) { return "text"; },
                               [](std::filesystem::path Config::*) { return "path"; },
                               [](std::int64_t Config::*) { return "whole number"; },
                               [](bool Config::*) { return "true or false"; },
                               [](std::chrono::milliseconds Config::*) { return "duration"; },
                               [](std::monostate) { return "path"; }},
                    target);
}

std::string ConfigKey::expected() const {
  if (!choices.empty()) {
    std::string out = "one of ";
    const auto words = split(choices, '|');
    for (std::size_t i = 0; i < words.size(); ++i)
      out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + std::string(words[i]);
    return out;
  }
  if (valid != nullptr) return std::string(wanted);
  if (unit == ConfigUnit::kBytes)
    return "a size from " + format_byte_count(low) + " to " + format_byte_count(high) + ", with KiB, MiB or GiB";
  return std::visit(
      Overloaded{[](std::string Config::*) { return std::string("a text"); },
                 [](std::filesystem::path Config::*) { return std::string("a path"); },
                 [&](std::int64_t Config::*) {
                   return "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
                 },
                 [](bool Config::*) { return std::string("true or false"); },
                 [&](std::chrono::milliseconds Config::*) {
                   return "a duration from " + format_duration(std::chrono::milliseconds(low)) + " to " +
                          format_duration(std::chrono::milliseconds(high)) + ", with ms, s, m, h or d";
                 },
                 [](std::monostate) { return std::string("a path"); }},
      target);
}

bool store_config_value(Config& config, const ConfigKey& key, std::string_view text) {
  if (!text_fits(key, text)) return false;
  return std::visit(
      Overloaded{[&](std::string Config::*member) { config.*member = text; return true; },
                 [&](std::filesystem::path Config::*member) { config.*member = text; return true; },
                 [&](std::int64_t Config::*member) {
                   const auto value = key.unit == ConfigUnit::kBytes ? parse_byte_count(text) : parse_int(text);
                   if (!value || !in_range(key, *value)) return false;
                   config.*member = *value;
                   return true;
                 },
                 [&](bool Config::*member) {
                   const bool yes = text == "true" || text == "1", no = text == "false" || text == "0";
                   config.*member = yes;
                   return yes || no;
                 },
                 [&](std::chrono::milliseconds Config::*member) {
                   const auto value = parse_duration(text);
                   if (!value || !in_range(key, value->count())) return false;
                   config.*member = *value;
                   return true;
                 },
                 [](std::monostate) { return true; }},
      key.target);
}

std::string shown_config_value(const ConfigKey& key, std::string_view text) {
  if (key.secret) return text.empty() ? "" : "(hidden)";
  const auto scheme = text.find("://");
  const auto at = text.rfind('@');
  if (key.valid != is_database_url || scheme == std::string_view::npos || at == std::string_view::npos) return std::string(text);
  const auto colon = text.find(':', scheme + 3);
  if (colon > at) return std::string(text);
  return std::string(text.substr(0, colon + 1)) + "(hidden)" + std::string(text.substr(at));
}

std::string config_value_text(const Config& config, const ConfigKey& key) {
  return std::visit(
      Overloaded{[&](std::string Config::*member) { return config.*member; },
                 [&](std::filesystem::path Config::*member) { return (config.*member).string(); },
                 [&](std::int64_t Config::*member) {
                   return key.unit == ConfigUnit::kBytes ? format_byte_count(config.*member) : std::to_string(config.*member);
                 },
                 [&](bool Config::*member) { return std::string(config.*member ? "true" : "false"); },
                 [&](std::chrono::milliseconds Config::*member) { return format_duration(config.*member); },
                 [](std::monostate) { return std::string(); }},
      key.target);
}

std::optional<std::int64_t> parse_byte_count(std::string_view text) {
  const auto parts = number_and_unit(text);
  if (!parts) return std::nullopt;
  if (parts->second.empty()) return parts->first;
  for (const auto& [unit, factor] : kByteUnits)
    if (parts->second == unit) return times(parts->first, factor);
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto parts = number_and_unit(text);
  if (!parts) return std::nullopt;
  for (const auto& [unit, factor] : kTimeUnits)
    if (parts->second == unit)
      if (const auto ms = times(parts->first, factor)) return std::chrono::milliseconds(*ms);
  return std::nullopt;
}

std::string format_byte_count(std::int64_t bytes) { return format_with(kByteUnits, bytes); }
std::string format_duration(std::chrono::milliseconds duration) { return format_with(kTimeUnits, duration.count()); }

std::optional<std::string> nearest_word(std::string_view text, const std::vector<std::string>& candidates) {
  std::size_t best = std::max<std::size_t>(2, text.size() / 3) + 1;
  std::optional<std::string> found;
  for (const std::string& candidate : candidates)
    if (const std::size_t distance = edit_distance(text, candidate); distance < best) {
      best = distance;
      found = candidate;
    }
  return found;
}

}  // namespace opsflux
