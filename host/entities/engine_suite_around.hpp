// Tests only: comments, tags, shares, versions, merges, copies, locks, and what goes with a deleted record.
#pragma once

#include "host/entities/collaboration.hpp"
#include "host/entities/engine_fixture.hpp"
#include "host/entities/history.hpp"
#include "host/entities/merge.hpp"

namespace opsflux::entities {

class EngineSuiteAround : public EngineSuite {
 protected:
  static constexpr const char* kPost =
      R"json({"entity": "post", "plural": "posts", "table": "shop_post", "locks": true,
    "fields": [
      {"name": "name", "type": "text", "required": true},
      {"name": "code", "type": "text", "unique": true},
      {"name": "number", "type": "sequence", "format": "P{number}"},
      {"name": "size", "type": "integer"},
      {"name": "twice", "type": "integer", "computed": "size * 2"},
      {"name": "secret", "type": "text", "view": ["boss"]},
      {"name": "above", "type": "parent", "on_delete": "cascade"}],
    "rights": {"user": ["view", "create", "edit"], "guest": ["view"]}})json";
  static constexpr const char* kLine = R"json({"entity": "line", "plural": "lines", "table": "shop_line",
    "fields": [
      {"name": "name", "type": "text"},
      {"name": "post", "type": "reference", "to": "shop.post", "on_delete": "cascade"},
      {"name": "approved", "type": "reference", "to": "shop.post", "on_delete": "refuse"},
      {"name": "others", "type": "references", "to": "shop.post"},
      {"name": "about", "type": "any"}]})json";

  void SetUp() override {
    add_entity(world_, Json::parse(kPost));
    add_entity(world_, Json::parse(kLine));
    add_entity(world_, Json::parse(R"({"entity": "person", "plural": "people", "table": "shop_person",
      "fields": [{"name": "name", "type": "text"}]})"));
    world_.set_people("shop.person");
    world_.link();
    ada_ = person("Ada");
    bob_ = person("Bob");
    ada_caller_ = user_;
    ada_caller_.user_id = ada_;
    ada_caller_.name = "Ada";
    bob_caller_ = user_;
    bob_caller_.user_id = bob_;
    bob_caller_.name = "Bob";
    post_ = make("shop.post", {{"name", "A"}, {"code", "a"}, {"size", 1}});
  }
  std::string person(const char* name) { return make("shop.person", {{"name", name}}); }
  std::string make(const char* entity, const Json& input) {
    return must(create_in(world_, entity, admin_, input)).id;
  }
  const EntityEntry& entity(const char* name) const { return *world_.find(name); }
  const EntityEntry& posts() const { return entity("shop.post"); }

  // Runs `work` in a transaction of `caller`; "ok" or the error's code.
  std::string run(const Caller& caller, const std::function<Result<void>(WriteContext&)>& work) {
    auto done = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, world_, caller};
      return work(context);
    });
    return done ? "ok" : done.error().code;
  }
  Json around(const Caller& caller) {
    std::string out;
    done(Collaboration(*engine_).summary(world_, posts(), caller, post_, out));
    return Json::parse(out);
  }
  Json comments(const Caller& caller) {
    std::string out;
    done(Collaboration(*engine_).comments(world_, posts(), caller, post_, out));
    return Json::parse(out)["data"];
  }
  std::string comment(const Caller& caller, const Json& input) {
    return run(caller, [&](WriteContext& context) -> Result<void> {
      TRY_ASSIGN(id, Collaboration(*engine_).comment(context, posts(), post_, input));
      last_comment_ = id;
      return {};
    });
  }
  Json shown_post(const std::string& id) { return shown(world_, posts(), id); }
  Json shown_line(const std::string& id) { return shown(world_, entity("shop.line"), id); }
  std::string remove_post(const std::string& id) {
    return run(admin_, [&](WriteContext& context) -> Result<void> {
      TRY(engine_->remove(context, posts(), id, 0));
      return {};
    });
  }
  std::string restore_post(const std::string& id) {
    return run(admin_, [&](WriteContext& context) -> Result<void> {
      TRY(engine_->restore(context, posts(), id));
      return {};
    });
  }

  Catalog world_;
  Caller ada_caller_, bob_caller_;
  std::string ada_, bob_, post_, last_comment_;
};

