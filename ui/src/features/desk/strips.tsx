import { IconAlertTriangle, IconFlask, IconHandStop, IconWifiOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat, useNow } from "@/shared/format";
import { Strip } from "@/shared/ui";
import { useHealth } from "./api/health";
import { useIsDemo } from "./api/projects";
import { useStop } from "./api/stop";
import { useOfflineSince } from "./use-offline-since";

/** The lines above every page: what has stopped, what is lost, what is not real. */
export function Strips({ withOffline }: { withOffline: boolean }) {
  const { t } = useTranslation("desk");
  return (
    <aside aria-label={t("strips")}>
      <StopStrip />
      <HealthStrip />
      {withOffline && <OfflineStrip />}
      <DemoStrip />
    </aside>
  );
}

function StopStrip() {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const now = useNow(60_000);
  const { data: stop } = useStop();
  if (stop === undefined || !stop.in_force) return null;
  const since = stop.since === null ? "" : format.moment(stop.since, now);
  return (
    <Strip tone="bad" role="alert" icon={<IconHandStop size={16} stroke={1.75} />}>
      <strong className="strong">
        {t(stop.freeze ? "stop.frozenLine" : "stop.line", { since, by: stop.by ?? t("stop.system") })}
      </strong>{" "}
      <bdi>{stop.reason}</bdi>
    </Strip>
  );
}

function HealthStrip() {
  const { t } = useTranslation("desk");
  const { data: health } = useHealth();
  const broken = health?.parts.filter((part) => !part.ok) ?? [];
  if (broken.length === 0) return null;
  return (
    <Strip tone="bad" role="alert" icon={<IconAlertTriangle size={16} stroke={1.75} />}>
      {broken.map((part) => (
        <div key={part.name}>
          <strong className="strong">{t("health.line", { part: partName(part.name, t) })}</strong> <bdi>{part.why}</bdi>
        </div>
      ))}
    </Strip>
  );
}

type Words = ReturnType<typeof useTranslation<"desk">>["t"];

function partName(name: string, t: Words): string {
  return t(`health.part.${name as "database"}`, { defaultValue: name });
}

function OfflineStrip() {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const since = useOfflineSince();
  if (since === null) return null;
  return (
    <Strip tone="warn" role="status" icon={<IconWifiOff size={16} stroke={1.75} />}>
      <strong className="strong">{t("offline.line", { since: format.time(since) })}</strong> {t("offline.text")}
    </Strip>
  );
}

function DemoStrip() {
  const { t } = useTranslation("desk");
  const isDemo = useIsDemo();
  if (!isDemo) return null;
  return (
    <Strip icon={<IconFlask size={16} stroke={1.75} />}>
      <strong className="strong">{t("demo.line")}</strong> {t("demo.text")}
    </Strip>
  );
}
