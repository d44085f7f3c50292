import { expect } from "chai";
import { isDsrError, type Connector, type CollectedPage, type ErrorCode, type LookAnswer, type LookupResult, type RequestExecutorPort } from "../../../core/index.js";
import { intercom } from "../../../connectors/intercom/connector.js";
import { connectedWorld, type World } from "../../connectors/intercom/world.js";

const ADA = "ada@example.test";
/** Whatever a careless author takes for "nothing". */
const anyFault = (error: unknown): boolean => isDsrError(error) && (["VENDOR_UNAVAILABLE", "RATE_LIMITED", "VENDOR_MALFORMED", "AUTH_REJECTED", "OUTCOME_UNKNOWN"] as readonly ErrorCode[]).includes(error.code);
const instead = <T>(value: T) => (error: unknown): T => {
  if (anyFault(error)) return value;
  throw error;
};

/** Intercom's connector, whose parts are put through somebody's careless hands. */
function careless(change: { readonly executor?: (port: RequestExecutorPort) => Partial<RequestExecutorPort>; readonly find?: true }): Connector {
  return {
    ...intercom,
    lookup: (context) => {
      const port = intercom.lookup(context);
      const nobody: readonly LookupResult[] = [{ matches: [], nearMatches: [], searched: [], notCovered: [], gaps: [], dropped: 0 }];
      return change.find === undefined ? port : { ...port, find: (identifiers) => port.find(identifiers).catch(instead(nobody)) };
    },
    executor: (context) => {
      const port = intercom.executor(context);
      return { ...port, ...change.executor?.(port) };
    },
  };
}

/** Reads what can be read, and calls the rest the end. */
async function* upToTheFault(pages: AsyncIterable<CollectedPage>): AsyncIterable<CollectedPage> {
  let last: CollectedPage | undefined;
  const reading = pages[Symbol.asyncIterator]();
  for (;;) {
    const page = await reading.next().catch(instead({ done: true as const, value: undefined }));
    if (page.done === true) break;
    yield (last = page.value);
  }
  if (last !== undefined) yield { records: [], gaps: [], checkpoint: last.checkpoint };
}

describe("a fault that a connector makes something of", () => {
  let world: World;
  const worldOf = async (connector: Connector): Promise<string> => {
    world = await connectedWorld({ connector });
    return world.sandbox.build.addContact({ role: "user", email: ADA, name: "Ada" }).id;
  };
  const breaks = (path: RegExp, method?: "GET"): void => world.sandbox.inject({ path, ...(method === undefined ? {} : { method }), fault: { kind: "status", status: 503 }, times: 8 });

  it("ends no search: nobody is called unknown, and the request goes on once the vendor answers", async () => {
    await worldOf(careless({ find: true }));
    breaks(/contacts\/search/);
    const { outcome, attention, request } = await world.access(ADA);
    expect([outcome, attention?.code]).to.deep.equal(["parked", "VENDOR_UNAVAILABLE"]);
    world.sandbox.clearFaults();
    await world.host.clock.advance(3_600_000);
    expect((await world.dsr.resume(request.id)).outcome).to.equal("complete");
  });

  it("ends no list: what was not read is not left out of a package that is called complete", async () => {
    await worldOf(careless({ executor: (port) => ({ collect: (input) => upToTheFault(port.collect(input)) }) }));
    breaks(/contacts\/[^/]+\/segments/);
    expect(await world.access(ADA)).to.have.property("outcome", "parked");
  });

  it("is no absence: a deletion is verified by no look that was not answered", async () => {
    const absent: LookAnswer = { answer: "absent" };
    const id = await worldOf(careless({ executor: (port) => ({ look: (target) => port.look(target).catch(instead(absent)) }) }));
    const planned = await world.plan(ADA);
    world.sandbox.inject({ method: "DELETE", path: /contacts/, fault: { kind: "reset_after_effect" }, times: 1 });
    breaks(/contacts\/[^/]+$/, "GET");
    const result = await world.execute(planned);
    expect([result.outcome, result.attention?.code]).to.deep.equal(["parked", "VENDOR_UNAVAILABLE"]);
    expect(result.targets, id).to.deep.equal([{ category: "contact", id, outcome: "unknown" }]);
  });

  it("is no deletion: what nobody answered is looked at", async () => {
    await worldOf(careless({ executor: (port) => ({ erase: (target, policies) => port.erase(target, policies).catch(instead({ answer: "deleted" })) }) }));
    const planned = await world.plan(ADA);
    world.sandbox.inject({ method: "DELETE", path: /contacts/, fault: { kind: "reset_before" }, times: 1 });
    const { outcome } = await world.execute(planned);
    expect(outcome).to.equal("verified");
    expect(world.sent.filter((call) => call.startsWith("DELETE /contacts/")), "sent again once it was read that it is there").to.have.length(2);
  });
});
