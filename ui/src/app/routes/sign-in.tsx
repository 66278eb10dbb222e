import "@/shared/theme/mantine-more.css";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { SignInPage } from "@/features/access";
import { meQuery } from "@/shared/session/me";

export function SignInRoute() {
  const { next = "/queues", problem } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const queries = useQueryClient();
  return (
    <SignInPage
      next={next}
      problem={problem}
      onSignedIn={(me) => {
        queries.clear();
        queries.setQueryData(meQuery.queryKey, me);
        router.history.push(next);
      }}
    />
  );
}
