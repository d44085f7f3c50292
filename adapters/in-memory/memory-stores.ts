import { createHash } from "node:crypto";
import { isSameConnection, type Connection } from "../../core/connection.js";
import { DsrError } from "../../core/errors.js";
import type { ConnectionStore, Holds, OAuthStates, StagedFile, StagedPage, Staging } from "../../core/host-ports.js";
import type { MemoryProcess } from "./memory-process.js";
import type { MemoryState } from "./memory-state.js";

export function createMemoryConnections(state: MemoryState, process: MemoryProcess): ConnectionStore {
  return {
    add: (connection, credential) =>
      process.act("connections.add", () => {
        if (state.connections.has(connection.name)) throw new DsrError("CONNECTION_EXISTS");
        state.connections.set(connection.name, { connection: JSON.stringify(connection), credential });
      }),
    put: (connection, credential) =>
      process.act("connections.put", () => {
        const kept = credential ?? state.connections.get(connection.name)?.credential;
        state.connections.set(connection.name, { connection: JSON.stringify(connection), credential: kept });
      }),
    change: (name, next, credential) =>
      process.act("connections.change", () => {
        const found = state.connections.get(name);
        if (found === undefined) return undefined;
        const connection = next(JSON.parse(found.connection) as Connection);
        state.connections.set(name, { connection: JSON.stringify(connection), credential: credential ?? found.credential });
        return connection;
      }),
    get: (name) =>
      process.act("connections.get", () => {
        const found = state.connections.get(name);
        return found === undefined ? undefined : (JSON.parse(found.connection) as Connection);
      }),
    list: () =>
      process.act("connections.list", () =>
        [...state.connections.keys()].sort().map((name) => JSON.parse(state.connections.get(name)?.connection ?? "null") as Connection),
      ),
    credential: (name, then) =>
      process.act("connections.credential", () => {
        const found = state.connections.get(name);
        if (found?.credential === undefined || !isThat(found, then)) throw new DsrError("CONNECTION_UNKNOWN");
        return found.credential;
      }),
    remove: (name, then) =>
      process.act("connections.remove", () => {
        if (!isThat(state.connections.get(name), then)) throw new DsrError("CONNECTION_UNKNOWN");
        state.connections.delete(name);
      }),
  };
}

function isThat(found: { readonly connection: string } | undefined, then: Connection | undefined): boolean {
  return then === undefined || (found !== undefined && isSameConnection(then, JSON.parse(found.connection) as Connection));
}

export function createMemoryOAuthStates(state: MemoryState, process: MemoryProcess): OAuthStates {
  return {
    issue: (value, boundTo, expiresAtMs) => process.act("oauthStates.issue", () => void state.oauthStates.set(value, { boundTo, expiresAtMs })),
    consume: (value, boundTo, nowMs) =>
      process.act("oauthStates.consume", () => {
        const issued = state.oauthStates.get(value);
        // Burnt whatever the answer: a state that turned up in the wrong place is not to be trusted again.
        state.oauthStates.delete(value);
        return issued !== undefined && issued.boundTo === boundTo && nowMs < issued.expiresAtMs;
      }),
  };
}

export function createMemoryStaging(state: MemoryState, process: MemoryProcess): Staging {
  return {
    put: (requestId, number, page) =>
      process.act("staging.put", () => {
        if (!Number.isSafeInteger(number) || number < 1) throw new DsrError("INTERNAL", { reason: "pages are numbered from 1" });
        const pages = state.pages.get(requestId) ?? new Map<number, string>();
        pages.set(number, JSON.stringify(page));
        state.pages.set(requestId, pages);
      }),
    read: async function* (requestId, count) {
      for (let number = 1; number <= count; number++) {
        yield await process.act("staging.read", () => {
          const page = state.pages.get(requestId)?.get(number);
          if (page === undefined) throw new DsrError("INTEGRITY", { reason: "a page that was journalled is not there" });
          return JSON.parse(page) as StagedPage;
        });
      }
    },
    putFile: async (requestId, key, { mediaType, bytes }) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      return process.act("staging.putFile", () => {
        const content = Buffer.concat(pieces);
        const staged: StagedFile = { ...(mediaType === undefined ? {} : { mediaType }), bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
        state.files.set(`${requestId} ${key}`, { staged, content });
        return staged;
      });
    },
    findFile: (requestId, key) => process.act("staging.findFile", () => state.files.get(`${requestId} ${key}`)?.staged),
    readFile: async function* (requestId, key) {
      yield await process.act("staging.readFile", () => {
        const file = state.files.get(`${requestId} ${key}`);
        if (file === undefined) throw new DsrError("INTEGRITY", { reason: "a file that was staged is not there, or not whole" });
        return file.content;
      });
    },
    drop: (requestId) =>
      process.act("staging.drop", () => {
        state.pages.delete(requestId);
        for (const name of state.files.keys()) if (name.startsWith(`${requestId} `)) state.files.delete(name);
      }),
    list: () => process.act("staging.list", () => [...new Set([...state.pages.keys(), ...[...state.files.keys()].map((name) => name.slice(0, name.indexOf(" ")))])]),
    touchedAt: () => Promise.resolve(0),
  };
}

export function createMemoryHolds(state: MemoryState, process: MemoryProcess): Holds {
  return {
    place: (hold) => process.act("holds.place", () => void state.holds.set(hold.id, { ...hold })),
    list: () => process.act("holds.list", () => [...state.holds.values()].map((hold) => ({ ...hold }))),
    release: (id, at) =>
      process.act("holds.release", () => {
        const hold = state.holds.get(id);
        if (hold === undefined) return undefined;
        const released = { ...hold, releasedAt: hold.releasedAt ?? at };
        state.holds.set(id, released);
        return { ...released };
      }),
  };
}
