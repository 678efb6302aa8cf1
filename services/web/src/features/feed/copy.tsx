import { Link } from "react-router";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import type { FeedKind } from "./queries";

export function FeedEmpty({ kind }: { readonly kind: FeedKind }) {
  if (kind === "you") {
    return (
      <EmptyState title="There is nothing for you yet">
        <p className="mb-3">
          Your own shaders, those you voted down and <A to="/settings/feed">what you muted</A> are left out here. All
          shaders are under New.
        </p>
        <ButtonLink to="/?feed=new">See new shaders</ButtonLink>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing has been published here yet">
      <p className="mb-3">The first could be yours: write a shader, or bring one along.</p>
      <span className="flex gap-2">
        <ButtonLink variant="main" to="/new">
          Write a shader
        </ButtonLink>
        <ButtonLink to="/import">Import one</ButtonLink>
      </span>
    </EmptyState>
  );
}

export function FeedEnd({ kind }: { readonly kind: FeedKind }) {
  if (kind === "you") {
    return (
      <p>
        That is all for you at the moment. <A to="/?feed=new">See new shaders</A> or{" "}
        <A to="/explore">explore the rest</A>.
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
