// The wrapper against a host that keeps to the ABI: what authors throw, what they keep too long, in which
// order they are called. One module does it all, told by its settings what to do.
#include <gtest/gtest.h>

#include <thread>

#include "opsflux/module.hpp"
#include "opsflux/testing/host.hpp"

namespace opsflux {
namespace {

using testing::Host;
using testing::Outcome;
using testing::RecordFields;

std::vector<std::string> steps;  // of the life cycle, in order
std::string fails_in;            // the step that throws
std::function<void(Context&, Record&)> in_hook;
std::function<Response(Context&, const Request&)> in_route;
std::function<void(Context&, const Request&)> in_deferred;
std::function<void(Context&, const Event&)> in_subscriber;
std::function<void(Context&, const Job&)> in_job;

void step(const char* name) {
  steps.push_back(name);
  if (fails_in == name)
    throw Error(Status::kUnavailable, "step", std::string("The step ") + name + " fails.");
}

class Probe {
 public:
  explicit Probe(Context& ctx) : log_(ctx.log()) { step("create"); }
  ~Probe() { steps.push_back("destroy"); }
  void start(Setup& setup) {
    setup.hook("hook", [](Context& c, Record& r) { in_hook(c, r); });
    setup.route("route", [](Context& c, const Request& r) { return in_route(c, r); });
    setup.deferred_route("deferred", [](Context& c, const Request& r) { in_deferred(c, r); });
    setup.subscriber("subscriber", [](Context& c, const Event& e) { in_subscriber(c, e); });
    setup.job("job", this, &Probe::job);
    step("start");
  }
  void active(Context&) { step("active"); }
  void quiesce(Context&, Timestamp) { step("quiesce"); }
  void stop(Context&) {
    log_.info("stopping");
    step("stop");
  }

 private:
  void job(Context& ctx, const Job& job) { in_job(ctx, job); }
  Log log_;
};

}  // namespace
}  // namespace opsflux

OPSFLUX_MODULE(opsflux::Probe);

