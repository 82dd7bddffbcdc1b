#include "host/base/config.hpp"

#include <unistd.h>

#include "host/base/config_table.hpp"
#include "host/base/text.hpp"

extern char** environ;

namespace opsflux {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kPrefix = "OPSFLUX_";
constexpr std::string_view kSettingPrefix = "OPSFLUX_SETTING__";
// Variables with these beginnings are for test programs and for tools around the server.
constexpr std::string_view kNotOurs[] = {"OPSFLUX_TEST_", "OPSFLUX_RUN_", "OPSFLUX_SDK_", "OPSFLUX_BENCH_"};

template <class Spell>
std::vector<std::string> spellings(Spell spell) {
  std::vector<std::string> out;
  for (const ConfigKey& key : config_keys()) out.push_back(spell(key));
  return out;
}

std::string meant(const std::optional<std::string>& nearest, std::string_view before = "",
                  std::string_view after = "") {
  return nearest ? " Did you mean " + std::string(before) + *nearest + std::string(after) + "?" : "";
}

Error unknown_key(std::string_view name, std::string_view place, const std::optional<std::string>& nearest) {
  return Error::invalid("config.unknown_key", "There is no configuration key \"" + std::string(name) +
                                                  "\" (" + std::string(place) + ")." + meant(nearest))
      .at(name)
      .with("key", name)
      .with("place", place)
      .with("nearest", nearest.value_or(""));
}

Error wrong_value(const ConfigKey& key, std::string_view text, std::string_view place) {
  const std::string shown = shown_config_value(key, text), expected = key.expected();
  return Error::invalid("config.wrong_value", "The value \"" + shown + "\" of " + std::string(key.name) +
                                                  " (" + std::string(place) + ") is not " + expected + ".")
      .at(key.name)
      .with("key", key.name)
      .with("value", shown)
      .with("place", place)
      .with("expected", expected);
}

// "OPSFLUX_SETTING__IDENTITY__ACCESS_MINUTES" -> "identity.access_minutes"; nullopt: not of that form.
std::optional<std::string> setting_of_variable(std::string_view variable) {
  variable.remove_prefix(kSettingPrefix.size());
  const auto between = variable.find("__");
  if (between == std::string_view::npos) return std::nullopt;
  const std::string_view module = variable.substr(0, between), key = variable.substr(between + 2);
  std::string out;
  for (const std::string_view part : {module, key}) {
    if (part.empty() || part.front() < 'A' || part.front() > 'Z') return std::nullopt;
    if (!out.empty()) out += '.';
    for (const char c : part) {
      const bool letter = c >= 'A' && c <= 'Z', other = (c >= '0' && c <= '9') || c == '_';
      if (!letter && !other) return std::nullopt;
      out += letter ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

Error bad_setting_variable(std::string_view variable) {
  return Error::invalid("config.setting_variable",
                        "The variable " + std::string(variable) +
                            " names no setting. Write OPSFLUX_SETTING__<MODULE>__<KEY> in capitals, for "
                            "instance OPSFLUX_SETTING__IDENTITY__ACCESS_MINUTES.")
      .at(variable)
      .with("variable", variable);
}

Error environment_only(const ConfigKey& key, std::string_view place) {
  return Error::invalid("config.environment_only",
                        std::string(key.name) + " is taken from the environment only (" + std::string(place) +
                            "). Set the variable " + key.variable() + ".")
      .at(key.name)
      .with("key", key.name)
      .with("place", place)
      .with("variable", key.variable());
}

class Loader {
 public:
  explicit Loader(const ConfigSources& sources) : sources_(sources) {}

  Result<Config> load() {
    store_defaults();
    check_names();
    const fs::path file = choose_file();
    if (!file.empty()) take_file(file);
    take_environment();
    take_flags();
    if (errors_.empty()) check_together();
    if (!errors_.empty()) return fail(all_errors());
    derive();
    return std::move(config_);
  }

 private:
  void store_defaults() {
    for (const ConfigKey& key : config_keys()) {
      if (!key.fallback.empty()) store_config_value(config_, key, key.fallback);
      config_.origins[std::string(key.name)] = "default";
    }
  }

  // Names first, so that a mistyped --config is not followed by complaints about another file.
  void check_names() {
    for (const auto& [variable, value] : sources_.environment) {
      if (!variable.starts_with(kPrefix) || is_for_others(variable) || key_of_variable(variable) != nullptr)
        continue;
      if (variable.starts_with(kSettingPrefix)) {
        take_setting(variable, value);
        continue;
      }
      const auto nearest =
          nearest_word(variable, spellings([](const ConfigKey& key) { return key.variable(); }));
      errors_.push_back(unknown_key(variable, "variable " + variable, nearest));
    }
    for (const auto& [flag, value] : sources_.flags) {
      if (key_of_flag(flag) != nullptr) continue;
      const auto nearest = nearest_word(flag, spellings([](const ConfigKey& key) { return key.flag(); }));
      errors_.push_back(
          unknown_key(flag, "flag --" + flag, nearest ? std::optional("--" + *nearest) : nearest));
    }
  }

  void take_setting(const std::string& variable, const std::string& value) {
    const auto setting = setting_of_variable(variable);
    if (!setting)
      errors_.push_back(bad_setting_variable(variable));
    else if (!value.empty())
      config_.setting_overrides[*setting] = {value, variable};
  }

  static bool is_for_others(std::string_view variable) {
    return std::any_of(std::begin(kNotOurs), std::end(kNotOurs),
                       [&](std::string_view p) { return variable.starts_with(p); });
  }
  static const ConfigKey* key_of_variable(std::string_view variable) {
    for (const ConfigKey& key : config_keys())
      if (key.variable() == variable) return &key;
    return nullptr;
  }
  static const ConfigKey* key_of_flag(std::string_view flag) {
    for (const ConfigKey& key : config_keys())
      if (key.flag() == flag) return &key;
    return nullptr;
  }

  // The value that variable or flag give to `name`; an empty variable is as good as none.
  std::string given_outside_file(std::string_view name) const {
    const ConfigKey& key = *find_config_key(name);
    std::string out;
    for (const auto& [variable, value] : sources_.environment)
      if (variable == key.variable() && !value.empty()) out = value;
    for (const auto& [flag, value] : sources_.flags)
      if (flag == key.flag()) out = value;
    return out;
  }

  fs::path absolute(const fs::path& path, const fs::path& base) const {
    return path.empty() ? path : (fs::absolute(base) / path).lexically_normal();
  }

  fs::path choose_file() {
    std::error_code ignored;
    if (const std::string given = given_outside_file("config"); !given.empty()) {
      const fs::path path = absolute(given, sources_.working_folder);
      if (fs::is_regular_file(path, ignored)) return path;
      errors_.push_back(Error::invalid("config.file_missing", "The configuration file " + path.string() +
                                                                  " does not exist or is not a file.")
                            .at("config")
                            .with("file", path.string()));
      return {};
    }
    std::string data = given_outside_file("data");
    if (data.empty()) data = find_config_key("data")->fallback;
    const fs::path path = absolute(fs::path(data) / "opsflux.toml", sources_.working_folder);
    if (!fs::exists(path, ignored)) return {};
    file_in_data_ = true;
    return path;
  }

  void take_file(const fs::path& path) {
    auto values = read_config_file(path);
    if (!values) return errors_.push_back(std::move(values).error());
    for (const ConfigFileValue& value : *values) {
      const ConfigKey* key = find_config_key(value.key);
      if (key == nullptr || key->from == ConfigFrom::kOutsideFile) {
        const auto nearest =
            nearest_word(value.key, spellings([](const ConfigKey& k) { return std::string(k.name); }));
        errors_.push_back(unknown_key(value.key, value.place, nearest == value.key ? std::nullopt : nearest));
      } else if (key->from == ConfigFrom::kEnvironmentOnly) {
        errors_.push_back(environment_only(*key, value.place));
      } else if (key->name == "data" && file_in_data_) {
        errors_.push_back(
            Error::invalid("config.data_in_own_file",
                           "The data folder cannot be set in a file that was found in the data folder (" +
                               value.place +
                               "). Use --data, OPSFLUX_DATA, or --config with a file elsewhere.")
                .at("data")
                .with("place", value.place));
      } else if (!kind_fits(*key, value.kind)) {
        errors_.push_back(wrong_value(*key, value.text, value.place));
      } else {
        take(*key, value.text, value.place, path.parent_path());
      }
    }
  }

  static bool kind_fits(const ConfigKey& key, ConfigFileValue::Kind kind) {
    using Kind = ConfigFileValue::Kind;
    if (std::holds_alternative<bool Config::*>(key.target)) return kind == Kind::kBoolean;
    if (!std::holds_alternative<std::int64_t Config::*>(key.target)) return kind == Kind::kText;
    return kind == Kind::kNumber || (key.unit == ConfigUnit::kBytes && kind == Kind::kText);
  }

  void take_environment() {
    for (const auto& [variable, value] : sources_.environment)
      if (const ConfigKey* key = key_of_variable(variable); key != nullptr && !value.empty())
        take(*key, value, "variable " + variable, sources_.working_folder);
  }

  void take_flags() {
    for (const auto& [flag, value] : sources_.flags) {
      const ConfigKey* key = key_of_flag(flag);
      if (key == nullptr) continue;
      if (key->from == ConfigFrom::kEnvironmentOnly)
        errors_.push_back(environment_only(*key, "flag --" + flag));
      else
        take(*key, value, "flag --" + flag, sources_.working_folder);
    }
  }

  void take(const ConfigKey& key, std::string_view text, const std::string& place, const fs::path& base) {
    if (!store_config_value(config_, key, text)) return errors_.push_back(wrong_value(key, text, place));
    if (const auto* path = std::get_if<fs::path Config::*>(&key.target))
      config_.** path = absolute(config_.**path, base);
    if (key.name == "database") database_base_ = base;
    config_.origins[std::string(key.name)] = place;
  }

  void need_both(std::string_view a, std::string_view b, bool has_a, bool has_b) {
    if (has_a == has_b) return;
    const std::string_view present = has_a ? a : b, absent = has_a ? b : a;
    const ConfigKey& key = *find_config_key(absent);
    const std::string way = key.from == ConfigFrom::kEnvironmentOnly ? key.variable() : std::string(absent);
    errors_.push_back(Error::invalid("config.needs_other", std::string(present) + " is set (" +
                                                               config_.origins.find(present)->second +
                                                               ") but " + std::string(absent) +
                                                               " is not. Set " + way + " as well.")
                          .at(absent)
                          .with("key", present)
                          .with("other", way));
  }

  void check_together() {
    need_both("tls.certificate", "tls.key", !config_.tls_certificate.empty(), !config_.tls_key.empty());
    need_both("admin.email", "admin.password", !config_.admin_email.empty(), !config_.admin_password.empty());
  }

  Error all_errors() {
    if (errors_.size() == 1) return std::move(errors_.front());
    Error error = Error::invalid("config.wrong",
                                 "The configuration has " + std::to_string(errors_.size()) + " mistakes.")
                      .with("count", std::to_string(errors_.size()));
    error.causes = std::move(errors_);
    return error;
  }

  void derive() {
    config_.data = absolute(config_.data, sources_.working_folder);
    if (config_.trusted_keys.empty()) config_.trusted_keys = config_.data / "trusted-keys";
    if (config_.spool.empty()) config_.spool = config_.data / "spool";
    if (config_.master_key_file.empty()) config_.master_key_file = config_.data / "instance.key";
    if (config_.database.empty())
      config_.database = "sqlite:" + (config_.data / "opsflux.db").string();
    else if (config_.database.starts_with("sqlite:"))
      config_.database = "sqlite:" + absolute(config_.database.substr(7), database_base_).string();
    while (config_.public_url.ends_with('/')) config_.public_url.pop_back();
    const auto processors = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
    if (config_.io_threads == 0) config_.io_threads = processors;
    if (config_.worker_threads == 0) config_.worker_threads = std::max<std::int64_t>(4, 2 * processors);
    if (config_.database_readers == 0) config_.database_readers = config_.io_threads + config_.worker_threads;
  }

  const ConfigSources& sources_;
  Config config_;
  std::vector<Error> errors_;
  fs::path database_base_;
  bool file_in_data_ = false;
};

Error unknown_flag(std::string_view flag, const std::vector<OwnOption>& own) {
  std::vector<std::string> known = spellings([](const ConfigKey& key) { return key.flag(); });
  for (const OwnOption& option : own) known.emplace_back(option.name);
  const auto nearest = nearest_word(flag, known);
  return Error::invalid("config.unknown_flag",
                        "There is no option --" + std::string(flag) + "." + meant(nearest, "--"))
      .at("--" + std::string(flag))
      .with("flag", "--" + std::string(flag))
      .with("nearest", nearest ? "--" + *nearest : "");
}

}  // namespace

Result<Config> load_config(const ConfigSources& sources) { return Loader(sources).load(); }

log::Options Config::log_options() const {
  static constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error", "off"};
  const auto at = std::find(std::begin(kLevels), std::end(kLevels), log_level);
  return {.level = static_cast<log::Level>(at - std::begin(kLevels)),
          .format = log_format == "json" ? log::Format::kJson : log::Format::kText,
          .file = log_file.string()};
}

std::vector<ConfigSetting> process_environment() {
  std::vector<ConfigSetting> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (const auto equals = text.find('='); equals != std::string_view::npos)
      out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

Result<Arguments> parse_arguments(const std::vector<std::string>& arguments,
                                  const std::vector<OwnOption>& own) {
  Arguments out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--") {
      out.words.insert(out.words.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                       arguments.end());
      break;
    }
    if (!argument.starts_with("--")) {
      out.words.push_back(argument);
      continue;
    }
    const auto equals = argument.find('=');
    const std::string flag = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto mine =
        std::find_if(own.begin(), own.end(), [&](const OwnOption& option) { return option.name == flag; });
    const auto keys = config_keys();
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& k) { return k.flag() == flag; });
    if (mine == own.end() && key == keys.end()) return fail(unknown_flag(flag, own));
    const bool is_switch =
        mine != own.end() ? !mine->takes_value : std::holds_alternative<bool Config::*>(key->target);
    std::string value = "true";
    if (equals != std::string::npos)
      value = argument.substr(equals + 1);
    else if (!is_switch && ++i < arguments.size())
      value = arguments[i];
    else if (!is_switch)
      return fail(Error::invalid("config.flag_without_value", "The option --" + flag + " needs a value.")
                      .at("--" + flag)
                      .with("flag", "--" + flag));
    if (mine != own.end())
      out.own[flag] = std::move(value);
    else
      out.settings.emplace_back(flag, std::move(value));
  }
  return out;
}

std::string describe_config(const Config& config) {
  std::string out;
  for (const ConfigKey& key : config_keys()) {
    const auto origin = config.origins.find(key.name);
    out += std::string(key.name) + " = " + shown_config_value(key, config_value_text(config, key)) + "    (" +
           (origin == config.origins.end() ? "default" : origin->second) + ")\n";
  }
  return out;
}

std::vector<ShownSetting> shown_config(const Config& config) {
  std::vector<ShownSetting> out;
  for (const ConfigKey& key : config_keys()) {
    const auto origin = config.origins.find(key.name);
    const bool given = origin != config.origins.end() && origin->second != "default";
    const std::string value =
        given ? shown_config_value(key, config_value_text(config, key)) : std::string(key.fallback);
    out.push_back({std::string(key.name), value, std::string(key.fallback)});
  }
  return out;
}

}  // namespace opsflux
