/**
 * JSON in which nothing hides: characters that turn text around, break lines for some readers or steer a terminal are written as escapes.
 * Parsing gives back exactly the value; lone surrogates are escaped by `JSON.stringify` itself.
 */
export function visibleJson(value: unknown, indent?: number): string {
  return (JSON.stringify(value, undefined, indent) ?? "null").replace(HIDDEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** C1 controls; bidirectional controls (Unicode's Bidi_Control); line and paragraph separators; byte-order marks. */
const HIDDEN = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
