import { describe, expect, test } from "vitest";
import { asksNotToBeTracked, EventQueue } from "../../../src/lib/eventQueue";

const seen = (id: string) => ({ shader_id: id, kind: "impression" as const, position: 0 });
const looked = (id: string, dwell_ms: number) => ({ shader_id: id, kind: "dwell" as const, dwell_ms });

describe("the event log", () => {
  test("counts one impression of a shader, and every real look at it", () => {
    const log = new EventQueue();
    for (const event of [seen("a"), seen("a"), looked("a", 4200), looked("a", 900), looked("a", 1000)]) log.add(event);
    expect(log.take()).toEqual([seen("a"), looked("a", 4200), looked("a", 1000)]);
    log.add(seen("a"));
    expect(log.take()).toEqual([]);
  });

  test("gives batches of at most a hundred, and says when one is due", () => {
    const log = new EventQueue();
    for (let n = 0; n < 49; n += 1) log.add(seen(`w${n}`));
    expect(log.isFull).toBe(false);
    for (let n = 49; n < 130; n += 1) log.add(seen(`w${n}`));
    expect(log.isFull).toBe(true);
    expect(log.take()).toHaveLength(100);
    expect(log.take()).toHaveLength(30);
  });

  test("keeps what could not be sent in front, and forgets the oldest beyond its bound", () => {
    const log = new EventQueue();
    log.add(seen("a"));
    const batch = log.take();
    log.add(seen("b"));
    log.putBack(batch);
    expect(log.take()).toEqual([seen("a"), seen("b")]);
    for (let n = 0; n < 400; n += 1) log.add(seen(`w${n}`));
    expect(log.take()[0]).toEqual(seen("w100"));
  });
});

test("Do Not Track and Global Privacy Control are heard", () => {
  expect(asksNotToBeTracked({ doNotTrack: "1" })).toBe(true);
  expect(asksNotToBeTracked({ doNotTrack: "0", globalPrivacyControl: true })).toBe(true);
  expect(asksNotToBeTracked({ doNotTrack: null })).toBe(false);
  expect(asksNotToBeTracked({ doNotTrack: "unspecified", globalPrivacyControl: false })).toBe(false);
});
