/** Which address shows which page. A page is loaded when it is asked for; the feed comes with the first script. */

import { createBrowserRouter, type RouteObject } from "react-router";
import { FeedPage } from "../features/feed/FeedPage";
import { Broken } from "./Broken";
import { Layout } from "./Layout";

const pages: RouteObject[] = [
  { index: true, Component: FeedPage },
  { path: "explore", lazy: async () => ({ Component: (await import("../features/explore/ExplorePage")).ExplorePage }) },
  { path: "s/:id", lazy: async () => ({ Component: (await import("../features/shader/ShaderPage")).ShaderPage }) },
  {
    path: "s/:id/v/:version",
    lazy: async () => ({ Component: (await import("../features/shader/ShaderPage")).ShaderPage }),
  },
  { path: "new", lazy: async () => ({ Component: (await import("../features/editor/EditorPage")).EditorPage }) },
  { path: "edit/:id", lazy: async () => ({ Component: (await import("../features/editor/EditorPage")).EditorPage }) },
  {
    path: "u/:handle",
    lazy: async () => ({ Component: (await import("../features/profile/ProfilePage")).ProfilePage }),
  },
  {
    path: "settings",
    lazy: async () => ({ Component: (await import("../features/settings/SettingsPage")).SettingsPage }),
  },
  {
    path: "settings/:section",
    lazy: async () => ({ Component: (await import("../features/settings/SettingsPage")).SettingsPage }),
  },
  { path: "sign-in", lazy: async () => ({ Component: (await import("../features/auth/SignInPage")).SignInPage }) },
  { path: "register", lazy: async () => ({ Component: (await import("../features/auth/RegisterPage")).RegisterPage }) },
  { path: "import", lazy: async () => ({ Component: (await import("../features/transfer/ImportPage")).ImportPage }) },
  { path: "about", lazy: async () => ({ Component: (await import("../features/about/AboutPage")).AboutPage }) },
  { path: "*", lazy: async () => ({ Component: (await import("../features/missing/MissingPage")).MissingPage }) },
];

export const router = createBrowserRouter([
  { element: <Layout />, errorElement: <Broken />, children: [{ errorElement: <Broken />, children: pages }] },
]);
