import type { CollectedRecord, CollectInput, RequestExecutorPort } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What tells of other people otherwise than the host decided. */
export const INDISCREET: readonly Saboteur[] = [
  saboteur("ACCESS-17", "tells who else has a part in a message, whatever the host decided", () => ({ executor: (port) => ({ collect: deciding(port, () => "include") }) }), ["ACCESS-18", "ACCESS-23"]),
  saboteur("ACCESS-17", "withholds who else has a part in a message, whatever the host decided", () => ({ executor: (port) => ({ collect: deciding(port, () => "withhold") }) }), ["ACCESS-18"]),
  saboteur("ACCESS-17", "forgets what the host decided where it goes on from a checkpoint", () => ({
    executor: (port) => ({ collect: deciding(port, ({ checkpoint, settings }) => (checkpoint === undefined ? settings.otherPeople : "include")) }),
  }), ["ACCESS-18"]),
  saboteur("ACCESS-17", "does not say that it withheld who else has a part in a message", () => ({
    executor: (port) => ({ collect: recordwise(port, ({ redactions: _, ...record }) => record) }),
  }), ["ACCESS-18", "ACCESS-22", "ACCESS-23"]),
  saboteur("ACCESS-17", "says of every record that something was withheld", () => ({ executor: (port) => ({ collect: recordwise(port, (record) => ({ ...record, redactions: [{ rule: "participant", count: 3 }] })) }) }), ["ACCESS-18", "ACCESS-22", "ACCESS-23"]),
  saboteur("ACCESS-17", "counts more people than it withholds", () => ({ executor: (port) => ({ collect: withholding(port, ({ own }) => ({ people: own, count: 99 })) }) })),
  saboteur("ACCESS-17", "withholds one of several others", () => ({
    executor: (port) => ({ collect: withholding(port, ({ own, others: [_, ...rest], people }) => ({ people: people.filter((each) => own.includes(each) || rest.includes(each)), count: 2 })) }),
  })),
  saboteur("ACCESS-17", "counts several others as one", () => ({ executor: (port) => ({ collect: withholding(port, ({ own }) => ({ people: own, count: 1 })) }) })),
  saboteur("ACCESS-17", "keeps the ids of those whom it withholds", () => ({
    executor: (port) => ({ collect: withholding(port, ({ own, others, people }) => ({ people: people.map((each) => (own.includes(each) ? each : { id: each.id })), count: others.length })) }),
  })),
  saboteur("ACCESS-17", "takes a person's second record for somebody else", () => ({
    executor: (port) => ({ collect: withholding(port, ({ people, input: { matches: [first] } }) => ({ people: people.filter(({ id }) => id === first?.id), count: people.filter(({ id }) => id !== first?.id).length })) }),
  })),
  saboteur("ACCESS-17", "takes the person's words out of what others share", () => ({
    executor: (port) => ({ collect: withholding(port, ({ own, others }) => ({ people: own, count: others.length, ...(others.length === 0 ? {} : { text: "" }) })) }),
  })),
  saboteur("ACCESS-17", "withholds others on the first page of a list alone", () => ({
    executor: (port) => {
      let pages = 0;
      const first: RequestExecutorPort = { ...port, collect: withholding(port, ({ people, own, others }) => (pages > 0 ? { people, count: 0 } : { people: own, count: others.length })) };
      return {
        collect: async function* (input) {
          pages = 0;
          for await (const page of first.collect(input)) {
            if (page.records.some(({ category }) => category === "message")) pages += 1;
            yield page;
          }
        },
      };
    },
  })),
  saboteur("ACCESS-17", "tells who began a message, whoever that was", () => ({
    executor: (port) => ({ collect: withholding(port, ({ own, people }) => ({ people: people.filter((each, n) => n === 0 || own.includes(each)), count: people.filter((each, n) => n > 0 && !own.includes(each)).length })) }),
  })),
  saboteur("ACCESS-17", "tells who else has a part in a message, where nothing but access is declared", () => ({
    manifest: ({ deletion: _, ...m }) => ({
      ...m,
      requestTypes: ["access"],
      scopes: m.scopes.filter(({ id }) => !id.startsWith("delete_")),
      dataCategories: m.dataCategories.map((category) => ({ ...category, deletion: { how: category.deletion.how, text: category.deletion.text } })),
    }),
    protocol: (p) => ({ ...p, operations: p.operations.filter(({ scope }) => scope?.startsWith("delete_") !== true) }),
    executor: (port) => ({ collect: withholding(port, ({ people }) => ({ people, count: 0 })) }),
  })),
  saboteur("ACCESS-18", "tells who of the staff wrote, whatever the host decided", () => ({
    executor: (port) => ({ collect: withholding(port, ({ own, others }) => ({ people: own, count: others.length }), (staff) => staff) }),
  })),
  saboteur("ACCESS-22", "tells what the staff noted down, whatever the host decided", () => ({
    executor: (port) => ({ collect: (input) => port.collect({ ...input, settings: { ...input.settings, notes: "include" } }) }),
  })),
  saboteur("ACCESS-22", "forgets what the host decided of notes where it goes on from a checkpoint", () => ({
    executor: (port) => ({ collect: (input) => port.collect(input.checkpoint === undefined ? input : { ...input, settings: { ...input.settings, notes: "include" } }) }),
  })),
  saboteur("ACCESS-18", "leaves out what the staff wrote to the person", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) yield { ...page, records: page.records.filter(({ data }) => !Object.hasOwn(data as object, "staff")) };
      },
    }),
  })),
];

function deciding(port: RequestExecutorPort, decide: (input: CollectInput) => CollectInput["settings"]["otherPeople"]): RequestExecutorPort["collect"] {
  return (input) => port.collect({ ...input, settings: { ...input.settings, otherPeople: decide(input) } });
}

function recordwise(port: RequestExecutorPort, edit: (record: CollectedRecord, input: CollectInput) => CollectedRecord): RequestExecutorPort["collect"] {
  return async function* (input) {
    for await (const page of port.collect(input)) yield { ...page, records: page.records.map((record) => edit(record, input)) };
  };
}

interface Part {
  readonly id: string;
}

interface Parts {
  readonly people: readonly Part[];
  readonly own: readonly Part[];
  readonly others: readonly Part[];
  readonly input: CollectInput;
}

/** Withholds by itself, where the host decided so: as is said of who has a part in a record, and by default all of the staff. */
function withholding(
  port: RequestExecutorPort,
  withhold: (parts: Parts) => { readonly people: readonly Part[]; readonly count: number; readonly text?: string },
  withholdStaff: (staff: readonly unknown[]) => readonly unknown[] = () => [],
): RequestExecutorPort["collect"] {
  return (input) => {
    const whole: RequestExecutorPort = { ...port, collect: deciding(port, () => "include") };
    return recordwise(whole, (record) => {
      const { people, staff } = record.data as { readonly people?: readonly Part[]; readonly staff?: readonly unknown[] };
      if (people === undefined || input.settings.otherPeople === "include") return record;
      const own = people.filter(({ id }) => input.matches.some((match) => match.id === id));
      const others = people.filter((each) => !own.includes(each));
      if (staff !== undefined) return { ...record, data: { ...(record.data as object), people: own, staff: withholdStaff(staff) }, redactions: [{ rule: "teammate", count: staff.length + others.length }] };
      if (others.length === 0 && own.length < 2) return record;
      const { count, ...rest } = withhold({ people, own, others, input });
      return { ...record, data: { ...(record.data as object), ...rest }, ...(count === 0 ? {} : { redactions: [{ rule: "participant", count }] }) };
    })(input);
  };
}
