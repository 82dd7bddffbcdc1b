// toml++ is included here only: it costs seconds of compile time.
#include <toml++/toml.h>

#include "host/base/config_table.hpp"
#include "host/base/files.hpp"

namespace opsflux {
namespace {

std::string place_of(const std::filesystem::path& path, const toml::source_region& region) {
  return "file " + path.string() + ", line " + std::to_string(region.begin.line);
}

void collect(const toml::table& table, const std::string& prefix, const std::filesystem::path& path,
             std::vector<ConfigFileValue>& out) {
  using Kind = ConfigFileValue::Kind;
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table()) {
      collect(*inner, name + ".", path, out);
      continue;
    }
    ConfigFileValue value{name, "", place_of(path, key.source()), Kind::kOther};
    if (const auto* text = node.as_string()) {
      value.text = text->get();
      value.kind = Kind::kText;
    } else if (const auto* number = node.as_integer()) {
      value.text = std::to_string(number->get());
      value.kind = Kind::kNumber;
    } else if (const auto* boolean = node.as_boolean()) {
      value.text = boolean->get() ? "true" : "false";
      value.kind = Kind::kBoolean;
    } else {
      value.text = node.is_array() ? "[…]" : "…";
    }
    out.push_back(std::move(value));
  }
}

}  // namespace

Result<std::vector<ConfigFileValue>> read_config_file(const std::filesystem::path& path) {
  TRY_ASSIGN(text, read_file(path, 1 << 20));
  try {
    std::vector<ConfigFileValue> out;
    collect(toml::parse(text, path.string()), "", path, out);
    return out;
  } catch (const toml::parse_error& e) {
    const std::string place = place_of(path, e.source());
    return fail(Error::invalid("config.file_syntax", "The configuration cannot be read (" + place +
                                                         "): " + std::string(e.description()) + ".")
                    .at(path.string())
                    .with("place", place)
                    .with("reason", e.description()));
  }
}

}  // namespace opsflux
