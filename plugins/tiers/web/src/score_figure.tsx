import { Gauge } from "@opsflux/ui";

/** A score as a figure with its notched gauge; a dash where it is unknown. */
export function ScoreFigure({ score, limit }: { score: unknown; limit: number | undefined }) {
  if (typeof score !== "number") return <span className="tiers-score">–</span>;
  return (
    <span className="tiers-score">
      <b>{score}</b>
      <Gauge value={score} limit={limit} />
    </span>
  );
}
