import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Harness } from "../../harness/harness";
import examples from "../../harness/vectors/wire.json";

class Socket {
  static readonly OPEN = 1;
  readonly readyState = 1;
  send() {}
}

let harness: Harness;
beforeAll(() => {
  vi.stubGlobal("WebSocket", Socket);
  harness = new Harness();
});
afterAll(() => vi.unstubAllGlobals());

// In their order: a still is drawn of what was opened before it.
test.each(examples)("$verb answers as services/renderer/wire.py expects", ({ verb, command, reply }) => {
  const method = Reflect.get(harness, verb) as (argument: unknown) => unknown;
  const varying = { probe: { renderer: expect.any(String) }, open: { compileMs: expect.any(Number) } };
  const expected = { ...reply, ...Reflect.get(varying, verb) };
  expect(JSON.parse(JSON.stringify(method.call(harness, command)))).toEqual(expected);
});
