import type { CollectedPage, RequestExecutorPort } from "../../../core/ports.js";
import { executorOver, mutateInVain, saboteur, type MemoryVendor, type Saboteur } from "./sabotage.js";

type Collect = RequestExecutorPort["collect"];

/** Changes each page that is collected. */
function pagewise(collect: Collect, edit: (page: CollectedPage) => CollectedPage): Collect {
  return async function* (input) {
    for await (const page of collect(input)) yield edit(page);
  };
}

let cursors = 0;

export const ACCESS_SABOTEURS: readonly Saboteur[] = [
  saboteur("ACCESS-1", "is judged by a vendor that holds nothing in a category", () => ({
    vendor: (vendor) => ({
      ...vendor,
      addSubject: (wish) => {
        const { id, texts } = vendor.addSubject(wish);
        return { id, texts: { ...texts, order: [] } };
      },
    }),
  })),
  saboteur("ACCESS-1", "is judged by a vendor that knows nothing of an optional category", () => ({
    vendor: (vendor) => ({
      ...vendor,
      addSubject: (wish) => {
        const { id, texts: { message: _, ...texts } } = vendor.addSubject(wish);
        return { id, texts: texts as ReturnType<MemoryVendor["addSubject"]>["texts"] };
      },
    }),
  })),
  saboteur(
    "ACCESS-1",
    "leaves a category out",
    () => ({ executor: (port) => ({ collect: pagewise(port.collect, (page) => ({ ...page, records: page.records.filter((record) => record.category !== "order") })) }) }),
    ["ACCESS-2", "ACCESS-3", "AUTH-3", "SCOPE-3", "SCOPE-5", "SCOPE-9", "FAULT-1", "FAULT-4"],
  ),
  saboteur("ACCESS-2", "reads the first page of each list", () => ({
    executor: (_, context) => ({ collect: executorOver(context, { answer: (json) => (json?.next == null ? json : { ...json, next: null }) }).collect }),
  }), ["ACCESS-11"]),
  saboteur("ACCESS-3", "reads one of several matches", () => ({ executor: (port) => ({ collect: (input) => port.collect({ ...input, matches: input.matches.slice(0, 1) }) }) }), ["ACCESS-2", "ACCESS-12", "ACCESS-17"]),
  saboteur("ACCESS-4", "mutates while it reads", () => ({
    executor: (port, context) => ({
      collect: async function* (input) {
        await mutateInVain(context);
        yield* port.collect(input);
      },
    }),
  })),
  saboteur("ACCESS-5", "tells ids instead of path templates", () => ({
    executor: (port) => ({
      collect: pagewise(port.collect, (page) => ({ ...page, records: page.records.map((record) => ({ ...record, provenance: { ...record.provenance, endpoint: `GET /people/${record.id}` } })) })),
    }),
  })),
  saboteur("ACCESS-6", "begins again after a crash", () => ({ executor: (port) => ({ collect: (input) => port.collect({ ...input, checkpoint: undefined }) }) })),
  saboteur(
    "ACCESS-6",
    "goes on one page too far after a crash",
    () => ({
      executor: (port) => ({
        collect: async function* (input) {
          let skip = input.checkpoint !== undefined;
          for await (const page of port.collect(input)) {
            if (!skip) yield page;
            skip = false;
          }
        },
      }),
    }),
    ["AUTH-3", "FAULT-10"],
  ),
  saboteur("ACCESS-7", "does not say where it searched", () => ({ lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, searched: [] })) }) }), ["LOOKUP-12"]),
  saboteur("ACCESS-8", "collects under a category that it does not declare", () => ({
    executor: (port) => ({ collect: pagewise(port.collect, (page) => ({ ...page, records: [...page.records, ...page.records.map((record) => ({ ...record, category: "internal" }))] })) }),
  })),
  saboteur("ACCESS-8", "shows a gap in a category that it does not declare", () => ({
    executor: (port) => ({ collect: pagewise(port.collect, (page) => ({ ...page, gaps: page.gaps.map((gap) => ({ ...gap, category: "internal" })) })) }),
  })),
  saboteur("ACCESS-9", "takes a record that vanished for one without data", () => ({ executor: (port) => ({ collect: pagewise(port.collect, (page) => ({ ...page, gaps: [] })) }) }), ["ACCESS-11", "ACCESS-19"]),
  saboteur("ACCESS-10", "does not look whose record it was given", () => ({
    executor: (_, context) => ({
      collect: (input) => executorOver(context, { answer: (json, { url }) => (json?.name !== undefined ? { ...json, id: url.pathname.split("/").at(-1), email: input.identifiers[0]?.reveal() } : json) }).collect(input),
    }),
  })),
  saboteur("ACCESS-11", "follows a list round in circles", () => ({
    executor: (_, context) => ({
      collect: executorOver(context, {
        request: ({ url }) => new URL(url.href.replace(/~\d+$/, "")),
        answer: (json) => (json?.next == null ? json : { ...json, next: `${json.next}~${++cursors}` }),
      }).collect,
    }),
  })),
  saboteur("ACCESS-12", "leaves files out", () => ({ executor: (port) => ({ collect: pagewise(port.collect, (page) => ({ ...page, files: [] })) }) }), ["ACCESS-13", "ACCESS-14"]),
  saboteur("ACCESS-12", "leaves the links to files in the record", () => ({
    executor: (port) => ({ collect: pagewise(port.collect, (page) => ({ ...page, records: page.records.map((record) => ({ ...record, data: { ...(record.data as object), links: (page.files ?? []).map(({ url }) => url) } })) })) }),
  })),
  saboteur("ACCESS-13", "leaves files that lie elsewhere out in silence", () => ({
    executor: (port) => ({ collect: pagewise(port.collect, (page) => ({ ...page, files: (page.files ?? []).filter(({ url }) => new URL(url).hostname === "files.memory.example") })) }),
  })),
  saboteur("ACCESS-13", "declares whatever host a link leads to", () => ({ protocol: (protocol) => ({ ...protocol, fileHosts: ["files.memory.example", "files.example"] }) })),
  saboteur("ACCESS-14", "does not read a record again for a new link", () => ({ executor: () => ({ renewFiles: async () => [] }) })),
];
