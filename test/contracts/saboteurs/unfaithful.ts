import { isDsrError } from "../../../core/errors.js";
import type { CollectedPage, CollectedRecord, CollectInput, RequestExecutorPort } from "../../../core/ports.js";
import { executorOver, saboteur, type Saboteur } from "./sabotage.js";

type Collect = RequestExecutorPort["collect"];

/** What does not hand on what the vendor told: less of it, more than was asked for, or in other words. */
export const UNFAITHFUL: readonly Saboteur[] = [
  saboteur("ACCESS-1", "calls an optional category unreadable instead of reading it", () => ({ executor: (port) => ({ collect: withoutMessages(port, { unreadable: ["message"] }) }) })),
  saboteur("ACCESS-1", "says that an optional category could not be asked about", () => ({
    executor: (port) => ({ collect: withoutMessages(port, { notAsked: [{ category: "message", reason: "the vendor is slow" }] }) }),
  })),
  saboteur("ACCESS-1", "counts messages that it never read", () => ({
    executor: (port) => ({ collect: recordwise(port, (record) => (record.category === "person" ? { ...record, contains: { message: 41 } } : record)) }),
  })),
  saboteur("ACCESS-2", "reads ten pages of a list at most", () => ({
    executor: (_, context) => ({ collect: executorOver(context, { answer: (json) => (Number(/\d+/.exec(json?.next ?? "0")) < 20 ? json : { ...json, next: null }) }).collect }),
  })),
  saboteur("SCOPE-9", "reads a category that was not selected, where it may", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        try {
          yield* port.collect({ ...input, categories: [...new Set([...input.categories, "message"])] });
        } catch (error) {
          if (!isDsrError(error, "SCOPE_MISSING") || input.categories.includes("message")) throw error;
          yield* port.collect(input);
        }
      },
    }),
  })),
  saboteur("SCOPE-9", "asks for a category that was not selected, and leaves it out of the package", () => ({
    executor: (port, { apiOrigin, fetch }) => ({
      collect: async function* (input) {
        if (!input.categories.includes("message")) await fetch(new Request(`${apiOrigin}/people/${input.matches[0]?.id}/messages`)).catch(() => undefined);
        yield* port.collect(input);
      },
    }),
  })),
  saboteur("ACCESS-5", "tells in other words than the rest when a record was read", () => ({
    executor: (port) => ({ collect: recordwise(port, (record) => ({ ...record, provenance: { ...record.provenance, at: inWords(record.provenance.at) } })) }),
  })),
  saboteur("ACCESS-7", "tells in other words than the rest when it searched", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, searched: result.searched.map((each) => ({ ...each, at: inWords(each.at) })) })) }),
  })),
  saboteur("ACCESS-12", "leaves out the files of a person's second record", () => ({
    executor: (port) => ({ collect: pagewise(port, (page, { matches }) => ({ ...page, files: (page.files ?? []).filter(({ recordId }) => recordId === matches[0]?.id) })) }),
  }), ["ACCESS-14"]),
  saboteur("ACCESS-14", "renews each file of a record with the link to the first", () => ({
    executor: (port) => ({
      renewFiles: async (wanted) => {
        const files = await port.renewFiles!(wanted);
        return files.map((file) => ({ ...file, url: files[0]!.url }));
      },
    }),
  })),
  saboteur("ACCESS-14", "renews the link to the first file of a record alone", () => ({ executor: (port) => ({ renewFiles: async (wanted) => (await port.renewFiles!(wanted)).slice(0, 1) }) })),
  saboteur("ACCESS-15", "writes names in another case", () => ({ executor: (port) => ({ collect: changing(port, inCamelCase) }) })),
  saboteur("ACCESS-15", "makes numbers of texts of digits", () => ({ executor: (port) => ({ collect: changing(port, (value) => (typeof value === "string" && /^\d{15,}$/.test(value) ? Number(value) : value)) }) })),
  saboteur("ACCESS-15", "tells times in another zone", () => ({
    executor: (port) => ({ collect: changing(port, (value) => (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value).toISOString() : value)) }),
  })),
  saboteur("ACCESS-15", "keeps the first ten of a list in a record", () => ({ executor: (port) => ({ collect: changing(port, (value) => (Array.isArray(value) ? value.slice(0, 10) : value)) }) }), ["ACCESS-12"]),
  saboteur("ACCESS-15", "cuts off what lies deep in a record", () => ({ executor: (port) => ({ collect: recordwise(port, (record) => ({ ...record, data: cutBelow(6, record.data) })) }) })),
];

/** Leaves messages out, and says so. */
function withoutMessages(port: RequestExecutorPort, said: Partial<CollectedPage>): Collect {
  return async function* (input) {
    for await (const page of port.collect({ ...input, categories: input.categories.filter((each) => each !== "message") })) yield { ...page, ...(input.categories.includes("message") ? said : {}) };
  };
}

function pagewise(port: RequestExecutorPort, edit: (page: CollectedPage, input: CollectInput) => CollectedPage): Collect {
  return async function* (input) {
    for await (const page of port.collect(input)) yield edit(page, input);
  };
}

function recordwise(port: RequestExecutorPort, edit: (record: CollectedRecord) => CollectedRecord): Collect {
  return pagewise(port, (page) => ({ ...page, records: page.records.map(edit) }));
}

/** Changes each value in each record. */
function changing(port: RequestExecutorPort, change: (value: unknown) => unknown): Collect {
  return recordwise(port, (record) => ({ ...record, data: JSON.parse(JSON.stringify(record.data), (_, value: unknown) => change(value)) as unknown }));
}

function inCamelCase(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), each]));
}

function cutBelow(levels: number, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) return "[Object]";
  return Array.isArray(value) ? value.map((each) => cutBelow(levels - 1, each)) : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cutBelow(levels - 1, each)]));
}

const inWords = (time: string) => new Date(time).toUTCString();
