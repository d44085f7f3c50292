import { NeedsAttention, type Run } from "./run.js";

/** Whether the connection is there for what the request asks: an admin may have taken that away since it was begun, in this very run, too. */
export async function isOffered({ host, session, request }: Run): Promise<boolean> {
  const { capabilities } = (await host.connections.get(session.connection.name)) ?? session.connection;
  return capabilities.includes(request.type);
}

/** Called before what only that capability allows. @throws NeedsAttention `UNSUPPORTED_REQUEST` */
export async function refuseUnoffered(run: Run): Promise<void> {
  if (!(await isOffered(run))) throw new NeedsAttention("UNSUPPORTED_REQUEST");
}
