/** What queries of lists that the API pages by cursor have in common. */

export const BY_CURSOR = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { readonly next_cursor?: string | null }): string | null => page.next_cursor ?? null,
};
