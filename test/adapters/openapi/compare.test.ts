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
    expect(findings(ours, described({ responses: { 201: {} } }))).to.deep.equal(["/responses/200 the status is not described there"]);
    expect(findings(ours, described({ responses: { 200: { content: { "text/plain": {} } } } })))
      .to.deep.equal(["/responses/200 application/json is not described there"]);
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
