// The lines of an order: written, shown and judged with it.
import assert from "node:assert/strict";
import { becomes, field, logIn, shows, textOf } from "./support/acts.mjs";
import { Api } from "./support/api.mjs";
import { desktop, phone } from "./support/browser.mjs";
import { look } from "./support/look.mjs";
import { definitionsOnly } from "./support/packages.mjs";
import { story } from "./support/story.mjs";

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install(definitionsOnly("supply"));
  world.awa = await world.api.user("Awa Ndiaye", "trois pirogues bleues");
}

const save = (page) => page.getByRole("button", { name: "Enregistrer" }).first();
const line = (page, place) => page.getByRole("listitem", { name: `Ligne ${place}`, exact: true });
const inLine = (page, place, label) => line(page, place).getByLabel(new RegExp(`^${label}( \\*)?$`));
const add = (page) => page.getByRole("button", { name: "Nouvelle ligne" }).click();
const lines = (page) => page.getByRole("region", { name: "Lignes", exact: true });
const articles = (page) => lines(page).locator("tbody tr td:first-child").allInnerTexts();
const orders = async (world) => (await world.api.get("supply/orders")).data;

story("Parts of a record", { arrange }, (step) => {
  let page;

  step("an order is entered with its lines", async (world) => {
    page = await world.browser.person();
    await logIn(page, world.awa, "/supply/orders/new");
    await field(page, "Intitulé").fill("Atelier");
    await shows(page.getByText("Aucune ligne pour l’instant."));
    await add(page);
    await inLine(page, 1, "Article").fill("Tube");
    await inLine(page, 1, "Quantité").fill("3");
    await inLine(page, 1, "Prix").fill("10,50");
    await add(page);
    await inLine(page, 2, "Prix").fill("2,25");
    await save(page).click();
    await shows(line(page, 2), "Ce champ est obligatoire");
    assert.equal((await orders(world)).length, 0);
    await inLine(page, 2, "Article").fill("Vanne");
    await look(page, "130-parts-form");
    await save(page).click();
    await shows(page.getByRole("heading", { name: "Atelier" }));
    await becomes(() => articles(page), ["Tube", "Vanne"]);
    const shown = await textOf(lines(page));
    assert.match(shown, /31,50/);
    assert.match(await textOf(page.locator("dl").first()), /33,75/);
    await look(page, "131-parts");
  });

  step("lines are changed, moved, removed and added in one go", async (world) => {
    await page.getByRole("link", { name: "Modifier", exact: true }).first().click();
    await page.getByRole("button", { name: "Descendre Ligne 1" }).click();
    assert.equal(await inLine(page, 1, "Article").inputValue(), "Vanne");
    await inLine(page, 1, "Quantité").fill("4");
    await add(page);
    await inLine(page, 3, "Article").fill("Boulon");
    await page.getByRole("button", { name: "Retirer Ligne 2" }).click();
    await save(page).click();
    await becomes(() => articles(page), ["Vanne", "Boulon"]);
    const [order] = await orders(world);
    assert.equal(order.total, "9.00");
    assert.equal(order.number_of_lines, 2);
  });

  step("what breaks a rule of the whole is told, and nothing is half done", async (world) => {
    await page.getByRole("link", { name: "Modifier", exact: true }).first().click();
    await inLine(page, 1, "Prix").fill("99999");
    await save(page).click();
    await shows(page.getByText("Une commande vaut au plus 10 000 EUR."));
    assert.equal((await orders(world))[0].total, "9.00");
    await inLine(page, 1, "Prix").fill("1");
    await save(page).click();
    await shows(page.getByRole("heading", { name: "Atelier" }));
    await becomes(async () => (await orders(world))[0].total, "4.00");
  });

  step("two who change the lines at once are asked", async (world) => {
    await page.getByRole("link", { name: "Modifier", exact: true }).first().click();
    await inLine(page, 1, "Quantité").fill("7");
    const [order] = await orders(world);
    await world.api.post("supply/order_lines", { purchase: order.id, article: "Joint" });
    await save(page).click();
    const dialog = page.getByRole("dialog");
    await shows(dialog.getByText("2 lignes"));
    await shows(dialog.getByText("3 lignes"));
    await look(page, "132-parts-conflict");
    await dialog.getByLabel(/3 lignes/).check();
    await dialog.getByRole("button", { name: "Enregistrer" }).click();
    await becomes(() => articles(page), ["Vanne", "Boulon", "Joint"]);
  });

  step("on a phone the lines stand one below the other", async (world) => {
    await page.setViewportSize(phone);
    await page.goto(`/supply/orders/${(await orders(world))[0].id}/edit`);
    await shows(line(page, 3));
    await look(page, "133-parts-phone");
    await page.setViewportSize(desktop);
  });

  step("those who may not see the order see no line of it", async (world) => {
    const [order] = await orders(world);
    const other = await world.api.user("Marc Obiang", "trois pirogues bleues");
    const second = await world.browser.person();
    await logIn(second, other, `/supply/orders/${order.id}/edit`);
    await inLine(second, 1, "Quantité").fill("9");
    await save(second).click();
    await shows(second.getByText("Vous ne pouvez pas faire cela avec cet enregistrement", { exact: false }));
    assert.equal((await orders(world))[0].total, "4.00");
  });
});
