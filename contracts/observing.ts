/** A port that reports whatever its methods throw, and throws it on. */
export function observing<T extends object>(port: T, onError: (error: unknown) => void): T {
  const report = (error: unknown): never => {
    onError(error);
    throw error;
  };
  return new Proxy(port, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return (...input: unknown[]): unknown => {
        try {
          const outcome: unknown = Reflect.apply(member, target, input);
          if (outcome instanceof Promise) return outcome.catch(report);
          return isAsyncIterable(outcome) ? observed(outcome, report) : outcome;
        } catch (error) {
          return report(error);
        }
      };
    },
  });
}

async function* observed(items: AsyncIterable<unknown>, report: (error: unknown) => never): AsyncIterable<unknown> {
  try {
    yield* items;
  } catch (error) {
    report(error);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
