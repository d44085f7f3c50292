import { parse } from "yaml";
import { DsrError } from "../../core/errors.js";
import { isNode, type Node } from "./shape.js";

/** An OpenAPI description in YAML or JSON. @throws DsrError `CONFIG_INVALID` with the place where it comes from */
export function parseDescription(text: string, at: string): Node {
  let document: unknown;
  try {
    // Some descriptions share a few anchors hundreds of times over, and are no attack.
    document = parse(text, { maxAliasCount: 10_000 });
  } catch {
    throw new DsrError("CONFIG_INVALID", { at, reason: "it is neither YAML nor JSON" });
  }
  if (!isNode(document) || !isNode(document["paths"])) throw new DsrError("CONFIG_INVALID", { at, reason: "it is no OpenAPI description: it has no paths" });
  // Another version says the same things at other places: all would seem to have gone.
  const { swagger, openapi } = document;
  if (swagger !== undefined || (openapi !== undefined && !(typeof openapi === "string" && /^3\.\d/.test(openapi)))) throw new DsrError("CONFIG_INVALID", { at, reason: "it is not of OpenAPI 3" });
  return document;
}
