#include "host/services/identity/rights/role_file_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "host/services/identity/rights/scope_words.hpp"

namespace opsflux::identity {
namespace {

constexpr const char* kFormat = "opsflux-roles";
constexpr std::size_t kMaxKey = 40, kMaxName = 80, kMaxDescription = 500, kMaxPermission = 160;

Error bad_file() {
  return Error::invalid("identity.role_file",
                        "The file must be JSON with \"format\": \"opsflux-roles\", \"version\": 1 and "
                        "\"roles\", a list of at most 500 roles with 20000 rights in all.");
}

Error bad_value(const std::string& where, std::string_view expected) {
  return Error::invalid("identity.role_file_value", where + " must be " + std::string(expected) + ".")
      .at(where)
      .with("expected", expected);
}

bool is_key(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= kMaxKey && letter(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

// "tiers.company.edit": what a permission of any module may be called.
bool is_permission(std::string_view text) {
  return text.size() <= kMaxPermission && text.find('.') != std::string_view::npos && text.front() != '.' &&
         text.back() != '.' && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
         });
}

class RoleReader {
 public:
  explicit RoleReader(std::size_t index) : where_("roles/" + std::to_string(index)) {}

  Result<RoleInFile> read(const Json& json) const {
    if (!json.is_object()) return fail(bad_value(where_, "an object with key and name"));
    for (const auto& [name, value] : json.items())
      if (name != "key" && name != "name" && name != "description" && name != "inherits" && name != "grants")
        return fail(Error::invalid("identity.role_file_member", "A role has no \"" + name + "\".")
                        .at(at(name))
                        .with("name", name));
    RoleInFile out;
    TRY_ASSIGN(key, text(json, "key", kMaxKey, true));
    if (!is_key(key))
      return fail(bad_value(at("key"), "small letters, digits and underscores, a letter first"));
    out.key = key;
    TRY_ASSIGN(name, text(json, "name", kMaxName, true));
    out.name = name;
    TRY_ASSIGN(description, text(json, "description", kMaxDescription, false));
    out.description = description;
    TRY(inherits(json, out));
    TRY(grants(json, out));
    return out;
  }

 private:
  std::string at(const std::string& field) const { return where_ + "/" + field; }

  Result<std::string> text(const Json& json, const std::string& field, std::size_t max, bool needed) const {
    const auto found = json.find(field);
    const bool nothing = found == json.end() || found->is_null();
    if (nothing && !needed) return std::string();
    const std::string expected = "a text of at most " + std::to_string(max) + " characters";
    if (nothing || !found->is_string()) return fail(bad_value(at(field), expected));
    const auto value = found->get<std::string>();
    const auto letters = static_cast<std::size_t>(
        std::count_if(value.begin(), value.end(), [](char c) { return (c & 0xC0) != 0x80; }));
    if (letters > max || (needed && value.empty())) return fail(bad_value(at(field), expected));
    return value;
  }

  Result<void> inherits(const Json& json, RoleInFile& out) const {
    const auto found = json.find("inherits");
    if (found == json.end()) return {};
    if (!found->is_array()) return fail(bad_value(at("inherits"), "a list of keys of roles"));
    for (const Json& one : *found) {
      if (!one.is_string() || !is_key(one.get_ref<const std::string&>()))
        return fail(bad_value(at("inherits/" + std::to_string(out.inherits.size())), "the key of a role"));
      out.inherits.push_back(one.get<std::string>());
    }
    return {};
  }

  Result<void> grants(const Json& json, RoleInFile& out) const {
    const auto found = json.find("grants");
    if (found == json.end()) return {};
    if (!found->is_object()) return fail(bad_value(at("grants"), "an object of rights and their scopes"));
    for (const auto& [permission, scope] : found->items()) {
      const std::string here = at("grants/" + permission);
      if (permission.empty() || !is_permission(permission))
        return fail(bad_value(here, "the name of a right, such as tiers.company.edit"));
      if (!scope.is_string() || !is_scope_word(scope.get_ref<const std::string&>()))
        return fail(Error::invalid("identity.matrix_scope",
                                   "A scope is all, company, department, own, none or default.")
                        .at(here)
                        .with("scope", scope.is_string() ? scope.get<std::string>() : scope.dump()));
      out.grants[permission] = scope.get<std::string>();
    }
    return {};
  }

  std::string where_;
};

}  // namespace

Result<std::vector<RoleInFile>> parse_role_file(const Json& file) {
  if (!file.is_object() || get_string_or(file, "format", "") != kFormat ||
      get_int_or(file, "version", 0) != 1 || file.size() != 3)
    return fail(bad_file());
  const auto roles = file.find("roles");
  if (roles == file.end() || !roles->is_array() || roles->size() > kMaxFileRoles) return fail(bad_file());
  std::vector<RoleInFile> out;
  std::set<std::string> keys;
  std::size_t grants = 0;
  for (const Json& json : *roles) {
    TRY_ASSIGN(role, RoleReader(out.size()).read(json));
    if (!keys.insert(role.key).second)
      return fail(
          Error::invalid("identity.role_file_twice", "The role " + role.key + " stands in the file twice.")
              .at("roles/" + std::to_string(out.size()) + "/key")
              .with("key", role.key));
    grants += role.grants.size();
    if (grants > kMaxFileGrants) return fail(bad_file());
    out.push_back(std::move(role));
  }
  return out;
}

Json write_role_file(const std::vector<RoleInFile>& roles) {
  Json list = Json::array();
  for (const RoleInFile& role : roles)
    list.push_back({{"key", role.key},
                    {"name", role.name},
                    {"description", role.description.empty() ? Json() : Json(role.description)},
                    {"inherits", role.inherits},
                    {"grants", role.grants.empty() ? Json::object() : Json(role.grants)}});
  return {{"format", kFormat}, {"version", 1}, {"roles", std::move(list)}};
}

}  // namespace opsflux::identity