namespace opsflux {
namespace {

class Wrapper : public ::testing::Test {
 protected:
  Wrapper() {
    steps.clear();
    fails_in.clear();
    in_hook = [](Context&, Record&) {};
  }
  void load() { ASSERT_TRUE(host.load(*opf_module_entry_v1()).ok()); }
  Outcome hook(std::function<void(Context&, Record&)> body, RecordFields fields = {}) {
    in_hook = std::move(body);
    return host.create("hook", std::move(fields));
  }
  Host host{"probe"};
};

using Steps = std::vector<std::string>;

TEST_F(Wrapper, EntryTellsWhatTheManifestSays) {
  const opf_module_v1* table = opf_module_entry_v1();
  EXPECT_EQ(table, opf_module_entry_v1());
  EXPECT_EQ(table->struct_size, sizeof(opf_module_v1));
  EXPECT_EQ(detail::view(table->id), "probe");
  EXPECT_EQ(detail::view(table->version), "1.2.3");
  EXPECT_EQ(table->abi_major, OPF_ABI_MAJOR);
}

TEST_F(Wrapper, IsCalledInTheOrderOfItsLife) {
  load();
  host.unload();
  EXPECT_EQ(steps, (Steps{"create", "start", "active", "quiesce", "stop", "destroy"}));
  EXPECT_EQ(host.logs.at(0).event, "stopping");
}

TEST_F(Wrapper, CanBeLoadedAgain) {
  for (int i = 0; i < 3; ++i) {
    load();
    host.unload();
  }
  EXPECT_EQ(steps.size(), 18u);
}

TEST_F(Wrapper, AConstructorThatThrowsIsARefusal) {
  fails_in = "create";
  const Outcome outcome = host.load(*opf_module_entry_v1());
  EXPECT_EQ(outcome.status, OPF_E_UNAVAILABLE);
  EXPECT_EQ(outcome.reason(), "step");
  EXPECT_EQ(steps, Steps{"create"}) << "there is nothing to destroy";
}

TEST_F(Wrapper, AStartThatThrowsIsStoppedAndDestroyed) {
  fails_in = "start";
  EXPECT_EQ(host.load(*opf_module_entry_v1()).reason(), "step");
  EXPECT_EQ(steps, (Steps{"create", "start", "quiesce", "stop", "destroy"}));
  EXPECT_FALSE(host.is_bound("hook")) << "the bindings were dropped";
}

TEST_F(Wrapper, AStopThatThrowsIsDestroyedAllTheSame) {
  load();
  fails_in = "stop";
  EXPECT_EQ(host.unload().reason(), "step");
  EXPECT_EQ(steps.back(), "destroy");
}

TEST_F(Wrapper, AFieldErrorArrivesWhole) {
  load();
  const Outcome outcome = hook([](Context&, Record&) {
    throw FieldError("siret", "siret_checksum", {{"siret", "123"}, {"n", 3}}, "The SIRET 123 is wrong.");
  });
  EXPECT_EQ(outcome.status, OPF_E_INVALID);
  EXPECT_EQ(outcome.field(), "siret");
  EXPECT_EQ(outcome.reason(), "siret_checksum");
  EXPECT_EQ(outcome.error->message(), "The SIRET 123 is wrong.");
  ASSERT_EQ(outcome.error->params().size(), 2u);
  EXPECT_EQ(outcome.error->params()[1].value, Value(3));
}

TEST_F(Wrapper, AnErrorCarriesDetailAndRetry) {
  load();
  const Outcome outcome = hook([](Context&, Record&) {
    throw Error(Status::kUnavailable, "down", "The register does not answer.")
        .because("HTTP 502")
        .retry_after(std::chrono::seconds(30));
  });
  EXPECT_EQ(outcome.status, OPF_E_UNAVAILABLE);
  EXPECT_EQ(outcome.error->detail(), "HTTP 502");
  EXPECT_EQ(outcome.error->retry_after(), std::chrono::seconds(30));
}

TEST(OlderHost, ServesAModuleOfThisSdkAndHasNoFlags) {
  static opf_core_v1 core = testing::detail::kCore;
  core.struct_size = offsetof(opf_core_v1, flag);
  opf_host_v1 host{};
  host.struct_size = sizeof host;
  host.get_service = [](opf_instance, opf_str id, const void** table, opf_str*) -> opf_status {
    if (detail::view(id) != OPF_CORE_SERVICE) return OPF_E_UNSUPPORTED;
    return *table = &core, OPF_OK;
  };
  const detail::Services services(host, 1);
  ASSERT_NE(services.core.get(), nullptr);
  EXPECT_FALSE(Context(services, 1).flag("new_map"));
  core.struct_size = offsetof(opf_core_v1, cancelled);
  EXPECT_EQ(detail::Services(host, 1).core.get(), nullptr) << "that one is no host of ABI 1.0";
}

TEST_F(Wrapper, NothingThatIsThrownGetsOut) {
  load();
  const Outcome standard = hook([](Context&, Record&) { throw std::runtime_error("secret"); });
  EXPECT_EQ(standard.status, OPF_E_INTERNAL);
  EXPECT_EQ(standard.reason(), "exception");
  EXPECT_EQ(standard.error->detail(), "secret");
  EXPECT_EQ(standard.error->message().find("secret"), std::string::npos) << "what() is for the log";
  EXPECT_EQ(hook([](Context&, Record&) { throw 42; }).reason(), "exception");
  EXPECT_EQ(hook([](Context&, Record&) { throw std::bad_alloc(); }).reason(), "out_of_memory");
  EXPECT_EQ(hook([](Context&, Record&) { throw Error(Status::kOk, "odd", "Not an error."); }).status,
            OPF_E_INTERNAL);
  EXPECT_TRUE(hook([](Context&, Record&) {}).ok()) << "the module goes on";
}

TEST_F(Wrapper, AMistakeWithATypeIsTheModulesOwn) {
  load();
  const Outcome outcome = hook([](Context&, Record& r) { r.get<std::int64_t>("name"); }, {{"name", "x"}});
  EXPECT_EQ(outcome.status, OPF_E_INTERNAL);
  EXPECT_NE(outcome.error->detail().find("asked for as integer"), std::string::npos);
}

TEST_F(Wrapper, AnErrorOfTheHostKeepsItsCode) {
  load();
  const Outcome outcome = hook([](Context& ctx, Record&) { ctx.entities().read("company", "none"); });
  EXPECT_EQ(outcome.status, OPF_E_NOT_FOUND);
  EXPECT_EQ(outcome.reason(), "entity.not_found") << "as the host had put it on the context";
}

TEST_F(Wrapper, AnErrorOfTheHostThatWasCaughtLeavesNoTrace) {
  load();
  EXPECT_TRUE(hook([](Context& ctx, Record&) {
                EXPECT_FALSE(ctx.entities().find("company", "none"));
                EXPECT_THROW(ctx.entities().read("company", "none"), HostError);
              }).ok());
}

TEST_F(Wrapper, AnEarlierErrorOfTheHostCanBeThrownAgain) {
  load();
  const Outcome outcome = hook([](Context& ctx, Record&) {
    try {
      ctx.entities().read("company", "none");
    } catch (const HostError&) {
      EXPECT_THROW(ctx.setting<bool>("none"), HostError);  // another error is on the context now
      throw;
    }
  });
  EXPECT_EQ(outcome.reason(), "entity.not_found");
}

TEST_F(Wrapper, ARecordIsReadChangedAndCompared) {
  load();
  const auto body = [](Context&, Record& r) {
    EXPECT_EQ(r.id(), "r1");
    EXPECT_EQ(r.get<std::string_view>("name"), "A");
    EXPECT_EQ(r.find<std::string>("none"), std::nullopt);
    EXPECT_TRUE(r.is_changed("score"));
    EXPECT_FALSE(r.is_changed("name"));
    EXPECT_EQ(r.before<int>("score"), 3);
    r.set("score", 5);
    r.clear("name");
    r.set("tags", std::vector<std::string>{"a"});
  };
  in_hook = body;
  const Outcome outcome = host.update("hook", "r1", {{"name", "A"}, {"score", 3}}, {{"score", 4}});
  ASSERT_TRUE(outcome.ok()) << outcome.error->detail();
  EXPECT_EQ(outcome["score"], Value(5));
  EXPECT_TRUE(outcome["name"].is_null());
  EXPECT_EQ(outcome["tags"], Value(JsonText{R"(["a"])"}));
}

TEST_F(Wrapper, ARecordThatIsKeptTooLongIsStale) {
  load();
  opf_ctx old_ctx = 0;
  opf_record old_record = 0;
  const detail::Services* services = nullptr;
  hook([&](Context& ctx, Record&) {
    host.records["probe.thing"]["t"] = {{"name", "x"}};
    services = &ctx.services();
    old_ctx = ctx.handle();
    services->entity->read(ctx.handle(), detail::lend("thing"), detail::lend("t"), &old_record);
  });
  Context kept(*services, old_ctx);
  try {
    Record(kept, old_record).get<std::string>("name");
    FAIL() << "it was read";
  } catch (const HostError& error) {
    EXPECT_EQ(error.status(), Status::kStale);
  }
  const Outcome other = hook([&](Context& ctx, Record&) { Record(ctx, old_record).id(); });
  EXPECT_EQ(other.status, OPF_E_STALE) << "of another call";
}

TEST_F(Wrapper, OnlyTheRecordOfTheHookCanBeSet) {
  load();
  host.records["probe.thing"]["t"] = {{"name", "x"}};
  EXPECT_EQ(hook([](Context& ctx, Record&) { ctx.entities().read("thing", "t").set("name", "y"); }).status,
            OPF_E_STATE);
}

TEST_F(Wrapper, EntitiesAreListedMadeChangedAndRemoved) {
  load();
  const Outcome outcome = hook([](Context& ctx, Record&) {
    const auto things = ctx.entities();
    const std::string a = things.create("thing", {{"name", "a"}, {"kind", "k\"1"}});
    things.create("thing", {{"name", "b"}});
    int count = 0;
    for (const Record record : things.list({.entity = "thing"})) count += record.has("name");
    EXPECT_EQ(count, 2);
    const auto found = things.first({.entity = "thing", .filter = "kind == " + filter_text("k\"1")});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id(), a);
    things.update("thing", a, Entities::kAnyVersion, {{"name", "c"}});
    EXPECT_EQ(things.read("probe.thing", a).get<std::string>("name"), "c");
    things.remove("thing", a);
    EXPECT_FALSE(things.find("thing", a));
  });
  EXPECT_TRUE(outcome.ok()) << outcome.error->message();
}

TEST_F(Wrapper, TheContextTellsWhoWhenAndHow) {
  host.settings["days"] = 90;
  host.flags = {"probe.new_map", "other.flag"};
  host.caller.company = "north";
  host.caller.companies = {"north", "south"};
  host.texts["hello"] = "Bonjour {name}";
  host.deadline = host.now + std::chrono::seconds(5);
  host.cancelled = true;
  load();
  const Outcome outcome = hook([&](Context& ctx, Record&) {
    EXPECT_EQ(ctx.caller().name, "Test");
    EXPECT_FALSE(ctx.caller().is_system);
    EXPECT_EQ(ctx.caller().company, "north");
    EXPECT_EQ(ctx.caller().companies, (std::vector<std::string>{"north", "south"}));
    EXPECT_EQ(ctx.now(), host.now);
    EXPECT_EQ(ctx.today(), std::chrono::sys_days(std::chrono::year(2026) / 11 / 21));
    EXPECT_EQ(ctx.deadline(), host.deadline);
    EXPECT_TRUE(ctx.cancelled());
    EXPECT_NE(ctx.new_id(), ctx.new_id());
    EXPECT_EQ(ctx.setting<int>("days"), 90);
    EXPECT_TRUE(ctx.flag("new_map"));
    EXPECT_TRUE(ctx.flag("probe.new_map"));
    EXPECT_TRUE(ctx.flag("other.flag"));
    EXPECT_FALSE(ctx.flag("flag"));
    EXPECT_EQ(ctx.text("hello", {{"name", "Clarisse"}}), "Bonjour Clarisse");
    ctx.log().warn("odd", {{"n", 1}});
  });
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(host.logs.back().level, OPF_LOG_WARN);
  EXPECT_EQ(host.logs.back().fields.at(0).value, Value(1));
}

TEST_F(Wrapper, AServiceThatIsNotGrantedSaysSoWhenItIsUsed) {
  host.refused_services = {OPF_DB_SERVICE};
  load();
  const Outcome outcome = hook([](Context& ctx, Record&) { ctx.db().execute("DELETE FROM probe_thing"); });
  EXPECT_EQ(outcome.status, OPF_E_FORBIDDEN);
  EXPECT_EQ(outcome.reason(), "service_missing");
  EXPECT_EQ(outcome.error->detail(), "The service is not granted to this module.");
}

TEST_F(Wrapper, AServiceThatIsBoundAndNotGrantedFailsTheStart) {
  host.refused_services = {OPF_HTTP_SERVICE};
  EXPECT_EQ(host.load(*opf_module_entry_v1()).reason(), "service_missing");
}

TEST_F(Wrapper, SqlIsBoundAndRead) {
  load();
  host.on_execute = [](std::string_view, const std::vector<Value>& params) {
    return static_cast<std::int64_t>(params.size());
  };
  host.on_query = [](std::string_view, const std::vector<Value>&) {
    return testing::Rows{2, {"a", 1, "b", nullptr}};
  };
  const Outcome outcome = hook([](Context& ctx, Record&) {
    EXPECT_EQ(ctx.db().execute("UPDATE t SET a = $1 WHERE b = $2", {1, "x"}), 2);
    const Rows rows = ctx.db().query("SELECT a, b FROM t");
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].get<std::string>(0), "a");
    EXPECT_EQ(rows[1].get<std::optional<int>>(1), std::nullopt);
    EXPECT_THROW(rows[2], std::out_of_range);
    EXPECT_THROW(rows[0].get<int>(2), std::out_of_range);
    EXPECT_THROW(ctx.db().query("SELECT a, b FROM t", {}, 1), HostError);
  });
  EXPECT_TRUE(outcome.ok());
}

