import { useMemo, useState } from "react";
import { clampParameters, type ParameterValue, type ParameterValues, parseParameters } from "../../../runtime";

/** The sliders of a source and their values: those of the version until the visitor moves one. */
export function useValues(source: string, given: Readonly<Record<string, unknown>>) {
  const parameters = useMemo(() => parseParameters(source), [source]);
  const [moved, setMoved] = useState<{ readonly source: string; readonly values: ParameterValues } | null>(null);
  const current = moved?.source === source ? moved.values : null;
  const values = useMemo(() => clampParameters(parameters, { ...given, ...current }), [parameters, given, current]);
  return {
    parameters,
    values,
    changed: current !== null,
    change: (name: string, value: ParameterValue) => setMoved({ source, values: { ...current, [name]: value } }),
    reset: () => setMoved(null),
  };
}
