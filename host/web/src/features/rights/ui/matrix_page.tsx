import { Button } from "@opsflux/ui";
import { useQuery } from "@tanstack/react-query";
import { Search, Undo2 } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { isAdministrator, useApp } from "../../../shared/api/app";
import { type Permission, permissionsQuery } from "../../../shared/api/rights";
import { useText } from "../../../shared/i18n/text";
import { PageHead, useCrumbs } from "../../../shared/ui/page";
import { phone, useMedia } from "../../../shared/ui/preferences";
import { RowSkeletons, Waiting } from "../../../shared/ui/skeleton";
import { Failure, Notice } from "../../../shared/ui/states";
import { Book, groupsOf, type MatrixRole, rowsOf, settled } from "../api/book";
import { matrixQuery } from "../api/matrix";
import { type DraftControl, useDraft } from "../api/use_draft";
import { Legend } from "./cell_mark";
import { MatrixGrid } from "./matrix_grid";
import { PhoneMatrix } from "./phone_matrix";
import { ReviewDialog } from "./review_dialog";
import { ExportRoles, ImportRoles } from "./role_file";

/** What every role may do, side by side; many changes are made, looked at and saved as one. */
export function MatrixPage() {
  const { t } = useText();
  const { user } = useApp();
  const permissions = useQuery(permissionsQuery);
  const roles = useQuery(matrixQuery);
  useCrumbs([
    { label: t("nav.group.system") },
    { label: t("rights.roles"), to: "/identity/roles" },
    { label: t("rights.title") },
  ]);
  const failed = permissions.error ?? roles.error;
  return (
    <div className="flex h-full flex-col overflow-hidden">
      <PageHead
        title={t("rights.title")}
        subtitle={t("rights.subtitle")}
        actions={
          <>
            {isAdministrator(user) && <ImportRoles />}
            <ExportRoles />
          </>
        }
      />
      {permissions.data && roles.data ? (
        <Matrix permissions={permissions.data} roles={roles.data} />
      ) : failed ? (
        <Failure
          error={failed}
          onRetry={() => {
            void permissions.refetch();
            void roles.refetch();
          }}
        />
      ) : (
        <div className="px-6">
          <Waiting what={t("rights.title")}>
            <RowSkeletons rows={8} />
          </Waiting>
        </div>
      )}
    </div>
  );
}

interface MatrixProps {
  permissions: Permission[];
  roles: MatrixRole[];
}

/** Asks before the window is closed on changes that are not saved. */
function useWarning(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [unsaved]);
}

function Matrix({ permissions, roles }: MatrixProps) {
  const { t } = useText();
  const { user } = useApp();
  const control = useDraft();
  const [search, setSearch] = useState("");
  const [differing, setDiffering] = useState(false);
  const isPhone = useMedia(phone);
  const { draft } = control;
  const book = useMemo(() => new Book(roles, draft), [roles, draft]);
  const pending = useMemo(() => settled(book, draft), [book, draft]);
  const rows = useMemo(
    () => rowsOf(groupsOf(permissions, search, (one) => !differing || book.differs(one))),
    [permissions, search, differing, book],
  );
  useWarning(pending.size > 0);
  const readOnly = !isAdministrator(user);
  const onSet: Parameters<typeof MatrixGrid>[0]["onSet"] = (role, permission, word) =>
    control.set(book, role, permission, word);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 px-6 pb-4 touch:px-3 touch:pb-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchBox value={search} onChange={setSearch} />
        <label className="flex min-h-9 cursor-pointer items-center gap-2 text-body touch:min-h-11">
          <input
            type="checkbox"
            className="tick"
            checked={differing}
            onChange={(event) => setDiffering(event.target.checked)}
          />
          {t("rights.only_differing")}
        </label>
        {!isPhone && <Legend />}
      </div>
      {rows.length === 0 ? (
        <Nothing
          onClear={() => {
            setSearch("");
            setDiffering(false);
          }}
        />
      ) : isPhone ? (
        <PhoneMatrix rows={rows} book={book} readOnly={readOnly} onSet={onSet} />
      ) : (
        <MatrixGrid rows={rows} book={book} readOnly={readOnly} onSet={onSet} onUndo={control.undo} />
      )}
      {pending.size > 0 && (
        <ChangesStrip {...{ permissions, roles, book, control }} count={pending.size} pending={pending} />
      )}
    </div>
  );
}

function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useText();
  return (
    <div className="relative w-72 touch:w-full">
      <Search
        size={15}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-text-3"
        aria-hidden="true"
      />
      <input
        type="search"
        aria-label={t("list.search")}
        placeholder={t("rights.search")}
        maxLength={200}
        className="control pl-8! [&::-webkit-search-cancel-button]:hidden"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

function Nothing({ onClear }: { onClear: () => void }) {
  const { t } = useText();
  return (
    <div className="rounded-card border border-line bg-surface">
      <Notice
        icon={<Search size={20} aria-hidden="true" />}
        title={t("rights.none_found")}
        action={<Button onClick={onClear}>{t("list.clear")}</Button>}
      />
    </div>
  );
}

interface StripProps extends MatrixProps {
  book: Book;
  control: DraftControl;
  count: number;
  pending: DraftControl["draft"];
}

function ChangesStrip({ permissions, roles, book, control, count, pending }: StripProps) {
  const { t, n } = useText();
  const [review, setReview] = useState(false);
  return (
    <section
      aria-label={t("rights.changes")}
      className="flex flex-wrap items-center gap-2 rounded-card border border-line bg-surface px-4 py-2.5 shadow-e1"
    >
      <span className="flex-1 font-medium text-body" role="status">
        {n("rights.unsaved_count", count)}
      </span>
      <Button
        icon={<Undo2 size={16} aria-hidden="true" />}
        onClick={control.undo}
        disabled={!control.canUndo}
      >
        {t("action.undo")}
      </Button>
      <Button onClick={control.clear}>{t("rights.discard")}</Button>
      <Button kind="primary" onClick={() => setReview(true)}>
        {t("rights.review")}
      </Button>
      {review && (
        <ReviewDialog
          {...{ permissions, roles, book, control }}
          draft={pending}
          onClose={() => setReview(false)}
        />
      )}
    </section>
  );
}