TEST_F(Wrapper, EventsAreEmittedAndDelivered) {
  load();
  hook([](Context& ctx, Record&) { ctx.events().emit("done", Json::object({{"id", "x"}})); });
  ASSERT_EQ(host.events.size(), 1u);
  EXPECT_EQ(host.events[0].name, "done");
  in_subscriber = [](Context&, const Event& event) {
    EXPECT_EQ(event.name, "probe.done");
    EXPECT_EQ(event.data()["id"].text(), "x");
    EXPECT_EQ(event.attempt, 2u);
    throw std::runtime_error("again");
  };
  EXPECT_FALSE(host.deliver("subscriber", "probe.done", host.events[0].payload, 2).ok())
      << "so that it comes again";
}

TEST_F(Wrapper, JobsAreEnqueuedAndRun) {
  load();
  std::string id;
  hook([&](Context& ctx, Record&) {
    id = ctx.jobs().enqueue("job", Json::object({{"n", 7}}), Timestamp(std::chrono::nanoseconds(5)));
  });
  ASSERT_EQ(host.jobs.size(), 1u);
  EXPECT_EQ(host.jobs[0].id, id);
  EXPECT_EQ(host.jobs[0].not_before, Timestamp(std::chrono::nanoseconds(5)));
  std::optional<std::int64_t> seen;
  in_job = [&](Context&, const Job& job) { seen = job.data()["n"].integer(); };
  EXPECT_TRUE(host.run_job("job", host.jobs[0].payload).ok());
  EXPECT_EQ(seen, 7);
}

