import { ButtonLink } from "../../components/Button";
import { Notice } from "../../components/Notice";
import type { Profile, Shown } from "./queries";

/** What each list is, for screen readers. */
export const SHOWN: Record<Shown, string> = {
  public: "Public works",
  draft: "Drafts",
  unlisted: "Unlisted works",
  private: "Private works",
  voted: "Works voted for",
};

const NOTHING: Record<Shown, readonly [title: string, sentence: string]> = {
  public: ["You have published nothing yet", "What you publish stands here, for everybody to see."],
  draft: ["You have no drafts", "A draft is a work that is not published yet. Only you see it."],
  unlisted: [
    "You have no unlisted works",
    "An unlisted work is seen by those who have its address, and is in no list.",
  ],
  private: ["You have no private works", "A private work is seen by you alone."],
  voted: ["You have voted for nothing yet", "Works that you vote for are kept here, the latest first."],
};

interface Props {
  readonly profile: Profile;
  readonly own: boolean;
  readonly shown: Shown;
}

export function Empty({ profile, own, shown }: Props) {
  if (!own) return <Notice title={`${profile.display_name} has published nothing yet`} />;
  const [title, sentence] = NOTHING[shown];
  return (
    <Notice title={title}>
      <p className="mb-3">{sentence}</p>
      <ButtonLink to={shown === "voted" ? "/" : "/new"}>
        {shown === "voted" ? "See works" : "Write a shader"}
      </ButtonLink>
    </Notice>
  );
}
