#include "company.hpp"

#include "numbers.hpp"
#include "score.hpp"
#include "siret.hpp"
#include "vat.hpp"

namespace tiers {
namespace {

using opsflux::Context;
using opsflux::Error;
using opsflux::FieldError;
using opsflux::Json;
using opsflux::Record;

// Groups are three or four levels deep; past this something is wrong, and it bounds the walk.
constexpr int kMaxLevels = 20;

void check_parent(Context& ctx, Record& company) {
  if (!company.is_changed("parent")) return;
  const std::string self = company.id();
  auto above = company.find<std::string>("parent");
  for (int level = 0; above; ++level) {
    if (*above == self)
      throw FieldError(
          "parent", "parent_cycle",
          "A company cannot stand below itself: the parent chosen is one of its own subsidiaries.");
    if (level == kMaxLevels)
      throw FieldError("parent", "parent_too_deep", {{"levels", std::to_string(kMaxLevels)}},
                       "A group of companies has at most " + std::to_string(kMaxLevels) + " levels.");
    const auto parent = ctx.entities().find("company", *above);
    if (!parent) return;  // that the parent exists, the host checks
    above = parent->find<std::string>("parent");
  }
}

void compute_score(Context& ctx, Record& company) {
  const auto score =
      company_score(company.find<std::int64_t>("reliability"), company.find<std::int64_t>("performance"),
                    ctx.setting<std::int64_t>("reliability_weight"));
  if (score != company.find<std::int64_t>("score")) company.set("score", score);
}

// Throws when a record of `entity` refers to the company by `field`.
void refuse_if_used(Context& ctx, const std::string& id, const char* entity, const char* field,
                    const char* reason, const char* message) {
  if (ctx.entities().first(
          {.entity = entity, .filter = std::string(field) + " == " + opsflux::filter_text(id)}))
    throw Error(opsflux::Status::kConflict, reason, message);
}

}  // namespace

void check_company(Context& ctx, Record& company) {
  check_registration(company);
  check_vat_number(company);
  check_bank(company);
  check_parent(ctx, company);
  compute_score(ctx, company);
}

void check_company_is_unused(Context& ctx, Record& company) {
  const std::string id = company.id();
  refuse_if_used(ctx, id, "company", "parent", "company_has_subsidiaries",
                 "The company has subsidiaries. Give them another parent first.");
  refuse_if_used(ctx, id, "contact", "company", "company_has_contacts",
                 "The company has contacts. Move them to another company or delete them first.");
  refuse_if_used(
      ctx, id, "affiliation", "company", "company_has_affiliations",
      "Contacts of other companies are affiliated with the company. End these affiliations first.");
}

opsflux::Response check_siret_route(Context& ctx, const opsflux::Request& request) {
  const std::string typed = request.path("siret");
  try {
    const std::string siret = require_siret(typed);
    const std::string siren(siren_of(siret));
    return opsflux::Response::json(Json::object({{"valid", true},
                                                 {"siret", siret},
                                                 {"formatted", format_siret(siret)},
                                                 {"siren", siren},
                                                 {"vat_number", french_vat(siren)}}));
  } catch (const FieldError& fault) {
    const std::string sentence = ctx.text("error." + fault.reason(), fault.params());
    return opsflux::Response::json(Json::object(
        {{"valid", false}, {"siret", typed}, {"reason", fault.reason()}, {"message", sentence}}));
  }
}

}  // namespace tiers
