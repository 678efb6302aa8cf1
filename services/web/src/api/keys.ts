/**
 * The keys of the query cache, all of them: what a query is kept under, and what a change makes stale. A key is a prefix
 * of the keys of what belongs to it, so that `keys.shader(id)` stands for all that is known of a shader.
 */

import type { QueryClient } from "@tanstack/react-query";

const shader = (id: string) => ["shader", id] as const;
const user = (handle: string) => ["user", handle] as const;
const desires = ["desires"] as const;
const apiKeys = ["me", "keys"] as const;
const pledges = ["me", "pledges"] as const;

export const keys = {
  feeds: ["feed"] as const,
  feed: (name: string) => ["feed", name] as const,
  searches: ["explore"] as const,
  search: (query: object) => ["explore", query] as const,

  shader,
  versions: (id: string) => [...shader(id), "versions"] as const,
  version: (id: string, number: number | null) => [...shader(id), "versions", number] as const,
  forks: (id: string) => [...shader(id), "forks"] as const,
  lineage: (id: string) => [...shader(id), "lineage"] as const,
  similar: (id: string) => [...shader(id), "similar"] as const,
  difference: (id: string, from: number, to: number) => [...shader(id), "diff", from, to] as const,
  render: (id: string, version: number) => [...shader(id), "render", version] as const,

  desires,
  board: (sort: string, state: string) => [...desires, "board", sort, state] as const,
  desire: (id: string) => [...desires, "one", id] as const,
  cluster: (id: string | null) => [...desires, "cluster", id] as const,
  likeText: (prompt: string) => [...desires, "like", prompt] as const,
  wishes: (which: object) => [...desires, "few", which] as const,
  like: (id: string) => [...desires, "one", id, "like"] as const,
  answers: (id: string) => [...desires, "one", id, "answers"] as const,
  bounty: (id: string) => [...desires, "one", id, "bounty"] as const,
  answeredBy: (id: string) => [...desires, "answered by", id] as const,

  taste: ["me", "taste"] as const,
  mutes: ["me", "mutes"] as const,

  vote: (id: string) => ["vote", id] as const,
  ownVotes: (handle: string | undefined, ids: readonly string[]) => ["votes", handle, ids] as const,
  voted: ["me", "voted"] as const,

  users: ["user"] as const,
  user,
  shadersOf: (handle: string, visibility: string) => [...user(handle), "shaders", visibility] as const,
  moreBy: (handle: string, except: string) => [...user(handle), "more", except] as const,

  capabilities: ["payments", "capabilities"] as const,
  points: ["me", "points"] as const,
  pledges,
  pledge: (id: string) => [...pledges, id] as const,
  orders: ["me", "orders"] as const,
  order: (id: string) => ["me", "orders", id] as const,
  payouts: ["me", "payouts"] as const,
  subscription: ["me", "subscription"] as const,

  queue: ["moderation", "queue"] as const,
  log: ["moderation", "log"] as const,
  pledgesToDecide: (kind: string) => ["moderation", "pledges", kind] as const,
  bridges: ["moderation", "bridges"] as const,
  moderation: ["moderation"] as const,
  decisions: ["me", "decisions"] as const,
  decisionsByLink: (token: string) => ["link", token] as const,

  inbox: ["me", "inbox"] as const,
  inboxState: ["me", "inbox state"] as const,
  notices: (unread: boolean, kind: string | null) => ["me", "inbox", unread, kind] as const,
  noticeSettings: ["me", "notice settings"] as const,
  ways: ["ways"] as const,
  identities: ["me", "identities"] as const,
  address: ["me", "address"] as const,
  sessions: ["me", "sessions"] as const,
  security: ["me", "security"] as const,
  usage: ["me", "usage"] as const,
  apiKeys,
  apiKeyUses: (id: string) => [...apiKeys, id, "uses"] as const,
};

/** Every list that may show a shader: stale when one was published, changed or deleted. */
export async function invalidateShaderLists(client: QueryClient): Promise<void> {
  const lists = [keys.feeds, keys.searches, keys.users, keys.voted];
  await Promise.all(lists.map((queryKey) => client.invalidateQueries({ queryKey })));
}
