import { expect } from "chai";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { temporaryHome, type TemporaryHome } from "../adapters/journal/temporary-home.js";
import { GAPS, richHeader, richPages, writeRich } from "../adapters/packages/rich-package.js";
import { samplePage, sampleRecord, stream } from "../adapters/packages/samples.js";
import { axeFindings, startChromium, watchedPage, type WatchedPage } from "./support/chromium.js";
import { hostileHeader, hostilePages, manyConversations } from "./support/package.js";
import { PAYLOADS } from "./support/payloads.js";

describe("a package in a browser", function () {
  this.timeout(180_000);
  let browser: Browser;
  let watched: WatchedPage;
  let home: TemporaryHome;
  let folder: string;
  let hostile: string;
  const write = async (name: string, options: Parameters<typeof writeRich>[1]): Promise<string> => (await writeRich(join(home.directory, name), options)).path;

  before(async () => {
    browser = await startChromium();
    home = temporaryHome();
    folder = await write("english", { pages: richPages(12) });
    hostile = await write("hostile", { header: hostileHeader("<b>\u202e".padEnd(200, "x")), pages: hostilePages() });
  });
  beforeEach(async () => {
    watched = await watchedPage(browser);
  });
  afterEach(() => watched.context.close());
  after(async () => {
    await browser?.close();
    await home?.remove();
  });

  for (const [language, name] of [["en", "index.html"], ["en", "conversations/2.html"], ["en", "conversations/13.html"], ["de", "index.html"], ["de", "conversations/1.html"]] as const) {
    it(`gives axe nothing to find: ${name} in ${language}`, async () => {
      const path = language === "en" ? folder : await write(language, { header: richHeader({ language, gaps: GAPS }), pages: richPages(12) });
      await watched.open(join(path, name));
      expect(await watched.page.evaluate(() => document.documentElement.lang)).to.equal(language);
      await watched.page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
      expect(await axeFindings(watched.page)).to.deep.equal([]);
    });
  }

  it("gives axe nothing to find where the texts are hostile, and on pages of records", async () => {
    const records = await write("records", { pages: stream(samplePage(Array.from({ length: 60 }, (_, n) => sampleRecord("tickets", `${n}`, { id: n, list: [{ text: "<b>" }], text: "x".repeat(5_000) })))) });
    const few = await write("few", { header: hostileHeader("<b>\u202e"), pages: hostilePages(PAYLOADS.slice(0, 12)) });
    for (const page of [join(few, "index.html"), join(few, "conversations/7.html"), join(records, "tickets/1.html")]) {
      await watched.open(page);
      expect(await axeFindings(watched.page), page).to.deep.equal([]);
    }
  });

  it("can be read with the keyboard: to the content, to the search, through the list, into a conversation and back", async () => {
    const { page } = watched;
    const focused = () => page.evaluate(() => ({ id: document.activeElement?.id, href: document.activeElement?.getAttribute("href") }));
    watched.letFollow(folder);
    await watched.open(join(folder, "index.html"));
    await page.keyboard.press("Tab");
    expect(await focused()).to.deep.include({ href: "#main" });
    expect((await page.locator(".skip").boundingBox())?.x, "the skip link shows").to.be.greaterThan(0);
    for (let n = 0; n < 40 && (await focused()).id !== "search-box"; n++) await page.keyboard.press("Tab");
    expect((await focused()).id).to.equal("search-box");
    await page.keyboard.type("subject 12");
    await page.locator("#search-found", { hasText: "1 of 13 shown" }).waitFor();
    await page.keyboard.press("Tab");
    const { href } = await focused();
    expect(href).to.match(/^conversations\/\d+\.html$/);
    await Promise.all([page.waitForURL(`**/${href}`), page.keyboard.press("Enter")]);
    expect(await page.locator("h1").textContent()).to.equal("Subject 12");
    await page.keyboard.press("Tab");
    expect(await focused()).to.deep.include({ href: "../index.html#category-conversations" });
    await Promise.all([page.waitForURL("**/index.html#category-conversations"), page.keyboard.press("Enter")]);
    for (const focus of await page.evaluate(() => [...document.querySelectorAll("a,input")].map((each) => (each as HTMLElement).tabIndex))) expect(focus).to.equal(0);
  });

  it("finds conversations by date, subject and number of parts, and says how many", async () => {
    const { page } = watched;
    await watched.open(join(folder, "index.html"));
    const search = async (text: string): Promise<readonly (string | null)[]> => {
      await page.locator("#search-found").evaluate((each) => (each.textContent = ""));
      await page.locator("#search-box").fill(text);
      await page.locator("#search-found:not(:empty)").waitFor();
      return page.locator("#conversation-list > li:not([hidden]) b").allTextContents();
    };
    expect(await search("2023-11-2")).to.have.length(7);
    expect(await search("SUBJECT 10")).to.deep.equal(["Subject 10"]);
    expect(await search(" 2023-11-25  subject")).to.deep.equal(["Subject 11"]);
    expect(await search("24 parts")).to.deep.equal(["Subject 12"]);
    expect(await search("incomplete")).to.deep.equal(["Subject 2"]);
    expect(await search(".*")).to.deep.equal([]);
    expect(await page.locator("#search-found").textContent()).to.equal("0 of 13 shown");
    expect(await search("")).to.have.length(13);
    expect(await watched.incidents()).to.deep.equal([]);
  });

  it("shows the whole list, and no box, where scripts are off", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`file://${join(folder, "index.html")}`);
    expect(await page.locator("#search-box").isVisible()).to.equal(false);
    expect(await page.locator("#conversation-list > li").count()).to.equal(13);
    await context.close();
  });

  it("is printed with what is missing, and without what only a screen can do", async () => {
    const { page } = watched;
    await watched.open(join(folder, "index.html"));
    await page.emulateMedia({ media: "print" });
    for (const text of ["What is incomplete", "500 of 700 are included", "What was not looked at"]) expect(await page.getByText(text).first().isVisible(), text).to.equal(true);
    for (const hidden of ["#search-box", ".skip", "nav"]) expect(await page.locator(hidden).first().isVisible(), hidden).to.equal(false);
    expect(await page.locator("#conversation-list > li").last().evaluate((each) => getComputedStyle(each).contentVisibility)).to.equal("visible");
    expect((await page.pdf()).length).to.be.greaterThan(10_000);
    await watched.open(join(folder, "conversations/1.html"));
    await page.emulateMedia({ media: "print" });
    expect(await page.getByText("Hello").first().isVisible()).to.equal(true);
  });

  it("can be read on a narrow screen, without scrolling sideways", async () => {
    for (const width of [320, 400, 1600]) {
      await watched.page.setViewportSize({ width, height: 800 });
      for (const name of ["index.html", "contacts/1.html", "conversations/3.html"]) {
        await watched.open(join(hostile, name));
        expect(await watched.page.evaluate(() => document.documentElement.scrollWidth), `${name} at ${width}`).to.be.at.most(width);
      }
    }
  });

  it("opens with 10,000 conversations within 2 s, and searches them at once", async () => {
    const path = await write("many", { pages: manyConversations(10_000) });
    const opening: number[] = [];
    const searching: number[] = [];
    for (let round = 0; round < 3; round++) {
      let started = performance.now();
      await watched.open(join(path, "index.html"));
      await watched.page.locator("h1").waitFor();
      opening.push(performance.now() - started);
      started = performance.now();
      await watched.page.locator("#search-box").fill("subject 9999");
      await watched.page.locator("#search-found", { hasText: "1 of 10000 shown" }).waitFor();
      searching.push(performance.now() - started);
    }
    expect(await watched.page.locator("#conversation-list > li").count()).to.equal(10_000);
    expect(Math.min(...opening), `opening: ${opening.map(Math.round).join(", ")} ms`).to.be.lessThan(2_000);
    expect(Math.min(...searching), `searching: ${searching.map(Math.round).join(", ")} ms`).to.be.lessThan(1_500);
  });
});
