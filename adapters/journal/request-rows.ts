import { canonicalJson } from "../../core/canonical-json.js";
import { DsrError } from "../../core/errors.js";
import { ENDED_STATES, type PrivacyRequest, type RequestFilter, type RequestState } from "../../core/request.js";
import type { Vault } from "../vault/vault.js";
import type { Database, Value } from "./database.js";
import { createSeenRows } from "./seen-rows.js";

/** A request as it stands in the store: what never changes of it, and what its entries made of it. */
export interface RequestRecord {
  readonly request: PrivacyRequest;
  readonly cancelRequested: boolean;
  readonly keyDestroyed: boolean;
  /** How many entries there are, and the last one's MAC: so that a missing end of the chain is noticed. */
  readonly entryCount: number;
  readonly lastMac: string;
  /** What never changes of the request, as it is stored. */
  readonly body: string;
}

/** Rows of `requests`, each authenticated as a whole. To be used inside a transaction. */
export interface RequestRows {
  insert(request: PrivacyRequest): Promise<RequestRecord>;
  find(requestId: string): Promise<RequestRecord | undefined>;
  /** @throws DsrError `REQUEST_UNKNOWN` */
  get(requestId: string): Promise<RequestRecord>;
  findByReference(request: PrivacyRequest): Promise<RequestRecord | undefined>;
  list(filter: RequestFilter): Promise<RequestRecord[]>;
  update(record: RequestRecord): Promise<void>;
  /** Whether any of them was signed since requests are counted. */
  anyCounted(): Promise<boolean>;
  /** Signs those of versions that did not count them as the others; what was altered stays so. */
  signAnew(): Promise<void>;
}

