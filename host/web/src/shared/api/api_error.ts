/** One refusal at one field, as problem+json lists them under `errors`. */
export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
  params?: Record<string, unknown>;
}

export interface Problem {
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  field?: string;
  errors?: FieldProblem[];
  trace_id?: string;
  params?: Record<string, unknown>;
  /** With 412: the record as it is now. */
  current?: unknown;
}

/** Codes that this side gives when the server did not answer with one. */
export const unreachable = "web.unreachable";
export const unreadable = "web.unreadable";

/** What a request that did not succeed rejects with. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? `http.${status}`;
    this.problem = problem;
  }

  /** Refusals by field. An error that names one field itself counts as well. */
  get fields(): FieldProblem[] {
    const { errors, field, detail } = this.problem;
    const listed = (errors ?? []).filter((error) => error.field);
    if (listed.length > 0) return listed;
    return field ? [{ field, code: this.code, detail: detail ?? this.message }] : [];
  }
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
