// SHA-256 of what comes in pieces.
#pragma once

#include <sodium.h>

#include <string>
#include <string_view>

#include "host/base/text.hpp"

namespace opsflux::package {

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view piece) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(piece.data()), piece.size());
    size_ += piece.size();
  }
  std::string hex() {  // once, at the end
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(&state_, reinterpret_cast<unsigned char*>(digest.data()));
    return to_hex(digest);
  }
  std::uint64_t size() const { return size_; }

 private:
  crypto_hash_sha256_state state_;
  std::uint64_t size_ = 0;
};

}  // namespace opsflux::package
