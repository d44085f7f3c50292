import { expect } from "chai";
import { createFetchTransport } from "../../../adapters/http/fetch-transport.js";
import { SEAM_LIMITS } from "../../../adapters/http/seam-limits.js";
import { createSeam } from "../../../adapters/http/seam.js";
import { createManualClock } from "../../../adapters/in-memory/manual-clock.js";
import { createSeededRandom } from "../../../adapters/in-memory/seeded-random.js";
import { unpaced } from "../../../adapters/limits/unpaced.js";
import { intercom } from "../../../connectors/intercom/connector.js";
import type { IntercomSandboxOptions } from "../../../connectors/intercom/sandbox/options.js";
import { createIntercomSandbox } from "../../../connectors/intercom/sandbox/sandbox.js";
import { Identifier, type ConnectorContext } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";

const person = (number: number) => `person${number}@example.test`;
const identifiers = (...addresses: readonly string[]) => addresses.map((address) => Identifier.parse("email", address));
const many = (count: number) => identifiers(...Array.from({ length: count }, (_, n) => person(n)));

describe("looking many people up at Intercom at once", () => {
  function open(options: Partial<IntercomSandboxOptions> = {}, categories: readonly string[] = []) {
    const clock = createManualClock({ auto: true });
    const sandbox = createIntercomSandbox({ clock, rateLimit: "off", fixture: "empty", ...options });
    const signal = new AbortController().signal;
    const bodies: string[] = [];
    const answer = async (request: Request) => (bodies.push(await request.clone().text()), sandbox.fetch(request));
    const fetch = createSeam({
      protocol: intercom.protocol, apiOrigin: "https://api.intercom.io", credential: () => Promise.resolve(sandbox.token), pacer: unpaced(clock),
      transport: createFetchTransport(answer), clock, random: createSeededRandom(1), signal, limits: SEAM_LIMITS, onCall: () => undefined,
    });
    const context: ConnectorContext = { fetch, clock, signal, apiOrigin: "https://api.intercom.io", appOrigin: "https://app.intercom.com", workspaceId: "sandbox1", categories };
    return { sandbox, lookup: intercom.lookup(context), calls: () => sandbox.calls.records.length, bodies };
  }

  it("costs at most a tenth of a call for each address that is not there", async () => {
    for (const switches of [{}, { inOperator: "rejected" }, { inOperatorMaxValues: 20 }] as const) {
      for (const categories of [[], ["conversations"]]) {
        const { lookup, calls } = open({ switches }, categories);
        const results = await lookup.find(many(200));
        expect(results).to.have.lengthOf(200);
        expect(results.every(({ matches, gaps, dropped }) => matches.length + gaps.length + dropped === 0)).to.equal(true);
        expect(calls(), JSON.stringify([switches, categories])).to.be.at.most(20);
      }
    }
  });

  it("asks for at most fifty values at a time, and finds everybody, each by exact comparison and in their order", async () => {
    for (const switches of [{}, { inOperator: "rejected" }, { inOperatorMaxValues: 20 }] as const) {
      const { sandbox, lookup } = open({ switches });
      const ids = new Map<string, string>();
      for (let n = 0; n < 120; n += 1) if (n % 7 < 3) ids.set(person(n), sandbox.build.addContact({ email: person(n) }).id);
      const asked = Array.from({ length: 120 }, (_, n) => person((n * 7) % 120));
      const results = await lookup.find(identifiers(...asked));
      expect(results.map(({ matches }) => matches.map(({ id }) => id)), JSON.stringify(switches)).to.deep.equal(asked.map((address) => (ids.has(address) ? [ids.get(address)] : [])));
    }
  });

  it("counts every spelling of an address among the fifty values", async () => {
    for (const switches of [{}, { inOperator: "rejected" }] as const) {
      const { lookup, bodies } = open({ switches });
      await lookup.find(identifiers(...Array.from({ length: 50 }, (_, n) => `Person${n}+x@Example.test`)));
      const asked = bodies.map((body) => body.match(/@example\.test/gi)?.length ?? 0);
      expect(Math.max(...asked), asked.join()).to.be.within(1, 50);
    }
  });

  it("asks once whether lists are taken, and never again in that round", async () => {
    const { sandbox, lookup } = open({ switches: { inOperator: "rejected" } });
    await lookup.find(many(200));
    expect(sandbox.calls.records.filter(({ status }) => status === 400)).to.have.lengthOf(1);
  });

  for (const [status, code] of [[400, "parameter_invalid"], [400, "type_mismatch"], [422, "parameter_invalid"], [422, "type_mismatch"]] as const) {
    it(`asks the long way round where a list of values is refused with ${status} ${code}`, async () => {
      const { sandbox, lookup } = open();
      const { id } = sandbox.build.addContact({ email: person(1) });
      sandbox.inject({ path: /search/, fault: { kind: "status", status, body: { type: "error.list", errors: [{ code, message: "no" }] } } });
      expect((await lookup.find(many(2))).map(({ matches }) => matches.map((match) => match.id))).to.deep.equal([[], [id]]);
    });
  }

  it("I8: reports to everybody whom it concerns a record that belongs to none of them", async () => {
    const { sandbox, lookup } = open();
    const known = sandbox.build.addContact({ email: person(0) });
    sandbox.inject({ path: /search/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, total_count: 2, data: [...body.data, { type: "contact", id: "stranger", email: "stranger@example.test" }] }) } });
    const results = await lookup.find(many(3));
    expect(results.map(({ matches, dropped }) => [matches.map(({ id }) => id), dropped])).to.deep.equal([[[known.id], 1], [[], 1], [[], 1]]);
  });

  it("I3, I4: keeps variants of one address and of another apart", async () => {
    const { sandbox, lookup } = open();
    const [plain, tagged] = [sandbox.build.addContact({ email: "jane@example.test" }).id, sandbox.build.addContact({ email: "jane+x@example.test" }).id];
    const results = await lookup.find(identifiers("JANE@example.test", "jane+x@example.test"));
    expect(results.map(({ matches, nearMatches }) => [matches, nearMatches].map((all) => all.map(({ id }) => id)))).to.deep.equal([[[plain], [tagged]], [[tagged], [plain]]]);
  });

  it("an incomplete list makes each of its answers incomplete, and no other batch's", async () => {
    const { sandbox, lookup } = open();
    for (let n = 0; n < 60; n += 1) sandbox.build.addContact({ email: person(n) });
    sandbox.inject({ path: /search/, times: 2, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.slice(1) }) } });
    const results = await lookup.find(many(60));
    expect(results.map(({ gaps }) => gaps.length)).to.deep.equal([...Array.from({ length: 50 }, () => 1), ...Array.from({ length: 10 }, () => 0)]);
  });

  it("tells loose conversations of each apart, and asks nothing for nobody", async () => {
    const { sandbox, lookup, calls } = open({}, ["conversations"]);
    const { id } = sandbox.build.addConversation({ contacts: [], source: { from: { type: "lead", id: "g", name: null, email: person(1) } } });
    // Of whom a contact is found no conversations are looked for.
    sandbox.build.addContact({ email: person(0) });
    expect((await lookup.find(many(3))).map(({ loose = [] }) => loose.map((each) => each.id))).to.deep.equal([[], [id], []]);
    sandbox.calls.clear();
    expect([await lookup.find([]), await lookup.findIn!("archived", []), calls()]).to.deep.equal([[], [], 0]);
  });

  it("tells of one contact whose it is and how its address compares, and takes no other for it", async () => {
    const { sandbox, lookup } = open();
    const { id } = sandbox.build.addContact({ email: "Jane@example.test" });
    for (const [asked, matchedBy] of [["Jane@example.test", "exact"], ["jane@example.test", "case_insensitive"], ["jane+x@example.test", "chosen"]] as const) {
      const found = await lookup.findById!(id, identifiers("other@example.test", asked));
      expect([found?.id, found?.matchedBy, found?.identifiers?.map((each) => each.reveal())], asked).to.deep.equal([id, matchedBy, ["Jane@example.test"]]);
    }
    sandbox.inject({ method: "GET", fault: { kind: "wrong_object" } });
    expect(await rejectionOf(lookup.findById!(id))).to.include({ code: "VENDOR_MALFORMED" });
  });

  for (const [status, code] of [[400, "invalid_field"], [400, "bad_request"], [400, "intercom_version_invalid"], [422, "validation_error"], [409, "parameter_invalid"]] as const) {
    it(`reports another rejection than of the list of values as it is: ${status} ${code}`, async () => {
      const { sandbox, lookup, calls } = open();
      sandbox.inject({ path: /search/, times: Infinity, fault: { kind: "status", status, body: { type: "error.list", errors: [{ code, message: "no" }] } } });
      expect(await rejectionOf(lookup.find(many(2)))).to.deep.include({ code: "VENDOR_REJECTED" });
      expect(calls()).to.equal(1);
    });
  }
});
