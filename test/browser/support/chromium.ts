import { AxeBuilder } from "@axe-core/playwright";
import { existsSync } from "node:fs";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const HINT = "Chromium is missing. On Debian: apt-get update && apt-get install -y chromium. Elsewhere: set CHROMIUM to its path.";
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export async function startChromium(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) throw new Error(HINT);
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

/** A page that notices whatever should not happen on it. */
export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Goes to a file and waits until it is loaded. */
  open(path: string): Promise<void>;
  /** From now on links may be followed to any page of that folder. */
  letFollow(folder: string): void;
  /** Everything that went wrong since the last look: scripts that ran, dialogs, requests asked for or sent, windows, errors, refusals of the policy. */
  incidents(): Promise<readonly string[]>;
}

export async function watchedPage(browser: Browser): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
  const page = await context.newPage();
  const seen: string[] = [];
  let expected = "";
  let folder: string | undefined;
  const isExpected = (url: string): boolean => url.split("#")[0] === expected || (folder !== undefined && url.startsWith(folder));
  // The browser tells of a request before its policy stops it; only what gets here would leave.
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (isExpected(url)) return route.continue();
    seen.push(`sent ${url}`);
    return route.abort();
  });
  context.on("request", (request) => {
    if (!isExpected(request.url())) seen.push(`request ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("popup", () => seen.push("window"));
  page.on("websocket", () => seen.push("websocket"));
  page.on("pageerror", (error) => seen.push(`error ${error.message}`));
  page.on("console", (message) => seen.push(`console ${message.text()}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.log(`policy refused ${event.effectiveDirective} ${event.blockedURI}`));
  });
  return {
    page,
    context,
    open: async (path) => {
      expected = new URL(`file://${path}`).href.split("#")[0] ?? "";
      await page.goto(`file://${path}`, { waitUntil: "load" });
    },
    letFollow: (path) => {
      folder = new URL(`file://${path}/`).href;
    },
    incidents: async () => {
      // One turn of the loop, so that what was set off has happened.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 20)));
      const ran = await page.evaluate(() => (window as unknown as { __ran?: number }).__ran);
      return [...seen.splice(0), ...(ran === undefined ? [] : [`ran ${ran}`])];
    },
  };
}

/** What axe finds wrong, by rule and place. In its legacy mode it takes half the time, and sees into no frame: these pages have none. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(" ")}`));
}
