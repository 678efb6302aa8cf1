import { ButtonLink } from "../../components/ui/Button";
import { month } from "../../lib/dates";
import { count } from "../../lib/labels";
import type { Profile } from "./queries";

/** Name, dates and counts of a profile. */
export function ProfileHead({ profile, own }: { readonly profile: Profile; readonly own: boolean }) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3 px-3 pb-5 pt-6">
      <div className="max-w-3xl">
        <h1 className="text-xl font-medium">{profile.display_name}</h1>
        <ul className="flex flex-wrap gap-x-4 text-sm text-ink-2">
          <li>@{profile.handle}</li>
          <li>
            Here since <time dateTime={profile.created_at}>{month(profile.created_at)}</time>
          </li>
          <li>{count(profile.shaders, "shader")}</li>
          <li>{count(profile.score, "vote")}</li>
          {profile.reputation > 0 && <li>{count(profile.reputation, "point")} received for answers</li>}
        </ul>
        {profile.bio && <p className="mt-3 whitespace-pre-line">{profile.bio}</p>}
      </div>
      {own && <ButtonLink to="/settings">Edit profile</ButtonLink>}
    </header>
  );
}

/** As high as the head of most, so that the shaders stay where they are. */
export function ProfileHeadSkeleton() {
  return <div role="status" aria-label="Loading the profile" className="h-24" />;
}
