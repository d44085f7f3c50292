import { checkPolicyValues, type PolicyValues } from "./erasure.js";
import { DsrError } from "./errors.js";
import type { Manifest } from "./manifest.js";
import type { PrivacyRequest } from "./request.js";

/** What a host decides about what a package tells beside the person's own data. The defaults are the careful ones. */
export interface Disclosure {
  /** Teammates' names, and other participants' names, addresses and words. */
  readonly otherPeople: "withhold" | "include";
  /** What the company's staff noted down about the person, among themselves. */
  readonly notes: "include" | "withhold";
}

/** Settings that a connector declares for itself, by their names: lists of words. */
export type ConnectorSettings = Readonly<Record<string, readonly string[]>>;

/** Pinned into a request when it is opened: it stays so however often the request is resumed, whatever the host decides meanwhile. */
export interface RequestSettings extends Disclosure {
  readonly connector: ConnectorSettings;
}

/** As a host gives them; what is left out is as `DEFAULT_SETTINGS` says. */
export interface HostSettings extends Partial<Disclosure> {
  /** By the connectors' ids. */
  readonly connectors?: Readonly<Record<string, ConnectorSettings>>;
  /** How the connectors' erasure policies are decided, by the policies' ids. Pinned into plans, and not into requests. */
  readonly erasure?: PolicyValues;
}

export const DEFAULT_SETTINGS: RequestSettings = { otherPeople: "withhold", notes: "include", connector: {} };

/** What a request was opened with. Those of versions that had no settings went by the defaults. */
export function settingsOf({ settings }: Pick<PrivacyRequest, "settings">): RequestSettings {
  return settings ?? DEFAULT_SETTINGS;
}

/** What a new request of a connector is opened with. */
export function settingsFor({ otherPeople, notes, connectors }: HostSettings, connector: string): RequestSettings {
  return {
    otherPeople: otherPeople ?? DEFAULT_SETTINGS.otherPeople,
    notes: notes ?? DEFAULT_SETTINGS.notes,
    connector: connectors !== undefined && Object.hasOwn(connectors, connector) ? (connectors[connector] ?? {}) : {},
  };
}

const NAMES: Readonly<Record<keyof HostSettings, true>> = { otherPeople: true, notes: true, connectors: true, erasure: true };

/** A word as it may stand in a connector's setting. */
const WORD = /^[A-Za-z0-9_-]{1,128}$/;
const MOST_WORDS = 100;

/**
 * Judges a host's settings against what its connectors declare.
 * @throws DsrError `CONFIG_INVALID` with the place (`connectors/acme/objectTypes`) and the reason; no value of a setting stands in it
 */
export function checkHostSettings(settings: HostSettings, manifests: readonly Manifest[]): void {
  const unknown = members(settings, "settings").find(([name]) => !Object.hasOwn(NAMES, name));
  // One that is misspelt must not pass for one that was decided.
  if (unknown !== undefined) throw invalid(shown(unknown[0]), "there is no such setting");
  checkPolicyValues(settings.erasure ?? {}, manifests);
  const { otherPeople, notes, connectors } = settings;
  for (const [at, value] of Object.entries({ otherPeople, notes })) {
    if (value !== undefined && value !== "withhold" && value !== "include") throw invalid(at, 'it is "withhold" or "include"');
  }
  for (const [id, given] of members(connectors, "connectors")) {
    const manifest = manifests.find((each) => each.id === id);
    if (manifest === undefined) throw invalid(`connectors/${shown(id)}`, "no connector of that id is registered");
    for (const [name, words] of members(given, `connectors/${id}`)) {
      const at = `connectors/${id}/${shown(name)}`;
      if (manifest.settings?.some((setting) => setting.id === name) !== true) throw invalid(at, "the connector has no such setting");
      const fits = Array.isArray(words) && words.length <= MOST_WORDS && words.every((word: unknown) => typeof word === "string" && WORD.test(word));
      if (!fits) throw invalid(at, `it is a list of at most ${MOST_WORDS} words of letters, digits, - and _`);
    }
  }
}

function members(value: unknown, at: string): readonly (readonly [string, unknown])[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(at, "it is an object");
  return Object.entries(value);
}

/** A key is shown as far as it looks like one. */
function shown(key: string): string {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(key) ? key : "(a key that is no name)";
}

function invalid(at: string, reason: string): DsrError {
  return new DsrError("CONFIG_INVALID", { at, reason });
}
