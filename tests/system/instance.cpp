#include "tests/system/instance.hpp"

#include <signal.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "host/base/text.hpp"

namespace opsflux::system_test {
namespace fs = std::filesystem;
namespace {

constexpr int kPatience = 60'000;  // ms; the machine may be busy

std::string postgresql_url() {
  const char* given = std::getenv("OPSFLUX_TEST_POSTGRESQL");
  if (given == nullptr)
    throw std::runtime_error("These tests need PostgreSQL: run tools/with-postgres <command>.");
  return given;
}

std::string psql(const std::string& url, const std::string& statement) {
  const Outcome done = run({"psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statement});
  if (done.exit_code != 0) throw std::runtime_error("psql: " + statement + ": " + done.err);
  return done.out;
}

std::string with_database(const std::string& url, const std::string& name) {
  return url.substr(0, url.rfind('/') + 1) + name;
}

std::string lines_of(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  return join(lines, "\n");
}

constexpr const char* kSqliteObjects = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name";
constexpr const char* kPostgresqlObjects =
    "SELECT table_schema, table_name, column_name, data_type, is_nullable FROM information_schema.columns "
    "WHERE table_schema = 'public' OR table_schema LIKE 'm\\_%' ORDER BY 1, 2, ordinal_position; "
    "SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' OR schemaname LIKE "
    "'m\\_%' ORDER BY 1, 2; "
    "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'm\\_%' ORDER BY 1";

}  // namespace

std::vector<std::string> entries(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(folder, ec))
    out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

std::string read_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return std::move(bytes).str();
}

fs::path package_file(const std::string& name) {
  if (name == "tiers") return fs::path(OPSFLUX_PACKAGES) / "tiers-1.0.0.zip";
  return fs::path(OPSFLUX_SYSTEM_PACKAGES) / (name + ".zip");
}

TempFolder::TempFolder() : path_(fs::temp_directory_path() / ("opsflux-system-" + to_hex(random_bytes(6)))) {
  fs::create_directories(path_);
}
TempFolder::~TempFolder() {
  std::error_code ec;
  fs::remove_all(path_, ec);
}

Instance::Instance() : data_(folder_.path() / "data"), name_("opsflux_system_" + to_hex(random_bytes(6))) {
  fs::create_directories(data_ / "trusted-keys");
  fs::copy_file(fs::path(OPSFLUX_KEYS) / "local.key.json", data_ / "trusted-keys" / "local.key.json");
  if (!on_postgresql()) {
    url_ = "sqlite:" + (data_ / "opsflux.db").string();
    return;
  }
  psql(postgresql_url(), "CREATE DATABASE " + name_);
  url_ = with_database(postgresql_url(), name_);
}

Instance::~Instance() {
  server_.reset();
  if (!on_postgresql()) return;
  try {
    psql(postgresql_url(), "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    const std::string roles =
        psql(postgresql_url(),
             "SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'opsflux_" + name_ + "_m_')");
    for (const std::string_view role : split(roles, '\n'))
      if (!role.empty()) psql(postgresql_url(), "DROP ROLE " + std::string(role));
  } catch (const std::exception&) {
    // The cluster is thrown away anyway.
  }
}

Environment Instance::environment() const {
  return {{"OPSFLUX_ADMIN_EMAIL", kAdminEmail},
          {"OPSFLUX_ADMIN_PASSWORD", kPassword},
          {"OPSFLUX_SETTING__IDENTITY__ANONYMOUS_REQUESTS", "0"},  // tests ask fast
          {"OPSFLUX_ARGON2_MEMORY", "8MiB"},
          {"OPSFLUX_ARGON2_PASSES", "1"},
          {"OPSFLUX_SETTING__IDENTITY__SECOND_FACTOR_ROLES", "[]"}};
}

std::vector<std::string> Instance::command(std::vector<std::string> words) const {
  words.insert(words.begin(), OPSFLUX_PROGRAM);
  words.insert(words.end(), {"--data", data_.string(), "--database", url_});
  return words;
}

Outcome Instance::cli(std::vector<std::string> words) const {
  return run(command(std::move(words)), environment());
}

void Instance::start(const Environment& more, const std::vector<std::string>& flags) {
  Environment all = environment();
  for (const auto& [name, value] : more) all[name] = value;
  std::vector<std::string> words = {"serve", "--port", "0"};
  words.insert(words.end(), flags.begin(), flags.end());
  server_.reset();
  server_ = std::make_unique<Child>(command(words), all);
  const std::string mark = "serves at http://127.0.0.1:";
  if (!server_->wait_for_output(mark, kPatience) || !server_->wait_for_output("\n", kPatience))
    throw std::runtime_error("the server does not start: " + server_->out() + server_->err());
  const std::string& out = server_->out();
  port_ = static_cast<std::uint16_t>(std::atoi(out.c_str() + out.find(mark) + mark.size()));
  if (!token_.empty()) return;
  token_ = log_in(kAdminEmail, kPassword);
  const Answer english = request("PATCH", "/api/v1/auth/me", to_text({{"language", "en"}}));
  if (english.status != 200) throw std::runtime_error("no English: " + english.text());
}

std::string Instance::log() const {
  server_->wait(300);  // reads meanwhile
  return server_->out() + server_->err();
}

int Instance::stop() {
  server_->signal(SIGTERM);
  if (!server_->wait(kPatience)) throw std::runtime_error("the server does not stop: " + server_->err());
  return server_->exit_code();
}

void Instance::kill() {
  server_->signal(SIGKILL);
  server_->wait(kPatience);
}

Answer Instance::send(const std::string& token, const std::string& method, const std::string& path,
                      const std::string& body,
                      std::vector<std::pair<std::string, std::string>> fields) const {
  if (!token.empty()) fields.emplace_back("Authorization", "Bearer " + token);
  const bool typed = std::any_of(fields.begin(), fields.end(),
                                 [](const auto& field) { return field.first == "Content-Type"; });
  if (!body.empty() && !typed) fields.emplace_back("Content-Type", "application/json");
  return send_to(port_, {method, path, body, std::move(fields)});
}

Answer Instance::request(const std::string& method, const std::string& path, const std::string& body,
                         std::vector<std::pair<std::string, std::string>> fields) const {
  return send(token_, method, path, body, std::move(fields));
}

Answer Instance::post(const std::string& path, const Json& body) const {
  return request("POST", path, to_text(body));
}

Answer Instance::as(const std::string& token, const std::string& method, const std::string& path,
                    const Json& body) const {
  return send(token, method, path, body.is_null() ? "" : to_text(body), {});
}
Answer Instance::anonymous(const std::string& method, const std::string& path, const Json& body) const {
  return as("", method, path, body);
}

std::string Instance::log_in(const std::string& email, const std::string& password) const {
  const Answer answer = anonymous("POST", "/api/v1/auth/login", {{"email", email}, {"password", password}});
  if (answer.status != 200) throw std::runtime_error("no log-in: " + answer.text());
  return get_string_or(answer.json(), "access_token", "");
}

Answer Instance::upload_bytes(const std::string& bytes) const {
  return request("POST", "/api/v1/modules", bytes, {{"Content-Type", "application/zip"}});
}

Answer Instance::approve(const std::string& digest) const {
  const Answer plan = get("/api/v1/modules/plans/" + digest);
  const Json document = plan.json();
  const Json risks = document.is_object() ? document.value("accept_required", Json::array()) : Json::array();
  return post("/api/v1/modules/plans/" + digest + "/approve", {{"accept", risks}});
}

Json Instance::finished(const Answer& started) const {
  if (started.status == 0) return {{"state", "lost"}};
  if (started.status != 202) throw std::runtime_error("no operation: " + started.text());
  const std::string path = "/api/v1/modules/operations/" + get_string_or(started.json(), "id", "");
  for (int i = 0; i < kPatience / 20; ++i) {
    const Answer now = get(path);
    if (now.status == 0) return {{"state", "lost"}};
    if (now.status != 200) throw std::runtime_error("no operation: " + now.text());
    if (Json operation = now.json(); get_string_or(operation, "state", "") != "running") return operation;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("the operation does not end: " + get(path).text());
}

void Instance::install(const std::string& package) const {
  const Answer plan = upload(package);
  if (plan.status != 201) throw std::runtime_error("no plan of " + package + ": " + plan.text());
  const Json done = finished(approve(get_string_or(plan.json(), "digest", "")));
  if (get_string_or(done, "state", "") != "done") throw std::runtime_error("not installed: " + to_text(done));
}

Json Instance::operation(const std::string& verb, const std::string& module, const Json& body) const {
  return finished(post("/api/v1/modules/" + module + "/" + verb, body));
}

std::vector<std::string> Instance::modules() const {
  const Answer answer = get("/api/v1/modules");
  if (answer.status != 200) throw std::runtime_error("no list of modules: " + answer.text());
  std::vector<std::string> out;
  const Json document = answer.json();
  for (const Json& module : document.value("data", Json::array()))
    out.push_back(get_string_or(module, "id", "") + " " + get_string_or(module, "version", "") + " " +
                  get_string_or(module, "state", ""));
  std::sort(out.begin(), out.end());
  return out;
}

std::string Instance::sql(const std::string& statement) const {
  if (on_postgresql()) return psql(url_, statement);
  const Outcome done = run({"sqlite3", "-cmd", ".timeout 20000", (data_ / "opsflux.db").string(), statement});
  if (done.exit_code != 0) throw std::runtime_error("sqlite3: " + statement + ": " + done.err);
  return done.out;
}

std::string Instance::picture() const {
  std::string out = sql(on_postgresql() ? kPostgresqlObjects : kSqliteObjects);
  out += sql(
      "SELECT id, version, digest, state, previous_version, previous_digest FROM core_module ORDER BY id");
  out += sql("SELECT module, version, digest FROM core_module_version ORDER BY module, version");
  out += sql("SELECT owner, number, name, checksum FROM core_migration ORDER BY owner, number");
  return out + "folders: " + lines_of(folders()) + "\nleftovers: " + lines_of(leftovers());
}

std::vector<std::string> Instance::folders() const { return entries(data_ / "modules"); }

std::vector<std::string> Instance::leftovers() const {
  std::vector<std::string> out;
  for (const char* folder : {"uploads", "tmp", "spool"})
    for (const std::string& name : entries(data_ / folder)) out.push_back(std::string(folder) + "/" + name);
  return out;
}

}  // namespace opsflux::system_test
