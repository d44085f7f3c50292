import { createHash } from "node:crypto";
import type { Checkpoint, EvidenceRecord } from "../../core/evidence.js";
import { sentenceOf } from "./evidence-sentences.js";

/**
 * A request's evidence as one page to print: nothing in it loads, runs or links anywhere, and every text is escaped. It is for reading; what can be
 * checked is the export, whose checkpoint stands at the end.
 */
export function evidenceHtml(records: readonly EvidenceRecord[], checkpoint: Checkpoint): string {
  const { request, count, head, at, key, signature } = checkpoint;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>Evidence of request ${escaped(request)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Evidence of request ${escaped(request)}</h1>
<p>People and the vendor's records stand here as pseudonyms. Times are UTC.</p>
<table>
<thead><tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">What</th></tr></thead>
<tbody>
${records.map(row).join("\n")}
</tbody>
</table>
<h2>Checkpoint</h2>
<dl>
${Object.entries({ records: String(count), "last hash": head, exported: at, "signing key": key, signature })
  .map(([name, value]) => `<dt>${name}</dt><dd><code>${escaped(value)}</code></dd>`)
  .join("\n")}
</dl>
<p>This page is for reading. To check that nothing was changed, verify the export of the same request against the fingerprint of the signing key.</p>
</main>
</body>
</html>
`;
}

const STYLE =
  "body{font:14px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#111;background:#fff;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #ccc;padding:.35rem .5rem;text-align:left;vertical-align:top}th,td:not(:last-child){white-space:nowrap}ul{margin:.2rem 0 0;padding-left:1.1rem;color:#444}code,dd{font:12px/1.4 ui-monospace,monospace}tr{break-inside:avoid}";

function row(record: EvidenceRecord): string {
  const { seq, at, what, details } = sentenceOf(record);
  const list = details.length === 0 ? "" : `<ul>${details.map((each) => `<li>${escaped(each)}</li>`).join("")}</ul>`;
  return `<tr><td>${seq}</td><td>${escaped(at)}</td><td>${escaped(what)}${list}</td></tr>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
