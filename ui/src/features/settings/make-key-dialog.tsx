import { Checkbox, Modal, Radio, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { useProject } from "@/shared/session/project";
import { Note } from "@/shared/ui";
import { Secret } from "./add-person-dialog";
import { useMakeKey } from "./api/keys";
import { DoneButton, FormEnd } from "./form-end";
import styles from "./settings.module.css";

const DAY = 24 * 60 * 60 * 1_000;
const ENDS = { never: null, quarter: 90 * DAY, year: 365 * DAY } as const;
type End = keyof typeof ENDS;

/** Makes a key and shows its secret once. */
export function MakeKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Modal opened={opened} onClose={onClose} title={t("apiKeys.make")} size={520} closeButtonProps={{ "aria-label": t("close") }}>
      <MakeKey onClose={onClose} />
    </Modal>
  );
}

function MakeKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("settings");
  const make = useMakeKey();
  if (make.data?.key != null) {
    return (
      <div className={styles.form}>
        <Note tone="warn" role="status">
          {t("apiKeys.once")}
        </Note>
        <Secret text={make.data.key} label={t("apiKeys.secret")} />
        <DoneButton onDone={onClose} />
      </div>
    );
  }
  return <KeyForm make={make} onClose={onClose} />;
}

function KeyForm({ make, onClose }: { make: ReturnType<typeof useMakeKey>; onClose: () => void }) {
  const { t } = useTranslation("settings");
  const { permissions } = useProject();
  const [name, setName] = useState("");
  const [isUsual, setIsUsual] = useState(true);
  const [scopes, setScopes] = useState<string[]>([]);
  const [end, setEnd] = useState<End>("never");
  const [isScopeMissing, setIsScopeMissing] = useState(false);
  const said = (path: string) => (make.error instanceof ApiError ? make.error.field(path) : null);

  const send = (event: FormEvent) => {
    event.preventDefault();
    const missing = !isUsual && scopes.length === 0;
    setIsScopeMissing(missing);
    if (missing || make.isPending) return;
    const lasts = ENDS[end];
    make.mutate({
      name: name.trim(),
      ...(!isUsual && { scopes }),
      ...(lasts !== null && { expires_at: new Date(Date.now() + lasts).toISOString() }),
    });
  };
  return (
    <form onSubmit={send} className={styles.form}>
      <TextInput
        label={t("apiKeys.name")}
        description={t("apiKeys.nameWhat")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={said("/name")}
        maxLength={200}
        required
        withAsterisk={false}
        data-autofocus
      />
      <Radio.Group label={t("apiKeys.scopes")} value={isUsual ? "usual" : "own"} onChange={(value) => setIsUsual(value === "usual")}>
        <div className={styles.roles}>
          <Radio value="usual" label={t("apiKeys.usual")} description={t("apiKeys.usualWhat")} />
          <Radio value="own" label={t("apiKeys.choose")} description={t("apiKeys.chooseWhat")} />
        </div>
      </Radio.Group>
      {!isUsual && (
        <Checkbox.Group
          aria-label={t("apiKeys.choose")}
          value={scopes}
          onChange={setScopes}
          error={isScopeMissing ? t("apiKeys.scopeMissing") : said("/scopes")}
        >
          <div className={styles.scopeList}>
            {[...permissions].sort().map((permission) => (
              <Checkbox key={permission} value={permission} label={permission} size="xs" />
            ))}
          </div>
        </Checkbox.Group>
      )}
      <Radio.Group
        label={t("apiKeys.ends")}
        value={end}
        onChange={(value) => setEnd(value === "quarter" || value === "year" ? value : "never")}
      >
        <div className={styles.inline}>
          <Radio value="never" label={t("apiKeys.noEnd")} />
          <Radio value="quarter" label={t("apiKeys.quarter")} />
          <Radio value="year" label={t("apiKeys.year")} />
        </div>
      </Radio.Group>
      <FormEnd change={make} failed={t("apiKeys.notMade")} does={t("apiKeys.make")} onCancel={onClose} />
    </form>
  );
}
