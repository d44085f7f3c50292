import { expect } from "chai";
import { createMemoryConnector } from "../../connectors/memory/connector.js";
import { RULES, type ContractSubject, type VendorSandbox } from "../../contracts/index.js";
import { textAt } from "../../core/answers.js";
import { rejectionOf } from "../core/thrown.js";
import { brokenRules, collectTests } from "./collect-tests.js";
import { executorOver, sabotaged, type Sabotage } from "./saboteurs/sabotage.js";

const REASON = "The vendor has no endpoint for it.";

/** Breaks AUTH-7, and claims an exemption from a rule. */
function exempt(rule: string, until: string, besides: Sabotage = {}) {
  return sabotaged(() => ({ manifest: (m) => ({ ...m, exemptions: [{ rule, reason: REASON, until }] }), auth: () => ({ revoke: async () => undefined }), ...besides }));
}

type Part = Exclude<keyof VendorSandbox, "addSubject">;

/** What a sandbox is without, and the rules that then prove nothing. */
const INCOMPLETE: readonly (readonly [what: string, without: (vendor: VendorSandbox) => VendorSandbox, rules: readonly string[]])[] = [
  ["`merge`", lacking("merge"), ["LOOKUP-14", "ACCESS-19", "DELETE-22", "DOUBT-16"]],
  ["`hide`", lacking("hide"), ["LOOKUP-10", "ACCESS-20", "DELETE-19"]],
  ["`employ`", lacking("employ"), ["LOOKUP-11"]],
  ["`files`", lacking("files"), ["ACCESS-12", "ACCESS-13", "ACCESS-14"]],
  ["`oauth`", lacking("oauth"), ["AUTH-5", "AUTH-6", "AUTH-8", "FAULT-6", "PRIVACY-4"]],
  ["`staff.write`", lacking("staff"), ["ACCESS-18", "ACCESS-23"]],
  ["`staff.note`", ({ staff, ...vendor }) => ({ ...vendor, staff: { ...(staff?.write && { write: staff.write }) } }), ["ACCESS-22"]],
  ["`staff.write` of whose texts any answer tells", ({ staff, ...vendor }) => ({ ...vendor, staff: { ...staff, write: () => undefined } }), ["ACCESS-18"]],
  ["`staff.note` of whose texts any answer tells", ({ staff, ...vendor }) => ({ ...vendor, staff: { ...staff, note: () => undefined } }), ["ACCESS-22"]],
  ["`related.add`", lacking("related"), ["SCOPE-12", "ACCESS-17", "DELETE-15", "DELETE-16", "DELETE-17"]],
  ["`related.add` that plants a record for several people", related({ add: (add) => (category, people, text) => (people.length > 1 ? undefined : add(category, people, text)) }), ["ACCESS-17", "DELETE-16"]],
  ["`related.add` of whose texts any answer tells", related({ add: (add) => (category, people, text) => (people.length > 1 ? "m0" : add(category, people, text)) }), ["ACCESS-17"]],
  ["`related.share`", lacking("related"), ["DELETE-18"]],
  ["`related.share`", related({ share: () => () => false }), ["ACCESS-23", "DELETE-18"]],
  ["list of several pages", ({ addSubject, ...vendor }) => ({ ...vendor, addSubject: (wish) => addSubject({ ...wish, volume: wish.volume === "bare" ? "bare" : "one" }) }), ["ACCESS-2"]],
];

function lacking(part: Part): (vendor: VendorSandbox) => VendorSandbox {
  return (vendor) => Object.fromEntries(Object.entries(vendor).filter(([name]) => name !== part)) as unknown as VendorSandbox;
}

type Related = NonNullable<VendorSandbox["related"]>;

function related(instead: { readonly [Name in "add" | "share"]?: (honest: Related[Name]) => Related[Name] }): (vendor: VendorSandbox) => VendorSandbox {
  return ({ related: honest, ...vendor }) => ({ ...vendor, ...(honest && { related: { ...honest, add: (instead.add ?? same)(honest.add), share: (instead.share ?? same)(honest.share) } }) });
}

function same<T>(it: T): T {
  return it;
}

/** The reference connector, with a sandbox that lacks something. */
function incomplete(without: (vendor: VendorSandbox) => VendorSandbox, exempt: readonly string[] = []): ContractSubject {
  const { connector, sandbox } = sabotaged(() => ({ manifest: (m) => ({ ...m, exemptions: exempt.map((rule) => ({ rule, reason: REASON, until: "2999-12-31" })) }) }));
  return { connector, sandbox: async () => without(await sandbox()) };
}

