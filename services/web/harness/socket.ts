/**
 * The way of pixels out of the page: one binary WebSocket message per delivery, to the server that served the page.
 *
 * A message is a header of eight little-endian uint32 (delivery, width, height, frames, four reserved), then the
 * frames' RGBA bytes, bottom row first. The buffer is one and the same for all deliveries and zeroed before each, so
 * that a read-back that silently does nothing can never leave another job's pixels in it.
 */

const HEADER_BYTES = 32;

export class PixelSocket {
  private readonly socket: WebSocket;
  private memory = new ArrayBuffer(0);

  constructor() {
    const url = new URL("pixels", location.href);
    url.protocol = "ws:";
    this.socket = new WebSocket(url);
  }

  get open(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Zeroed room for `frames` frames; it is valid until the next call. */
  room(width: number, height: number, frames: number): Uint8Array {
    const bytes = HEADER_BYTES + width * height * 4 * frames;
    if (this.memory.byteLength < bytes) this.memory = new ArrayBuffer(bytes);
    else new Uint8Array(this.memory).fill(0);
    return new Uint8Array(this.memory, HEADER_BYTES, bytes - HEADER_BYTES);
  }

  /** Says that all is done that comes before a delivery, and that it is being drawn: it has a limit of its own. */
  announce(delivery: number): void {
    this.socket.send(String(delivery));
  }

  /** Sends what lies in the room; fewer frames than asked for is allowed. */
  send(delivery: number, width: number, height: number, frames: number): void {
    new Uint32Array(this.memory, 0, HEADER_BYTES / 4).set([delivery, width, height, frames]);
    this.socket.send(new Uint8Array(this.memory, 0, HEADER_BYTES + width * height * 4 * frames));
  }
}
