import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { importMapTags, sharedEntries, sharedNames, uiSource } from "./scripts/shared_modules.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const local = (path) => fileURLToPath(new URL(path, import.meta.url));

export const sharedAlias = [{ find: /^@opsflux\/ui$/, replacement: uiSource }];

/** A library of Radix that writes a style element into the page, which the content security policy forbids. */
const alias = [
  { find: /^react-remove-scroll$/, replacement: local("src/shared/ui/vendor/remove_scroll.tsx") },
];

/** What must run before the first paint: a small classic script of its own, since inline scripts are forbidden. */
function bootScript() {
  const source = readFileSync(local("src/boot.js"), "utf8");
  const name = `assets/boot-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.js`;
  const tag = (src) => [{ tag: "script", attrs: { src }, injectTo: "head" }];
  return {
    name: "opsflux-boot-script",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: name, source });
    },
    transformIndexHtml: (_html, context) => tag(context.server ? "/src/boot.js" : `/${name}`),
  };
}

function importMap(imports) {
  return {
    name: "opsflux-import-map",
    transformIndexHtml: { order: "post", handler: () => importMapTags(imports) },
  };
}

export function shellConfig({ outDir, imports }) {
  return {
    root,
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    plugins: [react(), tailwindcss(), bootScript(), importMap(imports)],
    resolve: { alias },
    build: {
      outDir,
      emptyOutDir: false,
      target: "es2022",
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1600,
      rolldownOptions: { external: Object.keys(sharedNames) },
    },
  };
}

/** For `vite` (a development server in front of a running host) and for Vitest. */
export default defineConfig(() => {
  const virtual = Object.fromEntries(
    Object.keys(sharedNames).map((name) => [name, `/@id/__x00__virtual:shared/${name}`]),
  );
  const host = process.env.OPSFLUX_ADDRESS ?? "http://127.0.0.1:8080";
  return {
    root,
    publicDir: false,
    plugins: [react(), tailwindcss(), sharedEntries(), bootScript(), importMap(virtual)],
    resolve: { alias: [...alias, ...sharedAlias], dedupe: ["react", "react-dom"] },
    server: { proxy: { "/api": host, "/modules": host }, fs: { allow: ["../.."] } },
    test: { environment: "jsdom", include: ["src/**/*_test.{ts,tsx}"], setupFiles: ["src/test_setup.ts"] },
  };
});
