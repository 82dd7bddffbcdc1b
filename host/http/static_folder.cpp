#include "host/http/static_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "host/base/text.hpp"

namespace opsflux::http {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kImmutable = "public, max-age=31536000, immutable";

// "index-B3x9_dQa.js": what Vite writes, at least eight characters of hash before the ending.
bool has_hash(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  const std::size_t dash = name.substr(0, dot).rfind(
      '-', dot == std::string_view::npos ? dot : dot - std::min<std::size_t>(dot, 8));
  if (dot == std::string_view::npos || dash == std::string_view::npos || dash == 0 || dot - dash < 9)
    return false;
  const std::string_view hash = name.substr(dash + 1, dot - dash - 1);
  return std::all_of(hash.begin(), hash.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
}

// What the client's Accept-Encoding says of one coding; q=0 is a no.
bool accepts(std::string_view list, std::string_view coding) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    if (trim(item.substr(0, semicolon)) != coding) continue;
    const std::size_t q = item.find("q=", semicolon);
    return q == std::string_view::npos ||
           item.substr(q + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

struct File {
  fs::path path;
  std::string tag;
  std::uint64_t size = 0;
  mutable std::once_flag read;
  mutable std::shared_ptr<const std::string> bytes;  // after `read`; null: it could not be read
};

struct Entry {
  std::string content_type;
  bool immutable = false;
  std::unique_ptr<File> plain, br, gz;
};

std::unique_ptr<File> describe_file(const fs::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return nullptr;
  auto file = std::make_unique<File>();
  file->path = path;
  file->size = static_cast<std::uint64_t>(info.st_size);
  char tag[64];
  std::snprintf(tag, sizeof tag, "%llx-%llx%09lx", static_cast<unsigned long long>(info.st_size),
                static_cast<unsigned long long>(info.st_mtim.tv_sec),
                static_cast<unsigned long>(info.st_mtim.tv_nsec));
  file->tag = tag;
  return file;
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

}  // namespace

struct StaticFolder::Impl {
  StaticOptions options;
  std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> entries;

  Result<Response> send(const File& file, const Entry& entry) const;
};

StaticFolder::StaticFolder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StaticFolder::~StaticFolder() = default;

Result<std::shared_ptr<const StaticFolder>> StaticFolder::open(const fs::path& root, StaticOptions options) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  std::error_code ec;
  fs::recursive_directory_iterator walk(root, ec);  // does not follow links to folders
  for (; !ec && walk != fs::recursive_directory_iterator(); walk.increment(ec)) {
    const std::string name = walk->path().lexically_relative(root).generic_string();
    if (walk->path().filename().string().starts_with(".")) {
      if (walk->is_directory(ec)) walk.disable_recursion_pending();
      continue;
    }
    std::unique_ptr<File> plain = describe_file(walk->path());
    if (!plain) continue;
    Entry& entry = impl->entries[name];
    entry.content_type = content_type_of(name);
    entry.immutable = options.all_immutable || has_hash(name);
    entry.br = describe_file(walk->path().string() + ".br");
    entry.gz = describe_file(walk->path().string() + ".gz");
    entry.plain = std::move(plain);
  }
  if (ec) return fail(file_error(ec.value(), root, "list"));
  return std::shared_ptr<const StaticFolder>(new StaticFolder(std::move(impl)));
}

bool StaticFolder::contains(std::string_view path) const {
  return impl_->entries.find(path) != impl_->entries.end();
}

Result<Response> StaticFolder::Impl::send(const File& file, const Entry& entry) const {
  const std::string_view cache = entry.immutable ? kImmutable : "no-cache";
  if (file.size > options.memory_file) return Response::file(file.path, entry.content_type, cache);
  std::call_once(file.read, [&] {
    if (auto text = read_file(file.path, options.memory_file))
      file.bytes = std::make_shared<const std::string>(std::move(*text));
  });
  if (!file.bytes) return Response::file(file.path, entry.content_type, cache);
  Response response = Response::shared(200, file.bytes, entry.content_type);
  response.header("Cache-Control", cache);
  response.etag(file.tag);
  return response;
}

Result<Response> StaticFolder::serve(std::string_view path, const Request& request) const {
  const auto found = impl_->entries.find(path);
  if (found == impl_->entries.end())
    return fail(Error::not_found("http.not_found", "There is nothing at this address."));
  const Entry& entry = found->second;
  const std::string_view accepted = request.header("accept-encoding").value_or("");
  const File* file = entry.plain.get();
  std::string_view coding;
  // A range counts bytes of the plain file.
  if (!request.header("range")) {
    if (entry.br && accepts(accepted, "br"))
      file = entry.br.get(), coding = "br";
    else if (entry.gz && accepts(accepted, "gzip"))
      file = entry.gz.get(), coding = "gzip";
  }
  TRY_ASSIGN(response, impl_->send(*file, entry));
  if (!coding.empty())
    response.header("Content-Encoding", coding).etag(file->tag + "-" + std::string(coding));
  if (entry.br || entry.gz) response.header("Vary", "Accept-Encoding");
  return response;
}

}  // namespace opsflux::http
