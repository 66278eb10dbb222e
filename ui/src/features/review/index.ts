export type { ReviewApi } from "./api/review-api";
export { ReviewPage, type ReviewPageProps } from "./review-page";
