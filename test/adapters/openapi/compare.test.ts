import { expect } from "chai";
import { compareDescriptions, withoutKnown } from "../../../adapters/openapi/compare.js";
import type { Node } from "../../../adapters/openapi/shape.js";

const answer = (schema: Node) => ({ responses: { 200: { description: "", content: { "application/json": { schema } } } } });
const request = (schema: Node) => ({ ...answer({}), requestBody: { content: { "application/json": { schema } } } });
const described = (operation: Node, rest: Node = {}): Node => ({ openapi: "3.1.0", paths: { "/things/{thing_id}": { post: operation } }, ...rest });
const object = (properties: Node, required: string[] = []): Node => ({ type: "object", properties, required });
const text = { type: "string" };

const findings = (ours: Node, theirs: Node) => compareDescriptions(ours, theirs).map(({ pointer, problem }) => `${pointer} ${problem}`);
const responses = (ours: Node, theirs: Node, rest: Node = {}) => findings(described(answer(ours), rest), described(answer(theirs), rest));
const requests = (ours: Node, theirs: Node) => findings(described(request(ours)), described(request(theirs)));

describe("the comparison of two API descriptions", () => {
  it("finds nothing between a description and itself", () => {
    const one = described({ ...request(object({ a: text })), ...answer(object({ b: { type: "array", items: object({ c: text }) } })) });
    expect(compareDescriptions(one, one)).to.deep.equal([]);
  });

  it("reports a path, a method, a status or a media type that is gone", () => {
    const ours = described(answer(text));
    expect(compareDescriptions(ours, { paths: {} })).to.deep.equal([
      { operation: "POST /things/{thing_id}", pointer: "", change: "removed", problem: "the path is not described there" },
    ]);
    expect(findings(ours, { paths: { "/things/{thing_id}": { get: answer(text) } } })).to.deep.equal([" the method is not described there"]);
    expect(findings(ours, described({ responses: { 500: {} } }))).to.deep.equal(["/responses/200 the status is not described there"]);
    expect(findings(ours, described({ responses: { 200: { content: { "text/plain": {} } } } })))
      .to.deep.equal(["/responses/200 application/json is not described there"]);
  });

  it("reports a body that is asked for where none is sent, and one that may be sent", () => {
    expect(findings(described(answer(text)), described({ ...request(text), requestBody: { required: true, content: {} } }))).to.deep.equal(["/requestBody a body is required there, and none is sent from here", "/responses/200 may be anything there, must be string here"]);
    const optional = compareDescriptions(described(answer({})), described(request(text)));
    expect(optional.map(({ change, pointer, problem }) => [change, pointer, problem])).to.deep.equal([["added", "/requestBody", "a body is new there"]]);
    const referred = { ...described({ ...answer({}), requestBody: { $ref: "#/components/requestBodies/Reason" } }), components: { requestBodies: { Reason: { required: true, content: {} } } } };
    expect(findings(described(answer({})), referred)).to.deep.equal(["/requestBody a body is required there, and none is sent from here"]);
  });

  it("reports an error that means something and is gone, and an answer that is new, and none that every operation may give", () => {
    const answers = (...statuses: string[]) => described({ responses: Object.fromEntries(statuses.map((status) => [status, { description: "" }])) });
    expect(findings(answers("200", "404", "410"), answers("200", "404"))).to.deep.equal(["/responses/410 the status is not described there"]);
    const more = compareDescriptions(answers("200", "404"), answers("200", "202", "303", "404", "422"));
    expect(more.map(({ change, pointer, problem }) => `${change} ${pointer} ${problem}`)).to.deep.equal(["202", "303", "422"].map((status) => `added /responses/${status} may be the answer there, and is unknown here`));
    expect(findings(answers("200", "401", "403", "429", "500"), answers("200"))).to.deep.equal([]);
    expect(findings(answers("200"), answers("200", "401", "403", "429", "500", "default"))).to.deep.equal([]);
    for (const kind of ["4XX", "4xx", "default"]) expect(findings(answers("200", "404"), answers("200", kind)).filter((each) => each.includes("404")), kind).to.deep.equal([]);
    expect(findings(answers("200"), answers("default"))).to.deep.equal(["/responses/200 the status is not described there"]);
    expect(findings(described(answer(text)), described({ responses: { "2XX": { content: { "application/json": { schema: { type: "integer" } } } } } })))
      .to.deep.equal(["/responses/200 may be integer there, must be string here", "/responses/2XX may be the answer there, and is unknown here"]);
  });

  describe("of servers", () => {
    const at = (...servers: unknown[]): Node => ({ ...described(answer({})), servers: servers.map((server) => (typeof server === "string" ? { url: server } : server)) });
    const US = "https://api.vendor.example";
    const EU = "https://api.eu.vendor.example";
    const lost = (url: string): string => `/servers/${url} calls go there, and the server is not named there any more`;

    it("reports each that calls go to and that is gone, once for all operations", () => {
      const twice = (document: Node): Node => ({ ...document, paths: { "/a": { get: answer({}) }, "/b": { get: answer({}) } } });
      expect(compareDescriptions(twice(at(US, EU)), twice(at(US)))).to.deep.equal([{ operation: "", pointer: `/servers/${EU}`, change: "removed", problem: "calls go there, and the server is not named there any more" }]);
      expect(findings(at(US), at(`${US}/v2`))).to.deep.equal([lost(US)]);
      expect(findings(at(US), described(answer({})))).to.deep.equal([lost(US)]);
    });

    it("takes a server for the same however it is written, and one more for no change", () => {
      expect(findings(at(US), at(`${US}:443/`, EU))).to.deep.equal([]);
      expect(findings(at(US, EU), at({ url: "https://api{region}.vendor.example", variables: { region: { enum: ["", ".eu"] } } }))).to.deep.equal([]);
      expect(findings(at(US), at({ url: "https://{host}.vendor.example", variables: { host: { default: "api" } } }))).to.deep.equal([]);
      expect(findings(described(answer({})), at(US))).to.deep.equal([]);
    });

    it("reports one of a single operation at that operation", () => {
      const own = { ...at(US), paths: { "/things/{thing_id}": { post: { ...answer({}), servers: [{ url: EU }] } } } };
      expect(compareDescriptions(at(US), own).map(({ operation, pointer }) => [operation, pointer])).to.deep.equal([["POST /things/{thing_id}", `/servers/${US}`]]);
      const ofPath = { ...at(US), paths: { "/things/{thing_id}": { post: answer({}), servers: [{ url: US }, { url: EU }] } } };
      expect(findings(at(US), ofPath)).to.deep.equal([]);
    });
  });

  describe("of security", () => {
    const SCHEMES = { token: { type: "http", scheme: "bearer" }, other: { type: "http", scheme: "Bearer" }, key: { type: "apiKey", in: "header", name: "X-Key" }, oauth: { type: "oauth2", flows: {} } };
    const secured = (...security: Node[]): Node => ({ ...described(answer({})), components: { securitySchemes: SCHEMES }, security });

    it("reports another way, more than is carried, and that nothing is asked for any more", () => {
      expect(findings(secured({ token: [] }), secured({ key: [] }))).to.deep.equal(["/security a key in the header x-key there, http bearer here"]);
      expect(findings(secured({ token: [] }), secured({ token: [], key: [] }))).to.deep.equal(["/security http bearer and a key in the header x-key there, http bearer here"]);
      expect(findings(secured({ token: [] }, { key: [] }), secured({ key: [] }))).to.deep.equal(["/security a key in the header x-key there, http bearer or a key in the header x-key here"]);
      expect(findings(secured({ oauth: ["read"] }), secured({ oauth: ["read", "write"] }))).to.deep.equal(["/security oauth2 read write there, oauth2 read here"]);
      expect(findings(secured({ token: [] }), secured())).to.deep.equal(["/security nothing there, http bearer here"]);
      expect(findings(secured({ token: [] }), described(answer({})))).to.deep.equal(["/security nothing is said of it there, http bearer here"]);
      expect(findings(secured(), secured({ token: [] }))).to.deep.equal(["/security http bearer there, nothing here"]);
      expect(findings(secured({ token: [] }), secured({ gone: [] }))).to.deep.equal(["/security gone, which is not described, there, http bearer here"]);
    });

    it("takes the same way under another name, one more way, and fewer permissions for no change", () => {
      expect(findings(secured({ token: [] }), secured({ other: [] }, { key: [] }))).to.deep.equal([]);
      expect(findings(secured({ oauth: ["read", "write"] }), secured({ oauth: ["read"] }))).to.deep.equal([]);
      expect(findings(secured(), secured({}, { token: [] }))).to.deep.equal([]);
      expect(findings(secured(), described(answer({})))).to.deep.equal([]);
      expect(findings(described(answer({})), secured({ token: [] }))).to.deep.equal([]);
    });

    it("reports that of a single operation there, and that of all once", () => {
      const paths = { "/a": { get: answer({}) }, "/b": { get: answer({}) } };
      expect(compareDescriptions({ ...secured({ token: [] }), paths }, { ...secured({ key: [] }), paths }).map(({ operation, pointer }) => [operation, pointer])).to.deep.equal([["", "/security"]]);
      const own = { ...paths, "/b": { get: { ...answer({}), security: [{ key: [] }] } } };
      expect(compareDescriptions({ ...secured({ token: [] }), paths }, { ...secured({ token: [] }), paths: own }).map(({ operation, pointer }) => [operation, pointer])).to.deep.equal([["GET /b", "/security"]]);
    });
  });

  it("takes a path with a renamed parameter for the same path, and reports the name", () => {
    const parameter = (name: string) => [{ name, in: "path", required: true, schema: text }];
    const ours = { paths: { "/a/{one}": { get: { parameters: parameter("one"), responses: {} } } } };
    const theirs = { paths: { "/a/{two}": { get: { parameters: parameter("two"), responses: {} } } } };
    expect(findings(ours, theirs)).to.deep.equal([
      "/parameters/path/one the parameter is not described there",
      "/parameters/path/two is required there and unknown here",
    ]);
  });

  it("reports a parameter that is gone, of another type, or newly required", () => {
    const withParameters = (parameters: Node[]) => described({ ...answer(text), parameters });
    const limit = (schema: Node, rest: Node = {}) => ({ name: "limit", in: "query", schema, ...rest });
    expect(findings(withParameters([limit(text)]), withParameters([]))).to.deep.equal(["/parameters/query/limit the parameter is not described there"]);
    expect(findings(withParameters([limit(text)]), withParameters([limit({ type: "integer" })])))
      .to.deep.equal(["/parameters/query/limit must be integer there, may be string here"]);
    expect(findings(withParameters([]), withParameters([limit(text, { required: true })]))).to.deep.equal(["/parameters/query/limit is required there and unknown here"]);
    expect(findings(withParameters([limit({ type: "integer" })]), withParameters([limit({ type: "number" })]))).to.deep.equal([]);
  });

  it("reads parameters of the whole path and behind references", () => {
    const limit = { name: "limit", in: "query", schema: text };
    const ours = described({ ...answer(text), parameters: [limit] });
    const theirs = {
      paths: { "/things/{thing_id}": { parameters: [{ $ref: "#/components/parameters/Limit" }], post: answer(text) } },
      components: { parameters: { Limit: limit } },
    };
    expect(findings(ours, theirs)).to.deep.equal([]);
  });

  it("reports a request body, a field or a value that is not taken, and a field that has become required", () => {
    expect(findings(described(request(text)), described(answer({})))).to.deep.equal(["/requestBody no body is described there"]);
    expect(requests(object({ a: text, b: text }), object({ a: text }))).to.deep.equal(["/requestBody/b the field is not described there"]);
    expect(requests(object({ a: { enum: ["x", "y"] } }), object({ a: { enum: ["x"] } }))).to.deep.equal(["/requestBody/a is a list without it there, may be y here"]);
    expect(requests(object({ a: text }), object({ a: text, b: text }, ["b"]))).to.deep.equal(["/requestBody/b is required there and unknown here"]);
  });

  it("reports a response field that is gone, at any depth", () => {
    const ours = object({ data: { type: "array", items: object({ id: text, name: text }) } });
    expect(responses(ours, object({ data: { type: "array", items: object({ id: text }) } })))
      .to.deep.equal(["/responses/200/data/[]/name the field is not described there"]);
    expect(responses(ours, object({ items: ours }))).to.deep.equal(["/responses/200/data the field is not described there", "/responses/200/items is new there"]);
  });

  it("reports a response that may be of a type, null or a value that we do not expect", () => {
    expect(responses(object({ a: text }), object({ a: { type: "integer" } }))).to.deep.equal(["/responses/200/a may be integer there, must be string here"]);
    expect(responses(object({ a: text }), object({ a: { type: "string", nullable: true } }))).to.deep.equal(["/responses/200/a may be null there, must be string here"]);
    expect(responses(object({ a: { enum: ["x"] } }), object({ a: { enum: ["x", "y"] } }))).to.deep.equal(["/responses/200/a may be y there, is a list without it here"]);
  });

  it("lets us expect more than they send, and tells of fields that only they have", () => {
    expect(responses(object({ a: { type: ["string", "null"] } }), object({ a: text, b: text }))).to.deep.equal(["/responses/200/b is new there"]);
    expect(responses(object({ a: { type: "number" } }), object({ a: { type: "integer" } }))).to.deep.equal([]);
  });

  it("takes nothing for described that is not", () => {
    const elsewhere = (reference: string) => responses(object({ a: object({ b: text }) }), object({ a: { $ref: reference } }), { components: { schemas: { Hop: { $ref: "#/components/schemas/Gone" } } } });
    for (const reference of ["#/components/schemas/Gone", "#/components/schemas/Hop", "./schemas.yaml#/Thing", "https://vendor.example/schemas.yaml"]) {
      expect(elsewhere(reference), reference).to.deep.equal(["/responses/200/a what it refers to is not described there"]);
    }
    expect(responses(object({ a: object({ b: text }) }), { $ref: "#/components/schemas/Gone" })).to.deep.equal(["/responses/200 what it refers to is not described there"]);
    expect(responses(object({ a: object({ b: text }) }), object({ a: {} }))).to.deep.equal(["/responses/200/a may be anything there, must be object here"]);
    expect(responses(object({ a: text }), object({ a: { description: "a text, it is said" } }))).to.deep.equal(["/responses/200/a may be anything there, must be string here"]);
    expect(responses(object({ a: { type: "array", items: text } }), object({ a: { type: "array" } }))).to.deep.equal(["/responses/200/a/[] may be anything there, must be string here"]);
    expect(responses(object({ a: { type: "string", enum: ["x"] } }), object({ a: text }))).to.deep.equal(["/responses/200/a may be any value there, is a list here"]);
  });

  it("reports what may not be left out any more: a field, a parameter, the body", () => {
    const limit = { name: "limit", in: "query", schema: text };
    const body = (rest: Node) => described({ ...answer(text), requestBody: { ...rest, content: { "application/json": { schema: object({ a: text }) } } } });
    expect(requests(object({ a: text }), object({ a: text }, ["a"]))).to.deep.equal(["/requestBody/a is required there and may be left out here"]);
    expect(requests(object({ a: text }, ["a"]), object({ a: text }, ["a"]))).to.deep.equal([]);
    expect(findings(described({ ...answer(text), parameters: [limit] }), described({ ...answer(text), parameters: [{ ...limit, required: true }] }))).to.deep.equal(["/parameters/query/limit is required there and may be left out here"]);
    expect(findings(body({}), body({ required: true }))).to.deep.equal(["/requestBody is required there and may be left out here"]);
    expect(findings(body({ required: true }), body({}))).to.deep.equal([]);
  });

  it("reports a bound that has become narrower for what is sent, at any depth, and no other", () => {
    const items = (bounds: Node) => object({ a: { type: "array", items: text, ...bounds } });
    expect(requests(items({ maxItems: 20 }), items({ maxItems: 10 }))).to.deep.equal(["/requestBody/a at most 10 items there, at most 20 here"]);
    expect(requests(items({ minItems: 1, maxItems: 20 }), items({ minItems: 2, maxItems: 10 }))).to.deep.equal(["/requestBody/a at least 2 items there, at least 1 here; at most 10 items there, at most 20 here"]);
    expect(requests(items({}), items({ maxItems: 10 }))).to.deep.equal(["/requestBody/a at most 10 items there, not bounded here"]);
    expect(requests(text, { ...text, minLength: 1, maxLength: 9 })).to.deep.equal(["/requestBody at least 1 character there, not bounded here; at most 9 characters there, not bounded here"]);
    const limit = (schema: Node) => described({ ...answer(text), parameters: [{ name: "limit", in: "query", schema: { type: "integer", ...schema } }] });
    expect(findings(limit({ minimum: 0, maximum: 150 }), limit({ minimum: 1, maximum: 60 }))).to.deep.equal(["/parameters/query/limit at least 1 there, at least 0 here; at most 60 there, at most 150 here"]);
    expect(compareDescriptions(limit({ maximum: 150 }), limit({ maximum: 60 })).map(({ change }) => change)).to.deep.equal(["retyped"]);

    expect(requests(items({ minItems: 1, maxItems: 10 }), items({ minItems: 0, maxItems: 20 }))).to.deep.equal([]);
    expect(requests(items({ maxItems: 20 }), items({}))).to.deep.equal([]);
    expect(findings(limit({ maximum: 60 }), limit({ maximum: 60 }))).to.deep.equal([]);
    expect(responses(items({ maxItems: 20 }), items({ maxItems: 10 }))).to.deep.equal([]);
  });

  it("reads bounds through combinations: alternatives take the wider, and one of another type says nothing", () => {
    const long = (maxLength: number): Node => ({ ...text, maxLength });
    expect(requests(long(9), { anyOf: [long(5), long(9)] })).to.deep.equal([]);
    expect(requests(long(9), { anyOf: [long(5), text] })).to.deep.equal([]);
    expect(requests(long(9), { anyOf: [long(5), { type: "null" }] })).to.deep.equal(["/requestBody at most 5 characters there, at most 9 here"]);
    expect(requests(long(9), { allOf: [long(9), { maxLength: 5 }] })).to.deep.equal(["/requestBody at most 5 characters there, at most 9 here"]);
    expect(requests({ type: "integer" }, { anyOf: [{ type: "integer" }, long(5)] })).to.deep.equal([]);
    expect(requests({ enum: ["x"] }, { ...long(5), enum: ["x", "y"] })).to.deep.equal([]);
  });

  it("compares the bounds of what may be one thing or another with those of what is meant for it", () => {
    const list = (items: Node, bounds: Node = {}): Node => ({ type: "array", items, ...bounds });
    const filter = (bounds: Node = {}): Node => object({ field: text, value: { oneOf: [text, list(text, bounds)] } });
    const group = (bounds: Node = {}): Node => object({ operator: text, value: { oneOf: [list(filter(), bounds), list(object({ operator: text }), bounds)] } });
    const bounded = { maxItems: 5 };
    const ours = { anyOf: [filter(), object({ operator: text, value: list({ anyOf: [filter(), object({ operator: text })] }) })] };
    expect(requests(ours, { oneOf: [filter(), group()] })).to.deep.equal([]);
    expect(requests(ours, { oneOf: [filter(bounded), group()] })).to.deep.equal(["/requestBody/value at most 5 items there, not bounded here"]);
    expect(requests(ours, { oneOf: [filter(), group(bounded)] })).to.deep.equal(["/requestBody/value at most 5 items there, not bounded here"]);
    // A list of filters alone is bounded; that of groups beside it says nothing about it.
    const half = object({ operator: text, value: { oneOf: [list(filter(), bounded), list(object({ operator: text }))] } });
    expect(requests(ours, { oneOf: [filter(), half] })).to.deep.equal(["/requestBody/value at most 5 items there, not bounded here"]);
    const nested = object({ operator: text, value: list({ oneOf: [filter(bounded), object({ operator: text })] }) });
    expect(requests(ours, { oneOf: [filter(), nested] })).to.deep.equal(["/requestBody/value/[]/value at most 5 items there, not bounded here"]);
    expect(requests({ anyOf: [text, list(text)] }, { oneOf: [text, list(text, bounded)] })).to.deep.equal(["/requestBody at most 5 items there, not bounded here"]);
  });

  it("is done with alternatives within alternatives that name the same again and again", () => {
    const schemas: Record<string, Node> = { S0: object({ a: text }) };
    for (let n = 1; n <= 200; n++) schemas[`S${n}`] = { oneOf: [{ $ref: `#/components/schemas/S${n - 1}` }, { allOf: [{ $ref: `#/components/schemas/S${n - 1}` }] }] };
    expect(responses(object({ a: text }), { $ref: "#/components/schemas/S200" }, { components: { schemas } })).to.deep.equal([]);
  });

  it("joins allOf and looks into each of oneOf and anyOf", () => {
    const theirs = { allOf: [object({ a: text }), { oneOf: [object({ b: text }), { anyOf: [object({ c: text }), { type: "null" }] }] }] };
    expect(responses(object({ a: text, b: text, c: text }), theirs)).to.deep.equal([]);
    expect(responses(object({ a: text, b: text, c: text, d: text }), theirs)).to.deep.equal(["/responses/200/d the field is not described there"]);
    expect(responses(object({ a: text }), { anyOf: [object({ a: text }), text] })).to.deep.equal(["/responses/200 may be string there, must be object here"]);
    expect(requests(object({ a: text }), { oneOf: [object({ a: text }, ["a"]), object({ a: text, b: text }, ["b"])] })).to.deep.equal([]);
  });

  it("comes to an end with schemas that contain themselves", () => {
    const tree = { components: { schemas: { Tree: object({ id: text, children: { type: "array", items: { $ref: "#/components/schemas/Tree" } } }) } } };
    const knot = { components: { schemas: { Tree: { oneOf: [{ $ref: "#/components/schemas/Tree" }, text] } } } };
    const reference = described(answer({ $ref: "#/components/schemas/Tree" }));
    expect(findings({ ...reference, ...tree }, { ...reference, ...tree })).to.deep.equal([]);
    expect(() => findings({ ...reference, ...tree }, { ...reference, ...knot })).to.not.throw();
  });

  it("reports what is newly deprecated: an operation, a parameter, a field; not what is known to be", () => {
    const limit = { name: "limit", in: "query", schema: text };
    const ours = described({ ...answer(object({ a: text, b: { ...text, deprecated: true } })), parameters: [limit] });
    const theirs = described({ ...answer(object({ a: { ...text, deprecated: true }, b: { ...text, deprecated: true } })), parameters: [{ ...limit, deprecated: true }], deprecated: true });
    expect(compareDescriptions(ours, theirs).map(({ change, pointer }) => [change, pointer])).to.deep.equal([["deprecated", ""], ["deprecated", "/parameters/query/limit"], ["deprecated", "/responses/200/a"]]);
  });

  it("leaves out what is new and known not to be read, and nothing else by that", () => {
    const found = compareDescriptions(described(answer(object({ a: text }))), described(answer(object({ b: text, c: text }))));
    const unread = { "POST /things/{thing_id}": ["/responses/200/a", "/responses/200/b"] };
    expect(withoutKnown(found, { deviations: [], unread }).map(({ change, pointer }) => [change, pointer])).to.deep.equal([["removed", "/responses/200/a"], ["added", "/responses/200/c"]]);
  });

  it("leaves out what is listed as a deviation, and reports a deviation that is none", () => {
    const found = compareDescriptions(described(answer(object({ a: text }))), described(answer(object({}))));
    const known = { operation: "POST /things/{thing_id}", pointer: "/responses/200/a", reason: "made up" };
    expect(found).to.have.lengthOf(1);
    expect(withoutKnown(found, { deviations: [known], unread: {} })).to.deep.equal([]);
    expect(withoutKnown(found, { deviations: [known, { ...known, pointer: "/responses/200/b" }], unread: {} })).to.deep.equal([
      { operation: known.operation, pointer: "/responses/200/b", change: "settled", problem: "is listed as a deviation and is none" },
    ]);
  });
});
