export { useLiveQueues } from "./api/follow-queues";
export { QueuesPage } from "./queues-page";
export { useWaitingForMe } from "./waiting-for-me";
