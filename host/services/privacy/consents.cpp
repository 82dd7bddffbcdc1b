#include "host/services/privacy/consents.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"

namespace opsflux::privacy {
namespace {

constexpr std::string_view kLanguages[] = {"fr", "en", "es", "pt"};
constexpr std::size_t kMaxTitle = 200, kMaxBody = 100'000;

Error bad_document(std::string_view field, std::string_view wanted) {
  return Error::invalid("privacy.bad_document", "The field " + std::string(field) +
                                                    " of a document must be " + std::string(wanted) + ".")
      .at(field)
      .with("field", field)
      .with("wanted", wanted);
}

bool is_kind(const std::string& text) {
  return !text.empty() && text.size() <= 40 && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

bool is_text(const Json& value, std::size_t longest) {
  if (!value.is_string()) return false;
  const auto text = value.get<std::string>();
  return !trim(text).empty() && utf8_length(text) <= longest && !has_nul(text);
}

Result<void> check_texts(const Json& texts) {
  if (!texts.is_object() || texts.empty())
    return fail(bad_document("texts", "an object with a title and a body in fr, en, es or pt"));
  for (const auto& [language, text] : texts.items()) {
    const std::string at = "texts." + language;
    if (std::find(std::begin(kLanguages), std::end(kLanguages), language) == std::end(kLanguages))
      return fail(bad_document(at, "in a language of fr, en, es and pt"));
    if (!text.is_object() || text.size() != 2 || !text.contains("title") || !text.contains("body"))
      return fail(bad_document(at, "a title and a body"));
    if (!is_text(text["title"], kMaxTitle))
      return fail(bad_document(at + ".title", "a text of 1 to 200 characters"));
    if (!is_text(text["body"], kMaxBody))
      return fail(bad_document(at + ".body", "a text of 1 to 100,000 characters"));
  }
  return {};
}

Result<Document> read_document(const Json& body, UtcNs now) {
  if (!body.is_object()) return fail(bad_document("", "an object"));
  for (const auto& [key, value] : body.items())
    if (key != "kind" && key != "texts" && key != "required" && key != "effective_at")
      return fail(bad_document(key, "absent: there are kind, texts, required and effective_at"));
  Document out;
  out.kind = get_string_or(body, "kind", "");
  if (!is_kind(out.kind)) return fail(bad_document("kind", "a word of small letters, digits, - and _"));
  TRY(check_texts(body.contains("texts") ? body["texts"] : Json()));
  out.texts = to_text(body["texts"]);
  if (!body.contains("required") || !body["required"].is_boolean())
    return fail(bad_document("required", "true or false"));
  out.required = body["required"].get<bool>();
  UtcNs effective = now;
  if (body.contains("effective_at") && !body["effective_at"].is_null()) {
    const auto given =
        body["effective_at"].is_string() ? parse_utc(body["effective_at"].get<std::string>()) : std::nullopt;
    if (!given) return fail(bad_document("effective_at", "a time such as 2026-11-21T07:05:03Z"));
    effective = std::max(now, *given);
  }
  out.effective_at = format_utc(effective);
  out.created_at = format_utc(now);
  return out;
}

// In the person's language, else in the first one there is.
Json in_language(const std::string& texts, std::string_view language) {
  const auto all = parse_json(texts);
  if (!all) return Json::object();
  if (all->contains(language)) return (*all)[std::string(language)];
  for (const std::string_view other : {"en", "fr", "es", "pt"})
    if (all->contains(other)) return (*all)[std::string(other)];
  return Json::object();
}

Result<std::vector<Document>> read_versions(store::Session& session) {
  std::vector<Document> out;
  TRY(session.query(
      "SELECT id, kind, version, texts, effective_at, required, created_at FROM privacy_document "
      "ORDER BY kind, version DESC",
      {}, [&](const store::Row& row) {
        Document one;
        one.id = row.string(0);
        one.kind = row.string(1);
        one.version = row.i64(2);
        one.texts = row.string(3);
        one.effective_at = row.string(4);
        one.required = row.boolean(5);
        one.created_at = row.string(6);
        out.push_back(std::move(one));
        return true;
      }));
  return out;
}

}  // namespace

Result<void> Consents::load() {
  const std::lock_guard lock(changing_);
  auto known = std::make_shared<Known>();
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    *known = {};
    TRY_ASSIGN(versions, read_versions(session));
    for (const Document& one : versions)
      known->documents[one.kind].push_back(
          {one.version, parse_utc(one.effective_at).value_or(0), one.required});
    return session.query("SELECT user_id, kind, version, given FROM privacy_consent ORDER BY id", {},
                         [&](const store::Row& row) {
                           known->given[row.string(1)][row.string(0)] = row.boolean(3) ? row.i64(2) : 0;
                           return true;
                         });
  }));
  known_ = std::move(known);
  return {};
}

// Versions stand with the newest first.
const Consents::InForce* Consents::in_force(const std::vector<InForce>& versions) const {
  const UtcNs now = clock_.now();
  for (const InForce& one : versions)
    if (one.effective <= now) return &one;
  return nullptr;
}

