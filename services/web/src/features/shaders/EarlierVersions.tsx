import type { Schemas } from "../../api/client";
import type { Visibility } from "../../lib/drafts/draft";

type Shader = Pick<Schemas["ShaderPublic"], "visibility" | "version" | "public_from">;

/** How many versions others will not see, once the shader, maybe with one more version, has this visibility. */
export function countKept(shader: Shader, visibility: Visibility, addsVersion = false): number {
  if (!isShown(visibility)) return 0;
  return (addsVersion && !isShown(shader.visibility) ? shader.version + 1 : shader.public_from) - 1;
}

function isShown(visibility: Visibility): boolean {
  return visibility === "public" || visibility === "unlisted";
}

interface Props {
  /** How many there are; without any there is nothing to choose. */
  readonly count: number;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** Whether others see the versions from before the shader was published. */
export function EarlierVersions({ count, checked, onChange }: Props) {
  if (count === 0) return null;
  const [which, they] = count === 1 ? ["version 1", "it"] : [`versions 1 to ${count}`, "them"];
  return (
    <label className="flex min-h-8 items-start gap-3 pointer-coarse:min-h-11">
      <input
        type="checkbox"
        className="mt-1 size-4 flex-none accent-accent"
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span>
        Show others {which}, too
        <span className="block text-xs text-ink-2">Otherwise only you see {they}.</span>
      </span>
    </label>
  );
}
