/** A new id that nobody else has. Not `crypto.randomUUID`, which browsers lack on plain http. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
