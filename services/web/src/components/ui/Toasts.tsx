import { dismiss, useToasts } from "./toastStore";

export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex flex-col items-center gap-2 px-4"
    >
      {toasts.map(({ id, text, tone }) => (
        <button
          key={id}
          type="button"
          onClick={() => dismiss(id)}
          className={`pointer-events-auto max-w-lg rounded-sm border bg-raised px-4 py-2 text-left text-sm ${tone === "bad" ? "border-bad" : "border-line"}`}
        >
          {tone === "bad" && <span className="font-medium text-bad">Error: </span>}
          {text}
        </button>
      ))}
    </div>
  );
}
