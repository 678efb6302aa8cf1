import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { ApiError } from "../../api/problem";
import { useSession } from "../../api/session";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { useTitle } from "../../lib/title";
import { Wishes } from "../shaders/desires/Wishes";
import { ShaderList } from "../shaders/ShaderList";
import { type Shown, worksQuery } from "../shaders/works";
import { Empty, SHOWN } from "./copy";
import { ProfileHead, ProfileHeadSkeleton } from "./ProfileHead";
import { type Profile, profileQuery } from "./queries";
import { Tabs } from "./Tabs";

export function ProfilePage() {
  const { handle = "" } = useParams();
  const { data: profile, error, refetch } = useQuery(profileQuery(handle));
  useTitle(profile?.display_name ?? handle);
  if (profile) return <Known key={handle} profile={profile} />;
  if (error === null) return <ProfileHeadSkeleton />;
  if (error instanceof ApiError && error.status === 404) return <Nobody handle={handle} />;
  return (
    <EmptyState title="This profile could not be loaded" action={{ label: "Try again", onAct: () => void refetch() }}>
      {error.message}
    </EmptyState>
  );
}

function Known({ profile }: { readonly profile: Profile }) {
  const own = useSession(({ account }) => account?.handle === profile.handle);
  const shown = useShown(own);
  const [title, setTitle] = useState("");
  const query = useInfiniteQuery(worksQuery(profile.handle, shown));
  const words = title.trim().toLowerCase();
  return (
    <>
      <ProfileHead profile={profile} own={own} />
      <Wishes title={own ? "Your wishes" : "Wishes"} which={{ author: profile.handle }} />
      {own && <Tabs handle={profile.handle} shown={shown} title={title} onTitle={setTitle} />}
      <ShaderList
        key={shown}
        label={SHOWN[shown]}
        query={query}
        {...(words && { only: (shader) => shader.title.toLowerCase().includes(words) })}
        empty={<Empty profile={profile} own={own} shown={shown} />}
        end={words ? <p>These are the shaders with “{title.trim()}” in their title.</p> : null}
      />
    </>
  );
}

/** Others see public shaders only; the owner chooses a visibility by the address. */
function useShown(own: boolean): Shown {
  const [address] = useSearchParams();
  const requested = address.get("show") ?? "";
  return own && Object.hasOwn(SHOWN, requested) ? (requested as Shown) : "public";
}

function Nobody({ handle }: { readonly handle: string }) {
  return (
    <EmptyState title={`There is nobody called ${handle} here`}>
      <p className="mb-3">The account may have been deleted, or the address has a mistake in it.</p>
      <ButtonLink to="/explore">Explore shaders</ButtonLink>
    </EmptyState>
  );
}
