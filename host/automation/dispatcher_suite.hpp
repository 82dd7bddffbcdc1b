// Tests only: the outbox, the dispatcher and the triggers, run on SQLite by dispatcher_test.cpp and on
// PostgreSQL by dispatcher_db_test.cpp.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "host/automation/dispatcher.hpp"
#include "host/automation/trigger_runner.hpp"
#include "host/base/text.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::automation {

using namespace std::chrono_literals;

class DispatcherTest : public ::testing::TestWithParam<store::Dialect> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("opsflux-automation-" + to_hex(random_bytes(8)));
    std::filesystem::create_directories(folder_);
    if (GetParam() == store::Dialect::kSqlite) {
      options_.url = "sqlite:" + (folder_ / "test.db").string();
    } else {
      const char* url = std::getenv("OPSFLUX_TEST_POSTGRESQL");
      ASSERT_NE(url, nullptr) << "No PostgreSQL to test on: run tools/with-postgres <command>.";
      server_ = open({.url = url, .readers = 1, .writers = 1});
      auto scratch = store::ScratchDatabase::create(*server_, folder_);
      ASSERT_TRUE(scratch.has_value()) << describe(scratch.error());
      scratch_.emplace(std::move(*scratch));
      options_ = scratch_->options();
    }
    options_.readers = 2;
    options_.durable = false;  // what a killed process wrote stays; only a power cut would lose it
    // Other processes of this test open the same file one after another.
    database_ = open(options_);
    const auto files = store::MigrationSet::from_folder(
        std::filesystem::path(__FILE__).parent_path() / "migrations", GetParam());
    ASSERT_TRUE(files.has_value());
    const auto applied = store::MigrationRunner(*database_, clock_).up({.id = "automation"}, *files);
    ASSERT_TRUE(applied.has_value()) << describe(applied.error()) << applied.error().detail;
    outbox_.emplace(*database_, clock_, ids_);
    subscribe({});
  }

  void TearDown() override {
    dispatcher_.reset();
    outbox_.reset();
    database_.reset();
    scratch_.reset();
    server_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  static std::unique_ptr<store::Database> open(const store::DatabaseOptions& options) {
    auto database = store::Database::open(options);
    EXPECT_TRUE(database.has_value()) << describe(database.error());
    return std::move(database).value();
  }

  void subscribe(std::vector<Subscription> all) {
    std::atomic_store(&subscriptions_, std::make_shared<const Subscriptions>(std::move(all)));
    if (dispatcher_) dispatcher_->wake();
  }
  SubscriptionSource source() {
    return [this] { return std::atomic_load(&subscriptions_); };
  }
  void start(DispatcherOptions options = {.first_delay = 20ms, .max_delay = 200ms, .random = {}}) {
    dispatcher_.emplace(*database_, *outbox_, clock_, source(), std::move(options));
  }

  // Announces in one transaction; `fail_it` undoes it.
  void announce(const std::vector<Event>& events, bool fail_it = false) {
    const auto result = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      for (const Event& event : events) {
        const auto rows = outbox_->enqueue(transaction, *std::atomic_load(&subscriptions_), event);
        if (!rows) return fail(rows.error());
      }
      if (fail_it) return fail(Error::invalid("test.undone", "Undone."));
      return {};
    });
    EXPECT_EQ(result.has_value(), !fail_it) << (result ? "" : describe(result.error()));
  }
  void announce(const std::string& key, int number) {
    announce({{.name = "t.changed", .ordering_key = key, .payload = {{"n", number}}, .actor = {}}});
  }

  bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds at_most = 20s) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(2ms);
    }
    return true;
  }
  OutboxCounts counts() {
    auto out = outbox_->counts();
    EXPECT_TRUE(out.has_value());
    return *out;
  }

  // Keeps what arrived, by ordering key.
  struct Inbox {
    std::mutex mutex;
    std::vector<Delivery> all;
    std::size_t size() {
      const std::lock_guard lock(mutex);
      return all.size();
    }
    Result<void> take(const Delivery& delivery) {
      const std::lock_guard lock(mutex);
      all.push_back(delivery);
      return {};
    }
    std::vector<int> numbers(const std::string& key) {
      const std::lock_guard lock(mutex);
      std::vector<int> out;
      for (const Delivery& delivery : all)
        if (delivery.ordering_key == key) out.push_back(delivery.payload.at("n"));
      return out;
    }
  };

  std::filesystem::path folder_;
  store::DatabaseOptions options_;
  SystemClock clock_;
  IdSource ids_{clock_};
  std::unique_ptr<store::Database> server_;
  std::optional<store::ScratchDatabase> scratch_;
  std::unique_ptr<store::Database> database_;
  std::optional<Outbox> outbox_;
  std::shared_ptr<const Subscriptions> subscriptions_;
  Inbox inbox_;
  std::optional<Dispatcher> dispatcher_;
};

