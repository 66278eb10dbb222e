import { lazyDialog } from "@/shared/ui";

export { AcceptPage } from "./accept-page";
export { SetupPage } from "./setup-page";
export { SignInPage } from "./sign-in-page";
export { useSignOut } from "./api/sign-out";

export const SignedOutDialog = lazyDialog(() => import("./signed-out-dialog").then((module) => module.SignedOutDialog));
