/** Whether an element is visible: its tab is in front, and part of it is in the viewport. */

export class Visible {
  private inWindow = true;
  private readonly observer: IntersectionObserver;
  private readonly listening = new AbortController();

  constructor(
    element: Element,
    private readonly changed: () => void,
  ) {
    this.observer = new IntersectionObserver((entries) => {
      this.inWindow = entries.at(-1)?.isIntersecting ?? true;
      this.changed();
    });
    this.observer.observe(element);
    document.addEventListener("visibilitychange", () => this.changed(), { signal: this.listening.signal });
  }

  get now(): boolean {
    return this.inWindow && document.visibilityState === "visible";
  }

  dispose(): void {
    this.observer.disconnect();
    this.listening.abort();
  }
}
