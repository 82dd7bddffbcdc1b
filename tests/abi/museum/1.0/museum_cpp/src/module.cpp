// Every service once, by the C++ wrapper. README.md of the museum says what it has to do.
#include "opsflux/module.hpp"

#include <list>
#include <mutex>

using namespace opsflux;

class Museum {
 public:
  void start(Setup& setup) {
    setup.hook("mark", this, &Museum::mark);
    setup.route("services", this, &Museum::services);
    setup.deferred_route("later", this, &Museum::later);
    setup.subscriber("count", this, &Museum::count);
    setup.job("answer", this, &Museum::answer);
  }
  void quiesce(Context&, Timestamp) {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
  }

 private:
  void mark(Context& ctx, Record& thing) {
    const auto name = thing.get<std::string>("name");
    if (name == "veto") throw FieldError("name", "vetoed", {{"name", name}}, "The name veto is refused.");
    if (thing.is_changed("name")) thing.set("mark", ctx.setting<std::string>("sign") + " " + name);
    ctx.log().info("marked", {{"name", name}});
  }

  Response services(Context& ctx, const Request& request) {
    const std::string name = request.query("name").value_or("x");
    const std::string id = ctx.entities().create("thing", {{"name", name}});
    ctx.entities().update("thing", id, Entities::kAnyVersion, {{"name", name + "2"}});
    int listed = 0;
    for (const Record record : ctx.entities().list({.entity = "thing", .sort = "name"})) listed += record.has("name");
    const Rows rows = ctx.db().query("SELECT count(*) FROM " OPSFLUX_MODULE_ID "_thing WHERE name <> $1", {"nobody"});
    const Json answer = Json::object({{"name", ctx.entities().read("thing", id).get<std::string>("name")},
                                      {"listed", listed > 0},
                                      {"counted", rows[0].get<std::int64_t>(0) > 0},
                                      {"greeting", ctx.text("greeting", {{"name", name}})},
                                      {"sign", ctx.setting<std::string>("sign")},
                                      {"signed_in", !ctx.caller().user_id.empty()},
                                      {"now", ctx.now() > Timestamp()},
                                      {"id", ctx.new_id().size() == 36}});
    ctx.events().emit("counted", Json::object({{"thing", id}}));
    ctx.entities().remove("thing", id);
    return Response::json(answer);
  }

  void later(Context& ctx, const Request& request) {
    Ticket ticket(ctx, request);
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(ticket));
    }
    ctx.jobs().enqueue("answer");
  }

  void answer(Context&, const Job&) {
    std::list<Ticket> waiting;
    {
      const std::lock_guard lock(mutex_);
      waiting.swap(waiting_);
    }
    for (Ticket& ticket : waiting) ticket.complete(Response::json(Json::object({{"late", true}}), 202));
  }

  void count(Context& ctx, const Event& event) { ctx.events().emit("counted", Json::object({{"event", event.id}})); }

  std::mutex mutex_;
  std::list<Ticket> waiting_;
};

OPSFLUX_MODULE(Museum);
