import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { evidenceHtml } from "../../adapters/evidence/evidence-html.js";
import { ada, addAda, openAccountableWorld, type AccountableWorld } from "../adapters/evidence/support/accountable-world.js";
import { axeFindings, startChromium, watchedPage, type WatchedPage } from "./support/chromium.js";

/** What is left of A4 and of US Letter between the margins that browsers print with, in CSS pixels. */
const PAPERS = [718, 740];

describe("the evidence of a request in a browser", function () {
  this.timeout(60_000);
  let browser: Browser;
  let watched: WatchedPage;
  let world: AccountableWorld;
  let path: string;

  before(async () => {
    browser = await startChromium();
    world = await openAccountableWorld();
    addAda(world, 2);
    const planned = await world.dsr.plan("acme", { identifier: ada(), reference: "T-9", operator: "Olga" });
    const { request } = await world.dsr.delete(planned.plan!.id, planned.plan!.confirm);
    const { records } = await world.dsr.evidence(request.id);
    path = join(world.directory, "evidence.html");
    writeFileSync(path, evidenceHtml(records, (await world.dsr.exportEvidence(request.id)).checkpoint));
    watched = await watchedPage(browser);
    await watched.open(path);
  });
  after(async () => {
    await watched?.context.close();
    await browser?.close();
    await world?.end();
  });

  it("is printed with nothing cut off at the edge of the paper", async () => {
    await watched.page.emulateMedia({ media: "print" });
    for (const width of PAPERS) {
      await watched.page.setViewportSize({ width, height: 1000 });
      expect(await watched.page.evaluate(() => document.documentElement.scrollWidth), `at ${width}`).to.be.at.most(width);
    }
    expect(await watched.page.evaluate(() => getComputedStyle(document.querySelector("thead")!).display), "repeated on each sheet").to.equal("table-header-group");
    expect((await watched.page.pdf({ format: "A4" })).length).to.be.greaterThan(5_000);
  });

  it("gives axe nothing to find, and sets nothing off", async () => {
    await watched.page.emulateMedia({ media: "screen" });
    expect(await axeFindings(watched.page)).to.deep.equal([]);
    expect(await watched.incidents()).to.deep.equal([]);
  });
});
