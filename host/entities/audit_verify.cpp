// Walks the chain of the audit trail from its anchor to its head.
#include "host/base/text.hpp"
#include "host/entities/audit_row.hpp"
#include "host/store/database.hpp"

namespace opsflux::entities {
namespace {

constexpr std::int64_t kPiece = 2000;          // rows of one read
constexpr std::int64_t kLookedThrough = 2000;  // rows behind a break, for the one that belongs there

Result<void> break_at(Audit::Verdict& verdict, std::int64_t seq, std::string id, std::string_view reason) {
  verdict.intact = false;
  verdict.broken_seq = seq;
  verdict.broken_id = std::move(id);
  verdict.reason = reason;
  return {};
}

}  // namespace

struct Audit::Walk {
  Verdict verdict;
  AuditMark anchor, head;
  std::int64_t seq = 0;  // the last that holds
  std::string hash;
  std::int64_t last = 0;  // the last sealed row that was there at the beginning
};

// The marks and the end, as one moment saw them. False when they tell enough already.
Result<bool> Audit::begin_walk(store::Database& database, Walk& walk) const {
  bool head_genuine = false, anchor_genuine = false, has_head = false;
  TRY(database.read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(head, find_mark(session, "head", head_genuine));
    TRY_ASSIGN(anchor, find_mark(session, "anchor", anchor_genuine));
    has_head = head.has_value();
    walk.anchor = anchor.value_or(AuditMark{0, std::string(kAuditGenesis), {}, 0});
    walk.head = head.value_or(walk.anchor);
    walk.last = walk.anchor.seq;
    TRY(session.query_one("SELECT max(seq) FROM core_audit", {}, [&](const store::Row& row) {
      if (!row.is_null(0)) walk.last = row.i64(0);
    }));
    TRY(session.query_one("SELECT count(*) FROM core_audit WHERE seq IS NULL", {},
                          [&](const store::Row& row) { walk.verdict.unsealed = row.i64(0); }));
    return {};
  }));
  walk.seq = walk.anchor.seq;
  walk.hash = walk.anchor.hash;
  walk.verdict.removed = walk.anchor.removed;
  if (!anchor_genuine)
    TRY(break_at(walk.verdict, 0, "", "anchor_wrong"));
  else if (!has_head)
    TRY(break_at(walk.verdict, 0, "", "head_missing"));
  else if (!head_genuine || key_.empty())
    TRY(break_at(walk.verdict, 0, "", "head_wrong"));
  return walk.verdict.intact;
}

namespace {

struct Found {
  std::int64_t seq = 0;  // 0: nothing is wrong
  std::string id, reason;
};

// Whether a row behind the break is the one that belongs at its place: then rows have changed places.
Result<bool> stands_further_on(store::Session& session, std::int64_t seq, std::string_view previous,
                               std::string_view hash_at_place) {
  bool found = false;
  TRY(session.query(
      "SELECT " + std::string(kAuditColumns) + ", hash FROM core_audit WHERE seq > $1 ORDER BY seq LIMIT $2",
      {seq, kLookedThrough}, [&](const store::Row& row) {
        const std::string hash = audit_hash(previous, audit_text(row));
        found = hash == row.text(kAuditColumnCount) || hash == hash_at_place;
        return !found;
      }));
  return found;
}

}  // namespace

// One piece of the chain. False at its end or at a break.
Result<bool> Audit::walk_on(store::Database& database, Walk& walk) const {
  Found found;
  bool more = false;
  const Walk begin = walk;
  TRY(database.read([&](store::Session& session) -> Result<void> {
    walk = begin;
    found = {};
    more = false;
    std::string hash_at_place;
    TRY(session.query("SELECT " + std::string(kAuditColumns) +
                          ", seq, hash FROM core_audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3",
                      {walk.seq, walk.last, kPiece}, [&](const store::Row& row) {
                        const std::int64_t seq = row.i64(kAuditColumnCount);
                        const std::string hash = audit_hash(walk.hash, audit_text(row));
                        if (seq != walk.seq + 1)
                          found = {walk.seq + 1, row.string(0), "removed"};
                        else if (hash != row.text(kAuditColumnCount + 1))
                          found = {seq, row.string(0), "altered"};
                        hash_at_place = row.string(kAuditColumnCount + 1);
                        if (found.seq != 0) return false;
                        walk.seq = seq;
                        walk.hash = hash;
                        ++walk.verdict.sealed;
                        if (seq == walk.head.seq && hash != walk.head.hash) {
                          found = {seq, row.string(0), "rewritten"};
                          return false;
                        }
                        if (seq > walk.head.seq) {
                          found = {seq, row.string(0), "appended"};
                          return false;
                        }
                        more = true;
                        return true;
                      }));
    if (found.reason != "altered") return {};
    TRY_ASSIGN(reordered, stands_further_on(session, found.seq, walk.hash, hash_at_place));
    if (reordered) found.reason = "reordered";
    return {};
  }));
  if (found.seq != 0) {
    TRY(break_at(walk.verdict, found.seq, found.id, found.reason));
    return false;
  }
  return more;
}

Result<Audit::Verdict> Audit::verify(store::Database& database) const {
  for (;;) {
    Walk walk;
    TRY_ASSIGN(goes_on, begin_walk(database, walk));
    if (!goes_on) return walk.verdict;
    for (bool more = true; more;) {
      TRY_ASSIGN(another, walk_on(database, walk));
      more = another;
    }
    if (walk.verdict.intact && walk.seq < walk.head.seq)
      TRY(break_at(walk.verdict, walk.seq + 1, "", walk.seq == walk.last ? "tail_removed" : "removed"));
    if (walk.verdict.intact) return walk.verdict;
    // Old rows that were removed meanwhile are no break: from the new anchor on, then.
    Walk now;
    TRY_ASSIGN(unused, begin_walk(database, now));
    static_cast<void>(unused);
    if (now.anchor.seq == walk.anchor.seq) return walk.verdict;
  }
}

}  // namespace opsflux::entities
