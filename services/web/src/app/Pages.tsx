/** The routes. Each page is loaded on demand, but for the feed, which is in the first script. */

import { lazy } from "react";
import { Route, Routes } from "react-router";
import { FeedPage } from "../features/feed/FeedPage";
import { Layout } from "./Layout";

const AboutPage = lazy(async () => ({ default: (await import("../features/about/AboutPage")).AboutPage }));
const AnswerPage = lazy(async () => ({ default: (await import("../features/moderation/AnswerPage")).AnswerPage }));
const DecisionsPage = lazy(async () => ({
  default: (await import("../features/moderation/DecisionsPage")).DecisionsPage,
}));
const DesirePage = lazy(async () => ({ default: (await import("../features/desires/DesirePage")).DesirePage }));
const DesiresPage = lazy(async () => ({ default: (await import("../features/desires/DesiresPage")).DesiresPage }));
const EditorPage = lazy(async () => ({ default: (await import("../features/editor/EditorPage")).EditorPage }));
const ExplorePage = lazy(async () => ({ default: (await import("../features/explore/ExplorePage")).ExplorePage }));
const ForgotPage = lazy(async () => ({ default: (await import("../features/auth/ForgotPage")).ForgotPage }));
const ImportPage = lazy(async () => ({ default: (await import("../features/import/ImportPage")).ImportPage }));
const InboxPage = lazy(async () => ({ default: (await import("../features/inbox/InboxPage")).InboxPage }));
const LinkPage = lazy(async () => ({ default: (await import("../features/links/LinkPage")).LinkPage }));
const ModerationPage = lazy(async () => ({
  default: (await import("../features/moderation/ModerationPage")).ModerationPage,
}));
const NewDesirePage = lazy(async () => ({
  default: (await import("../features/desires/NewDesirePage")).NewDesirePage,
}));
const NotFoundPage = lazy(async () => ({ default: (await import("../features/not-found/NotFoundPage")).NotFoundPage }));
const PaymentReturnPage = lazy(async () => ({
  default: (await import("../features/payments/ReturnPage")).ReturnPage,
}));
const ProfilePage = lazy(async () => ({ default: (await import("../features/profile/ProfilePage")).ProfilePage }));
const ProviderLinkPage = lazy(async () => ({
  default: (await import("../features/auth/ProviderLinkPage")).ProviderLinkPage,
}));
const ProviderReturnPage = lazy(async () => ({
  default: (await import("../features/auth/ProviderReturnPage")).ProviderReturnPage,
}));
const RegisterPage = lazy(async () => ({ default: (await import("../features/auth/RegisterPage")).RegisterPage }));
const ResetPage = lazy(async () => ({ default: (await import("../features/auth/ResetPage")).ResetPage }));
const SettingsPage = lazy(async () => ({ default: (await import("../features/settings/SettingsPage")).SettingsPage }));
const ShaderPage = lazy(async () => ({ default: (await import("../features/shader/ShaderPage")).ShaderPage }));
const SignInPage = lazy(async () => ({ default: (await import("../features/auth/SignInPage")).SignInPage }));

export function Pages() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<FeedPage />} />
        <Route path="explore" element={<ExplorePage />} />
        <Route path="s/:id" element={<ShaderPage />} />
        <Route path="s/:id/v/:version" element={<ShaderPage />} />
        <Route path="new" element={<EditorPage />} />
        <Route path="edit/:id" element={<EditorPage />} />
        <Route path="desires" element={<DesiresPage />} />
        <Route path="desires/new" element={<NewDesirePage />} />
        <Route path="desires/:id" element={<DesirePage />} />
        <Route path="u/:handle" element={<ProfilePage />} />
        <Route path="inbox" element={<InboxPage />} />
        <Route path="settings" element={<SettingsPage />} />
        <Route path="settings/:section" element={<SettingsPage />} />
        <Route path="sign-in" element={<SignInPage />} />
        <Route path="sign-in/with/:provider" element={<ProviderReturnPage />} />
        <Route path="sign-in/link" element={<ProviderLinkPage />} />
        <Route path="register" element={<RegisterPage />} />
        <Route path="forgot" element={<ForgotPage />} />
        <Route path="reset" element={<ResetPage />} />
        <Route path="verify" element={<LinkPage purpose="verify" />} />
        <Route path="confirm-address" element={<LinkPage purpose="confirm" />} />
        <Route path="revert-address" element={<LinkPage purpose="revert" />} />
        <Route path="unsubscribe" element={<LinkPage purpose="unsubscribe" />} />
        <Route path="answer" element={<AnswerPage />} />
        <Route path="decisions" element={<DecisionsPage />} />
        <Route path="moderation" element={<ModerationPage shown="queue" />} />
        <Route path="moderation/wishes" element={<ModerationPage shown="bridges" />} />
        <Route path="moderation/log" element={<ModerationPage shown="log" />} />
        <Route path="moderation/pledges" element={<ModerationPage shown="pledges" />} />
        <Route path="payments/return" element={<PaymentReturnPage />} />
        <Route path="import" element={<ImportPage />} />
        <Route path="about" element={<AboutPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
