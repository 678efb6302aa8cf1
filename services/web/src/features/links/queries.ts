import { useMutation, useQueryClient } from "@tanstack/react-query";
import { anonymousApi, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { renewSession } from "../../api/session";

export type Purpose = "verify" | "confirm" | "revert" | "unsubscribe";

/** Does what a link is for. Who is signed in here sees at once what it changed. */
export function useLink(purpose: Purpose) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string): Promise<unknown> => ok(send(purpose, token)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.address });
      if (purpose !== "unsubscribe") await renewSession();
    },
  });
}

function send(purpose: Purpose, token: string) {
  switch (purpose) {
    case "verify":
      return anonymousApi.POST("/api/v1/auth/email/verify", { body: { token } });
    case "confirm":
      return anonymousApi.POST("/api/v1/auth/email/confirm", { body: { token } });
    case "revert":
      return anonymousApi.POST("/api/v1/auth/email/revert", { body: { token } });
    case "unsubscribe":
      return anonymousApi.POST("/api/v1/mail/unsubscribe/{token}", { params: { path: { token } } });
  }
}