TEST_F(Wrapper, ARouteReadsItsRequestAndAnswers) {
  load();
  in_route = [](Context&, const Request& request) {
    EXPECT_EQ(request.path("id"), "7");
    EXPECT_EQ(request.query("q"), "a b");
    EXPECT_EQ(request.query("none"), std::nullopt);
    EXPECT_EQ(request.header("X-Kind"), "k");
    return Response::json(request.json(), 201);
  };
  const Outcome outcome =
      host.request("route", {{{"id", "7"}}, {{"q", "a b"}}, {{"x-kind", "k"}}, R"({"a":[1]})"});
  ASSERT_TRUE(outcome.response) << outcome.reason();
  EXPECT_EQ(outcome.response->status, 201u);
  EXPECT_EQ(outcome.response->body, R"({"a":[1]})");
  EXPECT_EQ(host.request("route", {{{"id", "7"}}, {{"q", "a b"}}, {{"x-kind", "k"}}, "{"}).status,
            OPF_E_MALFORMED);
}

TEST_F(Wrapper, ARouteThatThrowsAnswersItsError) {
  load();
  in_route = [](Context&, const Request&) -> Response {
    throw Error(Status::kConflict, "busy", "It is busy.");
  };
  const Outcome outcome = host.request("route", {});
  EXPECT_EQ(outcome.status, OPF_E_CONFLICT);
  EXPECT_FALSE(outcome.response);
}

