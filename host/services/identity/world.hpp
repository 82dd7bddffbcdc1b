// A running identity service for tests: database, server, and a small HTTP client.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/base/executor.hpp"
#include "host/base/secret_box.hpp"
#include "host/base/text.hpp"
#include "host/http/server.hpp"
#include "host/services/i18n/problem.hpp"
#include "host/services/identity/identity.hpp"
#include "host/services/identity/manual_clock.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::identity {

struct Answer {
  int status = 0;
  std::string head, body;

  // A field's value; empty when it is not there.
  std::string field(std::string_view name) const {
    const std::string wanted = to_lower_ascii(name) + ":";
    for (const std::string_view line : split(head, '\n'))
      if (to_lower_ascii(line).starts_with(wanted)) return std::string(trim(line.substr(wanted.size())));
    return {};
  }
  Json json() const { return body.empty() ? Json() : Json::parse(body); }
  std::string code() const { return get_string_or(json(), "code", ""); }
  // The value of the cookie that was set; of the session's, under either of its names.
  std::string cookie(std::string_view name = kCookieName) const {
    for (const std::string_view one : {name, name == kCookieName ? kSecureCookieName : name}) {
      const std::string start = to_lower_ascii("set-cookie: " + std::string(one) + "=");
      for (const std::string_view line : split(head, '\n'))
        if (to_lower_ascii(line.substr(0, start.size())) == start)
          return std::string(line.substr(start.size(), line.find(';') - start.size()));
    }
    return {};
  }
};

struct Ask {
  std::string method, path;
  Json body = nullptr;
  std::vector<std::pair<std::string, std::string>> fields{};

  Ask&& with(std::string name, std::string value) && {
    fields.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
  Ask&& bearer(const std::string& token) && {
    return std::move(*this).with("Authorization", "Bearer " + token);
  }
  Ask&& cookie(const std::string& secret, std::string_view name = kCookieName) && {
    return std::move(*this).with("Cookie", std::string(name) + "=" + secret);
  }
  Ask&& web() && { return std::move(*this).with("X-Opsflux-Client", "web"); }
};

inline Answer send_to(std::uint16_t port, const Ask& ask) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  Answer answer;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd);
    return answer;
  }
  const std::string body = ask.body.is_null() ? "" : ask.body.dump();
  std::string text =
      ask.method + " " + ask.path + " HTTP/1.1\r\nHost: ops.example.org\r\nConnection: close\r\n";
  for (const auto& [name, value] : ask.fields) text += name + ": " + value + "\r\n";
  if (!body.empty()) text += "Content-Type: application/json\r\n";
  if (!body.empty() || ask.method != "GET") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n" + body;
  EXPECT_EQ(::send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  std::string got;
  char buffer[8192];
  for (ssize_t n; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
    got.append(buffer, static_cast<std::size_t>(n));
  ::close(fd);
  const auto end = got.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = got.substr(0, end);
  answer.body = got.substr(end + 4);
  answer.status = std::atoi(answer.head.c_str() + 9);
  return answer;
}

inline const std::filesystem::path kServices = std::filesystem::path(__FILE__).parent_path().parent_path();

// A database that is new and dropped at the end: SQLite in a folder, or PostgreSQL on the test server.
class TestDatabase {
 public:
  explicit TestDatabase(bool postgresql)
      : folder_(std::filesystem::temp_directory_path() / ("opsflux-identity-" + to_hex(random_bytes(6)))) {
    std::filesystem::create_directories(folder_);
    std::string url = "sqlite:" + (folder_ / "beside.db").string();
    if (postgresql) {
      const char* given = std::getenv("OPSFLUX_TEST_POSTGRESQL");
      if (given == nullptr)
        throw std::runtime_error("These tests need PostgreSQL: run tools/with-postgres <command>.");
      url = given;
    }
    store::DatabaseOptions options;
    options.url = url;
    beside_ = must(store::Database::open(options));
    scratch_.emplace(must(store::ScratchDatabase::create(*beside_, folder_)));
    reopen();
  }
  ~TestDatabase() {
    database_.reset();
    scratch_.reset();
    beside_.reset();
    std::filesystem::remove_all(folder_);
  }

  const std::filesystem::path& folder() const { return folder_; }
  store::Database& operator*() { return *database_; }
  store::Database* operator->() { return database_.get(); }
  void reopen() {
    database_.reset();
    store::DatabaseOptions options = scratch_->options();
    options.readers = 4;
    database_ = must(store::Database::open(options));
  }

  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
    return std::move(*result);
  }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<store::Database> beside_;
  std::optional<store::ScratchDatabase> scratch_;
  std::unique_ptr<store::Database> database_;
};

