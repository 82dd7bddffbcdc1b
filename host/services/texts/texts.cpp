#include "host/services/texts/texts.hpp"

#include <nlohmann/json.hpp>

#include "host/base/log.hpp"
#include "host/services/texts/check_text.hpp"

namespace opsflux::texts {
namespace {

using i18n::Catalog;
using i18n::Language;

constexpr std::size_t kShownRefusals = 100;

std::string_view owner_of(std::string_view space) { return space == kCore ? std::string_view() : space; }

Error with_place(Error error, const Wanted& wanted) {
  error.params.emplace_back("language", i18n::language_tag(wanted.id.language));
  error.params.emplace_back("namespace", wanted.id.space);
  error.params.emplace_back("key", wanted.id.key);
  if (wanted.line > 0) error.params.emplace_back("line", std::to_string(wanted.line));
  return error;
}

std::int64_t line_of(const Error& error) {
  for (const auto& [name, value] : error.params)
    if (name == "line") return std::stoll(value);
  return 0;
}

Error all_of(std::vector<Error> refused) {
  if (refused.size() == 1 && line_of(refused.front()) == 0) return std::move(refused.front());
  std::stable_sort(refused.begin(), refused.end(),
                   [](const Error& a, const Error& b) { return line_of(a) < line_of(b); });
  const std::string count = std::to_string(refused.size());
  Error out = Error::invalid("text.bad_rows", count + " rows cannot be taken over; nothing was changed.")
                  .with("count", count);
  if (refused.size() > kShownRefusals) refused.resize(kShownRefusals);
  out.causes = std::move(refused);
  return out;
}

}  // namespace

Result<std::unique_ptr<Texts>> Texts::open(const Parts& parts, std::shared_ptr<const Catalog> web) {
  Overrides stored;
  TRY(parts.database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(loaded, load_overrides(session));
    stored = std::move(loaded);
    return {};
  }));
  return std::unique_ptr<Texts>(new Texts(parts, {std::make_shared<const Catalog>(), std::move(web),
                                                  std::make_shared<const Overrides>(std::move(stored))}));
}

Texts::Layers Texts::layers() const {
  const std::lock_guard lock(mutex_);
  return layers_;
}

void Texts::take_files(std::shared_ptr<const Catalog> files,
                       std::function<void(i18n::CatalogBuilder&)> more) {
  const std::lock_guard lock(mutex_);
  layers_.files = std::move(files);
  more_ = std::move(more);
  publish();
  for (const auto& [id, override] : *layers_.overrides)
    if (const Text text = text_of(layers_, id); text.problem)
      log::warn("text.left_out", {{"text", to_string(id)}, {"message", text.problem->message}});
}

// With mutex_ held, so that the last one to publish has seen the last change.
void Texts::publish() {
  i18n::CatalogBuilder builder(*layers_.files);
  for (const auto& [id, override] : *layers_.overrides) {
    const Text text = text_of(layers_, id);
    if (text.state != TextState::kChanged) continue;
    const std::string_view owner = owner_of(id.space);
    const std::string key = owner.empty() ? id.key : std::string(owner) + "." + id.key;
    if (id.space == kWeb)
      builder.hand_out(id.language, key, override.text);
    else
      builder.replace(id.language, key, override.text);
  }
  if (more_) more_(builder);
  parts_.translator.publish(builder.build());
}

Text Texts::text_of(const Layers& layers, const TextId& id) {
  Text out;
  out.id = id;
  if (const auto found = layers.overrides->find(id); found != layers.overrides->end())
    out.override = found->second;
  const Catalog& catalog = id.space == kWeb ? *layers.web : *layers.files;
  const auto* own = catalog.of(owner_of(id.space), id.key);
  if (own == nullptr) {
    out.state = TextState::kUnused;
    return out;
  }
  out.original = (*own)[static_cast<std::size_t>(id.language)];
  out.english = (*own)[static_cast<std::size_t>(Language::kEnglish)];
  if (!out.override) return out;
  out.state = TextState::kChanged;
  if (auto fits = check_text(id.space, id.key, out.file_text(), out.override->text); !fits) {
    out.state = TextState::kUnfit;
    out.problem = std::move(fits.error());
  }
  return out;
}

