/** How one hears of which kind of notice. */

import { queryOptions } from "@tanstack/react-query";
import { api, ok, type Schemas } from "../api/client";
import { keys } from "../api/keys";

export type KindSettings = Schemas["KindSettings"];

export const noticeSettingsQuery = queryOptions({
  queryKey: keys.noticeSettings,
  queryFn: () => ok(api.GET("/api/v1/notices/settings")),
});
