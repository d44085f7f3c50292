import { expect } from "chai";
import type { Bench } from "../bench.js";
import { answering, MALFORMED, proxyPage, retelling, spoiling } from "../faults.js";
import { CONNECTION } from "../hosted-connector.js";
import { everyone, rule } from "../rule.js";
import { fromNowOn } from "../steps.js";
import type { Fault, WireCall } from "../wire.js";

const BYSTANDER = "Contract bystander";

export const ROLE_RULE = rule("SCOPE-8", "never takes an account of another role for one of the required role", everyone, async (bench) => {
  const { role: required } = bench.manifest.account;
  const scopes = bench.manifest.scopes.map(({ id }) => id);
  for (const role of [BYSTANDER, `Read-only ${required}`, `${required} (read-only)`, `Non${required}`, `${required} bystander`]) {
    const token = await bench.sandbox.issueToken({ scopes, role });
    const since = fromNowOn(bench);
    const { report, ok } = await bench.hosted.connect(token, undefined, `of role ${role}`);
    const isTold = since.calls().some(tellsRole(role));
    expect(report.account.status, `status of an account of the role "${role}"`).to.be.oneOf(isTold ? ["insufficient"] : ["insufficient", "not_testable"]);
    expect(ok, "whether it is connected").to.equal(report.account.status === "not_testable");
  }
  await expectNoRoleUntold(bench);
});

function tellsRole(role: string): (call: Pick<WireCall, "answer">) => boolean {
  return ({ answer }) => answer?.body.includes(JSON.stringify(role)) === true;
}

/** What takes the place of an answer that tells a role, by name. */
const ROLE_UNTOLD: readonly (readonly [name: string, fault: Fault])[] = [
  ["an answer without it", retelling((text) => (text === BYSTANDER ? undefined : text))],
  ["an answer with null for it", retelling((text) => (text === BYSTANDER ? null : text))],
  ["an answer with no text for it", retelling((text) => (text === BYSTANDER ? "" : text))],
  ...[401, 403, 404, 503].map((status) => [`a proxy's ${status}`, answering(status, proxyPage)] as const),
  ...Object.entries(MALFORMED).map(([name, spoil]) => [name, spoiling(spoil)] as const),
];

/** Whose role the vendor does not tell, or does not let be read, is not known to have the required one. */
async function expectNoRoleUntold(bench: Bench): Promise<void> {
  const { hosted, sandbox, wire, manifest } = bench;
  const connection = await hosted.host.connections.get(CONNECTION);
  if (connection === undefined) throw new Error("nothing is connected");
  const roleWith = async (scopes: readonly string[]) => {
    await hosted.host.connections.put(connection, await sandbox.issueToken({ scopes, role: BYSTANDER }));
    return (await hosted.open()).auth.account().then(({ authorisedBy }) => authorisedBy.role?.toLowerCase(), () => undefined);
  };
  const required = manifest.account.role.toLowerCase();
  expect(await roleWith([]), "role that is told of somebody without any scope").not.to.equal(required);
  for (const [name, fault] of ROLE_UNTOLD) {
    wire.disturb(async (request, send) => {
      const answer = await send(request);
      return tellsRole(BYSTANDER)({ answer }) ? fault(request, () => Promise.resolve(answer)) : answer;
    });
    const role = await roleWith(manifest.scopes.map(({ id }) => id));
    wire.mend();
    expect(role, `role that is told where ${name} takes the place of the answer that tells it`).not.to.equal(required);
  }
}