bool Consents::owes(const std::string& user_id) const {
  const std::shared_ptr<const Known> known = known_;
  for (const auto& [kind, versions] : known->documents) {
    const InForce* document = in_force(versions);
    if (document == nullptr || !document->required) continue;
    const auto of_kind = known->given.find(kind);
    if (of_kind == known->given.end()) return true;
    const auto of_person = of_kind->second.find(user_id);
    if (of_person == of_kind->second.end() || of_person->second < document->version) return true;
  }
  return false;
}

Result<Document> Consents::publish(const Caller& caller, const Json& body) {
  TRY_ASSIGN(document, read_document(body, clock_.now()));
  document.id = ids_.next();
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.query_one("SELECT coalesce(max(version), 0) FROM privacy_document WHERE kind = $1",
                              {document.kind},
                              [&](const store::Row& row) { document.version = row.i64(0) + 1; }));
    TRY(transaction.execute(
        "INSERT INTO privacy_document (id, kind, version, texts, effective_at, required, "
        "created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        {document.id, document.kind, document.version, document.texts, document.effective_at,
         document.required, document.created_at, store::text_or_null(std::string_view(caller.user_id))}));
    return audit_.write(
        transaction, caller,
        {"privacy.published", "privacy.document", document.kind + "/" + std::to_string(document.version)});
  }));
  TRY(load());
  return document;
}

Result<std::vector<Document>> Consents::versions() const {
  std::vector<Document> out;
  TRY(database_.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(found, read_versions(session));
    out = std::move(found);
    return {};
  }));
  return out;
}

Result<Json> Consents::documents_for(const Caller& caller) const {
  TRY_ASSIGN(all, versions());
  std::unordered_map<std::string, std::pair<std::int64_t, bool>> answers;
  TRY(database_.read([&](store::Session& session) {
    answers.clear();
    return session.query("SELECT kind, version, given FROM privacy_consent WHERE user_id = $1 ORDER BY id",
                         {caller.user_id}, [&](const store::Row& row) {
                           answers[row.string(0)] = {row.i64(1), row.boolean(2)};
                           return true;
                         });
  }));
  const UtcNs now = clock_.now();
  Json out = Json::array();
  std::string last;
  for (const Document& one : all) {
    if (one.kind == last || parse_utc(one.effective_at).value_or(0) > now) continue;
    last = one.kind;
    const auto answer = answers.find(one.kind);
    const bool answered = answer != answers.end() && answer->second.first == one.version;
    const bool given = answered && answer->second.second;
    Json text = in_language(one.texts, caller.language);
    out.push_back({{"kind", one.kind},
                   {"version", one.version},
                   {"title", text.value("title", "")},
                   {"body", text.value("body", "")},
                   {"effective_at", one.effective_at},
                   {"required", one.required},
                   {"state", given      ? "given"
                             : answered ? "refused"
                                        : "open"},
                   {"pending", one.required && !given}});
  }
  return out;
}

Result<Json> Consents::history(std::string_view user_id) const {
  Json out = Json::array();
  TRY(database_.read([&](store::Session& session) {
    out = Json::array();
    return session.query(
        "SELECT kind, version, given, at, address FROM privacy_consent WHERE user_id = $1 "
        "ORDER BY id DESC LIMIT 500",
        {user_id}, [&](const store::Row& row) {
          out.push_back({{"kind", row.string(0)},
                         {"version", row.i64(1)},
                         {"given", row.boolean(2)},
                         {"at", row.string(3)},
                         {"address", row.string(4)}});
          return true;
        });
  }));
  return out;
}

Result<void> Consents::answer(const Caller& caller, const Json& body) {
  if (!body.is_object() || body.size() != 3 || !body.contains("kind") || !body["kind"].is_string() ||
      !body.contains("version") || !body["version"].is_number_integer() || !body.contains("given") ||
      !body["given"].is_boolean())
    return fail(
        Error::invalid("privacy.bad_answer",
                       "An answer has the kind and the version of a document, and given: true or false."));
  const auto kind = body["kind"].get<std::string>();
  const auto version = body["version"].get<std::int64_t>();
  const bool given = body["given"].get<bool>();
  const std::shared_ptr<const Known> known = known_;
  const auto found = known->documents.find(kind);
  const InForce* document = found == known->documents.end() ? nullptr : in_force(found->second);
  if (document == nullptr)
    return fail(Error::not_found("privacy.no_document", "There is no such document.").at("kind"));
  if (document->version != version)
    return fail(Error::conflict("privacy.old_version",
                                "Another version of this document is in force by now. Read that one.")
                    .at("version")
                    .with("version", std::to_string(document->version)));
  const std::string id = ids_.next(), now = format_utc(clock_.now());
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(transaction.execute(
        "INSERT INTO privacy_consent (id, user_id, kind, version, given, at, address, agent) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        {id, caller.user_id, kind, version, given, now, store::text_or_null(std::string_view(caller.address)),
         store::text_or_null(std::string_view(caller.user_agent))}));
    return audit_.write(transaction, caller,
                        {given ? "privacy.agreed" : "privacy.refused", "privacy.document",
                         kind + "/" + std::to_string(version)});
  }));
  const std::lock_guard lock(changing_);
  auto next = std::make_shared<Known>(*known_.load());
  next->given[kind][caller.user_id] = given ? version : 0;
  known_ = std::move(next);
  return {};
}

}  // namespace opsflux::privacy
