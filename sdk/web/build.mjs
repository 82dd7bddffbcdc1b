#!/usr/bin/env node
// Builds the front end of a module to one ES module (index.js) and, when it has styles, index.css.
//
//   node sdk/web/build.mjs <folder of the front end> <output folder>
//
// The entry is src/index.tsx or index.tsx (or .ts) in that folder. React and @opsflux/ui stay imports: the host
// provides them by its import map. Other libraries that the module brings are bundled into its file.
import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";

/** The modules that the host shares; a bundle must not carry a copy. */
export const shared = ["react", "react/jsx-runtime", "react-dom", "react-dom/client", "@opsflux/ui"];

const entries = ["src/index.tsx", "src/index.ts", "index.tsx", "index.ts"];

/** The Vite configuration for a module's front end, for those who want to start Vite themselves. */
export function moduleConfig(root, outDir) {
  const entry = entries.map((name) => resolve(root, name)).find((path) => existsSync(path));
  if (!entry) throw new Error(`no entry in ${root}: expected one of ${entries.join(", ")}`);
  return {
    root,
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      sourcemap: false,
      cssCodeSplit: false,
      lib: { entry, formats: ["es"], fileName: () => "index.js", cssFileName: "index" },
      rolldownOptions: {
        external: shared,
        output: { codeSplitting: false },
      },
    },
  };
}

async function main() {
  const [root, outDir] = process.argv.slice(2);
  if (!root || !outDir) {
    console.error("usage: node build.mjs <folder of the front end> <output folder>");
    process.exit(2);
  }
  try {
    await build(moduleConfig(resolve(root), resolve(outDir)));
  } catch (error) {
    console.error(`${root}: ${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] && pathToFileURL(realpathSync(process.argv[1])).href === pathToFileURL(fileURLToPath(import.meta.url)).href)
  await main();
