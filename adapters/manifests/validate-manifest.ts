import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { fullFormats } from "ajv-formats/dist/formats.js";
import type { ManifestFault, ManifestValidator } from "../../core/registry.js";
import { findNonJson } from "./plain-json.js";

/**
 * Makes the judge of manifests: each fault is a JSON pointer and a reason in plain words, which repeats nothing of the document. What is not
 * plain JSON of a manifest's size never reaches the schema, so that a hostile document can neither exhaust nor mislead it.
 */
export function createManifestValidator(): ManifestValidator {
  return (manifest) => {
    try {
      const fault = findNonJson(manifest);
      if (fault !== undefined) return [fault];
      const validate = (compiled ??= compileSchema());
      return validate(manifest) ? [] : distinct((validate.errors ?? []).map(faultOf));
    } catch {
      // A proxy or an accessor may throw whatever it likes.
      return [{ pointer: "", reason: "it cannot be read" }];
    }
  };
}

/** Compiling takes longer than everything else that a command does to start: once in a process is enough. */
let compiled: ValidateFunction | undefined;

function compileSchema(): ValidateFunction {
  const schema = JSON.parse(readFileSync(new URL("../../contracts/manifest.schema.json", import.meta.url), "utf8")) as object;
  // That the schema is one itself is tested, and not looked at in each process anew.
  // Code that is compiled in half the time does, for the few manifests that a process sees.
  const quickly = { validateSchema: false, inlineRefs: false, code: { optimize: false } };
  const ajv = new Ajv2020({ ...quickly, allErrors: true, verbose: true, formats: { uri: fullFormats.uri, date: fullFormats.date } });
  return ajv.compile(schema);
}

function faultOf(error: ErrorObject): ManifestFault {
  const { keyword, instancePath, params } = error;
  const within = (name: unknown) => (typeof name === "string" && /^[\w.-]{1,64}$/.test(name) ? `${instancePath}/${name}` : instancePath);
  if (keyword === "required") return { pointer: within(params.missingProperty), reason: "it is missing" };
  if (keyword === "additionalProperties") return { pointer: within(params.additionalProperty), reason: "a manifest has no such member here" };
  return { pointer: instancePath, reason: reasonOf(error) };
}

/** In the schema's own words where it has some for the place. */
function reasonOf({ keyword, params, parentSchema }: ErrorObject): string {
  const described: unknown = parentSchema?.description;
  switch (keyword) {
    case "enum":
      return `it is not one of ${(params.allowedValues as readonly string[]).join(", ")}`;
    case "minItems":
      return `it needs at least ${params.limit} of them`;
    case "maxItems":
      return `it has more than ${params.limit} of them`;
    case "uniqueItems":
      return "it names something twice";
    case "minimum":
    case "maximum":
      return `it has to be ${params.comparison} ${params.limit}`;
    default:
      if (typeof described === "string") return `it is not ${described}`;
      return keyword === "type" ? `it is not of the type ${params.type}` : "it does not fit the schema";
  }
}

function distinct(faults: readonly ManifestFault[]): readonly ManifestFault[] {
  return [...new Map(faults.map((fault) => [`${fault.pointer}\n${fault.reason}`, fault])).values()];
}
