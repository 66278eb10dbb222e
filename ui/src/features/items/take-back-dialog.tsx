import { Button, Chip, Modal, NativeSelect, Textarea } from "@mantine/core";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import type { ItemOut, OutputObject } from "@/api/schema";
import { MarkedText } from "@/shared/content";
import { differs, editableText, isJson, withText } from "@/shared/content/output";
import { nameOf } from "@/shared/format";
import { Note, useSentence } from "@/shared/ui";
import styles from "./after.module.css";
import { useTakeBack } from "./api/after";
import { givenOut, startOfCorrection } from "./standing";

const DiffEditor = lazy(() => import("@/shared/content/diff-editor"));
const SEVERITIES = ["minor", "major", "critical"] as const;
type Severity = (typeof SEVERITIES)[number];

interface TakeBackProps {
  opened: boolean;
  item: ItemOut;
  hasCorrection: boolean;
  onClose: () => void;
}

/** Takes an outcome back, with a correction that shows its changes as they are typed, or without one. */
export function TakeBackDialog({ opened, item, hasCorrection, onClose }: TakeBackProps) {
  const { t } = useTranslation("items");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={hasCorrection ? "xl" : "md"}
      title={t(hasCorrection ? "after.correctTitle" : "after.recallTitle")}
      closeButtonProps={{ "aria-label": t("after.close") }}
    >
      <TakeBackForm item={item} start={hasCorrection ? startOfCorrection(item) : null} onClose={onClose} />
    </Modal>
  );
}

function TakeBackForm({ item, start, onClose }: { item: ItemOut; start: OutputObject | null; onClose: () => void }) {
  const { t } = useTranslation(["items", "common"]);
  const [text, setText] = useState(start === null ? "" : editableText(start));
  const [reason, setReason] = useState("");
  const [severity, setSeverity] = useState<Severity | "">("");
  const [categories, setCategories] = useState<string[]>([]);
  const [overridden, setOverridden] = useState("");
  const [wasSent, setWasSent] = useState(false);
  const send = useTakeBack(item.item_id, onClose);
  const edited = start === null ? null : withText(start, text);
  // What was blocked may go out as it is: then the correction is the model's own output.
  const isSame = start !== null && !differs(start, text) && givenOut(item) !== null && item.outcome?.recall?.correction !== null;
  const failing = send.error instanceof ApiError ? send.error.field("/checks_overridden") : null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (reason.trim() === "" || isSame || (edited !== null && !edited.ok)) return;
    const said = { reason: reason.trim(), severity: severity === "" ? null : severity, categories };
    if (edited === null) send.mutate(said);
    else send.mutate({ ...said, correction: edited.output, ...(overridden.trim() !== "" && { checks_overridden: overridden.trim() }) });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p className="quiet">{t(start === null ? "after.recallWhat" : "after.correctWhat")}</p>
      {start !== null && (
        <Correction start={start} text={text} onText={setText} fault={wasSent && isSame ? t("after.unchanged") : edited !== null && !edited.ok ? t("after.unreadable", { line: edited.line, message: edited.message }) : null} />
      )}
      <Textarea
        label={t("after.reason")}
        description={t("after.reasonSeen")}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={wasSent && reason.trim() === "" ? t("after.reasonMissing") : undefined}
        maxLength={4_000}
        autosize
        minRows={2}
        maxRows={6}
        required
        data-autofocus={start === null || undefined}
      />
      {item.taxonomy.length > 0 && (
        <fieldset className={styles.errors}>
          <legend>{t("after.errors")}</legend>
          <Chip.Group multiple value={categories} onChange={setCategories}>
            {item.taxonomy.map((one) => (
              <Chip key={one.name} value={one.name} size="xs">
                {nameOf(one.name)}
              </Chip>
            ))}
          </Chip.Group>
        </fieldset>
      )}
      <NativeSelect
        label={t("after.severity")}
        value={severity}
        onChange={(event) => setSeverity(event.currentTarget.value as Severity | "")}
        data={[
          { value: "", label: t("after.severityAuto") },
          ...SEVERITIES.map((one) => ({ value: one, label: t(`common:severity.${one}`) })),
        ]}
      />
      {(failing !== null || overridden !== "") && (
        <Textarea
          label={t("after.overridden")}
          description={failing}
          value={overridden}
          onChange={(event) => setOverridden(event.currentTarget.value)}
          maxLength={4_000}
          autosize
          minRows={2}
          maxRows={4}
        />
      )}
      <Refusal error={send.error} />
      <div className={styles.buttons}>
        <Button variant="subtle" onClick={onClose}>
          {t("after.cancel")}
        </Button>
        <Button type="submit" variant="filled" aria-disabled={send.isPending}>
          {send.isPending ? t("after.sending") : t(start === null ? "after.recallNow" : "after.send")}
        </Button>
      </div>
    </form>
  );
}

interface CorrectionProps {
  start: OutputObject;
  text: string;
  onText: (text: string) => void;
  fault: string | null;
}

function Correction({ start, text, onText, fault }: CorrectionProps) {
  const { t } = useTranslation("items");
  const [count, setCount] = useState(0);
  return (
    <section className={styles.correction}>
      <h3>
        {t("after.correction")} <span className="meta num">{t("after.changes", { count })}</span>
      </h3>
      <div className={styles.editor}>
        <Suspense fallback={<MarkedText text={text} format="plain" />}>
          <DiffEditor
            original={editableText(start)}
            value={text}
            label={t("after.correction")}
            json={isJson(start)}
            autoFocus
            onChange={onText}
            onCount={setCount}
          />
        </Suspense>
      </div>
      {fault !== null && (
        <p className={styles.fault} role="alert">
          {fault}
        </p>
      )}
    </section>
  );
}

/** Why the server refused, with what it says about single fields. */
export function Refusal({ error }: { error: Error | null }) {
  const sentence = useSentence();
  if (error === null) return null;
  const fields = error instanceof ApiError ? error.fields.map((one) => one.message) : [];
  return (
    <Note tone="bad" role="alert">
      {[...(fields.length === 0 ? [sentence(error)] : fields)].join(" ")}
    </Note>
  );
}
