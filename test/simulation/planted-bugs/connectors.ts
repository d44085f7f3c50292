import type { CollectedPage, CollectInput, Connector, ConnectorContext, IdentifierLookupPort, RequestExecutorPort } from "../../../core/ports.js";
import type { Plant } from "./plant.js";

/** A connector whose lookup is another one. */
export function lookingUp(wrap: (port: IdentifierLookupPort, context: ConnectorContext) => Partial<IdentifierLookupPort>): Plant {
  return {
    connector: (connector) => ({
      ...connector,
      lookup: (context) => {
        const port = connector.lookup(context);
        return { ...port, ...wrap(port, context) };
      },
    }),
  };
}

/** A connector whose executor is another one; the lookup is at hand, as it is to a connector's author. */
export function executing(wrap: (port: RequestExecutorPort, context: ConnectorContext, lookup: IdentifierLookupPort) => Partial<RequestExecutorPort>): Plant {
  return {
    connector: (connector) => ({
      ...connector,
      executor: (context) => {
        const port = connector.executor(context);
        return { ...port, ...wrap(port, context, connector.lookup(context)) };
      },
    }),
  };
}

/** A connector that sees other answers than the seam's. */
export function receiving(wrap: (fetch: ConnectorContext["fetch"]) => ConnectorContext["fetch"]): Plant {
  const through = (context: ConnectorContext): ConnectorContext => ({ ...context, fetch: wrap(context.fetch) });
  return {
    connector: (connector): Connector => ({ ...connector, lookup: (context) => connector.lookup(through(context)), executor: (context) => connector.executor(through(context)) }),
  };
}

/** Pages as the connector gives them, changed on their way. */
export function paging(change: (page: CollectedPage, input: CollectInput) => CollectedPage): Plant {
  return executing((port) => ({
    collect: async function* (input) {
      for await (const page of port.collect(input)) yield change(page, input);
    },
  }));
}