class Deferred : public Wrapper {
 protected:
  Deferred() {
    load();
    in_deferred = [this](Context& ctx, const Request& request) {
      ticket.emplace(ctx, request, [this] {
        ++cancels;
        if (cancel_throws) throw 42;
      });
    };
    outcome = host.request("deferred", {});
  }
  ~Deferred() override { ticket.reset(); }

  int cancels = 0;
  bool cancel_throws = false;
  std::optional<Ticket> ticket;
  Outcome outcome;
};

TEST_F(Deferred, IsAnsweredLaterFromAnotherThread) {
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome.response);
  std::thread([&] { EXPECT_TRUE(ticket->complete(Response::text("done"))); }).join();
  EXPECT_EQ(host.completed[outcome.ticket].body, "done");
  EXPECT_FALSE(ticket->complete(Response::text("twice")));
  EXPECT_EQ(cancels, 0);
}

TEST_F(Deferred, IsCancelledWhenTheClientLeaves) {
  host.cancel(outcome.ticket);
  EXPECT_EQ(cancels, 1);
  EXPECT_FALSE(ticket->complete(Response::text("too late")));
  EXPECT_FALSE(host.completed.contains(outcome.ticket));
}

TEST_F(Deferred, IsCancelledWhenTheModuleEnds) {
  host.unload();
  EXPECT_EQ(cancels, 1);
}

TEST_F(Deferred, AnExceptionOfOnCancelDoesNotGetOut) {
  cancel_throws = true;
  host.cancel(outcome.ticket);
  EXPECT_EQ(cancels, 1);
}

TEST_F(Deferred, ATicketThatDiesAnswersThatItGaveUp) {
  ticket.reset();
  EXPECT_EQ(host.completed[outcome.ticket].status, 503u);
  EXPECT_EQ(cancels, 0);
}

TEST_F(Deferred, ATicketMayMove) {
  Ticket moved = std::move(*ticket);
  ticket.reset();
  EXPECT_FALSE(host.completed.contains(outcome.ticket));
  EXPECT_TRUE(moved.complete(Response::no_content()));
  EXPECT_EQ(host.completed[outcome.ticket].status, 204u);
}

TEST_F(Deferred, AnErrorBeforeTheTicketIsTheAnswer) {
  in_deferred = [](Context&, const Request&) { throw FieldError("q", "bad_q", "It is bad."); };
  EXPECT_EQ(host.request("deferred", {}).reason(), "bad_q");
}

TEST_F(Deferred, ACallWithAWrongHandleIsRefused) {
  const detail::Services services(Host::host_table(), host.instance());
  const opf_response response = Response::no_content().lend();
  EXPECT_EQ(services.http->complete(host.instance() + 1, outcome.ticket, &response), OPF_E_STALE);
  EXPECT_EQ(services.http->complete(host.instance(), 12345, &response), OPF_E_CANCELLED);
  opf_str id{};
  EXPECT_EQ(services.core->new_id(12345, &id), OPF_E_STALE);
}

}  // namespace
}  // namespace opsflux
