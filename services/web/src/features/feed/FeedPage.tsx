import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, ok } from "../../api/client";
import type { components } from "../../api/schema";
import { boot } from "../../app/boot";
import { useTitle } from "../../lib/title";

type Page = components["schemas"]["Page_ShaderSummary_"];
const FIRST = "/api/v1/feed/trending?limit=24";

export function FeedPage() {
  useTitle("");
  const { data } = useInfiniteQuery({
    queryKey: ["feed", "trending"],
    queryFn: ({ pageParam }) =>
      ok(api.GET("/api/v1/feed/trending", { params: { query: { limit: 24, cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.next_cursor,
    ...(FIRST in boot.answers && { initialData: { pages: [boot.answers[FIRST] as Page], pageParams: [null] } }),
  });
  return (
    <ul className="grid grid-cols-2 gap-1 sm:grid-cols-3 lg:grid-cols-4">
      {data?.pages
        .flatMap((page) => page.items)
        .map((work) => (
          <li key={work.id}>
            <Link to={`/s/${work.id}`}>
              {work.still_url && (
                <img
                  src={work.still_url}
                  alt=""
                  width={640}
                  height={360}
                  className="aspect-video w-full object-cover"
                />
              )}
              <p className="px-2 py-1 text-sm">{work.title}</p>
            </Link>
          </li>
        ))}
    </ul>
  );
}
