import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { LinkDialog } from "@/shared/content";
import { isTextField, KeyHelp } from "@/shared/keys";
import type { ReviewRoom } from "../model/room";
import type { Desk, RoomState } from "../model/room-state";
import { ReasonDialog } from "./dialogs";
import { preloadEditor } from "./paper";
import { PhoneDesk } from "./phone-desk";
import { tabsOf } from "./side-column";
import { useDesk } from "./use-desk";
import { type RoomDialogs, useDeskKeys } from "./use-desk-keys";
import { useLayout } from "./use-layout";
import { WideDesk } from "./wide-desk";

interface ItemDeskProps {
  room: ReviewRoom;
  state: RoomState;
  desk: Desk;
  now: () => number;
  onLeave: () => void;
  onRule?: (version: number) => void;
}

/** One item on the desk. Give it the assignment's id as key: everything about the last item is forgotten. */
export function ItemDesk({ room, state, desk, now, onLeave, onRule }: ItemDeskProps) {
  const { t } = useTranslation("review");
  const layout = useLayout();
  const view = useDesk(room, desk);
  const [open, setOpen] = useState<RoomDialogs["open"]>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const typing = useTyping();
  const toDock = () => document.getElementById("verdict")?.focus({ preventScroll: true });
  useDeskKeys(view, tabsOf(view, layout !== "wide"), { open, setOpen }, toDock);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    const timer = setTimeout(preloadEditor, 600);
    const frame = requestAnimationFrame(() => room.appeared());
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [room]);
  const Desk_ = layout === "phone" ? PhoneDesk : WideDesk;
  return (
    <>
      <Desk_ view={view} state={state} layout={layout} dialogs={{ open, setOpen }} now={now} headingRef={heading} typing={typing} onLeave={onLeave} onFocusDock={toDock} {...(onRule ? { onRule } : {})} />
      {(open === "skip" || open === "expert") && (
        <ReasonDialog kind={open} onClose={() => setOpen(null)} onSend={(reason) => room.giveBack({ reason: open === "expert" ? t("expert.prefix", { reason }) : reason, skip: true })} />
      )}
      <KeyHelp opened={open === "help"} onClose={() => setOpen(null)} settingsLink="/settings/keys" />
      <LinkDialog address={view.link} onClose={() => view.setLink(null)} />
    </>
  );
}

/** Whether the caret is in a text: then letters are text, and the key caps are dimmed. */
function useTyping(): boolean {
  const [typing, setTyping] = useState(false);
  useEffect(() => {
    const look = () => setTyping(isTextField(document.activeElement));
    const later = () => requestAnimationFrame(look);
    document.addEventListener("focusin", look);
    document.addEventListener("focusout", later);
    return () => {
      document.removeEventListener("focusin", look);
      document.removeEventListener("focusout", later);
    };
  }, []);
  return typing;
}
