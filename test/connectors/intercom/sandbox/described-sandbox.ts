import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { parse } from "yaml";
import type { IntercomSandboxOptions } from "../../../../connectors/intercom/sandbox/options.js";
import type { IntercomSandbox } from "../../../../connectors/intercom/sandbox/sandbox.js";
import { createIntercomSandbox } from "../../../../connectors/intercom/sandbox/sandbox.js";

type Description = { paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>> };
/** Loose, because each answer is checked by its schema before a test looks into it. */
type Json = Record<string, any>;

const FILE = new URL("../../../../connectors/intercom/api/openapi.yaml", import.meta.url);
const description = parse(readFileSync(FILE, "utf8")) as Description;
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(description, "openapi");

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
  const plain = response.headers.get("content-type") === "text/plain";
  const body = (text === "" ? undefined : plain ? { text } : JSON.parse(text)) as Json;
  const pathname = path.split("?")[0] ?? path;
  const template = templateOf(method, pathname);
  const operation = template === undefined ? undefined : description.paths[template]?.[method.toLowerCase()];
  const documented = operation !== undefined && String(response.status) in operation.responses;
  if (!documented) expect(response.status, `undocumented status of ${method} ${pathname}`).to.be.oneOf([400, 404, 406, 422]);
  if (body !== undefined && !plain) {
    const pointer = documented ? schemaPointer(template ?? "", method, response.status) : "/components/schemas/ErrorList";
    const validate = ajv.compile({ $ref: `openapi#${pointer}` });
    expect(validate(body), `${method} ${pathname} ${response.status}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 300)}`).to.equal(true);
  }
  return { status: response.status, headers: response.headers, body };
}

function templateOf(method: string, pathname: string): string | undefined {
  const fitting = Object.keys(description.paths).filter((template) => {
    const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`);
    return pattern.test(pathname) && description.paths[template]?.[method.toLowerCase()] !== undefined;
  });
  return fitting.sort((left, right) => left.split("{").length - right.split("{").length)[0];
}

function schemaPointer(template: string, method: string, status: number): string {
  const response = description.paths[template]?.[method.toLowerCase()]?.responses[String(status)];
  const referenced = (response as { $ref?: string }).$ref;
  const start = referenced === undefined ? `/paths/${escape(template)}/${method.toLowerCase()}/responses/${status}` : referenced.slice(1);
  return `${start}/content/application~1json/schema`;
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
