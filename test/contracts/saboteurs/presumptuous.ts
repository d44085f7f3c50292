import { callsOf, cursorAt, everyItem, idAt, listAt, maybeTextAt, sameId, textAt, valueAt, DsrError } from "../../../core/index.js";
import type { ConnectorContext, DeletionOutline, EraseAnswer, ErasureSubject, PlanWarning, RequestExecutorPort, Target } from "../../../core/index.js";
import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import { memoryProtocol } from "../../../connectors/memory/manifest.js";
import { executorOver, saboteur, type Sabotage, type Saboteur } from "./sabotage.js";

const call = callsOf(memoryProtocol);

/** What presumes more than the vendor said. */
export const PRESUMPTUOUS: readonly Saboteur[] = [
  saboteur("DELETE-16", "counts who has a part in a message instead of asking who they are", () => ({
    executor: (port, context) => ({ planDeletion: (matches, ...rest) => executorOver(context, { answer: countedAs(matches.map(({ id }) => id)) }).planDeletion(matches, ...rest), confirm: port.confirm! }),
  })),
  saboteur("DELETE-16", "plans for whoever it planned for before as if they were the person", () => {
    const planned = new Set<string>();
    return {
      executor: (_, context) => ({
        planDeletion: (matches, ...rest) => {
          for (const { id } of matches) planned.add(id);
          const [own] = matches;
          return executorOver(context, { answer: standingFor(planned, own?.id) }).planDeletion(matches, ...rest);
        },
      }),
    };
  }),
  saboteur("DELETE-15", "deletes twenty messages at most", outlining((outline) => ({ ...outline, targets: [...messagesIn(outline.targets).slice(0, 20), ...outline.targets.filter((each) => !messagesIn(outline.targets).includes(each))] }))),
  saboteur("DELETE-16", "says of twenty messages at most that they stay", outlining((outline) => ({ ...outline, kept: outline.kept.slice(0, 20) }))),
  saboteur("DELETE-18", "counts who has come to a message instead of asking who they are", confirming((message, { ids }) => listAt(message, "people").length <= ids.length)),
  saboteur("DELETE-18", "makes sure of a message as if whoever it planned for before were the person", () => {
    const planned = new Set<string>();
    return {
      executor: (port) => ({
        planDeletion: (matches, ...rest) => {
          for (const { id } of matches) planned.add(id);
          return port.planDeletion(matches, ...rest);
        },
        confirm: (target, subject) => port.confirm!(target, { ...subject, ids: [...subject.ids, ...planned] }),
      }),
    };
  }),
  saboteur("DELETE-18", "takes a message that does not tell whose it is for the person's", confirming((message, { ids }) => ((valueAt(message, "people") ?? []) as readonly unknown[]).every((one) => ids.includes(idAt(one, "id"))))),
  saboteur("DELETE-18", "does not ask which message it was shown when it made sure of one", () => ({
    executor: (_, context) => ({ confirm: (target, subject) => executorOver(context, { answer: (json) => (json?.people === undefined ? json : { ...json, id: target.id }) }).confirm!(target, subject) }),
  })),
  saboteur("DELETE-19", "warns in each plan of what it warned of in earlier ones", () => {
    const warned: PlanWarning[] = [];
    return {
      executor: (port) => ({
        planDeletion: async (...asked) => {
          const outline = await port.planDeletion(...asked);
          warned.push(...outline.warnings);
          return { ...outline, warnings: [...warned] };
        },
      }),
    };
  }),
  saboteur("LOOKUP-14", "finds by the id of a record that was merged the one that it became part of", () => ({
    lookup: (port, context) => ({
      findById: async (id, identifiers, extent) => {
        const { status, body } = await call(context, "GET", `/people/${encodeURIComponent(id)}`);
        const found = await port.findById(status === 410 ? textAt(body, "into") : id, identifiers, extent);
        return found && { ...found, id };
      },
    }),
  })),
  saboteur("DELETE-2", "says that something remains of which its manifest has no word", () => ({
    executor: (port) => ({ planDeletion: async (...asked) => ({ ...(await port.planDeletion(...asked)), residuals: ["BACKUPS", "SHADOWS"] }) }),
  })),
  saboteur("DOUBT-2", "takes a denial for no answer", () => ({ executor: (port) => ({ erase: async (...asked) => withoutDenial(await port.erase(...asked)) }) }), ["DOUBT-14"]),
  saboteur("DOUBT-2", "says of what was denied that something remains of which its manifest has no word", () => ({
    executor: (port) => ({
      erase: async (...asked) => {
        const answer = await port.erase(...asked);
        return answer.answer === "not_deleted" ? { ...answer, residual: "SHADOWS" } : answer;
      },
    }),
  })),
  saboteur("DOUBT-9", "takes a bare 204 for a deletion", () => ({
    executor: (_, context) => ({ erase: takingAWordForGiven(context).erase }),
  }), ["DOUBT-14"]),
  saboteur("DOUBT-9", "takes for deleted what the vendor does not say that it did not delete", erasing((body) => valueAt(body, "deleted") !== false), ["DOUBT-14"]),
  saboteur("DOUBT-9", "takes any word in the place of a yes for one", erasing((body) => Boolean(valueAt(body, "deleted"))), ["DOUBT-14"]),
  saboteur("DOUBT-13", "looks for a record that was archived in the list of archived ones alone", () => ({
    executor: (port, context) => ({ look: async (target) => (target.extent === undefined ? port.look(target) : { answer: (await archived(context)).includes(target.id) ? "present" : "absent" }) }),
  })),
  saboteur("DOUBT-14", "takes a message in which nobody has a part for its absence", looking((message) => listAt(message, "people").length > 0)),
  saboteur("DOUBT-14", "takes a message without a text for its absence", looking((message) => maybeTextAt(message, "text") !== undefined)),
  saboteur("TOGETHER-3", "makes sure of a message for whom it planned last", () => {
    let ids: readonly string[] = [];
    return {
      executor: (port) => ({
        planDeletion: (matches, ...rest) => {
          ids = matches.map(({ id }) => id);
          return port.planDeletion(matches, ...rest);
        },
        confirm: (target, subject) => port.confirm!(target, { ...subject, ids }),
      }),
    };
  }),
  saboteur("TOGETHER-4", "orders no deletion of an id for which it has ordered one, whichever account that was in", () => {
    const ordered = new Map<string, EraseAnswer>();
    return {
      deletion: "asynchronous",
      executor: (port) => ({
        erase: async (target) => {
          const answer = ordered.get(target.id) ?? (await port.erase(target));
          if (answer.answer === "accepted") ordered.set(target.id, answer);
          return answer;
        },
      }),
    };
  }),
  saboteur("TOGETHER-4", "gives two connections that delete a record of one id at the same time one answer", () => {
    const running = new Map<string, Promise<EraseAnswer>>();
    return {
      executor: (port) => ({
        erase: (target) => {
          const answer = running.get(target.id) ?? port.erase(target).finally(() => running.delete(target.id));
          running.set(target.id, answer);
          return answer;
        },
      }),
    };
  }),
];

