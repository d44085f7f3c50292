import { parse } from "yaml";
import { DsrError, type ErrorCode } from "../../core/errors.js";
import { isCutOff } from "./cut-off.js";
import { isNode, type Node } from "./shape.js";

/** An OpenAPI description in YAML or JSON. @throws DsrError of that code, with the place where it comes from */
export function parseDescription(text: string, at: string, code: ErrorCode): Node {
  const refused = (reason: string): DsrError => new DsrError(code, { at, reason });
  if (/^\s*</.test(text)) throw refused("it is a web page (HTML) or XML, as behind a link that shows a file instead of giving it");
  let document: unknown;
  try {
    // Some descriptions share a few anchors hundreds of times over, and are no attack.
    document = parse(text, { maxAliasCount: 10_000 });
  } catch {
    throw refused("it is neither YAML nor JSON, or is cut off");
  }
  if (!isNode(document) || !isNode(document["paths"])) throw refused("it is no OpenAPI description: it has no paths");
  // Another version says the same things at other places: all would seem to have gone.
  const { swagger, openapi } = document;
  if (swagger !== undefined || (openapi !== undefined && !(typeof openapi === "string" && /^3\.\d/.test(openapi)))) throw refused("it is not of OpenAPI 3");
  if (isCutOff(text, document)) throw refused("it is cut off: it refers to parts that are not in it");
  return document;
}
