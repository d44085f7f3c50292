import type { Erase } from "../../core/erasure.js";
import type { Attention } from "../../core/outcome.js";
import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";
import type { Subject } from "./cli.js";
import { hintFor } from "./hints.js";

/** A result as scripts read it. Every field is always there; what does not apply is null or empty. */
export function resultJson(result: RequestResult, subject: Subject): object {
  return "package" in result ? accessJson(result, subject) : deletionJson(result, subject);
}

function accessJson(result: AccessResult, subject: Subject): object {
  const { request, outcome, attention, matches, loose, nearMatches, teammate, searched, notCovered, dropped, counts, readUntil, gaps, redactions, apiCalls } = result;
  const written = result.package;
  return {
    request,
    outcome,
    attention: attentionJson(attention, result, subject),
    matches,
    loose,
    nearMatches,
    teammate,
    searched,
    notCovered,
    dropped,
    counts,
    readUntil,
    gaps,
    redactions,
    // The folder, whose hash is its manifest's; and the same as one file, whose hash is its own.
    package: written === null ? null : { path: written.path, sha256: written.sha256, expiresAt: written.expiresAt, zip: written.zip ?? null, state: written.state, seenAt: written.seenAt ?? null },
    toCome: result.toCome,
    keyDestroyedAt: result.keyDestroyedAt,
    apiCalls,
    evidence: result.evidence,
  };
}

function deletionJson(result: DeletionResult, subject: Subject): object {
  const { request, plan, outcome, attention, targets, dependents = [], residuals, matches, loose, nearMatches, teammate, searched, notCovered, dropped, gaps, apiCalls } = result;
  return {
    request,
    plan: plan === null ? null : planJson(plan),
    outcome,
    attention: attentionJson(attention, result, subject),
    matches,
    loose,
    nearMatches,
    teammate,
    targets,
    dependents,
    residuals,
    laterLooks: result.laterLooks,
    toCome: result.toCome,
    keyDestroyedAt: result.keyDestroyedAt,
    searched,
    notCovered,
    dropped,
    gaps,
    apiCalls,
    evidence: result.evidence,
  };
}

function planJson({ id, confirm, expiresAt, policies = [], targets, dependents = [], kept, unseen, warnings, estimate, choices }: NonNullable<DeletionResult["plan"]>): object {
  const { erase, only = null, exclude = [], also = [], extents = [] } = choices;
  return { id, confirm, expiresAt, erase: eraseWord(erase), policies, targets, dependents, kept, unseen, warnings, estimate, choices: { only, exclude, also, extents } };
}

/** As the command line calls it. */
function eraseWord(erase: Erase = "subject"): "contacts" | "related" {
  return erase === "subject" ? "contacts" : "related";
}

function attentionJson(attention: Attention | undefined, { request }: RequestResult, subject: Subject): object | null {
  if (attention === undefined) return null;
  const { code, scope, resumeAt, holds } = attention;
  const hint = hintFor(code, { ...subject, requestId: request.id, connection: request.connection, connector: request.connector });
  return { code, hint, ...(scope === undefined ? {} : { scope }), ...(resumeAt === undefined ? {} : { resumeAt }), ...(holds === undefined ? {} : { holds }) };
}
