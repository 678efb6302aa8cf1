import { useSearchParams } from "react-router";
import { ButtonLink } from "../../components/ui/Button";
import { Paged } from "../../components/ui/Paged";
import { Select } from "../../components/ui/Select";
import { useTitle } from "../../lib/title";
import { STATES } from "../shaders/desires/wanted";
import { useCapabilities } from "../shaders/payments/queries";
import { BoardCard } from "./BoardCard";
import { type Shown, type Sort, type State, useBoard } from "./queries";

const SORTS: readonly (readonly [Sort, string])[] = [
  ["heat", "Most wanted"],
  ["new", "Newest"],
  ["bounty", "Highest bounty"],
];
const SHOWN: readonly State[] = ["open", "fulfilled", "expired"];

/** The board: what people wish for. */
export function DesiresPage() {
  useTitle("Desires");
  const [address, setAddress] = useSearchParams();
  const { data: payments } = useCapabilities();
  const asked = readShown(address);
  const hasBounties = payments !== undefined && payments.provider !== "none";
  // Until it is known whether people pledge here, what the address says is tried.
  const shown: Shown =
    asked.sort === "bounty" && payments !== undefined && !hasBounties ? { ...asked, sort: "heat" } : asked;
  const sorts = hasBounties || shown.sort === "bounty" ? SORTS : SORTS.filter(([sort]) => sort !== "bounty");
  const query = useBoard(shown);
  const cards = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const show = (change: Partial<Shown>) => setAddress({ ...shown, ...change }, { replace: true });
  return (
    <div className="mx-auto flex max-w-[1440px] flex-col gap-6 px-3 py-6">
      <header className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="max-w-2xl">
          <h1 className="text-xl font-medium">Desires</h1>
          <p className="text-balance text-ink-2">
            Pictures that people wish for. Make one come true, or say what you would love to see.
          </p>
        </div>
        <ButtonLink variant="main" to="/desires/new">
          Make a wish
        </ButtonLink>
      </header>
      <div className="flex flex-wrap gap-2">
        <Select
          label="Which desires"
          value={shown.state}
          options={SHOWN.map((state) => [state, STATES[state]])}
          onChange={(state) => show({ state, ...(state !== "open" && { sort: "new" }) })}
        />
        {shown.state === "open" && (
          <Select label="Order" value={shown.sort} options={sorts} onChange={(sort) => show({ sort })} />
        )}
      </div>
      <Paged
        query={query}
        empty={cards.length === 0}
        nothing={shown.sort === "bounty" ? "Nobody has pledged on a desire yet." : NOTHING[shown.state]}
      >
        <ul aria-label="Desires" className="grid gap-x-1 gap-y-6 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4">
          {cards.map((card) => (
            <BoardCard key={card.id} card={card} />
          ))}
        </ul>
      </Paged>
    </div>
  );
}

const NOTHING: Readonly<Record<State, string>> = {
  open: "Nobody wishes for anything right now. The first wish could be yours.",
  fulfilled: "No desire has been fulfilled yet.",
  expired: "No desire has expired.",
  withdrawn: "No desire was withdrawn.",
};

export function readShown(address: URLSearchParams): Shown {
  const state = SHOWN.find((one) => one === address.get("state")) ?? "open";
  const sort = SORTS.find(([one]) => one === address.get("sort"))?.[0];
  return { state, sort: state === "open" ? (sort ?? "heat") : "new" };
}