// The parameter: true for PostgreSQL.
class World : public ::testing::TestWithParam<bool> {
 protected:
  World() : database_(GetParam()) {
    auto set = TestDatabase::must(
        store::MigrationSet::from_folder(kServices / "identity/migrations", database_->dialect()));
    TestDatabase::must(store::MigrationRunner(*database_, clock_).up({"identity", false}, set));
    i18n::CatalogBuilder builder;
    must_do(builder.add_folder(kServices / "i18n/core", "", true, i18n::Audience::kEveryone));
    must_do(builder.add_folder(kServices / "identity/i18n", "identity", true, i18n::Audience::kEveryone));
    translator_.emplace(builder.build());
    options_.box = &box_;
    options_.sessions.idle_lifetime = options_.sessions.refresh_lifetime;
    options_.passwords = {.memory_bytes = 64 << 10, .passes = 1, .threads = 2, .max_queue = 32};
    start();
  }
  ~World() override { stop(); }

  void start() {
    identity_ = TestDatabase::must(Identity::open(
        *database_, clock_, ids_, options_, [this](store::Transaction&, const AuthEvent& event) {
          std::lock_guard lock(events_mutex_);
          events_.push_back({std::string(event.action), event.user_id, event.email, event.address, event.by});
        }));
    executor_.emplace("test", 4);
    auto routes = TestDatabase::must(http::RouteTable::create(identity_->routes()));
    http::ServerOptions options;
    options.workers = 2;
    options.executor = &*executor_;
    server_ = TestDatabase::must(http::Server::start(
        options, [routes] { return routes; },
        identity_->access_check(
            [](const Caller& caller, std::string_view) { return caller.role == kAdministrator; }),
        i18n::problem_writer(*translator_)));
  }
  void stop() {
    if (server_) server_->stop(std::chrono::seconds(5));
    if (executor_) executor_->stop();
    server_.reset();
    executor_.reset();
    if (identity_) identity_->stop();
    if (database_->options().url.size() > 0) database_->stop();
    identity_.reset();
  }
  // The server ends and starts again on the same database.
  void restart() {
    stop();
    database_.reopen();
    start();
  }

  Answer ask(const Ask& what) { return send_to(server_->port(), what); }
  Answer log_in(const std::string& email, const std::string& password) {
    return ask({"POST", "/api/v1/auth/login", {{"email", email}, {"password", password}}});
  }
  Answer log_in_web(const std::string& email, const std::string& password) {
    return ask(Ask{"POST", "/api/v1/auth/login", {{"email", email}, {"password", password}}}.web());
  }
  Answer me(const std::string& access_token) {
    return ask(Ask{"GET", "/api/v1/auth/me"}.bearer(access_token));
  }
  Answer me_web(const std::string& secret) { return ask(Ask{"GET", "/api/v1/auth/me"}.cookie(secret)); }
  Answer refresh(const std::string& token) {
    return ask({"POST", "/api/v1/auth/refresh", {{"refresh_token", token}}});
  }
  Answer refresh_web(const std::string& secret) {
    return ask(Ask{"POST", "/api/v1/auth/refresh"}.cookie(secret).web());
  }

  // A user with a password, made directly in the database.
  User add_user(const std::string& email, const std::string& password, const std::string& role = "user") {
    const User user{ids_.next(), email, "Name of " + email, role, "en", "auto", "compact", true};
    const std::string hash = TestDatabase::must(identity_->passwords().hash_now(password));
    must_do(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(insert_user(transaction, user, clock_.now(), ""));
      return store_password_hash(transaction, user.id, hash, clock_.now());
    }));
    return user;
  }
  void sql(std::string_view text, std::vector<std::string> values = {}) {
    std::vector<store::Value> bound(values.begin(), values.end());
    must_do(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute(text, bound));
      return {};
    }));
  }
  std::int64_t count(std::string_view text) {
    std::int64_t out = -1;
    must_do(database_->read([&](store::Session& session) -> Result<void> {
      TRY(session.query_one(text, {}, [&](const store::Row& row) { out = row.i64(0); }));
      return {};
    }));
    return out;
  }
  std::size_t told(std::string_view action) {
    std::lock_guard lock(events_mutex_);
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(), [&](const Told& t) { return t.action == action; }));
  }
  static void must_do(Result<void> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
  }
  static std::string text_of(const Answer& answer, const char* key) {
    return get_string_or(answer.json(), key, "");
  }

  struct Told {
    std::string action, user_id, email, address, by;
  };

  ManualClock clock_;
  IdSource ids_{clock_};
  IdentityOptions options_;
  TestDatabase database_;
  const SecretBox box_ = TestDatabase::must(SecretBox::open(database_.folder() / "instance.key"));
  std::optional<i18n::Translator> translator_;
  std::mutex events_mutex_;
  std::vector<Told> events_;
  std::unique_ptr<Identity> identity_;
  std::optional<Executor> executor_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace opsflux::identity
