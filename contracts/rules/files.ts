import { expect } from "chai";
import { fileMark } from "../../core/files.js";
import type { Connector } from "../../core/ports.js";
import type { Bench, Person } from "../bench.js";
import { disturbing } from "../faults.js";
import type { AccessResult } from "../../core/results.js";
import type { Standing } from "../hosted-connector.js";
import { needed } from "../needed.js";
import { declares, rule, type Rule } from "../rule.js";
import { fromNowOn, MANY } from "../steps.js";
import type { SandboxFiles } from "../vendor-sandbox.js";
import type { Fault, WireRequest } from "../wire.js";
import { through } from "./refusal.js";

/** What becomes of files that a vendor keeps beside its API. */
export const FILE_RULES: readonly Rule[] = [
  rule("ACCESS-12", "puts the files of records into the package, byte for byte, fetched without the token, and no link to one anywhere", files, async (bench) => {
    const person = await bench.addSubject();
    const twin = await bench.addSubject({ like: person });
    const texts = [...Array.from({ length: MANY }, (_, n) => `Canary file number ${n}.`), "Canary file of another record."];
    for (const [n, text] of texts.entries()) await attach(bench, n < MANY ? person : twin, { text });
    const since = fromNowOn(bench);
    const standing = await bench.hosted.access(person.identifier);
    expect(standing.result.outcome).to.equal("complete");
    expectPackaged(bench, standing, texts);
    expect(new Set(standing.files.map(({ category, record, id }) => JSON.stringify([category, record, id]))).size, "packaged files that can be told apart").to.equal(texts.length);
    for (const { category, record, id } of standing.files) {
      expect(JSON.stringify(standing.records[category]?.find((each) => each.id === record)?.data), `what stands in the record of ${category} where the link to the file stood`).to.include(JSON.stringify(fileMark(id)).slice(1, -1));
    }
    const fetched = since.calls().filter((call) => isFile(bench, call));
    expect(fetched.map((call) => call.headers["authorization"]), "tokens that went with a file's link").to.deep.equal(fetched.map(() => undefined));
    const told = JSON.stringify([standing, bench.hosted.host.packageOf(standing.id)]);
    expect(fetched.filter(({ url }) => told.includes(url) || told.includes(new URL(url).search.slice(1))), "links that are kept").to.have.length(0);
  }),

  rule("ACCESS-13", "fetches no file from a host that it does not declare, and shows a gap instead", files, async (bench) => {
    const person = await bench.addSubject();
    await attach(bench, person, { text: "Canary file elsewhere.", elsewhere: true });
    const since = fromNowOn(bench);
    const { result, files: packaged } = await bench.hosted.access(person.identifier);
    expect(since.calls().filter((call) => isFile(bench, call)), "files that were asked for").to.have.length(0);
    expect(packaged, "packaged files").to.have.length(0);
    expect([result.outcome, result.gaps.map((gap) => gap.code)]).to.deep.equal(["complete_with_gaps", ["ATTACHMENT_HOST_REFUSED"]]);
  }),

  rule("ACCESS-14", "reads a record again where the link to its file has ended, and shows a gap where there is no way to the file", files, async (bench) => {
    const person = await bench.addSubject();
    const twin = await bench.addSubject({ like: person });
    const texts = ["Canary file behind links that end.", "Canary file behind other links that end.", "Canary file of another record behind links that end."];
    for (const [n, text] of texts.entries()) await attach(bench, n < 2 ? person : twin, { text });
    const ending: Fault = async (request, send) => {
      await filesOf(bench).endLinks();
      return send(request);
    };
    const ofFiles = (call: WireRequest): boolean => isFile(bench, call);
    // Whichever of them it is, and of whichever record.
    for (const number of texts.keys()) {
      let followed = 0;
      bench.wire.disturb(disturbing(ofFiles, (request, send) => (followed++ === number ? ending : through)(request, send)));
      const once = await bench.hosted.access(person.identifier);
      expect(once.result.outcome).to.equal("complete");
      expectPackaged(bench, once, texts);
    }
    bench.wire.disturb(disturbing(ofFiles, ending));
    const since = fromNowOn(bench);
    const always = await bench.hosted.access(person.identifier);
    expect([always.result.outcome, ...new Set(always.result.gaps.map((gap) => gap.code))]).to.deep.equal(["complete_with_gaps", "ATTACHMENT_NOT_FETCHED"]);
    expect(since.calls().filter((call) => isFile(bench, call)).length, "times that the files were asked for").to.be.at.most(3 * texts.length);
  }),
];

/** Connectors whose vendor keeps files beside its API. */
export function files(connector: Connector): boolean {
  return declares("access")(connector) && (connector.protocol.fileHosts ?? []).length > 0;
}

/** Each of these files, with its own bytes. */
function expectPackaged({ hosted: { host } }: Bench, { files: packaged }: Standing<AccessResult>, texts: readonly string[]): void {
  expect(packaged.map((file) => file.sha256).sort(), "hashes of the packaged files").to.deep.equal(texts.map((text) => host.digest.sha256(text)).sort());
}

async function attach(bench: Bench, person: Person, file: { readonly text: string; readonly elsewhere?: boolean }): Promise<void> {
  await filesOf(bench).attach(person.id, file);
}

export function filesOf({ sandbox }: Bench): SandboxFiles {
  return needed(sandbox.files, "`files`", "files of a person's records, for whose hosts the protocol has `fileHosts`");
}

export function isFile({ sandbox }: Bench, { url }: WireRequest): boolean {
  return new URL(url).origin !== sandbox.apiOrigin;
}
