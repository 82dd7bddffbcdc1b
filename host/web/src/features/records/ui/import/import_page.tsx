import type { EntityDefinition } from "@opsflux/ui";
import { FileUp } from "lucide-react";
import { useSearchParams } from "react-router";
import { entityWord, inSentence } from "../../../../shared/i18n/entity_text";
import { useText } from "../../../../shared/i18n/text";
import { IconTile, PageBody, PageHead } from "../../../../shared/ui/page";
import { useEntityCrumbs } from "../entity_crumbs";
import { ChooseFile } from "./choose_file";
import { ImportRunView } from "./import_run";
import { PastImports } from "./past_imports";

/** A file becomes records. The address names the run, so that it is found again after a reload. */
export function ImportPage({ entity }: { entity: EntityDefinition }) {
  const text = useText();
  const { t } = text;
  const [search, setSearch] = useSearchParams();
  const id = search.get("run");
  const title = t("import.title", { what: inSentence(entityWord(text, entity, "many")) });
  useEntityCrumbs(entity, [{ label: t("import.action") }]);
  return (
    <PageBody>
      <PageHead
        className="mx-auto max-w-5xl"
        icon={
          <IconTile className="touch:hidden">
            <FileUp size={20} aria-hidden="true" />
          </IconTile>
        }
        title={title}
        subtitle={t("import.intro")}
      />
      <div className="mx-auto grid max-w-5xl grid-cols-[minmax(0,1fr)] gap-4 px-6 pb-8 touch:px-4">
        {id ? (
          <ImportRunView key={id} entity={entity} id={id} />
        ) : (
          <>
            <ChooseFile entity={entity} onReceived={(run) => setSearch({ run: run.id })} />
            <PastImports entity={entity} />
          </>
        )}
      </div>
    </PageBody>
  );
}
