// Writes .br and .gz beside every file that gains from it, so that the server never compresses static files.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const textual = new Set([".js", ".css", ".html", ".svg", ".json"]);
const smallest = 1024;

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

export async function compressFolder(folder) {
  const paths = files(folder).filter((path) => textual.has(extname(path)) && statSync(path).size >= smallest);
  await Promise.all(
    paths.map(async (path) => {
      const bytes = readFileSync(path);
      const brotli = {
        params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      };
      writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, brotli));
      writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
    }),
  );
}
