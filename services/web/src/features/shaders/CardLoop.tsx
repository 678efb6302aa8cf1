import { useEffect, useState } from "react";

/** A pointer that only passes over a card loads nothing. */
const REST_MS = 120;

/** The loop of a shader over its still, shown once it is decoded, so that nothing flickers. */
export function CardLoop({ url }: { readonly url: string }) {
  const [rested, setRested] = useState(false);
  const [decoded, setDecoded] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!rested) return null;
  return (
    <img
      src={url}
      alt=""
      data-loop=""
      className={`absolute inset-0 size-full object-cover transition-opacity ${decoded ? "" : "opacity-0"}`}
      onLoad={({ currentTarget }) => {
        currentTarget.decode().then(
          () => setDecoded(true),
          () => undefined,
        );
      }}
    />
  );
}
