// An authenticator application, by RFC 6238 and apart from the server's own.
import { createHmac } from "node:crypto";
import { pause } from "./server.mjs";

const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function bytesOf(base32) {
  let bits = "";
  for (const sign of base32.replaceAll(" ", "")) bits += signs.indexOf(sign).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

/** What it shows now, or some steps of thirty seconds away; with time left to type it in. */
export async function codeOf(secret, away = 0) {
  const left = 30_000 - (Date.now() % 30_000);
  if (left < 8_000) await pause(left);
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + away));
  const digest = createHmac("sha1", bytesOf(secret)).update(step).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
