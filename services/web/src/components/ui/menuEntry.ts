import type { To } from "react-router";
import type { Options } from "./Select";

/** An entry of a menu; `radio` is a group of options. */
export type MenuEntry =
  | { readonly type: "link"; readonly label: string; readonly to: To; readonly className?: string }
  | { readonly type: "action"; readonly label: string; readonly onSelect: () => void; readonly danger?: boolean }
  | {
      readonly type: "radio";
      readonly label: string;
      readonly value: string;
      readonly options: Options<string>;
      readonly onSelect: (value: string) => void;
    }
  | { readonly type: "separator" };
