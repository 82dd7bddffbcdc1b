// What people read about the configuration, made from the one table.
#include "host/base/config_table.hpp"
#include "host/base/text.hpp"

namespace opsflux {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

<!-- Made from host/base/config_table.cpp; base_test fails when the two differ and says how to renew this page. -->

A key can be set in four places. What stands further down in this list wins:

1. the default,
2. the file: the one named by `--config` or `OPSFLUX_CONFIG`, else `opsflux.toml` in the data folder,
3. an environment variable,
4. a flag of the command line.

A key that does not exist, or a value that does not fit, stops the start; the message names the key, the file and
line (or the variable, or the flag), and what would be right. `opsflux config` shows every value in use and where it
comes from.

Sizes are written `16KiB`, `1MiB`, `2GiB`; durations `500ms`, `30s`, `15m`, `12h`, `7d`. A relative path in the file
is relative to the file's folder, elsewhere to the working folder. An empty variable is as good as none.

What administrators set on the page System > Settings stands in the database. A variable
`OPSFLUX_SETTING__<MODULE>__<KEY>` wins over it, for instance `OPSFLUX_SETTING__IDENTITY__ACCESS_MINUTES=30`; the page
then shows the value as locked. The value is plain text or JSON. So do the keys `session.*`, `login.*` and `argon2.*`
below where they are given. A value that does not fit its setting stops the start.

```toml
port = 8080
public_url = "https://ops.example.org"
database = "postgresql://opsflux@127.0.0.1/opsflux"

[log]
format = "json"

[limits]
upload = "512MiB"
```
)";

std::string shown_default(const ConfigKey& key) {
  return key.fallback.empty() ? "not set" : "`" + std::string(key.fallback) + "`";
}

std::string ways(const ConfigKey& key) {
  const std::string variable = "`" + key.variable() + "`", flag = "`--" + key.flag() + "`";
  switch (key.from) {
    case ConfigFrom::kEnvironmentOnly:
      return variable + " only";
    case ConfigFrom::kOutsideFile:
      return variable + ", " + flag;
    case ConfigFrom::kAnywhere:
      return variable + ", " + flag;
  }
  return {};
}

// Wraps words at 100 columns behind `indent` spaces.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = 0;
  for (const std::string_view word : split(text, ' ')) {
    if (column != 0 && column + 1 + word.size() > 100) {
      out += '\n';
      column = 0;
    }
    if (column == 0) {
      out.append(indent, ' ');
      column = indent;
    } else {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out + '\n';
}

}  // namespace

std::string config_markdown() {
  std::string out(kIntroduction);
  std::string_view group;
  for (const ConfigKey& key : config_keys()) {
    if (key.group != group) {
      group = key.group;
      out += "\n## " + std::string(group) +
             "\n\n| Key | Type and default | What it does | Variable and flag |\n|---|---|---|---|\n";
    }
    std::string wanted = key.expected();
    if (!key.choices.empty() || key.valid != nullptr || wanted == "a path" || wanted == "true or false")
      wanted = key.type();
    if (!key.choices.empty()) wanted = key.expected();
    out += "| `" + std::string(key.name) + "` | " + wanted + "; " + shown_default(key) + " | " +
           std::string(key.description) + (key.secret ? " Secret: it is never shown." : "") + " | " +
           ways(key) + " |\n";
  }
  return out;
}

std::string config_help() {
  std::string out;
  std::string_view group;
  for (const ConfigKey& key : config_keys()) {
    if (key.group != group) {
      group = key.group;
      out += (out.empty() ? "" : "\n") + std::string(group) + ":\n";
    }
    const bool environment_only = key.from == ConfigFrom::kEnvironmentOnly;
    const bool is_switch = std::holds_alternative<bool Config::*>(key.target);
    std::string head = environment_only ? key.variable() + " (environment only)" : "--" + key.flag();
    if (!is_switch && !environment_only) head += " <" + key.type() + ">";
    if (!key.fallback.empty() && !is_switch) head += "  [" + std::string(key.fallback) + "]";
    out += "  " + head + '\n' + wrapped(key.description, 6);
  }
  return out;
}

}  // namespace opsflux
