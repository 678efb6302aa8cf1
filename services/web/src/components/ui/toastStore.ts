/** Short messages at the bottom of the page that disappear by themselves: `toast("Saved")`, `toastError(error)`. */

import { create } from "zustand";
import { ApiError } from "../../api/problem";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "bad";
}

const SHOWN_MS = 6000;
let last = 0;

export const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));

export function toast(text: string, tone: Toast["tone"] = "plain"): void {
  last += 1;
  const toast = { id: last, text, tone };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), toast] }));
  setTimeout(() => dismiss(toast.id), SHOWN_MS);
}

export function toastError(error: unknown): void {
  toast(error instanceof ApiError ? error.message : "That did not work. Nothing is lost; try again.", "bad");
}

export function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}
