import { Menu } from "../../components/ui/Menu";
import type { MenuEntry } from "../../components/ui/menuEntry";
import { type Muted, mutable, useMute } from "./mutes";
import type { Reason, ShaderSummary } from "./shaderPages";

const SETTINGS = "/settings/feed";
const MOST_TAGS = 3;

interface Props {
  readonly shader: ShaderSummary;
  readonly acting: boolean;
}

/** Why a card is in the feed, and how to see less of its kind; with a mouse it is there when the card is active. */
export function FeedCardMenu({ shader, acting }: Props) {
  const mute = useMute();
  const shown = acting ? "" : "opacity-0 focus:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100";
  const reasons = (shader.reasons ?? []).map(
    (reason): MenuEntry => ({ type: "link", label: textOf(reason), to: SETTINGS, className: "text-ink-2" }),
  );
  const less = offered(shader).map(
    (muted): MenuEntry => ({ type: "action", label: labelOf(muted), onSelect: () => mute.mutate(muted) }),
  );
  return (
    <Menu
      label="⋯"
      name={`Why ${shader.title} is here, and less of this`}
      className={`shader-menu relative z-10 h-6 px-1 text-ink-2 text-sm hover:text-ink pointer-coarse:-my-2 pointer-coarse:h-10 pointer-coarse:px-3 ${shown}`}
      entries={[...reasons, { type: "separator" }, ...less]}
    />
  );
}

export function textOf({ kind, tag }: Reason): string {
  switch (kind) {
    case "tag":
      return `Here because you like #${tag}`;
    case "style":
      return "Here because it is like works you liked";
    case "fresh":
      return "Here because few have seen it yet";
    case "popular":
      return "Here because many like it";
    case "new":
      return "Here because it is new";
    case "trending":
      return "Here because it is trending";
    case "chance":
      return "Here by chance, for something else";
  }
}

function offered(shader: ShaderSummary): Muted[] {
  const all = mutable(shader);
  const tags = all.filter(({ kind }) => kind === "tag").slice(0, MOST_TAGS);
  return all.filter((muted) => muted.kind !== "tag" || tags.includes(muted));
}

function labelOf({ kind, called }: Muted): string {
  if (kind === "shader") return "Not this one";
  return kind === "author" ? `Less by ${called}` : `Less ${called}`;
}