TEST_P(EngineSuiteAround, CommentsAreAnsweredMentionedReactedToEditedAndDeleted) {
  EXPECT_EQ(comment(ada_caller_, {{"body", " Look, @[Bob](user:" + bob_ + ") "}}), "ok");
  const std::string first = last_comment_;
  EXPECT_EQ(comment(bob_caller_, {{"body", "Seen."}, {"parent_id", first}}), "ok");
  EXPECT_EQ(comment(bob_caller_, {{"body", "deeper"}, {"parent_id", last_comment_}}), "entity.no_comment");
  EXPECT_EQ(comment(bob_caller_, {{"body", "  "}}), "entity.required");
  EXPECT_EQ(comment(bob_caller_, {{"body", std::string(10'001, 'x')}}), "entity.too_long");
  const auto react = [&](const char* emoji, bool on) {
    return run(bob_caller_, [&](WriteContext& context) {
      return Collaboration(*engine_).react(context, posts(), post_, first, emoji, on);
    });
  };
  EXPECT_EQ(react("\xF0\x9F\x91\x8D", true), "ok");
  EXPECT_EQ(react("\xF0\x9F\x91\x8D", true), "ok");
  EXPECT_EQ(react("like", true), "entity.not_emoji");
  Json all = comments(bob_caller_);
  ASSERT_EQ(all.size(), 2);
  EXPECT_EQ(all[0]["author"], "Ada");
  EXPECT_EQ(all[0]["mentions"], Json({bob_}));
  EXPECT_EQ(all[0]["reactions"][0], Json({{"emoji", "\xF0\x9F\x91\x8D"}, {"count", 1}, {"mine", true}}));
  EXPECT_EQ(all[1]["parent_id"], first);
  const auto edit = [&](const Caller& caller) {
    return run(caller, [&](WriteContext& context) {
      return Collaboration(*engine_).edit_comment(context, posts(), post_, first, {{"body", "Look!"}});
    });
  };
  EXPECT_EQ(edit(bob_caller_), "entity.not_the_author");
  EXPECT_EQ(edit(ada_caller_), "ok");
  EXPECT_EQ(comments(ada_caller_)[0]["body"], "Look!");
  EXPECT_FALSE(comments(ada_caller_)[0]["edited_at"].is_null());
  const auto erase = [&](const Caller& caller) {
    return run(caller, [&](WriteContext& context) {
      return Collaboration(*engine_).delete_comment(context, posts(), post_, first);
    });
  };
  EXPECT_EQ(erase(bob_caller_), "entity.not_the_author");
  EXPECT_EQ(erase(admin_), "ok");
  EXPECT_EQ(erase(admin_), "entity.no_comment");
  all = comments(ada_caller_);
  EXPECT_EQ(all[0]["deleted"], true);
  EXPECT_TRUE(all[0]["body"].is_null());
  EXPECT_EQ(around(bob_caller_)["comments"], 1);
  EXPECT_EQ(around(bob_caller_)["followed"], true) << "who is mentioned or answers follows";
  std::string trail;
  done(engine_->activity(world_, posts(), admin_, post_, trail));
  EXPECT_NE(trail.find("comment_deleted"), std::string::npos);
  EXPECT_NE(trail.find("Look!"), std::string::npos) << "the trail keeps what was said";
}

TEST_P(EngineSuiteAround, MentionsAreReadStrictly) {
  const std::string id = ada_;
  EXPECT_EQ(mentions_in("@[A](user:" + id + ") and @[A](user:" + id + ")"), std::vector<std::string>{id});
  for (const std::string& body : {"[A](user:" + id + ")", "@[A](user:" + id.substr(1) + ")",
                                  std::string("@[A](user:"), "@[x] [A](user:" + id + ")"})
    EXPECT_TRUE(mentions_in(body).empty()) << body;
}

TEST_P(EngineSuiteAround, MarksAndTagsBelongToPersonAndRecord) {
  const auto mark = [&](const Caller& caller, Mark kind, bool on) {
    return run(caller, [&](WriteContext& context) {
      return Collaboration(*engine_).mark(context, posts(), post_, kind, on);
    });
  };
  const auto tag = [&](const Caller& caller, const Json& tags) {
    return run(caller, [&](WriteContext& context) {
      return Collaboration(*engine_).set_tags(context, posts(), post_, {{"tags", tags}});
    });
  };
  EXPECT_EQ(mark(ada_caller_, Mark::kFavourite, true), "ok");
  EXPECT_EQ(mark(ada_caller_, Mark::kFavourite, true), "ok");
  EXPECT_EQ(mark(bob_caller_, Mark::kFollow, true), "ok");
  EXPECT_EQ(tag(ada_caller_, {"b", " a ", "b"}), "ok");
  Caller guest = bob_caller_;
  guest.role = "guest";
  EXPECT_EQ(tag(guest, {"x"}), "auth.forbidden");
  EXPECT_EQ(tag(ada_caller_, {""}), "entity.bad_tag");
  EXPECT_EQ(tag(ada_caller_, "x"), "entity.wrong_type");
  const Json seen = around(ada_caller_);
  EXPECT_EQ(seen["favourite"], true);
  EXPECT_EQ(seen["followed"], false);
  EXPECT_EQ(seen["followers"], Json::array({{{"id", bob_}, {"name", "Bob"}}}));
  EXPECT_EQ(seen["tags"], Json({"a", "b"}));
  EXPECT_EQ(around(bob_caller_)["favourite"], false);
  EXPECT_EQ(mark(ada_caller_, Mark::kFavourite, false), "ok");
  EXPECT_EQ(around(ada_caller_)["favourite"], false);
}

TEST_P(EngineSuiteAround, VersionsComeOutOfTheTrail) {
  const auto edit = [&](const Json& input) {
    must(update_in(world_, "shop.post", ada_caller_, post_, input));
  };
  edit({{"name", "B"}});
  edit({{"size", 5}});
  must(update_in(world_, "shop.post", admin_, post_, {{"secret", "s"}}));
  History history(*engine_);
  std::string out;
  done(history.versions(world_, posts(), ada_caller_, post_, out));
  const Json versions = Json::parse(out)["data"];
  ASSERT_EQ(versions.size(), 4);
  EXPECT_EQ(versions[0]["version"], 4);
  EXPECT_TRUE(versions[0]["fields"].empty()) << "of a field that she may not see";
  EXPECT_EQ(versions[1]["actor"]["name"], "Ada");
  EXPECT_EQ(versions[3]["action"], "created");
  out.clear();
  done(history.version(world_, posts(), ada_caller_, post_, 1, out));
  EXPECT_EQ(Json::parse(out)["values"]["name"], "A");
  EXPECT_EQ(out.find("secret"), std::string::npos);
  out.clear();
  done(history.difference(world_, posts(), ada_caller_, post_, 1, 3, out));
  EXPECT_EQ(Json::parse(out)["changes"], Json::array({{{"field", "name"}, {"before", "A"}, {"after", "B"}},
                                                      {{"field", "size"}, {"before", 1}, {"after", 5}},
                                                      {{"field", "twice"}, {"before", 2}, {"after", 10}}}));
  out.clear();
  done(history.blame(world_, posts(), ada_caller_, post_, out));
  const Json blame = Json::parse(out)["fields"];
  EXPECT_EQ(blame["name"]["version"], 2);
  EXPECT_EQ(blame["code"]["version"], 1);
  for (const std::int64_t missing : {0, 5, -1})
    EXPECT_EQ(history.version(world_, posts(), ada_caller_, post_, missing, out).error().code,
              "entity.no_version");
  EXPECT_EQ(run(ada_caller_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(history.restore(context, posts(), post_, 1, 4));
                  return {};
                }),
            "ok");
  const Json record = shown_post(post_);
  EXPECT_EQ(record["name"], "A");
  EXPECT_EQ(record["twice"], 2);
  EXPECT_EQ(record["secret"], "s") << "what she may not see stays as it is";
  EXPECT_EQ(record["version"], 5);
}

TEST_P(EngineSuiteAround, PartsGoAndComeBackWithTheWhole) {
  const std::string child = make("shop.post", {{"name", "child"}, {"above", post_}});
  const std::string line = make("shop.line", {{"name", "l"}, {"post", child}});
  const std::string gone = make("shop.line", {{"name", "gone"}, {"post", child}});
  EXPECT_EQ(run(admin_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(engine_->remove(context, entity("shop.line"), gone, 0));
                  return {};
                }),
            "ok");
  clock_.now_ += 1'000'000'000;
  EXPECT_EQ(remove_post(post_), "ok");
  EXPECT_FALSE(shown_line(line)["deleted_at"].is_null());
  clock_.now_ += 1'000'000'000;
  EXPECT_EQ(restore_post(post_), "ok");
  EXPECT_TRUE(shown_post(child)["deleted_at"].is_null());
  EXPECT_TRUE(shown_line(line)["deleted_at"].is_null());
  EXPECT_FALSE(shown_line(gone)["deleted_at"].is_null()) << "was deleted before, and by itself";
  make("shop.line", {{"name", "a"}, {"approved", child}});
  EXPECT_EQ(remove_post(post_), "entity.in_use") << "a part that may not go keeps the whole";
  EXPECT_TRUE(shown_post(post_)["deleted_at"].is_null());
}

TEST_P(EngineSuiteAround, APurgedRecordIsGoneForGood) {
  EXPECT_EQ(comment(ada_caller_, {{"body", "x"}}), "ok");
  const auto purge = [&] {
    return run(admin_, [&](WriteContext& context) { return engine_->purge(context, posts(), post_); });
  };
  EXPECT_EQ(purge(), "entity.no_record") << "only what is deleted already";
  const std::string line = make("shop.line", {{"name", "l"}, {"post", post_}});
  EXPECT_EQ(remove_post(post_), "ok");
  EXPECT_EQ(purge(), "entity.in_use") << "a deleted line still names it";
  EXPECT_EQ(run(admin_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(engine_->purge(context, entity("shop.line"), line));
                  return engine_->purge(context, posts(), post_);
                }),
            "ok");
  EXPECT_EQ(restore_post(post_), "entity.no_record");
  std::int64_t left = -1;
  done(database_->read([&](store::Session& session) -> Result<void> {
    TRY(session.query_one("SELECT count(*) FROM core_comment", {},
                          [&](const store::Row& row) { left = row.i64(0); }));
    return {};
  }));
  EXPECT_EQ(left, 0);
}

TEST_P(EngineSuiteAround, ACopyHasWhatMayBeTwice) {
  const auto clone = [&](const Json& input) {
    std::string id;
    EXPECT_EQ(run(ada_caller_,
                  [&](WriteContext& context) -> Result<void> {
                    TRY_ASSIGN(made, engine_->clone(context, posts(), post_, input));
                    id = made.id;
                    return {};
                  }),
              "ok");
    return shown_post(id);
  };
  const Json copy = clone({{"name", "A again"}});
  EXPECT_EQ(copy["name"], "A again");
  EXPECT_EQ(copy["size"], 1);
  EXPECT_EQ(copy["twice"], 2);
  EXPECT_TRUE(copy["code"].is_null());
  EXPECT_EQ(copy["number"], "P2");
  EXPECT_EQ(copy["created_by"], ada_);
}

TEST_P(EngineSuiteAround, ALockKeepsOthersOutUntilItEnds) {
  const auto lock = [&](const Caller& caller, std::int64_t seconds) {
    return run(caller,
               [&](WriteContext& context) { return engine_->lock(context, posts(), post_, seconds); });
  };
  const auto unlock = [&](const Caller& caller) {
    return run(caller, [&](WriteContext& context) { return engine_->unlock(context, posts(), post_); });
  };
  const auto edit = [&](const Caller& caller, const char* name) {
    const auto written = update_in(world_, "shop.post", caller, post_, {{"name", name}});
    return written ? "ok" : written.error().code;
  };
  EXPECT_EQ(lock(ada_caller_, 60), "ok");
  EXPECT_EQ(edit(bob_caller_, "B"), "entity.locked_by");
  EXPECT_EQ(lock(bob_caller_, 60), "entity.locked_by");
  EXPECT_EQ(unlock(bob_caller_), "entity.locked_by");
  EXPECT_EQ(edit(ada_caller_, "C"), "ok");
  EXPECT_EQ(lock(ada_caller_, 5), "entity.bad_lock");
  clock_.now_ += 61 * std::int64_t{1'000'000'000};
  EXPECT_EQ(edit(bob_caller_, "D"), "ok");
  EXPECT_EQ(lock(bob_caller_, 60), "ok");
  EXPECT_EQ(unlock(admin_), "ok");
  EXPECT_EQ(edit(ada_caller_, "E"), "ok");
  const std::string line = make("shop.line", {{"name", "l"}});
  EXPECT_EQ(run(admin_,
                [&](WriteContext& context) { return engine_->lock(context, entity("shop.line"), line, 60); }),
            "entity.no_locks");
}

TEST_P(EngineSuiteAround, AMergeKeepsEveryLinkAndCanBeUndone) {
  const std::string twin = make("shop.post", {{"name", "Twin"}, {"code", "t"}, {"size", 7}});
  const std::string child = make("shop.post", {{"name", "child"}, {"above", twin}});
  const std::string line =
      make("shop.line",
           {{"name", "l"}, {"post", twin}, {"others", {twin, child}}, {"about", "shop.post/" + twin}});
  const std::string later = make("shop.line", {{"name", "later"}, {"post", twin}});
  EXPECT_EQ(run(ada_caller_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(Collaboration(*engine_).comment(context, posts(), twin, {{"body", "hello"}}));
                  return Collaboration(*engine_).set_tags(context, posts(), twin, {{"tags", {"t"}}});
                }),
            "ok");
  Merger merger(*engine_);
  const auto merge = [&](const Json& input) {
    return run(admin_, [&](WriteContext& context) -> Result<void> {
      TRY(merger.merge(context, posts(), post_, input));
      return {};
    });
  };
  EXPECT_EQ(merge({{"from", post_}}), "entity.bad_merge");
  EXPECT_EQ(merge({{"from", "x"}}), "entity.bad_merge");
  EXPECT_EQ(merge({{"from", twin}, {"values", {{"code", "t"}, {"size", 7}}}}), "ok");
  EXPECT_EQ(shown_post(post_)["code"], "t");
  EXPECT_FALSE(shown_post(twin)["deleted_at"].is_null());
  EXPECT_EQ(shown_post(child)["above"], post_);
  EXPECT_EQ(shown_line(line)["post"], post_);
  EXPECT_EQ(shown_line(line)["others"], Json({post_, child}));
  EXPECT_EQ(shown_line(line)["about"], "shop.post/" + post_);
  EXPECT_EQ(around(ada_caller_)["comments"], 1);
  EXPECT_EQ(around(ada_caller_)["tags"], Json({"t"}));
  must(update_in(world_, "shop.line", admin_, later, {{"post", child}}));
  std::string out;
  done(merger.list(world_, posts(), admin_, post_, out));
  const std::string id = Json::parse(out)["data"][0]["id"];
  const auto undo = [&] {
    return run(admin_, [&](WriteContext& context) -> Result<void> {
      TRY(merger.undo(context, posts(), post_, id));
      return {};
    });
  };
  EXPECT_EQ(undo(), "ok");
  EXPECT_EQ(shown_post(post_)["code"], "a");
  EXPECT_EQ(shown_post(twin)["code"], "t");
  EXPECT_TRUE(shown_post(twin)["deleted_at"].is_null());
  EXPECT_EQ(shown_post(child)["above"], twin);
  EXPECT_EQ(shown_line(line)["post"], twin);
  EXPECT_EQ(shown_line(line)["others"], Json({twin, child}));
  EXPECT_EQ(shown_line(line)["about"], "shop.post/" + twin);
  EXPECT_EQ(shown_line(later)["post"], child) << "what was changed since stays";
  EXPECT_EQ(around(ada_caller_)["comments"], 0);
  EXPECT_EQ(undo(), "entity.no_merge");
}

TEST_P(EngineSuiteAround, AMergeAsksForTheRightsOnBoth) {
  const std::string twin = make("shop.post", {{"name", "Twin"}});
  EXPECT_EQ(run(ada_caller_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(Merger(*engine_).merge(context, posts(), post_, {{"from", twin}}));
                  return {};
                }),
            "auth.forbidden")
      << "she may not delete";
}

}  // namespace opsflux::entities
