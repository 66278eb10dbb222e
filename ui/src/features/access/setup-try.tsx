import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { setProject } from "@/api/context";
import { CopyButton, Note, useSentence } from "@/shared/ui";
import styles from "./access.module.css";
import { useExampleDesk } from "./api/example-desk";
import { useFirstKey } from "./api/first-key";

/** Five lines that put Handrail in front of a model. */
export function connectCode(url: string, key: string): string {
  return [
    "from handrail import Handrail",
    "",
    `hr = Handrail("${url}", "${key}")`,
    "output = call_your_model(prompt)",
    "answer = hr.gate(output, prompt=prompt, confidence=0.83).text",
  ].join("\n");
}

/** Look around with simulated data, or connect an application. */
export function TryStep({ project, onDone }: { project: string; onDone: (project: string) => void }) {
  const { t } = useTranslation("access");
  return (
    <div className={styles.form}>
      <div>
        <h1>{t("setup.tryTitle")}</h1>
        <p className="quiet">{t("setup.tryText")}</p>
      </div>
      <ExampleDesk onDone={onDone} />
      <Connect project={project} />
      <div className={styles.buttons}>
        <Button variant="filled" size="md" onClick={() => onDone(project)}>
          {t("setup.toQueues")}
        </Button>
      </div>
    </div>
  );
}

function ExampleDesk({ onDone }: { onDone: (project: string) => void }) {
  const { t } = useTranslation("access");
  const desk = useExampleDesk();
  return (
    <section className={styles.choice}>
      <h2>{t("setup.deskTitle")}</h2>
      <p className="small quiet">{t("setup.deskText")}</p>
      {desk === null ? (
        <Code text="handrail demo" />
      ) : (
        <div>
          <Button onClick={() => onDone(desk.slug)}>{t("setup.openDesk")}</Button>
        </div>
      )}
    </section>
  );
}

function Connect({ project }: { project: string }) {
  const { t } = useTranslation("access");
  const sentence = useSentence();
  const first = useFirstKey();
  const make = () => {
    setProject(project);
    first.mutate({ name: t("setup.keyName") });
  };
  return (
    <section className={styles.choice}>
      <h2>{t("setup.connectTitle")}</h2>
      <p className="small quiet">{t("setup.connectText")}</p>
      <Code text="pip install handrail" />
      <Code text={connectCode(window.location.origin, first.data?.key ?? "hrk_...")} />
      {first.error !== null && (
        <Note tone="bad" role="alert">
          {sentence(first.error)}
        </Note>
      )}
      {first.data === undefined ? (
        <div>
          <Button onClick={make} aria-disabled={first.isPending}>
            {t("setup.makeKey")}
          </Button>
        </div>
      ) : (
        <Note tone="warn" role="status">
          {t("setup.keyOnce")}
        </Note>
      )}
    </section>
  );
}

function Code({ text }: { text: string }) {
  const { t } = useTranslation("access");
  return (
    <div className={styles.code}>
      <pre className="code" tabIndex={0} aria-label={t("setup.code")}>
        {text}
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
