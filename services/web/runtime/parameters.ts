export type ParameterType = "float" | "int" | "bool" | "vec2" | "vec3" | "vec4";
export type ParameterValue = number | boolean | readonly number[];
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly default: ParameterValue;
  readonly min: number | null;
  readonly max: number | null;
  readonly step: number | null;
  readonly label: string | null;
  readonly widget: "slider" | "color" | "toggle";
}

export function parseParameters(_source: string): Parameter[] {
  return [];
}
