import { leadsTo, type Fault, type WireAnswer, type WireRequest } from "./wire.js";

type Which = (request: WireRequest) => boolean;

export const everyRead: Which = ({ mutates }) => !mutates;
export const everyMutation: Which = ({ mutates }) => mutates;

/** Disturbs the requests that fit, the first `times` of them. */
export function disturbing(which: Which, fault: Fault, times = Number.POSITIVE_INFINITY): Fault {
  let left = times;
  return (request, send) => {
    if (left <= 0 || !which(request)) return send(request);
    left -= 1;
    return fault(request, send);
  };
}

/** The connection breaks before the vendor has heard of anything. */
export const lostBefore: Fault = () => Promise.reject(new TypeError("fetch failed"));

/** The vendor does it; its answer never arrives. */
export const lostAfter: Fault = async (request, send) => {
  await send(request);
  throw new TypeError("fetch failed");
};

/** Another answer than the vendor's own, which never hears of the request. */
export function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Fault {
  return () => Promise.resolve({ status, body, headers: { "content-type": body.startsWith("<") ? "text/html" : "application/json", ...headers } });
}

/** The vendor does it, and something on the way answers instead. */
export function answeringAfter(status: number, body: string): Fault {
  return async (request, send) => {
    await send(request);
    return answering(status, body)(request, send);
  };
}

export const proxyPage = "<!doctype html><title>Error</title><p>The gateway did not find what you asked for.</p>";
export const proxyJson = '{"message":"no Route matched with those values"}';

/** Successes that say nothing: what each makes of a true answer. */
export const MALFORMED: Readonly<Record<string, (answer: WireAnswer) => string>> = {
  "an empty body": () => "",
  "a page": () => proxyPage,
  "JSON cut short": ({ body }) => body.slice(0, Math.max(1, body.length - 2)),
  "an empty object": () => "{}",
  "an empty list": () => "[]",
  null: () => "null",
  "a proxy's JSON": () => proxyJson,
};

/** Spoils the vendor's successes; its refusals pass. */
export function spoiling(spoil: (answer: WireAnswer) => string): Fault {
  return async (request, send) => {
    const answer = await send(request);
    return answer.status >= 200 && answer.status < 300 ? { ...answer, status: 200, body: spoil(answer) } : answer;
  };
}

/** A record as a vendor shows it that leaves out its lists, or says that there is nothing in them. */
export const withoutLists: Fault = spoiling(({ body }) => JSON.stringify(JSON.parse(body, (_, value: unknown) => (Array.isArray(value) ? undefined : value))));
export const emptied: Fault = spoiling(({ body }) => JSON.stringify(JSON.parse(body, (_, value: unknown) => (Array.isArray(value) ? [] : value))));

/** Successes that are about the right record, and say of it neither that it is deleted nor that it is not. */
export const SAYS_NEITHER: readonly (readonly [name: string, fault: Fault])[] = [
  ["the record's id alone", (request, send) => spoiling(({ body }) => JSON.stringify(membersOf(body, (value) => leadsTo(request, String(value)))))(request, send)],
  ["a bare 204", answeringAfter(204, "")],
  ["another word in the place of a yes", spoiling(({ body }) => body.replace(/:\s*true\b/g, ':"pending"'))],
];

function membersOf(body: string, isKept: (value: unknown) => boolean): object {
  return Object.fromEntries(Object.entries(JSON.parse(body) as object).filter(([, value]) => isKept(value)));
}

/** Every way in which an answer says nothing, with its name: a refusal that may pass, and each success without sense. */
export const NO_ANSWERS: readonly (readonly [name: string, fault: Fault])[] = [
  ["a 503", answering(503, proxyPage)],
  ...Object.entries(MALFORMED).map(([name, spoil]) => [name, spoiling(spoil)] as const),
];

/** The vendor knows more of each record than it did when the connector was written: beside every text that `isOf` it, a member that nobody has heard of. */
export function tellingMore(isOf: (text: string) => boolean, unknown: unknown): Fault {
  const more = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(more);
    if (typeof value !== "object" || value === null) return value;
    const members = Object.entries(value).map(([key, each]) => [key, more(each)]);
    return Object.fromEntries(Object.values(value).some((each) => typeof each === "string" && isOf(each)) ? [...members, ["not_heard_of", unknown]] : members);
  };
  return spoiling(({ body }) => (body === "" ? "" : JSON.stringify(more(JSON.parse(body)))));
}

/** The vendor tells another text wherever it told one, as a value or as a member's name; nothing, and no such member, where that is undefined. */
export function retelling(told: (text: string) => string | null | undefined): Fault {
  const retold = (value: unknown): unknown => {
    if (typeof value === "string") return told(value);
    if (Array.isArray(value)) return value.map(retold).filter((each) => each !== undefined);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => {
      const name = told(key);
      return typeof name === "string" ? [[name, retold(each)]] : [];
    }));
  };
  return spoiling(({ body }) => (body === "" ? "" : (JSON.stringify(retold(JSON.parse(body))) ?? "")));
}

/** Makes the vendor answer for something else than was asked, and, with `disguise`, say that it was what was asked for. */
export function asIf(asked: string, instead: () => string | Promise<string>, { disguise = false } = {}): Fault {
  return async (request, send) => {
    const other = await instead();
    const answer = await send({ ...request, url: swap(request.url, asked, other), body: swap(request.body, asked, other) });
    return disguise ? { ...answer, body: swap(answer.body, other, asked) } : answer;
  };
}

/** Every further call to a place gets the first one's answer again, as from a vendor that ignores its own cursor. */
export function repeatingFirstPage(): Fault {
  const first = new Map<string, WireAnswer>();
  return async (request, send) => {
    const place = `${request.method} ${new URL(request.url).pathname}`;
    const answer = first.get(place) ?? (await send(request));
    first.set(place, answer);
    return answer;
  };
}

/** More calls than any vendor's few planted records are worth. */
export const GOING_ROUND = 500;

/** The fault, until so many calls were made; then the vendor cannot be reached any more, so that a connector that never stops is stopped. */
export function atMost(calls: number, fault: Fault): Fault {
  let made = 0;
  return (request, send) => ((made += 1) > calls ? lostBefore(request, send) : fault(request, send));
}

/** Whole words only: the id `p1` does not stand in `p12`. */
function swap(text: string, from: string, to: string): string {
  const word = (value: string) => new RegExp(`(?<![A-Za-z0-9])${value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![A-Za-z0-9])`, "g");
  const plain = text.replace(word(from), () => to);
  return encodeURIComponent(from) === from ? plain : plain.replace(word(encodeURIComponent(from)), () => encodeURIComponent(to));
}
