import type { AnswerBody } from "./answer-body.js";
import type { TransportAnswer } from "./transport.js";

/** Headers that described the bytes on the wire, which are decompressed and read by now. */
const NO_LONGER_TRUE = new Set(["content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive", "trailer", "set-cookie"]);

/**
 * The answer that a connector gets: a `Response` whose body was read and parsed already. `json()` hands on that value, and
 * `content-length` is set since openapi-fetch parses the text a second time without it. It can be read any number of times.
 */
export class Answer extends Response {
  readonly #body: AnswerBody;

  constructor(answer: TransportAnswer, body: AnswerBody) {
    const headers: Record<string, string> = {};
    for (const name in answer.headers) {
      if (!NO_LONGER_TRUE.has(name)) headers[name] = answer.headers[name] ?? "";
    }
    if (body.bytes > 0) headers["content-length"] = String(body.bytes);
    // A body handed to `Response` costs a stream, several times what all the rest of it does.
    super(null, { status: answer.status, headers });
    this.#body = body;
  }

  override json(): Promise<unknown> {
    return this.#body.json === undefined ? Promise.reject(new SyntaxError("not JSON")) : Promise.resolve(this.#body.json.value);
  }

  override text(): Promise<string> {
    return Promise.resolve(this.#body.text);
  }

  override get body(): Response["body"] {
    return this.#plain().body;
  }

  override arrayBuffer(): ReturnType<Response["arrayBuffer"]> {
    return this.#plain().arrayBuffer();
  }

  override blob(): ReturnType<Response["blob"]> {
    return this.#plain().blob();
  }

  override clone(): Response {
    return this;
  }

  #plain(): Response {
    return new Response(this.#body.bytes === 0 ? null : this.#body.text, { status: this.status, headers: this.headers });
  }
}
