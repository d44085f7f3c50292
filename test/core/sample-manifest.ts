import type { Account, AuthPort, Connection, Connector, Manifest, ScopeProbe, Session, VendorProtocol } from "../../core/index.js";
import { DsrError } from "../../core/index.js";

const fix = "In the settings.";

/** A vendor with two request types, two scopes that are always or sometimes needed, and two optional ones. */
export const MANIFEST: Manifest = {
  id: "sample",
  version: "1.2.3",
  vendor: { name: "Sample", url: "https://sample.example" },
  product: "Privacy",
  requestTypes: ["access", "deletion"],
  identifierCategories: ["email"],
  subjectCategory: "person",
  access: { type: "synchronous" },
  deletion: { type: "synchronous" },
  rateLimit: { requests: 10, windowMs: 1000 },
  auth: [{ kind: "access_token", label: "Token", steps: ["Copy it."] }],
  account: { role: "Admin", fix },
  api: { name: "API", version: "1", documentation: "https://sample.example/docs" },
  regions: [{ id: "us", label: "US", apiOrigin: "https://api.sample.example", appOrigin: "https://app.sample.example", vendorId: "US" }],
  scopes: [
    { id: "read", label: "Read people", purpose: "Finds them.", neededFor: ["always"], fix },
    { id: "write", label: "Write people", purpose: "Deletes them.", neededFor: ["deletion"], fix },
    { id: "chats", label: "Read chats", purpose: "Reads chats.", neededFor: [], fix },
    { id: "orders", label: "Read orders", purpose: "Reads orders.", neededFor: [], fix },
  ],
  dataCategories: [
    category("people", "read", "required"),
    category("chats", "chats", "optional"),
    category("chat_ratings", "chats", "optional"),
    category("orders", "orders", "optional"),
  ],
  residuals: [],
  limits: [{ category: "calls", reason: "not read" }],
  setup: [],
  troubleshooting: [],
  help: { documentation: "https://sample.example/docs", support: "https://sample.example/help" },
  legalNotice: "No advice.",
  exemptions: [],
};

function category(id: string, scope: string, coverage: "required" | "optional"): Manifest["dataCategories"][number] {
  return { id, label: id, holds: "data", scope, coverage, deletion: { how: "direct", text: "Goes." } };
}

export const PROTOCOL: VendorProtocol = {
  operations: [{ method: "GET", path: "/people/{id}", effect: "read", scope: "read" }],
  faults: [],
  errorCode: () => undefined,
  headers: {},
};

/** A connector whose ports are never opened. */
export function sampleConnector(manifest: Partial<Manifest> = {}, protocol: Partial<VendorProtocol> = {}): Connector {
  const unused = (): never => {
    throw new DsrError("INTERNAL");
  };
  return { manifest: { ...MANIFEST, ...manifest }, protocol: { ...PROTOCOL, ...protocol }, auth: unused, lookup: unused, executor: unused };
}

export function sampleAccount(role: string | null = "Admin"): Account {
  return { workspace: { id: "w1", name: "Acme", region: "US" }, authorisedBy: { id: "a1", role } };
}

export type Granted = Readonly<Record<string, ScopeProbe["status"] | DsrError>>;

/** An auth port that grants what it is told to, and remembers what it was asked. Scopes that are left out are granted. */
export function sampleAuth(granted: Granted = {}): AuthPort & { readonly probed: string[] } {
  const probed: string[] = [];
  return {
    probed,
    authoriseUrl: () => "https://app.sample.example/oauth",
    exchangeCode: () => Promise.resolve("token"),
    account: () => Promise.resolve(sampleAccount()),
    revoke: () => Promise.resolve(),
    probe: (scope) => {
      probed.push(scope);
      const answer = granted[scope] ?? "granted";
      return answer instanceof DsrError ? Promise.reject(answer) : Promise.resolve({ status: answer, basis: "observed" });
    },
  };
}

export function sampleConnection(changes: Partial<Connection> = {}): Connection {
  return {
    name: "acme",
    connector: "sample",
    connectorVersion: "1.2.3",
    region: "us",
    apiOrigin: "https://api.sample.example",
    vendorsOwn: true,
    capabilities: ["access", "deletion"],
    categories: ["people"],
    workspace: { id: "w1", name: "Acme", region: "US" },
    authorisedBy: { id: "a1", role: "Admin" },
    scopes: [],
    account: { required: "Admin", status: "ok", fix },
    connectedAt: "2026-01-15T09:00:00.000Z",
    checkedAt: "2026-01-15T09:00:00.000Z",
    status: "connected",
    ...changes,
  };
}

/** A session in which nothing but the account can be asked. */
export function sampleSession(changes: Partial<Session> = {}): Session {
  const unused = (): never => {
    throw new DsrError("INTERNAL");
  };
  return {
    connection: sampleConnection(),
    manifest: MANIFEST,
    auth: sampleAuth(),
    lookup: { find: unused, findById: unused },
    executor: { collect: unused, planDeletion: unused, erase: unused, look: unused },
    download: unused,
    apiCalls: () => 0,
    ...changes,
  };
}
