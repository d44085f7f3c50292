import { manifestWith, validManifest } from "./valid-manifest.js";

export interface HostileManifest {
  readonly name: string;
  readonly make: () => unknown;
  /** Where the first fault has to be found. */
  readonly at: string;
}

/** In each of these the reason must not repeat it. */
export const CANARY = "CANARY-7f3a";

const at = (name: string, pointer: string, ...value: readonly [unknown?]): HostileManifest => ({ name, at: pointer, make: () => manifestWith(pointer, ...value) });
const whole = (name: string, make: () => unknown, pointer = ""): HostileManifest => ({ name, at: pointer, make });

const NOT_AN_OBJECT: readonly HostileManifest[] = [
  whole("undefined", () => undefined),
  whole("null", () => null),
  whole("a text", () => CANARY),
  whole("JSON text of a manifest", () => JSON.stringify(validManifest())),
  whole("a number", () => 7),
  whole("NaN", () => Number.NaN),
  whole("a list", () => [validManifest()]),
  whole("a function", () => validManifest),
  whole("a symbol", () => Symbol(CANARY)),
  whole("a bigint", () => 7n),
  whole("a date", () => new Date(0)),
  whole("a map", () => new Map(Object.entries(validManifest()))),
  whole("an instance of a class", () => Object.assign(new (class Manifest {})(), validManifest())),
  whole("a manifest on the prototype", () => Object.create(validManifest()) as unknown),
  whole("a promise", () => Promise.resolve(validManifest())),
  whole("a proxy that throws", () => new Proxy({}, { ownKeys: () => { throw new Error(CANARY); } })),
  whole("a revoked proxy", () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; }),
];

const UNSOUND: readonly HostileManifest[] = [
  whole("an own __proto__", () => JSON.parse(JSON.stringify(validManifest()).replace("{", '{"__proto__":{"id":"x"},')) as unknown),
  whole("a nested own __proto__", () => manifestWith("/vendor", JSON.parse('{"__proto__":{},"name":"A","url":"https://example.com"}')), "/vendor"),
  whole("a constructor member", () => ({ ...validManifest(), constructor: { prototype: {} } }), "/constructor"),
  whole("a symbol as a key", () => ({ ...validManifest(), [Symbol(CANARY)]: 1 })),
  whole("a key with a line break", () => ({ ...validManifest(), [`${CANARY}\n`]: 1 })),
  whole("a key of a million characters", () => ({ ...validManifest(), ["k".repeat(1_000_000)]: 1 })),
  whole("an accessor", () => Object.defineProperty(validManifest(), "id", { enumerable: true, get: () => CANARY }), "/id"),
  whole("a hidden member", () => Object.defineProperty(validManifest(), "id", { enumerable: false, value: "hidden" }), "/id"),
  whole("a cycle", () => { const vendor: Record<string, unknown> = {}; vendor.vendor = vendor; return manifestWith("/vendor", vendor); }, `/vendor${"/vendor".repeat(12)}`),
  whole("10,000 levels of objects", () => manifestWith("/vendor", nested(10_000, (inner) => ({ vendor: inner }))), `/vendor${"/vendor".repeat(12)}`),
  whole("10,000 levels of lists", () => manifestWith("/setup", nested(10_000, (inner) => [inner])), `/setup${"/0".repeat(12)}`),
  whole("a million members", () => manifestWith("/setup", new Array(1_000_000).fill("a")), "/setup"),
  whole("a list with holes", () => manifestWith("/setup", new Array(1_000)), "/setup"),
  whole("a list with a member of its own", () => manifestWith("/setup", Object.assign(["a"], { own: CANARY })), "/setup"),
  at("a text of ten million characters", "/legalNotice", "a".repeat(10_000_000)),
  at("a function for a text", "/product", () => CANARY),
  at("undefined for a text", "/product", undefined),
  at("an infinite number", "/rateLimit/requests", Number.POSITIVE_INFINITY),
];

const WRONG: readonly HostileManifest[] = [
  at("a missing member", "/legalNotice"),
  at("a missing nested member", "/regions/0/vendorId"),
  at("a member that is unknown", "/extra", CANARY),
  at("a translation into no language", "/translations/0/language", "Deutsch"),
  at("a translation of nothing", "/translations/0/texts/0/of", ""),
  at("a nested member that is unknown", "/scopes/0/secret", CANARY),
  at("an id with a path", "/id", "../../etc"),
  at("an id in capitals", "/id", CANARY),
  at("a version that is none", "/version", CANARY),
  at("an empty text", "/product", ""),
  at("a text of spaces", "/product", "   "),
  at("a text with NUL", "/product", "a\u0000b"),
  at("a text with an escape sequence", "/product", `\u001b[31m${CANARY}`),
  at("a text with a bidi override", "/product", "a\u202eb"),
  at("a text with a lone surrogate", "/product", "a\ud800b"),
  at("a text with a line separator", "/legalNotice", "a\u2028b"),
  at("no request type", "/requestTypes", []),
  at("a request type twice", "/requestTypes", ["access", "access"]),
  at("a request type that is unknown", "/requestTypes/0", CANARY),
  at("a rate of zero", "/rateLimit/requests", 0),
  at("a rate of a fraction", "/rateLimit/requests", 1.5),
  at("a rate as text", "/rateLimit/requests", "150"),
  at("an origin in plain HTTP", "/regions/0/apiOrigin", "http://api.example.com"),
  at("an origin with a path", "/regions/0/apiOrigin", "https://api.example.com/v2"),
  at("an origin with a user name", "/regions/0/apiOrigin", `https://${CANARY}@api.example.com`),
  at("an origin with a query", "/regions/0/appOrigin", "https://api.example.com?x"),
  at("an address of a machine", "/regions/0/apiOrigin", "https://169.254.169.254"),
  at("a script as an address", "/help/support", "javascript:alert(1)"),
  at("a link with spaces", "/help/support", "https://example.com/a b"),
  at("no region", "/regions", []),
  at("a category with a slash", "/dataCategories/0/id", "../person"),
  at("a coverage that is unknown", "/dataCategories/0/coverage", CANARY),
  at("a related deletion without its scope", "/dataCategories/0/deletion/related/scope"),
  at("a related target that is no category", "/dataCategories/0/deletion/related/target", "../conversation"),
  at("a place without what lies there", "/places/0/category"),
  at("a place of no name", "/places/0/id", ""),
  at("a policy with a name that is none", "/erasurePolicies/0/id", "group conversations"),
  at("a policy that decides nothing", "/erasurePolicies/0/values", []),
  at("a policy's value with a path", "/erasurePolicies/0/values/0/id", "../keep"),
  at("a policy's value without words", "/erasurePolicies/0/values/0/text", ""),
  at("a policy's value that needs the same twice", "/erasurePolicies/0/values/0/scopes", ["a", "a"]),
  at("a residual that is observed by halves", "/residuals/0/observed", false),
  at("a date that does not exist", "/exemptions/0/until", "2030-02-30"),
  at("a rule that is none", "/exemptions/0/rule", CANARY),
];

export const HOSTILE_MANIFESTS: readonly HostileManifest[] = [...NOT_AN_OBJECT, ...UNSOUND, ...WRONG];

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = "end";
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}
