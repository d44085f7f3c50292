import { expect } from "chai";
import type { IntercomSandboxOptions } from "../../../../connectors/intercom/sandbox/options.js";
import type { IntercomSandbox } from "../../../../connectors/intercom/sandbox/sandbox.js";
import { createIntercomSandbox } from "../../../../connectors/intercom/sandbox/sandbox.js";
import { undescribed } from "./description.js";

/** Loose, because each answer is checked by its schema before a test looks into it. */
type Json = Record<string, any>;

export type Answer = { status: number; headers: Headers; body: Json };

export type CallOptions = {
  token?: string | null;
  version?: string | null;
  headers?: Record<string, string>;
  host?: string;
};

/** A sandbox with a clock in hand, every answer of which is held against the connector's own description. */
export class DescribedSandbox {
  now = Date.UTC(2026, 10, 23, 9, 0, 0);
  readonly sandbox: IntercomSandbox;

  constructor(options: Omit<IntercomSandboxOptions, "clock"> = {}) {
    this.sandbox = createIntercomSandbox({ clock: { now: () => this.now }, ...options });
  }

  advance(durationMs: number): void {
    this.now += durationMs;
  }

  async call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    const { token = this.sandbox.token, version = "2.16", host = "https://api.intercom.io" } = options;
    const request = new Request(host + path, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(version === null ? {} : { "intercom-version": version }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return described(method, path, await this.sandbox.fetch(request));
  }

  search(email: string, options: CallOptions = {}): Promise<Answer> {
    return this.call("POST", "/contacts/search", { query: { field: "email", operator: "=", value: email } }, options);
  }

  async idOf(email: string): Promise<string> {
    const { body } = await this.search(email);
    return body.data[0].id as string;
  }
}

/** Fails unless the answer is one that the description promises for this request. */
export async function described(method: string, path: string, response: Response): Promise<Answer> {
  const text = await response.text();
  const contentType = response.headers.get("content-type") ?? "";
  expect(undescribed({ method, path, status: response.status, contentType, text })).to.equal(undefined);
  const body = (text === "" ? undefined : contentType === "text/plain" ? { text } : JSON.parse(text)) as Json;
  return { status: response.status, headers: response.headers, body };
}
