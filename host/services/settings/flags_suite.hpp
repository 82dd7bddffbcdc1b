// What feature flags promise as records, on either database. Included like suite.hpp.
#pragma once

#include "host/base/files.hpp"
#include "host/services/settings/flags.hpp"
#include "host/services/settings/suite.hpp"

namespace opsflux::settings_service {

// The engine with flags, as an application has it.
class FlagsSuite : public SettingsSuite, private entities::ChangeListener {
 protected:
  FlagsSuite() {
    migrate("identity", kHost / "services/identity/migrations");
    migrate("settings", kHost / "services/settings/migrations");
    catalog_.add(must(entities::Definition::parse(
        "settings", "entities/flag.json",
        Json::parse(must(read_file(kHost / "services/settings/entities/flag.json"))))));
    for (const auto& [entity, event, hook] : flag_guards())
      if (auto added = catalog_.add_hook(entity, event, hook); !added)
        throw std::runtime_error(describe(added.error()));
    for (const auto& [entity, watch] : flag_watches(flags_))
      if (auto added = catalog_.watch(entity, watch); !added)
        throw std::runtime_error(describe(added.error()));
    catalog_.link();
    entity_ = catalog_.find(kFlagEntity);
    ada_.role = "administrator";
  }
  Result<void> in_transaction(store::Transaction&, const entities::RecordChange&) override { return {}; }
  void committed(std::string_view, std::string_view, std::string_view) override {}

  using Work = std::function<Result<entities::Written>(entities::WriteContext&)>;
  Result<std::string> write(const Work& work, bool commit = true) {
    std::string id;
    const auto written = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      entities::WriteContext context{transaction, catalog_, ada_};
      TRY_ASSIGN(made, work(context));
      id = made.id;
      return commit ? Result<void>() : fail(Error::conflict("test.undone", "Undone."));
    });
    if (!written) return fail(written.error());
    return id;
  }
  Result<std::string> create(const Json& values) {
    return write([&](auto& context) { return engine_.create(context, *entity_, values); });
  }
  Result<std::string> update(const std::string& id, const Json& values, bool commit = true) {
    return write([&](auto& context) { return engine_.update(context, *entity_, id, 0, values); }, commit);
  }
  bool on(const std::string& role = "user") const {
    Caller one;
    one.user_id = "bob";
    one.role = role;
    return flags_.on("fleet.new_map", one);
  }

  std::vector<std::string> heard_;
  Flags flags_{[this](std::string_view name, const FlagBook& before, const FlagBook& now) {
    Caller bob;
    bob.user_id = "bob";
    heard_.push_back(std::string(name) + (before.on(name, bob) ? " on" : " off") +
                     (now.on(name, bob) ? " on" : " off"));
  }};
  entities::Catalog catalog_;
  const entities::EntityEntry* entity_ = nullptr;
  entities::Engine engine_{*database_, clock_, ids_, audit_, *this};
};

TEST_P(FlagsSuite, AChangeHoldsWithItsCommit) {
  EXPECT_FALSE(on());
  const std::string id = must(create({{"name", "fleet.new_map"}}));
  EXPECT_FALSE(on()) << "off until it is switched on";
  must(update(id, {{"enabled", true}}));
  EXPECT_TRUE(on());
  EXPECT_FALSE(update(id, {{"enabled", false}}, false));
  EXPECT_TRUE(on()) << "what was rolled back was never so";
  must(update(id, {{"share", 0}}));
  EXPECT_FALSE(on());
  must(update(id, {{"share", 100}}));
  must(write([&](auto& context) { return engine_.remove(context, *entity_, id, 0); }));
  EXPECT_FALSE(on());
  must(write([&](auto& context) { return engine_.restore(context, *entity_, id); }));
  EXPECT_TRUE(on());
  EXPECT_EQ(heard_, (std::vector<std::string>{"fleet.new_map off off", "fleet.new_map off on",
                                              "fleet.new_map on off", "fleet.new_map off on",
                                              "fleet.new_map on off", "fleet.new_map off on"}));
}

TEST_P(FlagsSuite, AStartReadsWhatIsStored) {
  must(create({{"name", "fleet.new_map"}, {"enabled", true}, {"roles", {"manager"}}}));
  Flags anew;
  const auto is_on = [&](const std::string& role) {
    Caller one;
    one.user_id = "bob";
    one.role = role;
    return anew.on("fleet.new_map", one);
  };
  EXPECT_TRUE(on("manager"));
  EXPECT_FALSE(is_on("manager"));
  ASSERT_TRUE(database_->read([&](store::Session& session) { return anew.load(session); }));
  EXPECT_TRUE(is_on("manager"));
  EXPECT_FALSE(is_on("user"));
}

TEST_P(FlagsSuite, BadInputIsRefusedAtItsField) {
  const auto refused = [&](const Json& values) {
    const auto made = create(values);
    return made ? "made" : made.error().causes.empty() ? made.error().field : made.error().causes[0].field;
  };
  for (const char* name : {"", "map", "Fleet.map", "fleet.", ".map", "fleet..map", "fleet.new-map",
                           "fleet map.x", "fleet.1map", "fleet.map\n"})
    EXPECT_EQ(refused({{"name", name}}), "name") << name;
  EXPECT_EQ(refused({{"name", std::string(70, 'a') + "." + std::string(70, 'b')}}), "name");
  EXPECT_EQ(refused({{"name", "a.b"}, {"share", 101}}), "share");
  EXPECT_EQ(refused({{"name", "a.b"}, {"share", -1}}), "share");
  EXPECT_EQ(refused({{"name", "a.b"}, {"share", "half"}}), "share");
  EXPECT_EQ(refused({{"name", "a.b"}, {"companies", "north"}}), "companies");
  const std::string id = must(create({{"name", "a.b"}}));
  EXPECT_EQ(refused({{"name", "a.b"}}), "name") << "there is one";
  EXPECT_EQ(update(id, {{"share", nullptr}}).error().field, "share");
  const auto renamed = update(id, {{"name", "a.c"}});
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().code, "settings.flag_name_fixed");
  EXPECT_EQ(renamed.error().field, "name");
  must(update(id, {{"name", "a.b"}, {"description", "The same name is no change."}}));
}

}  // namespace opsflux::settings_service
