// The server's configuration: defaults, then one TOML file, then environment variables, then flags;
// what comes later wins.
//
// Every key stands once, in the table of config_table.cpp: parsing, checking, the help text and
// docs/configuration.md are made from it. A key that does not exist or a value that does not fit stops
// the start, with an error that names the key, where it was written, and what would be right.
//
// Config is read once at start and handed on as a value; nothing reads the environment later.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/error.hpp"
#include "host/base/log.hpp"

namespace opsflux {

// Relative paths given in the file are relative to the file's folder; those given by variable or flag
// (and the defaults) to the working folder.
struct Config {
  std::filesystem::path data;             // all the server writes, except where another key says otherwise
  std::filesystem::path resources;        // what ships beside the program; empty: the caller knows
  std::filesystem::path trusted_keys;     // empty in the input: <data>/trusted-keys
  std::filesystem::path spool;            // empty in the input: <data>/spool
  std::filesystem::path master_key_file;  // empty in the input: <data>/instance.key
  std::string master_key;                 // base64; empty: the file
  std::string database;                   // "sqlite:<file>" or "postgresql://…"; made absolute, never empty
  std::string public_url;                 // without a slash at its end; empty: none is set
  bool development = false;

  std::string address;
  std::int64_t port = 0;                           // 0: any free one
  std::filesystem::path tls_certificate, tls_key;  // both or neither
  std::string trusted_proxies;                     // for parse_networks

  std::string log_level, log_format;
  std::filesystem::path log_file;

  std::int64_t limit_body = 0, limit_upload = 0, limit_file = 0, limit_header = 0;  // bytes
  std::int64_t limit_connections = 0;
  std::chrono::milliseconds limit_idle_time{}, limit_stop_time{};

  std::int64_t io_threads = 0, worker_threads = 0;  // never 0: filled from the machine
  std::int64_t database_readers = 0;

  std::chrono::milliseconds session_access{}, session_refresh{};
  std::filesystem::path places_file;
  std::int64_t login_failures = 0;
  std::chrono::milliseconds login_window{};
  std::int64_t argon2_memory = 0, argon2_passes = 0;  // bytes, passes
  std::int64_t password_threads = 0, password_queue = 0;

  std::chrono::milliseconds retention_deliveries{}, retention_trigger_runs{}, retention_plans{};
  std::int64_t retention_audit_years = 0;  // 0: for ever

  std::string admin_email, admin_password;  // both or neither; for the first start only

  // Key -> where its value comes from: "default", "file /etc/opsflux.toml, line 3",
  // "variable OPSFLUX_PORT", "flag --port". Every key of the table is there.
  std::map<std::string, std::string, std::less<>> origins;

  // Settings that the environment gives, by "<module>.<key>", from OPSFLUX_SETTING__<MODULE>__<KEY>: a value
  // as JSON or as plain text. Whoever knows the module's manifest judges them.
  struct SettingOverride {
    std::string text, variable;
  };
  std::map<std::string, SettingOverride, std::less<>> setting_overrides;

  log::Options log_options() const;
  bool tls() const { return !tls_certificate.empty(); }
  bool served_by_https() const { return tls() || public_url.starts_with("https://"); }
};

// One setting as given, not yet checked: from a flag ("port" = "8080") or a variable.
using ConfigSetting = std::pair<std::string, std::string>;

struct ConfigSources {
  std::vector<ConfigSetting> flags;  // name without "--"
  std::vector<ConfigSetting>
      environment;  // variables as they are; those not starting with OPSFLUX_ are passed over
  std::filesystem::path working_folder = ".";
};

// Checks everything and reports all that is wrong at once (the error's causes), so that an operator
// repairs a file in one go. Codes: config.unknown_key, config.wrong_value, config.environment_only,
// config.file_missing, config.file_syntax, config.data_in_own_file, config.needs_other; several:
// config.wrong, config.setting_variable.
Result<Config> load_config(const ConfigSources& sources);

// The variables of this process.
std::vector<ConfigSetting> process_environment();

// A program's arguments after its name, taken apart. `own` are the command's own options, by name without
// "--", and whether each takes a value; every key of the configuration is an option as well. "--name=value"
// and "--name value" are the same; a switch (a boolean) takes a value only after "=". "--" ends options.
struct OwnOption {
  std::string_view name;
  bool takes_value = false;
};
struct Arguments {
  std::vector<ConfigSetting> settings;                  // for ConfigSources::flags
  std::map<std::string, std::string, std::less<>> own;  // switches have the value "true"
  std::vector<std::string> words;                       // what is not an option
};
// Errors: config.unknown_flag (with the nearest one), config.flag_without_value.
Result<Arguments> parse_arguments(const std::vector<std::string>& arguments,
                                  const std::vector<OwnOption>& own);

// The keys and values in use, one "key = value    (origin)" a line; secrets are shown as "(set)".
std::string describe_config(const Config& config);

// The same as values: what a key was given, else its default as it is written there.
struct ShownSetting {
  std::string key, value, fallback;
};
std::vector<ShownSetting> shown_config(const Config& config);

std::string config_help();      // for --help: one flag a paragraph
std::string config_markdown();  // docs/configuration.md, whole

// Values as written in a configuration; nullopt when they are not one.
std::optional<std::int64_t> parse_byte_count(std::string_view text);             // "64 MiB", "1048576"
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);  // "15m", "7d", "500ms"
std::string format_byte_count(std::int64_t bytes);
std::string format_duration(std::chrono::milliseconds duration);

}  // namespace opsflux
