import { DsrError } from "../../core/errors.js";

/** What hosts hand to the framework's methods, judged before it is used. Types say the same, but not every caller is typed. */
export const checkArgument = {
  connectionName: (value: unknown): string => text(value, "connection", /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "it is 1 to 64 letters, digits, - and _"),
  id: (value: unknown, at: string): string => text(value, at, /^[A-Za-z0-9_-]{1,160}$/, "it is an id as the framework gave it"),
  confirmation: (value: unknown): string => text(value, "confirm", /^[^\p{C}]{0,200}$/u, "it is the code that the plan carries"),
  /** A token travels in a header, so it is printable ASCII; a newline at its end is a file's, not the token's. */
  credential: (value: unknown): string => text(value, "credential", /^[\x21-\x7e]{1,4096}$/, "it is a token of printable ASCII characters without spaces or line breaks"),
  words: (value: unknown, at: string): string => text(value, at, /^[^\p{C}]{1,4096}$/u, "it is text without control characters"),
  rate: (value: unknown): number => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) throw new DsrError("CONFIG_INVALID", { at: "rate", reason: "it is a whole number of requests, at least 1" });
    return value;
  },
  /** An origin, and nothing beyond: a path or a password in it would be lost or leak. */
  apiUrl: (value: unknown): string => {
    const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
    const plain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.pathname === "/" && url.search === "" && url.hash === "";
    if (url === undefined || !plain) throw new DsrError("CONFIG_INVALID", { at: "apiUrl", reason: "it is an origin, as in https://api.example.test" });
    return url.origin;
  },
  object: (value: unknown, at: string): object => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new DsrError("REQUEST_INVALID", { at, reason: "it is not an object" });
    return value;
  },
  /** What is not there is as good as false; "no" is true to a program, and must not abandon anything. */
  switches: (value: unknown, names: readonly string[]): object => {
    const switches = checkArgument.object(value, "options");
    const wrong = Object.entries(switches).find(([name, each]) => each !== undefined && (!names.includes(name) || typeof each !== "boolean"));
    if (wrong !== undefined) throw new DsrError("REQUEST_INVALID", { at: names.find((name) => name === wrong[0]) ?? "options", reason: names.includes(wrong[0]) ? "it is true or false" : "there is no such option" });
    return switches;
  },
  list: (value: unknown, at: string): void => {
    if (!Array.isArray(value) || value.some((each) => typeof each !== "string")) throw new DsrError("REQUEST_INVALID", { at, reason: "it is a list of texts" });
  },
};

function text(value: unknown, at: string, form: RegExp, reason: string): string {
  if (typeof value !== "string" || !form.test(value)) throw new DsrError("REQUEST_INVALID", { at, reason });
  return value;
}
