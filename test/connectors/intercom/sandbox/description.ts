import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";

/** One answer of the sandbox, and what it answers. */
export interface AnswerSeen {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

type Description = { paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>> };

const FILE = new URL("../../../../connectors/intercom/api/openapi.yaml", import.meta.url);
/** What any request may be answered with, described or not: that it makes no sense, or that there is no such thing. */
const ALWAYS = [400, 404, 406, 422];
/** Nor is anybody told what there is without a token. */
const UNKNOWN_PATH = [...ALWAYS, 401];

let loaded: { readonly description: Description; readonly ajv: Ajv2020; readonly templates: Map<string, RegExp> } | undefined;
const compiled = new Map<string, ValidateFunction>();

/** Why an answer is none that the connector's own description promises for its request; undefined where it is one. */
export function undescribed({ method, path, status, contentType, text }: AnswerSeen): string | undefined {
  const { description, ajv } = load();
  const pathname = path.split("?")[0] ?? path;
  const template = templateOf(method, pathname);
  const operation = template === undefined ? undefined : description.paths[template]?.[method.toLowerCase()];
  const documented = operation !== undefined && String(status) in operation.responses;
  if (!documented && !(operation === undefined ? UNKNOWN_PATH : ALWAYS).includes(status)) return `undocumented status of ${method} ${pathname}: ${status}`;
  if (text === "" || contentType === "text/plain") return undefined;
  const pointer = documented ? schemaPointer(template ?? "", method, status) : "/components/schemas/ErrorList";
  const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#${pointer}` });
  compiled.set(pointer, validate);
  if (validate(JSON.parse(text))) return undefined;
  return `${method} ${pathname} ${status}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 300)}`;
}

/** Read when the first answer is judged: most files of tests never ask the sandbox anything. */
function load(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  const description = parse(readFileSync(FILE, "utf8")) as Description;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(description, "openapi");
  const templates = new Map(Object.keys(description.paths).map((template) => [template, new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`)]));
  return (loaded = { description, ajv, templates });
}

function templateOf(method: string, pathname: string): string | undefined {
  const { description, templates } = load();
  const fitting = [...templates].filter(([template, pattern]) => pattern.test(pathname) && description.paths[template]?.[method.toLowerCase()] !== undefined);
  return fitting.map(([template]) => template).sort((left, right) => left.split("{").length - right.split("{").length)[0];
}

function schemaPointer(template: string, method: string, status: number): string {
  const response = load().description.paths[template]?.[method.toLowerCase()]?.responses[String(status)];
  const referenced = (response as { $ref?: string }).$ref;
  const start = referenced === undefined ? `/paths/${escape(template)}/${method.toLowerCase()}/responses/${status}` : referenced.slice(1);
  return `${start}/content/application~1json/schema`;
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
