import { readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { DsrError } from "../../core/errors.js";
import type { EvidenceRecord } from "../../core/evidence.js";
import type { PopulationFilter } from "../../core/evidence-population.js";
import { evidenceHtml } from "../evidence/evidence-html.js";
import { sentenceOf } from "../evidence/evidence-sentences.js";
import { populationCsv } from "../evidence/population-csv.js";
import { isFingerprint, verifyEvidence, type EvidenceVerdict } from "../evidence/verify-evidence.js";
import { verifyPopulationFile } from "../evidence/verify-population.js";
import { parseDate, parseEnd } from "../intake/dates.js";
import type { Act, Work } from "./act.js";
import type { CliIo } from "./cli-io.js";
import { withDsr } from "./open-dsr.js";
import { readPieces } from "./read-input.js";
import type { Style } from "./style.js";
import { aligned, plural, visible } from "./visible-text.js";

interface ListFlags {
  readonly from?: string;
  readonly to?: string;
  readonly by: "received" | "finished";
  readonly csv?: true;
}

export function addEvidenceCommands(program: Command, act: Act): void {
  const evidence = program.command("evidence").description("what was done, in a form that somebody else can check");
  evidence
    .command("list")
    .description("every request of a period, whatever became of it, with their signed number")
    .option("--from <date>", "from this day on")
    .option("--to <date>", "to the end of this day")
    .addOption(new Option("--by <date>", "which date is meant").choices(["received", "finished"]).default("received"))
    .option("--csv", "a table; the signed number goes to standard error")
    .action(act(list));
  evidence.command("show").description("the evidence of a request, in words").argument("<id>", "the request").action(act(show));
  evidence
    .command("export")
    .description("the evidence of a request as a file to be given away; keep its last line, the checkpoint, to notice if it is ever told otherwise")
    .argument("<id>", "the request")
    .addOption(new Option("--format <format>", "ndjson can be verified, html is for reading").choices(["ndjson", "html"]).default("ndjson"))
    .action(act(exportEvidence));
  evidence
    .command("verify")
    .description("check an exported file, or a list that was printed with --json; needs no home folder and no network")
    .argument("<file>", "the file; - reads standard input")
    .option("--key <fingerprint>", "of the key that must have signed it, known from elsewhere")
    .option("--checkpoint <file>", "a checkpoint or an export that was kept from earlier")
    .action(act(verify));
  evidence.command("key").description("the public key that signs this home's evidence, and its fingerprint").action(act(showKey));
}

const list: Work<ListFlags> = (cli, { from, to, by, csv }) =>
  withDsr(cli, async ({ dsr }) => {
    const filter: PopulationFilter = { by, ...(from === undefined ? {} : { from: parseDate(from, "--from") }), ...(to === undefined ? {} : { until: parseEnd(to, "--to") }) };
    const population = await dsr.evidenceList(filter);
    const { requests, statement } = population;
    if (cli.json) cli.printJson(population);
    else if (csv === true) {
      cli.io.stdout.write(populationCsv(requests));
      cli.tell(JSON.stringify({ ...statement, publicKey: population.publicKey }));
    } else {
      cli.print([
        ...aligned(requests.map((each) => [each.request, each.type, visible(each.connection), each.outcome, each.why ?? "", `received ${each.receivedAt.slice(0, 10)}`, each.finishedAt === null ? "open" : `finished ${each.finishedAt.slice(0, 10)}`, visible(each.reference ?? "")]), ""),
        cli.style.bold(plural(statement.count, "request")),
        `  not counted: ${statement.notVendorsOwn} not at the vendor's own API, ${plural(statement.rehearsals, "rehearsal")}${by === "finished" ? `, ${statement.unfinished} not finished` : ""}`,
        cli.style.dim(`  signed ${statement.at} with ${statement.key}`),
        cli.style.dim(`  signature ${statement.signature}`),
      ]);
    }
    return 0;
  });

const show: Work<object> = (cli, _, id = "") =>
  withDsr(cli, async ({ dsr }) => {
    const { head, records, checkpoints } = await dsr.evidence(id);
    if (cli.json) cli.printJson({ ...head, records, checkpoints });
    else cli.print([...recordLines(records, cli.style), cli.style.dim(`${plural(head.count, "record")}, the last one ${head.hash}; ${plural(checkpoints.length, "signed checkpoint")}`)]);
    return 0;
  });

const exportEvidence: Work<{ readonly format: "ndjson" | "html" }> = (cli, { format }, id = "") =>
  withDsr(cli, async ({ dsr }) => {
    const { text, checkpoint } = await dsr.exportEvidence(id);
    const shown = format === "ndjson" ? text : evidenceHtml((await dsr.evidence(id)).records.slice(0, checkpoint.count), checkpoint);
    if (cli.json) cli.printJson({ format, text: shown, checkpoint });
    else cli.io.stdout.write(shown);
    return 0;
  });

const verify: Work<{ readonly key?: string; readonly checkpoint?: string }> = async (cli, { key, checkpoint }, file = "") => {
  if (key !== undefined && !isFingerprint(key)) throw new DsrError("USAGE", { at: "--key", reason: "it is a fingerprint of 64 hexadecimal digits, as `dsr evidence key` prints it" });
  const kept = checkpoint === undefined ? undefined : bytesOf(checkpoint, "--checkpoint");
  const told = file === "-" ? await standardInput(cli.io) : bytesOf(file, "the file");
  const named = key === undefined ? {} : { key };
  const ofList = verifyPopulationFile(told, named);
  if (kept !== undefined && ofList !== undefined) throw new DsrError("USAGE", { at: "--checkpoint", reason: "a list has no checkpoint" });
  if (kept !== undefined && verifyPopulationFile(kept) !== undefined) throw new DsrError("USAGE", { at: "--checkpoint", reason: "it is a list, and neither a checkpoint nor an export" });
  const { records: _, ...verdict } = ofList ?? verifyEvidence(told, { ...named, ...(kept === undefined ? {} : { checkpoint: kept }) });
  if (cli.json) cli.printJson(verdict);
  else cli.print(verdictLines(verdict, cli.style));
  return { verified: 0, intact: 3, not_verified: 9 }[verdict.outcome];
};

const showKey: Work<object> = (cli) =>
  withDsr(cli, async ({ dsr }) => {
    const key = await dsr.evidenceKey();
    if (cli.json) cli.printJson(key);
    else cli.print([`-----BEGIN PUBLIC KEY-----\n${key.publicKey}\n-----END PUBLIC KEY-----`, `fingerprint ${key.fingerprint}`]);
    return 0;
  });

function recordLines(records: readonly EvidenceRecord[], style: Style): string[] {
  return records.map(sentenceOf).flatMap(({ seq, at, what, details }) => [`${String(seq).padStart(4)}  ${style.dim(at)}  ${visible(what, 500)}`, ...details.map((each) => `      ${style.dim(visible(each, 700))}`)]);
}

function verdictLines({ outcome, fault, request, count, key, exportedAt }: EvidenceVerdict, style: Style): string[] {
  if (fault !== undefined) return [`${style.red("does not verify")}  ${typeof fault.line === "number" ? `line ${fault.line}` : fault.line}: ${fault.reason}`];
  return [
    outcome === "verified" ? style.green("verified") : `${style.yellow("intact, signer unknown")}: name the fingerprint of the key with --key`,
    `  ${request === undefined ? plural(count ?? 0, "request") : `request ${visible(request)}, ${plural(count ?? 0, "record")}`}, exported ${exportedAt ?? ""}`,
    `  signed with ${key ?? ""}`,
  ];
}

function bytesOf(path: string, at: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new DsrError("REQUEST_INVALID", { at, reason: "it cannot be read" });
  }
}

async function standardInput(io: CliIo): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readPieces(io, "the file")) pieces.push(piece);
  return Buffer.concat(pieces);
}