function withoutDenial(answer: EraseAnswer): EraseAnswer {
  if (answer.answer === "not_deleted") throw new DsrError("OUTCOME_UNKNOWN");
  return answer;
}

/** What comes without a word is taken for a deletion. */
function takingAWordForGiven(context: ConnectorContext): RequestExecutorPort {
  const fetch: ConnectorContext["fetch"] = async (request) => {
    const response = await context.fetch(request);
    return response.status === 204 ? Response.json({ id: new URL(request.url).pathname.split("/").at(-1), deleted: true }) : response;
  };
  return createMemoryConnector().executor({ ...context, fetch });
}

const pathOf = ({ category, id }: Target): string => `/${category === "message" ? "messages" : "people"}/${encodeURIComponent(id)}`;

function outlining(outlined: (outline: DeletionOutline) => DeletionOutline): () => Sabotage {
  return () => ({ executor: (port) => ({ planDeletion: async (...asked) => outlined(await port.planDeletion(...asked)) }) });
}

function messagesIn(targets: readonly Target[]): readonly Target[] {
  return targets.filter(({ category }) => category === "message");
}

/** Makes sure of a message in this way. */
function confirming(isTheirs: (message: unknown, subject: ErasureSubject) => boolean): () => Sabotage {
  return () => ({
    executor: (_, context) => ({
      confirm: async (target, subject) => {
        const { status, body } = await call(context, "GET", pathOf(target));
        if (status !== 404 && !isTheirs(sameId(body, target.id), subject)) throw new DsrError("PLAN_STALE");
      },
    }),
  });
}

/** Understands what the vendor says to a deletion in this way. */
function erasing(isDeleted: (body: unknown) => boolean): () => Sabotage {
  return () => ({
    executor: (_, context) => ({
      erase: async (target) => {
        const { status, body } = await call(context, "DELETE", pathOf(target));
        if (status === 404) return { answer: "absent" };
        return { answer: isDeleted(sameId(body, target.id, { otherwise: "OUTCOME_UNKNOWN" })) ? "deleted" : "not_deleted" };
      },
    }),
  });
}

/** Looks at a message in this way. */
function looking(isThere: (message: unknown) => boolean): () => Sabotage {
  return () => ({
    executor: (port: RequestExecutorPort, context) => ({
      look: async (target) => {
        const { status, body } = target.category === "message" ? await call(context, "GET", pathOf(target)) : { status: 404, body: undefined };
        return status === 200 && !isThere(sameId(body, target.id)) ? { answer: "absent" } : port.look(target);
      },
    }),
  });
}

async function archived(context: ConnectorContext): Promise<readonly string[]> {
  const people = await everyItem(async (cursor) => {
    const { body } = await call(context, "GET", `/people/archived${cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`}`);
    return { items: listAt(body, "people"), next: cursorAt(body, "next") };
  });
  return people.map((person) => textAt(person, "id"));
}

/** In a list of messages, as many as there are of the person's records are the person's. */
function countedAs(ids: readonly string[]): (json: any) => unknown {
  return retold((people) => (people.length <= ids.length ? people.map((one, n) => ({ ...one, id: ids[n] })) : people));
}

function standingFor(others: ReadonlySet<string>, own: string | undefined): (json: any) => unknown {
  return retold((people) => people.map((one) => (others.has(one.id) ? { ...one, id: own } : one)));
}

interface Participant {
  readonly id: string | undefined;
}

function retold(tell: (people: readonly any[]) => readonly Participant[]): (json: any) => unknown {
  return (json) => (Array.isArray(json?.messages) ? { ...json, messages: json.messages.map((message: any) => ({ ...message, people: tell(message.people) })) } : json);
}
