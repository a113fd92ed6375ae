import { bottomOf, columnOf, type Plan, sample, type ViewPlan } from "./plan.ts";

/**
 * The views of a plan whose tables are settled, without what they cannot have: a base that is gone, columns that it does
 * not have, indexes of a view that is not materialized or over a type without B-tree.
 */
export function withViews(plan: Plan): readonly ViewPlan[] {
  const views: ViewPlan[] = [];
  for (const view of plan.views) {
    const settled = settledView(view, { ...plan, views });
    if (settled !== undefined) views.push(settled);
  }
  return views;
}

function settledView(view: ViewPlan, plan: Plan): ViewPlan | undefined {
  const { base, where, materialized, indexes } = view;
  const table = bottomOf(view, plan);
  if (table === undefined) return undefined;
  const below = plan.views.find(({ id }) => base.list === "views" && id === base.id);
  const given = new Set(below?.columns ?? table.columns.map(({ id }) => id));
  const columns = view.columns.filter((id) => given.has(id) && table.columns.some((column) => column.id === id));
  if (columns.length === 0) return undefined;
  const keyable = (id: number) => columns.includes(id) && !sample(columnOf(table, id), plan).keyless;
  const usable = indexes.filter((index) => index.columns.every(keyable));
  return {
    ...view,
    columns,
    where: where && given.has(where.column) && columnOf(table, where.column) ? where : undefined,
    indexes: (materialized ? usable : []).map((index) => ({
      ...index,
      columns: [...new Set(index.columns)],
      hash: index.hash && new Set(index.columns).size === 1,
      where: index.where && columns.includes(index.where.column) ? index.where : undefined,
    })),
  };
}
