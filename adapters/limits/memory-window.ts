import { newWindow, NOT_AHEAD, type NearStore, type Window } from "./window.js";

/** Windows of this process alone. */
export function createMemoryWindow(): NearStore {
  const windows = new Map<string, Window>();
  return {
    update: (key, change) => {
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = newWindow()));
      return change(window, NOT_AHEAD);
    },
  };
}
