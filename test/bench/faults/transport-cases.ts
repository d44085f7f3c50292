import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Fault } from "../../../connectors/intercom/sandbox/faults.js";
import type { RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import { makeCertificate } from "../../adapters/http/support/certificate.js";
import type { FaultCase, Planted } from "./case.js";
import type { Ending, Side } from "./sides.js";

const READS = /^\/contacts\//;
const SEARCH = /^\/contacts\/search$/;
const once = (fault: Fault, path = READS, method?: string) => (running: RunningSandbox): void => running.sandbox.inject({ fault, path, ...(method === undefined ? {} : { method }) });
const always = (fault: Fault, path = READS) => (running: RunningSandbox): void => running.sandbox.inject({ fault, path, times: Infinity });
const onDelete = (fault: Fault) => once(fault, READS, "DELETE");

const READ_ON = "the read is repeated; same result";
const NEVER_EMPTY = "an error; never taken for no data";

/** Sections T1 to T18: what a network and a vendor's edge do to one call. */
export const TRANSPORT_CASES: readonly FaultCase[] = [
  { id: "T1", what: "the server is not there any more", right: "an error or a wait, no claim", job: "delete", expect: "told", plant: (running) => running.close() },
  { id: "T2", what: "reset before the answer, on a read", right: READ_ON, job: "read", expect: "done", plant: once({ kind: "reset_before" }) },
  { id: "T3", what: "reset after DELETE was carried out", right: "settled by reading: deleted", job: "delete", expect: "done", plant: onDelete({ kind: "reset_after_effect" }) },
  { id: "T3", what: "reset before DELETE arrived", right: "read, then sent again", job: "delete", expect: "done", plant: onDelete({ kind: "reset_before" }) },
  { id: "T4", what: "headers, then the body stalls", right: READ_ON, job: "read", expect: "done", plant: once({ kind: "stall" }) },
  { id: "T5", what: "the body drips, a byte every 300 ms", right: READ_ON, job: "read", expect: "done", plant: once({ kind: "drip", everyMs: 300 }) },
  { id: "T6", what: "the body is shorter than its Content-Length", right: READ_ON, job: "read", expect: "done", plant: once({ kind: "short_body" }) },
  { id: "T7", what: "well framed, half the JSON", right: NEVER_EMPTY, job: "read", expect: "told", plant: always({ kind: "cut_json" }) },
  { id: "T8", what: "200 with an empty body", right: NEVER_EMPTY, job: "read", expect: "told", plant: always({ kind: "empty_200" }) },
  { id: "T8", what: "200 with an empty body, by id", right: NEVER_EMPTY, job: "read", expect: "told", plant: always({ kind: "empty_200" }, /^\/contacts\/[0-9a-f]{24}$/) },
  { id: "T9", what: "200 with a page of HTML", right: NEVER_EMPTY, job: "read", expect: "told", plant: always({ kind: "html_200" }) },
  { id: "T10", what: "an answer of 256 MiB", right: "stopped at 64 MiB", job: "read", expect: "told", plant: always({ kind: "huge_body", bytes: 256 * 1024 * 1024 }, SEARCH), also: ({ memoryMiB }) => (memoryMiB > 200 ? `took ${memoryMiB} MiB of memory` : undefined) },
  { id: "T10", what: "a gzip bomb of 256 MiB", right: "stopped at 64 MiB", job: "read", expect: "told", plant: always({ kind: "gzip_bomb", bytes: 256 * 1024 * 1024 }, SEARCH), also: ({ memoryMiB }) => (memoryMiB > 200 ? `took ${memoryMiB} MiB of memory` : undefined) },
  { id: "T11", what: "a redirect to another origin", right: "not followed; the token goes nowhere else", job: "read", expect: "told", plant: redirectedElsewhere },
  { id: "T12", what: "a certificate that signs itself", right: "an error, without repeating", job: "read", expect: "told", plant: () => undefined, act: meetImpostor },
  { id: "T13", what: "Retry-After: 1000000000", right: "given back to the caller, not waited for", job: "read", expect: "told", plant: always({ kind: "retry_after", value: "1000000000" }, SEARCH) },
  { id: "T13", what: "Retry-After: soon", right: "backed off, then done", job: "read", expect: "done", plant: once({ kind: "retry_after", value: "soon", status: 503 }, SEARCH) },
  { id: "T14", what: "500 on a read", right: READ_ON, job: "read", expect: "done", plant: once({ kind: "status", status: 500 }) },
  { id: "T14", what: "500 after DELETE was carried out", right: "settled by reading: deleted", job: "delete", expect: "done", plant: onDelete({ kind: "status", status: 500, applied: true }) },
  { id: "T15", what: "418 with a code that nobody knows", right: "an error", job: "read", expect: "told", plant: always({ kind: "status", status: 418, body: { type: "error.list", errors: [{ code: "brewing" }] } }) },
  { id: "T17", what: "a kept connection that the server closed", right: "one silent retry", job: "read", expect: "done", sandbox: { keepAliveMs: 40 }, plant: () => undefined, act: async (side) => {
    await side.run("read", "grace@example.test");
    await new Promise((resolve) => setTimeout(resolve, 120));
    return side.run("read", "ada@example.test");
  } },
  { id: "T18", what: "204 on DELETE", right: "read back: deleted", job: "delete", expect: "done", plant: onDelete({ kind: "no_content_204" }) },
  { id: "V1", what: "200 that says deleted: false", right: "not taken for success", job: "delete", expect: "told", plant: onDelete({ kind: "deleted_false" }) },
  { id: "V2", what: "deleted: true without any effect", right: "looked, and deleted again", job: "delete", expect: "done", plant: onDelete({ kind: "acknowledged_without_effect" }) },
  { id: "I8", what: "the search returns somebody else", right: "left out", job: "delete", expect: "told", plant: (running) => {
    const stranger = [...running.sandbox.state.contacts.values()].find(({ email }) => email === "grace@example.test");
    running.sandbox.inject({ path: SEARCH, times: Infinity, fault: { kind: "rewrite", rewrite: () => ({ type: "list", total_count: 1, data: [{ type: "contact", id: stranger?.id, email: "grace@example.test", role: "user" }], pages: { type: "pages" } }) } });
    return { objection: () => (stranger !== undefined && running.sandbox.state.contact(stranger.id, "sandbox1", Date.now())?.status !== "live" ? "deleted a stranger" : undefined) };
  } },
];

async function redirectedElsewhere(running: RunningSandbox): Promise<Planted> {
  const tokens: string[] = [];
  const stranger = createServer(({ headers }, response) => {
    tokens.push(headers.authorization ?? "");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ type: "list", total_count: 1, data: [{ type: "contact", id: "1", email: "ada@example.test" }] }));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => stranger.once("listening", resolve));
  running.sandbox.inject({ path: READS, times: Infinity, fault: { kind: "redirect", status: 307, to: `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/` } });
  return {
    objection: () => (tokens.some((token) => token !== "") ? "handed the token to a stranger" : tokens.length > 0 ? "followed it" : undefined),
    clear: () => void stranger.close(),
  };
}

/** A server that says it is the vendor, with a certificate that nobody vouches for. */
async function meetImpostor(side: Side): Promise<Ending> {
  const { cert, key } = makeCertificate({ name: "impostor", hosts: ["127.0.0.1"] });
  let connections = 0;
  let requests = 0;
  const impostor = createTlsServer({ cert, key }, (_, response) => { requests += 1; response.end("{}"); }).on("tlsClientError", () => { connections += 1; }).listen(0, "127.0.0.1");
  await new Promise((resolve) => impostor.once("listening", resolve));
  try {
    const ending = await side.meet(`https://127.0.0.1:${(impostor.address() as AddressInfo).port}`);
    if (requests > 0) return { claims: "done", words: "sent the token to it" };
    return connections > 1 ? { claims: "done", words: `${ending.words}, after ${connections} tries` } : ending;
  } finally {
    impostor.closeAllConnections();
    impostor.close();
  }
}
