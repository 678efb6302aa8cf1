import { Button } from "../../components/ui/Button";
import { toast, toastError } from "../../components/ui/toastStore";
import { count } from "../../lib/labels";
import { type Desire, useLeave } from "./queries";

/** For its author: with how many like wishes it is grouped, and the way out. */
export function Group({ desire }: { readonly desire: Desire }) {
  const leave = useLeave(desire.id);
  const { membership, wordings } = desire;
  if (!membership?.can_leave || wordings < 2) return null;
  const by = membership.how === "moderator" ? "A moderator grouped it" : "It is grouped";
  const onSuccess = () => toast("It stands for itself again, and stays so.");
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-2 border-l-2 border-line pl-3 text-sm text-ink-2">
      {by} with {count(wordings - 1, "like wish", "like wishes")}. Not yours?
      <Button disabled={leave.isPending} onClick={() => leave.mutate(undefined, { onSuccess, onError: toastError })}>
        Leave the group
      </Button>
    </p>
  );
}
