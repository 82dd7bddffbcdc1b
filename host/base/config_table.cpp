#include "host/base/config_table.hpp"

#include <arpa/inet.h>

#include "host/base/cidr.hpp"
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

bool are_networks(std::string_view text) { return parse_networks(text).has_value(); }

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() && text.size() <= 254 &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" \t\r\n") == std::string_view::npos;
}

bool is_password(std::string_view text) {
  const std::size_t length = utf8_length(text);
  return is_utf8(text) && length >= 8 && length <= 128;
}

constexpr std::int64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;
constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr ConfigUnit kBytes = ConfigUnit::kBytes;

const ConfigKey kKeys[] = {
    {.group = "Where things are",
     .name = "config",
     .target = std::monostate{},
     .fallback = "",
     .description = "The configuration file. When it is not given, opsflux.toml in the data folder is read "
                    "if it is there.",
     .from = ConfigFrom::kOutsideFile},
    {.group = "Where things are",
     .name = "data",
     .target = &Config::data,
     .fallback = "data",
     .description = "The data folder: all that the server writes lies in it. It is made when it is missing."},
    {.group = "Where things are",
     .name = "database",
     .target = &Config::database,
     .fallback = "",
     .valid = is_database_url,
     .wanted =
         "a database address: sqlite:<file>, or postgresql://<user>:<password>@<host>:<port>/<database>",
     .description =
         "The database. When it is not given, the file opsflux.db in the data folder is used by SQLite. "
         "An address with a password belongs in the environment, not in a file that others can read."},
    {.group = "Where things are",
     .name = "resources",
     .target = &Config::resources,
     .fallback = "",
     .description =
         "The folder of what ships with the program: translations, the core services' definitions and "
         "migrations, the web application. When it is not given, the one that belongs to the program is "
         "used."},
    {.group = "Where things are",
     .name = "trusted_keys",
     .target = &Config::trusted_keys,
     .fallback = "",
     .description = "The folder of public keys whose signatures on module packages are accepted. "
                    "When it is not given: trusted-keys in the data folder."},
    {.group = "Where things are",
     .name = "spool",
     .target = &Config::spool,
     .fallback = "",
     .description =
         "The folder for uploads that are still arriving. It should be on the same file system as the data "
         "folder. When it is not given: spool in the data folder."},

    {.group = "Where things are",
     .name = "master_key_file",
     .target = &Config::master_key_file,
     .fallback = "",
     .description = "The file with the master key, which seals the keys in the database; only the server's "
                    "user may be able to read it. It is made at the first start. When it is not given: "
                    "instance.key in the data folder."},
    {.group = "Where things are",
     .name = "master_key",
     .target = &Config::master_key,
     .fallback = "",
     .description = "The master key itself, 32 bytes in base64, in place of the file; for what hands out "
                    "secrets as variables. opsflux key rotate --to-env changes to it.",
     .from = ConfigFrom::kEnvironmentOnly,
     .secret = true},

    {.group = "Network",
     .name = "address",
     .target = &Config::address,
     .fallback = "127.0.0.1",
     .valid = is_address,
     .wanted = "an IPv4 or IPv6 address, for instance 127.0.0.1, or 0.0.0.0 for all interfaces",
     .description = "The address that the server listens on."},
    {.group = "Network",
     .name = "port",
     .target = &Config::port,
     .fallback = "8080",
     .low = 0,
     .high = 65535,
     .description = "The port that the server listens on; 0 takes any free one."},
    {.group = "Network",
     .name = "public_url",
     .target = &Config::public_url,
     .fallback = "",
     .valid = is_origin,
     .wanted = "http:// or https:// with a host, and nothing after it",
     .description =
         "The address under which browsers reach the server, when a proxy stands in front of it. It decides "
         "which origin may send requests, and whether cookies are for HTTPS only."},
    {.group = "Network",
     .name = "tls.certificate",
     .target = &Config::tls_certificate,
     .fallback = "",
     .description = "The certificate chain (PEM). With it and its key the server speaks HTTPS itself."},
    {.group = "Network",
     .name = "tls.key",
     .target = &Config::tls_key,
     .fallback = "",
     .description = "The private key of the certificate (PEM)."},
    {.group = "Network",
     .name = "network.trusted_proxies",
     .target = &Config::trusted_proxies,
     .fallback = "",
     .valid = are_networks,
     .wanted = "networks with commas between them, for instance 127.0.0.1, 10.0.0.0/8",
     .description =
         "The proxies in front of the server. A request that comes from one of them is taken as coming from "
         "the client that the proxy names in X-Forwarded-For, by the protocol in X-Forwarded-Proto; from "
         "anybody else both fields are ignored. Behind a proxy that is not named here all clients share one "
         "address, and the limits for an address hit all of them."},

    {.group = "Log",
     .name = "log.level",
     .target = &Config::log_level,
     .fallback = "info",
     .choices = "trace|debug|info|warn|error|off",
     .description = "The least important events that are still written."},
    {.group = "Log",
     .name = "log.format",
     .target = &Config::log_format,
     .fallback = "text",
     .choices = "text|json",
     .description = "text is for people, json for collectors; one line an event in both."},
    {.group = "Log",
     .name = "log.file",
     .target = &Config::log_file,
     .fallback = "",
     .description = "The file that the log is appended to. When it is not given: standard error."},

    {.group = "Limits",
     .name = "limits.body",
     .target = &Config::limit_body,
     .fallback = "1MiB",
     .low = 1 * kKiB,
     .high = 64 * kMiB,
     .description = "The largest body of a request that is held in memory.",
     .unit = kBytes},
    {.group = "Limits",
     .name = "limits.upload",
     .target = &Config::limit_upload,
     .fallback = "256MiB",
     .low = 1 * kMiB,
     .high = 16 * kGiB,
     .description = "The largest upload, which goes to the spool folder.",
     .unit = kBytes},
    {.group = "Limits",
     .name = "limits.file",
     .target = &Config::limit_file,
     .fallback = "100MiB",
     .low = 1 * kKiB,
     .high = 16 * kGiB,
     .description =
         "The largest file that people attach to records or that fields take; a field may say less.",
     .unit = kBytes},
    {.group = "Limits",
     .name = "limits.header",
     .target = &Config::limit_header,
     .fallback = "16KiB",
     .low = 4 * kKiB,
     .high = 256 * kKiB,
     .description = "The largest head of a request: request line and header fields together.",
     .unit = kBytes},
    {.group = "Limits",
     .name = "limits.connections",
     .target = &Config::limit_connections,
     .fallback = "4096",
     .low = 8,
     .high = 100'000,
     .description = "The number of connections open at once; more are answered with 503."},
    {.group = "Limits",
     .name = "limits.idle_time",
     .target = &Config::limit_idle_time,
     .fallback = "75s",
     .low = 1 * kSecond,
     .high = 1 * kHour,
     .description = "The time that a connection without a request is kept open."},
    {.group = "Limits",
     .name = "limits.stop_time",
     .target = &Config::limit_stop_time,
     .fallback = "15s",
     .low = 0,
     .high = 10 * kMinute,
     .description = "The time that running requests are given to end when the server stops."},

    {.group = "Retention",
     .name = "retention.deliveries",
     .target = &Config::retention_deliveries,
     .fallback = "7d",
     .low = 1 * kHour,
     .high = 3650 * kDay,
     .description = "How long a delivered event is kept, to see that it was. Those that failed for good stay "
                    "until somebody decides."},
    {.group = "Retention",
     .name = "retention.trigger_runs",
     .target = &Config::retention_trigger_runs,
     .fallback = "30d",
     .low = 1 * kHour,
     .high = 3650 * kDay,
     .description = "How long the log of a trigger's run is kept."},
    {.group = "Retention",
     .name = "retention.plans",
     .target = &Config::retention_plans,
     .fallback = "7d",
     .low = 1 * kHour,
     .high = 3650 * kDay,
     .description =
         "How long a plan that nobody approves is kept, and the package that was uploaded for it."},
    {.group = "Retention",
     .name = "retention.audit_years",
     .target = &Config::retention_audit_years,
     .fallback = "7",
     .low = 0,
     .high = 100,
     .description =
         "How many years a row of the audit trail is kept; 0: for ever. Once a day the older ones are "
         "removed, and the trail still verifies from there on."},

    {.group = "Threads",
     .name = "threads.io",
     .target = &Config::io_threads,
     .fallback = "0",
     .low = 0,
     .high = 256,
     .description = "The threads that read and write connections; 0: one for each processor."},
    {.group = "Threads",
     .name = "threads.workers",
     .target = &Config::worker_threads,
     .fallback = "0",
     .low = 0,
     .high = 1024,
     .description = "The threads that run what may wait; 0: two for each processor, four at least."},
    {.group = "Threads",
     .name = "threads.database_readers",
     .target = &Config::database_readers,
     .fallback = "0",
     .low = 0,
     .high = 256,
     .description = "The database connections that read; 0: as many as there are threads that use them."},

    {.group = "Sessions and passwords",
     .name = "session.access_lifetime",
     .target = &Config::session_access,
     .fallback = "15m",
     .low = 1 * kMinute,
     .high = 1 * kDay,
     .description = "How long an access token is valid."},
    {.group = "Sessions and passwords",
     .name = "session.refresh_lifetime",
     .target = &Config::session_refresh,
     .fallback = "7d",
     .low = 5 * kMinute,
     .high = 365 * kDay,
     .description = "How long a session lives that is not used; each use of the browser session and each "
                    "refresh starts it anew."},
    {.group = "Sessions and passwords",
     .name = "session.places_file",
     .target = &Config::places_file,
     .fallback = "",
     .description =
         "A file in the format of MaxMind DB that tells where an address is, for instance GeoLite2 City. "
         "With it the lists of sessions name the place."},
    {.group = "Sessions and passwords",
     .name = "login.failures",
     .target = &Config::login_failures,
     .fallback = "5",
     .low = 1,
     .high = 1000,
     .description = "The failed log-ins, counted for an account and for a client address, after which "
                    "further ones are refused for a while."},
    {.group = "Sessions and passwords",
     .name = "login.window",
     .target = &Config::login_window,
     .fallback = "15m",
     .low = 1 * kMinute,
     .high = 1 * kDay,
     .description = "The time in which failed log-ins are counted."},
    {.group = "Sessions and passwords",
     .name = "argon2.memory",
     .target = &Config::argon2_memory,
     .fallback = "64MiB",
     .low = 8 * kMiB,
     .high = 1 * kGiB,
     .description = "The memory that hashing one password takes (Argon2id). Stored passwords are hashed anew "
                    "at the next log-in after a change.",
     .unit = kBytes},
    {.group = "Sessions and passwords",
     .name = "argon2.passes",
     .target = &Config::argon2_passes,
     .fallback = "2",
     .low = 1,
     .high = 20,
     .description = "The passes over that memory."},
    {.group = "Sessions and passwords",
     .name = "password.threads",
     .target = &Config::password_threads,
     .fallback = "2",
     .low = 1,
     .high = 16,
     .description =
         "How many passwords are hashed at once. Each takes argon2.memory and one processor for its time."},
    {.group = "Sessions and passwords",
     .name = "password.queue",
     .target = &Config::password_queue,
     .fallback = "32",
     .low = 1,
     .high = 1000,
     .description = "How many log-ins may wait for their turn; more are asked to come again."},

    {.group = "First start",
     .name = "admin.email",
     .target = &Config::admin_email,
     .fallback = "",
     .valid = is_mail_address,
     .wanted = "an e-mail address",
     .description = "With admin.password: the first administrator is made at the first start, and no set-up "
                    "link is shown. "
                    "It has no effect once there is a user.",
     .from = ConfigFrom::kEnvironmentOnly},
    {.group = "First start",
     .name = "admin.password",
     .target = &Config::admin_password,
     .fallback = "",
     .valid = is_password,
     .wanted = "a password of 8 to 128 characters",
     .description = "The first administrator's password.",
     .from = ConfigFrom::kEnvironmentOnly,
     .secret = true},
    {.group = "First start",
     .name = "development",
     .target = &Config::development,
     .fallback = "false",
     .description = "Accepts modules signed by development keys, and shows so on every page. Not for data "
                    "that matters."},
};

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

}  // namespace opsflux
