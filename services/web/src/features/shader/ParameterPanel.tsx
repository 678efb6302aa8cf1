import type { Parameter, ParameterValue, ParameterValues } from "../../../runtime";
import { Parameters } from "../../components/player/Parameters";
import { Button } from "../../components/ui/Button";

interface Props {
  readonly parameters: readonly Parameter[];
  readonly values: ParameterValues;
  readonly changed: boolean;
  readonly onChange: (name: string, value: ParameterValue) => void;
  readonly onReset: () => void;
}

/** The parameters of the shader; values set here are not saved. */
export function ParameterPanel({ parameters, values, changed, onChange, onReset }: Props) {
  if (parameters.length === 0) return null;
  return (
    <section aria-labelledby="parameters-title">
      <header className="mb-2 flex h-8 items-center justify-between">
        <h2 id="parameters-title" className="text-sm font-medium">
          Parameters
        </h2>
        <Button variant="quiet" disabled={!changed} onClick={onReset}>
          Reset
        </Button>
      </header>
      <Parameters parameters={parameters} values={values} onChange={onChange} />
    </section>
  );
}
