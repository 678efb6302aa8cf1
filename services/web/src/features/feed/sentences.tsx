import { Link } from "react-router";
import { ButtonLink } from "../../components/Button";
import { Notice } from "../../components/Notice";
import type { FeedKind } from "./queries";

export function FeedEmpty({ kind }: { readonly kind: FeedKind }) {
  if (kind === "you") {
    return (
      <Notice title="There is nothing for you yet">
        <p className="mb-3">Your own works and those you voted down are left out here. All works are under New.</p>
        <ButtonLink to="/?feed=new">See new works</ButtonLink>
      </Notice>
    );
  }
  return (
    <Notice title="Nothing has been published here yet">
      <p className="mb-3">The first work could be yours: write a shader, or bring one along.</p>
      <span className="flex gap-2">
        <ButtonLink kind="main" to="/new">
          Write a shader
        </ButtonLink>
        <ButtonLink to="/import">Import one</ButtonLink>
      </span>
    </Notice>
  );
}

export function FeedEnd({ kind }: { readonly kind: FeedKind }) {
  if (kind === "you") {
    return (
      <p>
        That is all for you at the moment. <A to="/?feed=new">See new works</A> or <A to="/explore">explore the rest</A>
        .
      </p>
    );
  }
  return (
    <p>
      You have seen them all. <A to="/new">Write the next one</A>.
    </p>
  );
}

function A({ to, children }: { readonly to: string; readonly children: string }) {
  return (
    <Link to={to} className="text-ink underline underline-offset-2">
      {children}
    </Link>
  );
}
