// Files of records: attached by drop, paste and choice, opened and removed; and fields that hold them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { becomes, field, gone, logIn, save, shows, toast, value } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { look } from "./support/look.mjs";
import { definitionsOnly } from "./support/packages.mjs";
import { story } from "./support/story.mjs";

const list = "/dossier/studies";
const studies = "dossier/studies";

// A red pixel.
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);
const pdf = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
const html = Buffer.from("<!DOCTYPE html><html><script>alert(1)</script></html>");

async function withStudies(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install(definitionsOnly("dossier"));
}

const panel = (page) => page.getByRole("region", { name: "Pièces jointes" });
const lines = (page) => panel(page).getByRole("listitem");
const linkNames = (page) => panel(page).getByRole("listitem").getByRole("link").allInnerTexts();

/** Drops files on an element, or pastes them there, as a browser does it. */
const give = (where, kind, files) =>
  where.evaluate(
    (element, [type, given]) => {
      const data = new DataTransfer();
      for (const { name, mimeType, bytes } of given)
        data.items.add(new File([Uint8Array.from(bytes)], name, { type: mimeType }));
      const event =
        type === "paste"
          ? new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data })
          : new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
      element.dispatchEvent(event);
    },
    [kind, files.map(({ name, mimeType, buffer }) => ({ name, mimeType, bytes: [...buffer] }))],
  );

const file = (name, mimeType, buffer) => ({ name, mimeType, buffer });

story("Files", { arrange: withStudies }, (step) => {
  let page;
  let study;

  step("a new record takes files in its fields, and shows them", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator, `${list}/new`);
    await field(page, "Intitulé").fill("Quai nord");
    const inputs = page.locator("form input[type=file]");
    await inputs.nth(0).setInputFiles(file("photo.png", "image/png", png));
    await shows(page.getByRole("button", { name: "Retirer photo.png" }));
    await inputs.nth(1).setInputFiles(file("contrat.pdf", "application/pdf", pdf));
    await shows(page.getByRole("button", { name: "Retirer contrat.pdf" }));
    await inputs
      .nth(2)
      .setInputFiles([file("un.txt", "text/plain", Buffer.from("un")), file("deux.txt", "text/plain", Buffer.from("deux"))]);
    for (const name of ["un.txt", "deux.txt"]) await shows(page.getByRole("button", { name: `Retirer ${name}` }));
    await look(page, "80-files-form");
    await save(page);
    await shows(page.getByRole("heading", { name: "Quai nord", level: 1 }));
    study = (await world.api.get(studies)).data[0];
    assert.equal(study._files.photo.name, "photo.png");
    assert.deepEqual(study._files.papers.map((paper) => paper.name).sort(), ["deux.txt", "un.txt"]);
    await shows(value(page, "Photo").locator("img"));
    await shows(value(page, "Contrat").getByRole("link", { name: "contrat.pdf" }));
  });

  step("files are attached by choice, by drop and by paste", async (world) => {
    await panel(page)
      .locator("input[type=file]")
      .setInputFiles([file("plan.png", "image/png", png), file("notice.pdf", "application/pdf", pdf)]);
    await becomes(async () => (await linkNames(page)).sort(), ["notice.pdf", "plan.png"]);
    await give(panel(page).locator("> div"), "drop", [file("posé.txt", "text/plain", Buffer.from("posé"))]);
    await shows(panel(page).getByRole("link", { name: "posé.txt" }));
    await give(page.locator("body"), "paste", [file("collé.png", "image/png", png)]);
    await shows(panel(page).getByRole("link", { name: "collé.png" }));
    await shows(lines(page).filter({ hasText: "plan.png" }).locator("img"));
    const attached = (await world.api.get(`${studies}/${study.id}/attachments`)).data;
    assert.equal(attached.length, 4);
    await shows(page.getByRole("complementary", { name: "Activité" }), "a joint collé.png");
    await look(page, "81-attachments");
  });

  step("what lies about its type is refused, and says so", async () => {
    await panel(page).locator("input[type=file]").setInputFiles(file("piège.png", "image/png", html));
    await shows(panel(page).getByRole("alert"), /piège\.png se dit image\/png/);
    await panel(page).getByRole("button", { name: "Oublier piège.png" }).click();
    await gone(panel(page).getByRole("alert"));
    assert.equal(await lines(page).count(), 4);
  });

  step("a file is saved under its name", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      panel(page).getByRole("link", { name: "posé.txt" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "posé.txt");
    assert.equal(readFileSync(await download.path(), "utf8"), "posé");
  });

  step("an attachment is removed after a question, and taken back", async (world) => {
    await panel(page).getByRole("button", { name: "Retirer posé.txt" }).click();
    const question = page.getByRole("dialog", { name: /^Retirer posé\.txt/ });
    await question.getByRole("button", { name: "Retirer posé.txt" }).click();
    await gone(question);
    await becomes(() => lines(page).count(), 3);
    await toast(page).getByRole("button", { name: "Annuler" }).click();
    await becomes(() => lines(page).count(), 4);
    assert.equal((await world.api.get(`${studies}/${study.id}/attachments`)).data.length, 4);
  });

  step("a form waits for a file that is still on its way", async (world) => {
    await page.goto(`${list}/${study.id}/edit`);
    // The file is held up, so that the form is sent meanwhile.
    let go;
    const held = new Promise((resolve) => {
      go = resolve;
    });
    await page.route("**/api/v1/files?*", async (route) => {
      await held;
      await route.continue();
    });
    await page.locator("form input[type=file]").nth(2).setInputFiles(file("tard.txt", "text/plain", Buffer.from("tard")));
    await shows(page.getByRole("status").filter({ hasText: "Envoi de tard.txt" }));
    await save(page);
    await shows(toast(page), "tard.txt est encore en route");
    go();
    await shows(page.getByRole("button", { name: "Retirer tard.txt" }));
    await page.unroute("**/api/v1/files?*");
    await save(page);
    await shows(value(page, "Papiers").getByRole("link", { name: "tard.txt" }));
    study = await world.api.get(`${studies}/${study.id}`);
    assert.equal(study._files.papers.length, 3);
  });

  step("a comment takes files with it", async () => {
    const talk = page.getByRole("region", { name: "Commentaires" });
    await talk.getByLabel("Écrire un commentaire").fill("Voyez le plan.");
    await talk.locator("input[type=file]").setInputFiles(file("croquis.png", "image/png", png));
    await shows(talk.getByRole("button", { name: "Retirer croquis.png" }));
    await talk.getByRole("button", { name: "Commenter" }).click();
    await shows(talk.getByRole("listitem").getByRole("link", { name: "croquis.png" }));
    assert.equal(await lines(page).count(), 4, "which are no attachments of the record");
  });

  step("a field's file is changed in its place", async (world) => {
    await value(page, "Contrat").hover();
    await page.getByRole("button", { name: "Modifier Contrat", exact: true }).click();
    const form = page.locator("dd form");
    await form.locator("input[type=file]").setInputFiles(file("contrat-2.pdf", "application/pdf", pdf));
    await shows(form.getByRole("button", { name: "Retirer contrat-2.pdf" }));
    await form.getByRole("button", { name: "Enregistrer" }).click();
    await shows(value(page, "Contrat").getByRole("link", { name: "contrat-2.pdf" }));
    study = await world.api.get(`${studies}/${study.id}`);
    assert.equal(study._files.contract.name, "contrat-2.pdf");
    await shows(page.getByRole("complementary", { name: "Activité" }), "contrat-2.pdf");
  });
});
