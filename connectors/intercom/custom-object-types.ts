import type { ConnectorSettings } from "../../core/request-settings.js";
import { isObject, listOf, member } from "./json-values.js";

/** A workspace has at most some dozens; more would let a checkpoint grow with the person. One beyond shows that there are more. */
export const MOST_TYPES = 100;

/** The types that the host names, since no call lists those of a workspace. */
export function typesInSettings(settings: ConnectorSettings): readonly string[] {
  return [...new Set(settings["customObjectTypes"] ?? [])].slice(0, MOST_TYPES);
}

/** An instance as an attribute names it. */
export interface NamedInstance {
  readonly type: string;
  readonly id: string;
}

/** The custom object types that a record's relationship attributes name, added to those already known. */
export function relatedTypes(known: readonly string[], record: unknown): readonly string[] {
  const types = new Set(known);
  for (const { type } of namedInstances(record)) if (types.size <= MOST_TYPES) types.add(type);
  return types.size === known.length ? known : [...types];
}

/**
 * The instances that a record's relationship attributes name. Nothing lists the types, but an attribute that refers to instances says of each what
 * it is: a list of them, or an object with `instances`.
 * Source: developers.intercom.com, "Working with custom objects".
 */
export function namedInstances(record: unknown): readonly NamedInstance[] {
  const attributes = [member(record, "custom_attributes"), member(record, "ticket_attributes")].flatMap((each) => (isObject(each) ? Object.values(each) : []));
  return attributes
    .flatMap((attribute) => (Array.isArray(attribute) ? listOf(attribute) : listOf(member(attribute, "instances"))))
    .flatMap((instance) => {
      const type = member(instance, "type");
      return typeof type === "string" && isInstance(instance) ? [{ type, id: String(member(instance, "id")) }] : [];
    });
}

/** By `type:instance`. */
export function namedKeys(record: unknown): readonly string[] {
  return namedInstances(record).map(({ type, id }) => `${type}:${id}`);
}

/** An attribute may also hold a list of files. */
function isInstance(value: unknown): boolean {
  return member(value, "id") != null && member(value, "url") === undefined;
}
