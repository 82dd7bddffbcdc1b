#include "module.hpp"

namespace sample {

using namespace opsflux;

void Module::start(Setup& setup) {
  setup.hook("check_item", this, &Module::check_item);
  setup.subscriber("note_end", this, &Module::note_end);
  setup.route("summary", this, &Module::summary);
}

void Module::check_item(Context& ctx, Record& item) {
  if (item.find<std::string>("status") != "done") return;
  if (!item.has("score"))
    throw FieldError("score", "score_missing", {{"name", item.get<std::string>("name")}},
                     "An item that is done has a score. Give " + item.get<std::string>("name") + " one.");
  if (item.is_changed("status")) ctx.events().emit("item_done", Json::object({{"id", item.id()}}));
}

void Module::note_end(Context& ctx, const Event& event) {
  const std::string id = event.data()["id"].text().value_or("");
  const auto item = ctx.entities().find("item", id);
  if (!item || item->has("done_on")) return;  // deleted since, or this is a repeat
  ctx.entities().update("item", id, Entities::kAnyVersion, {{"done_on", ctx.today()}});
  ctx.log().info("item.done", {{"id", id}});
}

Response Module::summary(Context& ctx, const Request&) {
  int open = 0, done = 0;
  for (const Record item : ctx.entities().list({.entity = "item", .limit = 10'000}))
    ++(item.get<std::string>("status") == "done" ? done : open);
  return Response::json(Json::object({{"open", open}, {"done", done}}));
}

}  // namespace sample

OPSFLUX_MODULE(sample::Module);
