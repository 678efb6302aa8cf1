import { Component, type ReactNode } from "react";
import { ApiError } from "../api/problem";
import { EmptyState } from "../components/ui/EmptyState";

interface Props {
  /** A change of it resets the boundary. */
  readonly place: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
  readonly place: string;
}

/** Catches the errors of a page: the bar stays, and other pages work. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): State | null {
    return place === state.place ? null : { error: null, place };
  }

  override render() {
    return this.state.error === null ? this.props.children : <ErrorPage error={this.state.error} />;
  }
}

/** Shown in place of a page whose script did not load, or that threw. */
function ErrorPage({ error }: { readonly error: unknown }) {
  const known = error instanceof ApiError ? error.message : null;
  const loading = error instanceof TypeError && /import|module|fetch/i.test(error.message);
  return (
    <EmptyState
      title={loading ? "This part of the site did not load" : "Something went wrong on this page"}
      action={{ label: "Load the page again", onAct: () => location.reload() }}
    >
      {known ?? "Nothing is lost: what you wrote is kept in this browser."}
    </EmptyState>
  );
}
