import { ContainerModule } from "inversify";
import type { Connector, ConnectorContext } from "../../core/ports.js";
import { tokens } from "./tokens.js";

/** Binds the ports of one connection to its connector's implementation: the same module for every vendor. */
export function connectionModule(connector: Connector, context: ConnectorContext): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(tokens.Connector).toConstantValue(connector);
    bind(tokens.ConnectorContext).toConstantValue(context);
    bind(tokens.AuthPort).toResolvedValue((c, x) => c.auth(x), [tokens.Connector, tokens.ConnectorContext]).inSingletonScope();
    bind(tokens.IdentifierLookupPort).toResolvedValue((c, x) => c.lookup(x), [tokens.Connector, tokens.ConnectorContext]).inSingletonScope();
    bind(tokens.RequestExecutorPort).toResolvedValue((c, x) => c.executor(x), [tokens.Connector, tokens.ConnectorContext]).inSingletonScope();
    if (connector.rehearsal !== undefined) bind(tokens.RehearsalPort).toConstantValue(connector.rehearsal(context));
  });
}
