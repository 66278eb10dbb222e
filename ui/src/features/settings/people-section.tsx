import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MemberOut } from "@/api/schema";
import { nameOf, useFormat } from "@/shared/format";
import { useMay, useProject } from "@/shared/session/project";
import { EmptyState, Pill } from "@/shared/ui";
import { usePeople } from "./api/people";
import { AddPersonDialog } from "./add-person-dialog";
import { EditPersonDialog } from "./edit-person-dialog";
import { ListTable } from "./list-table";
import styles from "./settings.module.css";

/** Who belongs to the project, and as what. */
export function PeopleSection() {
  const { t } = useTranslation("settings");
  const { name } = useProject();
  const isAllowed = useMay("people.read");
  const mayManage = useMay("people.manage");
  const [isAdding, setIsAdding] = useState(false);
  const [edited, setEdited] = useState<MemberOut | null>(null);
  if (!isAllowed) return <EmptyState title={t("people.closed")} />;
  return (
    <div className={styles.wideSection}>
      <div className={styles.sectionHead}>
        <h2>{t("people.of", { project: name })}</h2>
        {mayManage ? (
          <Button size="xs" onClick={() => setIsAdding(true)}>
            {t("people.add")}
          </Button>
        ) : (
          <span className="meta">{t("people.readOnly")}</span>
        )}
      </div>
      <People mayManage={mayManage} onEdited={setEdited} />
      <AddPersonDialog opened={isAdding} onClose={() => setIsAdding(false)} />
      <EditPersonDialog member={edited} onClose={() => setEdited(null)} />
    </div>
  );
}

function People({ mayManage, onEdited }: { mayManage: boolean; onEdited: (member: MemberOut) => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const format = useFormat();
  const list = usePeople();
  return (
    <ListTable
      list={list}
      label={t("section.people")}
      columns={[t("people.name"), t("people.roles"), t("people.skills"), t("people.languages")]}
      action={t("people.edit")}
      lines={6}
    >
      {(member) => (
        <tr key={member.person_id}>
          <th scope="row">
            <span className="medium">
              <bdi>{member.name}</bdi>
            </span>{" "}
            {!member.is_active && <Pill tone="bad">{t("people.inactive")}</Pill>}
            {member.is_invited && <Pill tone="warn">{t("people.invited")}</Pill>}
            <span className={`meta ${styles.email}`}>{member.email}</span>
          </th>
          <td>
            {member.roles.map((role) => t(`common:role.${role as "lead"}`, { defaultValue: role })).join(", ")}
            {member.level === "senior" && <span className="meta"> {t("common:level.senior")}</span>}
          </td>
          <td>{member.skills.map(nameOf).join(", ")}</td>
          <td>{format.languages(member.languages)}</td>
          <td className={styles.end}>
            {mayManage && (
              <Button size="xs" onClick={() => onEdited(member)} aria-label={t("people.editNamed", { name: member.name })}>
                {t("people.edit")}
              </Button>
            )}
          </td>
        </tr>
      )}
    </ListTable>
  );
}
