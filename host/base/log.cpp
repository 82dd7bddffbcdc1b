#include "host/base/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "host/base/json_writer.hpp"

namespace opsflux::log {
namespace {

struct State {
  std::shared_ptr<spdlog::logger> logger;
  Format format = Format::kText;
};

spdlog::level::level_enum to_spdlog(Level level) {
  return static_cast<spdlog::level::level_enum>(level == Level::kOff ? spdlog::level::off
                                                                     : static_cast<int>(level));
}

// The logger is process-wide by nature (it owns the process's standard error); configure() swaps it
// while threads may be writing, hence the atomic pointer.
std::atomic<std::shared_ptr<const State>>& state() {
  static std::atomic<std::shared_ptr<const State>> instance = [] {
    auto initial = std::make_shared<State>();
    initial->logger =
        std::make_shared<spdlog::logger>("opsflux", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    initial->logger->set_pattern("%v");
    return std::shared_ptr<const State>(std::move(initial));
  }();
  return instance;
}

const char* level_name(Level level) {
  static constexpr const char* kNames[] = {"trace", "debug", "info", "warn", "error", "off"};
  return kNames[static_cast<int>(level)];
}

std::string utc_now() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now - seconds).count();
  const std::time_t t = std::chrono::system_clock::to_time_t(seconds);
  std::tm tm{};
  gmtime_r(&t, &tm);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", tm.tm_year + 1900, tm.tm_mon + 1,
                     tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, micros);
}

std::string as_json(Level level, std::string_view event, Fields fields) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .key("time")
      .string(utc_now())
      .key("level")
      .string(level_name(level))
      .key("event")
      .string(event);
  for (const Field& field : fields) {
    json.key(field.key);
    std::visit(
        [&](const auto& value) {
          using T = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<T, std::string_view>)
            json.string(value);
          else if constexpr (std::is_same_v<T, bool>)
            json.boolean(value);
          else
            json.number(value);
        },
        field.value);
  }
  json.end_object();
  return out;
}

// Control characters and quotes are escaped as in JSON, so that input cannot forge a second line.
void append_text(std::string& out, std::string_view value) {
  const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7f;
  });
  if (plain)
    out += value;
  else
    append_json_string(out, value);
}

std::string as_text(Level level, std::string_view event, Fields fields) {
  std::string out = fmt::format("{} {:<5} {}", utc_now(), level_name(level), event);
  for (const Field& field : fields) {
    out += ' ';
    out += field.key;
    out += '=';
    std::visit(
        [&](const auto& value) {
          using T = std::decay_t<decltype(value)>;
          if constexpr (std::is_same_v<T, std::string_view>)
            append_text(out, value);
          else
            out += fmt::format("{}", value);
        },
        field.value);
  }
  return out;
}

}  // namespace

Result<void> configure(const Options& options) {
  auto next = std::make_shared<State>();
  try {
    spdlog::sink_ptr sink;
    if (options.file.empty())
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    else
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
    next->logger = std::make_shared<spdlog::logger>("opsflux", std::move(sink));
  } catch (const std::exception& e) {
    return fail(Error::invalid("log.cannot_open", "The log file cannot be opened.")
                    .at(options.file)
                    .because(e.what()));
  }
  next->logger->set_pattern("%v");
  next->logger->set_level(to_spdlog(options.level));
  next->logger->flush_on(spdlog::level::info);
  next->format = options.format;
  state().store(std::move(next));
  return {};
}

bool enabled(Level level) { return state().load()->logger->should_log(to_spdlog(level)); }

void write(Level level, std::string_view event, Fields fields) {
  const std::shared_ptr<const State> current = state().load();
  if (!current->logger->should_log(to_spdlog(level))) return;
  const std::string line =
      current->format == Format::kJson ? as_json(level, event, fields) : as_text(level, event, fields);
  current->logger->log(to_spdlog(level), spdlog::string_view_t(line));
}

void flush() { state().load()->logger->flush(); }

void error(std::string_view event, const Error& error) {
  write(Level::kError, event,
        {{"code", error.code}, {"field", error.field}, {"message", error.message}, {"detail", error.detail}});
}
void warn(std::string_view event, const Error& error) {
  write(Level::kWarn, event,
        {{"code", error.code}, {"field", error.field}, {"message", error.message}, {"detail", error.detail}});
}

}  // namespace opsflux::log
