import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import { createMemorySandbox } from "../../../connectors/memory/sandbox.js";
import type { ContractSubject } from "../../../contracts/index.js";
import type { Manifest } from "../../../core/manifest.js";
import type { AuthPort, ConnectorContext, IdentifierLookupPort, RequestExecutorPort } from "../../../core/ports.js";
import type { VendorProtocol } from "../../../core/vendor-protocol.js";

/** A connector that keeps every rule of the contract but one. */
export interface Saboteur {
  readonly breaks: string;
  /** Rules that cannot but break with it. */
  readonly alongside?: readonly string[];
  /** What it does wrong. */
  readonly how: string;
  readonly make: () => ContractSubject;
}

export type MemoryVendor = ReturnType<typeof createMemorySandbox>;

/** What is wrong with it; every part that is left out is the reference connector's own. */
export interface Sabotage {
  readonly deletion?: "synchronous" | "asynchronous";
  readonly manifest?: (manifest: Manifest) => Manifest;
  readonly protocol?: (protocol: VendorProtocol) => VendorProtocol;
  readonly auth?: (port: AuthPort, context: ConnectorContext) => Partial<AuthPort>;
  readonly lookup?: (port: IdentifierLookupPort, context: ConnectorContext) => Partial<IdentifierLookupPort>;
  readonly executor?: (port: RequestExecutorPort, context: ConnectorContext) => Partial<RequestExecutorPort>;
  readonly vendor?: (vendor: MemoryVendor) => MemoryVendor;
}

/** Made anew for each vendor: what it remembers of one is not taken to the next. */
export function sabotaged(make: () => Sabotage): ContractSubject {
  let wrong = make();
  const { deletion = "synchronous", manifest, protocol } = wrong;
  const honest = createMemoryConnector(deletion);
  return {
    connector: {
      manifest: manifest?.(honest.manifest) ?? honest.manifest,
      protocol: protocol?.(honest.protocol) ?? honest.protocol,
      auth: (context) => mixed(honest.auth(context), wrong.auth, context),
      lookup: (context) => mixed(honest.lookup(context), wrong.lookup, context),
      executor: (context) => mixed(honest.executor(context), wrong.executor, context),
    },
    sandbox: async () => {
      wrong = make();
      const vendor = createMemorySandbox({ asynchronousDeletion: deletion === "asynchronous" });
      return wrong.vendor?.(vendor) ?? vendor;
    },
  };
}

export function saboteur(breaks: string, how: string, sabotage: () => Sabotage, alongside: readonly string[] = []): Saboteur {
  return { breaks, how, alongside, make: () => sabotaged(sabotage) };
}

/** The honest port over a line that changes what passes. */
export function executorOver(context: ConnectorContext, edit: Edit): RequestExecutorPort {
  return createMemoryConnector().executor({ ...context, fetch: edited(context, edit) });
}

export function lookupOver(context: ConnectorContext, edit: Edit): IdentifierLookupPort {
  return createMemoryConnector().lookup({ ...context, fetch: edited(context, edit) });
}

export function authOver(context: ConnectorContext, edit: Edit): AuthPort {
  return createMemoryConnector().auth({ ...context, fetch: edited(context, edit) });
}

export interface Edit {
  /** Returns the URL, and may change the body in place. */
  readonly request?: (request: { readonly method: string; readonly url: URL; readonly body: any }) => URL;
  /** Changes the JSON of a success in place, or returns another one. */
  readonly answer?: (json: any, request: { readonly method: string; readonly url: URL }) => unknown;
}

function edited(context: ConnectorContext, { request: editRequest = ({ url }) => url, answer: editAnswer }: Edit): ConnectorContext["fetch"] {
  return async (request) => {
    const text = await request.text();
    const body = text === "" ? {} : JSON.parse(text);
    const url = editRequest({ method: request.method, url: new URL(request.url), body });
    const response = await context.fetch(new Request(url, { method: request.method, headers: request.headers, ...(text === "" ? {} : { body: JSON.stringify(body) }) }));
    if (!response.ok || editAnswer === undefined) return response;
    const json: any = await response.json();
    return Response.json(editAnswer(json, { method: request.method, url }) ?? json, { headers: { "x-request-id": response.headers.get("x-request-id") ?? "" } });
  };
}

/** A mutating call that needs no scope and comes to nothing. */
export async function mutateInVain(context: ConnectorContext): Promise<void> {
  await context.fetch(new Request(`${context.apiOrigin}/oauth/token`, { method: "POST", body: "{}" })).catch(() => undefined);
}

function mixed<T extends object>(honest: T, wrong: ((port: T, context: ConnectorContext) => Partial<T>) | undefined, context: ConnectorContext): T {
  return { ...honest, ...wrong?.(honest, context) };
}
