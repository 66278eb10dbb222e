import "@/shared/theme/fonts.css";
import "@/shared/theme/base.css"; // before Mantine: it says in which order the layers stand
import "@/shared/theme/mantine.css";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { newQueryClient } from "@/api/query-client";
import { App } from "@/app/app";
import { speak, startI18n } from "@/app/i18n";
import { newRouter } from "@/app/router";
import { readSettings } from "@/shared/settings/settings";
import { meQuery } from "@/shared/session/me";
import { nonce } from "@/shared/theme/nonce";

async function start(root: HTMLElement): Promise<void> {
  setNonce(nonce()); // for the style sheet that keeps the page still below a dialog
  const queries = newQueryClient();
  // The language is a setting of the person, so the person comes first; a failure is shown by the page itself.
  const me = await queries.fetchQuery(meQuery).catch(() => undefined);
  await startI18n(speak(readSettings(me?.settings).language));
  createRoot(root).render(
    <StrictMode>
      <App queries={queries} router={newRouter(queries)} />
    </StrictMode>,
  );
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
void start(root);
