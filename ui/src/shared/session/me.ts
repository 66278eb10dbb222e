import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { setCsrfToken } from "@/api/context";
import { ApiError } from "@/api/errors";
import type { MeOut } from "@/api/schema";

/** Keeps the CSRF token of the session at hand for every later change. */
export function rememberSession(me: MeOut): MeOut {
  setCsrfToken(me.csrf_token);
  return me;
}

/** Who is signed in; null when nobody is. */
export async function fetchMe(): Promise<MeOut | null> {
  try {
    return rememberSession(await bodyOf(api.GET("/v1/me")));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export const meQuery = queryOptions({ queryKey: ["me"], queryFn: fetchMe, staleTime: 60_000 });

/** The signed-in person. Only for pages behind the sign-in, where it is always there. */
export function useMe(): MeOut {
  const { data } = useQuery(meQuery);
  if (data === undefined || data === null) throw new Error("useMe needs a signed-in person");
  return data;
}
