#!/usr/bin/env node
// Installs the packages of a folder as its package-lock.json says, and only when they are not there already:
//   node install.mjs <folder>...
// Several builds may share one source tree, so the caller holds a lock (flock) around this.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

for (const folder of process.argv.slice(2)) {
  const wanted = createHash("sha256").update(readFileSync(join(folder, "package-lock.json"))).digest("hex");
  const stamp = join(folder, "node_modules", ".opsflux-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) continue;
  const done = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, stdio: "inherit" });
  if (done.status !== 0) {
    console.error(`npm ci failed in ${folder}: the packages of the web application could not be installed`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
