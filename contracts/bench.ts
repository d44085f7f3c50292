import { Identifier } from "../core/identifier.js";
import type { Manifest } from "../core/manifest.js";
import type { Connector } from "../core/ports.js";
import { hostConnector, type HostedConnector } from "./hosted-connector.js";
import type { SubjectWish, VendorSandbox } from "./vendor-sandbox.js";
import { createWire, type Wire } from "./wire.js";

/** What the contract is told: the connector, and how to make its vendor anew for each rule. */
export interface ContractSubject {
  readonly connector: Connector;
  readonly sandbox: () => Promise<VendorSandbox>;
}

/** One rule's own world: a fresh vendor, a connector that is connected to it with everything granted, and the wire between them. */
export interface Bench {
  readonly connector: Connector;
  readonly manifest: Manifest;
  readonly sandbox: VendorSandbox;
  readonly wire: Wire;
  readonly hosted: HostedConnector;
  /** What the connection was made with. */
  readonly token: string;
  /** What must stand nowhere, so far: the token, and each address and text that was planted. */
  readonly secrets: readonly string[];
  /** All that the connector's ports threw, so far. */
  readonly errors: readonly unknown[];
  readonly addSubject: (wish?: Partial<SubjectWish> & { readonly like?: Person }) => Promise<Person>;
  /** A person that the vendor has never heard of. */
  readonly nobody: () => Identifier;
}

/** Somebody at the vendor, and all that was planted of them. */
export interface Person {
  readonly id: string;
  readonly value: string;
  readonly identifier: Identifier;
  readonly texts: Readonly<Record<string, readonly string[]>>;
}

export async function createBench({ connector, sandbox: makeSandbox }: ContractSubject): Promise<Bench> {
  const { manifest } = connector;
  const sandbox = await makeSandbox();
  const wire = createWire(sandbox, connector.protocol);
  const errors: unknown[] = [];
  const hosted = hostConnector({ connector, transport: wire.carry, apiOrigin: sandbox.apiOrigin, onError: (error) => void errors.push(error) });
  const token = await sandbox.issueToken({ scopes: manifest.scopes.map((scope) => scope.id) });
  const connected = await hosted.connect(token);
  if (!connected.ok) throw new Error(`a token with every declared scope does not connect: ${connected.code}`);

  let count = 0;
  const category = manifest.identifierCategories[0] ?? "";
  const planted: string[] = [];
  const secrets = [token];
  return {
    connector,
    manifest,
    sandbox,
    wire,
    hosted,
    token,
    secrets,
    errors,
    nobody: () => Identifier.parse(category, sampleValue(category, (count += 1))),
    addSubject: async ({ like, ...wish } = {}) => {
      count += 1;
      const identifier = wish.identifier ?? (like === undefined ? { category, value: sampleValue(category, count) } : { category: like.identifier.category, value: like.value });
      const { id, texts } = await sandbox.addSubject({ text: `Canary ${spelled(count)}`, volume: "one", ...wish, identifier });
      const fresh = Object.values(texts).flat();
      if (fresh.some((text, n) => [...planted, ...fresh.slice(0, n)].some((other) => other.includes(text) || text.includes(other)))) throw new Error("the sandbox plants texts that are part of one another");
      planted.push(...fresh);
      secrets.push(identifier.value, ...fresh);
      return { id, texts, value: identifier.value, identifier: Identifier.parse(identifier.category, identifier.value) };
    },
  };
}

/** A value that is nobody's outside of these tests. */
export function sampleValue(category: string, number: number): string {
  if (category === "email") return `canary.${spelled(number)}@contract.example`;
  return category === "phone" ? `+1555${String(number).padStart(7, "0")}` : `canary-${spelled(number)}`;
}

/** In letters, each number of the same length: so that none is part of another, nor of an id. */
function spelled(number: number): string {
  return [...String(number).padStart(4, "0")].map((digit) => "bcdfghjklm"[Number(digit)]).join("");
}
