import { canonicalJson } from "./canonical-json.js";
import { headText } from "./evidence.js";
import type { EvidenceFact } from "./evidence-facts.js";
import { named, said } from "./evidence-words.js";
import { DsrError, type ErrorCode } from "./errors.js";
import type { EvidenceTip, Host } from "./host-ports.js";
import { ENDED_STATES, type Law, type PrivacyRequest, type RequestState, type RequestType } from "./request.js";

/** Which requests an auditor asks for. Moments are ISO 8601; the end of the period is not part of it. */
export interface PopulationFilter {
  readonly by?: "received" | "finished";
  readonly from?: string;
  readonly until?: string;
}

/** One request of the population: what Cal. Code Regs. tit. 11, § 7101(b) asks for, and where its evidence stands. */
export interface PopulationRow {
  readonly request: string;
  readonly reference: string | null;
  readonly type: RequestType;
  readonly connector: string;
  readonly connection: string;
  readonly law: Law;
  readonly receivedAt: string;
  readonly dueAt: string | null;
  readonly verified: string | null;
  readonly operator: string | null;
  readonly outcome: RequestState;
  readonly finishedAt: string | null;
  /** Why it was refused, or what it waits for. */
  readonly why: ErrorCode | null;
  readonly basis: string | null;
  readonly evidence: string;
}

/** The population of a period, with a signed statement of how many they are. */
export interface Population {
  readonly requests: readonly PopulationRow[];
  readonly statement: PopulationStatement;
  /** Ed25519, SPKI DER as base64. */
  readonly publicKey: string;
}

export interface PopulationStatement {
  readonly kind: "population";
  readonly by: "received" | "finished";
  readonly from: string | null;
  readonly until: string | null;
  readonly count: number;
  /** Requests of the period at something else than the vendor's own API: a sandbox, a proxy. Not part of the population. */
  readonly notVendorsOwn: number;
  /** Rehearsals of the period, with made-up people. Not part of the population. */
  readonly rehearsals: number;
  /** Requests that have not finished, where the period is one of finishing. */
  readonly unfinished: number;
  readonly at: string;
  /** SHA-256, hex, of the canonical JSON of the rows. */
  readonly rows: string;
  readonly key: string;
  /** Ed25519, hex, over the canonical JSON of all the other members. */
  readonly signature: string;
}

/**
 * Every request of a period, whatever became of it: refused, cancelled, nothing found and open ones too.
 * @throws DsrError `REQUEST_INVALID` where the period's dates are none
 */
export async function populationOf(host: Host, { by = "received", from, until }: PopulationFilter): Promise<Population> {
  for (const [at, date] of Object.entries({ from, until })) {
    if (date !== undefined && Number.isNaN(Date.parse(date))) throw new DsrError("REQUEST_INVALID", { at, reason: "it is no date" });
  }
  // Tips first: a request that is opened meanwhile is not among them.
  const tips = await host.evidence.tips();
  const all = (await host.journal.list({})).flatMap((request) => {
    const tip = tips.get(request.id);
    return tip === undefined ? [] : [{ own: request.vendorsOwn, row: rowOf(request, tip) }];
  });
  const within = (at: string): boolean => (from === undefined || Date.parse(at) >= Date.parse(from)) && (until === undefined || Date.parse(at) < Date.parse(until));
  const dated = all.map((each) => ({ ...each, at: by === "received" ? each.row.receivedAt : each.row.finishedAt }));
  const chosen = dated.filter(({ at }) => at !== null && within(at));
  const requests = chosen.filter(({ own }) => own).map(({ row }) => row);
  const signer = await host.signer();
  const { publicKey, fingerprint } = signer.key();
  const unsigned = {
    kind: "population" as const,
    by,
    from: from ?? null,
    until: until ?? null,
    count: requests.length,
    notVendorsOwn: chosen.length - requests.length,
    rehearsals: (await host.evidence.rehearsals()).filter(({ at }) => within(at)).length,
    unfinished: dated.filter(({ own, at }) => own && at === null).length,
    at: new Date(host.clock.now()).toISOString(),
    rows: host.digest.sha256(canonicalJson(requests)),
    key: fingerprint,
  };
  return { requests, statement: { ...unsigned, signature: signer.sign(canonicalJson(unsigned)) }, publicKey };
}

/** What may change stands in the tip: the request itself is read later, and may have gone on since. */
function rowOf({ id, type, connector, connection, context }: PrivacyRequest, { last, standing }: EvidenceTip): PopulationRow {
  const { reference, law, receivedAt, dueAt, verified, operator } = context;
  const ended = standing.fact.kind === "ended" ? standing.fact : undefined;
  const finished = ended !== undefined && ENDED_STATES.has(ended.outcome) ? standing.at : null;
  return {
    request: id,
    reference: reference === undefined ? null : said(reference),
    type,
    connector,
    connection: said(connection),
    law,
    receivedAt,
    dueAt: dueAt ?? null,
    verified: verified === undefined ? null : `${said(verified.method)} ${verified.at}`,
    operator: operator === undefined ? null : named(operator),
    outcome: stateOf(standing.fact),
    finishedAt: finished,
    why: last.fact.kind === "turned_away" && finished === null ? last.fact.why : (ended?.why ?? null),
    basis: ended?.holds?.map(({ basis }) => basis).join("; ") ?? null,
    evidence: headText({ request: id, count: last.seq, hash: last.hash }),
  };
}

/** Where a request stands by the last fact that does not stand aside. */
function stateOf(fact: EvidenceFact): RequestState {
  if (fact.kind === "ended") return fact.outcome;
  return fact.kind === "planned" ? "planned" : "running";
}