TEST_P(DispatcherTest, DeliversToEverySubscriberWithinMillisecondsOfTheCommit) {
  subscribe({{"a", "t.changed", [&](const Delivery& d) { return inbox_.take(d); }},
             {"b", "t.changed", [&](const Delivery& d) { return inbox_.take(d); }},
             {"c", "t.other", [&](const Delivery& d) { return inbox_.take(d); }}});
  start();
  std::this_thread::sleep_for(50ms);  // asleep
  Caller actor;
  actor.user_id = "u1";
  actor.name = "Zoé";
  actor.role = "user";
  actor.session_id = "secret";
  actor.address = "10.0.0.1";
  const auto begin = std::chrono::steady_clock::now();
  announce({{.name = "t.changed", .ordering_key = "r/1", .payload = {{"n", 7}}, .actor = actor}});
  ASSERT_TRUE(wait_until([&] { return inbox_.size() == 2; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s) << "well below the 30 s of polling";
  ASSERT_TRUE(wait_until([&] { return counts().done == 2; }));
  const Delivery& first = inbox_.all[0];
  const Delivery& second = inbox_.all[1];
  EXPECT_EQ(first.event_id, second.event_id);
  EXPECT_NE(first.id, second.id);
  EXPECT_EQ(first.payload, Json({{"n", 7}}));
  EXPECT_EQ(first.actor.user_id + first.actor.name + first.actor.role + first.actor.session_id, "u1Zoéuser");
  EXPECT_EQ(first.actor.address, "10.0.0.1") << "for the audit trail";
  EXPECT_EQ(first.attempt, 1);
  EXPECT_FALSE(first.last_attempt);
}

TEST_P(DispatcherTest, WritesNothingWithoutListenersAndNothingOfAnUndoneTransaction) {
  announce("r/1", 1);
  EXPECT_EQ(counts().pending, 0);
  subscribe({{"a", "t.changed", [&](const Delivery& d) { return inbox_.take(d); }}});
  start();
  announce({{.name = "t.changed", .ordering_key = "r/1", .payload = {{"n", 1}}, .actor = {}}}, true);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(inbox_.size(), 0u);
  const auto refused = database_->write_now([&](store::Transaction& t) -> Result<void> {
    TRY(outbox_->enqueue(t, *std::atomic_load(&subscriptions_),
                         {.name = "t.changed", .ordering_key = "", .payload = 5, .actor = {}}));
    return {};
  });
  EXPECT_EQ(refused.error().code, "outbox.payload");
}

TEST_P(DispatcherTest, KeepsTheOrderOfEachKeyAlsoWhenSomeFail) {
  std::map<std::string, int> attempts;
  std::mutex mutex;
  subscribe({{"a", "t.changed", [&](const Delivery& d) -> Result<void> {
                const int n = d.payload.at("n");
                {
                  const std::lock_guard lock(mutex);
                  if (n % 7 == 3 && ++attempts[d.id] < 3)
                    return fail(Error::unavailable("test.later", "Later."));
                }
                return inbox_.take(d);
              }}});
  start({.threads = 4, .batch = 8, .first_delay = 5ms, .max_delay = 20ms, .random = {}});
  constexpr int kKeys = 6, kEvents = 60;
  for (int n = 0; n < kEvents; n += 4)
    for (int key = 0; key < kKeys; ++key) {
      std::vector<Event> events;
      for (int i = n; i < n + 4; ++i)
        events.push_back({.name = "t.changed",
                          .ordering_key = "r/" + std::to_string(key),
                          .payload = {{"n", i}},
                          .actor = {}});
      announce(events);
    }
  ASSERT_TRUE(wait_until([&] { return inbox_.size() >= kKeys * kEvents; }, 60s)) << inbox_.size();
  std::vector<int> expected(kEvents);
  for (int i = 0; i < kEvents; ++i) expected[static_cast<std::size_t>(i)] = i;
  for (int key = 0; key < kKeys; ++key)
    EXPECT_EQ(inbox_.numbers("r/" + std::to_string(key)), expected) << key;
}

TEST_P(DispatcherTest, AFailingKeyDoesNotHoldUpOthers) {
  subscribe({{"a", "t.changed", [&](const Delivery& d) -> Result<void> {
                if (d.ordering_key == "bad") return fail(Error::invalid("test.never", "Never."));
                return inbox_.take(d);
              }}});
  start({.first_delay = 60s, .max_delay = 60s, .random = {}});
  for (int n = 0; n < 40; ++n) announce("bad", n);
  for (int n = 0; n < 40; ++n) announce("r/" + std::to_string(n), n);
  EXPECT_TRUE(wait_until([&] { return inbox_.size() == 40; }));
  EXPECT_TRUE(wait_until([&] { return counts().running == 0; }));
  EXPECT_EQ(counts().pending, 40);
}

TEST_P(DispatcherTest, RestsAsADeadLetterAfterTheLastAttemptAndCanBeReplayed) {
  std::atomic<bool> broken = true;
  std::atomic<int> last = 0, calls = 0;
  subscribe({{"a", "t.changed", [&](const Delivery& d) -> Result<void> {
                ++calls;
                if (d.last_attempt) ++last;
                if (broken && d.payload.at("n") == 1)
                  return fail(Error::invalid("test.broken", "Broken \xff.").because(std::string("a\0b", 3)));
                return inbox_.take(d);
              }}});
  start({.max_attempts = 3, .first_delay = 5ms, .max_delay = 10ms, .random = {}});
  announce("r/1", 1);
  announce("r/1", 2);
  ASSERT_TRUE(wait_until([&] { return counts().dead == 1 && counts().done == 1; }));
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(last, 1);
  EXPECT_EQ(inbox_.numbers("r/1"), std::vector<int>{2}) << "what waited behind goes on";
  const auto dead = outbox_->dead(10);
  ASSERT_EQ(dead->size(), 1u);
  EXPECT_EQ(dead->front().attempts, 3);
  EXPECT_FALSE(dead->front().last_error.empty());
  broken = false;
  EXPECT_TRUE(outbox_->replay(dead->front().id).has_value());
  ASSERT_TRUE(wait_until([&] { return counts().done == 2; }));
  EXPECT_EQ(inbox_.numbers("r/1"), (std::vector<int>{2, 1}));
  EXPECT_EQ(outbox_->replay(dead->front().id).error().code, "outbox.not_dead");
  EXPECT_EQ(outbox_->replay("nothing").error().code, "outbox.not_dead");
}

TEST_P(DispatcherTest, AThrowingHandlerIsAFailedAttempt) {
  std::atomic<int> calls = 0;
  subscribe({{"a", "t.changed", [&](const Delivery& d) -> Result<void> {
                if (++calls == 1) throw std::runtime_error("thrown");
                if (calls == 2) throw 42;
                return inbox_.take(d);
              }}});
  start();
  announce("r/1", 1);
  EXPECT_TRUE(wait_until([&] { return inbox_.size() == 1; }));
  EXPECT_EQ(inbox_.all[0].attempt, 3);
}

TEST_P(DispatcherTest, RowsOfAnInactiveSubscriberWaitAndGoOnWhenItIsBack) {
  const std::vector<Subscription> active = {
      {"a", "t.changed", [&](const Delivery& d) { return inbox_.take(d); }}};
  subscribe(active);
  start();
  announce("r/1", 1);
  ASSERT_TRUE(wait_until([&] { return counts().done == 1; }));
  dispatcher_.reset();
  announce("r/1", 2);
  announce("r/1", 3);
  subscribe({{"other", "t.changed", [&](const Delivery&) -> Result<void> { return {}; }}});
  start();
  std::this_thread::sleep_for(150ms);
  EXPECT_EQ(inbox_.size(), 1u);
  EXPECT_EQ(counts().pending, 2);
  subscribe(active);
  EXPECT_TRUE(wait_until([&] { return inbox_.size() == 3; }));
  EXPECT_EQ(inbox_.numbers("r/1"), (std::vector<int>{1, 2, 3}));
}

TEST_P(DispatcherTest, ASubscriberThatGoesAwayMeanwhileGetsNothingMore) {
  std::atomic<int> calls = 0;
  subscribe({{"a", "t.changed", [&](const Delivery&) -> Result<void> {
                if (++calls == 3)
                  std::atomic_store(&subscriptions_,
                                    std::make_shared<const Subscriptions>(std::vector<Subscription>()));
                return {};
              }}});
  for (int n = 0; n < 10; ++n) announce("r/1", n);
  start();
  EXPECT_TRUE(wait_until([&] { return calls == 3 && counts().running == 0; }));
  EXPECT_EQ(counts().pending, 7);
  EXPECT_EQ(calls, 3);
}

TEST_P(DispatcherTest, AnEventNobodyListensToAnyMoreBecomesADeadLetter) {
  subscribe({{"a", "t.changed", [&](const Delivery& d) { return inbox_.take(d); }}});
  announce("r/1", 1);
  subscribe({{"a", "t.other", [&](const Delivery& d) { return inbox_.take(d); }}});
  start();
  EXPECT_TRUE(wait_until([&] { return counts().dead == 1; }));
}

TEST_P(DispatcherTest, StoppingLetsRunningOnesEndAndGivesTheRestBack) {
  std::atomic<int> began = 0, ended = 0;
  subscribe({{"a", "t.changed", [&](const Delivery&) -> Result<void> {
                ++began;
                std::this_thread::sleep_for(100ms);
                ++ended;
                return {};
              }}});
  start();
  for (int n = 0; n < 30; ++n) announce("r/" + std::to_string(n % 5), n);
  ASSERT_TRUE(wait_until([&] { return began > 0; }));
  dispatcher_->stop();
  EXPECT_EQ(began, ended);
  EXPECT_EQ(counts().running, 0);
  EXPECT_EQ(counts().done, ended.load());
  EXPECT_EQ(counts().pending, 30 - ended.load());
  dispatcher_->stop();
  const auto row = outbox_->dead(1);
  EXPECT_TRUE(row->empty());
}

TEST_P(DispatcherTest, NeverRunsMoreThanItsThreadsAndLeavesRoomBesideASlowSubscriber) {
  std::atomic<int> running = 0, most = 0;
  subscribe({{"slow", "t.changed",
              [&](const Delivery&) -> Result<void> {
                most = std::max(most.load(), ++running);
                std::this_thread::sleep_for(300ms);
                --running;
                return {};
              }},
             {"quick", "t.changed", [&](const Delivery& d) { return inbox_.take(d); }}});
  start({.threads = 3, .first_delay = 20ms, .random = {}});
  for (int n = 0; n < 12; ++n) announce("r/" + std::to_string(n), n);
  EXPECT_TRUE(wait_until([&] { return inbox_.size() == 12; }));
  EXPECT_LE(most, 2);
}

TEST_P(DispatcherTest, PruneRemovesOldDoneRowsOnly) {
  subscribe({{"a", "t.changed", [&](const Delivery& d) { return inbox_.take(d); }}});
  start();
  announce("r/1", 1);
  ASSERT_TRUE(wait_until([&] { return counts().done == 1; }));
  EXPECT_EQ(*outbox_->prune(clock_.now() - 3'600'000'000'000), 0);
  EXPECT_EQ(*outbox_->prune(clock_.now() + 1'000'000'000), 1);
  EXPECT_EQ(counts().done, 0);
}

// A process delivers and is killed in the middle, again and again; in the end everything arrived, in order.
TEST_P(DispatcherTest, NothingIsLostWhenTheProcessIsKilled) {
  constexpr int kKeys = 3, kEvents = 12;
  const auto file = folder_ / "delivered";
  const auto append = [&](const Delivery& d) -> Result<void> {
    std::ofstream(file, std::ios::app)
        << d.ordering_key << ' ' << d.payload.at("n") << ' ' << d.id << std::endl;
    return {};
  };
  subscribe({{"a", "t.changed", append}});
  for (int n = 0; n < kEvents; ++n)
    for (int key = 0; key < kKeys; ++key) announce("r/" + std::to_string(key), n);
  outbox_.reset();
  database_.reset();
  for (int round = 0; round < 4; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      // Without the parent's server connection: it is not ours.
      (void)server_.release();
      database_ = open(options_);
      outbox_.emplace(*database_, clock_, ids_);
      std::atomic<int> calls = 0;
      subscribe({{"a", "t.changed", [&](const Delivery& d) -> Result<void> {
                    const auto result = append(d);
                    if (++calls == 3 + round) kill(getpid(), SIGKILL);
                    return result;
                  }}});
      start({.threads = 3, .batch = 4, .random = {}});
      std::this_thread::sleep_for(30s);
      _exit(1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }
  database_ = open(options_);
  outbox_.emplace(*database_, clock_, ids_);
  EXPECT_GT(counts().running, 0) << "the kill came in the middle";
  subscribe({{"a", "t.changed", append}});
  start({.threads = 3, .random = {}});
  ASSERT_TRUE(wait_until([&] { return counts().done == kKeys * kEvents; }));
  dispatcher_.reset();

  std::map<std::string, std::vector<int>> first_seen;
  std::set<std::string> ids;
  std::ifstream in(file);
  std::string key, id;
  for (int n = 0; in >> key >> n >> id;)
    if (ids.insert(id).second) first_seen[key].push_back(n);
  for (const auto& [name, numbers] : first_seen) {
    EXPECT_EQ(numbers.size(), static_cast<std::size_t>(kEvents)) << name;
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end())) << name;
  }
  EXPECT_EQ(first_seen.size(), static_cast<std::size_t>(kKeys));
}

class QuietHost final : public ScriptHost {
 public:
  Result<Json> get(std::string_view, std::string_view) override { return Json::object(); }
  Result<Json> list(std::string_view, const ScriptListQuery&) override { return Json::array(); }
  Result<Json> create(std::string_view, const Json& values) override { return values; }
  Result<Json> update(std::string_view, std::string_view, const Json& values) override { return values; }
  Result<void> remove(std::string_view, std::string_view) override { return {}; }
  Result<Json> setting(std::string_view) override { return Json(); }
  Result<bool> flag(std::string_view) override { return false; }
  UtcNs now() override { return 0; }
};

TEST_P(DispatcherTest, TriggersRunFromTheOutboxAndAreLogged) {
  const auto script = Script::compile(R"(return {
      ["company.created"] = function(event)
        opsflux.log("info", event.name .. " " .. event.record.name .. " by " .. event.actor.name .. " try " .. event.attempt)
        if event.attempt < 2 then error("not yet") end
      end })",
                                      "triggers/review.lua");
  ASSERT_TRUE(script.has_value());
  const Trigger trigger{.module = "tiers", .script = *script};
  TriggerRunner runner(*database_, clock_, ids_);
  subscribe({{"tiers:triggers/review.lua", "tiers.company.created", [&](const Delivery& d) {
                QuietHost host;
                return runner.run(trigger, d, host);
              }}});
  start();
  Event event{.name = "tiers.company.created",
              .ordering_key = "c/1",
              .payload = {{"record", {{"name", "Aérogolfe"}}}},
              .actor = {}};
  event.actor.name = "Zoé";
  announce({event});
  ASSERT_TRUE(wait_until([&] { return counts().done == 1; }));
  TriggerLog log(*database_);
  const auto runs = log.list("tiers", 10);
  ASSERT_TRUE(runs.has_value()) << describe(runs.error());
  ASSERT_EQ(runs->size(), 2u);
  EXPECT_EQ((*runs)[0].state + (*runs)[1].state, "donefailed") << "newest first";
  EXPECT_EQ((*runs)[1].error.at("code"), "lua.error");
  EXPECT_EQ((*runs)[1].error.at("line"), "4");
  EXPECT_EQ((*runs)[0].error, nullptr);
  EXPECT_EQ((*runs)[0].log,
            Json::parse(R"([{"level": "info", "text": "tiers.company.created Aérogolfe by Zoé try 2"}])"));
  EXPECT_EQ((*runs)[0].trigger, "triggers/review.lua");
  EXPECT_GT((*runs)[0].memory_bytes, 0);
  EXPECT_TRUE(log.list("other", 10)->empty());
  EXPECT_EQ(log.list("", 1)->size(), 1u);
  EXPECT_EQ(*log.prune(clock_.now() + 1'000'000'000), 2);
}

}  // namespace opsflux::automation
