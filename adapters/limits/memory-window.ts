import { newWindow, NOT_AHEAD, type NearStore, type Window } from "./window.js";

/** Windows of this process alone. `create` makes a key's first one. */
export function createMemoryWindow(create: () => Window = newWindow): NearStore {
  const windows = new Map<string, Window>();
  return {
    update: (key, change) => {
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = create()));
      return change(window, NOT_AHEAD);
    },
  };
}
