import { MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Suspense } from "react";
import type { AppRouter } from "./router";
import { ApplySettings } from "./apply-settings";
import { colourSchemeManager } from "./colour-scheme";
import { nonce } from "@/shared/theme/nonce";
import { cssVariablesResolver, theme } from "@/shared/theme/theme";

/** The whole app, with everything that all pages share. */
export function App({ queries, router }: { queries: QueryClient; router: AppRouter }) {
  return (
    <QueryClientProvider client={queries}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={colourSchemeManager}
        cssVariablesResolver={cssVariablesResolver}
        getStyleNonce={nonce}
      >
        <ApplySettings />
        <Suspense fallback={null}>
          <RouterProvider router={router} />
        </Suspense>
      </MantineProvider>
    </QueryClientProvider>
  );
}
