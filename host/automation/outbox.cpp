#include "host/automation/outbox.hpp"

namespace opsflux::automation {

void OutboxSignal::raise() {
  {
    const std::lock_guard lock(mutex_);
    raised_ = true;
  }
  condition_.notify_all();
}

bool OutboxSignal::wait(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  const bool raised = condition_.wait_for(lock, at_most, [&] { return raised_; });
  raised_ = false;
  return raised;
}

Outbox::Outbox(store::Database& database, const Clock& clock, IdSource& ids)
    : database_(database), clock_(clock), ids_(ids) {}

Result<std::size_t> Outbox::enqueue(store::Transaction& transaction, const Subscriptions& subscriptions,
                                    const Event& event) {
  const auto listeners = subscriptions.listening_to(event.name);
  if (listeners.empty()) return std::size_t{0};
  if (!event.payload.is_object())
    return fail(Error::invalid("outbox.payload", "The payload of an event must be an object."));
  const std::string event_id = ids_.next();
  const std::string payload = to_text(event.payload), actor = to_text(caller_to_json(event.actor)),
                    now = format_utc(clock_.now()),
                    due = format_utc(std::max(clock_.now(), event.not_before));
  for (const Subscription* listener : listeners) {
    const std::string id = ids_.next();
    TRY(transaction.post(
        "INSERT INTO core_outbox (id, event_id, event, subscriber, ordering_key, payload, actor, state, "
        "attempts, next_at, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', 0, $8, $9)",
        {id, event_id, event.name, listener->id, event.ordering_key, payload, actor, due, now}));
  }
  transaction.on_commit([signal = signal_] { signal->raise(); });
  return listeners.size();
}

Result<void> Outbox::replay(std::string_view id) {
  const std::string now = format_utc(clock_.now());
  TRY(database_.write_now([&, id = std::string(id)](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(changed,
               transaction.execute(
                   "UPDATE core_outbox SET state = 'pending', attempts = 0, next_at = $2, finished_at = NULL "
                   "WHERE id = $1 AND state = 'dead'",
                   {id, now}));
    if (changed == 0)
      return fail(Error::not_found("outbox.not_dead", "There is no dead delivery with this number."));
    return {};
  }));
  signal_->raise();
  return {};
}

Result<std::vector<OutboxRow>> Outbox::select(std::string_view condition, store::Params params) {
  std::vector<OutboxRow> rows;
  const std::string sql =
      "SELECT id, event_id, event, subscriber, ordering_key, state, attempts, next_at, created_at, "
      "finished_at, last_error FROM core_outbox " +
      std::string(condition);
  TRY(database_.read([&](store::Session& session) {
    return session.query(sql, params, [&](const store::Row& row) {
      rows.push_back({.id = row.string(0),
                      .event_id = row.string(1),
                      .event = row.string(2),
                      .subscriber = row.string(3),
                      .ordering_key = row.string(4),
                      .state = row.string(5),
                      .attempts = row.i64(6),
                      .next_at = row.string(7),
                      .created_at = row.string(8),
                      .finished_at = row.string(9),
                      .last_error = row.string(10)});
      return true;
    });
  }));
  return rows;
}

Result<std::vector<OutboxRow>> Outbox::dead(std::size_t limit) {
  return select("WHERE state = 'dead' ORDER BY finished_at DESC, id DESC LIMIT $1",
                {static_cast<std::int64_t>(limit)});
}

Result<OutboxRow> Outbox::get(std::string_view id) {
  TRY_ASSIGN(rows, select("WHERE id = $1", {id}));
  if (rows.empty())
    return fail(Error::not_found("outbox.not_found", "There is no delivery with this number."));
  return std::move(rows.front());
}

Result<OutboxCounts> Outbox::counts() {
  OutboxCounts out;
  TRY(database_.read([&](store::Session& session) {
    return session.query("SELECT state, count(*) FROM core_outbox GROUP BY state", {},
                         [&](const store::Row& row) {
                           const std::string_view state = row.text(0);
                           (state == "pending"   ? out.pending
                            : state == "running" ? out.running
                            : state == "done"    ? out.done
                                                 : out.dead) = row.i64(1);
                           return true;
                         });
  }));
  return out;
}

Result<std::int64_t> Outbox::prune(UtcNs before) {
  std::int64_t removed = 0;
  TRY(database_.write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(count, transaction.execute("DELETE FROM core_outbox WHERE state = 'done' AND finished_at < $1",
                                          {format_utc(before)}));
    removed = count;
    return {};
  }));
  return removed;
}

}  // namespace opsflux::automation
