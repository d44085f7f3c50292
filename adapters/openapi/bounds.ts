import type { Node } from "./shape.js";

const KEYWORDS = ["minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum"] as const;

type Keyword = (typeof KEYWORDS)[number];

/** How long, how many or how large something may be; left out where it may be anything. */
export type Bounds = Readonly<Partial<Record<Keyword, number>>>;

export type Bounded = { readonly types: ReadonlySet<string>; readonly values: ReadonlySet<unknown> | undefined; readonly bounds: Bounds };

export function boundsOf(schema: Node): Bounds {
  return collected((keyword) => (typeof schema[keyword] === "number" ? schema[keyword] : undefined));
}

/** Of alternatives the wider ones; an alternative of another type says nothing about this one. */
export function widerBounds(left: Bounded, right: Bounded): Bounds {
  return collected((keyword) => {
    const [one, other] = [left.bounds[keyword], right.bounds[keyword]];
    if (one !== undefined && other !== undefined) return isNarrower(keyword, one, other) ? other : one;
    if (one !== undefined) return concerns(keyword, right) ? undefined : one;
    return concerns(keyword, left) ? undefined : other;
  });
}

/** What holds where both have to. */
export function narrowerBounds(left: Bounds, right: Bounds): Bounds {
  return collected((keyword) => {
    const [one, other] = [left[keyword], right[keyword]];
    return one === undefined || (other !== undefined && isNarrower(keyword, other, one)) ? other : one;
  });
}

/** Where less is taken there than may be sent from here. Values that are listed one by one are compared as such. */
export function narrowedBounds(our: Bounded, their: Bounded): string | undefined {
  if (our.values !== undefined) return undefined;
  const narrowed = KEYWORDS.flatMap((keyword) => {
    const [here, there] = [our.bounds[keyword], their.bounds[keyword]];
    if (there === undefined || !concerns(keyword, our) || !isNarrower(keyword, there, here ?? unbounded(keyword))) return [];
    return [`${words(keyword, there)} there, ${here === undefined ? "not bounded" : `${side(keyword)} ${here}`} here`];
  });
  return narrowed.length === 0 ? undefined : narrowed.join("; ");
}

function collected(of: (keyword: Keyword) => number | undefined): Bounds {
  return Object.fromEntries(KEYWORDS.flatMap((keyword) => {
    const bound = of(keyword);
    return bound === undefined ? [] : [[keyword, bound]];
  }));
}

function isNarrower(keyword: Keyword, one: number, other: number): boolean {
  return keyword.startsWith("min") ? one > other : one < other;
}

function unbounded(keyword: Keyword): number {
  if (keyword.startsWith("max")) return Infinity;
  return keyword === "minimum" ? -Infinity : 0;
}

function concerns(keyword: Keyword, { types }: Bounded): boolean {
  if (types.size === 0) return true;
  if (keyword.endsWith("Items")) return types.has("array");
  if (keyword.endsWith("Length")) return types.has("string");
  return types.has("number") || types.has("integer");
}

function side(keyword: Keyword): string {
  return keyword.startsWith("min") ? "at least" : "at most";
}

function words(keyword: Keyword, bound: number): string {
  const unit = keyword.endsWith("Items") ? " item" : keyword.endsWith("Length") ? " character" : "";
  return `${side(keyword)} ${bound}${unit}${unit === "" || bound === 1 ? "" : "s"}`;
}
