import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, bodyOf, once } from "@/api/client";
import type { MemberOut, PersonIn, PersonPatch, Role } from "@/api/schema";

const PEOPLE = ["people"];
const ROWS = 100;

/** The people of the project by name, page after page. */
export function usePeople() {
  return useInfiniteQuery({
    queryKey: PEOPLE,
    queryFn: ({ pageParam }) => bodyOf(api.GET("/v1/people", { params: { query: { limit: ROWS, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    select: ({ pages }) => pages.flatMap((one) => one.data),
  });
}

/** Adds a person; without a password the answer holds an invite link, once. */
export function useAddPerson({ onDone }: { onDone: (member: MemberOut) => void }) {
  const queries = useQueryClient();
  return useChange<PersonIn, MemberOut>(
    (person, key) => bodyOf(api.POST("/v1/people", { body: person, headers: once(key) })),
    {
      onDone: (member) => {
        void queries.invalidateQueries({ queryKey: PEOPLE });
        onDone(member);
      },
    },
  );
}

/** A new invite link, for one that was lost or for a forgotten password; the old one is void. */
export function useInviteAgain() {
  return useChange<string, MemberOut>((personId, key) =>
    bodyOf(api.POST("/v1/people/{person_id}/invite", { params: { path: { person_id: personId } }, headers: once(key) })),
  );
}

export interface PersonChange {
  personId: string;
  patch: PersonPatch;
  roles: Role[];
}

/** Changes a person's place in this project: first the roles, then the rest. */
export function useChangePerson({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  return useChange<PersonChange, MemberOut>(
    async ({ personId, patch, roles }, key) => {
      const params = { path: { person_id: personId } };
      await bodyOf(api.PUT("/v1/people/{person_id}/roles", { params, body: { roles }, headers: once(`${key}-roles`) }));
      return bodyOf(api.PATCH("/v1/people/{person_id}", { params, body: patch, headers: once(key) }));
    },
    {
      onDone: () => {
        void queries.invalidateQueries({ queryKey: PEOPLE });
        onDone();
      },
    },
  );
}

/** Ends a person's place in this project, with their sessions and leases. */
export function useRemovePerson({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  return useChange<string, undefined>(
    (personId, key) =>
      bodyOf(api.DELETE("/v1/people/{person_id}", { params: { path: { person_id: personId } }, headers: once(key) })),
    {
      onDone: () => {
        void queries.invalidateQueries({ queryKey: PEOPLE });
        onDone();
      },
    },
  );
}
