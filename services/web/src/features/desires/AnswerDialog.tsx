import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSession } from "../../api/session";
import { Button, ButtonLink } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { FormError } from "../../components/ui/FormError";
import { Paged } from "../../components/ui/Paged";
import { toast } from "../../components/ui/toastStore";
import { apiErrorsOf } from "../../lib/apiErrors";
import { stillOf } from "../../lib/stills";
import { useFulfil } from "../shaders/desires/queries";
import { Earning } from "../shaders/payments/Earning";
import { worksQuery } from "../shaders/works";
import type { Desire } from "./queries";

interface Props {
  readonly desire: Desire;
  readonly onClose: () => void;
}

/** One's own public shaders, of which one answers the desire. */
export function AnswerDialog({ desire, onClose }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const handle = useSession(({ account }) => account?.handle ?? "");
  const query = useInfiniteQuery({ ...worksQuery(handle, "public"), enabled: handle !== "" });
  const fulfil = useFulfil(desire.id);
  const drawn = query.data?.pages.flatMap(({ items }) => items).filter(({ still_url }) => still_url !== null) ?? [];
  const send = () => {
    if (chosen === null) return;
    const onSuccess = () => {
      toast("Your answer is there. Who wished for it is told.");
      onClose();
    };
    fulfil.mutate(chosen, { onSuccess });
  };
  return (
    <Dialog title="Which of your shaders answers this?" onClose={onClose}>
      <div className="flex flex-col gap-4">
        <div className="flex max-h-[50dvh] flex-col gap-3 overflow-y-auto">
          <Paged query={query} empty={drawn.length === 0} nothing="You have no public shader with a picture yet.">
            <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3">
              {drawn.map((shader) => (
                <li key={shader.id}>
                  <label className="block cursor-pointer text-sm has-checked:text-accent has-focus-visible:outline-2">
                    <input
                      type="radio"
                      name="answer"
                      className="sr-only"
                      checked={chosen === shader.id}
                      onChange={() => setChosen(shader.id)}
                    />
                    <img
                      {...stillOf(shader, "10rem")}
                      alt=""
                      loading="lazy"
                      className={`aspect-video w-full object-cover ${chosen === shader.id ? "outline-2 outline-accent" : ""}`}
                    />
                    <span className="block truncate">{shader.title}</span>
                  </label>
                </li>
              ))}
            </ul>
          </Paged>
        </div>
        <Earning desire={desire.id} />
        <FormError>{fulfil.error && apiErrorsOf(fulfil.error).rest}</FormError>
        <p className="flex flex-wrap justify-end gap-2">
          <ButtonLink variant="quiet" to={`/new?desire=${desire.id}`}>
            Write a new one
          </ButtonLink>
          <Button variant="main" disabled={chosen === null || fulfil.isPending} onClick={send}>
            Answer with it
          </Button>
        </p>
      </div>
    </Dialog>
  );
}
