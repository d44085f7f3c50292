/** What an endpoint says, before rate headers, faults and the wire are laid over it. */
export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON value, or text or pieces of the type that the headers name. */
  readonly content: { readonly json: unknown } | { readonly text: string } | { readonly length: number; readonly pieces: () => Iterable<Uint8Array> };
};

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "application/json; charset=utf-8", ...headers }, content: { json: value } };
}

/** Intercom's error envelope; the id of the request is added when the answer is finished. */
export function failure(status: number, code: string, message: string | null, headers: Readonly<Record<string, string>> = {}): Reply {
  return json({ type: "error.list", errors: [{ code, message }] }, status, headers);
}

export function html(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "text/html; charset=utf-8", ...headers }, content: { text } };
}

export function empty(status: number): Reply {
  return { status, headers: {}, content: { text: "" } };
}

export function redirect(location: string, status = 302): Reply {
  return { status, headers: { location }, content: { text: "" } };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