describe("The connector contract", () => {
  it("numbers its rules by area, each number once and without a hole", () => {
    const areas = new Map<string, number>();
    for (const { id } of RULES) {
      const [area = "", number] = id.split("-");
      expect(Number(number), id).to.equal((areas.get(area) ?? 0) + 1);
      areas.set(area, Number(number));
    }
  });

  it("begins each test's title with the rule's id", () => {
    const tests = collectTests(sabotaged(() => ({})));
    expect(tests.map(({ rule }) => rule)).to.include.members(["MANIFEST-1", "AUTH-1", "SCOPE-1", "LOOKUP-1", "ACCESS-1", "DELETE-1", "DOUBT-1", "FAULT-1", "PRIVACY-1"]);
    expect(tests.map(({ rule }) => rule)).to.deep.equal(RULES.filter((rule) => rule.concerns(createMemoryConnector())).map((rule) => rule.id));
  });

  it("says what a connector threw, why and where, so that somebody whose sandbox does not connect sees it in every title", async () => {
    const nameless = sabotaged(() => ({ auth: () => ({ account: async () => ({ workspace: { id: textAt({}, "organisation", "uid"), name: "", region: "EU" }, authorisedBy: { id: "1", role: "Admin" } }) }) }));
    const [first] = collectTests(nameless);
    const error = (await rejectionOf(first!.run())) as Error;
    expect(error.message).to.equal("the connector threw VENDOR_MALFORMED: there is no text, /organisation/uid");
    expect(error.stack).to.match(/^the connector threw VENDOR_MALFORMED: [^]*run-connector-contract\.test\.ts/);
  });

  it("says of a connector that stops at a page which repeats, and calls the list complete, that a page was not read", async () => {
    const stopping = sabotaged(() => ({
      executor: (port) => ({
        collect: async function* (input) {
          for await (const page of port.collect(input)) yield { ...page, gaps: page.gaps.filter(({ code }) => code !== "PAGING") };
        },
      }),
    }));
    const broken = await brokenRules(collectTests(stopping).filter(({ rule }) => rule === "ACCESS-11"));
    expect(String(broken.get("ACCESS-11"))).to.include("a page of the list was not read, or not to its end");
  });

  it("asks of a connector what it declares, and nothing else", () => {
    const accessOnly = sabotaged(() => ({ manifest: ({ deletion: _, ...m }) => ({ ...m, requestTypes: ["access"], auth: [{ kind: "access_token", label: "Token", steps: ["Copy it."] }] }) }));
    const rules = collectTests(accessOnly).map(({ rule }) => rule);
    expect(rules.filter((rule) => /^(DELETE|DOUBT)-/.test(rule))).to.deep.equal([]);
    expect(rules).to.include("ACCESS-1").and.not.to.include("AUTH-5").and.not.to.include("DELETE-12");
  });

  it("keeps every rule of a connector that only reads, or only deletes", async function () {
    this.timeout(60_000);
    const scopes = (...ids: readonly string[]) => (m: ReturnType<typeof createMemoryConnector>["manifest"]) => m.scopes.filter((scope) => ids.includes(scope.id));
    const reads = sabotaged(() => ({
      manifest: ({ deletion: _, ...m }) => ({
        ...m,
        requestTypes: ["access"],
        scopes: scopes("read_people", "read_orders", "read_messages", "read_team")(m),
        dataCategories: m.dataCategories.map((category) => ({ ...category, deletion: { how: category.deletion.how, text: category.deletion.text } })),
      }),
      protocol: (p) => ({ ...p, operations: p.operations.filter((o) => o.effect === "read" || o.scope === undefined) }),
    }));
    const deletes = sabotaged(() => ({
      manifest: ({ access: _, ...m }) => ({ ...m, requestTypes: ["deletion"], scopes: scopes("read_people", "read_team", "delete_people")(m), dataCategories: m.dataCategories.slice(0, 1) }),
      protocol: (p) => ({ ...p, operations: p.operations.filter((o) => !["read_orders", "read_messages", "delete_messages"].includes(o.scope ?? "")) }),
    }));
    for (const subject of [reads, deletes]) expect([...(await brokenRules(collectTests(subject)))]).to.deep.equal([]);
  });

  it("asks nothing about a record that has moved of a connector whose vendor does not tell by its id whose it is", async () => {
    const subject = sabotaged(() => ({
      vendor: (vendor) => ({
        ...vendor,
        fetch: async (request) => {
          const answer = await vendor.fetch(request);
          return answer.ok && /^\/people\/P\d+x$/.test(new URL(request.url).pathname) ? Response.json({ ...((await answer.json()) as object), email: undefined }, answer) : answer;
        },
      }),
      executor: (_, context) => ({ collect: (input) => executorOver(context, { answer: (json) => (json?.kind === undefined ? json : { ...json, email: input.identifiers[0]!.reveal() }) }).collect(input) }),
    }));
    expect([...(await brokenRules(collectTests(subject).filter(({ rule }) => rule === "ACCESS-1" || rule === "ACCESS-20")))].map(String)).to.deep.equal([]);
  });

  it("knows calls about a record whose id has to be encoded", async function () {
    this.timeout(60_000);
    const aboutIds = ["ACCESS-10", "DELETE-15", "DELETE-18", "DOUBT-6", "DOUBT-8", "DOUBT-9", "FAULT-8"];
    const long = (text: string) => text.replaceAll(/\b(P\d+x|m\d+)\b/g, "auth0|$1");
    const short = (text: string) => text.replaceAll(/auth0(?:\||%7C)/gi, "");
    const subject = sabotaged(() => ({
      vendor: (vendor) => ({
        ...vendor,
        fetch: async (request) => {
          const body = short(await request.text());
          const answer = await vendor.fetch(new Request(short(request.url), { method: request.method, headers: request.headers, ...(body === "" ? {} : { body }) }));
          return new Response(long(await answer.text()), answer);
        },
        calls: () => vendor.calls().map((call) => ({ ...call, path: call.path.replaceAll(/\b(P\d+x|m\d+)\b/g, "auth0%7C$1") })),
        addSubject: (wish) => {
          const { id, texts } = vendor.addSubject(wish);
          return { id: long(id), texts };
        },
        hide: (id) => vendor.hide(short(id)),
        remove: (id) => vendor.remove(short(id)),
        isHeld: (id) => vendor.isHeld(short(id)),
        related: {
          add: (category, ids, text) => long(vendor.related.add(category, ids.map(short), text) ?? ""),
          share: (category, id, person) => vendor.related.share(category, short(id), short(person)),
          remove: (category, id) => vendor.related.remove(category, short(id)),
          isHeld: (category, id) => vendor.related.isHeld(category, short(id)),
        },
        files: { ...vendor.files, attach: (id, file) => vendor.files.attach(short(id), file) },
      }),
    }));
    expect([...(await brokenRules(collectTests(subject).filter(({ rule }) => aboutIds.includes(rule))))].map(String)).to.deep.equal([]);
  });

  for (const [what, without, rules] of INCOMPLETE) {
    it(`passes no rule for which the sandbox has no ${what}, and says so: ${rules.join(", ")}`, async function () {
      this.timeout(60_000);
      const broken = await brokenRules(collectTests(incomplete(without)).filter(({ rule }) => rules.includes(rule)));
      expect([...broken.keys()]).to.have.members(rules);
      for (const [rule, error] of broken) expect(String(error), rule).to.include(what.split(" of whose")[0]).and.include("among the manifest's exemptions");
      const exempt = await brokenRules(collectTests(incomplete(without, rules)).filter(({ rule }) => rules.includes(rule)));
      expect([...exempt.keys()], "rules that fail though the manifest is exempt from them").to.deep.equal([]);
    });
  }

  it("keeps every other rule with a sandbox that knows of no merging and of no staff", async function () {
    this.timeout(120_000);
    const without = (vendor: VendorSandbox) => lacking("staff")(lacking("merge")(vendor));
    const exempt = ["LOOKUP-14", "ACCESS-18", "ACCESS-19", "ACCESS-22", "ACCESS-23", "DELETE-22", "DOUBT-16"];
    expect([...(await brokenRules(collectTests(incomplete(without, exempt))))].map(String)).to.deep.equal([]);
  });

  it("prints an exemption with its reason and date, and passes while the rule is broken", async () => {
    const test = collectTests(exempt("AUTH-7", "2999-12-31")).find(({ rule }) => rule === "AUTH-7");
    expect(test?.title).to.equal(`AUTH-7 EXEMPT until 2999-12-31: ${REASON}`);
    await test?.run();
  });

  it("fails an exemption that has lapsed", async () => {
    const broken = await brokenRules(collectTests(exempt("AUTH-7", "2020-01-01")).filter(({ rule }) => rule === "AUTH-7"));
    expect(String(broken.get("AUTH-7"))).to.include("lapsed on 2020-01-01");
  });

  it("fails an exemption from a rule that is met", async () => {
    const broken = await brokenRules(collectTests(exempt("AUTH-1", "2999-12-31")).filter(({ rule }) => rule === "AUTH-1"));
    expect(String(broken.get("AUTH-1"))).to.include("the rule is met");
  });

  it("fails an exemption from a rule that does not concern the connector", async () => {
    const broken = await brokenRules(collectTests(exempt("DELETE-12", "2999-12-31")).filter(({ rule }) => rule === "MANIFEST-3"));
    expect([...broken.keys()]).to.deep.equal(["MANIFEST-3"]);
  });
});
