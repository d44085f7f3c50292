/** An OpenAPI description of the operations that a connector uses, and what is known about how the vendor's own differs from it. */
export interface OpenApiDescription {
  /** A YAML or JSON file beside the connector's code. */
  readonly file: URL;
  readonly deviations: readonly Deviation[];
  /** What the vendor's own description also has at the places that are used, and nobody here reads: pointers by operation. */
  readonly unread: Readonly<Record<string, readonly string[]>>;
}

/** One place where the two descriptions differ and are known to, with the reason why it is no mistake. */
export interface Deviation {
  /** Method and path, as in `GET /contacts/{contact_id}`; empty where it is about the whole description. */
  readonly operation: string;
  /**
   * Where in the operation: `/parameters/query/page`, `/requestBody/query`, `/responses/404`, `/responses/200/data/[]/id`, `/security`,
   * `/servers/https://api.example.test`; empty for the operation itself.
   */
  readonly pointer: string;
  readonly reason: string;
}
