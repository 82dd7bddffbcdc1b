#include "host/services/identity/rights/person_rights.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/entities/record_io.hpp"
#include "host/entities/row_policy.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/identity/keys/api_keys.hpp"
#include "host/services/identity/parts.hpp"
#include "host/services/identity/rights/explain.hpp"
#include "host/services/identity/rights/people.hpp"

namespace opsflux::identity {
namespace {

using entities::EntityEntry;
using entities::scope_of_byte;

constexpr const char* kViewRoles = "identity.role.view";

Json scope_or_null(std::uint8_t byte) {
  const auto scope = scope_of_byte(byte);
  return scope ? Json(entities::kScopes[static_cast<std::size_t>(*scope)]) : Json();
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// The asked person with all that his rights come from, of one moment.
class Asked {
 public:
  static Result<Asked> read(const RightsParts& parts, const Caller& asker, store::Session& session,
                            const std::string& person, const std::string& company) {
    const auto registry = parts.registry.current();
    const auto& permissions = registry->catalog().permissions;
    if (asker.user_id != person || by_key(asker)) {
      if (const auto number = permissions.index(kViewRoles)) TRY(permissions.require(asker, *number));
      TRY(require_seen(session, registry->catalog(), asker, person));
    }
    Asked out(session, registry);
    TRY_ASSIGN(user, find_user(session, person));
    if (!user) return fail(user_missing());
    out.user_ = std::move(*user);
    out.now_ = parts.standings.now();
    const bool own = asker.user_id == person && company.empty();
    out.standing_ = parts.standings.of(person, out.user_.role, own ? asker.company : company);
    out.holdings_ = holdings_of(*out.now_.directory, person, out.user_.role, out.standing_.company);
    TRY(out.read_names());
    return out;
  }

  const modules::Registry& registry() const { return *registry_; }
  const User& user() const { return user_; }
  const std::vector<Holding>& holdings() const { return holdings_; }
  const Rights& rights() const { return *standing_.rights; }
  const entities::RoleBook& book() const { return *now_.book; }
  const Directory& directory() const { return *now_.directory; }

  Json person() const { return {{"id", user_.id}, {"name", user_.name}, {"active", user_.active}}; }
  Json role(const std::string& id) const {
    const auto name = roles_.find(id);
    return {{"id", id}, {"key", book().key_of(id)}, {"name", name == roles_.end() ? id : name->second}};
  }
  Json group(const std::string& id) const {
    if (id.empty()) return nullptr;
    const auto found = groups_.find(id);
    return {{"id", id}, {"name", found == groups_.end() ? id : found->second.name}};
  }
  Json company(const std::string& id) const {
    if (id.empty()) return nullptr;
    const auto found = companies_.find(id);
    return {{"id", id}, {"name", found == companies_.end() ? id : found->second}};
  }
  const std::string& acts_for() const { return standing_.company; }
  // The group that he is a member of and that stands in the other one; null where it is that one.
  Json by_way_of(const std::string& group_id) const {
    if (group_id.empty() || std::find(direct_.begin(), direct_.end(), group_id) != direct_.end())
      return nullptr;
    for (const std::string& one : direct_) {
      std::string at = one;
      for (int depth = 0; depth < 100 && !at.empty(); ++depth) {
        if (at == group_id) return group(one);
        const auto found = groups_.find(at);
        at = found == groups_.end() ? std::string() : found->second.parent;
      }
    }
    return nullptr;
  }
  Caller caller() const {
    Caller out;
    out.user_id = user_.id;
    out.name = user_.name;
    take(standing_, out);
    return out;
  }
  // Of the permission itself, else of the one that it follows.
  Json set_by(const std::string& role, const std::string& permission) const {
    const Json of_itself = decided_by(role, permission);
    const std::string leader = leader_of(permission);
    return of_itself.is_null() && !leader.empty() ? decided_by(role, leader) : of_itself;
  }
  std::string leader_of(const std::string& permission) const {
    const auto& permissions = registry_->catalog().permissions;
    const auto number = permissions.index(permission);
    const auto leader = number ? permissions.leader_of(*number) : std::nullopt;
    for (const auto& one : permissions.all())
      if (leader == one.number) return one.id;
    return {};
  }

 private:
  Json decided_by(const std::string& role, const std::string& permission) const {
    Json out;
    const auto read = session_.query_one(
        "SELECT g.updated_at, u.id, u.name FROM identity_grant g LEFT JOIN identity_user u ON u.id = "
        "g.updated_by WHERE g.role = $1 AND g.permission = $2 AND g.deleted_at IS NULL",
        {std::string_view(role), std::string_view(permission)}, [&](const store::Row& row) {
          out = {{"at", row.string(0)},
                 {"id", row.is_null(1) ? Json() : Json(row.string(1))},
                 {"name", row.is_null(2) ? Json() : Json(row.string(2))}};
        });
    return read ? out : Json();
  }
  Asked(store::Session& session, std::shared_ptr<const modules::Registry> registry)
      : session_(session), registry_(std::move(registry)) {}

  Result<void> read_names() {
    TRY(session_.query("SELECT id, name FROM identity_role", {}, [&](const store::Row& row) {
      roles_[row.string(0)] = row.string(1);
      return true;
    }));
    TRY(session_.query(
        "SELECT id, name, parent FROM identity_group WHERE deleted_at IS NULL", {},
        [&](const store::Row& row) {
          groups_[row.string(0)] = {row.string(1), row.is_null(2) ? std::string() : row.string(2)};
          return true;
        }));
    return session_.query("SELECT in_group FROM identity_membership WHERE person = $1 AND deleted_at IS NULL",
                          {std::string_view(user_.id)}, [&](const store::Row& row) {
                            direct_.push_back(row.string(0));
                            return true;
                          });
  }

  struct Group {
    std::string name, parent;
  };
  store::Session& session_;
  std::shared_ptr<const modules::Registry> registry_;
  User user_;
  Standings::Now now_;
  Standing standing_;
  std::vector<Holding> holdings_;
  std::map<std::string, std::string> roles_, companies_;  // names of all that ever were
  std::map<std::string, Group> groups_;
  std::vector<std::string> direct_;  // groups that he is a member of himself
};

Json present(const Asked& asked, const Reason& reason, const std::string& permission) {
  Json roles = Json::array();
  for (const std::string& id : reason.way) roles.push_back(asked.role(id));
  const std::string& giver = reason.way.back();
  const bool everything = asked.book().key_of(giver) == entities::kAdministratorRole;
  Json out = {{"how", !reason.holding.group.empty()     ? "group"
                      : !reason.holding.company.empty() ? "company"
                                                        : "user"},
              {"company", asked.company(reason.holding.company)},
              {"group", asked.group(reason.holding.group)},
              {"member_of", asked.by_way_of(reason.holding.group)},
              {"in_company", reason.holding.role.in_company},
              {"roles", std::move(roles)},
              {"grant", everything   ? "everything"
                        : reason.set ? "set"
                                     : "default"},
              {"scope", scope_or_null(reason.given)},
              {"narrowed_from", reason.own == reason.given ? Json() : scope_or_null(reason.own)},
              {"set_by", reason.set && !everything ? asked.set_by(giver, permission) : Json()},
              {"wins", reason.wins}};
  return out;
}

// Why a record is among those that the scope is about.
std::string_view covered_by(const entities::Catalog& catalog, const Act& act, const Caller& caller,
                            const entities::Record& record) {
  const entities::RowPolicy policy(*act.entity, catalog, caller, act.action);
  if (policy.every_record()) return "all";
  if (act.entity->whole != nullptr) return "whole";
  const auto owned = [&] {
    const std::string& owner = act.entity->definition->owner;
    if (owner == "created_by") return record.created_by == caller.user_id;
    const auto index = act.entity->definition->find(owner);
    return index && entities::text_of(record.values[*index]) == caller.user_id;
  };
  if (!policy.covers(record)) return "share";
  return owned() ? "own" : "scope";
}

Result<Json> about_record(const Asked& asked, store::Session& session, const Caller& asker,
                          const std::string& permission, const std::string& id) {
  const entities::Catalog& catalog = asked.registry().catalog();
  TRY_ASSIGN(act, act_of(catalog, permission));
  TRY(entities::Engine::require_scope(session, catalog, *act.entity, asker, id, 0));
  const Caller caller = asked.caller();
  const auto allowed = entities::Engine::require_scope(session, catalog, *act.entity, caller, id, act.action);
  if (!allowed && allowed.error().kind == ErrorKind::kInternal) return fail(allowed.error());
  entities::Record record;
  TRY(session.query_one(act.entity->read_sql, {std::string_view(id)}, [&](const store::Row& row) {
    record = entities::read_record(*act.entity, row, session.dialect());
  }));
  Json out = {{"id", id},
              {"covered", allowed.has_value()},
              {"by", nullptr},
              {"deleted", !record.deleted_at.empty()},
              {"creator", text_or_null(record.created_by)}};
  if (allowed) out["by"] = covered_by(catalog, act, caller, record);
  TRY(session.query_one("SELECT name FROM identity_user WHERE id = $1", {std::string_view(record.created_by)},
                        [&](const store::Row& row) { out["creator_name"] = row.string(0); }));
  return out;
}

}  // namespace

Result<Act> act_of(const entities::Catalog& catalog, const std::string& permission) {
  const auto dot = permission.rfind('.');
  Act out;
  if (dot != std::string::npos) out.entity = catalog.find(permission.substr(0, dot));
  const auto action =
      out.entity == nullptr ? std::nullopt : out.entity->definition->action(permission.substr(dot + 1));
  if (!action || *action == 1)
    return fail(Error::invalid("identity.explain_no_record",
                               "This right is not about single records. Leave the record out.")
                    .at("record"));
  out.action = *action;
  return out;
}

Result<Json> rights_of_person(const RightsParts& parts, const Caller& asker, const std::string& person,
                              const std::string& company) {
  Json out;
  TRY(parts.engine.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(asked, Asked::read(parts, asker, session, person, company));
    out = {{"user", asked.person()},
           {"company", asked.company(asked.acts_for())},
           {"administrator", asked.rights().administrator},
           {"roles", Json::array()},
           {"permissions", Json::array()}};
    for (const Holding& one : asked.holdings()) {
      Json role = asked.role(one.role.id);
      role["group"] = asked.group(one.group);
      role["company"] = asked.company(one.company);
      out["roles"].push_back(std::move(role));
    }
    for (const auto& one : asked.registry().catalog().permissions.all()) {
      const std::uint8_t byte =
          one.number < asked.rights().held.size() ? asked.rights().held[one.number] : std::uint8_t{0};
      if (byte != 0)
        out["permissions"].push_back(
            {{"id", one.id}, {"scope", scope_or_null(byte)}, {"text", right_text(one.id, byte)}});
    }
    return {};
  }));
  return out;
}

