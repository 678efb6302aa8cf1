import { expect, test } from "vitest";
import { eventsOf } from "../../src/api/stream";

test("events are whole when a blank line ends them; comments and hints are none", () => {
  const text = 'retry: 2000\n\nevent: render\ndata: {"a":1}\n\n: still here\n\ndata: x\r\ndata: y\r\n\r\nevent: rend';
  expect(eventsOf(text)).toEqual({
    events: [
      { event: "render", data: '{"a":1}' },
      { event: "message", data: "x\ny" },
    ],
    rest: "event: rend",
  });
});
