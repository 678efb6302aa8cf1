import type { ComponentType } from "react";
import { Navigate, NavLink, useLocation, useParams } from "react-router";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { SignedIn } from "../../components/ui/SignedIn";
import { useTitle } from "../../lib/title";
import { type Capabilities, usePayments } from "../shaders/payments/queries";
import { AppearanceSettings } from "./AppearanceSettings";
import { DeleteSettings } from "./DeleteSettings";
import { ExportSettings } from "./ExportSettings";
import { FeedSettings } from "./feed/FeedSettings";
import { KeySettings } from "./KeySettings";
import { NoticeSettings } from "./NoticeSettings";
import { PasswordSettings } from "./PasswordSettings";
import { PayoutSettings } from "./PayoutSettings";
import { PledgeSettings } from "./PledgeSettings";
import { ProfileSettings } from "./ProfileSettings";
import { SecuritySettings } from "./SecuritySettings";
import { SessionSettings } from "./SessionSettings";
import { SignInSettings } from "./SignInSettings";
import type { SettingsProps } from "./settingsProps";
import { UsageSettings } from "./UsageSettings";

interface Entry {
  readonly name: string;
  readonly title: string;
  readonly Content: ComponentType<SettingsProps>;
  /** Whether it is listed, for what belongs to payments. */
  readonly when?: (payments: Capabilities) => boolean;
}

const SECTIONS: readonly Entry[] = [
  { name: "profile", title: "Profile", Content: ProfileSettings },
  { name: "appearance", title: "Appearance", Content: AppearanceSettings },
  { name: "password", title: "Password", Content: PasswordSettings },
  { name: "security", title: "Security", Content: SecuritySettings },
  { name: "sign-in", title: "Sign-in", Content: SignInSettings },
  { name: "sessions", title: "Sessions", Content: SessionSettings },
  { name: "notices", title: "Notices", Content: NoticeSettings },
  { name: "feed", title: "Feed", Content: FeedSettings },
  { name: "keys", title: "API keys", Content: KeySettings },
  { name: "pledges", title: "Pledges", Content: PledgeSettings, when: () => true },
  { name: "payouts", title: "Payouts", Content: PayoutSettings, when: ({ payouts }) => payouts },
  { name: "usage", title: "Usage", Content: UsageSettings },
  { name: "export", title: "Export", Content: ExportSettings },
  { name: "delete", title: "Delete account", Content: DeleteSettings },
];

export function SettingsPage() {
  const { section = "profile" } = useParams();
  const { pathname, search } = useLocation();
  const entry = SECTIONS.find(({ name }) => name === section);
  useTitle(entry ? `${entry.title} settings` : "Settings");
  // Stripe's page for payout accounts leads back to the settings as such.
  if (pathname === "/settings" && new URLSearchParams(search).has("payouts")) {
    return <Navigate to="/settings/payouts" replace />;
  }
  if (entry === undefined) {
    return (
      <EmptyState title="There are no such settings">
        <ButtonLink to="/settings">See your settings</ButtonLink>
      </EmptyState>
    );
  }
  return (
    <div className="mx-auto grid max-w-4xl gap-6 px-4 py-8 md:grid-cols-[12rem_1fr] md:gap-10">
      <div>
        <h1 className="mb-4 text-xl font-medium">Settings</h1>
        <Sections />
      </div>
      <div className="flex min-w-0 max-w-xl flex-col gap-8 md:pt-12">
        {section === "appearance" ? (
          <AppearanceSettings />
        ) : (
          <SignedIn>{(account) => <entry.Content account={account} />}</SignedIn>
        )}
      </div>
    </div>
  );
}

function Sections() {
  const payments = usePayments();
  const shown = SECTIONS.filter(({ when }) => !when || (payments !== null && when(payments)));
  return (
    <nav aria-label="Settings" className="flex flex-wrap gap-x-4 md:flex-col">
      {shown.map(({ name, title }) => (
        <NavLink
          key={name}
          to={`/settings/${name}`}
          className="flex h-8 items-center text-sm text-ink-2 hover:text-ink aria-[current=page]:font-medium aria-[current=page]:text-ink pointer-coarse:h-11"
        >
          {title}
        </NavLink>
      ))}
    </nav>
  );
}
