import { type Fault, keyOf, type WireAnswer, type WireCall, type WireRequest } from "./wire.js";

/** A list of more than a page, as its first answer began it. */
export interface GoesOn {
  /** The call for the first page. */
  readonly key: string;
  readonly place: string;
  /** What in its answer leads to the next page, and of that what is sent with the call for it. */
  readonly cursors: ReadonlyMap<string, string>;
}

/** The first answer of each list that goes on, and what in it is sent with the call for the next page. */
export function goneOnFrom(calls: readonly WireCall[]): readonly GoesOn[] {
  return calls.flatMap((call, n) => {
    const place = placeOf(call);
    if (calls.slice(0, n).some((each) => placeOf(each) === place)) return [];
    const next = calls.slice(n + 1).find((each) => placeOf(each) === place);
    const sent = new Set(sentWith(call));
    const fresh = next === undefined ? [] : sentWith(next).filter((text) => text !== "" && !sent.has(text));
    const cursors = new Map<string, string>();
    reviveBeside(parsed(call.answer?.body ?? ""), (leaf) => {
      const text = fresh.find((each) => String(leaf) === each || String(leaf).includes(`=${encodeURIComponent(each)}`));
      if (text !== undefined) cursors.set(String(leaf), text);
      return undefined;
    });
    return cursors.size === 0 ? [] : [{ key: keyOf(call), place, cursors }];
  });
}

/** Of the records on this page no more than so many: the vendor took the others out after it had made the page. */
export function thinned(left: number): (answer: WireAnswer) => string {
  const isOfRecords = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > left && value.every((each) => typeof each === "object" && each !== null);
  // The list itself, wherever the answer has it, and no list within a record.
  const thin = (value: unknown): unknown => {
    if (isOfRecords(value)) return value.slice(0, left);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, thin(each)]));
  };
  return ({ body }) => JSON.stringify(thin(parsed(body)));
}

/** A page whose answer counts one record in all, as a count does that lags behind; the same where it counts none. */
export function undercounted({ body }: Pick<WireAnswer, "body">): string {
  const under = (value: unknown, name = ""): unknown => {
    if (typeof value === "number" && A_COUNT.test(name)) return Math.min(value, 1);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, under(each, key)]));
  };
  return JSON.stringify(under(parsed(body)));
}

const A_COUNT = /count|total/i;

/** After the first page of a list come so many that hold nothing, each behind a cursor of its own; only the last of them leads to what came next. */
export function stretched({ key, place, cursors }: GoesOn, pages: number): Fault {
  let begun: WireAnswer | undefined;
  const leadingTo = (number: number, body: string): string => {
    const toThere = (leaf: string | number): unknown => {
      const text = cursors.get(String(leaf));
      if (text === undefined || number > pages) return undefined;
      if (typeof leaf === "number") return Number(forged(text, number));
      return leaf === text ? forged(text, number) : leaf.replace(`=${encodeURIComponent(text)}`, `=${encodeURIComponent(forged(text, number))}`);
    };
    return JSON.stringify(reviveBeside(parsed(body), toThere));
  };
  const numbers = new Map([...cursors.values()].flatMap((text) => Array.from({ length: pages }, (_, n) => [forged(text, n + 1), n + 1] as const)));
  return async (request, send) => {
    if (keyOf(request) === key) {
      begun = await send(request);
      return { ...begun, body: leadingTo(1, begun.body) };
    }
    const number = placeOf(request) === place ? sentWith(request).flatMap((text) => numbers.get(text) ?? [])[0] : undefined;
    return begun === undefined || number === undefined ? send(request) : { ...begun, body: leadingTo(number + 1, thinned(0)(begun)) };
  };
}

/** A cursor that is no other page's: a number where the vendor's own is one. */
function forged(cursor: string, number: number): string {
  return /^\d+$/.test(cursor) ? String(Number(cursor) + FAR + number) : `${cursor}${FAR + number}`;
}

/** Beyond the number of any page there is. */
const FAR = 1_000_000;

/** A copy of a JSON value in which texts and numbers that stand in no list are what they are replaced by, if by anything. */
export function reviveBeside(value: unknown, replace: (leaf: string | number) => unknown): unknown {
  if (typeof value === "string" || typeof value === "number") return replace(value) ?? value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, reviveBeside(each, replace)]));
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function placeOf({ method, url }: Pick<WireRequest, "method" | "url">): string {
  return `${method} ${new URL(url).pathname}`;
}

/** The parameters of a call, and every text and number in its body. */
function sentWith({ url, body }: WireRequest): readonly string[] {
  const texts: string[] = [...new URL(url).searchParams.values()];
  JSON.stringify(parsed(body), (_, each: unknown) => {
    if (typeof each === "string" || typeof each === "number") texts.push(String(each));
    return each;
  });
  return texts;
}
