#include "host/automation/dispatcher.hpp"

#include <nlohmann/json.hpp>
#include <random>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace opsflux::automation {
namespace {

constexpr int kPages = 8;  // of due rows looked through for one subscriber in a round
constexpr std::chrono::milliseconds kAfterFailure{1'000};

double random_share() {
  thread_local std::mt19937_64 generator(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Text for a column: UTF-8, no NUL, not without end.
std::string storable(std::string text) {
  constexpr std::size_t kMost = 2'000;
  if (!is_utf8(text)) return "an error whose text is not UTF-8";
  std::replace(text.begin(), text.end(), '\0', ' ');
  if (text.size() <= kMost) return text;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

Dispatcher::Dispatcher(store::Database& database, Outbox& outbox, const Clock& clock,
                       SubscriptionSource source, DispatcherOptions options)
    : database_(database),
      clock_(clock),
      source_(std::move(source)),
      options_(std::move(options)),
      shards_(std::max<std::size_t>(1, options_.threads - 1)),
      signal_(outbox.signal()),
      executor_("outbox", std::max<std::size_t>(1, options_.threads)),
      thread_([this] { run(); }) {}

Dispatcher::~Dispatcher() { stop(); }

void Dispatcher::stop() {
  stopping_ = true;
  signal_->raise();
  if (thread_.joinable()) thread_.join();
  executor_.stop();
}

void Dispatcher::run() {
  bool recovered = false;
  while (!stopping_) {
    std::chrono::milliseconds wait = kAfterFailure;
    if (!recovered) {
      const auto result = recover();
      recovered = result.has_value();
      if (!recovered) log::error("outbox.recover_failed", result.error());
    }
    if (recovered) {
      const auto result = round();
      if (result)
        wait = *result;
      else
        log::error("outbox.round_failed", result.error());
    }
    if (!stopping_) signal_->wait(wait);
  }
}

Result<void> Dispatcher::recover() {
  TRY(database_.write_now([this](store::Transaction& transaction) { return take_back(transaction); }));
  return load_held();
}

// Rows that a killed process was at. The first of an ordering key may have been begun, so its attempt counts;
// the ones behind it were only claimed. A row that kills the process every time ends as a dead letter.
Result<void> Dispatcher::take_back(store::Transaction& transaction) {
  const std::string now = format_utc(clock_.now());
  TRY(transaction.execute(
      "UPDATE core_outbox SET attempts = attempts - 1 WHERE state = 'running' AND ordering_key <> '' AND "
      "EXISTS ("
      "SELECT 1 FROM core_outbox e WHERE e.state = 'running' AND e.subscriber = core_outbox.subscriber "
      "AND e.ordering_key = core_outbox.ordering_key AND e.id < core_outbox.id)"));
  TRY_ASSIGN(dead, transaction.execute("UPDATE core_outbox SET state = 'dead', finished_at = $1, last_error "
                                       "= 'the process ended while it ran' "
                                       "WHERE state = 'running' AND attempts >= $2",
                                       {now, options_.max_attempts}));
  TRY_ASSIGN(back,
             transaction.execute(
                 "UPDATE core_outbox SET state = 'pending', next_at = $1 WHERE state = 'running'", {now}));
  if (dead + back > 0) log::warn("outbox.taken_back", {{"pending", back}, {"dead", dead}});
  return {};
}

Result<void> Dispatcher::load_held() {
  std::map<HeldKey, Held> held;
  TRY(database_.read([&](store::Session& session) {
    return session.query(
        "SELECT id, subscriber, ordering_key, next_at FROM core_outbox WHERE state = 'pending' AND attempts "
        "> 0 AND ordering_key <> '' ORDER BY id",
        {}, [&](const store::Row& row) {
          held.try_emplace({row.string(1), row.string(2)}, Held{row.string(0), row.string(3)});
          return true;
        });
  }));
  const std::lock_guard lock(mutex_);
  held_ = std::move(held);
  return {};
}

Result<std::chrono::milliseconds> Dispatcher::round() {
  const auto subscriptions = source_();
  if (subscriptions == nullptr || subscriptions->subscribers().empty()) return options_.poll;
  {
    // Before the table is read, and not looked at again in this round: a lane that ends meanwhile would have
    // some of its rows passed over and later ones taken.
    const std::lock_guard lock(mutex_);
    busy_in_round_ = busy_;
  }
  const std::string now = format_utc(clock_.now());
  std::vector<Lane> lanes;
  std::vector<std::pair<std::string, std::string>> postponed;
  const auto look = [&](store::Session& session) -> Result<void> {
    for (const std::string& subscriber : subscriptions->subscribers())
      TRY(collect(session, subscriber, now, lanes, postponed));
    return {};
  };
  TRY(database_.read(look));
  if (!lanes.empty() || !postponed.empty()) TRY(claim(lanes, postponed));
  const bool more = std::any_of(lanes.begin(), lanes.end(),
                                [&](const Lane& lane) { return lane.rows.size() >= options_.batch; });
  for (Lane& lane : lanes) start(std::move(lane));
  // A lane that ends raises the signal, so a full table is gone through without waiting.
  if (more) return options_.poll;
  return until_next(*subscriptions);
}

Result<void> Dispatcher::collect(store::Session& session, const std::string& subscriber,
                                 const std::string& now, std::vector<Lane>& lanes,
                                 std::vector<std::pair<std::string, std::string>>& postponed) {
  Place last{"0001-01-01T00:00:00.000000Z", ""};
  for (int page = 0; page < kPages; ++page) {
    std::size_t at_work = 0;
    for (std::size_t shard = 0; shard < shards_; ++shard)
      at_work += busy_in_round_.contains({subscriber, shard}) ||
                 std::any_of(lanes.begin(), lanes.end(), [&](const Lane& lane) {
                   return lane.subscriber == subscriber && lane.shard == shard;
                 });
    if (at_work == shards_) return {};
    TRY_ASSIGN(rows, due(session, subscriber, now, last));
    for (Claimed& row : rows) assign(std::move(row), lanes, postponed);
    if (last.id.empty()) return {};
  }
  return {};
}

// A page of what is due behind `last`, which is moved on, to an empty one behind the end. Rows of lanes at
// work are passed over.
Result<std::vector<Dispatcher::Claimed>> Dispatcher::due(store::Session& session,
                                                         const std::string& subscriber,
                                                         const std::string& now, Place& last) {
  std::vector<Claimed> rows;
  std::optional<Error> broken;
  const std::size_t page = options_.batch * shards_;
  std::size_t seen = 0;
  Place end;
  const auto read = [&](const store::Row& row) {
    ++seen;
    end = {row.string(7), row.string(0)};
    if (busy_in_round_.contains({subscriber, shard_of(row.text(3), row.text(0))})) return true;
    auto payload = parse_json(row.text(4)), actor = parse_json(row.text(5));
    if (!payload || !actor) {
      broken = payload ? actor.error() : payload.error();
      return false;
    }
    const std::int64_t attempt = row.i64(6) + 1;
    rows.push_back({.delivery = {.id = row.string(0),
                                 .event_id = row.string(1),
                                 .event = row.string(2),
                                 .subscriber = subscriber,
                                 .ordering_key = row.string(3),
                                 .payload = std::move(*payload),
                                 .actor = caller_from_json(*actor),
                                 .attempt = attempt,
                                 .last_attempt = attempt >= options_.max_attempts,
                                 .created_at = row.string(8)},
                    .next_at = row.string(7)});
    return true;
  };
  TRY(
      session.query("SELECT id, event_id, event, ordering_key, payload, actor, attempts, next_at, created_at "
                    "FROM core_outbox "
                    "WHERE state = 'pending' AND subscriber = $1 AND next_at <= $2 AND (next_at, id) > ($3, "
                    "$4) ORDER BY next_at, id LIMIT $5",
                    {subscriber, now, last.next_at, last.id, static_cast<std::int64_t>(page)}, read));
  if (broken) return fail(std::move(*broken));
  last = seen < page ? Place{} : end;
  return rows;
}

std::size_t Dispatcher::shard_of(std::string_view ordering_key, std::string_view id) const {
  return std::hash<std::string_view>()(ordering_key.empty() ? id : ordering_key) % shards_;
}

// Puts a due row into its lane, unless the lane is at work or full, or the row waits behind one that failed.
void Dispatcher::assign(Claimed row, std::vector<Lane>& lanes,
                        std::vector<std::pair<std::string, std::string>>& postponed) {
  const Delivery& delivery = row.delivery;
  const std::size_t shard = shard_of(delivery.ordering_key, delivery.id);
  if (busy_in_round_.contains({delivery.subscriber, shard})) return;
  {
    const std::lock_guard lock(mutex_);
    const auto held = held_.find({delivery.subscriber, delivery.ordering_key});
    if (!delivery.ordering_key.empty() && held != held_.end() && delivery.id > held->second.id &&
        held->second.until > row.next_at) {
      postponed.emplace_back(delivery.id, held->second.until);
      return;
    }
  }
  auto lane = std::find_if(lanes.begin(), lanes.end(), [&](const Lane& l) {
    return l.shard == shard && l.subscriber == delivery.subscriber;
  });
  if (lane == lanes.end())
    lane = lanes.insert(lanes.end(), Lane{.subscriber = delivery.subscriber, .shard = shard, .rows = {}});
  if (lane->rows.size() < options_.batch) lane->rows.push_back(std::move(row));
}

Result<void> Dispatcher::claim(std::vector<Lane>& lanes,
                               const std::vector<std::pair<std::string, std::string>>& postponed) {
  return database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    for (const auto& [id, until] : postponed)
      TRY(transaction.execute("UPDATE core_outbox SET next_at = $2 WHERE id = $1 AND state = 'pending'",
                              {id, until}));
    for (const Lane& lane : lanes) TRY(claim(transaction, lane));
    return {};
  });
}

Result<void> Dispatcher::claim(store::Transaction& transaction, const Lane& lane) const {
  std::vector<store::Value> ids;
  std::string places;
  for (std::size_t i = 0; i < options_.batch; ++i) {  // always as many, so that one text is prepared
    ids.emplace_back(std::string_view(lane.rows[std::min(i, lane.rows.size() - 1)].delivery.id));
    places += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
  }
  TRY_ASSIGN(changed, transaction.execute("UPDATE core_outbox SET state = 'running', attempts = attempts + 1 "
                                          "WHERE state = 'pending' AND id IN (" +
                                              places + ")",
                                          ids));
  if (changed == static_cast<std::int64_t>(lane.rows.size())) return {};
  return fail(Error::internal("outbox.claimed_twice", "A delivery was taken by somebody else.")
                  .because(lane.subscriber));
}

void Dispatcher::start(Lane lane) {
  // One ordering key keeps its order; next_at may have brought a later row before an earlier one.
  std::sort(lane.rows.begin(), lane.rows.end(),
            [](const Claimed& a, const Claimed& b) { return a.delivery.id < b.delivery.id; });
  {
    const std::lock_guard lock(mutex_);
    busy_.insert(lane.key());
    for (const Claimed& row : lane.rows)
      if (const auto held = held_.find({lane.subscriber, row.delivery.ordering_key});
          held != held_.end() && held->second.id == row.delivery.id)
        held_.erase(held);
  }
  auto shared = std::make_shared<Lane>(std::move(lane));
  if (executor_.post([this, shared] { work(*shared); })) return;
  give_back(shared->rows);
  const std::lock_guard lock(mutex_);
  busy_.erase(shared->key());
}

Result<std::chrono::milliseconds> Dispatcher::until_next(const Subscriptions& subscriptions) {
  std::string next;
  const auto look = [&](store::Session& session) -> Result<void> {
    for (const std::string& subscriber : subscriptions.subscribers()) {
      TRY(
          session.query_one("SELECT next_at FROM core_outbox WHERE state = 'pending' AND subscriber = $1 "
                            "ORDER BY next_at, id LIMIT 1",
                            {subscriber}, [&](const store::Row& row) {
                              // What is due already belongs to a lane at work, which wakes us.
                              if (next.empty() || row.text(0) < next) next = row.string(0);
                            }));
    }
    return {};
  };
  TRY(database_.read(look));
  const auto at = next.empty() ? std::nullopt : parse_utc(next);
  if (!at) return options_.poll;
  const auto wait = std::chrono::milliseconds((*at - clock_.now()) / 1'000'000 + 1);
  return wait <= std::chrono::milliseconds(1) ? kAfterFailure : std::min(wait, options_.poll);
}

void Dispatcher::work(Lane& lane) {
  std::vector<Claimed> rest = std::move(lane.rows);
  while (!rest.empty()) {
    // Taken anew for each row, so that a module that is being removed is let go soon.
    const auto subscriptions = source_();
    if (stopping_ || subscriptions == nullptr || !subscriptions->has(lane.subscriber)) {
      give_back(rest);
      break;
    }
    Delivery delivery = std::move(rest.front().delivery);
    rest.erase(rest.begin());
    if (options_.judge && !delivery.actor.system) options_.judge(delivery.actor);
    finish(delivery, deliver(*subscriptions, delivery), rest);
  }
  {
    const std::lock_guard lock(mutex_);
    busy_.erase(lane.key());
  }
  signal_->raise();
}

Result<void> Dispatcher::deliver(const Subscriptions& subscriptions, const Delivery& delivery) {
  const Subscription* subscription = subscriptions.find(delivery.subscriber, delivery.event);
  // The subscriber is there but does not listen to this event any more: for a person to decide.
  if (subscription == nullptr)
    return fail(Error::invalid("outbox.no_listener", "The subscriber no longer listens to this event."));
  try {
    return subscription->handler(delivery);
  } catch (const std::exception& e) {
    return fail(Error::internal("outbox.handler_threw", "The subscriber failed.").because(e.what()));
  } catch (...) {
    return fail(Error::internal("outbox.handler_threw", "The subscriber failed."));
  }
}

void Dispatcher::finish(const Delivery& delivery, const Result<void>& result, std::vector<Claimed>& rest) {
  const std::string now = format_utc(clock_.now());
  if (result) {
    return write_until_done(
        [&](store::Transaction& transaction) -> Result<void> {
          TRY(transaction.execute(
              "UPDATE core_outbox SET state = 'done', finished_at = $2, last_error = NULL WHERE id = $1",
              {delivery.id, now}));
          return {};
        },
        "done");
  }
  const std::string error = storable(opsflux::describe(result.error()));
  const bool dead = delivery.last_attempt || result.error().code == "outbox.no_listener";
  log::warn(dead ? "outbox.dead" : "outbox.failed", {{"id", delivery.id},
                                                     {"event", delivery.event},
                                                     {"subscriber", delivery.subscriber},
                                                     {"attempt", delivery.attempt},
                                                     {"error", error}});
  if (dead) {
    return write_until_done(
        [&](store::Transaction& transaction) -> Result<void> {
          TRY(transaction.execute(
              "UPDATE core_outbox SET state = 'dead', finished_at = $2, last_error = $3 WHERE id = $1",
              {delivery.id, now, error}));
          return {};
        },
        "dead");
  }
  const std::string next = retry_time(delivery.attempt);
  write_until_done(
      [&](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.execute(
            "UPDATE core_outbox SET state = 'pending', next_at = $2, last_error = $3 WHERE id = $1",
            {delivery.id, next, error}));
        return {};
      },
      "retry");
  if (delivery.ordering_key.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    held_[{delivery.subscriber, delivery.ordering_key}] = {delivery.id, next};
  }
  const auto behind = std::stable_partition(rest.begin(), rest.end(), [&](const Claimed& row) {
    return row.delivery.ordering_key != delivery.ordering_key;
  });
  for (auto row = behind; row != rest.end(); ++row) row->next_at = next;
  give_back({std::make_move_iterator(behind), std::make_move_iterator(rest.end())});
  rest.erase(behind, rest.end());
}

// Claimed and not begun: as if never claimed. Each keeps its next_at, so that none is overtaken.
void Dispatcher::give_back(const std::vector<Claimed>& rows) {
  if (rows.empty()) return;
  write_until_done(
      [&](store::Transaction& transaction) -> Result<void> {
        for (const Claimed& row : rows)
          TRY(
              transaction.execute("UPDATE core_outbox SET state = 'pending', attempts = attempts - 1, "
                                  "next_at = $2 WHERE id = $1 AND state = 'running'",
                                  {row.delivery.id, row.next_at}));
        return {};
      },
      "give_back");
}

// What happened must reach the table, or the next rows of the key would overtake. When the database is gone
// for good, the row stays running and is taken back at the next start: a repeat, not a loss.
void Dispatcher::write_until_done(const store::WriteWork& work, std::string_view what) {
  for (;;) {
    const auto written = database_.write_now(work);
    if (written) return;
    log::error("outbox.write_failed", written.error());
    if (stopping_ || written.error().code == "store.stopped") {
      log::warn("outbox.left_running", {{"what", what}});
      return;
    }
    std::this_thread::sleep_for(kAfterFailure);
  }
}

std::string Dispatcher::retry_time(std::int64_t attempt) {
  const double share = options_.random ? options_.random() : random_share();
  const auto doublings = std::min<std::int64_t>(attempt - 1, 30);
  const double longest = static_cast<double>(options_.max_delay.count());
  const double delay = std::min(longest, static_cast<double>(options_.first_delay.count()) *
                                             static_cast<double>(std::int64_t{1} << doublings));
  return format_utc(clock_.now() + static_cast<std::int64_t>(delay * (0.8 + 0.4 * share)) * 1'000'000);
}

}  // namespace opsflux::automation
