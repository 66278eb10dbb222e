import { ActionIcon } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconActivity, IconListSearch, IconMenu2, IconRoute, IconSettings, IconShieldCheck, IconStack2 } from "@tabler/icons-react";
import { Link, Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { type ComponentType, type MouseEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWaitingForMe } from "@/features/queues";
import { useFormat } from "@/shared/format";
import { useMay } from "@/shared/session/project";
import { lazyDialog, Mark, Tip } from "@/shared/ui";
import { NavFoot } from "./nav-foot";
import { ProjectPicker } from "./project-picker";
import styles from "./nav-shell.module.css";

const PhoneMenu = lazyDialog(() => import("./phone-menu").then((module) => module.PhoneMenu));

interface Place {
  to: "/queues" | "/items" | "/monitoring" | "/policy" | "/audit-log" | "/settings/{-$section}";
  /** Where its pages begin. */
  roots: readonly string[];
  name: "queues" | "items" | "monitoring" | "policy" | "auditLog" | "settings";
  Icon: ComponentType<{ size?: number; stroke?: number }>;
  permission?: string;
}

const PLACES: readonly Place[] = [
  { to: "/queues", roots: ["/queues"], name: "queues", Icon: IconStack2, permission: "queues.read" },
  { to: "/items", roots: ["/items", "/exports"], name: "items", Icon: IconListSearch, permission: "items.read" },
  { to: "/monitoring", roots: ["/monitoring"], name: "monitoring", Icon: IconActivity, permission: "metrics.read" },
  { to: "/policy", roots: ["/policy"], name: "policy", Icon: IconRoute, permission: "policies.read" },
  { to: "/audit-log", roots: ["/audit-log"], name: "auditLog", Icon: IconShieldCheck, permission: "audit_log.read" },
  { to: "/settings/{-$section}", roots: ["/settings"], name: "settings", Icon: IconSettings },
];

/** The pages with navigation: a column on wide screens, icons on narrow ones, a bar below on phones. */
export function NavShell() {
  const isPhone = useMediaQuery("(max-width: 599.98px)", window.matchMedia("(max-width: 599.98px)").matches);
  return (
    <div className={styles.app}>
      {isPhone ? <PhoneBar /> : <SideBar />}
      <Main />
      {isPhone && <PhoneTabs />}
    </div>
  );
}

/** After a change of page the focus goes to the page, so that keys scroll it and screen readers read it. */
function Main() {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body || focused.closest("nav") !== null) main.current?.focus();
  }, [pathname]);
  const follow = useOwnLinks();
  return (
    <main className={styles.main} ref={main} tabIndex={-1} id="main" onClick={follow}>
      <Outlet />
    </main>
  );
}

/** Follows a plain link to a page of ours without loading everything anew; a new tab stays the browser's. */
function useOwnLinks() {
  const { history } = useRouter();
  return (event: MouseEvent<HTMLElement>) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const path = event.target instanceof Element ? event.target.closest("a:not([target], [download])")?.getAttribute("href") : null;
    if (path == null || !/^\/(?!\/|v1\/)/.test(path)) return;
    event.preventDefault();
    history.push(path);
  };
}

function SideBar() {
  const { t } = useTranslation("desk");
  const isNarrow = useMediaQuery("(max-width: 1279.98px)", window.matchMedia("(max-width: 1279.98px)").matches);
  return (
    <nav className={styles.side} data-narrow={isNarrow || undefined} aria-label={t("nav.label")}>
      <a className={styles.skip} href="#main">
        {t("nav.skip")}
      </a>
      <div className={styles.brand}>
        <Mark />
        {!isNarrow && <span>Handrail</span>}
      </div>
      <ProjectPicker isNarrow={isNarrow} />
      <Places isNarrow={isNarrow} />
      <NavFoot isNarrow={isNarrow} />
    </nav>
  );
}

function Places({ isNarrow }: { isNarrow: boolean }) {
  return (
    <ul className={styles.places}>
      {PLACES.map((place) => (
        <PlaceLink key={place.name} place={place} isNarrow={isNarrow} />
      ))}
    </ul>
  );
}

function PlaceLink({ place, isNarrow = false, className }: { place: Place; isNarrow?: boolean; className?: string }) {
  const { t } = useTranslation("desk");
  const { pathname } = useLocation();
  const isAllowed = useMayOrFree(place.permission);
  const isHere = place.roots.some((root) => pathname === root || pathname.startsWith(`${root}/`));
  if (!isAllowed) return null;
  const label = t(`nav.${place.name}`);
  return (
    <li className={place.name === "settings" ? styles.apart : undefined}>
      <Tip label={label} isOff={!isNarrow}>
        <Link
          to={place.to}
          {...((place.to === "/items" || place.to === "/audit-log") && { search: {} })}
          className={className ?? styles.place}
          aria-current={isHere ? "page" : undefined}
          activeOptions={{ exact: true }}
        >
          <place.Icon size={className === undefined ? 16 : 20} stroke={1.75} />
          <span className={isNarrow ? "hidden-text" : styles.word}>{label}</span>
          {place.name === "queues" && !isNarrow && <Waiting />}
        </Link>
      </Tip>
    </li>
  );
}

function useMayOrFree(permission: string | undefined): boolean {
  const may = useMay(permission ?? "");
  return permission === undefined || may;
}

function Waiting() {
  const { t } = useTranslation("desk");
  const format = useFormat();
  const waiting = useWaitingForMe();
  if (waiting === null || waiting === 0) return null;
  return (
    <span className={styles.count}>
      <span aria-hidden="true">{format.compact(waiting)}</span>
      <span className="hidden-text">{t("nav.waiting", { count: waiting })}</span>
    </span>
  );
}

function PhoneBar() {
  const { t } = useTranslation("desk");
  const [opened, setOpened] = useState(false);
  return (
    <div className={styles.phoneBar}>
      <Mark />
      <ProjectPicker isNarrow={false} />
      <ActionIcon size={44} aria-label={t("nav.menu")} onClick={() => setOpened(true)}>
        <IconMenu2 size={20} stroke={1.75} />
      </ActionIcon>
      <PhoneMenu opened={opened} onClose={() => setOpened(false)} />
    </div>
  );
}

function PhoneTabs() {
  const { t } = useTranslation("desk");
  return (
    <nav className={styles.phoneTabs} aria-label={t("nav.label")}>
      <ul>
        {PLACES.map((place) => (
          <PlaceLink key={place.name} place={place} className={styles.phonePlace} />
        ))}
      </ul>
    </nav>
  );
}
