import { useQuery } from "@tanstack/react-query";
import { api, ok } from "../../../api/client";
import { keys } from "../../../api/keys";
import { hasNewCode } from "../../../lib/drafts/draft";
import { countKept } from "../../shaders/EarlierVersions";
import { useEditorState } from "../editorStore";

/** How many versions of the draft's shader others will not see when it is published as it stands. */
export function useKeptVersions(): number {
  const draft = useEditorState((state) => state.draft);
  const id = draft.shaderId ?? "";
  const { data } = useQuery({
    queryKey: keys.shader(id),
    enabled: id !== "",
    queryFn: () => ok(api.GET("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: id } } })),
  });
  return data === undefined ? 0 : countKept(data, draft.details.visibility, hasNewCode(draft));
}