std::vector<Text> Texts::all(Language language) const {
  const Layers now = layers();
  std::set<TextId> ids;
  const auto add = [&](const Catalog::Item& item) {
    ids.insert({std::string(item.owner.empty() ? kCore : item.owner), std::string(item.key), language});
  };
  now.files->each(add);
  now.web->each(add);
  for (const auto& [id, override] : *now.overrides)
    if (id.language == language) ids.insert(id);
  std::vector<Text> out;
  out.reserve(ids.size());
  for (const TextId& id : ids) {
    Text text = text_of(now, id);
    // In no language that could be shown: a text of one other language only.
    if (text.file_text().empty() && !text.override) continue;
    out.push_back(std::move(text));
  }
  return out;
}

Result<Text> Texts::find(const TextId& id) const {
  Text text = text_of(layers(), id);
  if (text.state == TextState::kUnused && !text.override)
    return fail(
        Error::not_found("text.no_key", "There is no text \"" + id.key + "\" in \"" + id.space + "\".")
            .at("key")
            .with("namespace", id.space)
            .with("key", id.key));
  return text;
}

// nullopt: it is so already.
Result<std::optional<Texts::Planned>> Texts::plan(const Layers& layers, const Wanted& wanted) {
  const Text text = text_of(layers, wanted.id);
  const bool gone = text.state == TextState::kUnused;
  if (wanted.text && text.override && *wanted.text == text.override->text) return std::nullopt;
  if (gone && (wanted.text || !text.override))
    return fail(Error::invalid("text.no_key",
                               "There is no text \"" + wanted.id.key + "\" in \"" + wanted.id.space + "\".")
                    .at("key"));
  const bool original = !wanted.text || *wanted.text == text.file_text();
  if (original && !text.override) return std::nullopt;
  Planned out{wanted.id, {}, text.override ? text.override->text : text.file_text(), text.file_text()};
  if (original) return out;
  TRY(check_text(wanted.id.space, wanted.id.key, text.file_text(), *wanted.text));
  out.override = Override{*wanted.text, {}, {}};
  out.after = *wanted.text;
  return out;
}

Result<ChangeCounts> Texts::change(const std::vector<Wanted>& wanted, const Caller& caller,
                                   std::vector<Error> refused) {
  const std::lock_guard one_at_a_time(changing_);
  const Layers now = layers();
  std::vector<Planned> planned;
  ChangeCounts counts;
  for (const Wanted& one : wanted) {
    auto change = plan(now, one);
    if (!change) {
      refused.push_back(with_place(std::move(change.error()), one));
      continue;
    }
    ++(!*change ? counts.unchanged : (*change)->override ? counts.changed : counts.reset);
    if (*change) planned.push_back(std::move(**change));
  }
  if (!refused.empty()) return fail(all_of(std::move(refused)));
  if (planned.empty()) return counts;
  TRY(store(planned, caller));
  take(planned);
  return counts;
}

Result<void> Texts::store(std::vector<Planned>& planned, const Caller& caller) {
  const std::string now = format_utc(parts_.clock.now());
  for (Planned& one : planned)
    if (one.override) {
      one.override->changed_at = now;
      one.override->changed_by = caller.user_id;
    }
  return parts_.database.write_now([&](store::Transaction& transaction) -> Result<void> {
    for (const Planned& one : planned) {
      TRY(store_override(transaction, one.id, one.override));
      Json changes = Json::array();
      changes.push_back({{"field", "text"}, {"before", one.before}, {"after", one.after}});
      TRY(parts_.audit.write(
          transaction, caller,
          {one.override ? "text.changed" : "text.reset", "text", to_string(one.id), to_text(changes)}));
    }
    return {};
  });
}

void Texts::take(const std::vector<Planned>& planned) {
  {
    const std::lock_guard lock(mutex_);
    Overrides next = *layers_.overrides;
    for (const Planned& one : planned) {
      if (one.override)
        next[one.id] = *one.override;
      else
        next.erase(one.id);
    }
    layers_.overrides = std::make_shared<const Overrides>(std::move(next));
    publish();
  }
  parts_.hub.publish("texts", "{}");
}

// The module is not active when it is purged: none of its texts is in use, and nothing has to be published.
Result<void> Texts::forget(store::Transaction& transaction, std::string_view module) {
  TRY(forget_overrides(transaction, module));
  transaction.on_commit([this, module = std::string(module)] {
    const std::lock_guard lock(mutex_);
    Overrides next = *layers_.overrides;
    std::erase_if(next, [&](const auto& entry) { return entry.first.space == module; });
    layers_.overrides = std::make_shared<const Overrides>(std::move(next));
  });
  return {};
}

}  // namespace opsflux::texts
