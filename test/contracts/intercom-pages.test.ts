import { expect } from "chai";
import { intercom } from "../../connectors/intercom/index.js";
import type { ConnectorContext } from "../../core/ports.js";
import { brokenRules, collectTests } from "./collect-tests.js";
import { intercomContractSandbox } from "./intercom-sandbox.js";

/** What of an answer says that there is more, taken out in place. */
type Shortened = (answer: any) => void;

const noNextPage: Shortened = ({ pages }) => { delete pages?.next; };

/** Lists that go on, each by its path, with what a connector that reads its beginning alone goes by. */
const LISTS: Readonly<Record<string, readonly [RegExp, Shortened]>> = {
  conversations: [/^\/conversations\/search$/, noNextPage],
  tickets: [/^\/tickets\/search$/, noNextPage],
  events: [/^\/events$/, noNextPage],
  "custom objects": [/^\/custom_object_instances\/[^/]+$/, noNextPage],
  companies: [/^\/contacts\/[^/]+\/companies$/, noNextPage],
  notes: [/^\/contacts\/[^/]+\/notes$/, noNextPage],
};

/** Intercom's connector, behind a line on which the vendor's answers are changed for its accesses. */
const behind = (change: (request: Request, answer: unknown) => unknown) => ({
  ...intercom,
  executor: (context: ConnectorContext) => intercom.executor({
    ...context,
    fetch: async (request) => {
      const response = await context.fetch(request.clone());
      if (!response.ok || !/json/.test(response.headers.get("content-type") ?? "")) return response;
      const answer: unknown = await response.json();
      await change(request, answer);
      return Response.json(answer, { status: response.status, headers: { "x-request-id": response.headers.get("x-request-id") ?? "" } });
    },
  }),
});

describe("the contract's Intercom", () => {
  /** The rules that are broken, of the one about pages alone. */
  const broken = async (connector: typeof intercom): Promise<readonly string[]> => {
    const tests = collectTests({ connector, sandbox: async () => intercomContractSandbox() });
    return [...(await brokenRules(tests.filter(({ rule }) => rule === "ACCESS-2"))).keys()];
  };

  for (const [list, [path, shortened]] of Object.entries(LISTS)) {
    it(`has more than one page of ${list}, so that reading the first alone is noticed`, async () => {
      const first = behind(({ url }, answer) => { if (path.test(new URL(url).pathname)) shortened(answer); });
      expect(await broken(first)).to.deep.equal(["ACCESS-2"]);
    }).timeout(60_000);
  }

  it("has calls in more conversations than can be asked about at once", async () => {
    let before = 0;
    const first = behind(async (request, answer: any) => {
      if (new URL(request.url).pathname !== "/calls/search") return;
      if (before === 20) answer.data = [];
      before = (await request.json()).conversation_ids.length;
    });
    expect(await broken(first)).to.deep.equal(["ACCESS-2"]);
  }).timeout(60_000);

  it("notices nothing where all is read", async () => {
    expect(await broken(behind(() => undefined))).to.deep.equal([]);
  }).timeout(60_000);
});
