import { newWindow, type Window, type WindowStore } from "./window.js";

/** Windows of this process alone. `create` makes a key's first one. */
export function createMemoryWindow(create: () => Window = newWindow): WindowStore & { keys(): readonly string[] } {
  const windows = new Map<string, Window>();
  return {
    keys: () => [...windows.keys()],
    update: (key, change) => {
      let window = windows.get(key);
      if (window === undefined) windows.set(key, (window = create()));
      return change(window);
    },
  };
}
