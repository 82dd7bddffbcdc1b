// Builds the web application: node scripts/build.mjs [output folder]
//
// First the modules that are shared by import map, each a file of its own, then the shell, which imports those same
// files by their bare names. The import map has to stand in the page itself; csp.json carries the digest
// by which the server's content security policy allows it.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { sharedAlias, shellConfig } from "../vite.config.mjs";
import { compressFolder } from "./compress.mjs";
import { importMapText, sha256, sharedEntries, sharedInput, sharedNames } from "./shared_modules.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = resolve(process.argv[2] ?? join(root, "../../build/web"));
const next = `${target}.next`;

async function buildShared() {
  const result = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    plugins: [sharedEntries()],
    resolve: { alias: sharedAlias, dedupe: ["react", "react-dom"] },
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      outDir: join(next, "assets/shared"),
      emptyOutDir: true,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: sharedInput,
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  });
  const files = new Map(
    result.output.filter((chunk) => chunk.isEntry).map((chunk) => [chunk.name, chunk.fileName]),
  );
  return Object.fromEntries(
    Object.entries(sharedNames).map(([name, file]) => [name, `/assets/shared/${files.get(file)}`]),
  );
}

/** Puts the finished folder in place of the old one; nobody sees half of it for longer than two renames. */
function replace() {
  const old = `${target}.old`;
  rmSync(old, { recursive: true, force: true });
  if (readdirSync(resolve(target, "..")).includes(basename(target))) renameSync(target, old);
  renameSync(next, target);
  rmSync(old, { recursive: true, force: true });
}

mkdirSync(resolve(target, ".."), { recursive: true });
rmSync(next, { recursive: true, force: true });
const imports = await buildShared();
await build(shellConfig({ outDir: next, imports }));
writeFileSync(
  join(next, "csp.json"),
  JSON.stringify({ "script-src-hashes": [sha256(importMapText(imports))] }),
);
await compressFolder(next);
replace();
