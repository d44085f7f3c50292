import { DsrError } from "./errors.js";
import type { Manifest } from "./manifest.js";
import type { Connector } from "./ports.js";
import { TEAMMATES } from "./scopes.js";

/** Why a manifest was refused: where (JSON pointer) and what is wrong there. */
export interface ManifestFault {
  readonly pointer: string;
  readonly reason: string;
}

/** Judges a manifest; the host supplies it (JSON Schema validation is technology). An empty list is a valid manifest. */
export type ManifestValidator = (manifest: unknown) => readonly ManifestFault[];

/** The connectors of one host, explicit: registered by a call, never by being imported. */
export class ConnectorRegistry {
  readonly #connectors = new Map<string, Connector>();
  readonly #validate: ManifestValidator;

  constructor(validate: ManifestValidator) {
    this.#validate = validate;
  }

  /** @throws DsrError `CONFIG_INVALID` with the JSON pointer and the reason of the first fault, or when the id is taken. */
  register(connector: Connector): void {
    const fault = this.#validate(connector.manifest)[0] ?? crossCheck(connector);
    if (fault !== undefined) throw new DsrError("CONFIG_INVALID", { at: `manifest ${fault.pointer || "/"}`, reason: fault.reason });
    if (this.#connectors.has(connector.manifest.id)) throw new DsrError("CONFIG_INVALID", { at: "manifest /id", reason: "a connector of this id is registered already" });
    // A copy that cannot be changed: hosts are handed the manifest itself.
    this.#connectors.set(connector.manifest.id, { ...connector, manifest: frozen(structuredClone(connector.manifest)) });
  }

  /** What each registered connector says it can do, in the order of registration. */
  manifests(): readonly Manifest[] {
    return [...this.#connectors.values()].map((connector) => connector.manifest);
  }

  /** @throws DsrError `CONNECTOR_UNKNOWN` */
  get(id: string): Connector {
    const connector = this.#connectors.get(id);
    if (connector === undefined) throw new DsrError("CONNECTOR_UNKNOWN");
    return connector;
  }
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}

/** What a schema cannot say: that names used in one place are declared in another. */
function crossCheck({ manifest, protocol }: Connector): ManifestFault | undefined {
  const scopes = new Set(manifest.scopes.map((scope) => scope.id));
  if (scopes.size !== manifest.scopes.length) return { pointer: "/scopes", reason: "two scopes share an id" };
  for (const key of ["id", "vendorId"] as const) {
    if (new Set(manifest.regions.map((region) => region[key])).size !== manifest.regions.length) return { pointer: "/regions", reason: `two regions share one ${key}` };
  }
  const category = manifest.dataCategories.findIndex((c) => !scopes.has(c.scope));
  if (category >= 0) return { pointer: `/dataCategories/${category}/scope`, reason: "this scope is not declared in /scopes" };
  if (new Set(manifest.dataCategories.map((c) => c.id)).size !== manifest.dataCategories.length) return { pointer: "/dataCategories", reason: "two data categories share an id" };
  const related = manifest.dataCategories.findIndex(({ deletion }) => deletion.related !== undefined && (!scopes.has(deletion.related.scope) || deletion.related.target === manifest.subjectCategory));
  if (related >= 0) return { pointer: `/dataCategories/${related}/deletion/related`, reason: "its scope is not declared in /scopes, or its target is the subject's own record" };
  const policies = manifest.erasurePolicies ?? [];
  const policy = policies.findIndex(({ id, values }, n) => policies.findIndex((each) => each.id === id) !== n || new Set(values.map((value) => value.id)).size !== values.length || values.some((value) => value.scopes.some((scope) => !scopes.has(scope))));
  if (policy >= 0) return { pointer: `/erasurePolicies/${policy}`, reason: "two policies or values share an id, or a scope is not declared in /scopes" };
  for (const type of ["access", "deletion"] as const) {
    if (manifest.requestTypes.includes(type) !== (manifest[type] !== undefined)) {
      return { pointer: `/${type}`, reason: "it is declared exactly when /requestTypes lists it" };
    }
  }
  const extents = (manifest.lookupExtents ?? []).map(({ id }) => id);
  if (new Set(extents).size !== extents.length) return { pointer: "/lookupExtents", reason: "two extents share an id" };
  const places = (manifest.places ?? []).map(({ id }) => id);
  if (new Set(places).size !== places.length) return { pointer: "/places", reason: "two places share an id" };
  const residual = manifest.residuals.findIndex(({ extent }) => extent !== undefined && !extents.includes(extent));
  if (residual >= 0) return { pointer: `/residuals/${residual}/extent`, reason: "this extent is not declared in /lookupExtents" };
  if (manifest.teammates !== undefined && !scopes.has(manifest.teammates.scope)) return { pointer: "/teammates/scope", reason: "this scope is not declared in /scopes" };
  const own = (manifest.lookupExtents ?? []).findIndex(({ category }) => category === TEAMMATES || manifest.dataCategories.some(({ id }) => id === category));
  if (own >= 0) return { pointer: `/lookupExtents/${own}/category`, reason: "this name has another meaning" };
  if (manifest.dataCategories.some(({ id }) => id === TEAMMATES)) return { pointer: "/dataCategories", reason: "a data category cannot be called teammates" };
  const undeclared = manifest.scopes.findIndex((s) => s.neededFor.some((n) => n !== "always" && !manifest.requestTypes.includes(n)));
  if (undeclared >= 0) return { pointer: `/scopes/${undeclared}/neededFor`, reason: "it names a request type that /requestTypes does not list" };
  const unknownScope = protocol.operations.find((o) => o.scope !== undefined && !scopes.has(o.scope));
  return unknownScope === undefined ? undefined : { pointer: "/scopes", reason: "an operation needs a scope that is not declared here" };
}
