// Packages that a test needs and nobody ships: a next version, and packages with something wrong.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { build, tiersPackage } from "./server.mjs";

const source = resolve(import.meta.dirname, "..", "..", "..", "plugins", "tiers");
const made = mkdtempSync(join(tmpdir(), "opsflux-packages-"));
process.on("exit", () => rmSync(made, { recursive: true, force: true }));

const sdk = (...words) => execFileSync(join(build, "bin", "opsflux-sdk"), words, { encoding: "utf8" });
const place = (name) => join(made, name);

function written(name, bytes) {
  writeFileSync(place(name), bytes);
  return place(name);
}

/** The library says its version in its note and to the host; another one of the same length can stand there. */
function libraryOf(version) {
  const bytes = readFileSync(join(build, "modules", "tiers", "module.so"), "latin1");
  const other = bytes
    .replace("version=1.0.0;", `version=${version};`)
    .replace("\x001.0.0\x00", `\x00${version}\x00`);
  return written("module.so", Buffer.from(other, "latin1"));
}

function pack(folder, library, name) {
  const web = join(build, "modules", "tiers", "web");
  sdk("pack", "--module", folder, "--library", library, "--web", web, "--out", place(name));
  return place(name);
}

function changeJson(file, change) {
  const value = JSON.parse(readFileSync(file, "utf8"));
  change(value);
  writeFileSync(file, JSON.stringify(value, undefined, 2));
}

/** Tiers 1.1.0: companies have a nickname. */
export function nextTiers() {
  const folder = place("tiers");
  cpSync(source, folder, { recursive: true });
  changeJson(join(folder, "manifest.json"), (manifest) => (manifest.version = "1.1.0"));
  changeJson(join(folder, "entities", "company.json"), (company) => {
    company.fields.push({ name: "nickname", type: "text", max: 60 });
    company.views.form.sections[0].fields.push("nickname");
  });
  for (const [language, label] of Object.entries({
    fr: "Surnom",
    en: "Nickname",
    es: "Apodo",
    pt: "Alcunha",
  }))
    changeJson(join(folder, "i18n", `${language}.json`), (texts) => {
      texts["entity.company.field.nickname.label"] = label;
    });
  const step = (text) =>
    `-- What people call a company among themselves.\nALTER TABLE tiers_company ${text};\n`;
  writeFileSync(join(folder, "migrations", "002_add_nickname.up.sql"), step("ADD COLUMN nickname text"));
  writeFileSync(join(folder, "migrations", "002_add_nickname.down.sql"), step("DROP COLUMN nickname"));
  const zip = pack(folder, libraryOf("1.1.0"), "tiers-1.1.0.zip");
  sdk("sign", "--key", join(build, "keys", "local"), zip);
  return zip;
}

/** A module of the tests that is definitions, migrations and texts only. */
export function definitionsOnly(name) {
  const zip = place(`${name}.zip`);
  sdk("pack", "--module", join(import.meta.dirname, "..", "modules", name), "--out", zip);
  sdk("sign", "--key", join(build, "keys", "local"), zip);
  return zip;
}

/** The package as it is before somebody signs it. */
export function unsignedTiers() {
  return pack(source, join(build, "modules", "tiers", "module.so"), "unsigned.zip");
}

/** Signed, but by a key that the server does not know. */
export function strangersTiers() {
  sdk("keygen", "--out", place("stranger"), "--name", "Stranger");
  const zip = written("stranger.zip", readFileSync(unsignedTiers()));
  sdk("sign", "--key", place("stranger"), zip);
  return zip;
}

export const truncatedTiers = () => written("truncated.zip", readFileSync(tiersPackage).subarray(0, -2000));

export const notAPackage = () => written("letter.zip", "Bonjour, ceci est une lettre.\n".repeat(100));

/** The entries of a ZIP by its directory: name, the packed bytes, and the fields of the headers. */
function entriesOf(zip) {
  const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const nameLength = zip.readUInt16LE(at + 28);
    const head = Buffer.from(zip.subarray(at, at + 46));
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const data = local + 30 + nameLength;
    at += 46 + nameLength;
    return { name, head, bytes: zip.subarray(data, data + head.readUInt32LE(20)) };
  });
}

function zipOf(entries) {
  const locals = [];
  const directory = [];
  let at = 0;
  for (const { name, head, bytes } of entries) {
    const central = Buffer.from(head);
    central.writeUInt32LE(at, 42);
    const local = Buffer.concat([
      Buffer.from("PK\x03\x04"),
      central.subarray(6, 32),
      Buffer.from(name),
      bytes,
    ]);
    locals.push(local);
    directory.push(central, Buffer.from(name));
    at += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, list, end]);
}

/** A sound ZIP with the signature of the publisher, and one file that the publisher did not write. */
export function alteredTiers() {
  const content = Buffer.from('{"module.name": "Autre chose"}\n');
  const entries = entriesOf(readFileSync(tiersPackage)).map((entry) => {
    if (entry.name !== "i18n/fr.json") return entry;
    const head = Buffer.from(entry.head);
    const bytes = deflateRawSync(content, { level: 9 });
    const stored = bytes.length >= content.length;
    head.writeUInt16LE(stored ? 0 : 8, 10);
    head.writeUInt32LE(crc32(content), 16);
    head.writeUInt32LE(stored ? content.length : bytes.length, 20);
    head.writeUInt32LE(content.length, 24);
    return { ...entry, head, bytes: stored ? content : bytes };
  });
  return written("altered.zip", zipOf(entries));
}
