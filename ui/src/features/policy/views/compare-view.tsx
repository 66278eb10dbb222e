import { NativeSelect } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { PolicyOut } from "@/api/schema";
import { LoadingShape, Note, Problem } from "@/shared/ui";
import { usePolicies } from "../api/get-policies";
import { useDiff } from "../api/look-at-text";
import styles from "../policy.module.css";
import { Effects } from "./effects";

const SideBySide = lazy(() => import("../editor/side-by-side"));
const DRAFT = "draft";

interface CompareViewProps {
  /** The version on screen; null for the draft. */
  version: number | null;
  yaml: string;
  active: PolicyOut;
}

/** Any two versions, and the draft, beside each other: the lines, and what each change does. */
export default function CompareView({ version, yaml, active }: CompareViewProps) {
  const { t } = useTranslation("policy");
  const isNarrow = useMediaQuery("(max-width: 1023.98px)") ?? false;
  const { data } = usePolicies();
  const known = data?.data ?? [];
  const earlier = known.find((one) => version !== null && one.version < version)?.version ?? active.version;
  const [chosen, setChosen] = useState<{ from?: string; to?: string }>({});
  const own = version === null ? DRAFT : String(version);
  const from = chosen.from ?? String(version === active.version || version === null ? (version === null ? active.version : earlier) : active.version);
  const to = chosen.to ?? own;
  const textOf = (side: string) => (side === DRAFT ? yaml : side === own ? yaml : known.find((one) => String(one.version) === side)?.yaml);
  const asked = (side: string) => (side === DRAFT ? yaml : Number(side));
  const [before, after] = [textOf(from), textOf(to)];
  const diff = useDiff(before === undefined || after === undefined ? null : { from: asked(from), to: asked(to) });
  const named = (side: string) => (side === DRAFT ? t("draft.name") : t("version", { version: side }));
  const options = [
    ...(version === null ? [{ value: DRAFT, label: t("draft.name") }] : []),
    ...known.map((one) => ({ value: String(one.version), label: `${named(String(one.version))} (${t(`state.${one.state}`)})` })),
  ];
  return (
    <div className={styles.compare}>
      <div className={styles.sides}>
        <NativeSelect size="xs" label={t("compare.from")} data={options} value={from} onChange={(event) => setChosen({ ...chosen, from: event.currentTarget.value })} />
        <NativeSelect size="xs" label={t("compare.to")} data={options} value={to} onChange={(event) => setChosen({ ...chosen, to: event.currentTarget.value })} />
      </div>
      <section className={styles.effectsBox} aria-label={t("effects.title")}>
        <h2>{t("effects.title")}</h2>
        {diff.error instanceof ApiError && diff.error.code === "bad_policy" ? (
          <Note tone="warn">{t("compare.faulty")}</Note>
        ) : diff.error !== null ? (
          <Problem error={diff.error} onTryAgain={() => void diff.refetch()} />
        ) : diff.data === undefined ? (
          <LoadingShape />
        ) : (
          <Effects diff={diff.data} isOld={diff.isPlaceholderData} />
        )}
      </section>
      {before !== undefined && after !== undefined && (
        <div className={styles.merge}>
          <Suspense fallback={<LoadingShape lines={12} />}>
            <SideBySide before={before} after={after} labels={[named(from), named(to)]} unchanged={t("compare.unchanged")} isNarrow={isNarrow} />
          </Suspense>
        </div>
      )}
    </div>
  );
}
