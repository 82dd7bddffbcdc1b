// The modules that the shell and the bundles of modules share at run time through one import map.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** Bare name in an import → name of the file that holds it. */
export const sharedNames = {
  react: "react",
  "react/jsx-runtime": "react-jsx-runtime",
  "react-dom": "react-dom",
  "react-dom/client": "react-dom-client",
  "@opsflux/ui": "opsflux-ui",
};

export const uiSource = fileURLToPath(new URL("../../../sdk/web/src/index.ts", import.meta.url));

const prefix = "virtual:shared/";

/** The entry for a bare name. React is CommonJS, whose names have to be written out to become exports. */
function entrySource(name) {
  if (name === "@opsflux/ui") return `export * from ${JSON.stringify(uiSource)};`;
  const names = Object.keys(require(name)).filter((key) => key !== "default" && key !== "__esModule");
  return [
    `import * as all from ${JSON.stringify(name)};`,
    "const module = all.default ?? all;",
    `export const { ${names.join(", ")} } = module;`,
    "export default module;",
  ].join("\n");
}

/** Resolves `virtual:shared/<bare name>`, both when building and for the development server. */
export function sharedEntries() {
  return {
    name: "opsflux-shared-entries",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load: (id) => (id.startsWith(`\0${prefix}`) ? entrySource(id.slice(prefix.length + 1)) : undefined),
  };
}

export const sharedInput = Object.fromEntries(
  Object.entries(sharedNames).map(([name, file]) => [file, `${prefix}${name}`]),
);

export const sha256 = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

export const importMapText = (imports) => JSON.stringify({ imports });

/** The import map and early hints for its files, in front of every other script of the page. */
export function importMapTags(imports) {
  return [
    {
      tag: "script",
      attrs: { type: "importmap" },
      children: importMapText(imports),
      injectTo: "head-prepend",
    },
    ...Object.values(imports).map((href) => ({
      tag: "link",
      attrs: { rel: "modulepreload", href },
      injectTo: "head",
    })),
  ];
}
