#include "host/entities/permission_names.hpp"

#include <mutex>
#include <string>
#include <unordered_map>

namespace opsflux::entities {

std::size_t permission_number(std::string_view id) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::size_t> numbers;
  const std::lock_guard lock(mutex);
  return numbers.try_emplace(std::string(id), numbers.size()).first->second;
}

}  // namespace opsflux::entities
