import { isDsrError, type ErrorCode } from "../../../core/errors.js";
import type { RequestExecutorPort } from "../../../core/ports.js";
import { executorOver, mutateInVain, saboteur, type Sabotage, type Saboteur } from "./sabotage.js";

type Doings = Pick<RequestExecutorPort, "erase" | "look">;

/** Honest about the person's own record, and wrong about a message. */
function ofMessages(wrong: (port: RequestExecutorPort) => Partial<Doings>): () => Sabotage {
  return () => ({
    executor: (port, context) => {
      const { erase, look } = { ...port, ...wrong(executorOver(context, {})) };
      return {
        erase: (target, policies) => (target.category === "message" ? erase : port.erase)(target, policies),
        look: (target) => (target.category === "message" ? look : port.look)(target),
      };
    },
  });
}

/** A look at a message that sees nothing where it should have failed. */
function blindTo(code: ErrorCode): () => Sabotage {
  return ofMessages((port) => ({
    look: (target) =>
      port.look(target).catch((error: unknown) => {
        if (isDsrError(error, code)) return { answer: "absent" };
        throw error;
      }),
  }));
}

export const RELATED_SABOTEURS: readonly Saboteur[] = [
  saboteur("DELETE-4", "changes something of a message before its deletion is announced", () => ({ executor: (port, context) => ({ confirm: (...asked) => mutateInVain(context).then(() => port.confirm!(...asked)) }) }), ["DELETE-5"]),
  saboteur("DELETE-5", "takes a message for gone that another process began to delete", () => ({
    executor: (port) => {
      const known = new Set<string>();
      return {
        planDeletion: async (...asked) => {
          const outline = await port.planDeletion(...asked);
          for (const { id } of outline.dependents ?? []) known.add(id);
          return outline;
        },
        erase: (target, policies) => port.erase(target, policies).finally(() => known.add(target.id)),
        look: async (target) => (target.category === "message" && !known.has(target.id) ? { answer: "absent" } : port.look(target)),
      };
    },
  })),
  saboteur("DELETE-6", "calls a message deleted that was gone already", ofMessages((port) => ({
    erase: async (target, policies) => {
      const answer = await port.erase(target, policies);
      return answer.answer === "absent" ? { ...answer, answer: "deleted" } : answer;
    },
  }))),
  saboteur("FAULT-11", "takes an interrupted look at a message for its absence", blindTo("INTERRUPTED")),
  saboteur("FAULT-11", "takes an interrupted deletion of a message for one that happened", ofMessages((port) => ({
    erase: (target, policies) =>
      port.erase(target, policies).catch((error: unknown) => {
        if (isDsrError(error, "OUTCOME_UNKNOWN") || isDsrError(error, "INTERRUPTED")) return { answer: "deleted" };
        throw error;
      }),
  }))),
  saboteur("DELETE-18", "asks of no message whose it is once the plan is confirmed", () => ({ executor: () => ({ confirm: async () => undefined }) })),
  saboteur("DELETE-18", "deletes a message where the answer that tells whose it is makes no sense", () => ({
    executor: (port) => ({
      confirm: (...asked) =>
        port.confirm!(...asked).catch((error: unknown) => {
          if (!isDsrError(error, "VENDOR_MALFORMED")) throw error;
        }),
    }),
  })),
  saboteur("DELETE-19", "takes messages that are not shown for there being none", () => ({
    executor: (port) => ({ planDeletion: async (...input) => ({ ...(await port.planDeletion(...input)), warnings: [] }) }),
  })),
  saboteur("DELETE-20", "proves what it has not read", () => ({ executor: () => ({ prove: async (targets) => targets.map((target) => ({ ...target, listedAt: "2026-01-01T00:00:00.000Z" })) }) })),
  saboteur("DOUBT-14", "says that a message is deleted, whatever the vendor says", ofMessages((port) => ({ erase: async (target, policies) => ({ ...(await port.erase(target, policies)), answer: "deleted" }) })), ["DELETE-6"]),
  saboteur("DOUBT-14", "takes a withdrawn permission for a message's absence", blindTo("SCOPE_MISSING")),
  saboteur("DOUBT-14", "takes a rejected token for a message's absence", blindTo("AUTH_REJECTED")),
  saboteur("DOUBT-14", "takes an endless 429 for a message's absence", blindTo("RATE_LIMITED")),
  saboteur("DOUBT-14", "takes a vendor that cannot be reached for a message's absence", blindTo("VENDOR_UNAVAILABLE")),
  saboteur("DOUBT-14", "takes what a proxy says for a message's absence", blindTo("VENDOR_REJECTED")),
  saboteur("DOUBT-14", "takes an answer that makes no sense for a message's absence", blindTo("VENDOR_MALFORMED")),
  saboteur("DOUBT-15", "sends the deletion of a message again when its answer is lost", ofMessages((port) => ({ erase: (target, policies) => port.erase(target, policies).catch(() => port.erase(target, policies)) }))),
];
