import { useTranslation } from "react-i18next";
import type { ExportMade, ExportOut } from "@/api/schema";
import { useFormat } from "@/shared/format";
import { useMay } from "@/shared/session/project";
import { CopyButton, Note } from "@/shared/ui";
import styles from "./exports.module.css";
import { useSize } from "./words";

interface MadeProps {
  one: ExportOut;
  made: ExportMade;
  /** Whether the files were removed, and only what the manifest says is left. */
  isGone: boolean;
}

/** The files of an export, and what it says of itself. */
export function MadeView({ one, made, isGone }: MadeProps) {
  const { t } = useTranslation("exports");
  const isClosed = !useMay("items.unmask") && !one.masked;
  return (
    <div className={styles.made}>
      {isGone ? <p className="small quiet">{t("filesGone")}</p> : isClosed ? <Note>{t("filesClosed")}</Note> : <Files one={one} made={made} />}
      <LeftOut made={made} />
      <details>
        <summary className="small">{t("manifestWhole")}</summary>
        <pre className={`code ${styles.manifest}`} tabIndex={0}>
          {JSON.stringify(made.manifest, null, 2)}
        </pre>
        <CopyButton text={() => JSON.stringify(made.manifest, null, 2)} label={t("copyManifest")} />
      </details>
    </div>
  );
}

/** Plain links: the browser takes however much it is to the disk, and goes on where it broke off. */
function Files({ one, made }: { one: ExportOut; made: ExportMade }) {
  const { t } = useTranslation("exports");
  const sizeOf = useSize();
  const pathOf = (name: string) => `/v1/exports/${one.export_id}/files/${encodeURIComponent(name)}`;
  return (
    <ul className={styles.files}>
      {made.files.map(({ name, bytes, sha256 }) => (
        <li key={name}>
          <span className={styles.file}>
            <a href={pathOf(name)} download={name}>
              {name}
            </a>
            <span className="meta num">{sizeOf(bytes)}</span>
          </span>
          <span className={styles.hash}>
            <span className="code">{sha256}</span>
            <CopyButton text={sha256} label={t("copyHash")} />
          </span>
        </li>
      ))}
      <li>
        <span className={styles.file}>
          <a href={pathOf("manifest.json")} download="manifest.json">
            manifest.json
          </a>
          <span className="meta">{t("manifestWhat")}</span>
        </span>
      </li>
    </ul>
  );
}

/** Decided items that gave no row, by why; and what is masked. */
function LeftOut({ made: { manifest } }: { made: ExportMade }) {
  const { t } = useTranslation("exports");
  const format = useFormat();
  const excluded = Object.entries((manifest["excluded"] ?? {}) as Record<string, number>); // as the server writes it
  const masked = (manifest["masked"] ?? []) as string[]; // likewise
  if (excluded.length === 0 && masked.length === 0) return null;
  return (
    <dl className={`small ${styles.leftOut}`}>
      {excluded.length > 0 && <dt>{t("leftOut")}</dt>}
      {excluded.map(([reason, count]) => (
        <dd key={reason}>
          <span className="num">{format.count(count)}</span> {t(`reason.${reason as "erased"}`, { defaultValue: reason })}
        </dd>
      ))}
      {masked.length > 0 && <dt>{t("masked")}</dt>}
      {masked.map((name) => (
        <dd key={name} className="code">
          {name}
        </dd>
      ))}
    </dl>
  );
}
