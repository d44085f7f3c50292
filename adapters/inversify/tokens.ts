import type { ServiceIdentifier } from "inversify";
import type * as ports from "../../core/ports.js";

/** What a connection's container holds. A token shares its port's name; decorators are not used, since not every compiler emits their types. */
export const tokens = {
  Connector: Symbol.for("Connector") as ServiceIdentifier<ports.Connector>,
  ConnectorContext: Symbol.for("ConnectorContext") as ServiceIdentifier<ports.ConnectorContext>,
  AuthPort: Symbol.for("AuthPort") as ServiceIdentifier<ports.AuthPort>,
  IdentifierLookupPort: Symbol.for("IdentifierLookupPort") as ServiceIdentifier<ports.IdentifierLookupPort>,
  RequestExecutorPort: Symbol.for("RequestExecutorPort") as ServiceIdentifier<ports.RequestExecutorPort>,
  RehearsalPort: Symbol.for("RehearsalPort") as ServiceIdentifier<ports.RehearsalPort>,
};