Result<Json> explain_to(const RightsParts& parts, const Caller& asker, const std::string& person,
                        const std::string& company, const std::string& permission,
                        const std::string& record) {
  Json out;
  TRY(parts.engine.database().read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(asked, Asked::read(parts, asker, session, person, company));
    const auto number = asked.registry().catalog().permissions.index(permission);
    if (!number)
      return fail(Error::invalid("identity.explain_permission", "There is no permission " + permission + ".")
                      .at("permission")
                      .with("name", permission));
    const auto reasons = explain(asked.book(), asked.directory(), asked.holdings(), permission, *number,
                                 asked.leader_of(permission));
    const std::uint8_t held = reasons.empty() ? std::uint8_t{0} : reasons.front().given;
    const i18n::Language language = i18n::choose_language(asker.language, "");
    out = {
        {"user", asked.person()},
        {"permission",
         {{"id", permission}, {"label", parts.translator.catalog()->permission_words(language, permission)}}},
        {"scope", scope_or_null(held)},
        {"text", held == 0 ? Json() : Json(right_text(permission, held))},
        {"reasons", Json::array()},
        {"would", Json::array()},
        {"record", nullptr}};
    for (const Reason& reason : reasons) out["reasons"].push_back(present(asked, reason, permission));
    if (!record.empty()) {
      TRY_ASSIGN(about, about_record(asked, session, asker, permission, record));
      out["record"] = std::move(about);
    }
    if (held == 0 || (out["record"].is_object() && out["record"]["covered"] == false))
      for (const Offer& offer : offers(asked.book(), asked.directory(), *number, held)) {
        Json role = asked.role(offer.role);
        role["scope"] = scope_or_null(offer.byte);
        out["would"].push_back(std::move(role));
      }
    return {};
  }));
  return out;
}

}  // namespace opsflux::identity
