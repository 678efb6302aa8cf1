import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import type { Shown } from "../shaders/works";
import type { Profile } from "./queries";

/** What each list is, for screen readers. */
export const SHOWN: Record<Shown, string> = {
  public: "Public shaders",
  draft: "Drafts",
  unlisted: "Unlisted shaders",
  private: "Private shaders",
  voted: "Shaders voted for",
};

const NOTHING: Record<Shown, readonly [title: string, sentence: string]> = {
  public: ["You have published nothing yet", "What you publish stands here, for everybody to see."],
  draft: ["You have no drafts", "A draft is a shader that is not published yet. Only you see it."],
  unlisted: [
    "You have no unlisted shaders",
    "An unlisted shader is seen by those who have its address, and is in no list.",
  ],
  private: ["You have no private shaders", "A private shader is seen by you alone."],
  voted: ["You have voted for nothing yet", "Shaders that you vote for are kept here, the latest first."],
};

interface Props {
  readonly profile: Profile;
  readonly own: boolean;
  readonly shown: Shown;
}

export function Empty({ profile, own, shown }: Props) {
  if (!own) return <EmptyState title={`${profile.display_name} has published nothing yet`} />;
  const [title, sentence] = NOTHING[shown];
  return (
    <EmptyState title={title}>
      <p className="mb-3">{sentence}</p>
      <ButtonLink to={shown === "voted" ? "/" : "/new"}>
        {shown === "voted" ? "See shaders" : "Write a shader"}
      </ButtonLink>
    </EmptyState>
  );
}
