import { api, bodyOf, once } from "@/api/client";
import type { AssignmentOut, Claimed, OutputObject, ReturnIn, ReviewDone, RecheckOut, ReviewIn, UnsentReview } from "@/api/schema";

/** All that the review room asks of the server. Every change takes the key under which it happens once. */
export interface ReviewApi {
  read(assignmentId: string): Promise<AssignmentOut>;
  claim(queues: readonly string[] | null, key: string): Promise<Claimed>;
  /** The moment until which the lease now runs, in milliseconds. */
  heartbeat(assignmentId: string, fence: number, key: string): Promise<number>;
  giveBack(assignmentId: string, body: ReturnIn, key: string): Promise<void>;
  saveUnsent(assignmentId: string, body: UnsentReview, key: string): Promise<void>;
  check(assignmentId: string, output: OutputObject, key: string, signal: AbortSignal): Promise<RecheckOut>;
  review(assignmentId: string, body: ReviewIn, key: string): Promise<ReviewDone>;
  undo(reviewId: string, key: string): Promise<AssignmentOut>;
}

const of = (assignment_id: string) => ({ path: { assignment_id } });

export const reviewApi: ReviewApi = {
  read: (id) => bodyOf(api.GET("/v1/assignments/{assignment_id}", { params: of(id) })),
  claim: (queues, key) => bodyOf(api.POST("/v1/assignments/claim", { body: { queues: queues ? [...queues] : null, limit: 1 }, headers: once(key) })),
  heartbeat: async (id, fence, key) => {
    const lease = await bodyOf(api.POST("/v1/assignments/{assignment_id}/heartbeat", { params: of(id), body: { fence }, headers: once(key) }));
    return Date.parse(lease.lease_until);
  },
  giveBack: async (id, body, key) => {
    await bodyOf(api.POST("/v1/assignments/{assignment_id}/return", { params: of(id), body, headers: once(key), keepalive: true }));
  },
  saveUnsent: async (id, body, key) => {
    await bodyOf(api.PUT("/v1/assignments/{assignment_id}/unsent-review", { params: of(id), body, headers: once(key) }));
  },
  check: (id, output, key, signal) => bodyOf(api.POST("/v1/assignments/{assignment_id}/check", { params: of(id), body: { output }, headers: once(key), signal })),
  review: (id, body, key) => bodyOf(api.POST("/v1/assignments/{assignment_id}/review", { params: of(id), body, headers: once(key) })),
  undo: (review_id, key) => bodyOf(api.POST("/v1/reviews/{review_id}/undo", { params: { path: { review_id } }, body: {}, headers: once(key) })),
};
