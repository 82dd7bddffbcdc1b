// Workbooks from XML written by hand, so that the server cannot read only what it has written itself.
import { execFileSync } from "node:child_process";

const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

const packer = `import io, json, sys, zipfile
made = io.BytesIO()
with zipfile.ZipFile(made, "w") as archive:
    for name, text in json.load(sys.stdin).items():
        archive.writestr(name, text)
sys.stdout.buffer.write(made.getvalue())`;

const relations = (all) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all
    .map(([id, type, target]) => `<Relationship Id="${id}" Type="${types}/${type}" Target="${target}"/>`)
    .join("")}</Relationships>`;

/** Its sheets by name, each as the elements of its <sheetData>. */
export function workbook(sheets) {
  const all = Object.entries(sheets);
  const listed = all.map(([name], n) => `<sheet name="${name}" sheetId="${n + 1}" r:id="s${n}"/>`).join("");
  const parts = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relations([["a", "officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml": `<workbook ${main} xmlns:r="${types}"><sheets>${listed}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations(all.map((_, n) => [`s${n}`, "worksheet", `${n}.xml`])),
  };
  all.forEach(([, rows], n) => {
    parts[`xl/${n}.xml`] = `<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`;
  });
  return execFileSync("python3", ["-c", packer], { input: JSON.stringify(parts) });
}