/** `home` is this one's id, where several share the rows. */
export function createRequestRows(database: Database, vault: Pick<Vault, "mac">, home?: string): RequestRows {
  const macOf = (row: Omit<Row, "mac">, kind: "counted request" | "request" = "counted request"): string => vault.mac("journal", JSON.stringify([kind, ...COLUMNS.map((column) => row[column])]));
  const signed = (row: Omit<Row, "mac">): Row => ({ ...row, mac: macOf(row) });
  const seen = createSeenRows<Row>((row) => {
    // Versions that did not count them left some of the other kind.
    if (macOf(row) !== row.mac && macOf(row, "request") !== row.mac) throw new DsrError("INTEGRITY", { reason: "a request's row was altered" });
  });
  const checked = (row: Row): RequestRecord => {
    seen.check(row.id, row);
    return fromRow(row);
  };
  const select = async (where: string, ...values: Value[]): Promise<RequestRecord[]> =>
    (await database.all<Row>(`SELECT ${ALL} FROM requests WHERE ${where} ORDER BY opened_at, rowid`, ...values)).map(checked);
  const find = async (requestId: string): Promise<RequestRecord | undefined> => {
    const row = await database.get<Row>(`SELECT ${ALL} FROM requests WHERE id = ?`, requestId);
    if (row !== undefined) return checked(row);
    if ((await database.get("SELECT 1 FROM entries WHERE request_id = ? LIMIT 1", requestId)) !== undefined) throw new DsrError("INTEGRITY", { reason: "a request's row was removed" });
    return undefined;
  };
  /** So many at a time that no server takes the pauses in between for the end. */
  const stored = async function* (): AsyncIterable<Row> {
    for (let after = ""; ; ) {
      const page = await database.all<Row>(`SELECT ${ALL} FROM requests WHERE id > ? ORDER BY id LIMIT 1000`, after);
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  };
  return {
    find,
    insert: async (request) => {
      const { state: _, ...body } = request;
      const row = signed(toRow({ request, cancelRequested: false, keyDestroyed: false, entryCount: 0, lastMac: "", body: canonicalJson(body) }));
      await database.run(INSERT, ...COLUMNS.map((column) => row[column]), row.mac);
      seen.wrote(row.id, row);
      return fromRow(row);
    },
    get: async (requestId) => {
      const record = await find(requestId);
      if (record === undefined) throw new DsrError("REQUEST_UNKNOWN");
      return record;
    },
    findByReference: async ({ connection, type, context }) =>
      context.reference === undefined ? undefined : (await select("connection = ? AND type = ? AND reference = ?", connection, type, context.reference))[0],
    list: (filter) => {
      const terms = [...termsOf(filter), ...(filter.here === true && home !== undefined ? [[ELSEWHERE, home] as const] : [])];
      return select(["1 = 1", ...terms.map(([term]) => term)].join(" AND "), ...terms.flatMap(([, ...values]) => values));
    },
    update: async (record) => {
      const row = signed(toRow(record));
      await database.run(UPDATE, ...CHANGING.map((column) => row[column]), row.mac, row.id);
      seen.wrote(row.id, row);
    },
    anyCounted: async () => {
      for await (const row of stored()) if (macOf(row) === row.mac) return true;
      return false;
    },
    signAnew: async () => {
      for await (const row of stored()) if (macOf(row, "request") === row.mac) await database.run("UPDATE requests SET mac = ? WHERE id = ?", macOf(row), row.id);
    },
  };
}

const COLUMNS = [
  "id",
  "connection",
  "type",
  "reference",
  "subject_key",
  "opened_at",
  "body",
  "state",
  "cancel_requested",
  "identifiers_destroyed",
  "entry_count",
  "last_mac",
] as const;

/** What entries make of a request. The rest is as it was when it was opened, and every index but one is of that. */
const CHANGING = ["state", "cancel_requested", "identifiers_destroyed", "entry_count", "last_mac"] as const;
const UPDATE = `UPDATE requests SET ${[...CHANGING, "mac"].map((column) => `${column} = ?`).join(", ")} WHERE id = ?`;

const ALL = [...COLUMNS, "mac"].join(", ");
const INSERT = `INSERT INTO requests (${ALL}) VALUES (${[...COLUMNS, "mac"].map(() => "?").join(", ")})`;

interface Row {
  readonly id: string;
  readonly connection: string;
  readonly type: string;
  readonly reference: string | null;
  readonly subject_key: string;
  readonly opened_at: string;
  readonly body: string;
  readonly state: string;
  readonly cancel_requested: number;
  readonly identifiers_destroyed: number;
  readonly entry_count: number;
  readonly last_mac: string;
  readonly mac: string;
}

function toRow({ request, ...rest }: RequestRecord): Omit<Row, "mac"> {
  return {
    id: request.id,
    connection: request.connection,
    type: request.type,
    reference: request.context.reference ?? null,
    subject_key: request.subjectKey,
    opened_at: request.openedAt,
    body: rest.body,
    state: request.state,
    cancel_requested: rest.cancelRequested ? 1 : 0,
    identifiers_destroyed: rest.keyDestroyed ? 1 : 0,
    entry_count: rest.entryCount,
    last_mac: rest.lastMac,
  };
}

function fromRow(row: Row): RequestRecord {
  return {
    request: { ...(JSON.parse(row.body) as Omit<PrivacyRequest, "state">), state: row.state as RequestState },
    cancelRequested: row.cancel_requested === 1,
    keyDestroyed: row.identifiers_destroyed === 1,
    entryCount: row.entry_count,
    lastMac: row.last_mac,
    body: row.body,
  };
}

const ELSEWHERE = "id NOT IN (SELECT request_id FROM request_homes WHERE home <> ?)";

type Term = readonly [string, ...Value[]];

function termsOf({ connection, type, state, reference, subjectKey, open, keyDestroyed }: RequestFilter): readonly Term[] {
  const ended = [...ENDED_STATES];
  const terms: (Term | undefined)[] = [
    connection === undefined ? undefined : ["connection = ?", connection],
    type === undefined ? undefined : ["type = ?", type],
    state === undefined ? undefined : ["state = ?", state],
    reference === undefined ? undefined : ["reference = ?", reference],
    subjectKey === undefined ? undefined : ["subject_key = ?", subjectKey],
    // Written out, not given as a value: only so does SQLite use the index that is of these rows alone.
    keyDestroyed === undefined ? undefined : [`identifiers_destroyed = ${keyDestroyed ? 1 : 0}`],
    open === undefined ? undefined : [`state ${open ? "NOT " : ""}IN (${ended.map(() => "?").join(", ")})`, ...ended],
  ];
  return terms.filter((term) => term !== undefined);
}
