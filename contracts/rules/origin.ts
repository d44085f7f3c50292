import { expect } from "chai";
import type { Transport } from "../../adapters/http/transport.js";
import { hostConnector } from "../hosted-connector.js";
import { everyone, rule, type Rule } from "../rule.js";
import { expectHeld } from "../steps.js";

/** A proxy, a region that was added later, a local double. */
const ELSEWHERE = "https://elsewhere.contract.example";

export const ORIGIN_RULES: readonly Rule[] = [
  rule("FAULT-9", "calls its vendor at the origin that it is given, whichever that is", everyone, async ({ connector, manifest, sandbox, wire, addSubject }) => {
    const transport: Transport = (request) => wire.carry({ ...request, url: request.url.startsWith(`${ELSEWHERE}/`) ? sandbox.apiOrigin + request.url.slice(ELSEWHERE.length) : request.url });
    const hosted = hostConnector({ connector, transport, apiOrigin: ELSEWHERE });
    const person = await addSubject();
    const connected = await hosted.connect(await sandbox.issueToken({ scopes: manifest.scopes.map(({ id }) => id) }));
    expect(connected.ok, "whether it connects at another origin").to.equal(true);
    if (manifest.requestTypes.includes("access")) expect((await hosted.access(person.identifier)).result.outcome, "outcome of an access there").to.equal("complete");
    if (!manifest.requestTypes.includes("deletion")) return;
    const { id, result } = await hosted.plan(person.identifier);
    expect(result.outcome, "outcome of a plan there").to.equal("planned");
    await hosted.confirm(id);
    await hosted.execute(id);
    await sandbox.settleIndex();
    await expectHeld({ sandbox }, [person], false);
  }),
];
